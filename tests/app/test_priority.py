"""Who works beside calls gives way to them."""

import logging
import os
import platform
import subprocess
import sys

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
