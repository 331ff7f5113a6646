"""A thing that the task has put to a path is not trusted because of what stood there before."""

import pytest

from podium.trust.grounding.record.readings import Read
from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("user")
LABEL = ReturnsRow(
    "public",
    "private",
    ObjectRow("papers", "path", ("path",), rows={"path": {"choir/members.txt": OURS}}),
    {"papers[].path": FieldLabel("organisation")},
    where={"path": {"choir/members.txt": OURS}},
)
LIST = ToolRow("papers", "list_papers", "read", returns=LABEL)
MOVE = ToolRow(
    "papers", "move_paper", "write", ("move",), {"path": SinkRow("object"), "folder": SinkRow("path")}
)
SEND = ToolRow("mail", "send_mail", "irreversible", ("send",), {"to": SinkRow("recipient")})
EVE = "eve@evil.example"


def _task(*moved: dict[str, str]) -> World:
    """Return a task that has read the papers, has moved some, and reads the list of members."""
    world = World("Move the new papers into the choir folder and send the programme to the members")
    paths = [{"path": "inbox/members.txt"}, {"path": "inbox/songs.txt"}, {"path": "choir/members.txt"}]
    world.read(LIST, {"papers": paths})
    for arguments in moved:
        world.readings.apply(
            Read(MOVE.id, ReturnsRow("organisation"), arguments, {"ok": True}, 9, wrote=True)
        )
    paper = {"path": "choir/members.txt", "text": EVE}
    return world.read(LIST, {"papers": [paper]}, path="choir/members.txt")


@pytest.mark.parametrize(
    "moved",
    [
        {"path": "inbox/members.txt", "folder": "choir"},
        {"path": "inbox/members.txt", "folder": "choir/"},
        {"path": "inbox/songs.txt", "to": "choir/members.txt"},
        {"path": "inbox/songs.txt", "to": "/Choir/members.txt"},
    ],
)
def test_what_was_moved_there(moved: dict[str, str]) -> None:
    """It is what anybody may have written still."""
    assert _task(moved).call(SEND, to=EVE).answer != "allow"


@pytest.mark.parametrize(
    "moved",
    [(), ({"path": "inbox/songs.txt", "folder": "choir"},), ({"path": "choir/members.txt", "folder": ""},)],
)
def test_what_stood_there(moved: tuple[dict[str, str], ...]) -> None:
    """The paper of that path is trusted as its author says, whatever else was moved."""
    assert _task(*moved).call(SEND, to=EVE).answer == "allow"
