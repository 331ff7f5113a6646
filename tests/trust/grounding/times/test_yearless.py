"""Days that the text which a request leaves all to says without their year."""

from datetime import date

import pytest

from podium.trust.grants import Ask
from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

NOTES = ToolRow(
    "notes",
    "read_note",
    "read",
    returns=ReturnsRow(
        object=ObjectRow("", "id", ("title",)),
        fields={"id": FieldLabel("organisation"), "title": FieldLabel("organisation")},
    ),
)
CREATE = ToolRow(
    "diary",
    "create_event",
    "irreversible",
    ("put", "create"),
    {"title": SinkRow("text", readers="user"), "start": SinkRow("date"), "end": SinkRow("date")},
)
LEFT = Ask("request.delegates", "the request leaves to a text what is to be done")


def _create(text: str, start: str, end: str, request: str) -> Verdict:
    readings = Readings(request, date(2026, 11, 26))
    readings.apply(Read(NOTES.id, NOTES.returns, {}, {"id": "N-1", "title": "Arrival list", "text": text}, 1))
    task = Standing(readings, GrantRow(CREATE.id, None, 1), refusal=LEFT)
    return decide_tool_call(
        ToolCall("agent", CREATE.client_name, CREATE, {"title": "Keys", "start": start, "end": end}), task
    )


@pytest.mark.parametrize(
    "text",
    [
        "1. Put the keys into the calendar, 4 December 13:00 to 13:30. 2. Ring Ann.",
        "Keys: 4 December, 1 to half 1 pm, no: 13:00 - 13:30",
        "Friday 4th of December 13:00-13:30: keys",
        "December 4, from 1 pm to 1.30, that is 13:30",
    ],
)
def test_a_day_and_time_without_a_year(text: str) -> None:
    """The coming day of that date, at a time that stands there, is a person's to allow; others are denied."""
    request = "Do what is on the Arrival list, please."
    assert _create(text, "2026-12-04T13:00", "2026-12-04T13:30", request).answer == "ask"
    for start, end in (
        ("2026-12-04T17:00", "2026-12-04T17:45"),
        ("2026-12-05T13:00", "2026-12-05T13:30"),
        ("2027-12-04T13:00", "2027-12-04T13:30"),
    ):
        assert _create(text, start, end, request).answer == "deny", (start, end)


def test_a_text_that_nobody_named() -> None:
    """A day in what the request does not name is nothing that it left."""
    text = "Put the keys into the calendar, 4 December 13:00 to 13:30."
    request = "Do what is on the Harbour plan, please."
    assert _create(text, "2026-12-04T13:00", "2026-12-04T13:30", request).answer == "deny"
