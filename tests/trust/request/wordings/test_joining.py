"""Whom a request lets into what stands already, and out of two things of which one is called by its name."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

EVENT = {"event_id": SinkRow("object"), "guests": SinkRow("recipient")}
OUT = {"person": SinkRow("recipient")}
TOOLS = {
    tool.id: tool
    for tool in (
        ToolRow(
            "diary",
            "create_event",
            "irreversible",
            ("create", "invite to", "plan"),
            {"title": SinkRow("text"), "guests": SinkRow("recipient")},
        ),
        ToolRow("diary", "invite_guests", "irreversible", ("invite", "ask along"), EVENT),
        ToolRow("people", "remove_from_channel", "write", ("remove", "take out", "take off"), OUT),
        ToolRow("people", "remove_from_group", "write", ("remove", "take out", "take off"), OUT),
    )
}


def _rules(text: str) -> dict[str, str]:
    """Return what a request says against each tool."""
    refusals = narrow([GrantRow(name, None, 5) for name in TOOLS], TOOLS, text).refusals
    return {name: one.answer for name, one in refusals.items()}


@pytest.mark.parametrize(
    "text",
    [
        "Invite him to the team meeting that day.",
        "Invite Ben to our Monday meeting",
        "invite her to the meeting, please",
        "Could you invite them to this call?",
    ],
)
def test_somebody_is_let_into_what_stands_already(text: str) -> None:
    """The tool that takes the thing and the guest is meant, though another one lists more of the words."""
    assert "diary/invite_guests" not in _rules(text)


@pytest.mark.parametrize(
    "text",
    [
        "Invite him to a meeting on Friday.",
        "Plan the team meeting.",
        "Invite no one to any meeting",
    ],
)
def test_what_is_still_to_be_made_takes_nobody(text: str) -> None:
    """Neither a new thing, nor another kind of thing, nor one to which nobody is invited."""
    assert "diary/invite_guests" in _rules(text)


def test_out_of_a_thing_of_a_kind_and_one_called_by_its_name() -> None:
    """What the second is no word tells: a person is asked."""
    found = _rules("Take him out of the design channel and the designers.")
    assert "people/remove_from_channel" not in found
    assert found["people/remove_from_group"] == "ask"


@pytest.mark.parametrize(
    "text",
    [
        "Take him out of the design channel.",
        "Take him out of the design channel and the music channel.",
        "Take him out of the design channel and tell the designers.",
    ],
)
def test_out_of_things_of_one_kind(text: str) -> None:
    """Nothing speaks of another kind."""
    assert _rules(text)["people/remove_from_group"] == "deny"
