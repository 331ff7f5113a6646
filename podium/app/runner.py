"""The runner of agents' programs: ``python -m podium.app.runner``."""

import argparse
import asyncio
import contextlib
import logging
import os
import resource
import signal
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import Engine

from podium.adapters.artifacts import FileArtifacts
from podium.adapters.executors.cgroups import left
from podium.adapters.executors.doors import MOST_JOINED
from podium.adapters.executors.process import ProcessExecutor
from podium.adapters.executors.procs import began
from podium.adapters.gpus.nvidia import NvidiaGpus
from podium.adapters.link import KeeperClient
from podium.adapters.records import open_for_reading
from podium.adapters.system import Entropy, HostSecrets, SystemClock, boot_id
from podium.adapters.toolservers import HttpToolServer
from podium.app.process import log_to_stderr, run, stop_event
from podium.app.watching import say_ready
from podium.fleet.attempt import Parts
from podium.fleet.driving import PipelineDriver
from podium.fleet.given import Given
from podium.fleet.leftovers import Leftovers
from podium.fleet.lock import RunnerLock
from podium.fleet.programs import MOST, files_for
from podium.fleet.runner import Runner
from podium.fleet.starting import Triggers
from podium.fleet.step_runs import StepRuns
from podium.kernel.errors import NotReady, StateError
from podium.kernel.ids import ulid
from podium.manifest.runs import VariableRef
from podium.manifest.snapshot import CredentialRef, ToolServerRow
from podium.net.proxies import Proxies
from podium.net.upstream import Pool
from podium.ports.runs import LostRun
from podium.settings import read_settings, read_variable
from podium.spend.machines import GPU_WORDS
from podium.views.live import of_condition

RETRY_S = 0.2
logger = logging.getLogger("podium.runner")
FLOODS: Final = 8
"""So many programs may hold all the connections that one may have, beside what all need."""
TOOL_S: Final = 300.0
"""The most that the tool gateway may take for a call of a step."""


def parts(state: Path, gateway_url: str, tools_url: str, collector_url: str = "") -> Parts:
    """Return what every attempt is made of."""
    clock = SystemClock()
    secrets = HostSecrets(read_variable, clock.monotonic_ns)

    def variable(ref: VariableRef) -> str:
        return ref.value if ref.value is not None else secrets.read(CredentialRef(ref.env, ref.file))

    leftovers = Leftovers(state)
    # Before there is a new executor: that removes what counted the programs of the dead.
    lost = tuple(
        LostRun(it.task_id, it.attempt, *(left(it.counted_in) if it.counted_in else (None, None)), it.gpu_how)
        for it in leftovers.found()
        if it.pid
    )
    executor = ProcessExecutor(gpus := NvidiaGpus())
    if gpus.nodes() and (unread := gpus.unread()) is not None:
        logger.warning("GPU time of programs that get a GPU is not measured: %s", GPU_WORDS[unread])
    executor.begin()
    return Parts(
        executor=executor,
        store=FileArtifacts(state),
        leftovers=leftovers,
        lost=lost,
        clock=clock,
        variable=variable,
        began=began,
        given=Given(gateway_url, tools_url, otlp_url=collector_url or None),
        path=read_settings().path,
        here=Path.cwd(),
        hidden=tuple(dict.fromkeys((str(state.absolute()), str(state.resolve())))),
    )


def tool_gateway(url: str, pool: Pool) -> Callable[[str], HttpToolServer]:
    """Return what connects to the tool gateway by a task's token."""
    where = urlsplit(url)
    row = ToolServerRow(
        name="the tool gateway",
        scheme="https" if where.scheme == "https" else "http",
        host=where.hostname or "127.0.0.1",
        port=where.port or (443 if where.scheme == "https" else 80),
        target=where.path or "/",
        credential=CredentialRef(env="token"),
        network="private",
        timeout_s=TOOL_S,
    )
    return lambda token: HttpToolServer(row, pool, _Token(token))


class _Token:
    """The one secret of a connection: a task's token."""

    def __init__(self, token: str) -> None:
        self._token = token

    def read(self, _ref: CredentialRef) -> str:
        """Return it."""
        return self._token


def pipelines(
    state: Path, engine: Engine, links: Sequence[KeeperClient], tools_url: str
) -> tuple[StepRuns, list[Coroutine[Any, Any, None]]]:
    """Return what does steps of pipelines, and what drives them and their triggers."""
    clock, settings = SystemClock(), read_settings()
    bodies = FileArtifacts(state)
    pool = Pool(proxies=Proxies(settings.https_proxy, settings.no_proxy))
    steps = StepRuns(
        engine=engine,
        keeper=links[0],
        bodies=bodies,
        pool=pool,
        secrets=HostSecrets(read_variable, clock.monotonic_ns),
        connect=tool_gateway(tools_url, Pool()),
        clock=clock,
    )
    driver = PipelineDriver(engine=engine, keeper=links[1], bodies=bodies, clock=clock)
    triggers = Triggers(engine=engine, keeper=links[1], figures=of_condition, clock=clock)
    return steps, [driver.run(), triggers.run()]


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


async def _when(stop: asyncio.Event, then: asyncio.Event) -> None:
    """Set an event with another one."""
    await stop.wait()
    then.set()


def _allow_files(most: int) -> None:
    """Allow this process the open files that so many programs need, and some floods, as far as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = files_for(most) + FLOODS * 2 * MOST_JOINED
    if resource.RLIM_INFINITY not in (soft, hard) and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


async def serve(arguments: argparse.Namespace) -> None:
    """Run what is queued until told to stop."""
    state = Path(arguments.state)
    _allow_files(arguments.most)
    stop = stop_event(asyncio.get_running_loop(), lifeline=arguments.notify_fd is not None)
    clock, entropy = SystemClock(), Entropy()
    name = "run_" + ulid(clock.wall_ns() // 1_000_000, entropy(16))
    lock = await _lock(state, name, stop)
    links = [KeeperClient(state / "keeper.sock") for _ in range(3)]
    driving: list[asyncio.Task[None]] = []
    engine = await _records(state, stop) if lock is not None else None
    try:
        if engine is not None:
            steps, works = pipelines(state, engine, (links[0], links[2]), arguments.tools_url)
            driving = [asyncio.create_task(work) for work in works]
            driving.append(asyncio.create_task(_when(stop, steps.stopping)))
            await Runner(
                name,
                parts(state, arguments.gateway_url, arguments.tools_url, arguments.collector_url),
                keeper=links[0],
                hearing=links[1],
                engine=engine,
                most=arguments.most,
                boot_id=boot_id(),
                pid=os.getpid(),
                end_process=end_process,
                steps=steps.kinds(),
            ).run(stop, lambda: say_ready(arguments.notify_fd, "runner"))
    finally:
        for work in driving:
            work.cancel()
        await asyncio.gather(*driving, return_exceptions=True)
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
    parser.add_argument("--collector-url", default="")
    parser.add_argument("--most", type=int, default=MOST)
    parser.add_argument("--notify-fd", type=int)
    parser.add_argument("--log-level", default="info")
    arguments = parser.parse_args()
    log_to_stderr("runner", arguments.log_level)
    run(serve(arguments))


if __name__ == "__main__":
    main()
