"""Times of day as requests say them, and what follows from them."""

import pytest

from podium.trust.english.hours import later, said_times, time_of
from podium.trust.english.lasting import lengths


@pytest.mark.parametrize(
    ("text", "says", "not_"),
    [
        ("for Sunday, 8 in the morning", "08:00", "20:00"),
        ("in my calendar for Monday 9am, just me", "09:00", "21:00"),
        ("on Friday from 2 to 4 pm", "14:00 16:00", "02:00 04:00"),
        ("on Friday from 11 to 1 pm", "11:00 13:00", "23:00 01:00"),
        ("book 9 to 12 for her", "09:00 12:00", "10:00"),
        ("9-11:30 in room 4", "09:00 11:30", "04:00"),
        ("between ten and twelve", "10:00 12:00", "11:00"),
        ("Wednesday at 2 about the rebuttal", "02:00 14:00", "12:00"),
        ("at two o'clock", "14:00", "03:00"),
        ("7 o'clock in the evening", "19:00", "17:00"),
        ("at half past three", "15:30 03:30", "15:00"),
        ("quarter to nine", "08:45", "09:15"),
        ("at noon", "12:00", "00:00"),
        ("by midnight", "00:00", "12:00"),
        ("at 18 please", "18:00", "06:00"),
        ("at 14:30", "14:30", "02:30"),
        ("from 2 people to 4 people", "", "02:00 04:00"),
        ("at 5 percent", "", "05:00 17:00"),
        ("by 20 euros", "", "20:00"),
        ("before the 3rd", "", "03:00 15:00"),
        ("at 3.50 each", "", "03:00 15:00"),
        ("half seven to nine in the evening", "19:30 21:00", "18:30 19:00"),
        ("at half eight", "08:30 20:30", "07:30"),
        ("from half two till quarter past three", "14:30 15:15", "15:00"),
        ("half past two to half past three", "14:30 15:30", "14:00 15:00"),
        ("ten to half eleven", "10:00 11:30", "11:00"),
        ("half 6", "06:30 18:30", "05:30"),
        ("half two shifts", "", "02:30 14:30"),
        ("half ten percent", "", "10:30"),
        ("half two thousand", "", "02:30"),
        ("an hour and a half two people", "", "02:30"),
        ("flat 12, invoice 7", "", "12:00 07:00"),
    ],
)
def test_what_a_request_says(text: str, says: str, not_: str) -> None:
    """A time in any words is said, what only looks like one is not."""
    found = said_times(text)
    assert set(says.split()) <= found
    assert not set(not_.split()) & found


def test_a_value_that_is_a_time() -> None:
    """Only what is a time and nothing else is one."""
    assert time_of("8:00") == "08:00"
    assert time_of(" 02:30 pm ") == "14:30"
    assert time_of("16:00:00") == "16:00"
    for value in ("2026-11-26T08:00", "08:00 at Mallory's", "8", "25:61", "08:00-09:00", "08:00\u200b"):
        assert time_of(value) is None, value


def test_how_long_something_takes() -> None:
    """An end is so far behind the beginning, past midnight too."""
    assert lengths("an hour with Noor, then half an hour, 90 minutes, two hours and 1.5 hours") == {
        60,
        30,
        90,
        120,
    }
    assert lengths("an hour and a half") == {90}
    assert lengths("book me another half hour on it") == {30}
    assert lengths("a half-hour with Tess") == {30}
    for said in ("two and a half hours", "2 and a half hours"):
        assert 30 not in lengths(said), said
    for said in ("half past three", "half of the hours", "half minute", "a half day", "half the invoice"):
        assert 30 not in lengths(said), said
    assert later("23:30", 60) == "00:30"
