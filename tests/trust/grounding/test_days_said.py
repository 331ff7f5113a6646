"""Days and times said in part: an hour without its half, a day without its year, the day of a text."""

from datetime import date

import pytest

from podium.trust.grounding.record.readings import Readings
from podium.trust.openings import openings
from podium.trust.tools import GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Verdict
from tests.trust.test_verdict import World

TODAY = date(2026, 11, 26)  # a Thursday
BOOK = ToolRow(
    "diary",
    "create_event",
    "write",
    ("book", "schedule", "push", "put"),
    {"start": SinkRow("date"), "end": SinkRow("date"), "due": SinkRow("date")},
)
READ = ToolRow(
    "room", "read_doc", "read", returns=ReturnsRow("public", "private", ObjectRow("", "id", ("title",)))
)
CARD = ToolRow("room", "create_card", "write", ("create", "add"), {"due": SinkRow("date")})
MINUTES = {"id": "D-7", "title": "Minutes, weekly", "text": "Jo: order the frames by 1 December."}


def _call(request: str, tool: ToolRow = BOOK, **arguments: str) -> Verdict:
    world = World(request)
    world.readings = Readings(request, TODAY)
    if tool is CARD:
        world.read(READ, MINUTES, id="D-7")
    return world.call(tool, uses=None, **arguments)


def _at(request: str, start: str, end: str) -> str:
    return _call(request, start=f"2026-12-01T{start}", end=f"2026-12-01T{end}").answer


@pytest.mark.parametrize(
    "request_",
    [
        "Book a survey on Tuesday at 2 for an hour",
        "Book a survey at two on Tuesday",
        "Book a survey for 1 December, at 2.",
        "Push the bank to 2 on Tuesday",
    ],
)
def test_an_hour_alone_holds(request_: str) -> None:
    """It may be of either half of the day; another time is asked about, also one that ends then."""
    assert _at(request_, "14:00", "15:00") == _at(request_, "02:00", "03:00") == "allow"
    assert _at(request_, "09:00", "10:00") == _at(request_, "14:30", "15:30") == "ask"
    assert _at(request_, "12:00", "14:00") == "ask"


@pytest.mark.parametrize(
    "request_",
    [
        "Book a survey on Tuesday",
        "Book a table for 2 on Tuesday",
        "Book a survey at 2 Mill Lane on Tuesday",
        "Book a survey on Tuesday after 2",
        "Book a survey by 1 December",
        "Push the call at 2 on Tuesday back by an hour",
    ],
)
def test_what_is_no_hour_holds_no_time(request_: str) -> None:
    """How many, an address, a bound, a day of a month, and what is moved from there."""
    assert _at(request_, "15:00", "16:00") == "allow"


@pytest.mark.parametrize(
    "request_", ["Book it by 8 December", "Book the survey on the 8th of December", "Book it for 8 Dec."]
)
def test_a_day_without_its_year_is_the_next_one(request_: str) -> None:
    """Another year's is asked about."""
    assert _call(request_, due="2026-12-08").answer == "allow"
    assert {_call(request_, due=f"{year}-12-08").answer for year in (2025, 2027, 2062)} == {"ask"}


def test_a_year_that_is_said_holds_and_what_was_may_be_over() -> None:
    """Of the past a day is only where the request speaks of it."""
    assert _call("Book it by 8 December 2027", due="2027-12-08").answer == "allow"
    assert _call("Book the survey that was on 3 November", due="2026-11-03").answer == "allow"
    assert _call("Book the survey that was on 3 November", due="2025-11-03").answer == "ask"
    assert _call("Book the survey on 3 November", due="2026-11-03").answer == "ask"
    assert _call("Book the survey on 3 November", due="2027-11-03").answer == "allow"


@pytest.mark.parametrize(
    ("said", "takes"),
    [
        ("Monday 7 December", ("2026-12-07",)),
        ("Monday the 7th", ("2026-12-07",)),
        ("Monday, December 7th", ("2026-12-07",)),
        ("8 December", ("2026-12-08",)),
        ("Monday", ("2026-11-30",)),
    ],
)
def test_what_is_told_of_a_day_is_what_is_taken(said: str, takes: tuple[str, ...]) -> None:
    """No weekday beside its date is another day, and no day is a time."""
    request = f"Book it for {said}"
    (found,) = openings([GrantRow(BOOK.id)], {BOOK.id: BOOK}, request, TODAY).tools
    assert [one.values for one in found.takes] == [takes] * 3
    assert all(_call(request, due=day).answer == "allow" for day in takes)
    if said != "Monday":
        assert _call(request, due="2026-11-30").answer != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Add my actions from the minutes of 19 November",
        "Add my actions from the 19 November minutes",
        "Add my actions from yesterday's minutes",
        "Add my actions from the minutes",
    ],
)
def test_the_day_of_a_text_is_not_that_of_the_act(request_: str) -> None:
    """A due day in it is asked about as without that day; what is made up goes no more than before."""
    found = _call(request_, CARD, due="2026-12-01")
    assert found.answer == "ask"
    assert "without its year" in found.reason
    assert {_call(request_, CARD, due=day).answer for day in ("2026-12-09", "2026-11-22")} == {"ask"}


def test_a_day_of_the_act_beside_that_of_a_text_holds() -> None:
    """Then the request says when it is due, and no text does."""
    request = "Add my actions from the minutes of 19 November, due 3 December"
    assert _call(request, CARD, due="2026-12-03").answer == "allow"
    assert _call(request, CARD, due="2026-12-01").answer == "deny"
