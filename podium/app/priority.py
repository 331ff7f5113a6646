"""What works beside the path of calls gives way to what is on it.

A thread that wakes interrupts another only where the kernel finds its turn more urgent. What follows calls
(keeper, collector) works in bursts: without a word to the kernel, each call that arrives meanwhile waits for
the rest of a turn of some ms. Its share of a processor stays what it was, for it may not fall behind calls.
"""

import ctypes
import logging
import os
import platform
import struct
from typing import Final

_ATTRIBUTES: Final = struct.Struct("=IIQiIQQQ")
"""struct sched_attr of sched_setattr(2): size, policy, flags, nice, priority, and a turn's length (ns)."""
_NUMBERS: Final = {"x86_64": 314, "aarch64": 274, "riscv64": 274}
"""Of that system call, which older C libraries have no function for."""
_TURN_NS: Final = 100_000_000
"""The longest there is. Of threads that may run, the one comes first whose turn would end first: so everybody
else, whose turns are shorter (EEVDF, Linux 6.12; older kernels ignore it)."""

logger = logging.getLogger("podium.priority")


def give_way() -> None:
    """Let every other thread that wakes go first. To be called before there are threads, which inherit it.

    Where the system has no such thing or forbids it (a container may), nothing changes, and the log says so
    at its level ``debug``.
    """
    if not hasattr(os, "SCHED_BATCH"):
        logger.debug("this system has no batch policy: work beside calls is scheduled as calls are")
        return
    try:
        nice = os.getpriority(os.PRIO_PROCESS, 0)
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
        _take_long_turns(nice)
    except OSError as error:
        logger.debug("work beside calls is scheduled as calls are: %s", error.strerror)


def _take_long_turns(nice: int) -> None:
    number = _NUMBERS.get(platform.machine())
    if number is None:
        return
    attributes = _ATTRIBUTES.pack(_ATTRIBUTES.size, os.SCHED_BATCH, 0, nice, 0, _TURN_NS, 0, 0)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(ctypes.c_long(number), 0, attributes, 0):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
