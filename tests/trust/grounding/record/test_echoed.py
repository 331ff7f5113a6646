"""A value that a person has approved once, and its tool has said again."""

from datetime import date
from typing import Any, Final

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

NOTES = ToolRow(
    "shop",
    "get_notes",
    "read",
    returns=ReturnsRow(
        "public",
        object=ObjectRow("notes", "id", ("id", "title")),
        fields={"notes[].id": FieldLabel("organisation")},
    ),
)
JOB = ToolRow(
    "shop",
    "create_job",
    "write",
    ("create", "make", "open"),
    {"title": SinkRow("text"), "workshop": SinkRow("value")},
    ReturnsRow("organisation"),
)
MARK = ToolRow(
    "shop", "label_job", "write", ("label",), {"workshop": SinkRow("value")}, ReturnsRow("organisation")
)
TOOLS: Final = {row.id: row for row in (NOTES, JOB, MARK)}
GRANTS: Final = [GrantRow(tool, None, 9 if row.writes else None) for tool, row in TOOLS.items()]
REQUEST: Final = "Make jobs of the things in my notes, one each."
STRANGERS: Final = "True the wheel. Fit the rack."
HERE: Final = "Harbour workshop"


def second(
    arguments: dict[str, Any], returned: dict[str, Any], *, by: ToolRow = JOB, notes: str = STRANGERS
) -> Verdict:
    """Return what is decided about a second job, behind a first call and what it returned."""
    readings = Readings(REQUEST, date(2026, 11, 27))
    readings.apply(
        Read(NOTES.id, NOTES.returns, {}, {"notes": [{"id": "n1", "title": "x", "text": notes}]}, 1)
    )
    readings.apply(Read(by.id, by.returns, arguments, returned, 2, (), wrote=True))
    effective = narrow(GRANTS, TOOLS, REQUEST)
    standing = Standing(readings, effective.grant(JOB.id), uses_so_far=1, refusal=effective.refusal(JOB.id))
    return decide_tool_call(ToolCall("desk", JOB.name, JOB, {"title": "Rack", "workshop": HERE}), standing)


def test_what_was_approved_is_asked_about_again() -> None:
    first = {"title": "Wheel", "workshop": HERE}
    for returned in (first | {"id": "J1"}, {"job": first}, {"id": "J1", "done": [first]}):
        found = second(first, returned)
        assert (found.answer, found.rule) == ("ask", "labels.value")
        assert "nothing that this task has read says it" in found.reason


@pytest.mark.parametrize(
    ("arguments", "returned", "more"),
    [
        # a stranger says it as well
        ({"title": "Wheel", "workshop": HERE}, {"workshop": HERE}, {"notes": f"At {HERE}, please"}),
        # it stands in what the call was given, and was not all of it
        ({"title": f"Wheel, {HERE}"}, {"title": f"Wheel, {HERE}"}, {}),
        # another tool's
        ({"workshop": HERE}, {"workshop": HERE}, {"by": MARK}),
    ],
)
def test_what_others_have_written_is_not(
    arguments: dict[str, Any], returned: dict[str, Any], more: dict[str, Any]
) -> None:
    assert second(arguments, returned, **more).answer == "deny"
