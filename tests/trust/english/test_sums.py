"""Sums that a request states."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.trust.english.numerals import in_figures
from podium.trust.english.sums import Sum, counted, referred, sums


@pytest.mark.parametrize(
    ("text", "of_200"),
    [
        ("I'd like her to get twenty more than she does now", "220"),
        ("Jana should earn 500 more than the new buyer", "700"),
        ("barley is to stand 32 pounds below what we pay for wheat", "168"),
        ("raise the limit by 50", "250"),
        ("lower it by 50, please", "150"),
        ("turn it down two degrees", "198"),
        ("two degrees warmer, please", "202"),
        ("a hundred on top", "300"),
        ("give him 15 off", "185"),
        ("send half of it back", "100"),
        ("cut it by half", "100"),
        ("half as much again", "300"),
        ("refund two thirds of it", "133.33"),
        ("take a third off", "133.33"),
        ("reduce the rent by a quarter", "150"),
        ("twenty percent less", "160"),
        ("20% discount on it", "160"),
        ("raise it by 3 percent", "206"),
        ("5 % of it", "10"),
        ("double it", "400"),
        ("three times as much", "600"),
        ("by 10", "210 190"),
        ("half an hour with him", ""),
        ("at half past three", ""),
        ("a quarter to nine", ""),
        ("an hour and a half later", ""),
        ("the third one", ""),
        ("twice a week", ""),
        ("a double room", ""),
        ("under 40 pounds", ""),
        ("if it brings us 500 or more", ""),
        ("anything of 30 or higher", ""),
        ("rooms for 40 and under", ""),
        ("one more bill", ""),
        ("on 3 December", ""),
        ("invoice 77", ""),
    ],
)
def test_what_a_request_states(text: str, of_200: str) -> None:
    """Each sum goes the way that its words say, and what only looks like one is none."""
    found = {format(round(one.result(Decimal(200)), 2).normalize(), "f") for one in sums(text)}
    assert found == set(of_200.split())


def test_whose_number_it_is() -> None:
    """What stands behind `than` or `below` tells from whose number a sum starts."""
    assert sums("500 more than the new buyer, starting the day he does")[0].of == {"buyer"}
    assert {"milling", "wheat"} <= sums("32 below what we pay for milling wheat. Thanks, Barley")[0].of
    assert sums("twenty more than she gets now each month")[0].of.isdisjoint({"month", "now"})


NUMBERS = st.decimals(min_value=1, max_value=100_000, places=2)


@given(number=NUMBERS, change=st.integers(1, 5000), up=st.booleans())
def test_what_is_added_or_taken_off(number: Decimal, change: int, up: bool) -> None:
    """A change has one direction, and leads back to the number from which it starts."""
    (one,) = sums(f"{change} {'more' if up else 'less'} than now")
    assert one.result(number) == number + (change if up else -change)
    assert one.operand(one.result(number)) == number


@given(number=NUMBERS, percent=st.integers(1, 99), up=st.booleans())
def test_percentages(number: Decimal, percent: int, up: bool) -> None:
    """So many percent more or less of any number."""
    (one,) = sums(f"{'raise' if up else 'lower'} it by {percent} percent")
    factor = Decimal(100 + percent if up else 100 - percent) / 100
    assert one.result(number) == number * factor
    assert abs(one.operand(one.result(number)) - number) < Decimal("0.000001")


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    """Any text has few sums, none of which divides by nothing."""
    found = sums(text)
    assert len(found) <= 12
    assert all(one.times > 0 for one in found)
    assert len(counted(text)) <= 12
    assert referred(text) in {True, False}


def test_how_a_sum_is_shown() -> None:
    """A person reads the sum as it is done."""
    assert Sum(Decimal(1), Decimal(-32)).spelled("208") == "208 - 32"
    assert Sum(Decimal("0.5")).spelled("90") == "90 x 0.5"


def test_numbers_in_words_as_figures() -> None:
    """Numbers in words become figures, a lone `one` does not."""
    assert in_figures("twenty-five more for one of the two hundred") == "25 more for one of the 200"


def test_counts() -> None:
    """What is counted is told with its noun; money and changes are not."""
    assert counted("for three nights, 6 hours at 20 pounds, 5 more") == (("3", "nights"), ("6", "hours"))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("dryer 1 up to what the maker allows for grain", True),
        ("she shall get what our rates foresee", True),
        ("pay him according to our tariff", True),
        ("send her the money for it", True),
        ("take it at their asking price", True),
        ("the same sum as last time", True),
        ("Pay Ada.", False),
        ("Send the plan to Ada", False),
        ("What do we owe?", False),
        ("Set the dryer to 60", False),
    ],
)
def test_what_leaves_an_amount_to_a_text(text: str, left: bool) -> None:
    """An amount is left to what is written only where the request says so."""
    assert referred(text) is left


@pytest.mark.parametrize(
    "text",
    [
        "we need it by 11 December",
        "pay it by 3 May",
        "by 5 pm please",
        "by the 4th",
        "done by 12 of June",
        "by 7 o'clock",
    ],
)
def test_by_a_day_or_an_hour_is_no_sum(text: str) -> None:
    """What is due by then changes no number."""
    assert sums(text) == ()


@pytest.mark.parametrize(
    "text", ["he paid me twice by mistake", "I was charged twice, refund it", "pay twice"]
)
def test_how_often_is_no_sum(text: str) -> None:
    """*Twice* alone says how often; of something it says how much."""
    assert sums(text) == ()
    assert [one.times for one in sums("refund twice the fee")] == [2]
    assert [one.times for one in sums("twice as much as before")] == [2]
