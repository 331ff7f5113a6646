"""Child processes of a verb: started with a log of their own, and ended with it, whatever happens."""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from podium.kernel.errors import StateError

_TAIL_LINES: Final = 8
_PR_SET_PDEATHSIG: Final = 1


def _die_with_parent() -> Callable[[], None] | None:
    """Return what a child runs so that it gets SIGTERM when its parent dies; Linux only (prctl(2))."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)
    parent = os.getpid()

    def ask() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we asked
            os.kill(os.getpid(), signal.SIGTERM)

    return ask


class Children:
    """A context in which children run; on the way out they are ended, the last started first."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._running: list[tuple[str, subprocess.Popen[bytes], float]] = []

    def __enter__(self) -> Self:
        self._logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    def start(self, name: str, *arguments: str, grace_s: float) -> None:
        """Run ``podium ARGUMENTS``; at the end it has ``grace_s`` to stop after SIGTERM."""
        with self.log(name).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "podium.app.entry", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C is for the parent, which ends them in order
                preexec_fn=_die_with_parent(),  # noqa: PLW1509 - prctl alone, and no threads yet
            )
        self._running.append((name, process, grace_s))

    def log(self, name: str) -> Path:
        """Return where a child's output goes."""
        return self._logs / f"{name}.log"

    def said(self, name: str) -> str:
        """Return what a child has printed so far."""
        return self.log(name).read_text(encoding="utf-8", errors="replace")

    def check(self) -> None:
        """Raise StateError, with the end of its log, if a child has ended by itself."""
        for name, process, _ in self._running:
            code = process.poll()
            if code is not None:
                tail = "\n  ".join(self.said(name).strip().splitlines()[-_TAIL_LINES:])
                raise StateError(
                    f"{name} ended with exit code {code}. The end of {self.log(name)}:\n  {tail}"
                )

    def end(self) -> list[str]:
        """End every child; return the names of those that did not end in good order."""
        bad: list[str] = []
        while self._running:
            name, process, grace_s = self._running.pop()
            ended_before = process.poll() is not None
            process.terminate()
            try:
                code = process.wait(grace_s)
            except subprocess.TimeoutExpired:
                process.kill()
                code = process.wait()
            if code != 0 or ended_before:
                bad.append(name)
        return bad
