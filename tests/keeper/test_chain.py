"""The writer of the chain, with real keys and a real database."""

import pytest
from sqlalchemy import delete, update

from podium.keeper.chain import Chain
from podium.kernel.errors import Forbidden, StateError
from podium.ports.acts import AddUser, By, RotateKey
from podium.ports.database import chain
from tests.keeper.acting import House


@pytest.fixture
def house(engine, clock, tmp_path):
    house = House(engine, clock, tmp_path)
    for name in ("ann", "bob", "eve"):
        house.acts.do(AddUser(By(), name, ("viewer",)))
    return house


def test_each_row_is_signed(house):
    """What was written verifies with the public key alone, and every row has its checkpoint."""
    verdict = house.verdict()
    assert (verdict.fault, verdict.rows, verdict.checkpoints) == (None, 5, 5)


def test_what_fails_leaves_no_row(house, engine):
    """A row belongs to its act's transaction."""
    with engine.connect() as connection:
        house.chain.append(connection, kind="x", actor="ann")
        connection.rollback()
    assert len(house.rows()) == 5
    house.acts.do(AddUser(By(), "dan", ("viewer",)))
    assert house.verdict().fault is None


def test_tampering_with_the_database_shows(house, engine):
    """An edit and a deletion in the table are found at their row."""
    with engine.begin() as connection:
        connection.execute(update(chain).where(chain.c.seq == 4).values(actor="ann"))
    assert house.verdict().fault.seq == 4
    with engine.begin() as connection:
        connection.execute(delete(chain).where(chain.c.seq == 3))
    assert house.verdict().fault.seq == 3


def test_a_key_is_rotated(house, engine, clock, tmp_path):
    """The next key signs from then on, a restart finds it, and whoever has the first one believes it."""
    first = house.keys.public_keys()
    with pytest.raises(Forbidden):
        house.acts.do(RotateKey(house.user("otto", "operator")))
    new = house.acts.do(RotateKey(By())).id
    house.acts.do(AddUser(By(), "dan", ("viewer",)))
    again = House(engine, clock, tmp_path)
    again.acts.do(AddUser(By(), "fay", ("viewer",)))
    assert len(house.keys.public_keys()) == 2
    assert again.verdict(first).fault is None
    assert again.verdict({new: house.keys.public_keys()[new]}).fault.seq == 1


def test_a_lost_key_shows(house, engine, clock, tmp_path):
    """A chain whose key is gone goes on, and a verification says where nobody speaks for the new one."""
    first = house.keys.public_keys()
    for path in (tmp_path / "keys").glob("*.pem"):
        path.unlink()
    again = House(engine, clock, tmp_path)
    fault = again.verdict(first).fault
    assert fault.seq == 6
    assert "no trusted key speaks" in fault.what


def test_keys_are_their_owners_alone(house, tmp_path):
    """Private keys are files of mode 0600, and what is no key is refused by its name."""
    (path,) = (tmp_path / "keys").glob("*.pem")
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_text("nonsense")
    with pytest.raises(StateError, match="holds no key"):
        house.keys.find(path.stem.removeprefix("evidence-"))


def test_a_chain_is_opened_first(engine, clock, tmp_path, house):
    """Nothing is written without a key."""
    with pytest.raises(StateError, match="not open"), engine.begin() as connection:
        Chain(house.keys, clock).append(connection, kind="x", actor="ann")
