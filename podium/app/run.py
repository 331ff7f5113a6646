"""What `podium run` is made of."""

import asyncio
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from podium.adapters.executors.process import ProcessExecutor
from podium.adapters.link import KeeperClient
from podium.adapters.records import open_for_reading
from podium.adapters.system import Entropy, SystemClock
from podium.fleet.run import Run

if TYPE_CHECKING:
    from podium.fleet.run import Wish


def run_program(state: Path, wish: "Wish") -> int:
    """Run a program for a task of this state's Podium; return its exit code. Raises PodiumError."""

    async def run() -> int:
        keeper = KeeperClient(state / "keeper.sock")
        engine = open_for_reading(state)
        with tempfile.TemporaryDirectory(prefix="podium-task-") as private:
            try:
                return await Run(
                    wish,
                    executor=ProcessExecutor(),
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
