"""The first that is still to come, and days that are not meant by *next*."""

from datetime import date

import pytest

from podium.trust.english.to_come import ahead, first_of
from podium.trust.grounding.record.readings import Readings
from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

TODAY = "2026-11-26"
OURS = ReturnsRow("organisation", "private", ObjectRow("events", "id", ("title", "with"), ("start",)))
THEIRS = ReturnsRow("public", "private", OURS.object, fields={"events[].id": FieldLabel("organisation")})
MOVE = ToolRow("diary", "move_event", "irreversible", ("move",), {"id": SinkRow("object")})
EVENTS = {
    "events": [
        {"id": "e-0", "title": "Catalogue talk", "with": "Gwen Abbott", "start": "2026-11-04T15:00"},
        {"id": "e-1", "title": "Catalogue talk", "with": "Gwen Abbott", "start": "2026-12-02T15:00"},
        {"id": "e-2", "title": "Catalogue talk", "with": "Gwen Abbott", "start": "2026-12-09T15:00"},
    ]
}


@pytest.mark.parametrize(
    "text",
    [
        "Move my next meeting with Gwen.",
        "Cancel our next call, please",
        "When do I see Gwen next? Cancel that.",
        "Tell me when her next visit is.",
        "Call off the next catalogue talk",
    ],
)
def test_what_is_to_come(text: str) -> None:
    """A thing behind *next* is the first that has not been."""
    assert ahead(text)


@pytest.mark.parametrize(
    "text",
    [
        "Move the talk to next Friday.",
        "Cancel the talk of the next week.",
        "Move it to the next day",
        "Take the next one",
        "What are my next steps?",
        "Next to my desk there is a lamp.",
        "When is Gwen here?",
    ],
)
def test_what_is_a_day_or_another(text: str) -> None:
    """A day, a week, or one more is none."""
    assert not ahead(text)


def test_the_first_of_days() -> None:
    """What has been is left out where the request speaks of what is to come."""
    days = ["2026-12-09", "2026-11-04T15:00", "2026-12-02T09:00"]
    assert first_of(days, "Move my next talk.", TODAY) == "2026-12-02T09:00"
    assert first_of(days, "Move my first talk.", TODAY) == "2026-11-04T15:00"
    assert first_of(days[1:2], "Move my next talk.", TODAY) == first_of(days, "Move my next talk.", "") == ""


@pytest.mark.parametrize(
    "request_",
    [
        "Move my next catalogue talk with Gwen Abbott.",
        "Move my next catalogue talk, please.",
        "Could you move the next talk with Gwen Abbott?",
    ],
)
@pytest.mark.parametrize(("returns", "first"), [(OURS, "allow"), (THEIRS, "ask")])
def test_the_next_of_one_name(request_: str, returns: ReturnsRow, first: str) -> None:
    """It is the first to come, and not one that has been; none of names that strangers choose."""
    find = ToolRow("diary", "find_events", "read", returns=returns)
    for event, answer in (("e-0", "ask"), ("e-1", first), ("e-2", "ask")):
        world = World(request_)
        world.readings = Readings(request_, date.fromisoformat(TODAY))
        world.read(find, EVENTS)
        got = world.call(MOVE, id=event).answer
        assert got == answer or (answer == "ask" and got == "deny"), (event, got)
