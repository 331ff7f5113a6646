"""A state directory with its database, and a tail on it."""

import pytest

from podium.adapters.records import open_records
from podium.keeper.tail import Tail
from tests.keeper.samples import HandClock


@pytest.fixture
def clock():
    return HandClock()


@pytest.fixture
def engine(tmp_path, place_records):
    place_records(tmp_path)
    engine = open_records(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def tail(tmp_path, engine, clock):
    tail = Tail(tmp_path, engine, clock)
    tail.open()
    yield tail
    tail.close()
