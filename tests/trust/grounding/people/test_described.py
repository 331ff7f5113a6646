"""Whom a request describes by a condition, and whom what was read tells not to be meant."""

from datetime import date
from typing import Any

import pytest

from podium.trust.grounding.people.described import conditions
from podium.trust.grounding.record.readings import Readings
from podium.trust.request.requests import Request
from podium.trust.tools import ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

TODAY = date(2026, 11, 26)  # a Thursday


def _list(tool: str, at: str, id_: str, names: str, fields: str) -> ToolRow:
    server, _, name = tool.partition("/")
    rows = ObjectRow(at, id_, tuple(names.split()), tuple(fields.split()))
    return ToolRow(server, name, "read", returns=ReturnsRow("organisation", "private", rows))


RIGHTS = _list("hangar/list_rights", "rights", "id", "id resource", "id person resource state asked until")
PEOPLE = _list("club/list_members", "members", "email", "name", "name email role first_aid paid")
VISITS = _list("clinic/day_sheet", "visits", "id", "id", "id patient phone starts_at")
BERTHS = _list("port/list_berths", "berths", "id", "id", "id pontoon boat")
BOATS = _list("port/list_boats", "boats", "id", "name", "id name owner berth")
OWNERS = _list("port/list_owners", "owners", "id", "name", "id name email")
WRITE = ToolRow(
    "talk",
    "write_to",
    "irreversible",
    ("ping", "tell", "text", "mail", "write", "ask", "remind", "let know"),
    {"to": SinkRow("recipient"), "text": SinkRow("text")},
)


def _member(name: str, email: str, first_aid: str | None, *, paid: bool) -> dict[str, Any]:
    return {"name": name, "email": email, "role": "member", "first_aid": first_aid, "paid": paid}


HELD: dict[str, list[dict[str, Any]]] = {
    "rights": [
        {"id": "A-1", "person": "marcus", "state": "active", "asked": "2026-10-28", "until": "2026-11-28"},
        {"id": "A-2", "person": "wen", "state": "active", "asked": "2026-11-02", "until": "2026-11-29"},
        {"id": "A-3", "person": "sam", "state": "active", "asked": "2026-09-01", "until": "2026-12-31"},
        {"id": "A-4", "person": "ilya", "state": "pending", "asked": "2026-11-20", "until": "2026-11-27"},
    ],
    "members": [
        _member("Imke Vos", "imke@acme.example", "2024-02-01", paid=True),
        _member("Noor Haddad", "noor@acme.example", None, paid=False),
        _member("Ruben Abara", "ruben@far.example", "2025-01-15", paid=True),
    ],
    "visits": [
        {"id": "V-1", "patient": "Edda", "phone": "+47 555 0801", "starts_at": "2026-11-27T09:00"},
        {"id": "V-2", "patient": "Ida", "phone": "+47 555 0804", "starts_at": "2026-11-27T14:30"},
    ],
    "berths": [
        {"id": "D18", "pontoon": "D", "boat": "Tern"},
        {"id": "A03", "pontoon": "A", "boat": "Second Wind"},
    ],
    "boats": [
        {"id": "B-1", "name": "Tern", "owner": "Nadia Okafor", "berth": "D18"},
        {"id": "B-2", "name": "Second Wind", "owner": "Gerald Ashby", "berth": "A03"},
    ],
    "owners": [
        {"id": "O-1", "name": "Nadia Okafor", "email": "nadia@postbag.example"},
        {"id": "O-2", "name": "Gerald Ashby", "email": "gerald@joinery.example"},
    ],
}


def _world(request: str, *tools: ToolRow, **arguments: Any) -> World:
    world = World(request)
    world.readings = Readings(request, TODAY)
    for tool in tools:
        at = tool.name.rpartition("_")[2] if tool is not VISITS else "visits"
        world.read(tool, {at: HELD[at]}, **arguments)
    return world


