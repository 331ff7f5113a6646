"""What stands in a thing that is edited stays in it."""

from typing import Any

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_authors import OURS, Lookup, decide, tool

NOTICE = "Thanks, Bea. Our stocktaking is on 15 December, so please no delivery before 10 o'clock that day."
RIGHT = NOTICE.replace("15", "16")
ORDER = "Please have the drums brought to gate four, and the driver is to ring the bell there twice."
REQUEST = "The stocktaking is on the 16th, not the 15th. Can you correct my message P-314?"


def read(name: str = "messages", **labels: FieldLabel) -> Lookup:
    """Return a lookup of a channel: the user's message, and a stranger's."""
    ours = {f"{name}[].id": OURS, **{f"{name}[].{field}": label for field, label in labels.items()}}
    rows = [{"id": "P-314", "text": NOTICE}, {"id": "P-315", "text": ORDER}]
    rows_at = ObjectRow(name, "id", ("id",))
    return f"s/list_{name}", ReturnsRow(object=rows_at, fields=ours), {name: rows}


def edit(name: str = "s/edit_message", **more: str) -> ToolRow:
    """Return a tool that puts a text where one stood, which somebody outside may read."""
    return tool(name, "correct, edit", message_id="object", text=SinkRow("text", readers="outside"), **more)


@pytest.mark.parametrize(
    ("what", "text", "answer"),
    [
        (edit(), RIGHT, "allow"),
        (edit(), f"{RIGHT} {ORDER}", "ask"),
        (edit(), ORDER, "deny"),
        (edit("s/forward_message"), RIGHT, "ask"),
    ],
)
def test_its_own_words_stay(what: ToolRow, text: str, answer: str) -> None:
    """What another one has does not come in, and what an act adds to a thing takes nothing's place."""
    call = {"message_id": "P-314", "text": text}
    assert decide(REQUEST, what, call, read()).answer in {answer, "deny" if answer == "ask" else answer}


@pytest.mark.parametrize("secret", [True, False])
def test_a_secret_stays_where_it_is(secret: bool) -> None:
    """It goes to nobody who could not read it: and into nothing else."""
    label = FieldLabel(None, "secret" if secret else "private")
    both = (read(text=label),)
    assert decide(REQUEST, edit(), {"message_id": "P-314", "text": RIGHT}, *both).answer == "allow"
    other = REQUEST.replace("P-314", "P-315")
    assert decide(other, edit(), {"message_id": "P-315", "text": RIGHT}, *both).answer != "allow"


@pytest.mark.parametrize(
    ("more", "given"),
    [
        ({"to": "recipient"}, {"to": "ann@acme.example"}),
        ({"seen_by": "value"}, {"seen_by": "all"}),
        ({}, {"x": "y"}),
    ],
)
def test_what_else_a_call_does(more: dict[str, str], given: dict[str, Any]) -> None:
    """What may change who reads it leaves nothing where it was."""
    call = {"message_id": "P-314", "text": RIGHT} | given
    request = f"{REQUEST} It is for ann@acme.example and all, x is y."
    assert decide(request, edit(**more), call, read()).answer != "allow"


def test_another_field() -> None:
    """A text that stood elsewhere in the thing, where others may read it, is new there."""
    rows = {"messages": [{"id": "P-314", "text": "Hello", "note": NOTICE}]}
    returns = ReturnsRow(object=ObjectRow("messages", "id", ("id",)), fields={"messages[].id": OURS})
    call = {"message_id": "P-314", "text": RIGHT}
    assert decide(REQUEST, edit(), call, ("s/list_messages", returns, rows)).answer != "allow"


def test_a_thing_of_another_kind_with_its_number() -> None:
    """Of two things of one identifier nobody knows which is edited."""
    call = {"message_id": "P-314", "text": RIGHT}
    assert decide(REQUEST, edit(), call, read(), read("tickets")).answer != "allow"
