"""The records: ledger, snapshots, credentials, in one database that the keeper alone writes.

A state directory says where they are: in its own SQLite file, or in the PostgreSQL that its file ``database``
names. Readers never wait for the writer and the writer never for them, and what the keeper has confirmed
survives a power cut.
"""

from pathlib import Path

from sqlalchemy import Engine

from podium.adapters.records import sqlite
from podium.adapters.records.place import URL_FILE, database_url, use_database
from podium.adapters.records.schema import HEAD, migrate
from podium.adapters.records.sqlite import DATABASE

__all__ = [
    "DATABASE",
    "HEAD",
    "URL_FILE",
    "database_url",
    "migrate",
    "open_for_reading",
    "open_records",
    "use_database",
]


def open_records(state: Path) -> Engine:
    """Open the records of a state directory to write, migrated to this Podium's schema.

    Raises StateError when they cannot be used, when a newer Podium has written them or another keeper has
    them, and NotReady where trying again may help.
    """
    url = database_url(state)
    if url is None:
        return sqlite.open_records(state)
    from podium.adapters.records import postgres  # noqa: PLC0415 - slow to import

    return postgres.open_records(url)


def open_for_reading(state: Path) -> Engine:
    """Open the records of a state directory to read, while a keeper may be writing them.

    Raises StateError when there are none, or their schema is not this Podium's; NotReady while no server
    answers.
    """
    url = database_url(state)
    if url is None:
        return sqlite.open_for_reading(state)
    from podium.adapters.records import postgres  # noqa: PLC0415 - slow to import

    return postgres.open_for_reading(url)
