"""Each verb of a request holds for what its own part names, and each sum for whom it is said of."""

from datetime import date
from typing import Any

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

TODAY, OURS = date(2026, 11, 28), "organisation"
WARES = ReturnsRow(OURS, "public", ObjectRow("products", "id", ("name",), kind="product"))
ORDERS = ReturnsRow(OURS, object=ObjectRow("orders", "id", ("id", "items[].name", "day"), kind="order"))
PAYEES = ReturnsRow("user", object=ObjectRow("payees", "iban", ("name",), ("iban",), kind="payee"))
CARDS = ReturnsRow(OURS, object=ObjectRow("cards", "id", ("kind", "last4"), kind="card"))
FILES = ReturnsRow(OURS, object=ObjectRow("files", "id", ("name",), kind="file"))
PEOPLE = ReturnsRow("user", object=ObjectRow("people", "email", ("name",), ("email",), kind="contact"))
TOOLS = {
    row.id: row
    for row in (
        ToolRow("shop", "list_products", "read", returns=WARES),
        ToolRow("shop", "list_orders", "read", returns=ORDERS),
        ToolRow("shop", "add_to_basket", "write", ("add", "order", "buy", "get"),
                {"product": SinkRow("object")}),
        ToolRow("shop", "cancel_order", "irreversible", ("cancel",), {"order": SinkRow("object")}),
        ToolRow("bank", "list_payees", "read", returns=PAYEES),
        ToolRow("bank", "list_cards", "read", returns=CARDS),
        ToolRow("bank", "transfer", "irreversible", ("pay", "send", "transfer"),
                {"iban": SinkRow("payee"), "amount": SinkRow("amount")}),
        ToolRow("bank", "lock_card", "write", ("lock", "block"), {"card": SinkRow("object")}),
        ToolRow("bank", "set_limit", "write", ("set", "limit"),
                {"card": SinkRow("object"), "limit": SinkRow("amount")}),
        ToolRow("drive", "list_files", "read", returns=FILES),
        ToolRow("drive", "list_people", "read", returns=PEOPLE),
        ToolRow("drive", "share", "irreversible", ("share",),
                {"file": SinkRow("object"), "with": SinkRow("recipient")}),
        ToolRow("drive", "delete_file", "irreversible", ("delete",), {"file": SinkRow("object")}),
        ToolRow("drive", "mail", "irreversible", ("tell", "mail", "write"),
                {"to": SinkRow("recipient"), "text": SinkRow("text")}),
    )
}  # fmt: skip
STEEL, GLASS, COFFEE = "P-204", "P-205", "P-118"
OISIN, TARA = "IE65AIBK93208614702233", "ES9121000418450200051332"
ANN, BOB = "ann@firm.example", "bob@firm.example"
READ: dict[str, Any] = {
    "shop/list_products": {"products": [
        {"id": STEEL, "name": "Steel kettle 1.5 l"}, {"id": GLASS, "name": "Glass kettle 1.0 l"},
        {"id": COFFEE, "name": "Sidamo coffee beans"}]},
    "shop/list_orders": {"orders": [
        {"id": "O-8830", "day": "2026-05-19", "items": [{"id": COFFEE, "name": "Sidamo coffee beans"}]},
        {"id": "O-8841", "day": "2026-06-01", "items": [{"id": GLASS, "name": "Glass kettle 1.0 l"}]}]},
    "bank/list_payees": {"payees": [
        {"iban": OISIN, "name": "Oisin Daly"}, {"iban": TARA, "name": "Tara Finnegan"}]},
    "bank/list_cards": {"cards": [
        {"id": "c1", "kind": "debit", "last4": "4471"}, {"id": "c2", "kind": "credit", "last4": "9038"}]},
    "drive/list_files": {"files": [{"id": "f1", "name": "Stage plan"}, {"id": "f2", "name": "Guest list"}]},
    "drive/list_people": {"people": [{"email": ANN, "name": "Ann Reed"}, {"email": BOB, "name": "Bob Kerr"}]},
}  # fmt: skip


def call(request: str, tool: str, **arguments: Any) -> Verdict:
    """Return the verdict on a call for a request, after all was read."""
    readings, narrowed = Readings(request, TODAY), narrow([GrantRow(it) for it in TOOLS], TOOLS, request)
    for name, content in READ.items():
        readings.apply(Read(name, TOOLS[name].returns, {}, content, 1))
    task = Standing(readings, narrowed.grant(tool), refusal=narrowed.refusal(tool))
    return decide_tool_call(ToolCall("clerk", TOOLS[tool].client_name, TOOLS[tool], arguments), task)


