"""A state directory with its database."""

import pytest

from podium.adapters.records import open_records
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
