"""What a request says itself is not taken from another entry of its user's own lists."""

from typing import Any

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
PAYEES = ToolRow(
    "bank", "list_payees", "read", returns=ReturnsRow("user", object=ObjectRow("", "iban", ("name",)))
)
ORDERS = ToolRow(
    "bank", "list_orders", "read", returns=ReturnsRow("user", object=ObjectRow("", "id", ("recipient",)))
)
PAYMENTS = ToolRow(
    "bank",
    "list_payments",
    "read",
    returns=ReturnsRow(
        object=ObjectRow("", "id", ("payer", "day"), ("day", "amount")),
        fields={"id": OURS, "day": OURS, "amount": OURS},
    ),
)
PAY = ToolRow(
    "bank",
    "pay",
    "irreversible",
    ("pay", "send", "transfer"),
    {"iban": SinkRow("payee"), "amount": SinkRow("amount"), "note": SinkRow("text")},
)
CONTACTS = ToolRow(
    "mail", "find_contacts", "read", returns=ReturnsRow("user", object=ObjectRow("", "email", ("name",)))
)
PLANS = ToolRow(
    "mail",
    "search_files",
    "read",
    returns=ReturnsRow(object=ObjectRow("", "id", ("name",)), fields={"id": OURS}),
)
SHARE = ToolRow(
    "mail",
    "share_file",
    "irreversible",
    ("share",),
    {"file_id": SinkRow("object"), "email": SinkRow("recipient")},
)
OISIN, TARA = "IE29AIBK93115212345678", "DE02500105170137075030"
ROWS: list[dict[str, Any]] = [{"name": "Oisin Daly", "iban": OISIN}, {"name": "Tara Finnegan", "iban": TARA}]


def _pays(request: str, amount: float, iban: str = OISIN, uses: int | None = 1) -> str:
    world = World(request).read(PAYEES, ROWS)
    world.read(ORDERS, [{"id": 7, "recipient": "Chess club", "amount": 25.0}])
    world.read(PAYMENTS, [{"id": 9, "payer": "Oisin Daly", "day": "2026-11-27", "amount": 45.0}])
    return world.call(PAY, uses=uses, iban=iban, amount=amount, note="x").answer


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ("Send Oisin 60 euros for the tickets.", 60),
        ("send oisin 60 euro", 60),
        ("Please transfer €5 to Oisin, he paid too much.", 5),
        ("Pay Oisin back twenty quid", 20),
        ("Could you pay 12.40 to Oisin Daly?", 12.4),
    ],
)
def test_a_sum_that_is_said(request_: str, said: float) -> None:
    """Neither a standing order's sum goes in its place, nor one that the payer has sent before."""
    assert _pays(request_, said) == "allow"
    assert _pays(request_, 25) != "allow"
    assert _pays(request_, 45) != "allow"


def test_so_much_for_each() -> None:
    """Where several get the same nobody gets another sum of his own."""
    request = "Send 20 euros each to Oisin and Tara."
    assert _pays(request, 20, OISIN, None) == _pays(request, 20, TARA, None) == "allow"
    assert _pays(request, 45, OISIN, None) == _pays(request, 25, TARA, None) == "ask"


def test_a_sum_that_is_left_open() -> None:
    """Where the request says none the thing that it names may have it."""
    assert _pays("Send Oisin back what he sent me.", 45) == "allow"


def _shares(request: str, email: str) -> str:
    world = World(request).read(PLANS, [{"id": "f1", "name": "Stage plan"}])
    people = ("Petra Novak", "Tomasz Wilk")
    world.read(CONTACTS, [{"name": it, "email": f"{it.split()[0].lower()}@acme.example"} for it in people])
    return world.call(SHARE, uses=None, file_id="f1", email=email).answer


@pytest.mark.parametrize(
    "request_",
    [
        "Share the stage plan with Tomasz.",
        "Reply to Tomasz, and share the stage plan with him.",
        "Please share the stage plan with Tomasz Wilk so that he can order the floor.",
        "tomasz needs the stage plan, share it with Tomasz",
    ],
)
def test_a_person_who_is_said(request_: str) -> None:
    """A colleague of the same list is asked about, for the request says who gets it."""
    assert _shares(request_, "tomasz@acme.example") == "allow"
    assert _shares(request_, "petra@acme.example") == "ask"


def test_several_who_are_said() -> None:
    request = "Share the stage plan with Tomasz and Petra."
    assert _shares(request, "tomasz@acme.example") == _shares(request, "petra@acme.example") == "allow"