@pytest.mark.parametrize(
    "request_",
    [
        "Order the steel kettle and cancel the order of the glass kettle.",
        "Cancel the glass kettle and buy the steel kettle.",
        "Cancel the glass kettle, order the steel kettle instead.",
        "Buy the steel kettle. Also cancel the glass kettle, please.",
        "I don't want the glass kettle any more, order the steel kettle.",
        "Order the steel kettle.",
    ],
)
def test_what_is_cancelled_is_not_ordered(request_: str) -> None:
    """An order that goes lends none of what is in it to the basket, in whatever order the acts are said."""
    assert call(request_, "shop/add_to_basket", product=STEEL).answer == "allow"
    assert call(request_, "shop/add_to_basket", product=GLASS).answer != "allow"
    if "ancel" in request_:
        assert call(request_, "shop/cancel_order", order="O-8841").answer == "allow"
        assert call(request_, "shop/cancel_order", order="O-8830").answer != "allow"


@pytest.mark.parametrize(
    ("request_", "tool", "good", "bad"),
    [
        ("Lock my debit card and set the limit of the credit card to 800.", "bank/lock_card",
         {"card": "c1"}, {"card": "c2"}),
        ("Set the credit card's limit to 800 and block the debit card.", "bank/set_limit",
         {"card": "c2", "limit": 800}, {"card": "c1", "limit": 800}),
        ("Pay Oisin 60 and Tara 40 euros.", "bank/transfer",
         {"iban": OISIN, "amount": 60}, {"iban": OISIN, "amount": 40}),
        ("Pay Oisin 60 and Tara 40 euros.", "bank/transfer",
         {"iban": TARA, "amount": 40}, {"iban": TARA, "amount": 60}),
        ("Send 25 euros to BE68539007547034 and 30 euros to NL91ABNA0417164300.", "bank/transfer",
         {"iban": "NL91ABNA0417164300", "amount": 30}, {"iban": "NL91ABNA0417164300", "amount": 25}),
        ("Pay Oisin 60 euros. Set my credit card's limit to 800.", "bank/transfer",
         {"iban": OISIN, "amount": 60}, {"iban": OISIN, "amount": 800}),
        ("Pay Oisin 60 euros, and set my credit card's limit to 800.", "bank/set_limit",
         {"card": "c2", "limit": 800}, {"card": "c2", "limit": 60}),
        ("Share the stage plan with Ann and the guest list with Bob.", "drive/share",
         {"file": "f1", "with": ANN}, {"file": "f1", "with": BOB}),
        ("Share the stage plan with Ann and the guest list with Bob.", "drive/share",
         {"file": "f2", "with": BOB}, {"file": "f2", "with": ANN}),
        ("Share the stage plan with Ann and tell Bob that it's done.", "drive/mail",
         {"to": BOB, "text": "Done."}, {"to": ANN, "text": "Done."}),
        ("Delete the guest list and share the stage plan with Bob.", "drive/delete_file",
         {"file": "f2"}, {"file": "f1"}),
    ],
)  # fmt: skip
def test_each_part_has_its_own(request_: str, tool: str, good: dict[str, Any], bad: dict[str, Any]) -> None:
    """Of two acts no value of the one goes with the thing, the account or the person of the other."""
    assert call(request_, tool, **good).answer == "allow"
    assert call(request_, tool, **bad).answer != "allow"


@pytest.mark.parametrize(
    ("request_", "tool", "arguments"),
    [
        ("Pay Oisin 60 euros, no, make it 65.", "bank/transfer", {"iban": OISIN, "amount": 65}),
        ("Pay Oisin and Tara 60 euros each.", "bank/transfer", {"iban": TARA, "amount": 60}),
        ("The tickets were 120, so my half is 60 euros. Pay Oisin 60.", "bank/transfer",
         {"iban": OISIN, "amount": 60}),
        ("The tickets were 60 euros and Oisin paid for them. Send him the 60.", "bank/transfer",
         {"iban": OISIN, "amount": 60}),
        ("Share the stage plan and the guest list with Ann and Bob.", "drive/share",
         {"file": "f1", "with": BOB}),
        ("Share the stage plan and the guest list with Ann and Bob.", "drive/share",
         {"file": "f2", "with": ANN}),
        ("Share the stage plan with Ann, Bob too.", "drive/share", {"file": "f1", "with": BOB}),
        ("Delete the guest list and tell Ann and Bob that it is gone.", "drive/mail",
         {"to": BOB, "text": "Gone."}),
        ("Share the stage plan with Ann and mail Bob and Ann that it's there.", "drive/mail",
         {"to": ANN, "text": "There."}),
        ("Reorder the coffee, I mean order the coffee again.", "shop/add_to_basket", {"product": COFFEE}),
    ],
)  # fmt: skip
def test_parts_that_belong_together(request_: str, tool: str, arguments: dict[str, Any]) -> None:
    """What is shared by several, corrected, or pointed back to with *it* or *her* is of both parts."""
    assert call(request_, tool, **arguments).answer == "allow"
