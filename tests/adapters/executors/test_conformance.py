"""What every executor does, the fake included."""

import asyncio
import signal
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from podium.adapters.executors.fake import FakeExecutor
from podium.adapters.executors.process import ProcessExecutor
from podium.adapters.gpus.fake import FakeGpus
from podium.kernel.errors import NotFound, StateError
from podium.ports.executor import MEASURES, Executor, Program, Resources

EVERYTHING = frozenset({"namespaces", "landlock", "filter", "cgroup"})
EXECUTORS: dict[str, Callable[[], Executor]] = {
    "fake": FakeExecutor,
    "all that the machine has": lambda: ProcessExecutor(FakeGpus()),
    "no namespaces": lambda: ProcessExecutor(FakeGpus(), without=frozenset({"namespaces"})),
    "nothing": lambda: ProcessExecutor(FakeGpus(), without=EVERYTHING),
}


@pytest.fixture(params=EXECUTORS)
def executor(request) -> Executor:
    return EXECUTORS[request.param]()


def program(tmp_path: Path, *command: str) -> Program:
    private = tmp_path / "private"
    private.mkdir(exist_ok=True)
    return Program(command, {}, str(tmp_path), str(private))


async def test_every_measure_is_told(executor: Executor, tmp_path):
    """Before a program runs it is known of each measure whether it is in force, in words."""
    prepared = await executor.prepare(program(tmp_path, "true"))
    assert tuple(it.measure for it in prepared.holdings) == MEASURES
    assert all(it.how for it in prepared.holdings)
    await prepared.abandon()


@pytest.mark.parametrize(("command", "code"), [("true", 0), ("false", 1)])
async def test_the_exit_code_is_the_programs(executor: Executor, tmp_path, command, code):
    """How a program ended is told as often as somebody asks, with what it has used."""
    running = await (await executor.prepare(program(tmp_path, command))).start()
    outcome = await running.wait()
    assert outcome.exit_code == code
    assert outcome.cpu_ms is not None
    assert (outcome.gpu_ms, outcome.gpu_how) == (0, "no_device")
    assert (outcome.peak_memory_bytes or 0) > 100_000
    assert await running.wait() == await running.kill() == outcome


async def test_a_command_that_is_not_there(executor: Executor, tmp_path):
    """Nothing runs, and it is said so."""
    prepared = await executor.prepare(program(tmp_path, "no-such-command"))
    with pytest.raises(NotFound):
        await prepared.start()


async def test_signals_reach_the_program(executor: Executor, tmp_path):
    """A signal goes to the program; one to a program that has ended goes nowhere."""
    running = await (await executor.prepare(program(tmp_path, "sleep", "300"))).start()
    await asyncio.sleep(0)
    running.signal(signal.SIGTERM)
    assert (await running.wait()).exit_code == 128 + signal.SIGTERM
    running.signal(signal.SIGTERM)


async def test_a_kill_is_final(executor: Executor, tmp_path):
    """Who kills a program gets its end, with what it has used until then."""
    running = await (await executor.prepare(program(tmp_path, "sleep", "300"))).start()
    outcome = await running.kill()
    assert outcome.exit_code == 128 + signal.SIGKILL
    assert outcome.cpu_ms is not None
    assert (outcome.peak_memory_bytes or 0) > 100_000


async def test_no_gpu_where_there_is_none(executor: Executor, tmp_path):
    """A program that shall have a GPU does not start on a machine without one."""
    wanted = msgspec.structs.replace(program(tmp_path, "true"), resources=Resources(gpus=True))
    with pytest.raises(StateError, match="no GPU"):
        await executor.prepare(wanted)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_nothing_is_left_behind(executor: Executor, tmp_path):
    """Neither open files nor folders outlive a program."""
    await (await (await executor.prepare(program(tmp_path, "true"))).start()).wait()
    before = open_files()
    for _ in range(3):
        await (await (await executor.prepare(program(tmp_path, "true"))).start()).wait()
    assert open_files() <= before
