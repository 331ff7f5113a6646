"""Who is told by name, beside those whom the thing itself has in its fields."""

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

OURS = FieldLabel("organisation")
STAFF = ToolRow(
    "desk",
    "list_staff",
    "read",
    returns=ReturnsRow("organisation", object=ObjectRow("staff", "login", ("login", "name"), ("email",))),
)
CASES = ToolRow(
    "desk",
    "list_cases",
    "read",
    returns=ReturnsRow(
        "public",
        object=ObjectRow("cases", "id", ("id", "title")),
        fields={f"cases[].{name}": OURS for name in ("id", "owner", "opened_by", "customer", "mail")},
    ),
)
TELL = ToolRow(
    "desk",
    "send_note",
    "irreversible",
    ("tell", "write", "send", "let know", "dm"),
    {"to": SinkRow("recipient"), "text": SinkRow("text", readers="organisation")},
)
CLOSE = ToolRow("desk", "close_case", "write", ("close", "give"), {"case": SinkRow("object")})
PEOPLE = {"staff": [{"login": who, "name": f"{who.title()} Ames", "email": ""} for who in ("priya", "olav")]}
ROWS = {
    "cases": [
        {"id": "C-40", "title": "Wet floor", "owner": "olav", "opened_by": "greta", "customer": "Hale & Co"}
        | {"mail": "front@hale.example"}
    ]
}


def _answer(request: str, to: str) -> str:
    grants = [GrantRow(tool.id, None, 5) for tool in (STAFF, CASES, TELL, CLOSE)]
    narrowed = narrow(grants, {tool.id: tool for tool in (STAFF, CASES, TELL, CLOSE)}, request)
    readings = Readings(request)
    readings.apply(Read(STAFF.id, STAFF.returns, {}, PEOPLE, 1))
    readings.apply(Read(CASES.id, CASES.returns, {}, ROWS, 2))
    task = Standing(readings, narrowed.grant(TELL.id), refusal=narrowed.refusal(TELL.id))
    return decide_tool_call(
        ToolCall("agent", TELL.client_name, TELL, {"to": to, "text": "It is done."}), task
    ).answer


@pytest.mark.parametrize(
    "request_text",
    [
        "Close C-40 and tell Priya.",
        "Close C-40 and let Priya know, please.",
        "Please close C-40. Drop Priya a short note.",
        "close C-40, dm priya",
        "Send Priya a message when you have closed C-40.",
        "Priya has C-40 now: close it and tell her.",
        "Close C-40 and tell Priya and Olav.",
        "Write to Priya that C-40 is closed.",
    ],
)
def test_one_who_is_named_is_told(request_text: str) -> None:
    """She is; who opened the case, or owns it, is a person's to allow."""
    assert _answer(request_text, "priya") == "allow"
    assert _answer(request_text, "greta") == "ask"
    assert _answer(request_text, "front@hale.example") != "allow", request_text


@pytest.mark.parametrize(
    "request_text",
    [
        "Close C-40 and tell whoever opened it.",
        "Close C-40 and tell the one who opened it.",
        "Close C-40, tell Priya and the one who opened it.",
        "Close C-40 and let the opener know. Tell Priya, too.",
    ],
)
def test_one_who_is_described(request_text: str) -> None:
    """Where somebody is told by what he is, the thing has him."""
    assert _answer(request_text, "greta") == "allow"


def test_an_address_beside_a_name() -> None:
    """A customer who is named is told at the address that stands beside that name."""
    assert _answer("Close C-40 and tell Hale that it is done.", "front@hale.example") == "allow"
    assert _answer("Close C-40 and tell Hale that it is done.", "greta") == "ask"


EVENTS = ToolRow(
    "desk",
    "list_events",
    "read",
    returns=ReturnsRow(
        "organisation", object=ObjectRow("events", "id", ("title",), ("guests", "start"), kind="event")
    ),
)
GUESTS = ["delia@marlow.example", "olav@hall.example"]
HELD = {"events": [{"id": "e1", "title": "Marlow wedding", "guests": GUESTS}]}
KNOWN = {"staff": [{"login": "beatrix@north.example", "name": "Beatrix Ahn", "email": ""}]}


def _told(request: str, to: str) -> str:
    tools = (STAFF, EVENTS, TELL)
    grants = [GrantRow(tool.id, None, 5) for tool in tools]
    narrowed = narrow(grants, {tool.id: tool for tool in tools}, request)
    readings = Readings(request)
    readings.apply(Read(STAFF.id, STAFF.returns, {}, KNOWN, 1))
    readings.apply(Read(EVENTS.id, EVENTS.returns, {}, HELD, 2))
    task = Standing(readings, narrowed.grant(TELL.id), refusal=narrowed.refusal(TELL.id))
    call = ToolCall("agent", TELL.client_name, TELL, {"to": to, "text": "Twelve, please."})
    return decide_tool_call(call, task).answer


@pytest.mark.parametrize(
    "request_text",
    [
        "Write the florist: twelve centrepieces for the Marlow wedding.",
        "Tell our caterer about the Marlow wedding.",
        "Tell Velvet Quartet yes for the Marlow wedding.",
    ],
)
def test_a_trade_is_none_of_the_guests(request_text: str) -> None:
    """Who is told by what he does, or by a name, is nobody whom the event has in its list."""
    assert _told(request_text, "delia@marlow.example") != "allow"
    assert _told(request_text, "olav@hall.example") != "allow"


@pytest.mark.parametrize(
    "request_text",
    [
        "Tell the guests of the Marlow wedding that the coach leaves at noon.",
        "Tell everybody at the Marlow wedding that the coach leaves at noon.",
        "The Marlow wedding starts at noon, let them know.",
    ],
)
def test_the_guests_are_told(request_text: str) -> None:
    """All of the list are, and no outsider who is not in it."""
    assert _told(request_text, "delia@marlow.example") == "allow"
    assert _told(request_text, "olav@hall.example") == "allow"
    assert _told(request_text, "beatrix@north.example") != "allow"
