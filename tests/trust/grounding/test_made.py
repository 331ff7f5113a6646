"""What a task has made itself may be acted on where the request says `it`, or a word for such a thing."""

from typing import Any

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

DONE = ReturnsRow("organisation", "private")
CREATE = ToolRow("drive", "create_file", "write", ("begin", "write"), {"text": SinkRow("text")}, DONE)
PEOPLE = ToolRow(
    "staff",
    "find_people",
    "read",
    returns=ReturnsRow("organisation", "private", ObjectRow("people", "email", ("name",))),
)
SHARE = ToolRow(
    "drive",
    "share_file",
    "irreversible",
    ("share", "let read"),
    {"file": SinkRow("object"), "with": SinkRow("recipient")},
)
REQUEST = "Begin the November report, then share it with Henrik Vos."
HENRIK = "henrik@acme.example"


def _world(request: str = REQUEST, *made: Any, tool: ToolRow = CREATE) -> World:
    world = World(request)
    world.read(PEOPLE, {"people": [{"email": HENRIK, "name": "Henrik Vos"}]})
    for file in made or ("F-16",):
        world.read(tool, {"id": file, "status": "created"}, text="Done: the shoot.")
    return world


def _shares(world: World, file: str = "F-16") -> str:
    return world.call(SHARE, uses=None, file=file, **{"with": HENRIK}).answer


@pytest.mark.parametrize(
    "request_", [REQUEST, "Begin a new file for November and share the file with Henrik Vos"]
)
def test_what_it_has_made(request_: str) -> None:
    assert _shares(_world(request_)) == "allow"


def test_nothing_else() -> None:
    """Another one's identifier, one of two that were made, or one that the request speaks of in no way."""
    assert _shares(_world(), "F-17") != "allow"
    assert "allow" not in {_shares(_world(REQUEST, "F-16", "F-17"), file) for file in ("F-16", "F-17")}
    assert _shares(_world("Begin the November report. Share October's with Henrik Vos.")) != "allow"


def test_what_was_only_read_or_elsewhere_is_not_made() -> None:
    """A result of a lookup, of another server, or a field that is no identifier makes nothing."""
    read = ToolRow("drive", "read_file", "read", returns=DONE)
    assert _shares(_world(tool=read)) != "allow"
    other = ToolRow("site", "create_file", "write", ("begin",), CREATE.arguments, DONE)
    assert _shares(_world(tool=other)) != "allow"
    world = _world()
    world.read(CREATE, {"copied_from": "F-99", "id": "F-16"}, text="Done")
    assert _shares(world, "F-99") != "allow"


def test_a_stranger_gains_nothing() -> None:
    """What anybody may have written in the result makes no identifier the one that was made."""
    told = ReturnsRow("public", "private", fields={"id": FieldLabel("public")})
    open_ = ToolRow("drive", "create_file", "write", ("begin",), CREATE.arguments, told)
    assert _shares(_world(tool=open_)) != "allow"
