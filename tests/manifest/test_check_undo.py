"""What must hold of `undo` and `idempotent`, and what they compile to."""

import pytest

from podium.trust.tools import UndoRow

from .samples import compiled, document, findings

ROOMS = """
command: [rooms]
tools:
  look: {{effect: read{look}}}
  book:
    effect: write
    intents: [book]
    undo: {{tool: {tool}, arguments: {{id: {source}}}}}
  cancel: {{effect: write, idempotent: true}}
"""


def rooms(*, tool: str = "cancel", source: str = "result.booking.id", look: str = "") -> str:
    return document("ToolServer", "rooms", ROOMS.format(tool=tool, source=source, look=look))


def test_rows() -> None:
    """They come into the snapshot as they are written; what is not idempotent is not repeatable."""
    tools = compiled(rooms()).tool_servers["rooms"].tools
    assert tools["book"].undo == UndoRow("cancel", {"id": "result.booking.id"})
    assert [tools[name].repeatable for name in ("look", "book", "cancel")] == [True, False, True]


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"tool": "cancle"}, "spec.tools.book.undo.tool", "this server has no tool cancle."),
        ({"tool": "book"}, "spec.tools.book.undo.tool", "a tool does not undo itself."),
        ({"tool": "look"}, "spec.tools.book.undo.tool", "look only reads, so it takes nothing back."),
        (
            {"source": "booking.id"},
            "spec.tools.book.undo.arguments.id",
            "'booking.id' does not say where the value comes from.",
        ),
        (
            {"source": '"result.bookings[].id"'},
            "spec.tools.book.undo.arguments.id",
            "one argument takes one value, and `[]` leads to several.",
        ),
        (
            {"look": ", idempotent: true"},
            "spec.tools.look.idempotent",
            "a read changes nothing that could be undone or done twice.",
        ),
    ],
)
def test_faults(change: dict[str, str], field: str, message: str) -> None:
    """Each fault is told with its line, its field and what to do."""
    (found,) = findings(rooms(**change))
    assert (found.field, found.message) == (field, message)
    assert found.line
    assert found.fix
