"""Whether workers still come round: each says so once a second, and one that no longer does is replaced.

What is counted are looks of the supervisor, not time: while the whole machine stood still (suspended, paused,
throttled) the supervisor looked as seldom as the workers spoke, so that nobody is blamed for it.
"""

import asyncio
import contextlib
import faulthandler
import os
import signal
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from podium.app.up import Child

LOOK_S: Final = 1.0
TELL_LOOKS: Final = 5
"""After so many looks without a word of it a worker is told of."""
APART_LOOKS: Final = 5
"""So many looks lie between two workers that are killed: what has stopped one may have stopped all."""
BEAT: Final = b'{"beat":1}\n'

_STATES: Final = {
    "T": "it is stopped (SIGSTOP)",
    "t": "a debugger holds it",
    "D": "it waits for the disk, and cannot be killed while it does",
    "R": "it computes, and its event loop does not come round; its log says where",
    "S": "it waits, and its event loop does not come round; its log says where",
}


def keep_beating(fd: int | None) -> None:
    """Say once a second, from the running loop, that it comes round. SIGUSR2 has all stacks written."""
    if fd is None:
        return
    faulthandler.register(signal.SIGUSR2, file=sys.stderr, all_threads=True)
    os.set_blocking(fd, False)  # a supervisor that does not read must not stop its workers
    loop = asyncio.get_running_loop()

    def beat() -> None:
        with contextlib.suppress(OSError):
            os.write(fd, BEAT)
        loop.call_later(LOOK_S, beat)

    beat()


def process_state(pid: int) -> str:
    """Return Linux's letter for what a process does, by proc_pid_stat(5); empty where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2][1]
    except (OSError, IndexError):
        return ""


class Watch:
    """Counts looks in which a worker was silent, tells of it, and kills it after ``hung_after_s`` of them.

    0 kills nobody.
    """

    def __init__(self, hung_after_s: float, say: Callable[[str], None]) -> None:
        self._hung_after_s = hung_after_s
        self._say = say
        self._rest = 0

    def heard(self, child: "Child") -> None:
        """Take a worker's word that it comes round."""
        if child.silent is not None and child.silent >= TELL_LOOKS:
            self._say(f"podium: {child.name} answers again, after {child.silent * LOOK_S:g} s")
        child.silent = 0

    def look(self, children: Iterable["Child"], state: Callable[[int], str] = process_state) -> None:
        """Look once at those that have said that they come round. To be called every `LOOK_S`."""
        self._rest -= self._rest > 0
        for child in children:
            process = child.process
            if child.silent is None or process is None or process.returncode is not None:
                continue
            child.silent += 1
            silent_s = child.silent * LOOK_S
            if child.silent == TELL_LOOKS:
                of = _STATES.get(state(process.pid), "it does not come round")
                self._say(f"podium: {child.name} (process {process.pid}) is silent for {silent_s:g} s: {of}")
                process.send_signal(signal.SIGUSR2)
            late = 0 < self._hung_after_s <= silent_s
            if late and not self._rest and state(process.pid) != "D":
                self._say(
                    f"podium: {child.name} (process {process.pid}) is silent for {silent_s:g} s and is killed"
                )
                child.silent, self._rest = None, APART_LOOKS
                process.kill()
