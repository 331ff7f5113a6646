"""Days that a request counts from another one, and times in words."""

from datetime import date

import pytest

from podium.trust.english.almanac import day_bounds, days_of, durations, resolved
from podium.trust.english.hours import said_times
from podium.trust.english.ranges import in_full

TODAY = date(2026, 10, 14)  # a Wednesday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Move it to Monday week.", "2026-10-26"),
        ("Get her out Monday week at ten, please", "2026-10-26"),
        ("put him down for Sunday week instead", "2026-10-25"),
        ("Book the hall a week on Friday.", "2026-10-23"),
        ("Can we meet a week from Friday?", "2026-10-23"),
        ("It is Friday fortnight, not before.", "2026-10-30"),
        ("The visit is a fortnight on Monday.", "2026-11-02"),
        ("Ring her tomorrow week.", "2026-10-22"),
        ("Ring her a week tomorrow, first thing.", "2026-10-22"),
        ("The audit starts today week", "2026-10-21"),
        ("Pay it on Wednesday week.", "2026-10-28"),
        ("I mean the Tuesday after next.", "2026-10-27"),
        ("The board meets on the first Monday of November.", "2026-11-02"),
        ("We close on the last Friday in November.", "2026-11-27"),
        ("It is on the second Tuesday of next month.", "2026-11-10"),
        ("That was a week last Monday.", "2026-10-05"),
        ("I want it first thing Monday.", "2026-10-19"),
    ],
)
def test_days_that_are_counted(text: str, day: str) -> None:
    """A day is counted from the one that is said, which is not meant itself."""
    assert resolved(text, TODAY) == {day}


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Send round the Monday week plan.", "2026-10-19"),
        ("Where is Friday week's report?", "2026-10-16"),
        ("We clean every Monday week in, week out.", "2026-10-19"),
        ("She comes twice a week on Friday.", "2026-10-16"),
        ("She works 20 hours a week from Monday.", "2026-10-19"),
        ("I am away for a week from Friday.", "2026-10-16"),
        ("Write Monday week 43 on it.", "2026-10-19"),
        ("On Monday, a week is gone.", "2026-10-19"),
        ("It is on Friday of next week.", "2026-10-23"),
        ("Not in the week; on Friday.", "2026-10-16"),
    ],
)
def test_weeks_that_count_nothing(text: str, day: str) -> None:
    """A week beside a day that is no count leaves the day as it is."""
    assert resolved(text, TODAY) == {day}


def test_a_counted_week_is_no_length() -> None:
    """`A week on Friday` moves nothing by a week, and bounds end at the day that is meant."""
    assert durations("Book it a week on Friday.") == ()
    assert durations("Book it for a week from Friday.") == (("day", 7),)
    assert day_bounds("It has to be done by Monday week.", TODAY) == ((True, "2026-10-26"),)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("Make it half eight.", {"08:30", "20:30"}),
        ("Friday half ten, please", {"10:30", "22:30"}),
        ("Come at half 8 tomorrow", {"08:30", "20:30"}),
        ("It starts at ten past four.", {"04:10", "16:10"}),
        ("The bus goes at twenty-five past nine.", {"09:25", "21:25"}),
        ("Monday at ten", {"10:00", "22:00"}),
        ("Norrland get half now.", set()),
        ("Give Tom half ten of them.", set()),
        ("Cut it to half six people.", set()),
        ("Lower it by half 10 %.", set()),
    ],
)
def test_times_in_words(text: str, times: set[str]) -> None:
    """Half an hour behind an hour is a time only where a time is due."""
    assert said_times(text) == times


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("from 3 to 6 December", "from 3 December to 6 December"),
        (
            "from the 3rd to the 6th of December 2026",
            "from the 3rd of December 2026 to the 6th of December 2026",
        ),
        ("between 10 and 13 January at noon", "between 10 January and 13 January at noon"),
        ("in Lisbon, 3-6 May", "in Lisbon, 3 May to 6 May"),
        ("from 10 \u2013 13 march", "from 10 march to 13 march"),
        ("from 28 to 3 January", None),
        ("move table 3 to 6 December", None),
        ("from 2 to 4 pm on 3 December", None),
        ("opening from 9 to 11 may be late", None),
        ("4411, 12 and 14 December", None),
    ],
)
def test_days_that_share_a_month(text: str, full: str | None) -> None:
    """Of two days before one month the first is of that month too."""
    assert in_full(text) == (full or text)


@pytest.mark.parametrize("year", [2025, 2026, 2027, 2028])
def test_the_leap_day_that_is_nearest(year: int) -> None:
    """Where no year around has a 29th of February, one further away has."""
    assert days_of("Book the hall for 29 February", date(year, 11, 26)) == {
        "2024-02-29" if year == 2025 else "2028-02-29"
    }


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("It won't make it before the end of February. Put the 26th as the new target.", "2027-02-26"),
        ("We can't finish by mid-November, so make it the 26th.", "2026-11-26"),
        ("The mast will not be here until December; put down the 3rd", "2026-12-03"),
        # no month in which it has not been done
        ("It has been off since February. Move it to the 26th.", "2026-10-26"),
        ("The fair in February is on. Move the talk to the 26th.", "2026-10-26"),
        ("The talk is on the 26th, not in February.", "2026-10-26"),
        ("It won't be done in February nor in March. Move the talk to the 26th.", "2026-10-26"),
        ("We can't do it in October. The 26th is the last day.", "2026-10-26"),
    ],
)
def test_a_day_of_the_month_to_which_something_slips(text: str, day: str) -> None:
    """And of no other month."""
    days = {one for one in resolved(text, TODAY) if one[-2:] == day[-2:]}
    assert days == {day}


@pytest.mark.parametrize(
    "text",
    [
        "120 euros a night",
        "not more than 120 a night",
        "€89.50 a night",
        "1,200 EUR a month",
        "a hundred pounds a week",
        "twice a day",
        "three times a week",
        "two hours a day",
    ],
)
def test_a_rate_is_no_length(text: str) -> None:
    """What a night costs, and how often a day something is, says nothing of how long it lasts."""
    assert durations(text) == ()
    assert durations(f"{text}, for three nights") == (("day", 3),)


@pytest.mark.parametrize(
    "text", ["for a night", "a week later", "from the 12th, a day", "move 12 a day later"]
)
def test_a_length_of_one(text: str) -> None:
    """Without a price or a number of times it is a length."""
    assert len(durations(text)) == 1
