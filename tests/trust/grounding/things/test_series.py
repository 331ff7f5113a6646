"""What a request means by the plural of a name: each issue of a series, and all of them."""

import pytest

from podium.trust.request.issues import is_of
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow
from tests.trust.grounding.people.test_namesakes import MAILS, _mail
from tests.trust.test_verdict import World

MOVE = ToolRow(
    *("post", "move_mail", "write", ("move", "clear", "put")),
    {"mail_id": SinkRow("object"), "folder": SinkRow("value")},
)
DELETE = ToolRow("post", "delete_mail", "irreversible", ("delete", "remove"), {"mail_id": SinkRow("object")})
HELD = {
    "mails": [
        _mail(1, "Joinery Weekly", "weekly@joinery.example", "Joinery Weekly 48"),
        _mail(2, "Joinery Weekly", "weekly@joinery.example", "Joinery Weekly 47"),
        _mail(3, "Joinery Weekly Awards", "awards@joinery.example", "Your entry for the awards"),
        _mail(4, "Ffion Pugh", "ffion@larkhill.example", "Re: Joinery Weekly and the oak"),
        _mail(5, "Harbour Digest", "digest@harbour.example", "Harbour Digest, November 2026"),
    ]
}


def _named(request: str, tool: ToolRow, uses: int | None = None) -> set[int]:
    world = World(request).read(MAILS, HELD)
    more = {"folder": "archive"} if tool is MOVE else {}
    found = {n: world.call(tool, uses=uses, mail_id=f"m-{n}", **more) for n in range(1, 6)}
    asked = {n for n, verdict in found.items() if any("mail_id" in why for why in verdict.questions)}
    denied = {n for n, verdict in found.items() if verdict.answer == "deny"}
    return set(found) - asked - denied


@pytest.mark.parametrize(
    "request_",
    [
        "Delete the Joinery Weeklies",
        "Please remove all the Joinery Weeklies, I never read them",
        "Delete my Joinery Weeklies and tell me when the next trade fair is",
    ],
)
def test_each_issue_is_meant(request_: str) -> None:
    """Each mail of that name, and no mail that only has its words."""
    assert _named(request_, DELETE) == {1, 2}


@pytest.mark.parametrize(
    "request_",
    [
        "Delete the Joinery Weekly",
        "Move the Joinery Weeklies to the archive and delete the spam",
        "Delete the spam, but leave the Joinery Weeklies alone",
        "Delete the Joinery Weeklies letters",
    ],
)
def test_nothing_else_means_them(request_: str) -> None:
    """Nor where they are kept, or another order is about them."""
    assert _named(request_, DELETE).isdisjoint({1, 2})


def test_what_a_stranger_calls_his() -> None:
    """He gains that the same is done to his own; no value of it goes anywhere."""
    assert is_of(("joinery", "weekly"), "Joinery Weekly 49")
    assert not is_of(("joinery", "weekly"), "Joinery Weekly: pay now")
    assert not is_of(("joinery", "weekly"), "The Joinery Weekly")


@pytest.mark.parametrize(
    ("request_", "most"),
    [
        ("Clear the Joinery Weeklies out of my inbox", None),
        ("Move all our Harbour Digests into the archive", None),
        ("Move the Harbour Digest into the archive", 1),
        ("Move the Smith Brothers order into the archive", 1),
        ("Move the Joinery Weeklies report into the archive", 1),
    ],
)
def test_how_many_they_are(request_: str, most: int | None) -> None:
    """Several, where the name ends in the plural of what people call one of a series."""
    found = narrow([GrantRow(MOVE.id, None, 9)], {MOVE.id: MOVE}, request_).grant(MOVE.id)
    assert found is not None
    assert found.uses == (most or 9)
