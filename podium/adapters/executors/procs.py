"""Processes of this machine as /proc tells of them (proc(5))."""

import contextlib
from pathlib import Path


def children(pid: int) -> list[int]:
    """Return the processes that one has started, or taken in, and that have not been waited for."""
    found: list[int] = []
    with contextlib.suppress(OSError):
        for thread in Path(f"/proc/{pid}/task").iterdir():
            with contextlib.suppress(OSError):
                text = (thread / "children").read_text(encoding="ascii")
                found += [int(it) for it in text.split()]
    return found


def below(pids: list[int]) -> list[int]:
    """Return what these have started, and what that has; these are not among them."""
    found: dict[int, None] = {}
    level = list(pids)
    while level:
        level = [it for pid in level for it in children(pid) if it not in found]
        found |= dict.fromkeys(level)
    return list(found)


def parent(pid: int) -> int | None:
    """Return who has started, or taken in, a process; None where it is gone, or has none."""
    fields = _fields(pid)
    return (int(fields[1]) or None) if fields is not None else None


def is_still(pid: int) -> bool:
    """Whether a process is stopped, or has ended."""
    fields = _fields(pid)
    return fields is None or fields[0] in {b"T", b"t", b"Z", b"X"}


def began(pid: int) -> int | None:
    """Return when a process began, in ticks since the host's start: with its number it names it for good."""
    fields = _fields(pid)
    return int(fields[19]) if fields is not None else None


def _fields(pid: int) -> list[bytes] | None:
    """Return what follows the name in /proc/PID/stat, the state first; None where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    except OSError:
        return None
