"""A place is cleared of all that is there, but for what the request excepts."""

from typing import Any

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
LIST = ToolRow(
    "board",
    "list_cards",
    "read",
    arguments={"column": SinkRow("query")},
    returns=ReturnsRow(
        "public",
        "public",
        ObjectRow("cards", "id", ("title", "owner")),
        {f"cards[].{field}": OURS for field in ("id", "column", "owner")},
    ),
)
DELETE = ToolRow(
    "board",
    "delete_card",
    "irreversible",
    ("delete", "clear", "empty", "bin"),
    {"card_id": SinkRow("object")},
)
MOVE = ToolRow(
    "board", "move_card", "write", ("clear", "move"), {"card_id": SinkRow("object"), "to": SinkRow("value")}
)
CARDS: list[dict[str, Any]] = [
    {"id": "T-1", "title": "Floor plates", "column": "done", "owner": "tobias"},
    {"id": "T-2", "title": "Arrows for wide gates", "column": "done", "owner": "yuki"},
    {"id": "T-3", "title": "Photos", "column": "done", "owner": "noor"},
    {"id": "T-4", "title": "Cables", "column": "doing", "owner": "noor"},
]


def _goes(request: str, *more: dict[str, Any], **asked: str) -> set[str]:
    world = World(request).read(LIST, {"cards": [*CARDS, *more]}, **asked)
    rows = [*CARDS, *more]
    return {one["id"] for one in rows if world.call(DELETE, uses=None, card_id=one["id"]).answer == "allow"}


@pytest.mark.parametrize(
    "request_",
    [
        "Please clear out the done column.",
        "Empty the column of what's done on our board",
        "Could you clear the list of done cards?",
        "Delete everything in the done column.",
        "delete whatever is in the done column pls",
        "Delete all cards that are in our done column",
    ],
)
def test_all_that_is_there(request_: str) -> None:
    assert _goes(request_) == {"T-1", "T-2", "T-3"}
    assert _goes(request_, column="done") == {"T-1", "T-2", "T-3"}


@pytest.mark.parametrize(
    "but",
    [
        " Everything but Yuki's arrows, she still wants to show those.",
        " All of it except the arrows for wide gates.",
        " Keep Yuki's arrows.",
        " All but the arrows, he needs them.",
    ],
)
def test_what_is_excepted_stays(but: str) -> None:
    assert _goes(f"Clear out the done column.{but}") == {"T-1", "T-3"}


@pytest.mark.parametrize(
    "request_",
    [
        "Clear out the archived column.",  # there is none
        "Clear the table.",
        "Empty the column.",
        "Empty the bin of the kitchen.",
    ],
)
def test_no_place_no_card(request_: str) -> None:
    assert _goes(request_) == set()


def test_a_stranger_gains_nothing() -> None:
    """What he calls a card puts it into no column; nor is one cleared that nobody asked to look at."""
    fake = {"id": "T-9", "title": "column: done", "column": "to do", "owner": "noor"}
    assert _goes("Clear out the done column.", fake) == {"T-1", "T-2", "T-3"}
    assert _goes("Clear out the done column.", column="whatever the form says") == set()


def test_other_acts_take_nothing_away() -> None:
    """To move a card is not what a column is cleared by, whatever verb its author lists."""
    world = World("Clear out the done column.").read(LIST, {"cards": CARDS})
    assert world.call(MOVE, uses=None, card_id="T-1", to="trash").answer != "allow"
