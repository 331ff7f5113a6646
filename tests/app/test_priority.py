"""Who works beside calls gives way to them."""

import ctypes
import logging
import os
import platform
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from podium.adapters.link import call
from podium.app import priority
from podium.kernel.errors import NotReady, StateError
from podium.ports.link import GetStatus

_BEGIN = """
import os, threading
from podium.app import priority
from podium.kernel.errors import NotReady, StateError
priority.give_way()
thread = threading.Thread(target=input)
thread.start()
print(*sorted(os.listdir("/proc/self/task")), flush=True)
"""
_GET: dict[str, int] = {"x86_64": 315, "aarch64": 275, "riscv64": 275}
"""sched_getattr(2)."""
_number = _GET.get(platform.machine())
linux = pytest.mark.skipif(
    _number is None or not hasattr(os, "SCHED_BATCH"), reason="this system has no such policies"
)


def _of(thread: int) -> tuple[int, int, int]:
    """Return a thread's policy, how nice it is, and the length of its turns: 0 where the kernel has none."""
    read = ctypes.create_string_buffer(priority._ATTRIBUTES.size)
    assert ctypes.CDLL(None).syscall(ctypes.c_long(_number), thread, read, len(read), 0) == 0
    _, policy, _, nice, _, turn_ns, _, _ = priority._ATTRIBUTES.unpack(read.raw)
    return policy, nice, turn_ns


@linux
def test_threads_inherit_it():
    """Threads that come later interrupt nobody; they stay as nice, and have turns as long as everybody's."""
    command = ["nice", "-n", "3", sys.executable, "-c", _BEGIN]
    _, nice, turn_ns = _of(0)
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        threads = [int(it) for it in child.stdout.readline().split()]
        found = [_of(it) for it in threads]
        child.communicate("\n")
    assert found == [(os.SCHED_BATCH, nice + 3, turn_ns)] * 2


def _answers(path: Path) -> bool:
    """Return whether a keeper answers there: it has its socket before it listens."""
    try:
        call(path, GetStatus())
    except (StateError, NotReady):
        return False
    return True


@linux
def test_who_answers_for_the_keeper_gives_way_to_nobody(tmp_path):
    """Workers admit calls by answers of less than a second ago: only what touches the database gives way."""
    _, _, turn_ns = _of(0)
    command = [sys.executable, "-m", "podium.app.keeper", "--state", str(tmp_path)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as keeper:
        try:
            _until(lambda: _answers(tmp_path / "keeper.sock"))
            found = {int(it.name): _of(int(it.name)) for it in Path(f"/proc/{keeper.pid}/task").iterdir()}
        finally:
            keeper.terminate()
    answers, others = found.pop(keeper.pid), list(found.values())
    assert (answers[0], answers[2]) == (os.SCHED_OTHER, turn_ns)
    assert (os.SCHED_BATCH, answers[1], turn_ns) in others


def test_where_it_is_forbidden(monkeypatch, caplog):
    """A system that forbids it is worth a line for whoever looks, and nothing more."""

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    with caplog.at_level(logging.DEBUG, "podium.priority"):
        priority.give_way()
    (line,) = caplog.records
    assert (line.levelname, "Operation not permitted" in line.getMessage()) == ("DEBUG", True)
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


def _wakes(thread: int) -> int:
    lines = Path(f"/proc/self/task/{thread}/status").read_text(encoding="ascii").splitlines()
    return int(next(line.split()[1] for line in lines if line.startswith("voluntary_ctxt_switches")))


def _until(condition):
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.001)


def _still(thread: int) -> bool:
    before = _wakes(thread)
    time.sleep(0.02)
    return _wakes(thread) == before


@pytest.mark.skipif(not hasattr(os, "SCHED_BATCH"), reason="this system has no such policies")
def test_a_beat():
    """While a block is worked in, a thread that interrupts others wakes on its processor; then it sleeps."""
    beat, own = priority.Beat(), os.sched_getaffinity(0)
    for _ in range(2):
        os.sched_setaffinity(0, {min(own)})
        try:
            thread = _beaten(beat)
        finally:
            os.sched_setaffinity(0, own)
        _until(lambda at=thread: _still(at))


def _beaten(beat: priority.Beat) -> int:
    with beat:
        (thread,) = [it.native_id for it in threading.enumerate() if it is beat._thread]
        began = _wakes(thread)
        _until(lambda: _wakes(thread) > began + 20)
        assert os.sched_getscheduler(thread) == os.SCHED_OTHER
        assert os.sched_getaffinity(thread) == os.sched_getaffinity(0)
    return thread


def test_a_beat_that_is_forbidden(monkeypatch):
    """Where a system allows no such thread, the work is done without, and nothing piles up."""

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_setscheduler", refuse, raising=False)
    beat = priority.Beat()
    with beat:
        pass
    _until(lambda: beat._thread not in threading.enumerate())
    for _ in range(3):
        with beat:
            pass
    assert beat._begun.qsize() <= 1
