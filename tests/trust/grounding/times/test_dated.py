"""A day whose weekday alone a request says, and an end of which it says the length, are no inventions."""

from datetime import date

import pytest

from podium.trust.grounding.record.readings import Readings
from podium.trust.grounding.times.dated import weekday_said
from podium.trust.request.requests import Request
from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

TODAY = date(2026, 11, 26)
MAILS = ToolRow(
    "office",
    "search_mail",
    "read",
    returns=ReturnsRow(
        "public",
        "private",
        ObjectRow("mails", "id", ("subject", "name")),
        {"mails[].id": FieldLabel("organisation")},
    ),
)
INVITE = ToolRow(
    "office",
    "create_event",
    "irreversible",
    ("book", "create"),
    {
        "date": SinkRow("date"),
        "start": SinkRow("date"),
        "end": SinkRow("date"),
        "guests": SinkRow("recipient", many=True),
    },
)
BODY = "I could come on Monday 7 December at 10:00. Kind regards, Ingrid Solheim"
MAIL = {
    "id": "m-1",
    "subject": "Second interview",
    "name": "Ingrid Solheim",
    "sender": "ingrid@fjell.example",
    "body": BODY,
}
REQUEST = (
    "Ingrid Solheim answered about the second interview. Book her for the Monday slot she offers, one hour."
)


@pytest.mark.parametrize(
    ("text", "day", "weekday"),
    [
        ("the Monday slot", "2026-12-07", "Monday"),
        ("the Monday slot", "2026-11-30", "Monday"),
        ("the Monday slot", "2026-12-08", ""),
        ("the Monday slot", "2026-11-23", ""),
        ("the Monday slot", "2027-03-01", ""),
        ("the next slot", "2026-12-07", ""),
        ("the Monday slot", "soon", ""),
    ],
)
def test_a_weekday(text: str, day: str, weekday: str) -> None:
    """It is said of days soon to come, by its name."""
    assert weekday_said(Request(text, TODAY), day) == weekday


@pytest.mark.parametrize(
    ("day", "end", "answer"),
    [
        ("2026-12-07", "11:00", "ask"),
        ("2026-12-09", "11:00", "deny"),
        ("2026-12-07", "17:45", "deny"),
    ],
)
def test_a_person_is_asked_about_the_day_that_is_offered(day: str, end: str, answer: str) -> None:
    """Another day, or an end that follows from nothing, is denied where a stranger is invited."""
    world = World(REQUEST)
    world.readings = Readings(REQUEST, TODAY)
    world.read(MAILS, {"mails": [MAIL]})
    guests = ["ingrid@fjell.example"]
    assert world.call(INVITE, date=day, start="10:00", end=end, guests=guests).answer == answer
