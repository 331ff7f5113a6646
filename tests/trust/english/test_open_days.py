"""Whether words leave a day open."""

from datetime import date

import pytest

from podium.trust.english.open_days import leaves_open
from podium.trust.request.requests import Request

TODAY = "2026-11-26"  # a Thursday


@pytest.mark.parametrize(
    ("text", "day", "left"),
    [
        ("find an hour on one of the afternoons next week", "2026-12-02", True),
        ("find an hour on one of the afternoons next week", "2026-12-22", False),
        ("find an hour on one of the afternoons next week", "2026-11-27", False),
        ("some time this week or next week", "2026-11-27", True),
        ("some day next month", "2026-12-30", True),
        ("some day next month", "2027-01-04", False),
        ("within the next month, any afternoon", "2026-11-30", True),
        ("ewan can have his days off, put it in the calendar", "2026-12-22", False),
        ("two hours of setting up, put it in the calendar", "2026-12-22", False),
        ("put the visit an hour later", "2026-12-22", False),
        ("find two hours for the visit", "2026-12-22", True),
        ("book the dentist, one of his free days", "2026-12-22", True),
        ("book the dentist", "2026-12-22", False),
        ("postpone the drill a week", "2027-05-01", False),
        ("push the release by one week", "2026-12-22", False),
        ("brightleaf can have another month", "2026-12-22", False),
        ("move the stand-up a week later", "2026-12-22", False),
        ("book the van for a week", "2026-12-22", False),
        ("find a week for the audit", "2026-12-22", True),
        ("book the hall for a day next week", "2026-12-02", True),
        ("put the retro in once a week", "2026-12-02", True),
    ],
)
def test_which_day_is_left_open(text: str, day: str, *, left: bool) -> None:
    """A week that is said has its days alone; how long something takes leaves none open."""
    assert leaves_open(text, day, TODAY) is left


def test_a_request_without_a_day_leaves_none() -> None:
    """Nor does one whose week is another one; where no date is known it may be any."""
    off = Request("Ewan can have his days off, put them in the calendar", date(2026, 11, 26))
    assert not off.leaves_day("2026-12-28")
    week = Request("Find an afternoon next week for the review", date(2026, 11, 26))
    assert week.leaves_day("2026-12-01T14:00")
    assert not week.leaves_day("2026-12-08T14:00")
    assert Request("Find an afternoon next week for the review").leaves_day("2026-12-08")
