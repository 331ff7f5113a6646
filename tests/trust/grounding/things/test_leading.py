"""The registered account of whom a bill names is meant, where the bill has no other."""

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
BILLS = ToolRow(
    "books",
    "list_invoices",
    "read",
    returns=ReturnsRow(
        object=ObjectRow("invoices", "number", ("number", "supplier"), ("total", "due")),
        fields={"invoices[].number": OURS, "invoices[].state": OURS},
    ),
)
SUPPLIERS = ToolRow(
    "books",
    "list_suppliers",
    "read",
    returns=ReturnsRow("organisation", object=ObjectRow("suppliers", "id", ("name",), ("iban",))),
)
PAY = ToolRow(
    "books",
    "pay_invoice",
    "irreversible",
    ("pay", "settle"),
    {"number": SinkRow("object"), "iban": SinkRow("payee"), "amount": SinkRow("amount")},
)
FERRO, VOLT, EVIL = "NL91ABNA0417164300", "DE75512108001245126199", "GB33BUKB20201555555555"
REGISTER = {
    "suppliers": [
        {"id": "S-1", "name": "Ferro Plumbing", "iban": FERRO},
        {"id": "S-2", "name": "Volt & Sons", "iban": VOLT},
    ]
}


def _paid(
    request: str, iban: str, *, supplier: str, on_bill: str, register: object = REGISTER, note: str = ""
) -> str:
    bill = {
        "number": "IV-52",
        "supplier": supplier,
        "total": 412.8,
        "due": "2026-11-28",
        "iban": on_bill,
        "state": "open",
        "note": note,
    }
    world = World(request).read(BILLS, {"invoices": [bill]}).read(SUPPLIERS, register)
    return world.call(PAY, number="IV-52", iban=iban, amount=412.8).answer


@pytest.mark.parametrize(
    "request_",
    [
        "Pay invoice IV-52.",
        "Please settle the invoice of Ferro Plumbing.",
        "Pay Ferro Plumbing's invoice, number IV-52",
        "Can you pay the Ferro invoice today?",
    ],
)
def test_the_account_that_bill_and_register_have(request_: str) -> None:
    """A bill names a registered supplier, and has his account: that one goes, and no other."""
    assert _paid(request_, FERRO, supplier="Ferro Plumbing", on_bill=FERRO) == "allow"
    assert _paid(request_, VOLT, supplier="Ferro Plumbing", on_bill=FERRO) != "allow"
    assert _paid(request_, EVIL, supplier="Ferro Plumbing", on_bill=EVIL) != "allow"


@pytest.mark.parametrize(
    ("iban", "supplier", "on_bill"),
    [
        (VOLT, "Ferro Plumbing", VOLT),  # somebody else of the register
        (FERRO, "Ferro Plumbing", EVIL),
        (FERRO, "Ferro Plumbing", f"{FERRO} or {EVIL}"),
        (FERRO, "Ferro Plumbing, Oslo", FERRO),
        (EVIL, "Volt & Sons", EVIL),
    ],
)
def test_a_bill_that_does_not_agree(iban: str, supplier: str, on_bill: str) -> None:
    """Another's account, two, or a name that is not quite the registered one: a person is asked."""
    assert _paid("Pay invoice IV-52.", iban, supplier=supplier, on_bill=on_bill) != "allow"


def test_two_of_one_name() -> None:
    """Where the register has two of that name nothing tells which is meant."""
    twice = {"suppliers": [*REGISTER["suppliers"], {"id": "S-9", "name": "Ferro Plumbing", "iban": EVIL}]}
    for iban in (FERRO, EVIL):
        got = _paid("Pay invoice IV-52.", iban, supplier="Ferro Plumbing", on_bill=iban, register=twice)
        assert got != "allow"


@pytest.mark.parametrize("request_", ["Pay invoice IV-52.", "Please settle the invoice of Ferro Plumbing."])
@pytest.mark.parametrize("supplier", ["Ferro Plumbing, Oslo", "Ferro Plumbing"])
@pytest.mark.parametrize("note", ["Volt & Sons", "S-2"])
def test_a_name_in_a_note(request_: str, supplier: str, note: str) -> None:
    """Whom a bill only has in another field than its supplier's gets nothing, whatever account it has."""
    for register in (REGISTER, {"suppliers": REGISTER["suppliers"][1:]}):
        got = _paid(request_, VOLT, supplier=supplier, on_bill=VOLT, register=register, note=note)
        assert got != "allow"


ONE = {"suppliers": REGISTER["suppliers"][1:]}
"""As of an agent that looked for this one alone."""


@pytest.mark.parametrize("on_bill", [FERRO, ""])
def test_an_account_that_was_looked_up_alone(on_bill: str) -> None:
    """The only account that was read is not the one of a bill that somebody else has sent."""
    got = _paid("Pay invoice IV-52.", VOLT, supplier="Ferro Plumbing", on_bill=on_bill, register=ONE)
    assert got != "allow"
    assert _paid("Pay invoice IV-52.", VOLT, supplier="Volt and Sons", on_bill="", register=ONE) == "allow"


@pytest.mark.parametrize(
    "request_", ["Pay invoice IV-52 of Ferro Plumbing.", "Please settle the invoice of Ferro Plumbing."]
)
@pytest.mark.parametrize("note", ["", "Ferro Plumbing"])
def test_a_bill_of_another_than_the_request_says(request_: str, note: str) -> None:
    """A bill whose writer calls himself otherwise than the request leads to no account."""
    for register in (ONE, REGISTER):
        got = _paid(request_, VOLT, supplier="Volt & Sons", on_bill=VOLT, register=register, note=note)
        assert got != "allow"
