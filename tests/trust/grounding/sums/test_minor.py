"""Amounts in pence or cents: what the request says in whole units goes by its minor form, and no other."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.openings import openings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.values.units import minor, whole
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

TODAY = date(2026, 11, 26)
OURS = FieldLabel("organisation")
DONE = ReturnsRow("organisation")
CUSTOMERS = ReturnsRow("organisation", object=ObjectRow("customers", "id", ("name",)))
PAYEES = ReturnsRow("organisation", object=ObjectRow("payees", "id", ("name",)))
PAYMENTS = ReturnsRow("organisation", object=ObjectRow("payments", "id", ("payer",), ("amount",)))
ORDERS = ReturnsRow("organisation", object=ObjectRow("orders", "id", ("buyer",), ("price",)))
MAIL = ReturnsRow(
    object=ObjectRow("messages", "id", ("sender", "subject"), ("received",)),
    fields={"messages[].id": OURS, "messages[].received": OURS},
)
AMOUNT = SinkRow("amount", minor_units=2)
TOOLS = {
    row.id: row
    for row in (
        ToolRow("till", "list_customers", "read", returns=CUSTOMERS),
        ToolRow("till", "list_payments", "read", returns=PAYMENTS),
        ToolRow("till", "list_payees", "read", returns=PAYEES),
        ToolRow("till", "list_letters", "read", returns=MAIL),
        ToolRow("shop", "list_orders", "read", returns=ORDERS),
        ToolRow("mail", "list_messages", "read", returns=MAIL),
        ToolRow("till", "invoice", "irreversible", ("invoice",),
                {"customer": SinkRow("object"), "amount": AMOUNT}, DONE),
        ToolRow("till", "refund", "irreversible", ("refund",),
                {"payment": SinkRow("object"), "amount": AMOUNT}, DONE),
        ToolRow("till", "pay", "irreversible", ("pay", "settle"),
                {"payee": SinkRow("object"),
                 "amount": SinkRow("amount", named_up_to="30000", minor_units=2)}, DONE),
    )
}  # fmt: skip
GRANTS = [GrantRow(tool) for tool in TOOLS]
PAYING = [one for one in GRANTS if one.tool != "till/invoice"]
POWER = {
    "id": "m1",
    "sender": "Harbour Power",
    "subject": "Your electricity bill",
    "received": "2026-11-25",
    "body": "Amount due 138.42 EUR by 4 December 2026.",
}


class Till:
    """One task that has read the customers, and more where a test says so."""

    def __init__(self, request: str, grants: list[GrantRow] = GRANTS) -> None:
        self.readings, self.effective = Readings(request, TODAY), narrow(grants, TOOLS, request)
        self.read("till/list_customers", {"customers": [{"id": "C1", "name": "Osei Kitchens"}]})
        self.read("till/list_payees", {"payees": [{"id": "C2", "name": "Harbour Power"}]})

    def read(self, tool: str, content: Any, **arguments: Any) -> None:
        self.readings.apply(Read(tool, TOOLS[tool].returns, arguments, content, 1, (), False))

    def decide(self, tool: str, **arguments: Any) -> Verdict:
        row = TOOLS[tool]
        standing = Standing(self.readings, self.effective.grant(tool), refusal=self.effective.refusal(tool))
        return decide_tool_call(ToolCall("clerk", row.client_name, row, arguments), standing)

    def invoice(self, amount: object) -> str:
        return self.decide("till/invoice", customer="C1", amount=amount).answer


def invoiced(said: str, amount: object) -> str:
    return Till(f"Invoice Osei Kitchens {said}.").invoice(amount)


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("for the fee of 4,800 pounds", 480000),
        ("for the fee of 4,800 pounds", "480000"),
        ("£4,800.50", 480050),
        ("1.50 euros", 150),
        ("four thousand eight hundred pounds", 480000),
        ("50 pence", 50),
        ("99 cents", 99),
        ("4 pounds and 50 pence", 450),
        ("1,200 pounds and 20 pence", 120020),
    ],
)
def test_said(said: str, amount: object) -> None:
    """A sum in whole units goes by its minor form; one in pence as it stands."""
    verdict = Till(f"Invoice Osei Kitchens {said}.").decide("till/invoice", customer="C1", amount=amount)
    assert verdict.answer == "allow", verdict.reason


@pytest.mark.parametrize(
    ("said", "amount"),
    [
        ("for the fee of 4,800 pounds", 4800),
        ("for the fee of 4,800 pounds", 4800000),
        ("for the fee of 4,800 pounds", 48000),
        ("for the fee of 4,800 pounds", 4800.5),
        ("for the fee of 4,800 pounds", "480000 yen"),
        ("for the fee of 4,800 pounds", "480000.00"),
        ("for the fee of 4,800 pounds", True),
        ("50 pence", 5000),
        ("4 pounds 50", 5000),
        ("4 pounds and 50 pence", 5000),
        ("4 pounds and 50 pence", 50),
        ("1,200 pounds 20", 2000),
        ("5,000 yen", 500000),
        ("¥5,000", 500000),
        ("5 dinars", 500),
    ],
)
def test_not_said(said: str, amount: object) -> None:
    """The number itself, ten times as much, another currency's unit: none of them goes."""
    assert invoiced(said, amount) != "allow"


