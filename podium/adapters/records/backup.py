"""What a backup is made of: the database as it is at one moment, and the journals that go on from there.

The moment is one in which the keeper's database thread does nothing else. Then the journals and the log are
linked and the database's state is pinned by a read transaction, which takes milliseconds; the copy follows
while everything goes on. SQLite's online backup copies what its source's open read transaction sees
(https://www.sqlite.org/c3ref/backup_finish.html). What workers append to a linked segment afterwards is in
the backup too, as far as it has come: to a restored keeper they died at that point.
"""

import contextlib
import fcntl
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import NullPool, create_engine

from podium.adapters.records.sqlite import DATABASE
from podium.kernel.errors import StateError
from podium.ports.bodies import all_named

STAGING: Final = "backup"
LINKED: Final = ("journals", "log")
MANIFESTS: Final = "manifests"
LOCK: Final = "backup.lock"
COPIED: Final = ("keys/digest.key", "keys/evidence*", "admin.token")
"""Patterns of what is copied as it is."""
BODIES: Final = "artifacts"
"""Of runs, by digest: those that the copied database names. None goes while the copy is made (keeper)."""
PAGES: Final = 2048
"""Copied at a time: 8 MiB, between which others read."""


class Backups:
    """Makes backups of a state directory in its folder ``backup``."""

    def __init__(self, state: Path) -> None:
        self._state = state
        self.folder = state / STAGING
        self._copying = threading.Lock()
        """Held until what was begun is copied, which goes on where nobody waits for it any more."""

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Be the only one that makes a backup; what was made is removed at the end. Raises StateError."""
        fd = os.open(self._state / LOCK, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        try:
            try:
                fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise self._under_way() from error
            try:
                yield
            finally:
                self.discard()
        finally:
            os.close(fd)

    def _under_way(self) -> StateError:
        return StateError(
            f"Another backup of {self._state} is under way.",
            fix="Try again when it has ended.",
            code="backup_under_way",
        )

    def begin(self) -> Callable[[], None]:
        """Link and pin. Call it where nobody commits; then the result, anywhere, which copies.

        Raises StateError where it cannot be done, or what was begun before is still being copied.
        """
        if not self._copying.acquire(blocking=False):
            raise self._under_way()
        try:
            source = self._pin()
        except BaseException:
            self._copying.release()
            raise
        return lambda: self._copy(source)

    def _pin(self) -> sqlite3.Connection:
        shutil.rmtree(self.folder, ignore_errors=True)
        try:
            self.folder.mkdir(mode=0o700)
            for name in LINKED:
                _link(self._state / name, self.folder / name)
            source = sqlite3.connect(self._state / DATABASE, check_same_thread=False, isolation_level=None)
        except (OSError, sqlite3.Error) as error:
            self.discard()
            raise StateError(f"No backup can be begun in {self.folder}: {error}.") from error
        try:
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.Error as error:
            source.close()
            self.discard()
            raise StateError(f"{DATABASE} cannot be read: {error}.") from error
        return source

    def _copy(self, source: sqlite3.Connection) -> None:
        try:
            target = sqlite3.connect(self.folder / DATABASE)
            try:
                source.backup(target, pages=PAGES, sleep=0)
                # One file, without a log beside it.
                target.execute("PRAGMA journal_mode=DELETE")
            finally:
                target.close()
            (self.folder / DATABASE).chmod(0o600)
            self._link_bodies()
            for original in (found for name in COPIED for found in self._state.glob(name)):
                path = self.folder / original.relative_to(self._state)
                path.parent.mkdir(mode=0o700, exist_ok=True)
                shutil.copy2(original, path)
        except (OSError, sqlite3.Error) as error:
            self.discard()
            raise StateError(
                f"The backup failed: {error}.", fix="Free the disk; nothing was changed."
            ) from error
        finally:
            source.close()
            self._copying.release()

    def _link_bodies(self) -> None:
        """Link what the copy names. What is not there is told by `archive`."""
        for sha256 in named_bodies(self.folder / DATABASE):
            name = Path(BODIES, sha256[:2], sha256)
            (self.folder / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with contextlib.suppress(FileNotFoundError, FileExistsError):
                os.link(self._state / name, self.folder / name)

    def add_manifests(self, files: Iterable[tuple[Path, str]]) -> None:
        """Add manifests, each by its name within their folder and its text. Raises StateError."""
        try:
            for name, text in files:
                path = self.folder / MANIFESTS / name
                path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise StateError(f"The manifests cannot be copied: {error}.", fix="Free the disk.") from error

    def discard(self) -> None:
        """Remove what was made."""
        shutil.rmtree(self.folder, ignore_errors=True)


def named_bodies(database: Path) -> dict[str, str]:
    """Return the digests that living rows of a database name, and whose they are: a task's, or a run's id."""
    engine = create_engine(f"sqlite:///{database}", poolclass=NullPool)
    with engine.connect() as connection:
        return dict(all_named(connection))


def _link(source: Path, target: Path) -> None:
    target.mkdir(mode=0o700)
    if not source.is_dir():
        return
    for entry in os.scandir(source):
        if entry.is_dir(follow_symlinks=False):
            _link(source / entry.name, target / entry.name)
        elif entry.is_file(follow_symlinks=False):
            try:
                os.link(entry.path, target / entry.name)
            except FileNotFoundError:
                continue  # a worker has just replaced it
