"""The keeper's copies of journals that are written on other machines.

A copy is a buffer between the network and the tail. It begins where the ledger ends: what lies before is a
hole that nobody reads, and what an earlier keeper had received beyond it is dropped and shipped again. So
nothing here needs to survive, and neither does the keeper's disk.
"""

import os
from pathlib import Path
from typing import Final

from podium.keeper.life import Life
from podium.ports.machines import Ship

MARK: Final = "gateway"
"""File in the folder of a journal that is written elsewhere; holds the name of that machine."""


def is_remote(folder: Path) -> bool:
    """Whether a folder of a journal is a copy."""
    return (folder / MARK).exists()


def prepare(life: Life, *, fresh: bool) -> None:
    """Make the copy reach to the cursor of its incarnation; with ``fresh`` it ends there too."""
    life.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    (life.folder / MARK).write_text(f"{life.gateway}\n", encoding="ascii")
    if fresh:
        for path in life.folder.glob("*.journal"):
            if path != life.path(life.segment):
                path.unlink()
    fd = os.open(life.path(life.segment), os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        if fresh or os.fstat(fd).st_size < life.offset:
            os.ftruncate(fd, life.offset)
    finally:
        os.close(fd)


def received(life: Life) -> tuple[int, int]:
    """Return how far the copy goes: its last segment, and the bytes in it.

    It is looked for from what the ledger has for good, which only ever grows: the tail reads meanwhile.
    """
    segment, offset = life.committed
    while True:
        try:
            offset = max(offset, life.path(segment).stat().st_size)
        except FileNotFoundError:
            return (segment, offset)
        if not life.path(segment + 1).exists():
            return (segment, offset)
        segment, offset = segment + 1, 0


def append(life: Life, ship: Ship) -> tuple[int, int]:
    """Add a part to the copy where it fits, and return how far the copy goes now.

    What does not fit (it is there already, or something before it is missing) is left out: the sender goes
    on from what is returned.
    """
    reached = received(life)
    if not ship.data or (ship.segment, ship.offset) not in {reached, (reached[0] + 1, 0)}:
        return reached
    fd = os.open(life.path(ship.segment), os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600)
    try:
        written = 0
        while written < len(ship.data):
            written += os.pwrite(fd, ship.data[written:], ship.offset + written)
    finally:
        os.close(fd)
    return (ship.segment, ship.offset + len(ship.data))
