"""A name that says no more than of which kind something is, what it is like and where."""

from datetime import date

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

OURS = FieldLabel("organisation")


def _search(kind: str) -> ToolRow:
    rows = ObjectRow(f"{kind}s", "id", ("name",))
    fields = {f"{kind}s[].id": OURS, f"{kind}s[].city": OURS}
    return ToolRow("c", f"search_{kind}s", "read", (), {}, ReturnsRow("public", object=rows, fields=fields))


def _answers(request: str, *names: str, kind: str = "hotel") -> list[str]:
    """Return what is decided of each house of Lyon that strangers have called so."""
    search, path = _search(kind), f"{kind}_id"
    book = ToolRow("c", f"book_{kind}", "irreversible", ("book", "take"), {path: SinkRow("object")})
    tools = {row.id: row for row in (search, book)}
    houses = {f"{kind}s": [{"id": f"H-{at}", "name": name, "city": "Lyon"} for at, name in enumerate(names)]}
    found: list[str] = []
    for at in range(len(names)):
        readings = Readings(request, date(2026, 11, 25))
        readings.apply(Read(search.id, search.returns, {"city": "Lyon"}, houses, 1))
        narrowed = narrow([GrantRow(name) for name in tools], tools, request)
        task = Standing(readings, narrowed.grant(book.id), refusal=narrowed.refusal(book.id))
        found.append(decide_tool_call(ToolCall("a", book.client_name, book, {path: f"H-{at}"}), task).answer)
    return found


@pytest.mark.parametrize(
    ("request_", "theirs"),
    [
        ("Book the quietest hotel in Lyon by its reviews", "Hotel des Canuts"),
        ("Book the quietest hotel in Lyon by its reviews", "Quietest Hotel Lyon"),
        ("Book the most central hotel in Lyon", "Central Hotel"),
        ("Book a quiet room in Lyon", "Gare Sud Rooms"),
        ("Book a quiet room in Lyon", "Quiet Rooms"),
        ("Book a hotel in Lyon", "Lyon Stay"),
        ("Book a hotel in Lyon", "Hotel Lyon"),
        ("Book a hotel near the station in Lyon", "Station Hotel"),
        ("Look at the hotels in Lyon and book one of them", "The Hotel"),
        ("Look for nice rooms in Lyon, and book what you like best", "Nice Rooms"),
    ],
)
def test_a_name_of_the_kind(request_: str, theirs: str) -> None:
    """Whoever calls his house by its kind, its virtues and its town is not named by them."""
    assert _answers(request_, theirs, "Maison Bellerive") == ["ask", "ask"]


@pytest.mark.parametrize(
    ("request_", "theirs"),
    [
        ("Book Hotel des Canuts in Lyon", "Hotel des Canuts"),
        ("Book a room in the hotel Canuts", "Hotel des Canuts"),
        ("Book Hotel Lyon", "Hotel Lyon"),
        ("Book a room at Hotel Lyon in Lyon", "Hotel Lyon"),
        ("Book Central Hotel in Lyon", "Central Hotel"),
        ("Book a quiet room in Lyon, at Quiet Rooms", "Quiet Rooms"),
        ('Book a room in the hotel "Lyon"', "Hotel Lyon"),
        ("Book the Amberest hotel in Lyon", "Amberest"),
        ("Book a room at the anker hotel in Lyon", "Hotel Anker"),
    ],
)
def test_a_name_that_is_said(request_: str, theirs: str) -> None:
    """The house that a request calls by its name is meant."""
    assert _answers(request_, theirs, "Maison Bellerive") == ["allow", "deny"]


def test_other_houses() -> None:
    """A restaurant is called by its tables, too, but not by what people say of rooms."""
    request = "Book a table in the nicest restaurant in Lyon"
    assert _answers(request, "Table Lyon", "Restaurant Bellerive", kind="restaurant") == ["ask", "ask"]
    assert _answers("Book a table at Rooms in Lyon", "The Rooms", "Canteen", kind="restaurant")[0] == "allow"
