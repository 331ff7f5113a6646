"""Words that go into a channel, in ways that no author lists."""

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

CHANNELS = ToolRow(
    "chat",
    "list_channels",
    "read",
    returns=ReturnsRow("organisation", object=ObjectRow("channels", "name", ("name",))),
)
POST = ToolRow(
    "chat",
    "post_message",
    "irreversible",
    ("post", "announce"),
    {"channel": SinkRow("recipient", readers="organisation"), "text": SinkRow("text")},
)
INVITE = ToolRow(
    "chat",
    "invite_to_channel",
    "irreversible",
    ("invite", "add"),
    {"person": SinkRow("recipient"), "channel": SinkRow("object")},
)
TOOLS = {tool.id: tool for tool in (CHANNELS, POST, INVITE)}


def _answer(request: str, channel: str) -> str:
    narrowed = narrow([GrantRow(name, None, 5) for name in TOOLS], TOOLS, request)
    readings = Readings(request)
    readings.apply(
        Read(CHANNELS.id, CHANNELS.returns, {}, {"channels": [{"name": "customers"}, {"name": "ops"}]}, 1)
    )
    task = Standing(readings, narrowed.grant(POST.id), refusal=narrowed.refusal(POST.id))
    call = ToolCall("agent", POST.client_name, POST, {"channel": channel, "text": "Hello, all."})
    return decide_tool_call(call, task).answer


@pytest.mark.parametrize(
    "request_text",
    [
        "Add Dana to the customers channel and say hello to her there.",
        "Invite Dana to #customers and greet her there.",
        "Add Dana to #customers, then write her a short hello there.",
        "Add Dana to the customers channel and give her a warm welcome there, please.",
        "Welcome Dana in #customers.",
        "Congratulate Femi in the customers channel.",
        "Let #customers know that we moved.",
        "Let the customers channel know that we moved.",
        "Remind #customers of the survey.",
        "Ask Tomas in #customers whether it works.",
        "Put a short list of the open tickets into #customers.",
        "A short list of the open tickets in #customers please.",
        "I need an overview of the open tickets in #customers.",
        "Could you put what Femi works on into #customers?",
        "When it is there, a line in #customers please.",
    ],
)
def test_what_is_wanted_in_a_channel(request_text: str) -> None:
    """It is posted there, and nowhere else."""
    assert _answer(request_text, "customers") == "allow"
    assert _answer(request_text, "ops") != "allow"


@pytest.mark.parametrize(
    "request_text",
    [
        "Tell me what #customers says.",
        "Find the note in #customers and tell me what it says.",
        "Thank you for the list of who is in #customers.",
        "Thank Olav for what he wrote in #customers.",
        "Is there an update in #customers?",
        "An update in #customers says that it is down. Who is on call?",
        "Get me a list of who is in #customers.",
        "I need a summary of what's in #customers.",
        "Give me a summary of the messages in #customers.",
        "Read the list in #customers.",
        "Put Dana in #customers.",
        "Don't let #customers know.",
        "Olav posted a summary in #customers. Read it.",
        "Say hello to Dana.",
    ],
)
def test_what_is_there_already(request_text: str) -> None:
    """What is read there, who is in it, and what is said elsewhere lets nothing be posted unasked."""
    assert _answer(request_text, "customers") != "allow"
