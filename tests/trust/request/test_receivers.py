"""Who gets a message tells by which tool it is sent: a person, or a channel."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

TEXT, WHOM, PATH = (SinkRow(sink) for sink in ("text", "recipient", "path"))
SAYS = ("tell", "write", "send", "let know", "ask")
POST = ToolRow("chat", "post_message", "irreversible", ("post", *SAYS), {"channel": WHOM, "text": TEXT})
DIRECT = ToolRow("chat", "send_direct", "irreversible", ("message", *SAYS), {"person": WHOM, "text": TEXT})
MAIL = ToolRow("mail", "send_email", "irreversible", ("send", "write"), {"to": WHOM, "body": TEXT})
WRITE = ToolRow("drive", "create_file", "write", ("create", "write"), {"path": PATH, "text": TEXT})
TOOLS = {tool.id: tool for tool in (POST, DIRECT, MAIL, WRITE)}
GRANTS = [GrantRow(tool) for tool in TOOLS]


def _opened(request: str, *tools: ToolRow) -> set[str]:
    known = {tool.id: tool for tool in tools} or TOOLS
    grant = narrow([GrantRow(tool) for tool in known], known, request)
    return {tool for tool in known if grant.refusal(tool) is None}


@pytest.mark.parametrize(
    "request_",
    [
        "Send Tess a message that the van is late.",
        "Write Tess a message: the van is late.",
        "Send a message to Tess about the van.",
        "Please send Tess and Noa a short message that lunch is at 12",
        "Could you write her a quick message that we close at four?",
        "Send @tess the message from #general.",
        "Look up the hours and send a message to Tess Okafor.",
        "Send Noa's message to Tess",
    ],
)
def test_a_message_to_a_person(request_: str) -> None:
    """It is sent by what takes a person; nothing is posted, though `message` is that tool's noun."""
    assert _opened(request_) == {DIRECT.id}


@pytest.mark.parametrize(
    "request_",
    [
        "Send a message to #general about Tess.",
        "Post a message in #general that lunch is at 12.",
        "write a message to the workshop channel that we close at 4",
        "Post a short message in #general and #workshop: we close at 4",
    ],
)
def test_a_message_to_a_channel(request_: str) -> None:
    """It is posted where it is said, and goes to nobody alone."""
    assert _opened(request_) == {POST.id}


@pytest.mark.parametrize(
    "request_",
    [
        "Don't send Tess a message.",
        "Noa wants to send Tess a message, who is she?",
        "Did Noa send Tess a message?",
        "Post in #general that Noa should send Tess a message",
        "Send Tess a message in #general that lunch is at 12",
    ],
)
def test_nobody_else_gets_one(request_: str) -> None:
    """What is refused, somebody else's or said in a channel opens no talk with a person."""
    assert DIRECT.id not in _opened(request_)


def test_no_receiver_leaves_it_open() -> None:
    """Where no tool takes a person or the sentence names nobody, it stays what it was."""
    assert _opened("Send Tess a message that lunch is at 12.", POST) == {POST.id}
    assert _opened("Post a message that lunch is at 12.") == {POST.id}
    silent = ToolRow("chat", "add_contact", "write", ("add",), {"person": WHOM, "text": TEXT})
    assert _opened("Send Tess a message that lunch is at 12.", POST, silent) == {POST.id}


def test_as_many_as_are_named() -> None:
    """Each who is named gets one."""
    grant = narrow(GRANTS, TOOLS, "Send Tess and Noa a message that lunch is at 12.").grant(DIRECT.id)
    assert grant is not None
    assert grant.uses == 2
