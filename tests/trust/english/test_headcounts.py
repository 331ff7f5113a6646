"""How many people a text lists, and numbers in words beside each other."""

import pytest

from podium.trust.english.headcounts import each_gets, parties
from podium.trust.english.numerals import spelled


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("A table for me and two others, please.", 3),
        ("Lunch for Ilse, Kofi and Ravi on Friday.", 3),
        ("Lunch for Ilse, Kofi, Ravi and me.", 4),
        ("Ilse Vermeer and I need a court.", 2),
        ("It's for my wife and me", 2),
        ("Two colleagues and I will come.", 3),
        ("Book Tom plus 3 guests in.", 4),
        ("Ravi with two of his crew wants lanes", 3),
        ("four of us and Kofi", 5),
        ("me, Ana and one more", 3),
    ],
)
def test_who_is_listed(text: str, count: int) -> None:
    """Each name is one, and what is counted so many."""
    assert parties(text) == {count}


@pytest.mark.parametrize(
    "text",
    [
        "Monday and Tuesday please",
        "Write to Tom about two others",
        "Pay three and send it",
        "Meet on Friday and Saturday",
    ],
)
def test_nobody_is_listed(text: str) -> None:
    """Days, and what stands apart, are no people."""
    assert not parties(text)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("rooms for Ilse and Kofi, a room each", "room"),
        ("one ticket each for Ana and Bo", "ticket"),
        ("a locker apiece", "locker"),
        ("they each get a laptop", "laptop"),
        ("a single room each", "room"),
        ("desks for Ana and Bo, one each", ""),
        ("a key for each of them", "key"),
        ("Separate rooms, of course", "rooms"),
    ],
)
def test_one_for_each(text: str, what: str) -> None:
    """What everybody gets one of."""
    assert what in each_gets(text)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("half past seven, six of us", {"7", "6"}),
        ("at seven six of us come", {"7", "6"}),
        ("a dozen eggs", {"12"}),
        ("two dozen eggs", {"24"}),
        ("half a dozen eggs", {"6"}),
        ("twenty one", {"21"}),
        ("two hundred and fifty-five", {"255"}),
        ("three thousand four hundred", {"3400"}),
        ("the three of them", {"3"}),
        ("there'll be five", {"5"}),
        ("a table for four at eight", {"4", "8"}),
        ("one two three", {"1", "2", "3"}),
        ("a hundred and five", {"105"}),
    ],
)
def test_numbers_in_words(text: str, numbers: set[str]) -> None:
    """A number goes on only with what makes it a longer one."""
    assert set(spelled(text)) == numbers
