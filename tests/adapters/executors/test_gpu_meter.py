"""Programs and GPUs: which they reach, and how long they keep them busy."""

import asyncio
from pathlib import Path

import pytest

from podium.adapters.executors.gpu_meter import GpuMeter
from podium.adapters.executors.process import ProcessExecutor
from podium.adapters.gpus.fake import FakeGpus
from podium.ports.executor import Outcome, Program, Resources
from podium.spend.machines import GpuSample

NODE = "/dev/tty"
"""A device that a program does not have, and that harms nobody."""
LOOK = f"if test -c {NODE}; then echo there; else echo none; fi; cat /dev/null"


def program(tmp_path: Path, *command: str, gpus: bool = False) -> Program:
    private = tmp_path / "private"
    private.mkdir(exist_ok=True)
    output = str(tmp_path / "out")
    return Program(command, {}, str(tmp_path), str(private), resources=Resources(gpus=gpus), output=output)


@pytest.mark.parametrize(("gpus", "found", "ms"), [(True, "there", None), (False, "none", 0)])
async def test_a_program_has_the_gpus_that_it_is_given(
    tmp_path: Path, gpus: bool, found: str, ms: int | None
):
    """The devices are in its /dev where its manifest says so, and nowhere else: then it used none."""
    executor = ProcessExecutor(FakeGpus((NODE,), unread="no_driver"))
    prepared = await executor.prepare(program(tmp_path, "sh", "-c", LOOK, gpus=gpus))
    if not prepared.confined:
        await prepared.abandon()
        pytest.skip("this machine has no namespaces")
    outcome = await (await prepared.start()).wait()
    assert (tmp_path / "out").read_text() == f"{found}\n"
    assert (outcome.gpu_ms, outcome.gpu_how) == (ms, "no_driver" if gpus else "kept_off")


async def test_without_walls_a_gpu_may_have_been_used(tmp_path: Path):
    """A program that could have opened a GPU nobody kept it from is measured, or said not to be."""
    executor = ProcessExecutor(FakeGpus((NODE,), unread="no_driver"), without=frozenset({"namespaces"}))
    outcome = await (await (await executor.prepare(program(tmp_path, "true"))).start()).wait()
    assert (outcome.gpu_ms, outcome.gpu_how) == (None, "no_driver")


async def _measured(tmp_path: Path, gpus: FakeGpus, percent: int) -> Outcome:
    """Run a program whose child the driver tells of, until it has been looked at twice."""
    executor = ProcessExecutor(gpus)
    executor._meter = GpuMeter(gpus, every_s=0.01)
    prepared = await executor.prepare(program(tmp_path, "sh", "-c", "sleep 300 & echo $!; wait", gpus=True))
    running = await prepared.start()
    out = tmp_path / "out"
    async with asyncio.timeout(60):
        while not out.read_text():
            await asyncio.sleep(0.01)
        child = _host_pid(prepared.pid)
        if gpus.told is not None:
            gpus.told = [GpuSample(0, child, 1_000_000, percent), GpuSample(0, 1, 1_000_000, 100)]
        asked = gpus.asked
        while gpus.asked < asked + 3:
            await asyncio.sleep(0.01)
    return await running.kill()


def _host_pid(holder: int) -> int:
    from podium.adapters.executors import procs  # noqa: PLC0415 - the newest process below

    return max(procs.below([holder]))


async def test_what_its_processes_did_is_its_own(tmp_path: Path):
    """Samples of any process below it are the program's, others are not; it is over when the program is."""
    gpus = FakeGpus((NODE,))
    outcome = await _measured(tmp_path, gpus, 100)
    assert outcome.gpu_how == "sampled"
    assert outcome.gpu_ms is not None
    assert 0 < outcome.gpu_ms < 60_000
    asked = gpus.asked
    await asyncio.sleep(0.05)
    assert gpus.asked == asked


async def test_a_driver_that_fails_meanwhile(tmp_path: Path):
    """GPU time of which a part is missing is not known."""
    gpus = FakeGpus((NODE,))
    gpus.told = None
    outcome = await _measured(tmp_path, gpus, 100)
    assert (outcome.gpu_ms, outcome.gpu_how) == (None, "failed")
