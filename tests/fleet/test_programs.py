"""How many programs run at once."""

import pytest

from podium.fleet.programs import MOST, UNLIMITED, decide_most, files_for
from podium.kernel.errors import StateError


@pytest.mark.parametrize(
    ("asked", "files", "most"),
    [
        (None, 1 << 20, MOST),
        (None, UNLIMITED, MOST),
        (None, 1024, 80),
        (None, 64, 1),
        (1000, files_for(1000), 1000),
        (1000, UNLIMITED, 1000),
    ],
)
def test_as_many_as_there_is_room_for(asked: int | None, files: int, most: int):
    """What was asked for is what there is; where nobody has asked it is what the open files allow."""
    assert decide_most(asked, files) == most


def test_more_than_there_is_room_for():
    """Who asks for more than the open files allow is told how many they allow, and what to raise."""
    with pytest.raises(StateError, match="12064 open files, and the limit is 4096") as told:
        decide_most(1000, 4096)
    assert "336 at most" in (told.value.fix or "")
