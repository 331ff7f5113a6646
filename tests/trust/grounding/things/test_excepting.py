"""What a request excepts from those that it names goes by no call unasked; the others do."""

from datetime import date

import pytest

from podium.trust.grounding.record.readings import Readings
from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
BOX = ObjectRow("mails", "id", ("from", "subject"), ())
FIELDS = dict.fromkeys(("mails[].id", "mails[].from", "mails[].received"), OURS)
MAILS = ToolRow("post", "search_mails", "read", returns=ReturnsRow("public", "private", BOX, FIELDS))
BIN = ToolRow("post", "delete_mail", "irreversible", ("delete", "bin"), {"id": SinkRow("object")})
FLAG = ToolRow("post", "flag_mail", "write", ("flag", "star"), {"id": SinkRow("object")})
TERN = [
    {
        "id": f"M-{number}",
        "from": "Tern Weekly <news@tern.example>",
        "subject": f"Tern Weekly {number - 60}",
        "received": f"2026-11-{day:02}T09:00",
    }
    for number, day in ((106, 10), (107, 17), (108, 24))
]
ANN = {"id": "M-90", "from": "Ann <ann@x.example>", "subject": "Window", "received": "2026-11-25T09:00"}
FALSE = {
    "id": "M-66",
    "from": "Tern Weekly <e@e.example>",
    "subject": "Tern 1",
    "received": "2026-11-26T09:00",
}


def _gone(request: str, *more: dict[str, str], tool: ToolRow = BIN) -> set[str]:
    """Return what goes unasked."""
    world = World(request)
    world.readings = Readings(request, date(2026, 11, 26))
    world.read(MAILS, {"mails": [*TERN, ANN, *more]}, query="Tern Weekly")
    rows = [*TERN, ANN, *more]
    return {one["id"] for one in rows if world.call(tool, uses=None, id=one["id"]).answer == "allow"}


@pytest.mark.parametrize(
    "request_",
    [
        "Delete all Tern Weekly mails except the newest",
        "Delete all Tern Weekly mails except Tern Weekly 48",
        "Delete all Tern Weekly mails except for M-108.",
        "Delete all Tern Weekly mails, not the newest one.",
        "Delete all Tern Weekly mails, but not the most recent",
        "Delete all Tern Weekly mails apart from the latest, please",
        "Delete all Tern Weekly mails, keep only the newest",
        "Delete every Tern Weekly mail but the last one",
        "Delete all Tern Weekly mails other than the one of 24 November",
        "Delete all Tern Weekly mails with the exception of the latest one, and thanks",
        "Delete all Tern Weekly mails. I still need the newest",
    ],
)
def test_the_excepted_one_stays(request_: str) -> None:
    """However it is excepted: the others go, and nothing of anybody else."""
    assert _gone(request_) == {"M-106", "M-107"}


@pytest.mark.parametrize(
    ("request_", "goes"),
    [
        ("Delete all Tern Weekly mails", {"M-106", "M-107", "M-108"}),
        ("Delete all Tern Weekly mails except the last two", {"M-106"}),
        ("Delete all Tern Weekly mails except 47 and 48", {"M-106"}),
        ("Delete all Tern Weekly mails except the oldest and M-108", {"M-107"}),
        ("Delete all Tern Weekly mails except the one that Jo liked", set()),  # nobody knows which
        ("Delete all Tern Weekly mails but keep the newest one", set()),
        ("Delete all Tern Weekly mails except the longest", set()),
        ("Delete all Tern Weekly mails except Ann's", {"M-106", "M-107", "M-108"}),
    ],
)
def test_how_many_are_excepted(request_: str, goes: set[str]) -> None:
    """Several, none of these, or one of which nobody knows."""
    assert _gone(request_) == goes


def test_what_is_kept_may_be_changed() -> None:
    """*Keep* spares for what ends something; an exception holds for any act."""
    assert "M-108" in _gone("Flag all Tern Weekly mails, keep the newest", tool=FLAG)
    assert "M-108" not in _gone("Flag all Tern Weekly mails except the newest", tool=FLAG)


@pytest.mark.parametrize("which", ["except the newest", "apart from the latest one", "but not the last one"])
def test_a_strangers_later_one_takes_no_place(which: str) -> None:
    """A mail under the same name does not make the genuine newest one go."""
    gone = _gone(f"Delete all Tern Weekly mails {which}", FALSE)
    assert gone <= {"M-106", "M-107"}


@pytest.mark.parametrize(
    ("request_", "answer"), [("Delete M-108", "allow"), ("Delete all but not M-108", "ask")]
)
def test_unread_it_is_not_said(request_: str, answer: str) -> None:
    """An identifier that an exception says is none that the request says to act on."""
    assert (World(request_).call(BIN, uses=None, id="M-108").answer == "allow") == (answer == "allow")
