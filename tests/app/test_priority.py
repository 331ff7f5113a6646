"""Who works beside calls gives way to them."""

import logging
import os
import platform
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from podium.app import priority

_ASK = """
import ctypes, os, threading
from podium.app import priority
priority.give_way()
found = []
def ask():
    read = ctypes.create_string_buffer(priority._ATTRIBUTES.size)
    assert ctypes.CDLL(None).syscall(ctypes.c_long({number}), 0, read, len(read), 0) == 0
    found.append(priority._ATTRIBUTES.unpack(read.raw))
thread = threading.Thread(target=ask)
thread.start()
thread.join()
print(os.sched_getscheduler(0), found[0][1], found[0][3], found[0][5])
"""
_GET: dict[str, int] = {"x86_64": 315, "aarch64": 275, "riscv64": 275}
"""sched_getattr(2)."""


@pytest.mark.skipif(platform.machine() not in _GET, reason="its number is not known")
def test_threads_inherit_it():
    """Threads that come later interrupt nobody, have long turns where there are such, and stay as nice."""
    ask = _ASK.format(number=_GET[platform.machine()])
    command = ["nice", "-n", "3", sys.executable, "-c", ask]
    said = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout
    process, thread, nice, turn_ns = map(int, said.split())
    assert process == thread == os.SCHED_BATCH
    assert nice == os.getpriority(os.PRIO_PROCESS, 0) + 3
    assert turn_ns in {0, priority._TURN_NS}


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
