"""Where the records of a state directory are: in its own SQLite file, or in a PostgreSQL that it names."""

import os
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from podium.adapters.records.sqlite import DATABASE
from podium.kernel.errors import StateError

_FIX: Final = "Write it as postgresql+psycopg://USER:PASSWORD@HOST:PORT/DATABASE."
URL_FILE: Final = "database"
"""In a state directory: the URL of the PostgreSQL that has its records, readable by the owner alone."""


def database_url(state: Path) -> str | None:
    """Return the URL of a state directory's PostgreSQL, None where its records are in SQLite."""
    try:
        return (state / URL_FILE).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StateError(f"{state / URL_FILE} cannot be read: {error}.") from error


def use_database(state: Path, url: str) -> None:
    """Have a state directory keep its records in a PostgreSQL. Raises StateError where it has a ledger.

    The URL may be another one for the same database: a new password, another address.
    """
    parse(url)
    if database_url(state) == url:
        return
    if (state / DATABASE).exists():
        raise StateError(
            f"The ledger of {state} is in SQLite already, and is not carried over.",
            fix="Begin with a new --state, or leave --database away.",
            code="database_url",
        )
    aside = state / f"{URL_FILE}.{os.getpid()}"
    try:
        state.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(aside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY | os.O_CLOEXEC, 0o600)
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(f"{url}\n")
            file.flush()
            os.fsync(file.fileno())
        aside.replace(state / URL_FILE)
    except OSError as error:
        raise StateError(
            f"{state / URL_FILE} cannot be written: {error.strerror}.", fix="Use another --state."
        ) from error


def parse(text: str) -> URL:
    """Return the URL of a PostgreSQL. Raises StateError for anything else."""
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise StateError("The database URL cannot be read.", fix=_FIX, code="database_url") from error
    if url.drivername not in {"postgresql", "postgresql+psycopg"}:
        raise StateError(
            f"A database of {url.drivername} is none that Podium knows.", fix=_FIX, code="database_url"
        )
    return url.set(drivername="postgresql+psycopg")
