"""Of things with a rating those are meant that have the one which a request says; their kind names none."""

from typing import Any

import pytest

from podium.trust.english.measures import measures
from podium.trust.english.numerals import bounds
from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
HOTELS = ToolRow(
    "travel",
    "find_hotels",
    "read",
    arguments={"city": SinkRow("query")},
    returns=ReturnsRow(
        "public",
        "public",
        object=ObjectRow("hotels", "name", ("name",), ("price",), kind="hotel"),
        fields={"hotels[].name": OURS, "hotels[].city": OURS, "hotels[].rating": OURS},
    ),
)
BOOK = ToolRow("travel", "book_hotel", "irreversible", ("book", "reserve"), {"hotel": SinkRow("object")})
HELD = {
    "hotels": [
        {"name": "Hotel Ferreira", "city": "Lisbon", "rating": 4.6, "price": 118},
        {"name": "Pensao Alfama", "city": "Lisbon", "rating": 4.7, "price": 92},
        {"name": "Tejo Palace", "city": "Lisbon", "rating": 4.9, "price": 310},
        {"name": "Casa Baixa", "city": "Lisbon", "rating": 4.2, "price": 70},
    ]
}
NAMES = [one["name"] for one in HELD["hotels"]]


def _booked(request: str, held: dict[str, Any] = HELD) -> list[object]:
    """Return the hotels that may be booked without a question."""
    worlds = {name: World(request).read(HOTELS, held, city="Lisbon") for name in NAMES}
    return [name for name, world in worlds.items() if world.call(BOOK, hotel=name).answer == "allow"]


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        ("Book the cheapest hotel in Lisbon with a rating above 4.5", "Pensao Alfama"),
        ("Please recommend a hotel in Lisbon and book the cheapest with a rating above 4.5", "Pensao Alfama"),
        ("Book us the cheapest Lisbon hotel rated 4.7 or better", "Pensao Alfama"),
        ("Reserve the cheapest hotel with 4.5+ stars in Lisbon", "Pensao Alfama"),
        ("Find the hotels in Lisbon rated above 4.5 and book the cheapest of them", "Pensao Alfama"),
        ("I'd like the cheapest hotel in Lisbon with at least 4.5 stars, please book it", "Pensao Alfama"),
        ("Book the cheapest hotel in Lisbon with a rating of 4.8 or higher", "Tejo Palace"),
        ("Book the cheapest hotel in Lisbon whose rating is over 4.7", "Tejo Palace"),
        ("Book the cheapest hotel in Lisbon rated below 4.5", "Casa Baixa"),
        ("Book the best rated hotel in Lisbon under 150 a night", "Pensao Alfama"),
        ("Book the best hotel in Lisbon with a rating above 4.5 and under 150 euros", "Pensao Alfama"),
        ("Book the cheapest hotel in Lisbon", "Casa Baixa"),
    ],
)
def test_the_one_with_such_a_rating(request_: str, name: str) -> None:
    """It goes, and neither a cheaper one nor the one that calls itself a hotel."""
    assert _booked(request_) == [name]


@pytest.mark.parametrize(
    "request_",
    [
        "Book a hotel in Lisbon",
        "Book one of the hotels in Lisbon",
        "Book the quietest hotel in Lisbon",
        "Compare the hotels in Lisbon under 400 and book the one with the nicest rooms",
        "Book the cheapest hotel in Lisbon with a rating above 4.9",
        "Find hotels in Lisbon with at least 4.6 stars and book the nicest",
    ],
)
def test_none_is_meant(request_: str) -> None:
    """Where no field tells which one a person is asked, also of the only `Hotel` among them."""
    assert _booked(request_) == []


def test_where_a_rating_is_not_known() -> None:
    """Of one without it nobody knows whether it would be the one."""
    rows: list[dict[str, Any]] = [{**one} for one in HELD["hotels"]]
    rows[3]["rating"] = "new"
    assert _booked("Book the cheapest hotel in Lisbon with a rating above 4.5", {"hotels": rows}) == []


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        ("Book Hotel Ferreira", "Hotel Ferreira"),
        ("Book the Ferreira in Lisbon", "Hotel Ferreira"),
        ("Book a room at the hotel Ferreira", "Hotel Ferreira"),
        ("We want a hotel in Lisbon: book Tejo Palace", "Tejo Palace"),
    ],
)
def test_a_name_that_is_said(request_: str, name: str) -> None:
    """What it has beside the noun names it."""
    assert _booked(request_) == [name]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a rating above 4.5", [("rating", False, True, "4.5")]),
        ("rated at least 4", [("rating", False, False, "4")]),
        ("four stars or more", [("star", False, False, "4")]),
        ("a score of 8.2 or better", [("score", False, False, "8.2")]),
        ("reviews below 3", [("review", True, True, "3")]),
        ("at least two nights, with stars above the bed", []),
        ("over 4 people, the rating is fine", []),
        ("i rated 4 of them", []),
    ],
)
def test_bounds_of_ratings(text: str, said: list[tuple[str, bool, bool, str]]) -> None:
    """They are no bounds of a price."""
    assert [(one.of, one.upper, one.strict, str(one.number)) for one in measures(text)] == said
    assert not (said and list(bounds(text)))
    assert list(bounds(f"{text} and under 150 euros"))[-1][1] == 150
