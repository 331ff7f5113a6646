"""How many programs of tasks run at once: as many as were asked for, within the open files that they need."""

from typing import Final

from podium.kernel.errors import StateError

MOST: Final = 256
FILES_EACH: Final = 12
"""Of the runner's: three to hold a program, three doors, and connections through them, two for each."""
FILES_BESIDE: Final = 64
UNLIMITED: Final = -1
"""resource.RLIM_INFINITY."""


def files_for(programs: int) -> int:
    """Return how many open files the runner needs for so many programs."""
    return programs * FILES_EACH + FILES_BESIDE


def decide_most(asked: int | None, files: int) -> int:
    """Return how many programs run at once; None: nobody has asked, and it is what there is room for.

    ``files``: the most open files that the runner may allow itself. Raises StateError where they are too few.
    """
    room = (files - FILES_BESIDE) // FILES_EACH
    if files == UNLIMITED or (asked or MOST) <= room:
        return asked or MOST
    if asked is None:
        return max(room, 1)
    raise StateError(
        f"--most-programs {asked}: they need {files_for(asked)} open files, and the limit is {files}.",
        fix=f"Raise it (ulimit -Hn; LimitNOFILE= of a systemd unit), or ask for {max(room, 1)} at most.",
    )
