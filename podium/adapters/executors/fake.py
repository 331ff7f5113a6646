"""An executor that runs nothing: its programs end when they are told to."""

import asyncio
import signal

from podium.kernel.errors import NotFound
from podium.ports.executor import MEASURES, Holding, Measure, Outcome, Program

_IGNORED = {int(signal.SIGWINCH), int(signal.SIGCONT), int(signal.SIGUSR1), int(signal.SIGUSR2)}


class FakeExecutor:
    """Knows three commands: ``true``, ``false``, and ``sleep``, which goes on until it is ended."""

    def __init__(self, *, without: frozenset[Measure] = frozenset()) -> None:
        self._without = without
        self.programs: list[Program] = []

    async def prepare(self, program: Program) -> "FakePrepared":
        """Note the program."""
        self.programs.append(program)
        held = (Holding(it, it not in self._without, "pretended") for it in MEASURES)
        return FakePrepared(program, tuple(held))


class FakePrepared:
    """A program that waits."""

    def __init__(self, program: Program, holdings: tuple[Holding, ...]) -> None:
        self._program = program
        self.holdings = holdings

    async def start(self) -> "FakeRunning":
        """Let it run. Raises NotFound."""
        name = self._program.command[0].rpartition("/")[2]
        codes: dict[str, int | None] = {"true": 0, "false": 1, "sleep": None}
        if name not in codes:
            raise NotFound(f"There is no {name}.")
        return FakeRunning(codes[name])

    async def abandon(self) -> None:
        """Give it up."""


class FakeRunning:
    """A program that ends by itself, or by a signal."""

    def __init__(self, code: int | None) -> None:
        self._code: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        if code is not None:
            self._code.set_result(code)

    def signal(self, number: int) -> None:
        """End it by a signal that ends programs."""
        if not self._code.done() and number not in _IGNORED:
            self._code.set_result(128 + number)

    async def wait(self) -> Outcome:
        """Return how it ended."""
        return Outcome(await asyncio.shield(self._code), cpu_ms=1, peak_memory_bytes=1 << 20)

    async def kill(self) -> Outcome:
        """End it."""
        self.signal(signal.SIGKILL)
        return await self.wait()
