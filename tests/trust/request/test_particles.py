"""Verbs of two words: what opens one tool by them opens no other one."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

TOOLS = {
    tool.id: tool
    for tool in (
        ToolRow(
            "yard",
            "book_lift",
            "irreversible",
            ("book", "lift out", "take out", "get out", "put back in", "bring in"),
            {"boat_id": SinkRow("object"), "day": SinkRow("date")},
        ),
        ToolRow(
            "till", "send_reminder", "irreversible", ("remind", "send"), {"invoice_id": SinkRow("object")}
        ),
        ToolRow("till", "pay_supplier", "irreversible", ("pay",), {"invoice_id": SinkRow("object")}),
        ToolRow("gate", "revoke_pass", "irreversible", ("revoke", "cancel"), {"pass_id": SinkRow("object")}),
    )
}


@pytest.mark.parametrize(
    "text",
    [
        "Get Lady Jane out Monday week at ten, she's having her topsides done",
        "Get the Lady Jane out on Monday.",
        "Could you get her out on Monday?",
        "Please take Lady Jane out on Monday",
        "We want to take Lady Jane out on Monday, the topsides need paint",
        "Bring Lady Jane in on Friday at nine",
        "Lady Jane, get her out on Monday",
        "Put Lady Jane back in on Friday",
        "I need you to get Lady Jane out on Monday",
        "Get Wren and Lady Jane out on Monday",
    ],
)
def test_words_of_an_open_tool_open_no_other_by_their_manner(text: str) -> None:
    """What one of them lists is said of it, though people send and pay and revoke in such words too."""
    refusals = narrow([GrantRow(name, None, 5) for name in TOOLS], TOOLS, text).refusals
    assert "yard/book_lift" not in refusals
    asked = {name for name, one in refusals.items() if one.rule in {"request.manner", "request.guess"}}
    assert not asked


@pytest.mark.parametrize(
    ("text", "tool"),
    [("Get the reminder about the Lady Jane out today", "till/send_reminder")],
)
def test_what_speaks_of_its_thing_is_meant(text: str, tool: str) -> None:
    """Where the request says what a tool is about, its manner counts."""
    tools = {name: one for name, one in TOOLS.items() if name != "yard/book_lift"}
    found = narrow([GrantRow(name, None, 5) for name in tools], tools, text).refusals.get(tool)
    assert found is None or found.answer == "ask"
