"""Content in a file of SQLite's, sealed piece by piece with AES-256-GCM.

Each department has a key, wrapped by the key that wraps those of task tokens (``keys/wrap.key`` of the state,
or ``--key-file``). With it are wrapped the keys that seal pieces: one key a task and person, for up to
`PIECES_A_KEY`. Who erases destroys keys: what was sealed with them cannot be read again, wherever a copy of
it may be. Where a key has sealed other pieces too, these are sealed anew first.

The file holds no text and no name of a user. Wrapped keys and pieces that go are overwritten in place
(``secure_delete``), and the write-ahead log is emptied before an erasure is answered.
"""

import hmac
import sqlite3
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import msgspec

from podium.adapters.content.schema import open_store
from podium.kernel.errors import NotFound, StateError
from podium.ports import Clock, Entropy
from podium.ports.content import ContentErased, ContentKeyIs, Erase, NewPiece, Piece
from podium.trust.credentials.sealing import KEY_BYTES, NONCE_BYTES, seal, unseal

PIECES_A_KEY: Final = 256
_OPEN_KEYS: Final = 1024
"""Of tasks, held in memory, so that not every piece begins one."""
_PEOPLE: Final = "people"
_OLDEST: Final = 10
"""Where the store is too large, one in so many pieces goes, the oldest."""


