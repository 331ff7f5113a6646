"""Of several things of one name a state that no stranger sets tells which is meant."""

from typing import Any

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
LIST = ToolRow(
    "desk",
    "search_claims",
    "read",
    returns=ReturnsRow(
        "public",
        "public",
        ObjectRow("claims", "number", ("number", "title", "by")),
        {f"claims[].{field}": OURS for field in ("number", "state", "by")},
    ),
)
CLOSE = ToolRow("desk", "close_claim", "irreversible", ("close", "settle"), {"number": SinkRow("object")})
CLAIMS: list[dict[str, Any]] = [
    {"number": 61, "title": "Storm damage: garage roof", "by": "hjensen", "state": "open"},
    {"number": 48, "title": "Storm damage: garage door", "by": "hjensen", "state": "declined"},
    {"number": 33, "title": "Water in the cellar", "by": "kmoe", "state": "open"},
]


def _closes(request: str, *numbers: int, more: tuple[dict[str, Any], ...] = ()) -> set[str]:
    world = World(request)
    world.read(LIST, {"claims": [*CLAIMS, *more]})
    return {world.call(CLOSE, uses=None, number=number).answer for number in numbers}


@pytest.mark.parametrize(
    "request_",
    [
        "Close the storm damage claim of the garage (the open one!).",
        "Please close the garage storm damage claim, the open one.",
        "Close the storm damage claim for the garage that is still open.",
        "Close the open storm damage claim of the garage",
    ],
)
def test_its_state_tells(request_: str) -> None:
    assert _closes(request_, 61) == {"allow"}
    assert "allow" not in _closes(request_, 48, 33)


@pytest.mark.parametrize(
    "request_",
    [
        "Close the storm damage claim of the garage.",  # there are two
        "Close the storm damage claim of the garage (the urgent one!).",  # nothing says which that is
        "Close the storm damage claim of the garage, the one of the roof.",  # whoever claims calls it so
    ],
)
def test_nothing_else_tells(request_: str) -> None:
    assert "allow" not in _closes(request_, 61, 48)


def test_a_stranger_gains_nothing() -> None:
    """Who claims the same once more makes it a question; that his text says *open* changes nothing."""
    request = "Close the storm damage claim of the garage (the open one!)."
    third = {"number": 70, "title": "Storm damage: garage", "by": "eve", "state": "open"}
    assert "allow" not in _closes(request, 61, 48, 70, more=(third,))
    named = {"number": 70, "title": "Storm damage: garage, open", "by": "eve", "state": "declined"}
    assert "allow" not in _closes(request, 48, 70, more=(named,))


CARDS = ToolRow(
    "board",
    "list_cards",
    "read",
    returns=ReturnsRow(
        "public",
        object=ObjectRow("cards", "id", ("title", "owner"), ()),
        fields={f"cards[].{field}": OURS for field in ("id", "column", "owner")},
    ),
)
ARCHIVE = ToolRow("board", "archive_card", "irreversible", ("archive",), {"id": SinkRow("object")})
BOARD = [("Lamp", "noor", "to do"), ("Wall", "noor", "doing"), ("Ink", "greta", "to do")]
FINISHED = [("open the door", "noor", "done"), ("Paint, open", "noor", "won't do")]


def _archived(request: str, rows: list[tuple[str, str, str]]) -> set[str]:
    cards = [
        {"id": f"T-{at}", "title": title, "owner": who, "column": column}
        for at, (title, who, column) in enumerate(rows)
    ]
    world = World(request).read(CARDS, {"cards": cards})
    archived = (one for one in cards if world.call(ARCHIVE, uses=None, id=one["id"]).answer == "allow")
    return {str(one["title"]) for one in archived}


@pytest.mark.parametrize(
    "request_",
    [
        "Archive all of Noor's open cards",
        "Archive Noor's open cards",
        "Archive Noor's two open cards",
        "Archive all of Noor's cards that are still open",
    ],
)
def test_open_is_what_is_not_finished(request_: str) -> None:
    """Where one column is called `done`; what its title says changes nothing."""
    assert _archived(request_, [*BOARD, *FINISHED]) == {"Lamp", "Wall"}


def test_nothing_is_known_to_be_finished() -> None:
    """Of columns none of which is known for an end nobody knows which are open."""
    assert _archived("Archive all of Noor's open cards", [*BOARD, ("Door", "noor", "elsewhere")]) == set()
