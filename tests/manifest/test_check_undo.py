"""What must hold of `undo`, `idempotent` and `confirm`, and what they compile to."""

import pytest

from podium.trust.tools import ConfirmRow, UndoRow

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


PAYMENTS = """
command: [payments]
tools:
  find: {{effect: {effect}}}
  pay:
    effect: irreversible
    intents: [pay]
    arguments: {{{arguments}}}
    confirm: {{key: reference, tool: {tool}, found: {found}}}
"""


def payments(
    *, effect: str = "read", arguments: str = "", tool: str = "find", found: str = "result.reference"
) -> str:
    text = PAYMENTS.format(effect=effect, arguments=arguments, tool=tool, found=found)
    return document("ToolServer", "payments", text)


def test_confirm_compiles() -> None:
    """The looking tool takes the id under the key's name, unless another is given."""
    tools = compiled(payments()).tool_servers["payments"].tools
    assert tools["pay"].confirm == ConfirmRow("reference", "find", "reference", "result.reference")
    text = payments(found="'result.all[].id', argument: id")
    assert compiled(text).tool_servers["payments"].tools["pay"].confirm == ConfirmRow(
        "reference", "find", "id", "result.all[].id"
    )


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"tool": "fnd"}, "spec.tools.pay.confirm.tool", "this server has no tool fnd."),
        (
            {"tool": "pay"},
            "spec.tools.pay.confirm.tool",
            "pay changes something, and looking for a call must not.",
        ),
        (
            {"arguments": "reference: {sink: text}"},
            "spec.tools.pay.arguments.reference",
            "reference is what Podium fills for `confirm`; it decides nothing for an agent.",
        ),
        (
            {"found": "reference"},
            "spec.tools.pay.confirm.found",
            "'reference' does not say where the id stands.",
        ),
    ],
)
def test_faults_of_confirm(change: dict[str, str], field: str, message: str) -> None:
    """Each fault is told with its line, its field and what to do."""
    (found,) = findings(payments(**change))
    assert (found.field, found.message) == (field, message)
    assert found.line
    assert found.fix
