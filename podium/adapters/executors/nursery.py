"""The process from which the holders of programs are forked (`inner`), as who runs programs has it.

It is started when the first program is, or before; one that has died is started again, and what it had forked
has died with it.
"""

import contextlib
import os
import signal
import socket
import sys
import tempfile
import weakref
from typing import Final

from podium.adapters.executors.inner import ASKED, WITH_NAMESPACES, WITHOUT

_MODULE: Final = "podium.adapters.executors.inner"


class Nursery:
    """Asks for holders. It ends, with all that it has forked, when this is let go, or its process ends."""

    def __init__(self) -> None:
        self._asking: socket.socket | None = None
        self._end: weakref.finalize[..., Nursery] | None = None

    def begin(self) -> None:
        """Start it, unless it runs. Raises OSError."""
        if self._asking is not None:
            return
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            pid = os.posix_spawn(
                sys.executable,
                [sys.executable, "-I", "-m", _MODULE, tempfile.gettempdir()],
                {},
                file_actions=[
                    (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                    (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                    (os.POSIX_SPAWN_DUP2, theirs.fileno(), ASKED),
                ],
            )
        self._asking = ours
        self._end = weakref.finalize(self, _end, ours, pid, os.getpid())

    def fork(self, files: list[int], *, namespaces: bool) -> None:
        """Have a holder forked that gets these open files: see `inner`. Raises OSError."""
        kind = WITH_NAMESPACES if namespaces else WITHOUT
        self.begin()
        assert self._asking is not None  # noqa: S101 - it has just been started
        try:
            socket.send_fds(self._asking, [kind], files)
        except (BrokenPipeError, ConnectionResetError):
            self.close()
            self.begin()
            socket.send_fds(self._asking, [kind], files)

    def close(self) -> None:
        """End it, and all that it has forked."""
        if self._end is not None:
            self._end()
        self._asking = None


def _end(asking: socket.socket, pid: int, owner: int) -> None:
    asking.close()
    if os.getpid() == owner:  # not in a process that somebody has forked from it
        with contextlib.suppress(ProcessLookupError, ChildProcessError):
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
