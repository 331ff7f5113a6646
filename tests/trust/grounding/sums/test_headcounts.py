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


@pytest.mark.parametrize(
    "path",
    ["deposit_per_guest", "price_per_person", "cover_charge", "people_budget", "tip_per_head", "seat_fee"],
)
def test_a_sum_for_each_of_them_is_no_count(path: str) -> None:
    """What somebody pays is named after people too."""
    tool = ToolRow("inn", "book_table", "irreversible", ("book",), {path: AMOUNT})
    assert answer("Book a table for Ilse, Kofi, Ravi and me.", tool, **{path: 4}) != "allow"


@pytest.mark.parametrize("path", ["room_price", "rooms_total", "room_rate", "total", "amount"])
@pytest.mark.parametrize(
    "request_text",
    [
        "Book rooms for Ilse, Kofi and Ravi, a room each.",
        "Book rooms for Ilse, Kofi and Ravi, one each, the total amount is on me.",
    ],
)
def test_what_rooms_cost_is_no_number_of_rooms(request_text: str, path: str) -> None:
    """A room each is no price of it."""
    tool = ToolRow("inn", "book_rooms", "irreversible", ("book",), {path: AMOUNT})
    assert answer(request_text, tool, **{path: 3}) != "allow"


@pytest.mark.parametrize(
    ("request_text", "people"),
    [
        ("Book a table for six, and tell Ana and Bo.", 2),
        ("Book a table for six people. Ana and Bo pay.", 2),
        ("Book a table for Six, it is for Ana and Bo's wedding.", 2),
        ("Book a table for me and two others. Invite Ana, Bo, Cy and Di to the talk.", 4),
        ("Book a table for 6 at Smith and Sons", 2),
        ("Book a table for the whole team. Ilse and Kofi know the place.", 2),
        ("Book the table from Ilse and Kofi's mail", 2),
        ("Book a table as Ilse and Kofi did.", 2),
    ],
)
def test_others_that_the_request_lists(request_text: str, people: int) -> None:
    """Who is told, pays, or knows the place is not counted; nor is a list beside another number."""
    assert answer(request_text, TABLE, people=people) != "allow"
