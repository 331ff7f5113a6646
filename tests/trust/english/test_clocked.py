"""Times of day with their minutes, and lengths of more than one part."""

import pytest

from podium.trust.english.hours import said_times, spans
from podium.trust.english.lasting import lengths, shifts


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("at seven thirty", {"07:30", "19:30"}),
        ("Monday, nine forty-five, room 2", {"09:45", "21:45"}),
        ("three fifteen pm", {"15:15"}),
        ("at eleven thirty in the morning", {"11:30"}),
        ("at ten to nine", {"08:50", "20:50"}),
        ("until twenty to eight", {"07:40", "19:40"}),
        ("5 minutes to one", {"00:55", "12:55"}),
        ("at 9.30", {"09:30", "21:30"}),
        ("2.15pm", {"14:15"}),
        ("at 2:15 in the afternoon", {"14:15"}),
        ("at 18h", {"18:00"}),
        ("from 9h30", {"09:30"}),
        ("18 Uhr", {"18:00"}),
        ("at 0930", {"09:30"}),
        ("at 1500 hours", {"15:00"}),
        ("at nineish", {"09:00", "21:00"}),
        ("2-4pm", {"14:00", "16:00"}),
        ("ten o clock", {"10:00", "22:00"}),
        ("No, make it eleven.", {"11:00", "23:00"}),
        ("not nine but ten", {"10:00", "22:00"}),
        ("two thirty-page reports", set()),
        ("buy it at 9.30 euros", set()),
        ("at 3.50 each", set()),
        ("it weighs 2.15 kg", set()),
        ("I worked 2h30 on it", set()),
        ("at seven fifty pounds", {"07:00", "19:00"}),
        ("make it four people", set()),
        ("at 2000", set()),
    ],
)
def test_times_with_minutes(text: str, times: set[str]) -> None:
    """Neither the hour nor the minutes alone are another time."""
    assert said_times(text) == times


def test_spans_with_minutes() -> None:
    """An end in words with minutes is that of a span; ten to nine may be one."""
    assert ("14:30", "16:00") in spans("from two thirty to four")
    assert ("10:00", "21:00") in spans("ten to nine")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("an hour and ten minutes", {70}),
        ("2 hours 15 minutes", {135}),
        ("1h30", {90}),
        ("seventy-five minutes", {75}),
        ("an hour and three quarters", {105}),
        ("1\u00bd hours", {90}),
        ("the hour and a half with Tom", {90}),
        ("an extra hour", {60}),
        ("2 hours and 30 people", {120}),
    ],
)
def test_lengths_of_parts(text: str, minutes: set[int]) -> None:
    """The parts are one length together."""
    assert lengths(text) == minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("give us 15 minutes more", {15}),
        ("add half an hour to it", {30}),
        ("another half hour on the bench", {30}),
        ("cut it by twenty minutes", {-20}),
        ("half an hour less will do", {-30}),
        ("move the call up by an hour", {-60}),
        ("shift it by an hour", set()),
        ("an hour earlier, or an hour more", set()),
    ],
)
def test_which_way_a_time_goes(text: str, minutes: set[int]) -> None:
    """Where the words tell no way, or both, none is meant."""
    assert shifts(text) == minutes
