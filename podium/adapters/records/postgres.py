"""PostgreSQL engines: one that writes, for the keeper that holds the database, and ones that only read.

One keeper writes. It holds a session's advisory lock, which says so to the next one, and a fence: a number
that each keeper counts up when it takes the database, and that every writing transaction compares, with the
row locked until it ends. A keeper that has lost the database without noticing can therefore commit nothing,
and what a broken connection has left under way on the server ends before the next transaction begins.
Source of the locks: https://www.postgresql.org/docs/15/explicit-locking.html, 13.3.2 and 13.3.5.
"""

import contextlib
import os
import select as poller
import socket
import threading
import time
from typing import Any, Final

import psycopg
from psycopg.adapt import Loader
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.exc import DBAPIError, OperationalError

from podium.adapters.records.place import parse
from podium.adapters.records.schema import check_revision, migrate
from podium.kernel.errors import NotReady, StateError

LOCK: Final = 0x506F6469756D
"""Key of the advisory lock: "Podium"."""
FENCE: Final = "fence"
"""Key in `meta`: counted up by each keeper that takes the database."""
OLDEST_POSTGRES: Final = 130_000
TAKE_S: Final = 5.0
"""The server may need a moment to see that the last keeper has died."""
_READ_FENCE: Final = f"SELECT value FROM meta WHERE key = '{FENCE}'"  # noqa: S608 - a constant
_LOCK_FENCE: Final = f"{_READ_FENCE} FOR UPDATE"
_CONNECT: Final = {
    "connect_timeout": "2",  # seconds; libpq takes no less
    "tcp_user_timeout": "3000",
    "keepalives_idle": "1",
    "keepalives_interval": "1",
    "keepalives_count": "3",
}
"""What ends a connection whose other end has gone without a word within 4 s:
https://www.postgresql.org/docs/15/libpq-connect.html#LIBPQ-PARAMKEYWORDS."""
_SESSION: Final = {
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "10s",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
}
"""What ends our sessions on the server when we have gone without a word, so that a successor need not wait:
https://www.postgresql.org/docs/15/runtime-config-client.html."""


class _Whole(Loader):
    """Reads NUMERIC, which is what PostgreSQL's sum of BIGINT is, as the integer that it is here."""

    def load(self, data: Any) -> int | float:
        text = bytes(data)
        return int(text) if text.lstrip(b"-").isdigit() else float(text)


def shown(url: URL) -> str:
    """Return a URL for people, without its password."""
    return url.render_as_string(hide_password=True)


class Seat:
    """The keeper's hold on a database: the advisory lock on a connection of its own, and the fence."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._mutex = threading.Lock()
        self._connection: psycopg.Connection | None = None
        self.fence: int | None = None
        self._lost = False

    def take(self) -> None:
        """Take the lock. Raises StateError where another keeper has it, psycopg.Error where none answers."""
        connection = psycopg.connect(**_arguments(self._url, "lock"), autocommit=True)
        try:
            self._wait_for_lock(connection)
        except BaseException:
            connection.close()
            raise
        self._connection = connection

    def _wait_for_lock(self, connection: psycopg.Connection) -> None:
        until_s = time.monotonic() + TAKE_S
        while True:
            found = connection.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
            if found is not None and found[0]:
                return
            if time.monotonic() > until_s:
                raise StateError(
                    f"Another keeper{_holder(connection)} has the database {shown(self._url)}.",
                    fix="Stop that Podium, or name another --database.",
                    code="state_in_use",
                )
            time.sleep(0.1)

    def check(self) -> None:
        """Make sure that the lock is still ours; take it again where its connection has broken.

        Raises StateError where another keeper has it by now, psycopg.Error while the server does not answer.
        """
        with self._mutex:
            if self._lost:
                raise _superseded()
            if self._connection is not None and self._alive(self._connection):
                return
            self._drop()
            self.take()

    def lose(self) -> StateError:
        """Give the database up for good: another keeper has had it since. Returns what to raise."""
        with self._mutex:
            self._lost = True
            self._drop()
        return _superseded()

    @staticmethod
    def _alive(connection: psycopg.Connection) -> bool:
        """Whether the server holds this connection, as far as its socket tells: an idle one is silent."""
        if connection.closed:
            return False
        poll = poller.poll()
        poll.register(connection.fileno(), poller.POLLIN)
        if not poll.poll(0):
            return True
        try:
            connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def _drop(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
            self._connection = None

    def release(self) -> None:
        """Give the lock back."""
        with self._mutex:
            self._drop()


def _superseded() -> StateError:
    return StateError(
        "Another keeper has taken the database; this one writes nothing any more.",
        fix="Leave one Podium running, and stop the other.",
        code="state_in_use",
    )


def _holder(connection: psycopg.Connection) -> str:
    """Return who holds the lock, in parentheses, where the server says it."""
    row = connection.execute(
        "SELECT application_name, client_addr::text FROM pg_locks JOIN pg_stat_activity USING (pid) "
        "WHERE locktype = 'advisory' AND granted AND (classid::bigint << 32) + objid::bigint = %s",
        (LOCK,),
    ).fetchone()
    return f" ({row[0]}, from {row[1] or 'this machine'})" if row is not None else ""


def _arguments(url: URL, part: str, **session: str) -> dict[str, Any]:
    """Return what psycopg connects with. What the URL's query says outranks what is set here."""
    _, given = PGDialect_psycopg().create_connect_args(url)  # type: ignore[no-untyped-call] # so they are
    options = " ".join(f"-c {key}={value}" for key, value in {**_SESSION, **session}.items())
    name = f"podium {part}, {socket.gethostname()}, pid {os.getpid()}"
    merged = {**_CONNECT, "application_name": name, **given}
    merged["options"] = f"{options} {given.get('options', '')}".strip()
    return merged


