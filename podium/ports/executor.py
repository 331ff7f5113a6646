"""Where the program of a task runs: what it may see, what it may use, and what holds it.

A program is prepared first: what holds it is known then, before a line of it has run. Whoever prepared it
starts it, or gives it up because too little holds.
"""

from typing import Protocol

import msgspec

from podium.manifest.runs import MEASURES, Measure
from podium.spend.machines import GpuHow

__all__ = ["MEASURES", "Measure"]


class Holding(msgspec.Struct, frozen=True):
    """Whether a measure is in force, and by what, or why not."""

    measure: Measure
    in_force: bool
    how: str


class Door(msgspec.Struct, frozen=True):
    """An address that a program may connect to. It is called the same inside as outside."""

    host: str
    port: int


class Resources(msgspec.Struct, frozen=True):
    """The most that one process of a program may use. None: no limit of ours."""

    memory_bytes: int | None = None
    """Of address space (RLIMIT_AS)."""
    cpu_s: int | None = None
    processes: int | None = None
    gpus: bool = False
    """Whether it gets the machine's GPUs, all of them; without, it is kept from them as the machine can."""


class Program(msgspec.Struct, frozen=True):
    """What runs, and all that it gets."""

    command: tuple[str, ...]
    environment: dict[str, str]
    """All of it: nothing of the host's is added."""
    folder: str
    """Where it begins: absolute. Not visible unless it is in ``reads`` or ``writes``."""
    private: str
    """A folder of the host's with what it is given (its token), visible to it at the same path, read-only."""
    doors: tuple[Door, ...] = ()
    reads: tuple[str, ...] = ()
    """Files and folders that it may read, absolute, besides the system's own."""
    writes: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    """What it may not see though it lies within the others."""
    resources: Resources = Resources()
    output: str | None = None
    """A file for what it says on its standard output and error, and then it reads nothing; None: as we do."""


class Outcome(msgspec.Struct, frozen=True):
    """How a program ended, and what it has used."""

    exit_code: int
    """Its own, or 128 and the number of the signal that ended it."""
    cpu_ms: int | None
    """User and system time of all that it has started, too. None: what counted it was killed with it."""
    peak_memory_bytes: int | None
    """Resident, of the largest of its processes. None: as above."""
    gpu_ms: int | None = None
    """So long all of it has kept a GPU busy, of several GPUs added up. None: not known."""
    gpu_how: GpuHow | None = None
    """How that is known, or why not; None: nothing of it has run."""


class Prepared(Protocol):
    """A program that waits to be started."""

    @property
    def holdings(self) -> tuple[Holding, ...]:
        """What holds it: one for each measure, in their order."""
        ...

    @property
    def pid(self) -> int:
        """The process that holds it; 0: there is none. When it is gone, so is all that it held."""
        ...

    @property
    def counted_in(self) -> str:
        """What counts it, by a name under which that is found when we are gone; empty: there is nothing."""
        ...

    @property
    def gpu_how(self) -> GpuHow:
        """How its GPU time will be known, or why not."""
        ...

    async def start(self) -> "Running":
        """Let it run. Raises NotFound where its command is not there, StateError where it cannot run."""
        ...

    async def abandon(self) -> None:
        """Give it up: nothing of it has run."""
        ...


class Running(Protocol):
    """A program that runs."""

    def signal(self, number: int) -> None:
        """Send a signal to the program. One that has ended gets none."""
        ...

    def pause(self) -> None:
        """Hold it, and all that it has started, until `resume`. What has ended stays so."""
        ...

    def resume(self) -> None:
        """Let what was held go on."""
        ...

    async def wait(self) -> Outcome:
        """Return how it ended. When this returns, no process of it is left. May be called again."""
        ...

    async def kill(self) -> Outcome:
        """End it and all that it has started, at once and for certain."""
        ...


class Executor(Protocol):
    """Runs programs."""

    async def prepare(self, program: Program) -> Prepared:
        """Set up what holds a program.

        Raises StateError where not even a process can be had, or there is no GPU and it shall have one.
        """
        ...
