"""Everyday words that a grant lists as what an argument may be: they open no tool by another use of them."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

SHARE = ToolRow(
    "diary",
    "share_calendar",
    "irreversible",
    ("share",),
    {"person": SinkRow("recipient"), "access": SinkRow("value")},
)
PROFILE = ToolRow("bank", "update_profile", "irreversible", ("switch",), {"statements": SinkRow("value")})
TICKET = ToolRow(
    "desk",
    "update_ticket",
    "write",
    ("update",),
    {"ticket": SinkRow("object"), "state": SinkRow("value"), "level": SinkRow("value")},
)
GRANTS = (
    GrantRow(SHARE.id, '{"properties": {"access": {"enum": ["read", "write"]}}}', None),
    GrantRow(PROFILE.id, '{"properties": {"statements": {"pattern": "^(paper|app)$"}}}', None),
    GrantRow(
        TICKET.id,
        '{"properties": {"state": {"enum": ["open", "solved"]}, "level": {"enum": ["gold", "tin"]}}}',
        None,
    ),
)
TOOLS = {tool.id: tool for tool in (SHARE, PROFILE, TICKET)}


def _answer(request: str, tool: ToolRow) -> str:
    refusal = narrow(GRANTS, TOOLS, request).refusals.get(tool.id)
    return "allow" if refusal is None else refusal.rule


@pytest.mark.parametrize(
    ("request_", "tool"),
    [
        ("Mark the newsletters as read", SHARE),
        ("Mark Tess's newsletters as read", SHARE),
        ("mark it as read", SHARE),
        ("Put it with the choir papers", PROFILE),
        ("Set the shop as open", TICKET),
    ],
)
def test_a_word_that_is_said_of_anything(request_: str, tool: ToolRow) -> None:
    """*Mark the newsletters as read* shares no calendar, nor does it seem to mean that."""
    assert _answer(request_, tool) not in {"allow", "request.guess"}


@pytest.mark.parametrize(
    ("request_", "tool"),
    [
        ("Mark the ticket as open", TICKET),
        ("Set it to open please", TICKET),
        ("Mark ticket 12 solved", TICKET),
        ("Bump Mia up to gold", TICKET),
        ("Switch my statements to paper", PROFILE),
    ],
)
def test_a_word_that_is_said_of_the_thing(request_: str, tool: ToolRow) -> None:
    """Beside the thing itself, or as a word that only such a thing may be, it opens the tool."""
    assert _answer(request_, tool) == "allow"
