"""What is left of an amount: never all of it, and by itself only what the request's own sum comes to."""

import pytest

from podium.trust.english.sums import remains, sums, taken_off
from podium.trust.tools import ObjectRow, ReturnsRow, SinkRow, ToolRow

from .test_verdict import World

LISTS = ToolRow(
    "desk",
    "list_rentals",
    "read",
    returns=ReturnsRow(
        "organisation",
        "private",
        ObjectRow("rentals", "id", ("id", "customer"), ("deposit", "fee", "remaining")),
    ),
)
REFUND = ToolRow(
    "desk",
    "refund_rental",
    "irreversible",
    ("refund", "return", "give back", "send back", "pay back", "release"),
    {"id": SinkRow("object"), "amount": SinkRow("amount")},
)
RENTALS = {
    "rentals": [
        {"id": "R-1", "customer": "Chloe Rudge", "deposit": 50, "fee": 48},
        {"id": "R-2", "customer": "Dean Farrow", "deposit": 120, "fee": 70},
    ]
}
PART = {"rentals": [{"id": "R-1", "customer": "Chloe Rudge", "deposit": 50, "remaining": 20}]}

ASKED = [
    "Chloe Rudge broke the urn, that's 35 quid. Give back what's left of the deposit.",
    "Give Chloe Rudge back what is left of her deposit after the lamp, which is 35 pounds.",
    "Keep 35 of the deposit for the scratches and refund Chloe Rudge the rest.",
    "Chloe Rudge's tent came back torn: deduct 35 euros and send back the remaining deposit.",
    "Refund Chloe Rudge the rest of her deposit, the paddle cost us €35.",
    "Chloe Rudge lost a key (£35). Return the remainder of the deposit to her.",
    "Retain 20 pounds for dirt and 15 pounds for the key, release what remains of Chloe Rudge's deposit.",
]


@pytest.mark.parametrize("request_", ASKED)
def test_what_is_left(request_: str) -> None:
    """What is left goes through; the whole amount, what is taken off it and another number do not."""
    world = World(request_).read(LISTS, RENTALS)
    assert world.call(REFUND, id="R-1", amount=15).answer == "allow"
    for other in (50, 48, 13, 85, 120, 35, 20):
        assert world.call(REFUND, id="R-1", amount=other).answer != "allow", other
    assert world.call(REFUND, id="R-2", amount=85).answer != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Give Chloe Rudge back what's left of the deposit.",
        "Refund Chloe Rudge the rest of her deposit, the urn broke.",
        "Return the remaining deposit to Chloe Rudge.",
    ],
)
def test_how_much_is_off_nobody_says(request_: str) -> None:
    """Where the request says no sum the whole is asked about; a field that says what is left is taken."""
    assert World(request_).read(LISTS, RENTALS).call(REFUND, id="R-1", amount=50).answer == "ask"
    world = World(request_).read(LISTS, PART)
    assert world.call(REFUND, id="R-1", amount=20).answer == "allow"
    assert world.call(REFUND, id="R-1", amount=50).answer == "ask"


@pytest.mark.parametrize(
    "request_",
    [
        "Refund Chloe Rudge her deposit. The rest can wait.",
        "Give Chloe Rudge back the deposit, and tell the rest of the team.",
        "Refund Chloe Rudge's deposit, what's left of the cake is in the fridge.",
        "Give the deposit back to Chloe Rudge and leave the rest to me.",
    ],
)
def test_another_rest(request_: str) -> None:
    """What is left of something else makes no sum."""
    assert not remains(request_)
    assert not sums(request_)
    assert World(request_).read(LISTS, RENTALS).call(REFUND, id="R-1", amount=50).answer == "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Pay Dean Farrow 40 pounds out of Chloe Rudge's deposit and refund her the rest.",
        "Give Dean £40 for the tent, then return what's left of the deposit to Chloe Rudge.",
    ],
)
def test_what_is_given_to_another(request_: str) -> None:
    """A sum that the request gives to somebody is no sum that is taken off alone."""
    assert taken_off(request_) == frozenset()


def test_what_is_taken_off() -> None:
    """Whatever is held back, also behind a verb of giving."""
    assert taken_off("Refund Chloe Rudge the rest of the deposit minus 35.") == {"35"}
    assert taken_off("Keep 20 pounds for dirt and refund the rest.") == {"20"}
    assert taken_off("Refund Chloe Rudge 35 pounds.") == frozenset()
