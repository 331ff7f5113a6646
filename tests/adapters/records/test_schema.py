"""The schema's revisions."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from podium.adapters.records import HEAD, open_for_reading, open_records
from podium.adapters.records.schema import MIGRATIONS, create, known_revisions, upgrade
from podium.kernel.errors import StateError
from podium.ports.database import metadata

STRUCTURE = (
    "SELECT type, name, tbl_name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name"
)


@pytest.fixture
def memory():
    engine = create_engine("sqlite://")
    yield engine
    engine.dispose()


def structure(connection):
    tables = connection.execute(text(STRUCTURE)).all()
    columns = {
        name: sorted(tuple(row)[1:] for row in connection.execute(text(f'PRAGMA table_info("{name}")')).all())
        for kind, name, _ in tables
        if kind == "table"
    }
    indexes = {
        name: sorted(
            (
                row.unique,
                [column.name for column in connection.execute(text(f'PRAGMA index_info("{row.name}")'))],
            )
            for row in connection.execute(text(f'PRAGMA index_list("{name}")')).all()
        )
        for name in columns
    }
    return tables, columns, indexes


def test_made_at_once_is_made_by_migrations(memory):
    """A fresh database that is made at once is what all migrations together make."""
    with memory.begin() as connection:
        create(connection)
        made = structure(connection)
        stamped = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    other = create_engine("sqlite://")
    with other.begin() as connection:
        upgrade(connection)
        assert structure(connection) == made
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == stamped == HEAD
    other.dispose()


def test_migrations_make_the_tables(memory):
    """Alembic finds no difference between the migrated database and the tables of the contract."""
    with memory.begin() as connection:
        upgrade(connection)
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_head_is_the_last_revision():
    """HEAD is Alembic's head, and file names tell revisions."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD]
    assert {script.revision for script in scripts.walk_revisions()} == known_revisions()


def stamp(state, revision):
    engine = open_records(state)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    engine.dispose()


def test_a_newer_schema_is_refused(tmp_path):
    """An older Podium neither writes nor reads what a newer one has migrated, and changes nothing."""
    stamp(tmp_path, "9999")
    for opening in (open_records, open_for_reading):
        with pytest.raises(StateError, match=r"newer Podium \(schema 9999"):
            opening(tmp_path)


def test_an_older_schema_is_not_read(tmp_path):
    """A reader does not migrate: it says what to do."""
    engine = open_records(tmp_path)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM alembic_version"))
    engine.dispose()
    with pytest.raises(StateError, match=r"older Podium .* migrates the state"):
        open_for_reading(tmp_path)
