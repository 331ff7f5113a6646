"""A word that is left beside another act stands on what that is done to."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

TEXT, THING = SinkRow("text"), SinkRow("object")
CLAIM = {"claim": THING, "state": SinkRow("value")}
SETTLE = ToolRow("desk", "update_claim", "irreversible", ("close", "settle", "reopen"), CLAIM)
COMMENT = ToolRow(
    "desk", "comment_on_claim", "irreversible", ("comment", "reply"), {"claim": THING, "body": TEXT}
)
POST = ToolRow(
    "site", "comment_on_page", "irreversible", ("comment", "answer"), {"page": THING, "body": TEXT}
)
MAIL = ToolRow(
    "mail", "send_mail", "irreversible", ("mail", "tell"), {"to": SinkRow("recipient"), "body": TEXT}
)
NOTE = ToolRow("desk", "add_note", "write", ("note", "leave"), {"claim": THING, "text": TEXT})
TOOLS = {tool.id: tool for tool in (SETTLE, COMMENT, POST, MAIL)}


def _opened(request: str, *more: ToolRow) -> set[str]:
    tools = TOOLS | {tool.id: tool for tool in more}
    grant = narrow([GrantRow(tool) for tool in tools], tools, request)
    return {tool for tool in tools if grant.refusal(tool) is None}


@pytest.mark.parametrize(
    "request_",
    [
        "Close the storm claim of Hjensen and leave a kind word that we reopen it when he answers.",
        "Settle claim 61. Then leave a short note, with my thanks.",
        "Reopen claim 61, please, and add a line to say that we were too quick.",
        "Could you close claim 61 and leave a friendly message on it?",
    ],
)
def test_it_stands_on_that(request_: str) -> None:
    """The tool that comments on such things is open, once; none that comments on others or mails."""
    assert _opened(request_) == {SETTLE.id, COMMENT.id}
    grant = narrow([GrantRow(COMMENT.id, None, 9), GrantRow(SETTLE.id)], TOOLS, request_).grant(COMMENT.id)
    assert grant is not None
    assert grant.uses == 1


@pytest.mark.parametrize(
    "request_",
    [
        "Leave a kind word that we reopen it.",  # nothing says on what
        "Close claim 61 and leave a note for Ann.",
        "Close claim 61 and leave a note to Ann.",
        "Close claim 61 and leave a note in the kitchen.",
        "Close claim 61, but don't leave a word.",
        "Close claim 61 if he left a note that it is fine.",
        "Close claim 61 and leave the note alone.",
        "Close claim 61, Ann wrote a note that he called.",
        "Should I leave a word when you close claim 61?",
    ],
)
def test_no_word_is_left(request_: str) -> None:
    assert COMMENT.id not in _opened(request_)


def test_who_lists_it_is_meant() -> None:
    """Where a note of the desk's own is left, nobody outside is answered."""
    request = "Close claim 61 and leave a note that he called."
    assert _opened(request, NOTE) == {SETTLE.id, NOTE.id}
