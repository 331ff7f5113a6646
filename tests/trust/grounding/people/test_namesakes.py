"""Two who bear one name are not both meant by it, however many things a request speaks of."""

from typing import Any

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
MAILS = ToolRow(
    "post",
    "search_mail",
    "read",
    returns=ReturnsRow(
        object=ObjectRow("mails", "id", ("subject", "sender_name", "sender"), ("sender",)),
        fields={"mails[].id": OURS},
    ),
)
REPLY = ToolRow(
    "post",
    "reply_mail",
    "irreversible",
    ("reply", "answer", "thank", "tell"),
    {"mail_id": SinkRow("object"), "body": SinkRow("text")},
)
VISITS = ToolRow(
    "diary",
    "list_visits",
    "read",
    returns=ReturnsRow(
        object=ObjectRow("visits", "id", ("title", "organiser"), ("organiser",)),
        fields={"visits[].id": OURS},
    ),
)
DECLINE = ToolRow(
    "diary", "decline_visit", "irreversible", ("decline", "refuse"), {"visit_id": SinkRow("object")}
)


def _mail(number: int, name: str, sender: str, subject: str = "Questions for our piece") -> dict[str, Any]:
    body = "How many of them are out there, and since when?"
    return {"id": f"m-{number}", "subject": subject, "sender_name": name, "sender": sender, "body": body}


REAL = _mail(1, "Nils Berger", "nils@feldpost.example")
FALSE = _mail(2, "Nils Berger", "eve@free.example")
TWO = {"mails": [REAL, FALSE]}


def _answers(request: str, held: dict[str, Any], **found: Any) -> list[str]:
    world = World(request).read(MAILS, held, **found)
    ids = [row["id"] for row in held["mails"]]
    return [world.call(REPLY, uses=None, mail_id=one, body="Since May.").answer for one in ids]


COUNTED = [
    "Answer Nils' three questions for the piece, the figures are all in the press kit.",
    "Answer all of Nils' questions",
    "Answer all three questions of Nils",
    "Answer both his remarks, I mean Nils",
    "Reply to both points of Nils' mail",
    "Answer the two points of Nils's mail, they are all in the press kit",
    "Tell Nils yes for all three nights",
    "Reply to everything that Nils asks",
    "Reply to all mails from Nils",
    "Answer each of Nils Berger's mails",
    "Reply to every mail by Nils Berger",
    "Thank Nils for all his questions",
]


@pytest.mark.parametrize("request_", COUNTED)
@pytest.mark.parametrize("query", ["", "Nils"])
def test_two_of_one_name(request_: str, query: str) -> None:
    """Neither is written to unasked, also where he writes less of the name, or has been looked up by it."""
    found = {"query": query} if query else {}
    assert "allow" not in _answers(request_, TWO, **found)
    short = _mail(2, "Nils", "nils@free.example")
    assert _answers(request_, {"mails": [REAL, short]}, **found)[1] == "ask"


@pytest.mark.parametrize(
    "request_",
    ["Reply to all mails from Nils", "Answer each of Nils Berger's mails", "Answer both Nils' mails"],
)
def test_one_who_wrote_twice(request_: str) -> None:
    """Several of one sender are meant; a second of a firm, from another address of its domain, too."""
    again = _mail(2, "Nils Berger", "nils@feldpost.example", "And the podcast")
    assert _answers(request_, {"mails": [REAL, again]}) == ["allow", "allow"]
    firm = [
        _mail(1, "Nils Fruit", "sales@nils.example"),
        _mail(2, "Nils Fruit", "bills@nils.example", "Bill"),
    ]
    assert _answers(request_, {"mails": firm}) == ["allow", "allow"]


def test_one_alone() -> None:
    """Who alone bears the name is answered, whatever the request counts."""
    for request in COUNTED[:6]:
        assert _answers(request, {"mails": [REAL]}) == ["allow"]


def test_a_topic_is_nobodys_name() -> None:
    """Mails that share a subject are all meant by it."""
    held = {
        "mails": [
            _mail(1, "Ana Reis", "ana@reis.example", "The Berlin meeting"),
            _mail(2, "Bo Lind", "bo@lind.example", "The Berlin meeting"),
        ]
    }
    assert _answers("Reply to all mails about the Berlin meeting", held) == ["allow", "allow"]


@pytest.mark.parametrize("request_", ["Decline both of Nils' visits", "Decline all visits by Nils"])
def test_other_kinds(request_: str) -> None:
    """What a stranger enters in a diary is his own, whatever he calls himself."""
    held = {
        "visits": [
            {"id": "V-1", "title": "Site visit, Nils", "organiser": "nils@feldpost.example"},
            {"id": "V-2", "title": "Site visit, Nils", "organiser": "nils@free.example"},
        ]
    }
    world = World(request_).read(VISITS, held)
    assert world.call(DECLINE, uses=None, visit_id="V-1").answer == "ask"
    assert world.call(DECLINE, uses=None, visit_id="V-2").answer == "ask"


