"""The journal from which the tool gateway rebuilds what it knows of tasks: ``tools/NNNNNN.journal``.

What is written survives this process at once, and the host once it was waited for: so each file says under
which boot of the host it was written, and what was not waited for counts only within that.

Append-only while it is written; begun anew, with the tasks that live and nothing else, at each start, when it
has grown, and soon after tasks have ended: what an ended task has read and was asked for does not stay on the
disk. The file of a new beginning is whole and synced before it takes the old one's place.
"""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec

from podium.kernel.errors import JournalError, StateError
from podium.spend.journal import PREAMBLE_BYTES, check_preamble, check_tail, frame, frames, preamble
from podium.tools.changes import Change, Life
from podium.tools.tasks import Tasks

GROWN_BYTES: Final = 64 << 20
MAX_CHANGE_BYTES: Final = 64 << 20
_encoder = msgspec.msgpack.Encoder()
_decoder: msgspec.msgpack.Decoder[Change] = msgspec.msgpack.Decoder(Change)


class Memory:
    """The state of tasks, and the file that holds it. One process at a time."""

    def __init__(
        self, folder: Path, *, boot_id: str = "", now_ns: int = 0, grown_bytes: int = GROWN_BYTES
    ) -> None:
        """Read what is there. Raises StateError where another process has it, JournalError on damage.

        ``boot_id``: the host's; empty: nothing counts that was not waited for.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._grown_bytes = grown_bytes
        self._lock_fd = os.open(folder / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._lock_fd)
            raise StateError(
                f"Another process has the tasks' state in {folder}.", fix="Stop it first."
            ) from error
        self.tasks = Tasks()
        self.failure: str | None = None
        self.on_failure: Callable[[str], None] = lambda _reason: None
        self._fd = -1
        self._bytes = 0
        self._number = 0
        for path in sorted(folder.glob("*.journal"))[-1:]:  # the newest one is whole: it holds the older ones
            self._number = int(path.stem)
            self._replay(path)
        self.tasks.written_under(boot_id, now_ns if self._number else 0)
        self.begin_anew()

    def _replay(self, path: Path) -> None:
        data = path.read_bytes()
        if len(data) < PREAMBLE_BYTES:
            return
        try:
            end = start = check_preamble(data)
            for payload, behind in frames(data, start, longest=MAX_CHANGE_BYTES):
                self.tasks.apply(_decoder.decode(payload), len(payload))
                end = behind
            check_tail(data, end)
        except msgspec.MsgspecError as error:
            raise JournalError(
                f"{path} holds a record that is not known: {error}",
                fix="Start the newer Podium that wrote it.",
            ) from error
        except JournalError as error:
            raise JournalError(
                f"{path} is damaged: {error.message}. What tasks have read and used is not known.",
                fix="End the tasks that live (podium task list), then move the file away.",
            ) from error

    def begin_anew(self) -> None:
        """Write the tasks that live into a new file, and remove the old ones. Raises JournalError."""
        old = sorted(self._folder.glob("*.journal"))
        name = self._folder / f"{self._number + 1:06d}.journal"
        aside = name.with_suffix(".new")
        data = b"".join([preamble(), *(frame(_encoder.encode(change)) for change in self.tasks.history())])
        try:
            fd = os.open(aside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, 0o600)
            view = memoryview(data)
            while view:
                view = view[os.write(fd, view) :]
            os.fdatasync(fd)
            aside.rename(name)
            _sync_folder(self._folder)
        except OSError as error:
            raise self._failed(f"new file: {error.strerror}") from error
        if self._fd >= 0:
            os.close(self._fd)
        self._fd, self._bytes, self._number = fd, len(data), self._number + 1
        for path in old:
            path.unlink(missing_ok=True)

    def write(self, change: Change) -> None:
        """Append a change and take it in. It survives this process from here on. Raises JournalError."""
        if self._fd < 0:  # a call was cut off at the end of a drain: the next life knows what was under way
            raise JournalError("the tasks' journal is closed: this process ends")
        if self.failure is not None:
            raise JournalError(
                f"the tasks' journal has failed: {self.failure}", fix="Free the disk; restart."
            )
        payload = _encoder.encode(change)
        if len(payload) > MAX_CHANGE_BYTES:
            raise JournalError(f"a change of {len(payload)} bytes; the limit is {MAX_CHANGE_BYTES}")
        data = frame(payload)
        try:
            written = os.write(self._fd, data)
        except OSError as error:
            raise self._failed(f"write: {error.strerror}") from error
        if written != len(data):
            raise self._failed("write: the disk is full")
        self._bytes += written
        self.tasks.apply(change, len(payload))
        if self._bytes >= self._grown_bytes:
            self.begin_anew()
            self._grown_bytes = max(self._grown_bytes, 2 * self._bytes)

    async def durable(self) -> None:
        """Wait until all that was written survives the host. Raises JournalError; it is not tried again."""
        fd = os.dup(self._fd)
        try:
            await asyncio.to_thread(os.fdatasync, fd)
        except OSError as error:
            raise self._failed(f"fdatasync: {error.strerror}") from error
        finally:
            os.close(fd)

    def _failed(self, reason: str) -> JournalError:
        if self.failure is None:
            self.failure = reason
            self.on_failure(reason)
        return JournalError(f"the tasks' journal has failed: {reason}", fix="Free the disk; restart.")

    def close(self) -> None:
        """Close the file and let another process have it: all that was written is on the disk."""
        if self._fd >= 0 and self.failure is None:
            with contextlib.suppress(JournalError, OSError):
                self.write(Life(self.tasks.boot_id, closed=True, lost_ns=self.tasks.lost_ns))
                os.fdatasync(self._fd)
        for fd in (self._fd, self._lock_fd):
            if fd >= 0:
                os.close(fd)
        self._fd = self._lock_fd = -1


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
