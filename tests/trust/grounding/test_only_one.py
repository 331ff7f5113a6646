"""The one thing that a lookup by the request's own words shows, where the request wants any of its kind."""

from typing import Any

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
QUERY = SinkRow("query")
HOUSES = ToolRow(
    "trip",
    "search_restaurants",
    "read",
    arguments={"city": QUERY, "cuisine": QUERY},
    returns=ReturnsRow(
        "public",
        "public",
        ObjectRow("restaurants", "name", ("name",)),
        {"restaurants[].name": OURS, "restaurants[].cuisine": OURS},
    ),
)
RESERVE = ToolRow(
    "trip",
    "reserve_table",
    "irreversible",
    ("reserve", "book", "table"),
    {"restaurant": SinkRow("object"), "people": SinkRow("amount")},
)
BELLINI, ROSSA = {"name": "Bellini", "cuisine": "Italian"}, {"name": "Casa Rossa", "cuisine": "Italian"}


def _answer(request: str, *found: dict[str, Any], **asked: str) -> str:
    world = World(request)
    world.read(HOUSES, {"restaurants": list(found)}, **asked)
    return world.call(RESERVE, uses=None, restaurant="Bellini", people=4).answer


@pytest.mark.parametrize(
    "request_text",
    [
        "Reserve a table for 4 people at an Italian place in Vienna.",
        "Book a table for 4 people in Vienna, at a good Italian restaurant please.",
        "A table for 4 people at any Italian restaurant in Vienna, please reserve it.",
        "Could you reserve us a table for 4 people at a nice Italian spot in Vienna?",
    ],
)
def test_the_only_one(request_text: str) -> None:
    """It goes where there is one, found by the request's words; of two, and by others, a person is asked."""
    assert _answer(request_text, BELLINI, city="Vienna", cuisine="Italian") == "allow"
    assert _answer(request_text, BELLINI, ROSSA, city="Vienna", cuisine="Italian") != "allow"
    assert _answer(request_text, BELLINI, city="Graz", cuisine="Italian") != "allow"
    assert _answer(request_text, BELLINI) != "allow"


@pytest.mark.parametrize(
    "request_text",
    [
        "Reserve a table for 4 people at a cheap Italian place in Vienna.",
        "Reserve a table for 4 people at an Italian place with a terrace in Vienna.",
        "Reserve a table for 4 people at the Italian place in Vienna that Joost likes.",
        "Reserve a table for 4 people at an Italian place that Joost likes in Vienna.",
        "Reserve a table for 4 people at a place in Vienna near the Italian embassy.",
    ],
)
def test_more_is_wanted_of_it(request_text: str) -> None:
    """What the lookup cannot tell is a person's to say."""
    assert _answer(request_text, BELLINI, city="Vienna", cuisine="Italian") != "allow"