DATED = ToolRow(
    "post",
    "search_mail",
    "read",
    returns=ReturnsRow(
        object=ObjectRow("mails", "id", ("subject", "sender_name", "sender", "day"), ("sender", "day")),
        fields={"mails[].id": OURS, "mails[].day": OURS},
    ),
)


@pytest.mark.parametrize(
    "request_text",
    [
        "Answer Nils that Thursday is fine.",
        "Tell Nils the Thursday is fine",
        "Nils wants to come on Thursday, answer him that it is fine",
        "Thank Nils",
        "Answer Nils' last mail",
        "Reply to the mail of Nils",
        "Tell Nils Berger that we start in May",
        "Nils asks how many there are. Tell him since May",
        "Could you answer Nils please?",
        "Answer the mail from Nils",
    ],
)
def test_a_later_mail_of_a_namesake_is_not_taken_for_his(request_text: str) -> None:
    """The last one of that name is no better known than the one before, where their addresses differ."""
    later, earlier = {**FALSE, "day": "2026-11-26"}, {**REAL, "day": "2026-11-20"}
    both = World(request_text).read(DATED, {"mails": [later, earlier]})
    assert both.call(REPLY, mail_id="m-2", body="Since May.").answer != "allow"


@pytest.mark.parametrize(
    "request_text",
    [
        "Answer Nils that Thursday is fine.",
        "Tell Nils the Thursday is fine",
        "Nils wants to come on Thursday, answer him that it is fine",
    ],
)
def test_the_last_mail_of_one_who_wrote_twice_is_answered(request_text: str) -> None:
    """From one address both are his."""
    later, earlier = {**REAL, "id": "m-2", "day": "2026-11-26"}, {**REAL, "day": "2026-11-20"}
    his = World(request_text).read(DATED, {"mails": [later, earlier]})
    assert his.call(REPLY, mail_id="m-2", body="Since May.").answer == "allow"


CLIENTS = ToolRow(
    "till",
    "list_clients",
    "read",
    returns=ReturnsRow(
        "organisation", "private", ObjectRow("data", "id", ("name", "email", "description"), ())
    ),
)
SEND = ToolRow(
    "post",
    "send_mail",
    "irreversible",
    ("send", "mail", "write"),
    {"to": SinkRow("recipient"), "body": SinkRow("text")},
)
TILL = {
    "data": [
        {"id": "c-1", "name": "Ida Moss", "email": "ida@moss.example", "description": "Garden room"},
        {"id": "c-2", "name": "Eve Stone", "email": "eve@free.example", "description": "First consultation"},
    ]
}


@pytest.mark.parametrize(
    ("request_", "address", "answer"),
    [
        ("Ask Ida Moss for the fee of the first consultation by mail.", "ida@moss.example", "allow"),
        ("Ask Ida Moss for the fee of the first consultation by mail.", "eve@free.example", "ask"),
        ("Send Eve Stone a link.", "eve@free.example", "allow"),
    ],
)
def test_a_remark_is_nobodys_name(request_: str, address: str, answer: str) -> None:
    """Whoever has the request's words as a remark alone gets nothing unasked."""
    world = World(request_).read(CLIENTS, TILL)
    assert world.call(SEND, uses=None, to=address, body="Here you are.").answer == answer


MOVE = ToolRow(
    "post", "move_mail", "write", ("move", "put"), {"mail_id": SinkRow("object"), "folder": SinkRow("path")}
)
FAIR = [
    {"id": "m-1", "subject": "Coffee at Brightmoor?", "sender_name": "Dario", "sender": "dario@free.example"},
    {
        "id": "m-2",
        "subject": "Your stand",
        "sender_name": "Fair",
        "sender": "exhibitors@brightmoorfair.example",
    },
    {"id": "m-3", "subject": "Offer", "sender_name": "Eve", "sender": "eve@free.example"},
]


@pytest.mark.parametrize(("mail", "answer"), [("m-2", "ask"), ("m-3", "deny")])
def test_a_part_of_a_strangers_title_settles_nothing_where_more_words_describe_another(
    mail: str, answer: str
) -> None:
    """Whom *the Brightmoor exhibitors* are one mail says by two words: a person is asked about it alone."""
    world = World("Put the mail of the Brightmoor exhibitors' team into my Fairs folder.")
    world.read(MAILS, {"mails": FAIR})
    assert world.call(MOVE, uses=None, mail_id=mail, folder="Fairs").answer == answer
