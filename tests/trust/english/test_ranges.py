"""Days whose month or week is said once."""

from datetime import date

import pytest

from podium.trust.english.almanac import days_of
from podium.trust.english.ranges import ranged

TODAY = date(2026, 11, 26)  # a Thursday


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("we need a van from mon 7 to fri 11 dec, the cheaper one", "12-07 12-11"),
        ("Book the hall from the 6th to the 12th of December.", "12-06 12-12"),
        ("Two rooms, 7-11 Dec.", "12-07 12-11"),
        ("Put the crane down for Mon 7 - Fri 11 Dec please", "12-07 12-11"),
        ("a boat from MON 7 till FRI 11 DEC", "12-07 12-11"),
        ("He's away between Tuesday the 8th and Friday the 11th.", "12-08 12-11"),
        ("She is off Tuesday, the 8th until Friday, the 11th of December", "12-08 12-11"),
        ("Hire the mixer December 7 to 11.", "12-07 12-11"),
        ("Hire the mixer from Dec. 7th through the 11th.", "12-07 12-11"),
        ("The mixer, Monday 7th to Friday 11th December 2026", "12-07 12-11"),
        ("Let the flat from 30 Nov to 3 Dec.", "11-30 12-03"),
        ("Let the flat from Mon 30 Nov to Thu 3 Dec.", "11-30 12-03"),
        ("Let the flat from the 29th to the 3rd of December.", "11-29 12-03"),
        ("Block the 8th, 9th and 11th of December for the fitters.", "12-08 12-09 12-11"),
        ("Block Tue 8, Wed 9 and Fri 11 Dec.", "12-08 12-09 12-11"),
        ("The 8th/9th of December would do", "12-08 12-09"),
        ("Mon-Wed next week", "11-30 12-02"),
        ("The stand is ours Monday to Wednesday next week", "11-30 12-02"),
        ("Thu and Fri of next week, please", "12-03 12-04"),
        ("I'm out from Tues to Thurs", "12-01 12-03"),
        ("Mark me out from mon 7 to fri 11", "12-07 12-11"),
        ("Put the guests in from the 28th to the 2nd", "11-28 12-02"),
    ],
)
def test_both_ends_are_said(text: str, days: str) -> None:
    """Both ends of a range are days of the request, and each day of a list."""
    assert {f"2026-{day}" for day in days.split()} <= days_of(text, TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "Move tables 3, 4 and 11 December's booking",
        "Send 2 and 3 on Monday",
        "It opens at 9 to 5",
        "Order 7 to 11 mugs",
        "Pay invoices 7 and 11",
        "open mon-fri",
        "between 7 and 11 pm",
        "Rooms 12 and 14 Dec",
        "Mon 8 to Tue 12",  # no such Monday next to such a Tuesday
    ],
)
def test_numbers_that_are_no_days(text: str) -> None:
    """Counts, codes and times that stand beside each other say no day."""
    assert not set(ranged(text.casefold(), TODAY))


def test_a_weekday_that_does_not_fit_says_none() -> None:
    """The day itself, `Fri 11 Dec`, is said as ever; `Tue 7` of December is no day."""
    assert set(ranged("from tue 7 to fri 11 dec", TODAY)) == {date(2026, 12, 11)}


def test_the_month_that_is_said() -> None:
    """A number beside its month is of no other one."""
    assert set(ranged("from january 7th to the 11th", TODAY)) == {date(2027, 1, 7), date(2027, 1, 11)}


def test_no_such_day() -> None:
    """A day that its month does not have is left out."""
    assert days_of("from the 29th to the 31st of November", TODAY) <= {"2026-11-29", "2026-12-31"}


@pytest.mark.parametrize(
    "text",
    [
        "move the desks from the 3rd to the 5th floor",
        "the 1st and 2nd prize",
        "between the 2nd and 3rd item",
        "the 5th - 7th grade pupils",
        "swap the 4th and 6th row",
        "hang them from the 1st to the 4th landing",
        "the 2nd and 3rd of the paragraphs",
    ],
)
def test_which_of_some_things(text: str) -> None:
    """A number that a noun follows counts that, and says no day."""
    assert not set(ranged(text, TODAY))


@pytest.mark.parametrize(
    "more", ["from the 3rd to the 5th", "from the 3rd to the 5th for Ann", "the 3rd and 5th."]
)
def test_days_without_a_noun(more: str) -> None:
    """What goes on behind them is no noun."""
    assert set(ranged(f"book the hall {more}".casefold(), TODAY)) == {date(2026, 12, 3), date(2026, 12, 5)}


@pytest.mark.parametrize(
    "text",
    [
        "from 28 to 31 november",
        "from 27 to 29 february",
        "from 0 to 3 december",
        "december 0 to 5",
        "from 5 to 31 june 9999",
        "from 30 to 1 january 0001",
        "29th to 30th february",
        "from the 28th to the 31st of september 2027",
        "from 99 to 1 may",
    ],
)
def test_impossible_days_keep_no_others_back(text: str) -> None:
    """They are no days of a request, and another one that it says stays one."""
    set(ranged(text, TODAY))
    assert "2026-11-27" in days_of(f"{text}, or tomorrow", TODAY)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("A room, Friday the 11th till Monday", "12-11 12-14"),
        ("A room from Friday 11 December until Monday, please", "12-11 12-14"),
        ("a room from the 11th to the following Wednesday", "12-11 12-16"),
        ("The van from 8 Dec through Thursday.", "12-08 12-10"),
        ("I'm out from Wed to Mon", "12-02 12-07"),
    ],
)
def test_an_end_that_is_a_weekday(text: str, days: str) -> None:
    """It is the first such day behind the beginning, and not the one that is nearest to today."""
    assert days_of(text, TODAY) == {f"2026-{day}" for day in days.split()}


def test_a_weekday_of_its_own_beside_a_range() -> None:
    """What stands outside the range is seen from today."""
    assert "2026-11-30" in days_of("Ring him on Monday: the room is ours from the 11th to Monday.", TODAY)
    assert days_of("Rooms 12 to Monday's guests", TODAY) == {"2026-11-30"}
