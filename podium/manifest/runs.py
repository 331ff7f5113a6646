"""What a snapshot says of programs that Podium runs."""

import re
from typing import Final, Literal, get_args

import msgspec

Measure = Literal["environment", "privileges", "processes", "network", "files", "calls"]
"""What of the host a program is kept from.

``environment``: the host's variables and open files. ``privileges``: capabilities, and gaining any.
``processes``: other processes, their memory and signals. ``network``: every address but the doors.
``files``: what is not among its folders. ``calls``: calls of the kernel that no such program needs.
"""
MEASURES: Final[tuple[Measure, ...]] = get_args(Measure)
MAX_PRIORITY: Final = 100
_SIZE: Final = re.compile(r"([0-9]{1,15})([kmg]?)")
_BYTES: Final = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}


def parse_bytes(text: str) -> int | None:
    """Return the bytes that a size names (``512m``, ``2g``), None where it is none."""
    found = _SIZE.fullmatch(text.lower())
    return int(found[1]) * _BYTES[found[2]] if found is not None else None


class VariableRef(msgspec.Struct, frozen=True):
    """What an environment variable holds. Exactly one is set."""

    env: str | None = None
    file: str | None = None
    value: str | None = None


class RunRow(msgspec.Struct, frozen=True):
    """How an agent's program is run. Paths as written: relative to where `podium up` was started."""

    command: tuple[str, ...]
    env: dict[str, VariableRef] = {}
    folder: str | None = None
    """None: an empty one of its own."""
    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    require: tuple[Measure, ...] = ()
    memory_bytes: int | None = None
    cpu_s: int | None = None
    processes: int | None = None
    gpus: bool = False
    life_s: int = 86_400
    attempts: int = 3
    concurrency: int | None = None
    priority: int = 0
    durable: bool = True
