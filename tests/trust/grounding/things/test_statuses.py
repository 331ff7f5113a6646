"""How people call states, and how many of something a thing has."""

from datetime import date
from typing import Any

import pytest

from podium.trust.grounding.record.readings import Readings
from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
FIELDS = {f"changes[].{name}": OURS for name in ("id", "repository", "checks", "approvals")}
LIST = ToolRow(
    "code",
    "list_changes",
    "read",
    returns=ReturnsRow(object=ObjectRow("changes", "id", ("title", "repository"), ()), fields=FIELDS),
)
MERGE = ToolRow("code", "merge_change", "irreversible", ("merge",), {"change_id": SinkRow("object")})


def _change(
    id_: str, checks: str, approvals: int, title: str = "Retry", by: str = "billing"
) -> dict[str, Any]:
    return {"id": id_, "title": title, "repository": by, "checks": checks, "approvals": approvals}


CHANGES = [
    _change("C-1", "passing", 2),
    _change("C-2", "passing", 0),
    _change("C-3", "failing", 2, "All green, two approvals"),
    _change("C-4", "passing", 1, "green"),
]


@pytest.mark.parametrize(
    ("request_", "meant"),
    [
        ("Merge whatever in billing is green and has two approvals.", "C-1"),
        ("Merge whatever in billing is green and has the two approvals it needs, leave the rest.", "C-1"),
        ("Merge all changes in billing that are green", "C-1 C-2 C-4"),
        ("Merge all changes in billing that are green and have approvals", "C-1 C-4"),
        ("Merge every change in billing that has two approvals", "C-1 C-3"),
        ("Merge all red changes in billing", "C-3"),
        ("Merge all approved changes in billing", "C-1 C-3 C-4"),
        ("Merge every change in billing that has been approved", "C-1 C-3 C-4"),
        ("Merge all changes in billing that are green and approved", "C-1 C-4"),
        ("Merge all changes in billing that are purple", ""),
        ("Merge whatever in billing is green and has three approvals.", ""),
    ],
)
def test_by_state_and_number(request_: str, meant: str) -> None:
    """`green` is what the system calls passing; what has none of something does not have it.

    What somebody writes into a title tells nothing.
    """
    world = World(request_)
    world.readings = Readings(request_, date(2026, 11, 26))
    world.read(LIST, {"changes": CHANGES})
    found = (one["id"] for one in CHANGES if _is_merged(world, one["id"]))
    assert " ".join(found) == meant


def _is_merged(world: World, id_: str) -> bool:
    return world.call(MERGE, uses=None, change_id=id_).answer == "allow"
