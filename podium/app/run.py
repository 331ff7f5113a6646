"""What `podium run` is made of."""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from podium.adapters.executors.process import ProcessExecutor
from podium.adapters.gpus.nvidia import NvidiaGpus
from podium.adapters.link import KeeperClient
from podium.adapters.records import open_for_reading
from podium.adapters.system import Entropy, SystemClock
from podium.fleet.run import Run
from podium.ports.executor import Door, Program

if TYPE_CHECKING:
    from podium.fleet.run import Wish
    from podium.ports.executor import Holding


def run_program(state: Path, wish: "Wish") -> int:
    """Run a program for a task of this state's Podium; return its exit code. Raises PodiumError."""

    async def run() -> int:
        keeper = KeeperClient(state / "keeper.sock")
        engine = open_for_reading(state)
        with tempfile.TemporaryDirectory(prefix="podium-task-") as private:
            try:
                return await Run(
                    wish,
                    executor=ProcessExecutor(NvidiaGpus()),
                    keeper=keeper,
                    engine=engine,
                    clock=SystemClock(),
                    entropy=Entropy(),
                    private=Path(private),
                    say=lambda line: print(f"podium: {line}", file=sys.stderr, flush=True),
                ).run()
            finally:
                await keeper.close()
                engine.dispose()

    return asyncio.run(run())


def holdings() -> "tuple[Holding, ...]":
    """Return what would hold a program on this machine; none is run. Raises PodiumError or OSError."""
    nothing = str(Path("/bin/true").resolve())  # /bin may be a link

    async def look(private: str) -> "tuple[Holding, ...]":
        program = Program(
            command=(nothing,),
            environment={},
            folder="/",
            private=private,
            doors=(Door("127.0.0.1", 1),),
        )
        prepared = await ProcessExecutor(NvidiaGpus()).prepare(program)
        await prepared.abandon()
        return prepared.holdings

    with tempfile.TemporaryDirectory(prefix="podium-task-") as private:
        return asyncio.run(look(private))
