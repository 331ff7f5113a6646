"""A backup as one file: a gzipped tar whose last member tells every file's size and SHA-256.

A restore believes nothing before it has checked it. While it is under way, and if it is broken off, a folder
``.restoring`` is in the state directory, and no keeper starts there.
"""

import contextlib
import errno
import fcntl
import gzip
import hashlib
import io
import os
import re
import shutil
import sqlite3
import tarfile
import zlib
from pathlib import Path
from typing import IO, Final

import msgspec

from podium import __version__
from podium.adapters.records.backup import BODIES, named_bodies
from podium.adapters.records.schema import HEAD, known_revisions
from podium.adapters.records.sqlite import DATABASE, RESTORING
from podium.kernel.errors import StateError

FORMAT: Final = 1
CONTENTS: Final = "podium-backup.json"
"""Name of the last member."""
UNFINISHED: Final = ".unfinished"
AT: Final = re.compile(r"podium-\d{8}T\d{6}Z\.tar\.gz")
"""What a backup into a folder is called."""
_CHUNK_BYTES: Final = 1 << 20
_DAMAGED: Final = (
    OSError,
    tarfile.TarError,
    EOFError,
    zlib.error,
    msgspec.MsgspecError,
    ValueError,  # such as a time of year 10^12
    OverflowError,
)
_OF_THE_TARGET: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS})
"""What cannot be the fault of the file that is read."""
_OF_A_DISK: Final = "lost+found"
"""What a file system that is mounted on the state directory has by itself (mke2fs(8))."""


class FileFacts(msgspec.Struct, frozen=True):
    """One file of a backup."""

    bytes: int
    sha256: str


class _Format(msgspec.Struct, frozen=True):
    """What every format says of itself; all else may change with it."""

    format: int
    podium: str = "unknown"


class Bodies(msgspec.Struct, frozen=True):
    """What runs have said, by digest. Of what was lost before the backup: the digest, and whose it was."""

    count: int
    missing: dict[str, str] = {}
    damaged: dict[str, str] = {}
    """Their content has another digest."""


class Contents(msgspec.Struct, frozen=True):
    """What a backup holds. ``format`` changes when an older Podium could not read it."""

    format: int
    podium: str
    created_ns: int
    schema: str
    charges: int
    files: dict[str, FileFacts]
    bodies: Bodies | None = None
    """None: made by a version that had none in its backups."""


_format_decoder = msgspec.json.Decoder(_Format)
_contents_decoder = msgspec.json.Decoder(Contents)


class _Hashing(io.RawIOBase):
    """Reads ``size`` bytes of a file that may grow, and hashes them."""

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file = file
        self._left = size
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        self.digest.update(data)
        return data


def clear_unfinished(target: Path) -> list[Path]:
    """Remove what backups into this file, or with names like it beside it, have left that were killed.

    Returns what was removed; what somebody still writes is left alone.
    """
    found = [target.with_name(target.name + UNFINISHED)]
    if AT.fullmatch(target.name):
        beside = sorted(target.parent.glob(f"podium-*{UNFINISHED}"))
        found = [path for path in beside if AT.fullmatch(path.name.removesuffix(UNFINISHED))]
    removed = []
    for path in found:
        try:
            with path.open("rb") as file:
                fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
        except OSError:
            continue  # it is not there, or not ours, or still written
        removed.append(path)
    return removed


def write_archive(folder: Path, target: Path, *, now_ns: int) -> Contents:
    """Pack a folder of `Backups` into ``target``, which must not exist. Raises StateError."""
    if target.exists():
        raise StateError(f"{target} exists already.", fix="Name another file.")
    unfinished = target.with_name(target.name + UNFINISHED)
    try:
        fd = os.open(unfinished, os.O_CREAT | os.O_TRUNC | os.O_RDWR | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "wb") as file:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)  # so that `clear_unfinished` leaves it alone
            contents = _pack(folder, file, now_ns)
            file.flush()
            os.fsync(fd)
        unfinished.rename(target)
        _sync_folder(target.parent)
    except (OSError, tarfile.TarError) as error:
        unfinished.unlink(missing_ok=True)
        fix = "Free the disk, or name another."
        if not target.parent.is_dir():
            fix = "Make its folder first, or name another."
        raise StateError(f"{target} cannot be written: {error}.", fix=fix) from error
    return contents


