"""SQLite engines: one that writes, for the keeper, and ones that only read, for everybody else."""

import os
import sqlite3
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError

from podium.adapters.records.schema import check_revision, migrate
from podium.kernel.errors import NotReady, StateError

DATABASE: Final = "podium.db"
RESTORING: Final = ".restoring"
"""Folder in a state directory that a restore has begun to fill and has not finished."""
BUSY_TIMEOUT_MS: Final = 5_000
SYNCHRONOUS = "FULL"
"""https://www.sqlite.org/pragma.html#pragma_synchronous: in WAL mode FULL syncs every commit."""
_PASSING: Final = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_FULL", "SQLITE_IOERR", "SQLITE_PROTOCOL")
"""https://www.sqlite.org/rescode.html: what a later try may not meet."""
OLDEST_SQLITE: Final = (3, 35, 0)
"""The first with UPSERT, RETURNING and reading a WAL database without write permission."""

# pysqlite asks whether a value that is no int, float or str wants to be adapted, and where nobody has said
# how, it raises and catches two errors to find that out: a tenth of what the keeper executed for a call.
sqlite3.register_adapter(bytes, bytes.__bytes__)
sqlite3.register_adapter(type(None), {}.get)  # type: ignore[arg-type] # returns None, and is C
sqlite3.register_adapter(bool, int)


def open_records(state: Path) -> Engine:
    """Open the database of a state directory to write, migrated to this Podium's schema.

    The directory and file are made readable by their owner alone. Raises StateError when they cannot be
    used, or when a newer Podium has written them, and NotReady where trying again may help (a full disk, a
    lock that another process holds).
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise StateError(
            f"SQLite {sqlite3.sqlite_version} is too old for Podium, which needs 3.35.",
            fix="Use a Python built with a newer SQLite.",
        )
    path = state / DATABASE
    if (state / RESTORING).exists():
        raise StateError(
            f"A restore into {state} was broken off.",
            fix=f"Remove what is in {state} and restore again.",
        )
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise StateError(
            f"{path} cannot be opened: {error.strerror}.", fix="Use another --state, or give yourself access."
        ) from error
    engine = create_engine(URL.create("sqlite+pysqlite", database=str(path)))
    _configure(
        engine, ("journal_mode=WAL", f"synchronous={SYNCHRONOUS}", "foreign_keys=ON"), begin="BEGIN IMMEDIATE"
    )
    try:
        migrate(engine)
    except StateError:
        engine.dispose()
        raise
    except DatabaseError as error:
        engine.dispose()
        if getattr(error.orig, "sqlite_errorname", "").startswith(_PASSING):
            raise NotReady(
                f"{path} cannot be written now: {error.orig}.",
                fix="Free the disk, or end what has locked the file.",
            ) from error
        raise StateError(
            f"{path} cannot be used: {error.orig}.",
            fix="Put back a backup of it, or move it away and begin a new ledger.",
        ) from error
    return engine


def open_for_reading(state: Path) -> Engine:
    """Open the database of a state directory to read, while a keeper may be writing it.

    Raises StateError when there is none, or its schema is not this Podium's.
    """
    path = state / DATABASE
    if not path.exists():
        raise StateError(
            f"There is no Podium state in {state}.",
            fix="Start Podium there (podium up), or name another --state.",
        )
    url = URL.create("sqlite+pysqlite", database=f"file:{_quoted(path)}", query={"mode": "ro", "uri": "true"})
    engine = create_engine(url)
    _configure(engine, ("query_only=ON",), begin="BEGIN")
    try:
        check_revision(engine)
    except StateError:
        engine.dispose()
        raise
    except DatabaseError as error:
        engine.dispose()
        raise StateError(
            f"{path} cannot be read: {error.orig}.",
            fix="See the keeper's log; `podium restore` puts a backup into a new --state.",
        ) from error
    return engine


def _quoted(path: Path) -> str:
    """Return a path for a SQLite URI: https://www.sqlite.org/uri.html, section 3.1."""
    return str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")


def _configure(engine: Engine, pragmas: tuple[str, ...], *, begin: str) -> None:
    """Take transactions into our own hands: pysqlite would begin them late and commit DDL by itself."""

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        for pragma in (f"busy_timeout={BUSY_TIMEOUT_MS}", *pragmas):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if reads else begin)
