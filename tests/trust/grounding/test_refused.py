"""Whom a request says only to leave out."""

import pytest

from podium.trust.grounding.readings import Read, Readings
from podium.trust.tools import GrantRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

ANN, BOB = "ann@x.example", "bob@x.example"
MAIL = ToolRow(
    "mail",
    "send_mail",
    "irreversible",
    ("send", "tell", "post"),
    {"to": SinkRow("recipient"), "body": SinkRow("text")},
)
NAMES = ToolRow("chat", "list_places", "read", returns=ReturnsRow("organisation"))


def _answer(request: str, to: str) -> str:
    readings = Readings(request)
    readings.apply(Read(NAMES.id, NAMES.returns, {}, ["releases", "general", "priya", "olav"], 1))
    task = Standing(readings, GrantRow(MAIL.id, None, 5))
    return decide_tool_call(
        ToolCall("agent", MAIL.client_name, MAIL, {"to": to, "body": "Hello."}), task
    ).answer


@pytest.mark.parametrize(
    "request_text",
    [
        f"Don't send it to {BOB}, send the plan to {ANN}.",
        f"Send {ANN} the plan, and do not copy {BOB}.",
        f"Send the plan to {ANN}. Never send it to {BOB}!",
        f"Send the plan to {ANN}, not to {BOB}.",
        f"Send {ANN} the plan instead of {BOB}.",
        f"Send the plan to {ANN}. Don't send it to {BOB} yet.",
        f"{BOB} should not get the plan. Send it to {ANN}.",
        f"You mustn't send the plan to {BOB}; send it to {ANN}.",
    ],
)
def test_an_address_that_gets_nothing(request_text: str) -> None:
    """It stands in the request, and is no ground for an act towards it."""
    assert _answer(request_text, ANN) == "allow"
    assert _answer(request_text, BOB) != "allow"


@pytest.mark.parametrize(
    ("request_text", "meant", "left"),
    [
        ("Don't tell #general, tell #releases that we ship.", "#releases", "#general"),
        ("Post it in #releases, but not in #general.", "#releases", "general"),
        ("Don't post in #general. Post in #releases that we ship.", "releases", "general"),
        ("Don't tell Olav, tell Priya.", "priya", "olav"),
        ("Tell Priya that we ship, and don't bother Olav with it.", "priya", "olav"),
    ],
)
def test_a_channel_and_a_login(request_text: str, meant: str, left: str) -> None:
    """So do they, with and without their sign."""
    assert _answer(request_text, meant) == "allow"
    assert _answer(request_text, left) != "allow"


@pytest.mark.parametrize(
    "request_text",
    [
        f"Don't forget to send {BOB} the plan.",
        f"Don't send it to {ANN} only, send it to {BOB} too.",
        f"Don't let {BOB} wait, send him the plan.",
        f"Don't send it without {BOB} in copy.",
        f"Don't send it to {BOB}. No, do send {BOB} the plan.",
        f"I don't know {BOB}, but send him the plan.",
    ],
)
def test_a_no_that_leaves_nobody_out(request_text: str) -> None:
    """What is forbidden is something else, or he is said elsewhere as well."""
    assert _answer(request_text, BOB) == "allow"
