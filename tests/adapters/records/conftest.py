"""Here tables are made, so no database has them from an earlier test."""

from collections.abc import Iterator

import pytest

from tests.postgres import Postgres


@pytest.fixture
def postgres(postgres: Postgres) -> Iterator[Postgres]:
    postgres.bare = True
    yield postgres
    postgres.bare = False
