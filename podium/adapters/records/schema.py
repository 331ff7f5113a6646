"""The schema's revision: a fresh database is made whole at once, an older one is migrated, a newer refused.

Alembic is imported only where there is something to migrate, because a keeper must be ready soon. A test
proves that making the tables at once and running every migration give the same schema.
"""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Engine, inspect, text

import podium.ports.aggregates
import podium.ports.audit_tables
import podium.ports.fleet_tables
import podium.ports.pipeline_tables
import podium.ports.process_tables
import podium.ports.span_tables
import podium.ports.step_tables
import podium.ports.tool_tables  # noqa: F401 - likewise
from podium.kernel.errors import StateError
from podium.ports.database import metadata

HEAD: Final = "0026"
"""The revision of `ports.database`'s tables."""
MIGRATIONS: Final = Path(__file__).parent / "migrations"
VERSION_TABLE: Final = "alembic_version"


def known_revisions() -> frozenset[str]:
    """Return the revisions that this Podium knows: a migration's file name starts with its revision."""
    return frozenset(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def revision(connection: Connection) -> str | None:
    """Return the database's revision, None where it has no schema yet."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()  # noqa: S608 - a constant
    return found


def migrate(engine: Engine) -> None:
    """Bring the database to HEAD in one transaction. Raises StateError when a newer Podium has written it."""
    with engine.begin() as connection:
        found = revision(connection)
        if found == HEAD:
            return
        if found is None and not inspect(connection).get_table_names():
            create(connection)
            return
        _refuse_newer(found)
        upgrade(connection)


def create(connection: Connection) -> None:
    """Make every table at once and stamp the database with HEAD."""
    metadata.create_all(connection, checkfirst=False)
    connection.execute(
        text(
            f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL, "
            f"CONSTRAINT {VERSION_TABLE}_pkc PRIMARY KEY (version_num))"
        )
    )
    connection.execute(
        text(f"INSERT INTO {VERSION_TABLE} (version_num) VALUES (:head)"),  # noqa: S608 - a constant
        {"head": HEAD},
    )


def upgrade(connection: Connection, to: str = HEAD) -> None:
    """Run Alembic's migrations on the connection, inside its transaction."""
    from alembic import command  # noqa: PLC0415 - a third of a second that most starts do not need
    from alembic.config import Config  # noqa: PLC0415 - slow to import

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)


def check_revision(engine: Engine) -> None:
    """Make sure that a reader knows the schema that it finds. Raises StateError where it does not."""
    with engine.connect() as connection:
        found = revision(connection)
    if found == HEAD:
        return
    _refuse_newer(found)
    raise StateError(
        f"The state was written by an older Podium (schema {found or 'none'}, this one reads {HEAD}).",
        fix="Start this Podium once (podium up; stop an older one that runs first): it migrates the state.",
    )


def _refuse_newer(found: str | None) -> None:
    if found is not None and found not in known_revisions():
        raise StateError(
            f"The state was written by a newer Podium (schema {found}, this one knows up to {HEAD}).",
            fix="Start the newer Podium, or name another --state.",
        )
