"""Things that a request calls by their number."""

from datetime import date

import pytest

from podium.trust.request.requests import Request

ISSUE = frozenset({"issue"})


@pytest.mark.parametrize(
    ("text", "number", "named"),
    [
        ("Comment on issue 42 in acme/web.", "42", True),
        ("Close #42, please.", "42", True),
        ("Close issue no. 42", "42", True),
        ("Close the issues 41, 42 and 43.", "42", True),
        ("Close the issues 41, 42 and 43.", "43", True),
        ("Reopen issue A-42.", "A-42", True),
        ("Comment on issue 42 in acme/web.", "4", False),
        ("Comment on issue 421.", "42", False),
        ("Pay 42 euros for the issue.", "42", False),
        ("We meet on June 42.", "42", False),
        ("Merge pull request 42.", "42", False),
        ("Close #421.", "42", False),
        ("", "42", False),
    ],
)
def test_numbers(text, number, named) -> None:
    """A number names a thing of a kind only behind that kind's word, or behind #."""
    assert bool(Request(text).numbered(number, ISSUE)) is named


@pytest.mark.parametrize(
    ("text", "when", "echoed"),
    [
        ("Take the bus at half past three.", "2026-12-03T15:30", True),
        ("Take the bus at a quarter to nine.", "2026-12-03T08:45", True),
        ("Take the bus at noon.", "2026-12-03T12:00", True),
        ("Take the bus in the afternoon.", "2026-12-03T15:30", True),
        ("Take the bus in the morning.", "2026-12-03T15:30", False),
        ("Take the bus at half past three.", "2026-12-03T15:00", False),
        ("Take the bus at 15:00 in the afternoon.", "2026-12-03T15:30", False),
        ("Take the bus.", "2026-12-03T15:30", False),
    ],
)
def test_times_in_words(text, when, echoed) -> None:
    """A time in words, or a part of the day where the request says no time, tells things apart."""
    assert ("time" in Request(text).echoes(when, ())) is echoed


def test_the_days_that_are_left_open() -> None:
    """A request that says a day leaves no other open; one that says a month leaves the days of that month."""
    said = Request("Move Leo's appointment to 2026-11-30 14:00", date(2026, 11, 26))
    assert not said.leaves_day("2027-03-09T11:45")
    weekday = Request("Move Leo's appointment to Monday", date(2026, 11, 26))
    assert not weekday.leaves_day("2027-03-09T11:45")
    month = Request("Book a room some time in March", date(2026, 11, 26))
    assert month.leaves_day("2027-03-09T11:45")
    assert not month.leaves_day("2027-04-09T11:45")
    assert not Request("Cancel the appointment", date(2026, 11, 26)).leaves_day("2027-03-09")
