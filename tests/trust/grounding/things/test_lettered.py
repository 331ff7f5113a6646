"""A letter or a number that alone tells things apart: *delete rev A and B* of three drawings."""

from typing import Any

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

FILES = ReturnsRow(
    "public", "private", ObjectRow("files", "id", ("name",)), {"files[].id": FieldLabel("organisation")}
)
FIND = ToolRow("drive", "find_files", "read", returns=FILES)
DELETE = ToolRow("drive", "delete_file", "irreversible", ("delete", "throw away"), {"id": SinkRow("object")})
DRAWINGS = tuple((f"F-{letter}", f"Nordhall drawings rev {letter}") for letter in "ABC")
PHASES = tuple((f"F-{number}", f"Budget for phase {number}") for number in (1, 2, 3))
SAID = "The old nordhall drawings only confuse people. "


def _deleted(request: str, *files: tuple[str, str]) -> set[str]:
    """Return which files a call may delete unasked. Strangers, too, save files and choose their names."""
    read: dict[str, Any] = {"files": [{"id": id_, "name": name} for id_, name in files]}
    answers = {}
    for id_, _ in files:
        world = World(request)
        world.read(FIND, read)
        answers[id_] = world.call(DELETE, uses=None, id=id_).answer
    return {id_[2:] for id_, answer in answers.items() if answer == "allow"}


@pytest.mark.parametrize(
    ("request_", "meant"),
    [
        (SAID + "delete rev A and B for good, keep C", "AB"),
        (SAID + "Please delete rev A, B and C.", "ABC"),
        (SAID + "Delete rev B please", "B"),
        (SAID + "Throw away the drawings rev A and B, only rev C stays.", "AB"),
        (SAID + "Delete revs A and B", "AB"),
    ],
)
def test_letters_tell(request_: str, meant: str) -> None:
    """Each letter that is listed fits one thing alone."""
    assert _deleted(request_, *DRAWINGS) == set(meant)


def test_numbers_tell() -> None:
    """So do short numbers."""
    assert _deleted("The budget is done: delete phase 1 and 2, keep phase 3.", *PHASES) == {"1", "2"}


@pytest.mark.parametrize(
    "request_",
    [
        SAID + "We build by rev C. Delete the old ones.",
        SAID + "We build by rev C, delete all that is old.",
        SAID + "Send rev C to Ann and delete the old ones.",
        SAID + "Delete all drawings other than rev C.",
        SAID + "Do not delete rev C.",
        SAID + "Delete what came before rev C.",
        SAID + "Delete rev A to C",
        SAID + "Delete rev A or rev B, whichever is older",
        SAID + "Delete rev D",
        SAID + "Delete the remarks on rev B",
        "Delete rev A and B",
        "Delete the drawings rev A and B of the Southwall",
    ],
)
def test_what_does_not_say_which_goes(request_: str) -> None:
    """A letter of what is kept, of another act, of a span; or a name of which the request has less."""
    assert _deleted(request_, *DRAWINGS) == set()


@pytest.mark.parametrize(
    "more",
    [("F-X", "Nordhall drawings rev A"), ("F-X", "rev A of the Nordhall drawings"), ("F-X", "Kitchen rev A")],
)
def test_another_one_of_that_letter_leaves_it_open(more: tuple[str, str]) -> None:
    """Whoever calls his so makes the request mean neither of them: it is asked about."""
    assert _deleted(SAID + "delete rev A and B for good, keep C", *DRAWINGS, more) == set()


def test_a_thing_of_more_words_is_not_meant() -> None:
    """Who adds words that the request has does not get another thing among those of the list."""
    request = SAID + "delete rev A and B for good, keep C. Then tell people about the panels offer."
    offer = ("F-O", "Nordhall panels offer drawings rev A people confuse")
    assert "O" not in _deleted(request, *DRAWINGS, offer)
    assert "O" not in _deleted(request, DRAWINGS[1], offer)
