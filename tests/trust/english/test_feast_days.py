"""Days that have names, days in words, and weekdays that lean on others."""

from datetime import date

import pytest

from podium.trust.english.almanac import days_of, resolved

TODAY = date(2026, 11, 26)  # a Thursday


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("We are closed from Christmas Eve.", "2026-12-24"),
        ("Boxing Day is a holiday, block it", "2026-12-26"),
        ("Pay it on New Year's Day.", "2027-01-01"),
        ("until New Year\u2019s Eve please", "2026-12-31"),
        ("Shut the office on Good Friday.", "2027-03-26"),
        ("open again on Easter Monday", "2027-03-29"),
        ("Tea on the third Sunday of Advent.", "2026-12-13"),
        ("Tea on the 2nd Advent, at three", "2026-12-06"),
        ("The last one is the Friday before Christmas.", "2026-12-18"),
        ("It is on the Saturday after New Year's Day.", "2027-01-02"),
        ("They come on the Monday before the 12th.", "2026-12-07"),
        ("They come the Friday before 18 December.", "2026-12-11"),
        ("I need it by the tenth.", "2026-12-10"),
        ("due the twenty-first", "2026-12-21"),
        ("Move it to the eighth, please", "2026-12-08"),
        ("Put it on Monday the seventh.", "2026-12-07"),
        ("lunch next Tue", "2026-12-01"),
        ("on fri at ten", "2026-11-27"),
        ("Fri 3pm with Ann", "2026-11-27"),
        ("next week, on Friday", "2026-12-04"),
        ("next week Friday", "2026-12-04"),
        ("The Tuesday of the week after next.", "2026-12-08"),
        ("two Fridays from now", "2026-12-04"),
        ("Saturday in a week", "2026-12-05"),
        ("tomorow at nine", "2026-11-27"),
        ("by 7.12. at the latest", "2026-12-07"),
        ("The last working day of January.", "2027-01-29"),
        ("till the end of Jan", "2027-01-31"),
    ],
)
def test_a_day_in_words(text: str, day: str) -> None:
    """One day is meant, and no other."""
    assert resolved(text, TODAY) == {day}


def test_both_ends_in_words() -> None:
    """Behind one day in words the next one is one, too."""
    assert resolved("from the third to the fifth", TODAY) == {"2026-12-03", "2026-12-05"}


def test_a_day_of_the_month_that_was_said() -> None:
    """A day without a month may be one of the month that the text has said before it."""
    said = days_of("I am away from the 9th to the 11th of March, and answer from the 12th on", TODAY)
    assert {"2027-03-09", "2027-03-11", "2027-03-12"} <= said
    assert "2027-03-12" not in days_of("From the 12th on. Then 9 March.", TODAY)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("on the twelfth of January", "--01-12"),
        ("December tenth", "--12-10"),
        ("January the fifth, 2027", "--01-05"),
        ("the twenty-first of December", "--12-21"),
        ("on the thirty first of March", "--03-31"),
    ],
)
def test_a_day_of_a_month_in_words(text: str, day: str) -> None:
    """An ordinal beside its month is a date; the end of a longer one is none of its own."""
    assert days_of(text, TODAY) == {f"2027{day[1:]}" if day < "--12" else f"2026{day[1:]}"}


@pytest.mark.parametrize(
    "text",
    [
        "Answer the second of the two mails.",
        "Answer the first.",
        "See to the third, please.",
        "Ring at the second gate, on the third floor.",
        "by the third quarter",
        "She sat in the sun.",
        "They wed in style.",
        "before the first frost",
        "You may first look at it.",
        "The Christmas party is off.",
        "Send the New Year's letter.",
        "for 7.12 each",
    ],
)
def test_what_is_no_day(text: str) -> None:
    """Numbers of other things, and words that only look like days."""
    assert days_of(text, TODAY) == frozenset()
