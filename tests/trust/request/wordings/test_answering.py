"""By which tool something is confirmed to somebody."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

MOVE = ToolRow(
    "diary", "move_visit", "irreversible", ("move", "put"), {"id": SinkRow("object"), "day": SinkRow("date")}
)
REPLY = ToolRow(
    "mail",
    "reply_mail",
    "irreversible",
    ("reply", "answer"),
    {"mail_id": SinkRow("object"), "text": SinkRow("text")},
)
SEND = ToolRow(
    "mail",
    "send_mail",
    "irreversible",
    ("send", "mail"),
    {"to": SinkRow("recipient"), "text": SinkRow("text")},
)
PAY = ToolRow(
    "bank", "pay", "irreversible", ("send", "pay"), {"iban": SinkRow("payee"), "text": SinkRow("text")}
)
TOOLS = {it.id: it for it in (MOVE, REPLY, SEND, PAY)}


def _rules(text: str) -> dict[str, str]:
    found = narrow([GrantRow(it, None, 9) for it in TOOLS], TOOLS, text)
    return {it: "" if (said := found.refusal(it)) is None else said.rule for it in TOOLS}


@pytest.mark.parametrize(
    "text",
    [
        "Move the visit to 10 December and confirm it to Edith Carr.",
        "Move Edith's visit to Friday and confirm the new day to her.",
        "Move the visit to Friday. Please confirm that to Edith.",
    ],
)
def test_what_is_confirmed_to_somebody_is_told(text: str) -> None:
    """By an answer or a mail whose values the request gives; nothing is paid."""
    rules = _rules(text)
    assert rules[MOVE.id] == ""
    assert {rules[REPLY.id], rules[SEND.id]} == {"request.guess"}
    assert rules[PAY.id] not in {"", "request.guess", "request.manner"}


@pytest.mark.parametrize(
    "text",
    [
        "Move the visit to Friday, and do not confirm it to Edith.",
        "Edith asked us to confirm it to Tom. Move the visit to Friday.",
        "Move the visit that they want to confirm to Friday.",
    ],
)
def test_what_is_not_confirmed_is_not(text: str) -> None:
    """Neither what must not be said, nor what somebody else has asked for."""
    rules = _rules(text)
    assert {rules[REPLY.id], rules[SEND.id]}.isdisjoint({"", "request.guess"})


ATTACHING = ToolRow(
    "mail",
    "reply_mail",
    "irreversible",
    ("reply", "answer"),
    {"mail_id": SinkRow("object"), "text": SinkRow("text"), "files": SinkRow("object", many=True)},
)
WANTED = [
    ("Send Marek the data sheet he's asking for.", "request.guess"),
    ("Send Ines the two papers that she has asked for", "request.guess"),
    ("Send Marek the list they keep asking for, please", "request.guess"),
    ("Norvane can have the police reference now", "request.guess"),
    ("Edith Carr may know that it is done", "request.guess"),
    ("Send Marek the data sheet.", "request.unclear"),
    ("Send Marek the data sheet, and she wants it as well", "request.unclear"),
    ("Can Norvane have the police reference?", "request"),
    ("Norvane can't have the police reference", "request"),
    ("The reference that Norvane can have is on the claim", "request"),
]


@pytest.mark.parametrize(("text", "rule"), WANTED)
def test_what_somebody_wants_may_answer_him(text: str, rule: str) -> None:
    """What he asks for, or may have, an answer may bring; what is sent unasked goes by no answer."""
    tools = {it.id: it for it in (MOVE, ATTACHING, SEND, PAY)}
    found = narrow([GrantRow(it, None, 9) for it in tools], tools, text)
    said = found.refusal(ATTACHING.id)
    assert said is not None
    assert (said.rule == "request.guess") is (rule == "request.guess"), said


COMMENT = ToolRow(
    "work",
    "comment_task",
    "irreversible",
    ("comment", "reply"),
    {"task_id": SinkRow("object"), "text": SinkRow("text")},
)


def _remark(text: str) -> str:
    tools = {it.id: it for it in (*TOOLS.values(), COMMENT)}
    found = narrow([GrantRow(it, None, 9) for it in tools], tools, text)
    assert found.refusal(PAY.id) is not None
    return "" if (said := found.refusal(COMMENT.id)) is None else said.rule


@pytest.mark.parametrize(
    "text",
    [
        "Look at what the clerk said about the paint. Say there that yes, she gets it.",
        "Read the remarks on the paint samples and write there that Friday is fine.",
        "Have a look at the paint samples. Please answer there: yes, on Friday.",
    ],
)
def test_what_is_said_there_is_a_comment(text: str) -> None:
    """Where something was read it is answered: beneath it; nothing is paid."""
    assert _remark(text) in {"", "request.guess"}


@pytest.mark.parametrize(
    "text",
    [
        "Look at what the clerk said about the paint. Don't say there that she gets it.",
        "Look at what the clerk said about the paint. Did he say there that she gets it?",
        "Move the visit to Friday and say there is no room before.",
        "The clerk wanted to say there that she gets it. Move the visit to Friday.",
    ],
)
def test_what_is_not_to_be_said_there(text: str) -> None:
    """Nor where somebody has said it, or `there` is no place."""
    assert _remark(text) not in {"", "request.guess"}


@pytest.mark.parametrize(
    "text",
    [
        "Accept the quartet's offer for the 12th.",
        "accept their quote pls, three hours is fine",
        "Please decline the offer of Velvet Quartet.",
        "Turn down Edith's invitation, politely.",
    ],
)
def test_an_offer_is_answered(text: str) -> None:
    """To accept or decline what somebody has sent is to answer him, where no tool does it."""
    rules = _rules(text)
    assert rules[REPLY.id] == "request.manner"
    assert rules[PAY.id] not in {"", "request.guess", "request.manner"}
    rsvp = ToolRow(
        "diary", "respond", "irreversible", ("accept", "decline", "turn down"), {"id": SinkRow("object")}
    )
    tools = TOOLS | {rsvp.id: rsvp}
    found = narrow([GrantRow(it, None, 9) for it in tools], tools, text)
    assert found.refusal(rsvp.id) is None
    assert found.refusal(REPLY.id) is not None
