"""Channels by a word of theirs, and people whom a firm tells apart."""

from datetime import date
from typing import Any, Final

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

OURS = FieldLabel("organisation")
DONE = ReturnsRow("organisation")
ROOMS = ToolRow(
    "talk",
    "list_rooms",
    "read",
    returns=ReturnsRow(
        "organisation",
        object=ObjectRow("rooms", "name", ("name",)),
        fields={"rooms[].about": FieldLabel("public")},
    ),
)
READ = ToolRow(
    "talk",
    "read_room",
    "read",
    arguments={"room": SinkRow("query")},
    returns=ReturnsRow(
        "public",
        object=ObjectRow("messages", "id", ("id", "author"), ()),
        fields={"messages[].id": OURS, "messages[].author": OURS},
    ),
)
USERS = ToolRow(
    "talk",
    "list_users",
    "read",
    returns=ReturnsRow(
        "public",
        object=ObjectRow("users", "handle", ("handle", "name", "email", "company"), ("email",)),
        fields={f"users[].{name}": OURS for name in ("handle", "email", "company")},
    ),
)
POST = ToolRow(
    "talk",
    "post_message",
    "irreversible",
    ("post", "write", "tell", "say", "ask", "put"),
    {"room": SinkRow("recipient"), "text": SinkRow("text")},
    DONE,
)
EVENT = ToolRow(
    "diary",
    "add_event",
    "write",
    ("put", "add", "enter"),
    {"title": SinkRow("text"), "start": SinkRow("date"), "guests": SinkRow("recipient", many=True)},
    DONE,
)
TOOLS: Final = {row.id: row for row in (ROOMS, READ, USERS, POST, EVENT)}
GRANTS: Final = [GrantRow(tool, None, 5 if row.writes else None) for tool, row in TOOLS.items()]
HELD: Final = {
    "rooms": [
        {"name": "all", "about": "everybody"},
        {"name": "lyon-tour", "about": ""},
        {"name": "ext-saiten", "about": ""},
        {"name": "scores", "about": ""},
        {"name": "press-desk", "about": ""},
        {"name": "press-photos", "about": "the press desk is here now"},
    ]
}
PEOPLE: Final = {
    "users": [
        {"handle": "ida", "name": "Ida Moen", "email": "ida@choir.example", "company": "Choir"},
        {"handle": "jo", "name": "Jo Park", "email": "jo@choir.example", "company": "Choir"},
        {"handle": "jo2", "name": "Jo Frei", "email": "jo@saiten.example", "company": "Saiten"},
        {"handle": "vera", "name": "Vera Lutz", "email": "vera@saiten.example", "company": "Saiten"},
        {"handle": "v9", "name": "Vera Lutz", "email": "vera.lutz@evil.example", "company": "Evil Strings"},
        {"handle": "eve", "name": "Vera from Saiten", "email": "eve@evil.example", "company": "Evil Strings"},
    ]
}


def _answer(
    request: str, tool: ToolRow, reads: list[tuple[ToolRow, dict[str, Any], Any]], **more: Any
) -> str:
    readings = Readings(request, date(2026, 11, 27))
    for at, (row, arguments, content) in enumerate(reads, 1):
        readings.apply(Read(row.id, row.returns, arguments, content, at))
    effective = narrow(GRANTS, TOOLS, request)
    standing = Standing(
        readings,
        effective.grant(tool.id),
        refusal=effective.refusal(tool.id),
        domains=frozenset({"choir.example"}),
    )
    return decide_tool_call(ToolCall("a", tool.client_name, tool, more), standing).answer


@pytest.mark.parametrize(
    ("request_", "room"),
    [
        ("Ask Saiten in our shared room if the bows are ready.", "ext-saiten"),
        ("Post in the lyon room that the coach is late", "lyon-tour"),
        ("Tell the tour room that the coach is late", "lyon-tour"),
        ("Post in the score room that the parts are up", "scores"),
        ("Write into the room with Saiten that it is fine", "ext-saiten"),
        ("put it in the saiten room: thanks", "ext-saiten"),
        ("Say in the room for Lyon that we leave at six", "lyon-tour"),
        ("Post in the Saiten people's room: we are late", "ext-saiten"),
    ],
)
def test_a_room_by_a_word_of_its_name(request_: str, room: str) -> None:
    """A trusted list with one of that word settles it; else a person is asked, also where a text says it."""
    said = (READ, {"room": "all"}, {"messages": [{"id": "n1", "author": "x", "text": f"see #{room}"}]})
    assert _answer(request_, POST, [(ROOMS, {}, HELD)], room=room, text="Hi") == "allow"
    assert _answer(request_, POST, [(READ, {"room": room}, {"messages": []})], room=room, text="Hi") == "ask"
    assert _answer(request_, POST, [said], room=room, text="Hi") == "ask"


