"""The schema's revisions."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from podium.adapters.records import HEAD
from podium.adapters.records.schema import MIGRATIONS, create, known_revisions, upgrade
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


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_migrations_make_the_tables(request, database):
    """Alembic finds no difference between the migrated database and the tables of the contract."""
    server = request.getfixturevalue("postgres") if database == "postgres" else None
    engine = create_engine(server.database() if server is not None else "sqlite://")
    with engine.begin() as connection:
        upgrade(connection)
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_head_is_the_last_revision():
    """HEAD is Alembic's head, and file names tell revisions."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [HEAD]
    assert {script.revision for script in scripts.walk_revisions()} == known_revisions()
