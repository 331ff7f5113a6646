"""Facets: what many rows share, said once."""

from sqlalchemy import select

from podium.keeper import facets as facets_module
from podium.keeper.facets import Facets
from podium.ports.database import FACETS, facets
from tests.keeper.samples import rows


def values(**of):
    return tuple(
        {"agent": "a", "department": "d", "route": "r", "operation": "chat", "outcome": "ok", **of}.get(name)
        for name in FACETS
    )


def test_the_same_is_one_row(engine, monkeypatch):
    """Equal values have one number, whatever is in memory and whoever asks."""
    numbers = Facets()
    with engine.begin() as connection:
        numbers.open(connection)
        first, second = numbers.number(connection, values()), numbers.number(connection, values(model="m"))
        assert numbers.number(connection, values()) == first != second
    numbers.committed()
    monkeypatch.setattr(facets_module, "MOST_KNOWN", 1)
    other = Facets()
    with engine.begin() as connection:
        other.open(connection)
        assert other.number(connection, values(model="m")) == second
        assert other.number(connection, values(model="")) == 3
    other.committed()
    with engine.begin() as connection:
        other.begin()
        assert [other.number(connection, values(model=name)) for name in (None, "m", "", "n")] == [1, 2, 3, 4]
    assert len(rows(engine, facets)) == 4


def test_what_was_rolled_back_is_not_there(engine):
    """A number that a failed transaction gave is given again, with a row of its own."""
    numbers = Facets()
    with engine.connect() as connection:
        numbers.open(connection)
        assert numbers.number(connection, values()) == 1
        connection.rollback()
    with engine.begin() as connection:
        numbers.begin()
        assert numbers.number(connection, values(agent="b")) == 1
        assert numbers.number(connection, values()) == 2
    numbers.committed()
    with engine.connect() as connection:
        assert connection.execute(select(facets.c.agent).order_by(facets.c.id)).scalars().all() == ["b", "a"]
