"""Somebody whom a request takes off all of some things: `take her off everything in my K3 folder`."""

from datetime import date
from typing import Any, Final

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

OURS = FieldLabel("organisation")
PEOPLE = ToolRow(
    "staff",
    "find_people",
    "read",
    returns=ReturnsRow("organisation", object=ObjectRow("people", "email", ("name", "email"))),
)
FILES = ToolRow(
    "drive",
    "list_files",
    "read",
    returns=ReturnsRow(
        "public",
        object=ObjectRow("files", "id", ("id", "title")),
        fields={f"files[].{name}": OURS for name in ("id", "folder", "owner", "shared")},
    ),
)
OFF = ToolRow(
    "drive",
    "remove_access",
    "write",
    ("remove", "take off", "lock out", "stop sharing"),
    {"file": SinkRow("object"), "person": SinkRow("recipient")},
    ReturnsRow("organisation"),
)
LET_IN = ToolRow(
    "drive", "share_file", "write", ("share", "let see", "put on"), OFF.arguments, ReturnsRow("organisation")
)
TOOLS: Final = {row.id: row for row in (PEOPLE, FILES, OFF, LET_IN)}
CLAIRE, BEN = "claire@acme.example", "ben@acme.example"


def _file(
    number: int,
    folder: str,
    *shared: str,
    owner: str = "ada@acme.example",
    title: str = "Notes",
    note: str = "",
) -> Any:
    people = [{"email": one} for one in shared]
    return {
        "id": f"F-{number}",
        "title": title,
        "folder": folder,
        "owner": owner,
        "shared": people,
        "notes": [note],
    }


ROWS: Final = [
    _file(1, "K3", CLAIRE, BEN),
    _file(2, "K3", BEN, note=CLAIRE),
    _file(3, "Sales", CLAIRE, title="K3 plan"),
    _file(4, "K3", owner=CLAIRE),
]


def _taken(request: str, person: str = CLAIRE, row: ToolRow = OFF) -> set[str]:
    """Return from which files somebody is taken without a question."""
    effective = narrow([GrantRow(tool) for tool in TOOLS], TOOLS, request)
    readings = Readings(request, date(2026, 11, 27))
    found = [{"name": "Claire Dubois", "email": CLAIRE}, {"name": "Ben Ortiz", "email": BEN}]
    readings.apply(Read(PEOPLE.id, PEOPLE.returns, {}, {"people": found}, 1))
    readings.apply(Read(FILES.id, FILES.returns, {}, {"files": ROWS}, 2))
    task = Standing(readings, effective.grant(row.id), refusal=effective.refusal(row.id))
    calls = {
        one["id"]: ToolCall("agent", row.client_name, row, {"file": one["id"], "person": person})
        for one in ROWS
    }
    return {id_ for id_, call in calls.items() if decide_tool_call(call, task).answer == "allow"}


@pytest.mark.parametrize(
    ("request_", "meant"),
    [
        ("Claire leaves tomorrow. Take her off everything she can still see in my K3 folder.", {"F-1"}),
        ("Remove Claire from all files in Sales.", {"F-3"}),
        ("Take Claire off every file she has.", {"F-1", "F-3"}),
        ("Lock Claire out of everything", {"F-1", "F-3"}),
    ],
)
def test_all_that_have_her(request_: str, meant: set[str]) -> None:
    """Neither what she owns, nor what only says her address, nor what a stranger calls by the folder."""
    assert _taken(request_) == meant


@pytest.mark.parametrize(
    ("request_", "person"),
    [
        ("Take Claire off everything in my K3 folder.", BEN),
        ("Take Claire off everything about the launch.", CLAIRE),
        ("Take Claire off everything in K3 but the notes.", CLAIRE),
        ("Claire needn't see the minutes any more, take her off them.", CLAIRE),
        ("Take Claire off the minutes in K3.", CLAIRE),
    ],
)
def test_nobody_else_and_nothing_else(request_: str, person: str) -> None:
    assert _taken(request_, person) == set()


def test_who_is_let_in_is_let_into_nothing_by_this() -> None:
    assert _taken("Share everything in K3 with Claire.", row=LET_IN) == set()
