"""An executor that runs nothing: its programs end when they are told to."""

import asyncio
import signal

from podium.kernel.errors import NotFound, StateError
from podium.ports.executor import MEASURES, Holding, Measure, Outcome, Program
from podium.spend.machines import GpuHow

_IGNORED = {int(signal.SIGWINCH), int(signal.SIGCONT), int(signal.SIGUSR1), int(signal.SIGUSR2)}


class FakeExecutor:
    """Knows three commands: ``true``, ``false``, and ``sleep``, which goes on until it is ended."""

    def __init__(self, *, without: frozenset[Measure] = frozenset()) -> None:
        self._without = without
        self.programs: list[Program] = []
        self.running: list[FakeRunning] = []

    async def prepare(self, program: Program) -> "FakePrepared":
        """Note the program. Raises StateError where it shall have a GPU."""
        self.programs.append(program)
        if program.resources.gpus:
            raise StateError("There is no GPU.")
        held = (Holding(it, it not in self._without, "pretended") for it in MEASURES)
        return FakePrepared(program, tuple(held), self.running)


class FakePrepared:
    """A program that waits."""

    def __init__(self, program: Program, holdings: tuple[Holding, ...], running: "list[FakeRunning]") -> None:
        self._program = program
        self._running = running
        self.pid = 0
        self.counted_in = ""
        self.gpu_how: GpuHow = "no_device"
        self.holdings = holdings

    async def start(self) -> "FakeRunning":
        """Let it run. Raises NotFound."""
        name = self._program.command[0].rpartition("/")[2]
        codes: dict[str, int | None] = {"true": 0, "false": 1, "sleep": None}
        if name not in codes:
            raise NotFound(f"There is no {name}.")
        self._running.append(FakeRunning(codes[name]))
        return self._running[-1]

    async def abandon(self) -> None:
        """Give it up."""


class FakeRunning:
    """A program that ends by itself, or by a signal."""

    def __init__(self, code: int | None) -> None:
        self._code: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        if code is not None:
            self._code.set_result(code)
        self.held = False

    def pause(self) -> None:
        """Take note."""
        self.held = True

    def resume(self) -> None:
        """Take note."""
        self.held = False

    def signal(self, number: int) -> None:
        """End it by a signal that ends programs."""
        if not self._code.done() and number not in _IGNORED:
            self._code.set_result(128 + number)

    async def wait(self) -> Outcome:
        """Return how it ended."""
        return Outcome(
            await asyncio.shield(self._code),
            cpu_ms=1,
            peak_memory_bytes=1 << 20,
            gpu_ms=0,
            gpu_how="no_device",
        )

    async def kill(self) -> Outcome:
        """End it."""
        self.signal(signal.SIGKILL)
        return await self.wait()
