"""What the user gets, where a request wants something for its own user."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.request.user import User
from podium.trust.tools import GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call
from tests.trust.request.test_towards import WANTED
from tests.trust.workshop import Shift

NOOR = User(("Noor Haddad",), ("noor@spokes.example", "noor.h@home.example"), ("noor",))
HOME = "noor.h@home.example"

SEND = "mail/send_message"
GIVEN: list[tuple[str, str, dict[str, Any]]] = [
    ("Send me the price list by mail.", SEND, {"to": [HOME], "subject": "Prices", "body": "Here it is."}),
    ("Mail Tess the rota and copy me in.", SEND, {"to": ["tess@spokes.example", HOME], "subject": "x"}),
    ("Mail the rota to Tess and me.", SEND, {"to": ["tess@spokes.example", HOME], "subject": "x"}),
    ("Mail it to my address.", SEND, {"to": [f"Noor Haddad <{HOME}>"], "subject": "x", "body": "x"}),
    ("Forward Carla's mail to me.", "mail/forward_message", {"message_id": "m2", "to": [HOME]}),
    ("Assign Emil's repair to me.", "repairs/update_repair", {"id": "R-205", "mechanic": "noor"}),
    ("Put me on Jonas's shift on Saturday.", "rota/change_shift", {"id": "S2", "person": "noor"}),
    (
        "Share the winter rota with me.",
        "files/share_file",
        {"path": "/shop/winter-rota.pdf", "with": "noor", "role": "reader"},
    ),
]


@pytest.mark.parametrize(("request_", "tool", "arguments"), GIVEN)
def test_given(request_: str, tool: str, arguments: dict[str, Any]) -> None:
    """The user gets it unasked, where Podium knows who that is; where it does not, nobody does."""
    assert Shift(request_, NOOR).call(tool, **arguments).answer == "allow"
    assert Shift(request_).call(tool, **arguments).answer != "allow"


@pytest.mark.parametrize(
    ("request_", "tool", "arguments"),
    [
        ("Mail me Ada's repairs.", SEND, {"to": ["tess@spokes.example"], "subject": "x"}),
        ("Mail me Ada's repairs.", SEND, {"to": ["ada@quist.example"], "subject": "x"}),
        ("Mail me Ada's repairs.", SEND, {"to": ["claims@evil.example"], "subject": "x"}),
        ("Mail me Ada's repairs.", SEND, {"to": [HOME, "claims@evil.example"], "subject": "x"}),
        ("Mail me Ada's repairs.", SEND, {"to": ["Noor Haddad <claims@evil.example>"], "subject": "x"}),
        ("Forward Carla's mail to me.", "mail/forward_message", {"message_id": "m2", "to": ["jonas"]}),
        ("Forward Carla's mail to me.", "mail/forward_message", {"message_id": "m1", "to": [HOME]}),
        (
            "Forward the mail that Carla sent me to Tess.",
            "mail/forward_message",
            {"message_id": "m2", "to": [HOME]},
        ),
        ("Tell Tess that I am late.", SEND, {"to": [HOME], "subject": "x", "body": "late"}),
        ("Assign Emil's repair to me.", "repairs/update_repair", {"id": "R-205", "mechanic": "jonas"}),
        ("Assign Emil's repair to me.", "repairs/update_repair", {"id": "R-202", "mechanic": "noor"}),
        ("Assign Emil's repair to me.", "repairs/cancel_repair", {"id": "R-205"}),
        (
            "Share the winter rota with me.",
            "files/share_file",
            {"path": "/shop/winter-rota.pdf", "with": "milo"},
        ),
        (
            "Mail me what is due, and give the winter rota to Milo: share it.",
            "files/share_file",
            {"path": "/shop/winter-rota.pdf", "with": "noor", "role": "editor"},
        ),
        ("Show me my mails.", SEND, {"to": [HOME], "subject": "x", "body": "x"}),
    ],
)
def test_nobody_else(request_: str, tool: str, arguments: dict[str, Any]) -> None:
    """That the user gets something opens nothing else: to nobody else, on nothing else, by no other act."""
    assert Shift(request_, NOOR).call(tool, **arguments).answer != "allow"


PRIVATE = "The gears slip on the third cog; 240 euros; ada@quist.example"


def test_alone() -> None:
    """What is private goes to the user's own address; beside somebody outside it is looked at as ever."""
    body = {"subject": "Repairs", "body": PRIVATE}
    shift = Shift("Mail me Ada's repairs.", NOOR)
    assert shift.call(SEND, to=[HOME], **body).answer == "allow"
    shift = Shift("Mail Ada's repairs to me and Ines.", NOOR)
    assert shift.call(SEND, to=[HOME, "ines@cables.example"], **body).answer != "allow"


@given(st.sampled_from(WANTED.strip().splitlines()), st.emails())
def test_no_other_address(text: str, address: str) -> None:
    """Whoever the request wants something for, no address but the user's own has ground by that."""
    verdict = Shift(text, NOOR).call(SEND, to=[address], subject="x", body="x")
    assert verdict.answer != "allow" or address.casefold() in {HOME, "noor@spokes.example"}


