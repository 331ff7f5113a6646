"""The worker's journal on disk: one locked folder an incarnation, appended to before Podium acts.

``journals/<incarnation>/lock`` is flocked as long as the worker lives: a free lock is the proof of its
death. `write` returns when the kernel has the bytes, which survives ``kill -9``; `durable` waits for the
group commit, which survives the host. A write or sync that fails is never tried again: the journal is
failed for good, and the worker must drain.
"""

import asyncio
import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Final

from podium.kernel.errors import JournalError
from podium.spend.journal import Header, Record, Roll, encode, preamble

SEGMENT_BYTES: Final = 64 << 20
GROUP_COMMIT_S: Final = 0.01
"""A sync starts this long after the first write that it covers, so that it ends within 20 ms."""


class Journal:
    """Appends records to the segments of one incarnation."""

    def __init__(self, folder: Path, header: Header, *, segment_bytes: int = SEGMENT_BYTES) -> None:
        folder.mkdir(mode=0o700, parents=True)
        self._folder = folder
        self._header = header
        self._segment_bytes = segment_bytes
        self._lock_fd = os.open(folder / "lock", os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._lock_fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self.segment = 0
        self.offset = 0
        self.failure: str | None = None
        self.on_failure: Callable[[str], None] = lambda _reason: None
        self._fd = -1
        self._syncing = False
        self._dirty = False
        self._waiters: list[asyncio.Future[None]] = []
        try:
            self._open_segment()
        except (OSError, JournalError):
            if self._fd >= 0:
                os.close(self._fd)
                self._fd = -1
            self.release()
            raise

    def _open_segment(self) -> None:
        self.segment += 1
        name = self._folder / f"{self.segment:06d}.journal"
        self._fd = os.open(name, os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        self.offset = 0
        header = Header(
            incarnation=self._header.incarnation,
            worker=self._header.worker,
            pid=self._header.pid,
            boot_id=self._header.boot_id,
            segment=self.segment,
            started_ns=self._header.started_ns,
        )
        self._append(preamble() + encode(header))

    def write(self, record: Record) -> None:
        """Append a record with one system call. Raises JournalError when it is not in the file."""
        if self.failure is not None:
            raise JournalError(
                f"the journal has failed: {self.failure}", fix="Free the disk and restart this worker."
            )
        data = encode(record)
        try:
            written = os.write(self._fd, data)
        except OSError as error:
            raise self._unwritten(error) from error
        if written != len(data):
            raise self._torn()
        self.offset += written
        if not self._dirty:
            self._dirty = True
            if not self._syncing:
                asyncio.get_running_loop().call_later(GROUP_COMMIT_S, self._start_sync)
        if self.offset >= self._segment_bytes:
            self._roll()

    def _append(self, data: bytes) -> None:
        try:
            written = os.write(self._fd, data)
        except OSError as error:
            raise self._unwritten(error) from error
        if written != len(data):
            raise self._torn()
        self.offset += written

    def _unwritten(self, error: OSError) -> JournalError:
        if self._fd < 0:  # of a call that was cut off at the end of a drain
            return JournalError("the journal is closed: this process ends")
        self._fail(f"write: {error.strerror}")
        return JournalError(f"the journal cannot be written: {error.strerror}", fix="Free the disk.")

    def _torn(self) -> JournalError:
        # A torn frame is on disk. Nothing may follow it, or the reader would call it damage.
        self._fail("write: the disk is full")
        return JournalError("the journal cannot be written: the disk is full", fix="Free the disk.")

    def _fail(self, reason: str) -> None:
        if self.failure is None:
            self.failure = reason
            self.on_failure(reason)
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_exception(JournalError(f"the journal has failed: {reason}"))

    def _roll(self) -> None:
        self._append(encode(Roll(next_segment=self.segment + 1)))
        try:
            os.fdatasync(self._fd)
            os.close(self._fd)
            self._open_segment()
        except OSError as error:
            self._fail(f"new segment: {error.strerror}")

    def _start_sync(self) -> None:
        if self.failure is not None or self._syncing or self._fd < 0:
            return
        self._syncing, self._dirty = True, False
        waiters, self._waiters = self._waiters, []
        try:
            # A duplicate, so that a roll or close in the meantime cannot pull the file from under the sync.
            fd = os.dup(self._fd)
        except OSError as error:
            self._waiters = waiters
            self._fail(f"fdatasync: {error.strerror}")
            return
        loop = asyncio.get_running_loop()
        future = loop.run_in_executor(None, _sync_and_close, fd)
        future.add_done_callback(lambda done: self._synced(done, waiters))

    def _synced(self, done: "asyncio.Future[None]", waiters: list["asyncio.Future[None]"]) -> None:
        self._syncing = False
        error = None if done.cancelled() else done.exception()
        if error is not None:
            self._waiters = waiters + self._waiters
            self._fail(f"fdatasync: {error}")
            return
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)
        if self._dirty and self._fd >= 0:
            asyncio.get_running_loop().call_later(GROUP_COMMIT_S, self._start_sync)

    async def durable(self) -> None:
        """Wait until everything written so far is on the disk (``durability: strict``)."""
        if self.failure is not None:
            raise JournalError(f"the journal has failed: {self.failure}")
        waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        self._dirty = True
        if not self._syncing:
            self._start_sync()
        await waiter

    def close(self) -> None:
        """End the incarnation in good order: the final Roll, synced, and the lock released."""
        if self._fd < 0:
            return
        if self.failure is None:
            self._append(encode(Roll(next_segment=None)))
            os.fdatasync(self._fd)
        os.close(self._fd)
        self._fd = -1

    def release(self) -> None:
        """Release the lock, after the keeper knows that this incarnation ended."""
        if self._lock_fd >= 0:
            os.close(self._lock_fd)
            self._lock_fd = -1


def _sync_and_close(fd: int) -> None:
    try:
        os.fdatasync(fd)
    finally:
        os.close(fd)
