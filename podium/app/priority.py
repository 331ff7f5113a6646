"""What works beside the path of calls gives way to what is on it.

A thread that wakes interrupts another only where the kernel finds its turn more urgent. What follows calls
(keeper, collector) works in bursts: without a word to the kernel, each call that arrives meanwhile waits for
the rest of a turn of some ms. Its share of a processor stays what it was, for it may not fall behind calls.
So does the length of its turns: of all that may run the kernel takes first whose turn would end first, and
who asks for long turns may come last for over a second where programs come and go.

The kernel asks that when the other thread wakes, and next at its tick, 4 ms later or 8: who had a little more
than its share a moment ago waits so long. `Beat` makes the kernel ask again every half ms of a long work.
"""

import contextlib
import ctypes
import logging
import os
import platform
import queue
import struct
import threading
import time
from typing import Final

_ATTRIBUTES: Final = struct.Struct("=IIQiIQQQ")
"""struct sched_attr of sched_setattr(2): size, policy, flags, nice, priority, and a turn's length (ns)."""
_NUMBERS: Final = {"x86_64": 314, "aarch64": 274, "riscv64": 274}
"""Of that system call, which older C libraries have no function for."""
_SHORT_TURN_NS: Final = 100_000
"""The shortest there is (EEVDF, Linux 6.12; older kernels ignore it)."""
_BEAT_S: Final = 0.0005

logger = logging.getLogger("podium.priority")


def give_way() -> None:
    """Let every other thread that wakes go before the calling one, and before those that it begins.

    Where the system has no such thing or forbids it (a container may), nothing changes, and the log says so
    at its level ``debug``.
    """
    if not hasattr(os, "SCHED_BATCH"):
        logger.debug("this system has no batch policy: work beside calls is scheduled as calls are")
        return
    try:
        os.sched_setscheduler(0, os.SCHED_BATCH, os.sched_param(0))
    except OSError as error:
        logger.debug("work beside calls is scheduled as calls are: %s", error.strerror)


def _take_turns(policy: int, nice: int, turn_ns: int) -> None:
    """Set the policy of the calling thread and the length of its turns. Raises OSError."""
    number = _NUMBERS.get(platform.machine())
    if number is None:
        return
    attributes = _ATTRIBUTES.pack(_ATTRIBUTES.size, policy, 0, nice, 0, turn_ns, 0, 0)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.syscall(ctypes.c_long(number), 0, attributes, 0):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


class Beat:
    """While its block is worked in, a thread wakes every half ms on the same processor, and does nothing.

    That it wakes is what makes the kernel ask who should run, among those of other programs too, even where
    the work is one long call of a library. The block may be entered by one thread at a time.
    """

    def __init__(self) -> None:
        self._begun: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._working = False
        self._processor = getattr(ctypes.CDLL(None), "sched_getcpu", None)
        self._thread: threading.Thread | None = None

    def __enter__(self) -> None:
        """Begin to beat."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._beat, name="beat", daemon=True)
            self._thread.start()
        self._working = True
        if self._thread.is_alive():
            self._begun.put(self._processor() if self._processor is not None else -1)

    def __exit__(self, *_: object) -> None:
        """Beat no more."""
        self._working = False

    def _beat(self) -> None:
        try:
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
            _take_turns(os.SCHED_OTHER, os.getpriority(os.PRIO_PROCESS, 0), _SHORT_TURN_NS)
        except (AttributeError, OSError) as error:
            logger.debug("work beside calls has no beat: %s", error)
            return
        while True:
            processor = self._begun.get()
            with contextlib.suppress(OSError):  # it may be forbidden, or the processor be gone
                if processor >= 0:
                    os.sched_setaffinity(0, {processor})
            while self._working:
                time.sleep(_BEAT_S)
