"""The words of an author, as a request has them: in short, and with small words for each other."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

COMING = ToolRow("diary", "answer_invitation", "irreversible", ("say I'm coming",), {"id": SinkRow("object")})
KEEP = ToolRow(
    "people", "add_contact", "write", ("put into my contacts", "put on my list"), {"name": SinkRow("value")}
)
LET = ToolRow("door", "open_door", "irreversible", ("let in",), {"who": SinkRow("recipient")})
TODO = ToolRow("people", "add_todo", "write", ("add to-do", "to-do", "make to-do"), {"text": SinkRow("text")})
CHECK = ToolRow("hotel", "check_guest_in", "write", ("check-in",), {"id": SinkRow("object")})
TOOLS = {tool.id: tool for tool in (COMING, KEEP, LET, TODO, CHECK)}


def _opened(request: str) -> set[str]:
    effective = narrow([GrantRow(tool) for tool in TOOLS], TOOLS, request)
    return {tool.name for tool in TOOLS.values() if effective.refusal(tool.id) is None}


@pytest.mark.parametrize(
    ("request_", "tool"),
    [
        ("Site meeting on Friday: say I'm coming", COMING),
        ("Say I\u2019m coming to the site meeting", COMING),
        ("Put Rupert in my contacts", KEEP),
        ("Put Rupert into my contacts", KEEP),
        ("Put Rupert onto my list", KEEP),
        ("Put Rupert on to my list", KEEP),
        ("Let Rupert in", LET),
    ],
)
def test_as_people_write_it(request_: str, tool: ToolRow) -> None:
    assert _opened(request_) == {tool.name}


@pytest.mark.parametrize(
    "request_",
    [
        "Don't say I'm coming",
        "Don't put Rupert in my contacts",
        "Is Rupert in my contacts?",
        "Let Rupert into the discussion",
    ],
)
def test_what_asks_for_none_of_it(request_: str) -> None:
    """A ban and a question; and a particle that belongs to its verb is no other word."""
    assert _opened(request_) == set()


@pytest.mark.parametrize(
    ("request_", "tool"),
    [
        ("Add a to-do for Kestrel", TODO),
        ("Add a todo for Kestrel", TODO),
        ("Make two To-Dos of that", TODO),
        ("Check in the guests of room 4", CHECK),
        ("Check Ann in, please", CHECK),
        ("Do the check-in for Ann", CHECK),
    ],
)
def test_a_hyphen_is_no_trap(request_: str, tool: ToolRow) -> None:
    """Written with one, apart or in one word, by the author or in the request."""
    assert _opened(request_) == {tool.name}


@pytest.mark.parametrize(
    "request_",
    [
        "What is there to do in Bergen?",
        "Which to-dos are open?",
        "Ann knows what to do",
        "When does the check-in open?",
        "The check-in was slow",
        "Don't add a to-do",
    ],
)
def test_a_hyphen_asks_for_nothing(request_: str) -> None:
    """What is `to do`, or the thing alone, is no order."""
    assert _opened(request_) == set()


MERGE = ToolRow(
    "code", "merge_pull_request", "irreversible", ("merge", "squash-merge"), {"number": SinkRow("object")}
)


@pytest.mark.parametrize(
    ("request_", "wanted"),
    [
        ("Squash-merge 65, please.", True),
        ("Approve it with a thank-you and squash-merge it.", True),
        ("Could you squash-merge it?", True),
        ("I want it squash-merged.", True),
        ("Do the squash-merge of 65.", True),
        ("Don't squash-merge it yet.", False),
        ("Who squash-merged it?", False),
        ("A squash-merge is what I did last time. Read the log.", False),
    ],
)
def test_a_verb_with_a_hyphen(request_: str, *, wanted: bool) -> None:
    """It is a verb as any other, and a noun of what is done."""
    effective = narrow([GrantRow(MERGE.id)], {MERGE.id: MERGE}, request_)
    assert (effective.refusal(MERGE.id) is None) is wanted