class SqliteContent:
    """The store. Nothing is opened before the first use."""

    def __init__(self, path: Path, wrap: bytes, clock: Clock, entropy: Entropy) -> None:
        if len(wrap) != KEY_BYTES:
            raise StateError(
                f"The key that wraps the keys of content has {len(wrap)} bytes, not {KEY_BYTES}."
            )
        self._path, self._wrap, self._clock, self._entropy = path, wrap, clock, entropy
        self._opened: sqlite3.Connection | None = None
        self._others: dict[str, bytes] = {}
        self._departments: dict[str, tuple[str, bytes]] = {}
        self._sealing: OrderedDict[tuple[str, str, str, bytes | None], tuple[str, bytes, int]] = OrderedDict()

    def _connection(self) -> sqlite3.Connection:
        if self._opened is None:
            self._opened = open_store(self._path)
        return self._opened

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """Make one durable transaction. Raises StateError where the file fails; then nothing was changed."""
        connection = self._connection()
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except BaseException as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            # What was noted in memory may not be in the file.
            self._others, self._departments = {}, {}
            self._sealing.clear()
            if isinstance(error, sqlite3.Error):
                raise StateError(f"{self._path} cannot be written: {error}.", fix="Free the disk.") from error
            raise

    # Keys

    def _seal(self, key: bytes, text: bytes, about: str) -> bytes:
        return seal(key, text, about, nonce=self._entropy(NONCE_BYTES))

    def _other(self, connection: sqlite3.Connection, name: str) -> bytes:
        """Return a key that seals nothing, made where there is none."""
        key = self._others.get(name)
        if key is None:
            row = connection.execute("SELECT wrapped FROM other_keys WHERE name = ?", [name]).fetchone()
            if row is not None:
                key = unseal(self._wrap, row[0], f"content {name}")
            else:
                key = self._entropy(KEY_BYTES)
                wrapped = self._seal(self._wrap, key, f"content {name}")
                connection.execute("INSERT INTO other_keys VALUES (?, ?)", [name, wrapped])
            self._others[name] = key
        return key

    def hash_key(self, department: str) -> bytes:
        """Return the key of the digests of a department's hashed content."""
        name = f"hash {department}"
        if name in self._others:
            return self._others[name]
        with self._changing() as connection:
            return self._other(connection, name)

    def _person(self, connection: sqlite3.Connection, user: str) -> bytes:
        key = self._other(connection, _PEOPLE)
        return hmac.digest(key, user.encode("utf-8", "surrogatepass"), "sha256")[:16]

    def _department_key(self, connection: sqlite3.Connection, department: str) -> tuple[str, bytes]:
        known = self._departments.get(department)
        if known is None:
            row = connection.execute(
                "SELECT id, wrapped FROM department_keys WHERE department = ?", [department]
            ).fetchone()
            if row is not None:
                known = row[0], unseal(self._wrap, row[1], f"content department {row[0]} {department}")
            else:
                known = self._new_department_key(connection, department)
            self._departments[department] = known
        return known

    def _new_department_key(self, connection: sqlite3.Connection, department: str) -> tuple[str, bytes]:
        name, key = f"dck_{self._entropy(8).hex()}", self._entropy(KEY_BYTES)
        wrapped = self._seal(self._wrap, key, f"content department {name} {department}")
        connection.execute(
            "INSERT OR REPLACE INTO department_keys VALUES (?, ?, ?, ?)",
            [name, department, wrapped, self._clock.wall_ns()],
        )
        return name, key

    def _key_for(
        self, connection: sqlite3.Connection, department: str, task: str, agent: str, person: bytes | None
    ) -> tuple[str, bytes]:
        """Return a key that seals one more piece of a task and a person."""
        of = (department, task, agent, person)
        name, key, sealed = self._sealing.pop(of, ("", b"", PIECES_A_KEY))
        if sealed >= PIECES_A_KEY:
            name, key, sealed = f"cky_{self._entropy(8).hex()}", self._entropy(KEY_BYTES), 0
            _, above = self._department_key(connection, department)
            wrapped = self._seal(above, key, f"content key {name}")
            connection.execute("INSERT INTO keys VALUES (?, ?, ?)", [name, department, wrapped])
        self._sealing[of] = name, key, sealed + 1
        if len(self._sealing) > _OPEN_KEYS:
            self._sealing.popitem(last=False)
        return name, key

    def _open_key(self, connection: sqlite3.Connection, name: str) -> bytes:
        row = connection.execute("SELECT department, wrapped FROM keys WHERE id = ?", [name]).fetchone()
        if row is None:
            raise StateError(f"The key {name} is gone: its content was erased.")
        _, above = self._department_key(connection, row[0])
        return unseal(above, row[1], f"content key {name}")

    # Writing

    def add(self, pieces: Sequence[NewPiece]) -> None:
        """Add pieces in one durable transaction."""
        with self._changing() as connection:
            for piece in pieces:
                where = piece.where
                person = self._person(connection, where.user) if where.user is not None else None
                name, key = self._key_for(connection, where.department, where.task, where.agent, person)
                place = (where.trace_id, where.bound, piece.name)
                connection.execute(
                    "DELETE FROM pieces WHERE trace_id = ? AND bound = ? AND name = ? AND task = ?",
                    [*place, where.task],
                )
                connection.execute(
                    "INSERT INTO pieces (trace_id, bound, name, record, task, agent, department, person, "
                    "at_ns, until_ns, cut, key, sealed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    [
                        *place, piece.record, where.task, where.agent, where.department, person,
                        where.at_ns, piece.until_ns, piece.cut, name,
                        self._seal(key, piece.text, _about(name, *place)),
                    ],
                )  # fmt: skip

    # Reading

    def read(self, trace_id: str, bounds: Sequence[str] = ()) -> tuple[Piece, ...]:
        """Return the pieces of a trace, in their order; with ``bounds``, of these spans or calls alone."""
        connection, keys, found = self._connection(), dict[str, bytes](), []
        alone = f"AND bound IN ({', '.join('?' * len(bounds))}) " if bounds else ""
        rows = connection.execute(
            "SELECT bound, name, record, sealed, cut, task, agent, department, at_ns, key FROM pieces "  # noqa: S608 - question marks
            f"WHERE trace_id = ? {alone}ORDER BY at_ns, id",
            [trace_id, *bounds],
        ).fetchall()
        for bound, name, record, sealed, cut, task, agent, department, at_ns, key in rows:
            if key not in keys:
                keys[key] = self._open_key(connection, key)
            text = unseal(keys[key], sealed, _about(key, trace_id, bound, name))
            value = msgspec.json.decode(text)
            found.append(Piece(bound, name, record, value, bool(cut), task, agent, department, at_ns, key))
        return tuple(found)

    # Erasing

    def _selection(self, connection: sqlite3.Connection, what: Erase) -> tuple[str, list[Any]]:
        """Return the condition on pieces, and its values."""
        if what.task is not None:
            return "task = ?", [what.task]
        if what.trace is not None:
            return "trace_id = ?", [what.trace]
        if what.user is not None:
            person = self._person(connection, what.user)
            # What bears nobody's name in a task of theirs may be about them.
            return (
                "(person = ? OR (person IS NULL AND task IN (SELECT task FROM pieces WHERE person = ?)))",
                [person, person],
            )
        if what.agent is not None and what.before_ns is not None:
            return "agent = ? AND at_ns < ?", [what.agent, what.before_ns]
        raise NotFound("Nothing is selected.", fix="Name a task, a trace, a user, or an agent and a time.")

    def departments(self, what: Erase) -> dict[str, int]:
        """Return how many pieces of which departments a selection holds."""
        with self._changing() as connection:
            condition, values = self._selection(connection, what)
            rows = connection.execute(
                f"SELECT department, count(*) FROM pieces WHERE {condition} GROUP BY 1 ORDER BY 1",  # noqa: S608 - constants
                values,
            ).fetchall()
        return dict(rows)

    def subject(self, what: Erase) -> str:
        """Return how a selection is called: a user by a keyed digest."""
        if what.user is None:
            return what.task or what.trace or what.agent or ""
        with self._changing() as connection:
            return f"user:{self._person(connection, what.user).hex()}"

    def erase(self, what: Erase) -> ContentErased:
        """Destroy keys and pieces, for ever."""
        with self._changing() as connection:
            condition, values = self._selection(connection, what)
            done = self._erase(connection, condition, values)
        self._forget_old_pages()
        return done

    def _erase(self, connection: sqlite3.Connection, condition: str, values: list[Any]) -> ContentErased:
        # Chosen before anything goes: the condition may look at pieces that go.
        chosen = connection.execute(
            f"SELECT id, key FROM pieces WHERE {condition}",  # noqa: S608 - constants
            values,
        ).fetchall()
        keys = list(dict.fromkeys(key for _, key in chosen))
        connection.executemany("DELETE FROM pieces WHERE id = ?", [[row_id] for row_id, _ in chosen])
        self._sealing.clear()  # none of these keys seals anything from here on
        anew = sum(self._seal_anew(connection, key) for key in keys)
        connection.executemany("DELETE FROM keys WHERE id = ?", [[key] for key in keys])
        return ContentErased(len(chosen), len(keys), anew)

    def _seal_anew(self, connection: sqlite3.Connection, old: str) -> int:
        """Give what a key has sealed besides another key; return how many pieces these are."""
        rows = connection.execute(
            "SELECT id, trace_id, bound, name, task, agent, department, person, sealed FROM pieces "
            "WHERE key = ?",
            [old],
        ).fetchall()
        if not rows:
            return 0
        key = self._open_key(connection, old)
        for row_id, trace_id, bound, name, task, agent, department, person, sealed in rows:
            text = unseal(key, sealed, _about(old, trace_id, bound, name))
            new, other = self._key_for(connection, department, task, agent, person)
            again = self._seal(other, text, _about(new, trace_id, bound, name))
            connection.execute("UPDATE pieces SET key = ?, sealed = ? WHERE id = ?", [new, again, row_id])
        return len(rows)

    def rotate(self, department: str) -> ContentKeyIs:
        """Give a department another key. Raises NotFound where it has none."""
        with self._changing() as connection:
            row = connection.execute(
                "SELECT 1 FROM department_keys WHERE department = ?", [department]
            ).fetchone()
            if row is None:
                raise NotFound(
                    f"The department {department} has no key of content.",
                    fix="Name the path of one that has some.",
                )
            _, old = self._department_key(connection, department)
            connection.execute("DELETE FROM department_keys WHERE department = ?", [department])
            name, new = self._new_department_key(connection, department)
            rows = connection.execute(
                "SELECT id, wrapped FROM keys WHERE department = ?", [department]
            ).fetchall()
            for key_id, wrapped in rows:
                key = unseal(old, wrapped, f"content key {key_id}")
                again = self._seal(new, key, f"content key {key_id}")
                connection.execute("UPDATE keys SET wrapped = ? WHERE id = ?", [again, key_id])
            self._departments[department] = name, new
        self._forget_old_pages()
        return ContentKeyIs(name, len(rows))

    # Room

    def tidy(self, now_ns: int, max_bytes: int | None) -> int:
        """Remove what is too old, then the oldest as long as the store is too large."""
        if self._opened is None and not self._path.exists():
            return 0
        with self._changing() as connection:
            gone = self._drop(connection, "until_ns <= ?", now_ns)
        while max_bytes is not None and self._used_bytes() > max_bytes:
            with self._changing() as connection:
                last = connection.execute(
                    "SELECT at_ns FROM pieces ORDER BY at_ns LIMIT 1 "
                    "OFFSET (SELECT count(*) / ? FROM pieces)",
                    [_OLDEST],
                ).fetchone()
                if last is None:
                    break
                gone += self._drop(connection, "at_ns <= ?", last[0])
        if gone:
            self._forget_old_pages()
        return gone

    def _drop(self, connection: sqlite3.Connection, condition: str, time_ns: int) -> int:
        """Remove pieces, and the keys that have sealed nothing else."""
        rows = connection.execute(
            f"DELETE FROM pieces WHERE {condition} RETURNING key",  # noqa: S608 - constants
            [time_ns],
        ).fetchall()
        self._sealing.clear()
        connection.executemany(
            "DELETE FROM keys WHERE id = ? AND NOT EXISTS (SELECT 1 FROM pieces WHERE key = keys.id)",
            list(dict.fromkeys(rows)),
        )
        return len(rows)

    def _used_bytes(self) -> int:
        with self._changing() as connection:  # which says StateError where the file fails
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            (free,) = connection.execute("PRAGMA freelist_count").fetchone()
            (size,) = connection.execute("PRAGMA page_size").fetchone()
        return int((pages - free) * size)

    def _forget_old_pages(self) -> None:
        """Give free pages back, and empty the write-ahead log, which has pages as they were.

        Raises StateError where the log cannot be emptied: then it is not known that nothing is left there.
        """
        connection = self._connection()
        try:
            connection.executescript("PRAGMA incremental_vacuum;")  # execute() would free one page
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        except sqlite3.Error as error:
            raise StateError(f"{self._path} cannot be written: {error}.", fix="Free the disk.") from error
        if busy:
            raise StateError(
                f"The log of {self._path} is in use.", fix="Close who reads the file, and erase once more."
            )

    def close(self) -> None:
        """Release the file."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None


def _about(key: str, trace_id: str, bound: str, name: str) -> str:
    return f"content {key} {trace_id} {bound} {name}"
