"""What holders are forked from."""

import asyncio
import gc
import os
import signal
import time
from pathlib import Path

import psutil
import pytest

from podium.adapters.executors import procs
from podium.adapters.executors.process import ProcessExecutor
from podium.adapters.gpus.fake import FakeGpus
from podium.ports.executor import Program

MEANS = [frozenset(), frozenset({"namespaces"})]


def sleeping(tmp_path: Path) -> Program:
    private = tmp_path / "private"
    private.mkdir(exist_ok=True)
    return Program(("sleep", "300"), {}, str(tmp_path), str(private))


def nurseries() -> list[int]:
    return [
        it.pid
        for it in psutil.Process().children()
        if any("executors.inner" in word for word in it.cmdline())
    ]


async def until(condition) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)


@pytest.mark.parametrize("without", MEANS)
async def test_what_it_has_forked_ends_with_it(tmp_path: Path, without: frozenset[str]):
    """Where it is killed all its programs end with it, and the next program has another one."""
    before = set(nurseries())
    executor = ProcessExecutor(FakeGpus(), without=without)
    running = [await (await executor.prepare(sleeping(tmp_path))).start() for _ in range(2)]
    (nursery,) = set(nurseries()) - before
    programs = procs.below([nursery])
    assert len(programs) == 4  # two programs, and who holds each
    os.kill(nursery, signal.SIGKILL)
    assert [(await it.wait()).exit_code for it in running] == [128 + signal.SIGKILL] * 2
    await until(lambda: all(procs.is_still(pid) for pid in programs))
    again = await (await executor.prepare(sleeping(tmp_path))).start()
    assert (await again.kill()).exit_code == 128 + signal.SIGKILL


async def test_it_ends_with_its_executor(tmp_path: Path):
    """Who lets an executor go has nothing of it left, not even a process that has ended."""
    before = set(nurseries())
    executor = ProcessExecutor(FakeGpus())
    executor.begin()
    executor.begin()
    assert len(set(nurseries()) - before) == 1
    await (await executor.prepare(sleeping(tmp_path))).abandon()
    del executor
    await asyncio.sleep(0)
    gc.collect()
    assert not set(nurseries()) - before


async def test_programs_do_not_share_open_files(tmp_path: Path):
    """A program has none of the files of those that were started before it, and no blocked signal."""
    executor = ProcessExecutor(FakeGpus(), without=frozenset({"namespaces"}))
    first = await (await executor.prepare(sleeping(tmp_path))).start()
    out = tmp_path / "out"
    script = "ls /proc/self/fd; grep -E '^Sig(Blk|Ign)' /proc/self/status"
    wanted = Program(
        ("sh", "-c", script), {}, str(tmp_path), str(tmp_path / "private"), reads=("/proc",), output=str(out)
    )
    await (await (await executor.prepare(wanted)).start()).wait()
    await first.kill()
    *files, _, blocked, _, ignored = out.read_text().split()
    assert files == ["0", "1", "2", "3"]  # 3: of ls itself
    assert int(blocked, 16) == 0
    assert not int(ignored, 16) & (1 << (signal.SIGPIPE - 1))
