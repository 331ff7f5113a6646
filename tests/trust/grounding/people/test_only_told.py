"""Whoever is only told something lends nobody what he wrote."""

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation", "private")
READ = ToolRow(
    "chat",
    "search_messages",
    "read",
    returns=ReturnsRow(
        "organisation",
        "private",
        ObjectRow("messages", "id", ("sender",), ("channel",)),
        {"messages[].text": OURS},
    ),
)
PEOPLE = ToolRow(
    "chat",
    "list_people",
    "read",
    returns=ReturnsRow("organisation", "public", ObjectRow("people", "address", ("name",), ("name",))),
)
SEND = ToolRow(
    "chat",
    "send_direct",
    "irreversible",
    ("send", "tell", "let know", "write", "forward"),
    {"to": SinkRow("recipient"), "text": SinkRow("text")},
)
CODE = "The spare key hangs behind the green cabinet, keep that to yourself."
TOMAS = "tomas@rims.example"
WHO = {"people": [{"address": TOMAS, "name": "Tomas"}]}


def _answer(request: str, text: str = CODE) -> str:
    row = {"id": "M-902", "sender": "marek", "channel": "@marek", "text": CODE}
    world = World(request).read(PEOPLE, WHO).read(READ, {"messages": [row]})
    return world.call(SEND, to=TOMAS, text=text).answer


@pytest.mark.parametrize(
    "request_",
    [
        "Tell Marek and Tomas that the rims come late.",
        "Let Tomas and Marek know that the rims come late.",
        "Send direct messages to Marek and Tomas that the rims come late.",
        "Write a short message to Marek and Tomas that the rims come late.",
        "Tell Marek by direct message, and Tomas, that the rims come late.",
        "Tell Marek and tomas@rims.example that the rims come late.",
    ],
)
def test_who_is_told_lends_nothing(request_: str) -> None:
    """His name, and the way in which he is told, speak of nothing that he wrote."""
    assert _answer(request_) != "allow"
    assert _answer(request_, "The rims come late.") == "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Tell Tomas what Marek wrote.",
        "Send Tomas Marek's message.",
        "Tell Tomas what is in the message from Marek.",
        "Send Tomas the message that Marek has sent.",
    ],
)
def test_what_somebody_wrote_is_asked_for(request_: str) -> None:
    """*Marek's*, *from Marek*, *what Marek wrote*."""
    assert _answer(request_) == "allow"