def open_records(text: str) -> Engine:
    """Take a database to write, migrated to this Podium's schema.

    Disposing of the engine gives the database back. Raises StateError where another keeper has it, where a
    newer Podium has written it or where it cannot be used, and NotReady while no server answers.
    """
    url = parse(text)
    seat = Seat(url)
    try:
        seat.take()
    except psycopg.OperationalError as error:
        raise _unreachable(url, error) from error
    except psycopg.Error as error:
        raise _unusable(url, error) from error
    engine = _engine(url, "keeper", isolation_level="READ COMMITTED")
    _fence(engine, seat)
    try:
        _check_server(engine)
        migrate(engine)
        seat.fence = _count_up(engine)
    except DBAPIError as error:
        engine.dispose()
        raise _said(url, error) from error
    except BaseException:
        engine.dispose()
        raise
    return engine


def open_for_reading(text: str) -> Engine:
    """Open a database to read, in transactions that each see one moment.

    Raises StateError when it is not one of Podium's schema, NotReady while no server answers.
    """
    url = parse(text)
    engine = _engine(url, "reader", isolation_level="REPEATABLE READ", default_transaction_read_only="on")
    try:
        check_revision(engine)
    except DBAPIError as error:
        engine.dispose()
        raise _said(url, error) from error
    except StateError:
        engine.dispose()
        raise
    return engine


def _engine(
    url: URL,
    part: str,
    *,
    isolation_level: str,
    cursor: type[psycopg.Cursor[Any]] = psycopg.Cursor,
    **session: str,
) -> Engine:
    """Return an engine; ``format`` lets rows be tuples in statements that are compiled once."""
    engine = create_engine(
        URL.create("postgresql+psycopg"),
        creator=lambda: psycopg.connect(cursor_factory=cursor, **_arguments(url, part, **session)),
        paramstyle="format",
        isolation_level=isolation_level,
        pool_pre_ping=True,
        pool_timeout=5,
    )

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, _record: object) -> None:
        connection.adapters.register_loader("numeric", _Whole)

    return engine


def _fence(engine: Engine, seat: Seat) -> None:
    """Have every transaction begin by proving that the database is ours; one that writes keeps it so."""

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        if seat.fence is None:
            return
        try:
            seat.check()
        except psycopg.OperationalError as error:
            raise OperationalError(None, None, error) from error
        reads = connection.get_execution_options().get("read_only", False)
        found = connection.exec_driver_sql(_READ_FENCE if reads else _LOCK_FENCE).scalar()
        if found != str(seat.fence):
            raise seat.lose()

    @event.listens_for(engine, "engine_disposed")
    def on_dispose(_engine: Engine) -> None:
        seat.release()


def _count_up(engine: Engine) -> int:
    """Count the fence up: transactions of earlier keepers that are under way end first, later ones fail."""
    with engine.begin() as connection:
        found = connection.exec_driver_sql(
            f"INSERT INTO meta (key, value) VALUES ('{FENCE}', '1') ON CONFLICT (key) "  # noqa: S608 - a constant
            "DO UPDATE SET value = (meta.value::bigint + 1)::text RETURNING value"
        ).scalar_one()
    return int(found)


def _check_server(engine: Engine) -> None:
    """Raise StateError for a server that cannot keep what Podium writes."""
    with engine.connect() as connection:
        version = int(connection.exec_driver_sql("SHOW server_version_num").scalar_one())
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        durable = connection.exec_driver_sql("SHOW synchronous_commit").scalar_one()
        fsync = connection.exec_driver_sql("SHOW fsync").scalar_one()
    if version < OLDEST_POSTGRES:
        raise StateError(
            f"This PostgreSQL is version {version // 10_000}, Podium needs {OLDEST_POSTGRES // 10_000}.",
            fix="Use a newer server.",
        )
    if encoding != "UTF8":
        raise StateError(
            f"The database's encoding is {encoding}.", fix="Make one with: createdb --encoding UTF8 NAME."
        )
    if durable == "off" or fsync == "off":
        raise StateError(
            "This PostgreSQL confirms what a power cut can take back "
            f"(fsync {fsync}, synchronous_commit {durable}).",
            fix="Set fsync and synchronous_commit to on, for the server and for Podium's role.",
        )


def _unreachable(url: URL, error: Exception) -> NotReady:
    return NotReady(
        f"The database {shown(url)} does not answer: {_one_line(error)}.",
        fix="Start it, or mend its address, user or password.",
    )


def _unusable(url: URL, error: Exception) -> StateError:
    return StateError(
        f"The database {shown(url)} cannot be used: {_one_line(error)}.",
        fix="Give Podium's role the rights to make and change tables in it.",
    )


def _said(url: URL, error: DBAPIError) -> NotReady | StateError:
    if isinstance(error.orig, psycopg.OperationalError):
        return _unreachable(url, error.orig)
    return _unusable(url, error.orig or error)


def _one_line(error: BaseException) -> str:
    """Return what libpq said first; what follows are hints."""
    return " ".join(str(error).strip().partition("\n")[0].split()).rstrip(".")