def _pack(folder: Path, file: IO[bytes], now_ns: int) -> Contents:
    schema, charges = _facts(folder / DATABASE)
    files: dict[str, FileFacts] = {}
    with tarfile.open(fileobj=file, mode="w:gz", compresslevel=1, format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(folder.rglob("*")):
            name = str(path.relative_to(folder))
            if path.is_dir():
                continue
            with path.open("rb") as source:
                member = tarfile.TarInfo(name)
                found = os.fstat(source.fileno())
                member.size, member.mode, member.mtime = found.st_size, 0o600, found.st_mtime
                reading = _Hashing(source, member.size)
                tar.addfile(member, reading)
            files[name] = FileFacts(member.size, reading.digest.hexdigest())
        bodies = _bodies(named_bodies(folder / DATABASE), files)
        contents = Contents(FORMAT, __version__, now_ns, schema, charges, files, bodies)
        data = msgspec.json.encode(contents)
        member = tarfile.TarInfo(CONTENTS)
        member.size, member.mode = len(data), 0o600
        tar.addfile(member, io.BytesIO(data))
    return contents


def _bodies(named: dict[str, str], files: dict[str, FileFacts]) -> Bodies:
    """Return how the bodies that a database names stand among the files of its backup."""
    found = {sha256: files.get(f"{BODIES}/{sha256[:2]}/{sha256}") for sha256 in named}
    missing = {sha256: named[sha256] for sha256, facts in found.items() if facts is None}
    damaged = {
        sha256: named[sha256]
        for sha256, facts in found.items()
        if facts is not None and facts.sha256 != sha256
    }
    return Bodies(len(named), missing, damaged)


def _facts(database: Path) -> tuple[str, int]:
    """Return the schema's revision and the number of ledger rows. Raises StateError for a broken file."""
    try:
        connection = sqlite3.connect(database)
        try:
            (sound,) = connection.execute("PRAGMA quick_check").fetchone()
            (schema,) = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            (charges,) = connection.execute("SELECT count(*) FROM charges").fetchone()
        finally:
            connection.close()
    except (sqlite3.Error, TypeError) as error:
        raise StateError(f"{database.name} of the backup cannot be read: {error}.") from error
    if sound != "ok":
        raise StateError(f"{database.name} of the backup is damaged: {sound}.")
    return schema, charges


def read_archive(source: Path, state: Path) -> Contents:
    """Make a state directory out of a backup. It must not exist, or be empty. Raises StateError.

    Nothing is left behind where the backup is not what it says.
    """
    existed = state.exists()
    if existed and (not state.is_dir() or any(path.name != _OF_A_DISK for path in state.iterdir())):
        raise StateError(
            f"{state} is not empty, and a restore overwrites nothing.",
            fix="Name a new directory with --state, or move this one away.",
        )
    unfinished = state / RESTORING
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished.mkdir(mode=0o700)
    except OSError as error:
        _clear(state, unfinished, existed=existed)
        raise StateError(f"{state} cannot be made: {error}.", fix="Name another --state.") from error
    try:
        contents = _unpack(source, unfinished)
        _check(contents, unfinished, source)
        _sync(unfinished)
    except _DAMAGED as error:
        _clear(state, unfinished, existed=existed)
        if isinstance(error, OSError) and error.errno in _OF_THE_TARGET:
            fix = "Free its disk, or name another --state."
            raise StateError(f"{state} cannot be filled: {error}.", fix=fix) from error
        raise StateError(f"{source} cannot be restored: {error}.", fix="Use another backup.") from error
    except BaseException:
        _clear(state, unfinished, existed=existed)
        raise
    try:
        _put_in_place(unfinished, state)
    except OSError as error:
        raise StateError(
            f"{state} cannot be filled: {error}.", fix="Remove what is in it and restore again."
        ) from error
    return contents


def _clear(state: Path, unfinished: Path, *, existed: bool) -> None:
    """Leave nothing behind; a directory that was there before stays, since it may be a mounted disk."""
    shutil.rmtree(unfinished, ignore_errors=True)
    if not existed:
        with contextlib.suppress(OSError):
            state.rmdir()


def _put_in_place(unfinished: Path, state: Path) -> None:
    state.chmod(0o700)
    for path in list(unfinished.iterdir()):
        path.rename(state / path.name)
    _sync_folder(state)
    unfinished.rmdir()
    _sync_folder(state)
    _sync_folder(state.absolute().parent)


def _unpack(source: Path, folder: Path) -> Contents:
    with gzip.open(source) as file, tarfile.open(fileobj=file, mode="r:") as tar:
        for member in tar:
            # No backup has links or devices, and links are the way around the filter (CVE-2025-4517).
            if not member.isreg():
                raise StateError(f"{member.name} in {source} is no file.", fix="Use another backup.")
            _take_out(tar, member, folder)
        while file.read(_CHUNK_BYTES):
            pass  # gzip's checksum is behind the last byte, and covers what is between the files too
    path = folder / CONTENTS
    if not path.is_file():
        raise StateError(
            f"{source} is no backup of Podium's, or its end is missing.", fix="Use another backup."
        )
    data = path.read_bytes()
    said = _format_decoder.decode(data)
    if said.format > FORMAT:
        raise _newer(source, said.podium)
    contents = _contents_decoder.decode(data)
    path.unlink()
    return contents


def _take_out(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> None:
    """Write one file of a backup into a folder; a name that leads outside is refused (PEP 706)."""
    if hasattr(tarfile, "data_filter"):
        tar.extract(member, folder, filter="data")
        return
    # Pythons before 3.11.4, Debian 12's own among them, have no such filter.
    path = (folder / member.name).resolve()
    if not path.is_relative_to(folder.resolve()):
        raise StateError(f"{member.name} leads out of its backup.", fix="Use another backup.")
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    found = tar.extractfile(member)
    with path.open("xb") as file:
        if found is not None:
            shutil.copyfileobj(found, file)
    path.chmod((member.mode | 0o600) & 0o755)
    os.utime(path, (member.mtime, member.mtime))


def _newer(source: Path, podium: str) -> StateError:
    return StateError(
        f"{source} was made by a newer Podium ({podium}; this one is {__version__}).",
        fix="Restore it with that one.",
    )


def _check(contents: Contents, folder: Path, source: Path) -> None:
    if contents.schema not in known_revisions():
        raise _newer(source, contents.podium)
    found = {str(path.relative_to(folder)): path for path in folder.rglob("*") if path.is_file()}
    for name in sorted(found.keys() ^ contents.files.keys()):
        what = "is not listed" if name in found else "is missing"
        raise StateError(f"{name} {what} in {source}.", fix="Use another backup.")
    for name, path in found.items():
        digest, facts = hashlib.sha256(), contents.files[name]
        with path.open("rb") as file:
            while data := file.read(_CHUNK_BYTES):
                digest.update(data)
        if digest.hexdigest() != facts.sha256:
            raise StateError(
                f"{name} in {source} is not what was backed up: its SHA-256 differs.",
                fix="Use another backup.",
            )
    _, charges = _facts(folder / DATABASE)
    if charges != contents.charges:
        raise StateError(f"{source} holds {charges} charges and says {contents.charges}.")
    if contents.bodies is not None:
        _check_bodies(contents, contents.bodies, folder, source)


def _check_bodies(contents: Contents, said: Bodies, folder: Path, source: Path) -> None:
    """See that each body that the database names is there, and is what its name says."""
    if contents.schema != HEAD:
        return  # the files are what was backed up; which of them an older schema names is not asked
    found = _bodies(named_bodies(folder / DATABASE), contents.files)
    for what, lost, known in (
        ("is missing", found.missing, said.missing),
        ("is not what its name says", found.damaged, said.damaged),
    ):
        for sha256, owner in lost.items():
            if sha256 not in known:
                raise StateError(
                    f"The body {sha256} of {owner} {what} in {source}.", fix="Use another backup."
                )


def _sync(folder: Path) -> None:
    for path in (folder / "journals").glob("*"):
        # So old that the keeper takes it in at once: nobody is starting there.
        os.utime(path, (0, 0))
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o700)
            _sync_folder(path)
        else:
            path.chmod(0o600)
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    fd = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
