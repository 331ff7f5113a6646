"""A noun of which a request says what for: `his jitter fix`, `the cytometry data`, `the fix for the typo`."""

from datetime import date
from typing import Any, Final

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import (
    FieldLabel,
    GrantRow,
    ObjectRow,
    ReturnsRow,
    SinkRow,
    ToolRow,
    VouchedRow,
)
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

OURS = FieldLabel("organisation")
PULLS = ToolRow(
    "code",
    "list_pull_requests",
    "read",
    returns=ReturnsRow(
        "public",
        "public",
        ObjectRow("pulls", "number", ("number", "title"), (), {}, VouchedRow({"user": ("kim",)}, ("title",))),
        {"pulls[].number": OURS, "pulls[].user": OURS},
    ),
)
MERGE = ToolRow("code", "merge_pull_request", "irreversible", ("merge",), {"number": SinkRow("object")})
DATA = ToolRow(
    "lab", "list_datasets", "read", returns=ReturnsRow("organisation", object=ObjectRow("d", "id", ("name",)))
)
FILES = ToolRow(
    "lab", "list_files", "read", returns=ReturnsRow("organisation", object=ObjectRow("f", "id", ("name",)))
)
ARCHIVE = ToolRow("lab", "archive_dataset", "irreversible", ("archive",), {"dataset_id": SinkRow("object")})
DELETE = ToolRow("lab", "delete_file", "irreversible", ("delete",), {"file_id": SinkRow("object")})
TOOLS: Final = {row.id: row for row in (PULLS, MERGE, DATA, FILES, ARCHIVE, DELETE)}
READ: Final[dict[str, dict[str, Any]]] = {
    PULLS.id: {
        "pulls": [
            {"number": 423, "title": "Fix typo in README quickstart", "user": "newbie"},
            {"number": 421, "title": "Respect max_delay with jitter", "user": "kim"},
            {"number": 419, "title": "Fix cron when clocks change", "user": "kim"},
        ]
    },
    DATA.id: {"d": [{"id": "D-2", "name": "health data"}, {"id": "D-3", "name": "cytometry november"}]},
    FILES.id: {"f": [{"id": "F-1", "name": "Move plan Oslo"}, {"id": "F-2", "name": "Yearly budget"}]},
}


def _answer(request: str, row: ToolRow, value: Any, *more: dict[str, Any]) -> str:
    effective = narrow([GrantRow(tool) for tool in TOOLS], TOOLS, request)
    readings = Readings(request, date(2026, 11, 27))
    for tool, content in READ.items():
        read = {"pulls": [*content["pulls"], *more]} if more and tool == PULLS.id else content
        readings.apply(Read(tool, TOOLS[tool].returns, {}, read, 1))
    task = Standing(readings, effective.grant(row.id), refusal=effective.refusal(row.id))
    (path,) = row.arguments
    return decide_tool_call(ToolCall("agent", row.client_name, row, {path: value}), task).answer


@pytest.mark.parametrize(
    ("request_", "row", "value"),
    [
        ("Merge his jitter fix.", MERGE, 421),
        ("Kim's jitter fix is fine, merge it.", MERGE, 421),
        ("Merge the fix for the jitter.", MERGE, 421),
        ("Merge the jitter fix and the cron fix.", MERGE, 419),
        ("Archive the cytometry data.", ARCHIVE, "D-3"),
    ],
)
def test_what_stands_before_its_noun_tells(request_: str, row: ToolRow, value: Any) -> None:
    assert _answer(request_, row, value) == "allow"


@pytest.mark.parametrize(
    ("request_", "row", "value"),
    [
        ("Merge his jitter fix.", MERGE, 419),  # a fix, and another one
        ("Merge his jitter fix.", MERGE, 423),
        ("Merge the fix for the typo.", MERGE, 419),
        ("Archive the cytometry data.", ARCHIVE, "D-2"),
        ("Delete the budget for the move.", DELETE, "F-1"),  # a budget is no kind of file
    ],
)
def test_the_noun_alone_does_not(request_: str, row: ToolRow, value: Any) -> None:
    assert _answer(request_, row, value) != "allow"


@pytest.mark.parametrize("value", [419, 439])
def test_a_stranger_s_title_with_the_word_leaves_it_open(value: int) -> None:
    """Neither his nor ours is meant for certain, nor what has the noun alone."""
    theirs = {"number": 439, "title": "Fix jitter", "user": "mallory"}
    assert _answer("Merge his jitter fix.", MERGE, value, theirs) != "allow"
