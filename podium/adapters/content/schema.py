"""The tables of ``content.db``, and how the file is opened.

A file of SQLite's beside the spans and not a table of DuckDB's among them: content is read by its trace and
erased by its person, both by index; SQLite overwrites what is deleted in its place (``secure_delete``) and
gives the room back, DuckDB does neither; and a store that is full of content slows no question about spans.
"""

import sqlite3
from pathlib import Path
from typing import Final

from podium.kernel.errors import StateError

VERSION: Final = 2
SCHEMA: Final = """
CREATE TABLE department_keys (
    id TEXT PRIMARY KEY, department TEXT NOT NULL UNIQUE, wrapped BLOB NOT NULL, made_ns INTEGER NOT NULL
);
CREATE TABLE other_keys (name TEXT PRIMARY KEY, wrapped BLOB NOT NULL);
CREATE TABLE keys (id TEXT PRIMARY KEY, department TEXT NOT NULL, wrapped BLOB NOT NULL);
CREATE INDEX keys_by_department ON keys (department);
CREATE TABLE pieces (
    id INTEGER PRIMARY KEY, trace_id TEXT NOT NULL, bound TEXT NOT NULL, name TEXT NOT NULL,
    record TEXT NOT NULL, task TEXT NOT NULL, agent TEXT NOT NULL, department TEXT NOT NULL, person BLOB,
    at_ns INTEGER NOT NULL, until_ns INTEGER, cut INTEGER NOT NULL, key TEXT NOT NULL, sealed BLOB NOT NULL
);
CREATE UNIQUE INDEX pieces_by_place ON pieces (trace_id, bound, name, task);
CREATE INDEX pieces_by_task ON pieces (task);
CREATE INDEX pieces_by_person ON pieces (person) WHERE person IS NOT NULL;
CREATE INDEX pieces_by_agent ON pieces (agent, at_ns);
CREATE INDEX pieces_by_key ON pieces (key);
CREATE INDEX pieces_by_time ON pieces (at_ns);
CREATE INDEX pieces_by_end ON pieces (until_ns) WHERE until_ns IS NOT NULL;
"""
_FROM_1: Final = """
DROP INDEX pieces_by_place;
CREATE UNIQUE INDEX pieces_by_place ON pieces (trace_id, bound, name, task);
"""
"""Before, a task's program could put something in the place of what another task's had said."""


def open_store(path: Path) -> sqlite3.Connection:
    """Open the file, made where there is none. Raises StateError."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise StateError(
                f"{path} was written by a newer Podium.", fix="Start that one, or move the file away."
            )
        if version < VERSION:
            changes = SCHEMA if version == 0 else _FROM_1
            connection.executescript(f"BEGIN; {changes} PRAGMA user_version = {VERSION}; COMMIT;")
    except (sqlite3.Error, OSError) as error:
        raise StateError(
            f"{path} cannot be opened: {error}.", fix="Move it away: a new one is made; its content is gone."
        ) from error
    return connection
