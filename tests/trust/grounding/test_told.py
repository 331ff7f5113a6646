"""Who is only spoken of in what others are told, and states that stand behind a condition."""

import pytest

from podium.trust.grounding.told import only_told
from podium.trust.request.idioms import gives
from podium.trust.request.requests import Request
from podium.trust.request.states import stated
from podium.trust.tools import ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

GROUPS = ToolRow(
    "club",
    "list_groups",
    "read",
    returns=ReturnsRow("organisation", "private", ObjectRow("groups", "id", ("name",), ("id", "name"))),
)
TEXT = ToolRow(
    "club",
    "send_text",
    "irreversible",
    ("text", "tell", "write", "let know", "ask", "mail"),
    {"to": SinkRow("recipient"), "text": SinkRow("text")},
)
HELD = {
    "groups": [
        {"id": "swimmers", "name": "Swimmers"},
        {"id": "tess", "name": "Tess Moore"},
        {"id": "ben", "name": "Ben Osei"},
    ]
}


def _answer(request: str, to: str) -> str:
    return World(request).read(GROUPS, HELD).call(TEXT, uses=None, to=to, text="It is so.").answer


@pytest.mark.parametrize(
    ("request_", "other"),
    [
        ("Tell Tess that the swimmers are here", "swimmers"),
        ("tell Tess the swimmers are here", "swimmers"),
        ("Let Tess know that Ben is ill", "ben"),
        ("Tell Tess that Ben is ill", "ben"),
        ("Ask Tess whether Ben can come", "ben"),
        ("Text Tess that the swimmers need the hall and Ben has the key", "swimmers"),
        ("Text Tess that the swimmers need the hall and Ben has the key", "ben"),
        ("Write to Tess about Ben", "ben"),
        ("mail Tess because the swimmers forgot the key", "swimmers"),
    ],
)
def test_what_is_told_is_nobody_to_write_to(request_: str, other: str) -> None:
    """A message goes to whom it is for, and to none of those of whom it speaks."""
    assert _answer(request_, "tess") == "allow"
    assert _answer(request_, other) != "allow"


@pytest.mark.parametrize(
    ("request_", "to"),
    [
        ("Tell the swimmers that the pool is shut", "swimmers"),
        ("Tell Tess and Ben that it is done", "ben"),
        ("Tell Tess that it is done, and Ben too", "ben"),
        ("Tell Tess that it is done and text Ben the plan", "ben"),
        ("Text the swimmers that Tess is ill, and ask Ben to come", "ben"),
        ("Tell Tess that Ben has the key, then tell Ben that she knows", "ben"),
    ],
)
def test_whom_it_is_for(request_: str, to: str) -> None:
    """Who is told something himself gets it."""
    assert _answer(request_, to) == "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Tell Ben: the plan is off",
        "Mail the plan to Ben",
        "Drop Ben a line so he knows",
        "Tell Anna it is done and cc Ben",
        "Ask Anna for the plan, then send it to Ben",
        "Give it to Ben and tell Anna that Ben has it",
        "Tell Anna that it starts in #ben today",
        "Pay Ben",
    ],
)
def test_said_elsewhere_too(request_: str) -> None:
    """Who stands outside of a message too is not only spoken of."""
    assert not only_told(Request(request_), {"ben"})


@pytest.mark.parametrize(
    ("request_", "state"),
    [
        ("Order the paper if the toner is fine", "approved"),
        ("Please look at it and order some unless the toner is fine", "approved"),
        ("Ring the printer people whether it is fine", "approved"),
        ("Book the hall once the trip is off", "cancelled"),
        ("Put the lamp back when the light is over", "done"),
    ],
)
def test_a_state_behind_a_condition(request_: str, state: str) -> None:
    """What is so only under a condition, or is asked, is no state that the request gives."""
    sentences = Request(request_).sentences
    assert not any(gives(sentence, state) for sentence in sentences)
    assert not stated(sentences, state)


@pytest.mark.parametrize(
    ("request_", "state"),
    [
        ("The toner order is fine unless it costs more", "approved"),
        ("The trip is off until further notice", "cancelled"),
        ("approve it if it is under 20", "approved"),
        ("The lamp is done when you have a minute", "done"),
    ],
)
def test_a_state_before_a_condition(request_: str, state: str) -> None:
    """What is said of a thing, or ordered, counts with a condition behind it."""
    assert any(gives(sentence, state) for sentence in Request(request_).sentences)
