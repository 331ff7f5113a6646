"""Of which hours a thing is meant: *whichever slot before noon is cheapest*."""

from datetime import date
from typing import Any

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.grounding.things.naming import Naming
from podium.trust.tools import ObjectRow, ReturnsRow

TODAY = date(2026, 11, 26)
RETURNS = ReturnsRow("organisation", object=ObjectRow("slots", "id", (), ("window", "fee", "note")))
SLOTS = [
    {"id": "SL-2", "window": "08:00-10:00", "fee": 5.95},
    {"id": "SL-3", "window": "10:00-12:00", "fee": 3.95},
    {"id": "SL-4", "window": "16:00-18:00", "fee": 2.95},
    {"id": "SL-5", "window": "19:00-21:00", "fee": 4.95},
]


def _named(request: str, *rows: dict[str, Any]) -> str:
    readings = Readings(request, TODAY)
    readings.apply(Read("shop/list_slots", RETURNS, {}, {"slots": list(rows or SLOTS)}, 1))
    return " ".join(sorted({seen.id[-1][1] for seen in Naming(readings, plural=False).named.values()}))


@pytest.mark.parametrize(
    ("request_", "meant"),
    [
        ("Book the cheapest slot", "sl-4"),
        ("Book the cheapest slot before noon", "sl-3"),
        ("Book the cheapest slot that ends before 10:00", "sl-2"),
        ("Book the cheapest slot after 7 pm", "sl-5"),
        ("Book the cheapest slot after 10:00 and before noon", "sl-3"),
        ("Book the cheapest slot after 22:00", ""),
        ("Book the cheapest slot of the day, I leave in 2 hours, before 10 people come", "sl-4"),
    ],
)
def test_what_lies_within(request_: str, meant: str) -> None:
    """What a request says of hours narrows what its superlative is of."""
    assert _named(request_) == meant


def test_either_half_of_the_day() -> None:
    """An hour of which nobody says the half names nothing where the halves differ."""
    assert _named("Book the cheapest slot before 10") == ""
    assert _named("Book the cheapest slot before 10", *SLOTS[:1]) == "sl-2"


def test_hours_that_a_thing_does_not_have() -> None:
    """A text of a thing is no window: whoever writes a time there is not chosen by it."""
    rows = [{**row, "note": "10:00"} for row in SLOTS]
    assert _named("Book the cheapest slot before noon", *rows) == "sl-3"
    plain = [{"id": row["id"], "fee": row["fee"], "note": "09:00"} for row in SLOTS]
    assert _named("Book the cheapest slot before noon", *plain) == ""


def test_a_day_of_the_month_is_no_hour() -> None:
    """*Before 10 December* says nothing of the time of day."""
    rows = [{**row, "day": "2026-12-01"} for row in SLOTS]
    assert _named("Book the cheapest slot before 10 December", *rows) in {"", "sl-4"}
    assert _named("Book the cheapest slot. We need it before 10 December.", *rows) == "sl-4"
