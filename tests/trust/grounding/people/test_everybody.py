"""The channel of all of us is meant by *tell everybody*, where all in the organisation read it."""

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
CHANNELS = ToolRow(
    "chat",
    "list_channels",
    "read",
    returns=ReturnsRow(object=ObjectRow("channels", "name", ("name",)), fields={"channels[].name": OURS}),
)
POST = ToolRow(
    "chat",
    "post_message",
    "irreversible",
    ("post", "announce", "tell", "let know", "say", "write", "send"),
    {
        "channel": SinkRow(
            "recipient", readers="outside", readers_of={"general": "organisation", "#general": "organisation"}
        ),
        "text": SinkRow("text"),
    },
)


def _posted(request: str, channel: str = "general", listed: tuple[str, ...] = ()) -> str:
    world = World(request)
    if listed:
        world.read(CHANNELS, {"channels": [{"name": one} for one in listed]})
    return world.call(POST, channel=channel, text="The office is closed on Friday.").answer


@pytest.mark.parametrize(
    "request_",
    [
        "Tell everybody that the office is closed on Friday.",
        "The office is closed on Friday, please announce it to everyone.",
        "The office is closed on Friday. Let everybody know.",
        "Tell the whole company that the office is closed on Friday.",
        "Say to all of us that the office is closed on Friday.",
        "Please write to all colleagues that the office is closed on Friday.",
        "the office is closed on friday, tell our entire team",
    ],
)
def test_what_goes_to_everybody(request_: str) -> None:
    """It goes to the channel that all read, by the policy or a list, and to none that nobody names."""
    assert _posted(request_) == "allow"
    assert _posted(request_, "#general") == "allow"
    assert _posted(request_, "announcements") != "allow"
    assert _posted(request_, "announcements", ("announcements", "design")) == "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Tell everybody in design that the office is closed on Friday.",
        "Tell everyone who works on the hall that the office is closed on Friday.",
        "Tell everybody in #design that the office is closed on Friday.",
        "Post in the design channel that everybody may go on Friday.",
        "Tell Clara that everybody may go on Friday.",
        "Don't tell everybody that the office is closed on Friday, write it to Clara.",
        "Tell everybody's boss that the office is closed on Friday.",
        "Tell Clara that the office is closed on Friday.",
    ],
)
def test_what_goes_to_some(request_: str) -> None:
    """Of all of some place, or what somebody else is told, the channel of all hears nothing."""
    assert _posted(request_) != "allow"
