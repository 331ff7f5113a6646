"""The runner of agents' programs: ``python -m podium.app.runner``."""

import argparse
import asyncio
import contextlib
import os
import signal
from pathlib import Path

from sqlalchemy import Engine

from podium.adapters.artifacts import FileArtifacts
from podium.adapters.executors.process import ProcessExecutor
from podium.adapters.executors.procs import began
from podium.adapters.link import KeeperClient
from podium.adapters.records import open_for_reading
from podium.adapters.system import Entropy, HostSecrets, SystemClock, boot_id
from podium.app.process import log_to_stderr, notify, run, stop_event
from podium.fleet.attempt import Parts
from podium.fleet.given import Given
from podium.fleet.leftovers import Leftovers
from podium.fleet.lock import RunnerLock
from podium.fleet.runner import Runner
from podium.kernel.errors import NotReady, StateError
from podium.kernel.ids import ulid
from podium.manifest.runs import VariableRef
from podium.manifest.snapshot import CredentialRef
from podium.settings import read_settings, read_variable

MOST: int = 256
"""Programs at once."""
RETRY_S = 0.2


def parts(state: Path, gateway_url: str, tools_url: str) -> Parts:
    """Return what every attempt is made of."""
    clock = SystemClock()
    secrets = HostSecrets(read_variable, clock.monotonic_ns)

    def variable(ref: VariableRef) -> str:
        return ref.value if ref.value is not None else secrets.read(CredentialRef(ref.env, ref.file))

    return Parts(
        executor=ProcessExecutor(),
        store=FileArtifacts(state),
        leftovers=Leftovers(state),
        clock=clock,
        variable=variable,
        began=began,
        given=Given(gateway_url, tools_url),
        path=read_settings().path,
        here=Path.cwd(),
        hidden=tuple(dict.fromkeys((str(state.absolute()), str(state.resolve())))),
    )


def end_process(pid: int) -> None:
    """End a process at once; one that is gone is gone."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


async def _lock(state: Path, name: str, stop: asyncio.Event) -> RunnerLock | None:
    """Take the runner's lock as soon as the runner before has ended; None: told to stop first."""
    while not stop.is_set():
        try:
            return RunnerLock(state, name)
        except StateError:
            await asyncio.sleep(RETRY_S)
    return None


async def _records(state: Path, stop: asyncio.Event) -> Engine | None:
    """Open the records as soon as the keeper has made them; None: told to stop first."""
    while not stop.is_set():
        try:
            return open_for_reading(state)
        except (NotReady, StateError):
            await asyncio.sleep(RETRY_S)
    return None


async def serve(arguments: argparse.Namespace) -> None:
    """Run what is queued until told to stop."""
    state = Path(arguments.state)
    stop = stop_event(asyncio.get_running_loop(), lifeline=arguments.notify_fd is not None)
    clock, entropy = SystemClock(), Entropy()
    name = "run_" + ulid(clock.wall_ns() // 1_000_000, entropy(16))
    lock = await _lock(state, name, stop)
    links = [KeeperClient(state / "keeper.sock") for _ in range(2)]
    engine = await _records(state, stop) if lock is not None else None
    try:
        if engine is not None:
            await Runner(
                name,
                parts(state, arguments.gateway_url, arguments.tools_url),
                keeper=links[0],
                hearing=links[1],
                engine=engine,
                most=arguments.most,
                boot_id=boot_id(),
                pid=os.getpid(),
                end_process=end_process,
            ).run(stop, lambda: notify(arguments.notify_fd, {"ready": "runner"}))
    finally:
        for link in links:
            await link.close()
        if engine is not None:
            engine.dispose()
        if lock is not None:
            lock.release()


def main() -> None:
    """Parse the command line of this process and run it."""
    parser = argparse.ArgumentParser(prog="podium.app.runner")
    parser.add_argument("--state", required=True)
    parser.add_argument("--gateway-url", required=True)
    parser.add_argument("--tools-url", required=True)
    parser.add_argument("--most", type=int, default=MOST)
    parser.add_argument("--notify-fd", type=int)
    parser.add_argument("--log-level", default="info")
    arguments = parser.parse_args()
    log_to_stderr("runner", arguments.log_level)
    run(serve(arguments))


if __name__ == "__main__":
    main()