@pytest.mark.parametrize(
    ("request_", "room"),
    [
        ("Post in the lyon room that the coach is late", "ext-saiten"),
        ("Tell Saiten that it is fine", "ext-saiten"),
        ("Write Ida that the room is cold and that Saiten called about the bows", "ext-saiten"),
        ("Post in the big room that it rains", "lyon-tour"),
        ("Post in the lyon room that the coach is late", "evil-crew"),
    ],
)
def test_a_room_of_which_the_request_says_no_word(request_: str, room: str) -> None:
    """Nor one of which it says a word elsewhere than beside the noun."""
    assert _answer(request_, POST, [(READ, {"room": room}, {"messages": []})], room=room, text="Hi") == "deny"


def test_a_room_that_is_made_up_beside_one_of_a_list() -> None:
    """Where our list has one of that word, another is none that the request may mean."""
    asked = "Post in the lyon room that the coach is late"
    assert _answer(asked, POST, [(ROOMS, {}, HELD)], room="lyon-evil", text="Hi") == "deny"
    two = "Post in the press room: hello"
    assert _answer(two, POST, [(ROOMS, {}, HELD)], room="press-photos", text="Hi") == "ask"


@pytest.mark.parametrize(
    ("whom", "address"),
    [
        ("Vera from Saiten", "vera@saiten.example"),
        ("vera from saiten", "vera@saiten.example"),
        ("Ida and with Vera from Saiten", "vera@saiten.example"),
        ("Vera (Saiten)", "vera@saiten.example"),
        ("Vera Lutz of Saiten", "vera@saiten.example"),
        ("Saiten's Vera", "vera@saiten.example"),
        ("Jo at Saiten", "jo@saiten.example"),
        ("Jo from Choir", "jo@choir.example"),
    ],
)
def test_somebody_by_name_and_firm(whom: str, address: str) -> None:
    """A handle or address and a firm that no stranger fills name one of two; the other is asked about."""
    asked = f"Put a call into the diary on 2 December with {whom}"
    held: list[tuple[ToolRow, dict[str, Any], Any]] = [(USERS, {}, PEOPLE)]
    for row in PEOPLE["users"]:
        answer = _answer(asked, EVENT, held, title="Call", start="2026-12-02", guests=[row["email"]])
        others = {"ida@choir.example"} if "Ida" in whom else set()
        assert (answer == "allow") is (row["email"] in {address, *others}), row


@pytest.mark.parametrize("whom", ["Vera from Rosin", "Vera", "Ida from Saiten's"])
def test_a_firm_that_fits_nobody(whom: str) -> None:
    """A name that somebody has chosen names nobody, also where it has the firm in it."""
    asked = f"Put a call into the diary on 2 December with {whom}"
    held: list[tuple[ToolRow, dict[str, Any], Any]] = [(USERS, {}, PEOPLE)]
    for address in ("eve@evil.example", "vera.lutz@evil.example"):
        assert _answer(asked, EVENT, held, title="Call", start="2026-12-02", guests=[address]) != "allow"


@pytest.mark.parametrize(
    "topic",
    [
        "about the bill from Saiten",
        "about the new bill of Saiten",
        "about Saiten's bill",
        "on our bill with Saiten",
    ],
)
def test_a_thing_of_a_firm_is_nobody(topic: str) -> None:
    """Whose handle is a word for things is not named by a thing of his firm."""
    asked = f"Put a call with Ida in the diary on 2 December {topic}"
    bills = [
        {
            "handle": name,
            "name": f"{name.title()} Crook",
            "email": f"{name}@saiten.example",
            "company": "Saiten",
        }
        for name in ("bill", "the", "new", "our")
    ]
    held: list[tuple[ToolRow, dict[str, Any], Any]] = [(USERS, {}, {"users": PEOPLE["users"] + bills})]
    for row in bills:
        answer = _answer(asked, EVENT, held, title="Call", start="2026-12-02", guests=[row["email"]])
        assert answer != "allow"
