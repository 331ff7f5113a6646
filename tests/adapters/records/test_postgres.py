"""What PostgreSQL needs that SQLite does not: one keeper at a time, over a network."""

import signal
import threading

import pytest
from sqlalchemy import insert, select
from sqlalchemy.exc import OperationalError

from podium.adapters.records import open_for_reading, postgres, use_database
from podium.adapters.records.postgres import open_records
from podium.kernel.errors import NotReady, StateError
from podium.ports.database import meta
from tests import postgres as server


@pytest.fixture
def url(postgres):
    return postgres.database()


@pytest.fixture(scope="module")
def postgres_server():
    """A server that may be stopped."""
    with server.running() as it:
        yield it


@pytest.fixture(autouse=True)
def _patient(monkeypatch):
    """A lock is free when the server has noticed that its session ended, however busy the machine is."""
    monkeypatch.setattr(postgres, "TAKE_S", 60)


def refused(act, *given, words="Another keeper"):
    """Do what takes a database that another keeper has and keeps."""
    with pytest.MonkeyPatch.context() as soon:
        soon.setattr(postgres, "TAKE_S", 0.2)
        with pytest.raises(StateError, match=words):
            act(*given)


def end_sessions(server, part):
    """The server ends the sessions of a part of Podium, as it does when it has not heard of it for long."""
    found = server.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        f"WHERE application_name LIKE 'podium {part},%' AND pid <> pg_backend_pid()"
    )
    assert found


def keys(engine):
    with engine.connect() as connection:
        return connection.execute(select(meta.c.key).order_by(meta.c.key)).scalars().all()


def put(engine, key):
    with engine.begin() as connection:
        connection.execute(insert(meta).values(key=key, value="1"))


def test_a_second_keeper_says_who_has_it(url):
    """While a keeper has a database no other can write it; the next one can when it ends."""
    first = open_records(url)
    refused(open_records, url, words=r"Another keeper \(podium lock, .*pid \d+, from 127")
    put(first, "a")
    first.dispose()
    second = open_records(url)
    assert keys(second) == ["a", "fence"]
    second.dispose()


def test_an_old_keeper_writes_nothing(postgres, url):
    """A keeper whose lock was given to another can neither write nor read, whatever connection it has."""
    old = open_records(url)
    put(old, "a")
    end_sessions(postgres, "lock")
    new = open_records(url)
    refused(put, old, "b")
    new.dispose()
    with pytest.raises(
        StateError, match="Another keeper has taken"
    ):  # its lock is free again, its time is over
        put(old, "b")
    with pytest.raises(StateError, match="Another keeper has taken"):
        keys(old)
    again = open_records(url)
    assert keys(again) == ["a", "fence"]
    again.dispose()
    old.dispose()


def test_what_is_under_way_ends_first(postgres, url):
    """A new keeper waits for what the old one has under way, and sees it."""
    old, opened = open_records(url), []
    with old.begin() as connection:
        connection.execute(insert(meta).values(key="a", value="1"))
        end_sessions(postgres, "lock")
        opening = threading.Thread(target=lambda: opened.append(open_records(url)))
        opening.start()
        opening.join(0.5)
        assert not opened
    opening.join()
    assert keys(opened[0]) == ["a", "fence"]
    refused(put, old, "b")
    old.dispose()
    opened[0].dispose()


def test_a_lock_that_was_lost_is_taken_again(postgres, url):
    """A keeper whose sessions end goes on where no other has come, and keeps others out as before."""
    engine = open_records(url)
    put(engine, "a")
    end_sessions(postgres, "lock")
    end_sessions(postgres, "keeper")
    put(engine, "b")
    refused(open_records, url)
    assert keys(engine) == ["a", "b", "fence"]
    engine.dispose()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT])
def test_a_server_that_starts_again(postgres, url, number):
    """Stopped or crashed, the server is what fails; when it is back everything committed is there."""
    engine, reader = open_records(url), open_for_reading_url(url)
    put(engine, "a")
    postgres.stop(number)
    try:
        with pytest.raises(OperationalError):
            put(engine, "b")
        with pytest.raises(NotReady, match="does not answer"):
            open_records(url)
        with pytest.raises(NotReady, match="does not answer"):
            open_for_reading_url(url)
    finally:
        postgres.start()
    put(engine, "c")
    assert keys(reader) == keys(engine) == ["a", "c", "fence"]
    engine.dispose()
    reader.dispose()


def open_for_reading_url(url):
    return postgres.open_for_reading(url)


def test_sums_are_integers(url):
    """Money is integers, sums of it included."""
    engine = open_records(url)
    with engine.connect() as connection:
        found = connection.exec_driver_sql("SELECT sum(v) FROM (VALUES (9007199254740993::bigint)) AS t(v)")
        assert repr(found.scalar()) == "9007199254740993"
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://u:secret@127.0.0.1:1/p", "does not answer"),
        ("mysql://u:secret@127.0.0.1/p", "none that Podium knows"),
        ("no url", "cannot be read"),
    ],
)
def test_a_database_that_is_none(url, words):
    """An address that leads nowhere is refused in words that have no password."""
    with pytest.raises((StateError, NotReady), match=words) as caught:
        open_records(url)
    assert "secret" not in str(caught.value)


def test_a_server_that_forgets(postgres, url):
    """A server that confirms what a power cut takes back is refused."""
    postgres.sql(f"ALTER DATABASE {url.rpartition('/')[2]} SET synchronous_commit = off")
    with pytest.raises(StateError, match="power cut"):
        open_records(url)


def test_a_role_without_rights(postgres, url):
    """A role that may make no tables is told so."""
    postgres.sql("DROP ROLE IF EXISTS guest; CREATE ROLE guest LOGIN PASSWORD 'guest'")
    with pytest.raises(StateError, match=r"permission denied.*rights"):
        open_records(url.replace(f"podium:{server.PASSWORD}", "guest:guest"))


def test_a_state_remembers_its_database(tmp_path, url):
    """Named once, a database is found by every verb; a ledger in SQLite is not left behind."""
    use_database(tmp_path, url)
    assert (tmp_path / "database").stat().st_mode & 0o777 == 0o600
    open_records(url).dispose()
    open_for_reading(tmp_path).dispose()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "podium.db").touch()
    with pytest.raises(StateError, match="in SQLite already"):
        use_database(tmp_path / "other", url)
