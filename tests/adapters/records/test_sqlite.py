"""The SQLite engines."""

import stat

import pytest
from sqlalchemy import text

from podium.adapters.records import DATABASE, open_for_reading, open_records
from podium.kernel.errors import StateError


@pytest.fixture
def writer(tmp_path, durable):
    engine = open_records(tmp_path)
    yield engine
    engine.dispose()


def pragma(connection, name):
    return connection.execute(text(f"PRAGMA {name}")).scalar()


def test_how_it_is_opened(tmp_path, writer):
    """Write-ahead log, every commit synced, foreign keys checked, readable by the owner alone."""
    with writer.connect() as connection:
        assert pragma(connection, "journal_mode") == "wal"
        assert pragma(connection, "synchronous") == 2
        assert pragma(connection, "foreign_keys") == 1
        assert pragma(connection, "busy_timeout") == 5_000
    assert stat.S_IMODE((tmp_path / DATABASE).stat().st_mode) == 0o600


def test_a_new_state_directory_is_private(tmp_path):
    """A state directory that Podium makes is its owner's alone."""
    open_records(tmp_path / "deep" / "state").dispose()
    assert stat.S_IMODE((tmp_path / "deep" / "state").stat().st_mode) == 0o700


def test_a_name_that_a_uri_would_misread(tmp_path):
    """A state directory may have any name."""
    state = tmp_path / "a?b#c%20 d"
    open_records(state).dispose()
    open_for_reading(state).dispose()


def test_no_state(tmp_path):
    """Where there is no state, a reader says how to begin one, and makes none."""
    with pytest.raises(StateError, match="podium up"):
        open_for_reading(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_used(tmp_path):
    """A state that is a file is refused in words."""
    (tmp_path / "file").touch()
    with pytest.raises(StateError, match="cannot be opened"):
        open_records(tmp_path / "file" / "state")


def test_a_file_that_is_no_database(tmp_path):
    """A file that SQLite cannot read is refused in words, by writer and reader."""
    (tmp_path / DATABASE).write_bytes(b"no database " * 1000)
    for opening in (open_records, open_for_reading):
        with pytest.raises(StateError, match="not a database"):
            opening(tmp_path)
