"""Whether processes still come round: each says so once a second, and one that no longer does is told of.

What is counted are looks of the supervisor, not time: while the whole machine stood still (suspended, paused,
throttled) the supervisor looked as seldom as they spoke, so that nobody is blamed for it.

Most are replaced. While the keeper, or the relay in its place, is silent every call is refused, and nothing
is lost: whoever has stopped it may let it go on, so it is replaced only if it was not stopped, but hangs by
itself. It is dead then before its successor begins. With a runner all its programs would die, which may go on
without it: it is told of alone.
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

from podium.app.process import notify

if TYPE_CHECKING:
    from podium.app.up import Child

LOOK_S: Final = 1.0
TELL_LOOKS: Final = 5
"""After so many looks without a word of it a process is told of."""
APART_LOOKS: Final = 5
"""So many looks lie between two that are killed: what has stopped one may have stopped all."""
PATIENT: Final = frozenset({"keeper", "relay"})
"""Not killed where somebody has stopped them."""
SPARED: Final = frozenset({"runner"})
"""Never killed."""
BEAT: Final = b'{"beat":1}\n'

_STOPPED: Final = frozenset({"T", "t"})
_STATES: Final = {
    "T": "it is stopped (SIGSTOP)",
    "t": "a debugger holds it",
    "D": "it waits for the disk, and cannot be killed while it does",
    "R": "it computes, and does not come round; its log says where",
    "S": "it waits, and does not come round; its log says where",
}


def keep_beating(fd: int | None, comes_round: Callable[[], bool] = lambda: True) -> None:
    """Say once a second, from the running loop, that it comes round. SIGUSR2 has the loop's stack written.

    ``comes_round``: whether what works beside the loop does too; else nothing is said.
    Not that of other threads: they go on while it is read, of which CPython may die.
    """
    if fd is None:
        return
    faulthandler.register(signal.SIGUSR2, file=sys.stderr, all_threads=False)
    os.set_blocking(fd, False)  # a supervisor that does not read must not stop its workers
    loop = asyncio.get_running_loop()

    def beat() -> None:
        if comes_round():
            with contextlib.suppress(OSError):
                os.write(fd, BEAT)
        loop.call_later(LOOK_S, beat)

    beat()


def say_ready(fd: int | None, name: str, comes_round: Callable[[], bool] = lambda: True) -> None:
    """Tell the supervisor that a process is ready, and from now on that it comes round."""
    notify(fd, {"ready": name})
    keep_beating(fd, comes_round)


def process_state(pid: int) -> str:
    """Return Linux's letter for what a process does, by proc_pid_stat(5); empty where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2][1]
    except (OSError, IndexError):
        return ""


class Watch:
    """Counts looks in which a process was silent, tells of it, and kills it after ``hung_after_s`` of them.

    0 kills nobody. ``note``: takes all that are silent now, by name, with their ids and what they do.
    """

    def __init__(
        self,
        hung_after_s: float,
        say: Callable[[str], None],
        note: Callable[[dict[str, tuple[int, str]]], None] = lambda _: None,
    ) -> None:
        self._hung_after_s = hung_after_s
        self._say = say
        self._note = note
        self._noted: dict[str, tuple[int, str]] = {}
        self._rest = 0

    def heard(self, child: "Child") -> None:
        """Take a process's word that it comes round."""
        if child.silent is not None and child.silent >= TELL_LOOKS:
            self._say(f"podium: {child.name} answers again, after {child.silent * LOOK_S:g} s")
        child.silent = 0

    def look(self, children: Iterable["Child"], state: Callable[[int], str] = process_state) -> None:
        """Look once at those that have said that they come round. To be called every `LOOK_S`."""
        self._rest -= self._rest > 0
        silent = {}
        for child in children:
            process = child.process
            if child.silent is None or process is None or process.returncode is not None:
                continue
            child.silent += 1
            if child.silent < TELL_LOOKS:
                continue
            silent_s, does = child.silent * LOOK_S, state(process.pid)
            silent[child.name] = process.pid, _STATES.get(does, "it does not come round")
            told = f"podium: {child.name} (process {process.pid}) is silent for {silent_s:g} s"
            if child.silent == TELL_LOOKS:
                self._say(f"{told}: {silent[child.name][1]}")
                if does not in _STOPPED:
                    process.send_signal(signal.SIGUSR2)
            late = 0 < self._hung_after_s <= silent_s
            if late and not self._rest and _may_be_killed(child.name, does):
                self._say(f"{told} and is killed")
                child.silent, self._rest = None, APART_LOOKS
                process.kill()
        if silent != self._noted:
            with contextlib.suppress(OSError):  # a full disk: the log says it too
                self._note(silent)
            self._noted = silent


def _may_be_killed(name: str, does: str) -> bool:
    return does != "D" and name not in SPARED and not (name in PATIENT and does in _STOPPED)