PEOPLE = ReturnsRow(
    "organisation",
    object=ObjectRow("members", "id", ("name", "email"), ("email",)),
    confidentiality="private",
)
MEMBERS = {
    "members": [
        {"id": "M-17", "name": "Noor Haddad", "email": "noor@spokes.example"},
        {"id": "M-18", "name": "Eve Stone", "email": "eve@evil.example"},
    ]
}
CLASSES = {"bookings": [{"id": "B-1", "member": "Noor Haddad", "class": "Yoga", "day": "2026-11-27"}]}


def decided(request: str, intents: str, sinks: dict[str, str], arguments: dict[str, Any], name: str) -> str:
    """Return the verdict on a call of a club's tool, after its lists were read."""
    rows: dict[str, SinkRow] = {path: SinkRow(sink) for path, sink in sinks.items()}  # type: ignore[arg-type]
    tool = ToolRow("club", name, "write", tuple(intents.split()), rows, ReturnsRow("organisation"))
    readings = Readings(request, None, NOOR)
    readings.apply(Read("club/list_members", PEOPLE, {}, MEMBERS, 1))
    of = ReturnsRow(
        "organisation", object=ObjectRow("bookings", "id", ("member", "class"), ("member", "day"))
    )
    readings.apply(Read("club/list_bookings", of, {}, CLASSES, 2))
    effective = narrow([GrantRow(tool.id, uses=5)], {tool.id: tool}, request)
    standing = Standing(readings, effective.grant(tool.id), refusal=effective.refusal(tool.id))
    return decide_tool_call(ToolCall("clerk", tool.client_name, tool, arguments), standing).answer


@pytest.mark.parametrize(
    ("request_", "name", "intents", "sinks", "arguments", "answers"),
    [
        ("Book me in for yoga.", "book", "book", {"member_id": "recipient"}, {"member_id": "M-17"}, "allow"),
        ("Book me in for yoga.", "book", "book", {"member_id": "object"}, {"member_id": "M-17"}, "allow"),
        ("Book me in for yoga.", "book", "book", {"name": "value"}, {"name": "Noor Haddad"}, "allow"),
        ("Book me in for yoga.", "book", "book", {"member_id": "object"}, {"member_id": "M-18"}, "ask deny"),
        ("Book me in for yoga.", "book", "book", {"name": "value"}, {"name": "Eve Stone"}, "ask deny"),
        ("Remove me from the list.", "remove_member", "remove", {"id": "object"}, {"id": "M-17"}, "allow"),
        (
            "Remove me from the list.",
            "remove_member",
            "remove",
            {"id": "object"},
            {"id": "M-18"},
            "ask deny",
        ),
        (
            "Remove me from the list.",
            "cancel_booking",
            "remove",
            {"booking_id": "object"},
            {"booking_id": "B-1"},
            "ask",
        ),
        ("Pay me back 20.", "pay", "pay", {"to": "payee"}, {"to": "noor@spokes.example"}, "allow"),
        ("Add me, and delete Eve.", "delete_member", "delete", {"id": "object"}, {"id": "M-17"}, "ask"),
        ("Add me, and remove Eve.", "remove_member", "remove", {"who": "recipient"}, {"who": "noor"}, "ask"),
        (
            "Invite me, and pay Ann 20.",
            "pay",
            "pay",
            {"to": "payee"},
            {"to": "noor@spokes.example"},
            "ask deny",
        ),
        ("Text me, and delete Eve.", "delete_member", "delete", {"id": "object"}, {"id": "M-17"}, "ask"),
        ("Text me, and delete Eve.", "delete_member", "delete", {"id": "object"}, {"id": "M-18"}, "allow"),
    ],
)
def test_entries(
    request_: str, name: str, intents: str, sinks: dict[str, str], arguments: dict[str, Any], answers: str
) -> None:
    """The user's own entry is meant where the request speaks of the user there, and no other one."""
    assert decided(request_, intents, sinks, arguments, name) in answers.split()


def test_what_else_says_it() -> None:
    """An address that the request says itself needs no user."""
    request = "Mail noor@spokes.example the plan, and invite me to the call."
    assert (
        decided(request, "mail", {"to": "recipient"}, {"to": "noor@spokes.example"}, "send_mail") == "allow"
    )


def test_alone_by_whatever_lookup() -> None:
    """That a list has the user's address as an identifier makes nobody else read what goes there."""
    shift = Shift("Mail me Ada's repairs.", NOOR)
    listed = ObjectRow("contacts", "email", ("name",), ("email",))
    contacts = {"contacts": [{"name": "Noor Haddad", "email": HOME}]}
    shift.readings.apply(Read("mail/list_contacts", ReturnsRow("user", object=listed), {}, contacts, 9))
    body = "Ada: the gears slip on the third cog, the red tandem is waiting, 240 euros"
    assert shift.call(SEND, to=[HOME], subject="Repairs", body=body).answer == "allow"
    secret = {"note": "The safe of the shop opens by the words copper lantern herring."}
    for user, answer in ((NOOR, "allow"), (None, "ask")):
        shift = Shift("Mail me at noor.h@home.example what is due.", user)
        shift.readings.apply(Read("mail/list_contacts", ReturnsRow("user", object=listed), {}, contacts, 9))
        shift.readings.apply(Read("notes/read", ReturnsRow("user", "secret"), {}, secret, 10))
        assert shift.call(SEND, to=[HOME], subject="Safe", body=secret["note"]).answer == answer
