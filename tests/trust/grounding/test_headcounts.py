"""Amounts that are how many people the request names."""

from typing import Any

import pytest

from podium.trust.tools import SinkRow, ToolRow
from tests.trust.test_verdict import World

AMOUNT = SinkRow("amount")
TABLE = ToolRow("inn", "book_table", "irreversible", ("book",), {"people": AMOUNT})
ROOMS = ToolRow(
    "inn",
    "book_rooms",
    "irreversible",
    ("book",),
    {"guests": SinkRow("value", many=True), "rooms": AMOUNT},
)
LANES = ToolRow("alley", "book_lane", "irreversible", ("book",), {"party_size": AMOUNT, "lanes": AMOUNT})
PAY = ToolRow("bank", "send_money", "irreversible", ("send",), {"amount": AMOUNT, "fee": AMOUNT})


def answer(request: str, tool: ToolRow, **arguments: Any) -> str:
    return World(request).call(tool, **arguments).answer


@pytest.mark.parametrize(
    ("request_text", "people"),
    [
        ("Book a table for the wrap dinner, half past seven, six of us.", 6),
        ("Book a table for four.", 4),
        ("Book for the three of them.", 3),
        ("Book a table, there'll be five.", 5),
        ("Book a table for me and two others.", 3),
        ("Book a table for a dozen.", 12),
        ("Book a table for Ilse, Kofi, Ravi and me.", 4),
        ("Book a table for half a dozen at eight.", 6),
        ("Book for Ana and one more", 2),
    ],
)
def test_how_many_the_request_names(request_text: str, people: int) -> None:
    """What it counts, or lists, is how many there are; any other number is not."""
    assert answer(request_text, TABLE, people=people) == "allow"
    assert answer(request_text, TABLE, people=people + 9) != "allow"


@pytest.mark.parametrize(
    ("request_text", "rooms", "verdict"),
    [
        ("Book rooms for Ilse, Kofi and Ravi, a room each.", 3, "allow"),
        ("Book rooms for Ilse, Kofi and Ravi, one each.", 3, "allow"),
        ("Book separate rooms for Ilse, Kofi and Ravi.", 3, "allow"),
        ("Book a single room each for Ilse, Kofi and Ravi.", 3, "allow"),
        ("Book rooms for Ilse, Kofi and Ravi, a room each.", 4, "ask"),
        ("Book rooms for Ilse, Kofi and Ravi, a towel each.", 3, "ask"),
        ("Book rooms for Ilse, Kofi and Ravi.", 3, "ask"),
    ],
)
def test_a_room_each(request_text: str, rooms: int, verdict: str) -> None:
    """There are as many as people where each of them gets one."""
    got = answer(request_text, ROOMS, guests=["Ilse", "Kofi", "Ravi"], rooms=rooms)
    assert got == verdict or (verdict == "ask" and got == "deny")


def test_the_list_of_the_call() -> None:
    """The people of the call itself are counted where each of them is trusted."""
    request = "Book rooms for Ilse, for Kofi too, a room each."
    assert answer(request, ROOMS, guests=["Ilse", "Kofi"], rooms=2) == "allow"
    assert answer(request, ROOMS, guests=["Ilse", "Mallory Doe"], rooms=2) != "allow"


def test_money_is_no_count_of_people() -> None:
    """How many the request names is neither a sum of money nor how many of another thing."""
    request = "Send money to Ilse, Kofi and Ravi, book them lanes."
    assert answer(request, PAY, amount=3) != "allow"
    assert answer(request, LANES, lanes=3) != "allow"
    assert answer(request, LANES, party_size=3) == "allow"
