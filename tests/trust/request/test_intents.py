"""The words of an author, as a request has them: in short, and with small words for each other."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

COMING = ToolRow("diary", "answer_invitation", "irreversible", ("say I'm coming",), {"id": SinkRow("object")})
KEEP = ToolRow(
    "people", "add_contact", "write", ("put into my contacts", "put on my list"), {"name": SinkRow("value")}
)
LET = ToolRow("door", "open_door", "irreversible", ("let in",), {"who": SinkRow("recipient")})
TOOLS = {tool.id: tool for tool in (COMING, KEEP, LET)}


def _opened(request: str) -> set[str]:
    effective = narrow([GrantRow(tool) for tool in TOOLS], TOOLS, request)
    return {tool.name for tool in TOOLS.values() if effective.refusal(tool.id) is None}


@pytest.mark.parametrize(
    ("request_", "tool"),
    [
        ("Site meeting on Friday: say I'm coming", COMING),
        ("Say I\u2019m coming to the site meeting", COMING),
        ("Put Rupert in my contacts", KEEP),
        ("Put Rupert into my contacts", KEEP),
        ("Put Rupert onto my list", KEEP),
        ("Put Rupert on to my list", KEEP),
        ("Let Rupert in", LET),
    ],
)
def test_as_people_write_it(request_: str, tool: ToolRow) -> None:
    assert _opened(request_) == {tool.name}


@pytest.mark.parametrize(
    "request_",
    [
        "Don't say I'm coming",
        "Don't put Rupert in my contacts",
        "Is Rupert in my contacts?",
        "Let Rupert into the discussion",
    ],
)
def test_what_asks_for_none_of_it(request_: str) -> None:
    """A ban and a question; and a particle that belongs to its verb is no other word."""
    assert _opened(request_) == set()
