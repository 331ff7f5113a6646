"""What a message's own text names is not thereby asked for: it goes nowhere where its readers are not."""

from typing import Any

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
LEADS = "Quillbank leave us in March, so keep the offer to Harte at nine hundred a seat."


def _read(name: str, at: str, names: str, *, kept: str, argument: str, **fields: FieldLabel) -> ToolRow:
    """Return a tool that reads things with an identifier, a title and a text."""
    row = ObjectRow(at, "id", tuple(names.split()))
    labels = {f"{at}[].{field}" if at else field: label for field, label in {"id": OURS, **fields}.items()}
    returns = ReturnsRow("public", kept, row, labels)  # type: ignore[arg-type]
    return ToolRow("chat", name, "read", (), {argument: SinkRow("query")}, returns)


def _history(kept: str) -> ToolRow:
    """Return a tool that reads a channel, of which messages are called by their text: our people's."""
    return _read("get_channel_history", "messages", "text", kept=kept, argument="channel", text=OURS)


CHANNELS = ToolRow(
    "chat",
    "list_channels",
    "read",
    returns=ReturnsRow("organisation", "private", ObjectRow("channels", "id", ("name",))),
)
POST = ToolRow(
    "chat",
    "post_message",
    "irreversible",
    ("post", "announce", "tell", "send", "share", "forward"),
    {"channel": SinkRow("recipient", readers="outside"), "text": SinkRow("text")},
)
LISTED = {
    "channels": [
        {"id": "C1", "name": "ext-quillbank"},
        {"id": "C2", "name": "leads"},
        {"id": "C3", "name": "general"},
    ]
}


def _world(request: str, tool: ToolRow, content: Any, **arguments: Any) -> World:
    return World(request).read(CHANNELS, LISTED).read(tool, content, **arguments)


def _messages(*texts: str) -> dict[str, Any]:
    return {"messages": [{"id": f"1764.{at}", "text": text} for at, text in enumerate(texts, 1)]}


@pytest.mark.parametrize("kept", ["secret", "private"])
@pytest.mark.parametrize("text", [LEADS, "Quillbank leave us in March"])
@pytest.mark.parametrize(
    "request_",
    [
        "Announce in #ext-quillbank that the Quillbank fix is out.",
        "Tell #ext-quillbank that the fix is out and that Quillbank can update.",
        "Post in #ext-quillbank a summary of what changed for Quillbank.",
    ],
)
def test_a_word_of_a_text_asks_for_none_of_it(kept: str, text: str, request_: str) -> None:
    """*Quillbank* says to whom, and names no message: what was said of it elsewhere does not go there."""
    world = _world(request_, _history(kept), _messages(text), channel="C2")
    verdict = world.call(POST, channel="C1", text=f"The fix is out. {text}")
    assert (verdict.answer, verdict.rule) == ("ask", f"flow.{kept}")
    assert world.call(POST, channel="C1", text="The fix is out, please update.").answer == "allow"


def test_a_secret_goes_no_further_inside_either() -> None:
    """What the leads have said is not asked for by a word of it, where all colleagues would read it."""
    post = ToolRow(
        "chat",
        "post_message",
        "irreversible",
        ("post",),
        {"channel": SinkRow("recipient", readers="organisation"), "text": SinkRow("text")},
    )
    world = _world("Post in #general that Quillbank can update.", _history("secret"), _messages(LEADS))
    verdict = world.call(post, channel="C3", text=f"Quillbank can update. {LEADS}")
    assert (verdict.answer, verdict.rule) == ("ask", "flow.secret")
    world = _world("Post in #general that Quillbank can update.", _history("private"), _messages(LEADS))
    assert world.call(post, channel="C3", text=f"Quillbank can update. {LEADS}").answer == "allow"


def test_nor_what_is_read_by_such_a_message() -> None:
    """A thread that was read by the message's identifier is not asked for either."""
    thread = ToolRow(
        "chat",
        "get_thread",
        "read",
        arguments={"id": SinkRow("query")},
        returns=ReturnsRow("organisation", "secret"),
    )
    request = "Announce in #ext-quillbank that the Quillbank fix is out."
    world = _world(request, _history("secret"), _messages(LEADS)).read(
        thread, {"text": "We ask Harte to take it over at once."}, id="1764.1"
    )
    verdict = world.call(POST, channel="C1", text="The fix is out. We ask Harte to take it over at once.")
    assert (verdict.answer, verdict.rule) == ("ask", "flow.secret")


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        ("Forward the leads' messages about the offer to Harte to #ext-quillbank.", "ask"),
        ('Post "Quillbank leave us in March" with the rest of it in #ext-quillbank.', "ask"),
        (f'Post "{LEADS}" in #ext-quillbank.', "allow"),
    ],
)
def test_a_secret_of_which_the_request_speaks(request_: str, answer: str) -> None:
    """A text that the request says itself goes; of one that it only describes a person is asked."""
    world = _world(request_, _history("secret"), _messages(LEADS), channel="C2")
    assert world.call(POST, channel="C1", text=LEADS).answer == answer


@pytest.mark.parametrize(
    ("request_", "answer"),
    [
        ("Send a summary of the message about the cog to #ext-quillbank.", "allow"),
        ("Copy the message about the cog to #ext-quillbank.", "allow"),
        ("Tell #ext-quillbank that the cog is out.", "ask"),
    ],
)
def test_a_message_that_is_to_be_told(request_: str, answer: str) -> None:
    """Where the request wants a message told, the one of which it has a word is passed on."""
    share = ToolRow("chat", "publish", "irreversible", ("send", "copy", "tell"), POST.arguments)
    text = "The third cog slips on every tandem of the first series."
    world = _world(request_, _history("private"), _messages(text, "Lunch is at noon."), channel="C3")
    assert world.call(share, channel="C1", text=text).answer == answer


DOC = "The contract ends in March, and the rebate is thirty percent."


@pytest.mark.parametrize(
    ("request_", "kept", "title", "answer"),
    [
        ("Announce in #ext-quillbank that the fix is out.", "secret", OURS, "ask"),
        ("Announce in #ext-quillbank that the fix is out.", "private", FieldLabel("public"), "ask"),
        ("Announce in #ext-quillbank that the fix is out.", "private", OURS, "allow"),
        ("Send #ext-quillbank the document.", "secret", OURS, "allow"),
        ("Send #ext-quillbank their contract.", "secret", OURS, "allow"),
        ("Tell #ext-quillbank the rebate that they get.", "secret", OURS, "allow"),
    ],
)
def test_whom_a_call_reaches(request_: str, kept: str, title: FieldLabel, answer: str) -> None:
    """A name that says to whom asks for no secret that is called so, nor for what a stranger called so."""
    tool = _read(
        "list_documents", "documents", "title", kept=kept, argument="query", title=title, rebate=OURS
    )
    held = {"documents": [{"id": "D-1", "title": "Quillbank contract 2026", "rebate": DOC}]}
    world = _world(request_, tool, held, query="quillbank")
    verdict = world.call(POST, channel="C1", text=DOC)
    assert verdict.answer == answer, verdict.leaks
