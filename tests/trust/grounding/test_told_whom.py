"""Who is told by name, beside those whom the thing itself has in its fields."""

import pytest

from podium.trust.grounding.readings import Read, Readings
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
