"""What is put into a channel: people are let in, words are posted, and no file is written."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

TEXT, WHOM, THING, PATH = (SinkRow(sink) for sink in ("text", "recipient", "object", "path"))
LET = ToolRow("chat", "invite_user", "irreversible", ("invite",), {"channel": WHOM, "user": WHOM})
POST = ToolRow("chat", "post_message", "irreversible", ("post",), {"channel": WHOM, "text": TEXT})
KICK = ToolRow("chat", "remove_user", "write", ("remove",), {"channel": PATH, "user": THING})
APPEND = ToolRow("drive", "append_to_file", "write", ("add", "put", "note"), {"file": THING, "text": TEXT})
TOOLS = {tool.id: tool for tool in (LET, POST, KICK, APPEND)}
GRANTS = [GrantRow(tool) for tool in TOOLS]


def _opened(request: str) -> set[str]:
    grant = narrow(GRANTS, TOOLS, request)
    return {tool for tool in TOOLS if grant.refusal(tool) is None}


@pytest.mark.parametrize(
    "request_",
    [
        "Add Mia to #design",
        "add Mia and Noa to #design please",
        "Can you add Mia, Noa and Leo to #design?",
        "Bring Noa into the design channel",
        "Get noa@kestrel.example into #design",
        "Could you put Leo in the design channel?",
        "Please add @mia to #general",
        "Mia has started today. Add her to #general, please.",
        "I'd like you to add Tess Okafor to the new winter channel",
        "Put Leo and Mia into #launch and tell nobody",
    ],
)
def test_people_are_let_in(request_: str) -> None:
    """Whoever is put there by name is invited; nothing is written to a file, and nobody is thrown out."""
    assert _opened(request_) == {LET.id}


@pytest.mark.parametrize(
    "request_",
    [
        "Put in #general that lunch is at 12",
        "Put a note in #general saying the kitchen is closed",
        "Add a reminder in the design channel about the review",
        'Put this in #design: "The review is at 3."',
    ],
)
def test_words_are_posted(request_: str) -> None:
    """What is to be said there is posted."""
    assert _opened(request_) == {POST.id}


@pytest.mark.parametrize(
    ("request_", "opened"),
    [
        ("Add Mia's comment to the roadmap", {APPEND.id}),
        ("Add Mia to the list in the file Members", {APPEND.id}),
        ("Add to the roadmap what was said in #design", {APPEND.id}),
        ("Who added Mia to #design?", set()),
        ("Is Mia in #design?", set()),
        ("Mia has added Noa to #design. Is that right?", set()),
        ("Don't add Mia to #design", set()),
    ],
)
def test_other_places_and_no_orders(request_: str, opened: set[str]) -> None:
    """A file stays one; questions and what others did let nobody in."""
    assert _opened(request_) == opened
