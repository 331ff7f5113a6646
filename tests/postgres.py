"""A real PostgreSQL, started by the tests in a folder of its own, as a user that is not root."""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from podium.adapters.records.schema import HEAD, VERSION_TABLE, metadata
from tests.app.running import free_port

PASSWORD = "not-a-secret"
_numbers = itertools.count(1)


_ANEW = "DROP SCHEMA public CASCADE; CREATE SCHEMA public; GRANT USAGE ON SCHEMA public TO public"
_EMPTY = f"""
SET session_replication_role = replica;
DO $$
DECLARE name text;
BEGIN
    FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
        AND relname <> '{VERSION_TABLE}' AND pg_relation_size(oid) > 0
    LOOP EXECUTE format('DELETE FROM public.%I', name); END LOOP;
    FOR name IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL
    LOOP PERFORM setval(format('public.%I', name), 1, false); END LOOP;
END $$
"""
"""A twentieth of what it costs to make the tables again."""
_COLUMNS = """
SELECT relname, attname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v', 'm', 'f', 'p') AND attnum > 0
    AND NOT attisdropped
"""
"""What information_schema.columns says, in a third of its time."""
_SMALL_BYTES = 16 << 20
"""A database that has not grown: what is deleted leaves its room behind."""


def _is_ours(connection: psycopg.Connection) -> bool:
    """Whether a database has this Podium's tables and nothing else, so that it need only be emptied."""
    columns = {(table.name, column.name) for table in metadata.tables.values() for column in table.columns}
    found = connection.execute(_COLUMNS).fetchall()
    if set(found) != columns | {(VERSION_TABLE, "version_num")}:
        return False
    size = connection.execute("SELECT pg_database_size(current_database())").fetchone()
    version = connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchall()
    return version == [(HEAD,)] and size is not None and size[0] < _SMALL_BYTES


def binaries() -> Path | None:
    """Where initdb and postgres are: on the PATH, or where Debian keeps them."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return next((place for place in places if (place / "initdb").exists()), None)


def why_not() -> str | None:
    """Why no server can be started here, None where one can."""
    if binaries() is None:
        return "there is no PostgreSQL here: scripts/setup test installs it, or apt-get install postgresql"
    if shutil.which("setpriv") is None:
        return "there is no setpriv here (util-linux)"
    return None


@contextmanager
def running() -> Iterator["Postgres"]:
    """Run a server. One that is stopped syncs all its files, of which one that is shared has thousands."""
    reason = why_not()
    if reason is not None:
        pytest.skip(reason)
    server = Postgres()
    try:
        yield server
    finally:
        server.close()


class Postgres:
    """One server. It syncs as in production, and ends with this process."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="podium-pg-"))
        self.host, self.port = host, free_port()
        self._process: subprocess.Popen[bytes] | None = None
        self.bare = False  # whether databases are to be without tables, for tests of how those are made
        self._free: list[str] = []
        self._used: list[str] = []
        self._asks: psycopg.Connection | None = None
        self._as: list[str] = ["setpriv"]
        if os.getuid() == 0:
            user = pwd.getpwnam("nobody")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self._as += [f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
        (self.folder / "password").write_text(PASSWORD)
        (self.folder / "password").chmod(0o644)
        # Only the tests themselves, whose connections are many, come by the socket in a folder of theirs.
        initdb = ["initdb", "-D", "data", "-U", "podium", "--auth-local=trust", "--pwfile=password"]
        initdb.append("--auth-host=scram-sha-256")
        self._run(*initdb, "--locale=C", "--encoding=UTF8", "--no-sync", "--no-instructions")
        self.start()

    def _command(self, program: str, *arguments: str) -> list[str]:
        place = binaries()
        assert place is not None
        return [*self._as, str(place / program), *arguments]

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            self._command(program, *arguments), cwd=self.folder, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        """Start it, from the main thread: the server ends with the thread that has started it."""
        self.launch()
        self.wait()

    def launch(self) -> None:
        """Start it, without waiting until it answers."""
        settings = {
            "listen_addresses": self.host,
            "port": self.port,
            "unix_socket_directories": str(self.folder),
            "fsync": "on",
            "shared_buffers": "16MB",
            "autovacuum": "off",
        }
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        command = self._command("postgres", "-D", "data", *options)
        command[1:1] = ["--pdeathsig", "SIGQUIT"]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(command, cwd=self.folder, stdout=log, stderr=log)

    def wait(self) -> None:
        """Wait until it answers."""
        until = time.monotonic() + 200  # after a crash it syncs every file first
        while True:
            try:
                psycopg.connect(self.url("postgres", driver="postgresql"), connect_timeout=2).close()
            except psycopg.OperationalError:
                assert self._process is not None
                assert self._process.poll() is None, (self.folder / "log").read_text()
                assert time.monotonic() < until, (self.folder / "log").read_text()
                time.sleep(0.05)
            else:
                return

    def stop(self, number: signal.Signals = signal.SIGINT) -> None:
        """Stop it: SIGINT cuts every session in good order, SIGQUIT is a crash."""
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(200)  # it syncs everything before it ends
            self._process = None

    def send(self, number: signal.Signals) -> None:
        """Send a signal to every process of the server: SIGSTOP makes it hang without a word."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        for pid in (self._process.pid, *map(int, children)):
            os.kill(pid, number)

    def url(self, database: str, *, driver: str = "postgresql+psycopg", port: int | None = None) -> str:
        return f"{driver}://podium:{PASSWORD}@{self.host}:{port or self.port}/{database}"

    def sql(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        with psycopg.connect(self.url(database, driver="postgresql"), autocommit=True) as connection:
            cursor = connection.execute(statement)  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def _own(self, database: str) -> psycopg.Connection:
        """Return a new connection of the tests' own: by the socket, where nobody hashes a password."""
        where = f"host={self.folder} port={self.port} user=podium dbname={database}"
        return psycopg.connect(where, autocommit=True)

    def _ask(self, statements: str) -> None:
        """Run statements on the connection that is kept, a new one where the server has ended the last."""
        if self._asks is None or self._asks.closed:
            self._asks = self._own("postgres")
        try:
            self._asks.execute(statements.encode())
        except psycopg.OperationalError:
            self._asks.close()
            self._asks = self._own("postgres")
            self._asks.execute(statements.encode())

    def database(self, *, port: int | None = None) -> str:
        """Return the URL of a database without rows; it has its tables where an earlier test made them."""
        if self._free:
            name = self._free.pop()
            if self.bare:
                self.sql(_ANEW, name)
        else:
            name = f"podium_{next(_numbers)}"
            self.sql(f"CREATE DATABASE {name}")
        self._used.append(name)
        return self.url(name, port=port)

    def reclaim(self) -> None:
        """Empty the databases that were made, for the next test: a new one costs hundreds of files."""
        while self._used:
            name = self._used.pop()
            self._ask(
                f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}';"
                f"ALTER DATABASE {name} RESET ALL"
            )
            with self._own(name) as connection:
                connection.execute(_EMPTY if _is_ours(connection) else _ANEW)
            self._free.append(name)

    def close(self) -> None:
        if self._asks is not None:
            self._asks.close()
        self.stop(signal.SIGQUIT)
        shutil.rmtree(self.folder, ignore_errors=True)
