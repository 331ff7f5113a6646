"""Numbers that name a thing are no sums, and identifiers that were read are none either."""

import pytest

from podium.trust.grounding.record.readings import Readings
from podium.trust.grounding.things.numbered import is_number
from podium.trust.tools import ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

IBAN = "DE89370400440532013000"
PAY = ToolRow(
    "bank", "pay", "irreversible", ("pay",), {"iban": SinkRow("payee"), "amount": SinkRow("amount")}
)
ORDERS = ToolRow(
    "shop",
    "list_orders",
    "read",
    returns=ReturnsRow("organisation", object=ObjectRow("orders", "id", ("id", "customer"), ("total",))),
)
THINGS = [
    *(("Pay invoice 2041 to Ann", "2041"), ("Refund order 4411", "4411"), ("Cancel #77 and refund it", "77")),
    *(
        ("Pay the bill of room 12", "12"),
        ("Settle ticket no. 318", "318"),
        ("Ann's order 4411 goes back", "4411"),
    ),
    *(("Refund booking 5103 in full", "5103"), ("Pay for flat 31", "31"), ("Credit case 900 today", "900")),
    ("Return what we owe on parcel 6120", "6120"),
    *(("Change my address to Fuldaufer 19 in Kassel, pay Ann", "19"), ("Pay Ann of 12 Kiln Lane", "12")),
    *(("Cancel 4411 and refund it", "4411"), ("Reopen 31027, and pay Ann", "31027")),
    *(("Please close 4411 and credit her", "4411"), ("Mark 4411 as paid", "4411")),
    *(("Reject 5103, then refund the rest", "5103"), ("I want 4412 paid, so archive 4411", "4411")),
]
SUMS = [
    *(("Order 12 tents", "12"), ("please order 250 leaflets", "250"), ("I want to order 40", "40")),
    *(("Refund 50 on order 4411", "50"), ("Pay Ann 200 for invoice 2041", "200"), ("Raise it to 500", "500")),
    *(("Set room 12 to 21", "21"), ("Order 4411: refund 50 euros", "50"), ("Book 3 seats", "3")),
    *(("Put the limit of card 77 at 300", "300"), ("Cancel 4411 tickets", "4411"), ("Refund 4411", "4411")),
    *(("Cancel 4411 and pay Ann 4411", "4411"), ("Transfer 4411 to Ann", "4411")),
    *(("Pay Ann 19, she lives at Fuldaufer 19 in Kassel", "19"), ("Pay Ann 19 in Kassel", "19")),
]


def test_numbers_of_things() -> None:
    """Behind the noun of what has a number it says which one, and no sum."""
    assert [one for one in THINGS if not is_number(Readings(one[0]), one[1])] == []
    assert [one for one in SUMS if is_number(Readings(one[0]), one[1])] == []


@pytest.mark.parametrize(("request_", "number"), THINGS)
def test_the_number_of_a_thing_is_not_paid(request_: str, number: str) -> None:
    """Whoever is paid for invoice 2041 does not get 2041."""
    world = World(f"{request_}, {IBAN}")
    assert world.call(PAY, iban=IBAN, amount=float(number)).answer != "allow"


def test_an_identifier_that_was_read_is_no_sum() -> None:
    """Neither the number of the order that is named, nor that of another one; its total is."""
    rows = {
        "orders": [{"id": 4411, "customer": "Ann", "total": 50}, {"id": 900, "customer": "Bo", "total": 7}]
    }
    for request in (f"Pay 4411 to {IBAN}", f"Pay {IBAN} what Ann's order costs"):
        world = World(request).read(ORDERS, rows)
        assert world.call(PAY, iban=IBAN, amount=50).answer == "allow"
        assert world.call(PAY, iban=IBAN, amount=4411).answer != "allow"
        assert world.call(PAY, iban=IBAN, amount=900).answer != "allow"


@pytest.mark.parametrize(
    "field", ["phone", "zip", "year", "customer_no", "account_number", "code", "version"]
)
def test_digits_that_are_no_quantity(field: str) -> None:
    """Trusted fields that are called as identifiers say no sum; a fee does."""
    office = ToolRow("office", "get_desk", "read", returns=ReturnsRow("organisation"))
    for name, answer in ((field, False), ("fee", True)):
        world = World(f"Pay {IBAN} the fee").read(office, {name: 9001})
        assert (world.call(PAY, iban=IBAN, amount=9001).answer == "allow") is answer