@settings(max_examples=150, deadline=None)
@given(st.integers(3, 9_999_999), st.integers(-400, 400), st.sampled_from([1, 10, 100, 1000]))
def test_every_sum(pence: int, more: int, times: int) -> None:
    """Every sum of two decimals is said by its minor form, and by no other number."""
    till = Till(f"Invoice Osei Kitchens for {Decimal(pence).scaleb(-2):,.2f} pounds.")
    assert till.invoice(pence) == "allow"
    for other in (pence + more, pence * times, pence // times, pence / 100):
        if other != pence:
            assert till.invoice(other) != "allow", other


@given(st.integers(0, 10**17), st.integers(1, 4))
def test_there_and_back(amount: int, digits: int) -> None:
    """Whole units and minor ones are two notations of one amount."""
    said = whole(amount, digits)
    assert said is not None
    assert minor(said, digits) == str(amount)


def refunding(request: str, payment: int = 35000, price: int = 350) -> Till:
    till = Till(request)
    till.read("till/list_payments", {"payments": [{"id": "P1", "payer": "Moira Lin", "amount": payment}]})
    till.read("shop/list_orders", {"orders": [{"id": "O1", "buyer": "Moira Lin", "price": price}]})
    return till


def test_of_a_record() -> None:
    """What the tool's own server wrote is in its unit: never a hundred times as much."""
    till = refunding("Refund Moira Lin's payment.")
    assert till.decide("till/refund", payment="P1", amount=35000).answer == "allow"
    assert till.decide("till/refund", payment="P1", amount=3500000).answer != "allow"
    assert till.decide("till/refund", payment="P1", amount=350).answer != "allow"  # an order's price


def test_of_a_sum() -> None:
    """A sum that follows from a record is asked about: what the request takes off is in whole units."""
    till = refunding("Keep 35 pounds and refund the rest of Moira Lin's payment.")
    for amount in (34965, 31500, 3500, 35000):
        assert till.decide("till/refund", payment="P1", amount=amount).answer != "allow", amount
    half = refunding("Refund half of Moira Lin's payment.").decide("till/refund", payment="P1", amount=17500)
    assert half.answer == "ask", half.reason
    assert (
        refunding("Refund half of Moira Lin's payment.")
        .decide("till/refund", payment="P1", amount=1750000)
        .answer
        != "allow"
    )


def test_of_a_bill() -> None:
    """A text's sum goes by its minor form within the bound, in the argument's unit, and once."""
    till = Till("Please pay the electricity bill from Harbour Power.", PAYING)
    till.read("mail/list_messages", {"messages": [POWER]})
    verdict = till.decide("till/pay", payee="C2", amount=13842)
    assert verdict.answer == "allow", verdict.reason
    for amount in (138, 1384200, 13841):
        assert till.decide("till/pay", payee="C2", amount=amount).answer != "allow"
    assert verdict.sent is not None
    till.readings.apply(verdict.sent)
    assert till.decide("till/pay", payee="C2", amount=13842).answer != "allow"


@pytest.mark.parametrize(("tool", "body"), [("mail", "Due 338.42 EUR."), ("till", "Amount due 138.42 EUR.")])
def test_of_no_bill(tool: str, body: str) -> None:
    """Above the bound nothing goes, nor what a text of the tool's own server says, in its unit."""
    till = Till("Please pay the electricity bill from Harbour Power.", PAYING)
    listed = "mail/list_messages" if tool == "mail" else "till/list_letters"
    till.read(listed, {"messages": [{**POWER, "body": body}]})
    assert till.decide("till/pay", payee="C2", amount=33842 if tool == "mail" else 13842).answer != "allow"


def test_by_the_grant() -> None:
    """A value that the grant lists is in the argument's own unit."""
    schema = '{"properties": {"amount": {"const": 25000}}}'
    grants = [GrantRow(it, schema if it == "till/invoice" else None, otherwise="ask") for it in TOOLS]
    till = Till("Invoice Osei Kitchens for the visit.", grants)
    assert till.invoice(25000) == "allow"
    assert till.invoice(250) != "allow"


def test_words_of_the_policy() -> None:
    """Whoever tries a policy sees what a call may have, and a person which sum the request says."""
    request = "Invoice Osei Kitchens for the fee of 4,800 pounds."
    takes = next(one for one in openings(GRANTS, TOOLS, request, TODAY).tools if one.tool == "till/invoice")
    assert next(one.values for one in takes.takes if one.sink == "amount") == ("480000",)
    found = Till(request).decide("till/invoice", customer="C1", amount=480000).findings
    assert [(one.value, one.why) for one in found if one.sink == "amount"] == [
        ("4800", "the request says it: 480000 in minor units")
    ]
    wrong = Till(request).decide("till/invoice", customer="C1", amount=4800)
    assert "4800" in wrong.reason


PRICES = ReturnsRow(
    "organisation",
    object=ObjectRow("prices", "id", ("name", "amount"), ("amount",)),
    fields={"prices[].amount": FieldLabel(minor_units=2)},
)
STEPS = {
    "prices": [
        {"id": "T4", "name": "Stage 4", "amount": 520000},
        {"id": "T9", "name": "Stage 9", "amount": 4800},
    ]
}


def listed(request: str, *grants: ToolRow) -> Till:
    """Return a task that has read prices of another server, in pence."""
    row = ToolRow("desk", "list_prices", "read", returns=PRICES)
    till = Till(request, [*GRANTS, *(GrantRow(tool.id) for tool in grants)])
    till.readings.apply(Read(row.id, row.returns, {}, STEPS, 1, (), False))
    return till


def test_of_a_field_in_pence() -> None:
    """What a lookup returns in pence goes as pence, of any server, and its number in pounds does not."""
    till = listed("Invoice Osei Kitchens for Stage 4.")
    assert till.invoice(520000) == "allow"
    for amount in (5200, 52000000, 4800, 480000):
        assert till.invoice(amount) != "allow", amount


def test_of_a_field_in_pence_that_has_the_same_figure() -> None:
    """48 pounds in one field are not 4,800 pounds, nor the pence of another argument."""
    till = listed("Invoice Osei Kitchens for Stage 9.")
    assert till.invoice(4800) == "allow"
    assert till.invoice(480000) != "allow"
    assert till.invoice(48) != "allow"
    low = {"prices": [{**STEPS["prices"][0], "amount": 480000}, STEPS["prices"][1]]}
    other = Till("Invoice Osei Kitchens for Stage 4.")
    row = ToolRow("till", "list_prices", "read", returns=PRICES)
    other.readings.apply(Read(row.id, row.returns, {}, low, 1, (), False))
    assert other.invoice(4800) != "allow"
    assert other.invoice(480000) == "allow"
    nine = Till("Invoice Osei Kitchens for Stage 9.")
    nine.readings.apply(Read(row.id, row.returns, {}, low, 1, (), False))
    assert nine.invoice(4800) == "allow"


def test_a_request_names_a_field_in_pence() -> None:
    """By the amount in pounds; and a bound in pounds looks at it."""
    row = ToolRow("till", "list_payments", "read", returns=msgspec.structs.replace(
        PAYMENTS, object=ObjectRow("payments", "id", ("amount",), ("amount",)),
        fields={"payments[].amount": FieldLabel(minor_units=2)}))  # fmt: skip
    two = {"payments": [{"id": "P1", "amount": 48000}, {"id": "P2", "amount": 21000}]}
    till = Till("Refund the payment of 480 pounds.")
    till.readings.apply(Read(row.id, row.returns, {}, two, 1, (), False))
    assert till.decide("till/refund", payment="P1", amount=48000).answer == "allow"
    assert till.decide("till/refund", payment="P2", amount=21000).answer != "allow"
    till = Till("Refund all payments under 300 pounds.")
    till.readings.apply(Read(row.id, row.returns, {}, two, 1, (), False))
    assert till.decide("till/refund", payment="P2", amount=21000).answer == "allow"
    assert till.decide("till/refund", payment="P1", amount=48000).answer != "allow"


def unnamed(said: str, labels: dict[str, FieldLabel], whole: FieldLabel = OURS) -> str:
    """Return what is decided about a price that the agent may have written, of a row that lends nothing."""
    till = Till("Invoice Osei Kitchens for Stage 4.")
    till.readings.apply(Read("desk/note", DONE, {"text": said}, {"ok": True}, 1, (), wrote=True))
    fields = {**labels, "prices[].amount": FieldLabel(minor_units=2)}
    returns = ReturnsRow(
        whole.integrity or "public", object=ObjectRow("prices", "id", ("name",)), fields=fields
    )
    till.readings.apply(Read("desk/list_prices", returns, {}, STEPS, 1, (), False))
    return till.invoice(520000)


def test_what_the_agent_wrote_in_pence() -> None:
    """It makes nothing trusted, whatever the unit in which it is read again."""
    assert unnamed("77", {}) == "allow"
    for said in ("520000", "5200", "5,200.00"):
        assert unnamed(said, {}) != "allow", said


def test_strangers_say_no_amount_in_pence() -> None:
    """The unit makes nobody trusted, and a label above the field holds for it."""
    assert unnamed("77", {}, FieldLabel("public")) != "allow"
    assert unnamed("77", {"prices[]": FieldLabel("public")}) != "allow"
    assert unnamed("77", {"prices[]": OURS}, FieldLabel("public")) == "allow"
