"""What all tests share."""

import gc
import signal
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import httpx2
import pytest
from hypothesis import settings

from podium.adapters.records import sqlite
from tests import postgres as server
from tests.authorities import read_when_needed
from tests.statements import share_compiled

# A busy machine is not a fault: no property has to hold, and no request be answered, within a time.
# Nor is chance: examples are the same in every run; --hypothesis-profile=seek looks for others.
settings.register_profile("podium", deadline=None, derandomize=True)
settings.register_profile("seek", deadline=None)
settings.load_profile("podium")
share_compiled()
read_when_needed()

for client in (httpx, httpx2):
    default = client._config.DEFAULT_TIMEOUT_CONFIG
    default.connect = default.read = default.write = default.pool = 120.0

# What is run in the background of a script ignores Ctrl-C, and so would all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A database in a test's own process need not outlive a power cut, so no commit of it waits for the disk.
_DURABLE = sqlite.SYNCHRONOUS
sqlite.SYNCHRONOUS = "OFF"

# What is imported and collected lives to the end: searching it for garbage, again and again, finds none.
gc.disable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests that share what is dear go to one process."""
    from tests.spread import Spread  # noqa: PLC0415 - only who spreads them has it

    return Spread(config, log) if config.getvalue("dist") == "loadfile" else None


def pytest_collection_finish() -> None:
    """From here on garbage is collected, of what the tests make."""
    gc.freeze()
    gc.enable()


@pytest.fixture
def durable(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite's commits wait for the disk, as they do in production."""
    monkeypatch.setattr(sqlite, "SYNCHRONOUS", _DURABLE)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[server.Postgres]:
    """A real PostgreSQL, started when the first test asks for it."""
    with server.running() as it:
        yield it


@pytest.fixture
def postgres(postgres_server: server.Postgres) -> Iterator[server.Postgres]:
    """The real PostgreSQL; databases that a test makes in it are empty when the next one gets them."""
    yield postgres_server
    postgres_server.reclaim()


@pytest.fixture(params=["sqlite", "postgres"])
def place_records(request: pytest.FixtureRequest) -> Callable[[Path], None]:
    """Decide where a state directory keeps its records: a test that asks for it runs on both databases."""
    return _placed(request, "postgres")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def place_records_once(request: pytest.FixtureRequest) -> Callable[[Path], None]:
    """Decide it for a whole module whose tests change nothing that another one of them sees."""
    return _placed(request, "postgres_server")


def _placed(request: pytest.FixtureRequest, server_fixture: str) -> Callable[[Path], None]:
    def in_sqlite(_state: Path) -> None:
        """A state directory keeps its records in SQLite where it does not say otherwise."""

    def in_postgres(state: Path) -> None:
        state.mkdir(parents=True, exist_ok=True)
        (state / "database").write_text(running.database())

    if request.param == "sqlite":
        return in_sqlite
    running: server.Postgres = request.getfixturevalue(server_fixture)
    return in_postgres
