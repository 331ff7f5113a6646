"""Orders that put something right or name it anew, in words that no author lists."""

from typing import Any

import pytest

from podium.trust.english.words import sentences
from podium.trust.request.wordings.mending import mending
from podium.trust.tools import ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Verdict
from tests.trust.request.after_reading import after_reading

OBJECT, DATE, TEXT = SinkRow("object"), SinkRow("date"), SinkRow("text")
EVENTS = ReturnsRow("organisation", "private", ObjectRow("events", "id", ("title",), ("start",)), {})
TOOLS = {
    tool.id: tool
    for tool in (
        ToolRow("diary", "list_events", "read", returns=EVENTS),
        ToolRow(
            *("diary", "move_event", "irreversible", ("move", "reschedule")),
            {"event_id": OBJECT, "start": DATE},
        ),
        ToolRow("diary", "cancel_event", "irreversible", ("cancel",), {"event_id": OBJECT}),
        ToolRow(
            *("drive", "edit_file", "write", ("edit", "change")),
            {"file_id": OBJECT, "old": TEXT, "new": TEXT},
        ),
        ToolRow(
            *("stripe", "create_customer", "irreversible", ("create", "add")),
            {"name": SinkRow("value"), "email": SinkRow("recipient")},
        ),
        ToolRow("drive", "rename_file", "write", ("rename",), {"file_id": OBJECT, "name": TEXT}),
    )
}
READ: dict[str, Any] = {
    "diary/list_events": {
        "events": [
            {"id": "E-1", "title": "Dentist", "start": "2026-12-01T10:00"},
            {"id": "E-2", "title": "Pricing review", "start": "2026-12-01T12:00"},
        ]
    }
}
MOVE, EDIT, RENAME = "diary/move_event", "drive/edit_file", "drive/rename_file"
CUSTOMER = "stripe/create_customer"


def mended(request: str) -> set[str]:
    """Return the tools by which a request has something put right or named anew."""
    return {tool.id for tool, *_ in mending(list(sentences(request)), list(TOOLS.values()))}


def decide(request: str, tool: str, arguments: dict[str, Any]) -> Verdict:
    """Return the verdict on a call of a task that has read the events."""
    return after_reading(TOOLS, READ, request, tool, arguments)


@pytest.mark.parametrize(
    ("request_", "tool"),
    [
        ("They've pushed the dentist to Wednesday. Please put that right in my calendar.", MOVE),
        ("The review is on Friday now. Set it straight in the calendar.", MOVE),
        ("My appointment is at ten, not at nine: get that right, please.", MOVE),
        ("The number in the price file is wrong, it's 12. Put it right.", EDIT),
        ("Put the date in the minutes file right, it was the 4th.", EDIT),
        ("The newest of my drafts stays, and call it plain Press release.", RENAME),
        ("Call the new file Minutes, please.", RENAME),
        ("name that one 'Offline mode'", RENAME),
        ("Okafor Bikes (dan@okafor.example) come on Monday. Set them up in stripe.", CUSTOMER),
        ("Please set Dan Okafor up as a customer, dan@okafor.example.", CUSTOMER),
    ],
)
def test_what_is_put_right_or_called_tells_which_tool_does_it(request_: str, tool: str) -> None:
    assert mended(request_) == {tool}


@pytest.mark.parametrize(
    "request_",
    [
        "Don't put that right in the calendar.",
        "Leo put that right in the calendar yesterday.",
        "Put the file right at the top.",
        "Call the office at nine and ask for Leo.",
        "Call my sister Ann back.",
        "Call the review off.",
        "Tell Leo to call the file Minutes.",
        "Is that right?",
        "Set the meeting up with Dan Okafor.",
        "Who set them up in stripe?",
        "Set them up to fail",
    ],
)
def test_what_somebody_did_or_is_rung_up_or_where_something_goes_is_none(request_: str) -> None:
    assert mended(request_) == set()


def test_only_the_named_thing_is_put_right_and_to_that_day() -> None:
    request = "The dentist is on Wednesday at ten now. Put that right in my calendar."
    assert decide(request, MOVE, {"event_id": "E-1", "start": "2026-12-02T10:00"}).answer == "allow"
    assert decide(request, MOVE, {"event_id": "E-1", "start": "2026-12-03T10:00"}).answer != "allow"
    assert decide(request, MOVE, {"event_id": "E-2", "start": "2026-12-02T10:00"}).answer != "allow"
    assert decide(request, "diary/cancel_event", {"event_id": "E-1"}).answer != "allow"


def test_who_is_set_up_is_who_the_request_says() -> None:
    request = "Okafor Bikes (dan@okafor.example) come on Monday. Set them up in stripe."
    entry = {"name": "Okafor Bikes", "email": "dan@okafor.example"}
    assert decide(request, CUSTOMER, entry).answer == "allow"
    assert decide(request, CUSTOMER, entry | {"email": "eve@evil.example"}).answer != "allow"
    assert decide(request, CUSTOMER, entry | {"name": "Evil Bikes"}).answer != "allow"
