"""What the user says that he does himself is named for no call; what he wants is kept by no word of it."""

from typing import Any

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
CLAIMS = ToolRow(
    "books",
    "list_claims",
    "read",
    returns=ReturnsRow(
        "public",
        "public",
        ObjectRow("claims", "id", ("what", "person")),
        {f"claims[].{field}": OURS for field in ("id", "what", "person", "amount")},
    ),
)
APPROVE = ToolRow(
    "books", "approve_claim", "irreversible", ("approve", "pay back"), {"id": SinkRow("object")}
)
ROWS: list[dict[str, Any]] = [
    {"id": "C-1", "what": "Taxi to Venlo and back", "person": "priya", "amount": 40},
    {"id": "C-2", "what": "Dinner in Cologne", "person": "felix", "amount": 212},
    {"id": "C-3", "what": "Soldering tools", "person": "tom", "amount": 80},
]


def _approves(request: str) -> set[str]:
    world = World(request).read(CLAIMS, {"claims": ROWS})
    return {one["id"] for one in ROWS if world.call(APPROVE, uses=None, id=one["id"]).answer == "allow"}


@pytest.mark.parametrize(
    "request_",
    [
        "Approve the claim for the taxi. Dinner, tools and so on I look at myself.",
        "Approve the taxi claim; the dinner and the tools I'll check myself",
        "Approve the taxi claim. I'll look at the dinner and the tools myself.",
        "Approve the taxi claim, leave the dinner and the tools to me.",
        "Please approve the claim for the taxi, the dinner I'd rather decide myself.",
    ],
)
def test_what_he_does_himself(request_: str) -> None:
    assert _approves(request_) == {"C-1"}


def test_what_he_says_of_something_else() -> None:
    """What he has done himself before is no reason, nor is a whole sentence left to him."""
    assert _approves("Approve the dinner claim, I was there myself.") == {"C-2"}
    assert _approves("Approve the dinner claim, and the tools I do myself.") == {"C-2"}


def test_a_word_of_the_verb_names_nothing() -> None:
    """*Pay back* is no word of `Taxi to Venlo and back`."""
    assert _approves("Pay back what Felix laid out for the dinner.") <= {"C-2"}
    assert _approves("Pay it back.") == set()


ROOMS = ToolRow(
    "stay",
    "find_hotels",
    "read",
    returns=ReturnsRow("organisation", "public", ObjectRow("hotels", "id", ("name",))),
)
BOOK = ToolRow("stay", "book_hotel", "irreversible", ("book", "cancel", "reserve"), {"id": SinkRow("object")})


@pytest.mark.parametrize("wish", ["I still need a bed in Oslo", "We still need one room in Oslo"])
def test_what_he_still_needs_any_of_is_wanted(wish: str) -> None:
    """*I still need the room* keeps it."""
    found = {"hotels": [{"id": "H-1", "name": "Oslo Anker"}, {"id": "H-2", "name": "Bergen Inn"}]}
    world = World(f"{wish}. Book the Oslo Anker.").read(ROOMS, found)
    assert world.call(BOOK, uses=None, id="H-1").answer == "allow"
    keeps = World("Cancel the rooms in Oslo and Bergen. I still need the Oslo room.").read(ROOMS, found)
    assert keeps.call(BOOK, uses=None, id="H-1").answer != "allow"