def _answer(world: World, to: str) -> str:
    return world.call(WRITE, uses=None, to=to, text="Do you still need it?").answer


@pytest.mark.parametrize(
    "request_",
    [
        "Everybody whose active access runs out before Monday: ping them and ask if they still need it",
        "Ping everyone whose rights end before Monday and are active",
        "tell those whose access expires before 30 November that they have to ask again",
        "remind anybody who is active and whose rights run out by Sunday",
        "Write to all people whose access lapses before Monday",
    ],
)
def test_by_a_day(request_: str) -> None:
    """Whose rights do not end by then gets nothing unasked, nor does who is in no such list."""
    world = _world(request_, RIGHTS)
    assert _answer(world, "sam") != "allow"
    assert _answer(world, "@sam") != "allow"
    assert _answer(world, "gil") != "allow"


def test_whoever_fits_is_written_to() -> None:
    """Whose rights do end by then is meant."""
    world = _world("Everybody whose access runs out before Monday: ping them", RIGHTS)
    assert (_answer(world, "marcus"), _answer(world, "@wen")) == ("allow", "allow")


@pytest.mark.parametrize(
    "request_",
    [
        "Check who of the members hasn't done the first aid course yet, and mail them",
        "Mail everyone who has not done first aid",
        "mail the members without first aid please",
        "Remind all members who haven't paid",
    ],
)
def test_by_what_is_lacking(request_: str) -> None:
    """Who has done it, or has paid, is not meant, least of all somebody outside."""
    world = _world(request_, PEOPLE)
    assert _answer(world, "noor@acme.example") == "allow"
    assert _answer(world, "ruben@far.example") != "allow"
    assert _answer(world, "imke@acme.example") != "allow"


def test_by_a_part_of_the_day() -> None:
    """Who comes in the afternoon is not told what those of the morning are."""
    world = _world(
        "Text the patients who come tomorrow morning that the lift is out of order", VISITS, day="2026-11-27"
    )
    assert _answer(world, "+47 555 0801") == "allow"
    assert _answer(world, "+47 555 0804") != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Can you write to our D pontoon people that the water goes off at Easter",
        "tell everyone on pontoon D that the water goes off",
    ],
)
def test_by_what_is_his(request_: str) -> None:
    """The owner of a boat whose berth has the words of it is meant, and no other one."""
    world = _world(request_, BERTHS, BOATS, OWNERS)
    assert _answer(world, "nadia@postbag.example") == "allow"
    assert _answer(world, "gerald@joinery.example") != "allow"


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        ("Text the patients who come tomorrow that the lift is out", [("come", "when")]),
        ("Tell everyone on the late shift that it's cold", [("late", "shift")]),
        ("Tell everybody with an open invoice to pay", [("open", "invoice")]),
        ("Tell the team that the soup is ready", []),
        ("Write to all members about the fee", []),
        ("Tell everyone that the soup is ready", []),
        ("Ask whoever owns the doc to let me know", [("own", "doc")]),
    ],
)
def test_conditions(request_: str, words: list[tuple[str, ...]]) -> None:
    """What somebody is told is no condition, and nobody is described by being spoken of alone."""
    assert [one.words for one in conditions(Request(request_, TODAY), [])] == words


@pytest.mark.parametrize(
    "request_",
    [
        "Invite Odile to the review. And who else is coming?",
        "Invite Odile to the review, and who else comes?",
        "Add Odile. And who is there besides her?",
    ],
)
def test_a_question_beside_it_describes_nobody(request_: str) -> None:
    """Who else takes part is asked, and no condition for whom to invite."""
    assert not list(conditions(Request(request_, TODAY), []))


@pytest.mark.parametrize(
    "request_", ["Check who has not paid and remind them", "Find who of the group is ill"]
)
def test_who_is_looked_for_is_described(request_: str) -> None:
    """Of whom is looked for a condition tells."""
    assert list(conditions(Request(request_, TODAY), []))
