"""The cases are looked at where one may be due, and only then."""

import msgspec
import pytest
from sqlalchemy import event, insert, update

from podium.adapters.records import open_records
from podium.ports.database import cases, task_identities
from tests.keeper.acting import House
from tests.keeper.samples import rows
from tests.keeper.test_inbox import CASE, OneLimit, opened

MINUTE_NS = 60 * 10**9
TASK = {
    "task_id": "task_1", "root_id": "task_1", "agent": "triage", "department": "acme/support",
    "sub": "spiffe://x", "details": "[]", "state": "killed",
    "started_ns": 0, "until_ns": 1, "token_until_ns": 1, "changed_ns": 1,
}  # fmt: skip


@pytest.fixture
def house(tmp_path, clock, place_records):
    place_records(tmp_path)
    engine = open_records(tmp_path)
    yield House(engine, clock, tmp_path, limits=OneLimit())
    engine.dispose()


def looks(house, seconds=3):
    """Return how often the keeper asks the database for cases in so many seconds."""
    made = []

    def count(*arguments):
        made.append(arguments[2])

    event.listen(house.engine, "before_cursor_execute", count)
    for _ in range(seconds):
        house.acts.each_second()
    event.remove(house.engine, "before_cursor_execute", count)
    return len([it for it in made if "FROM cases" in it])


def test_nothing_is_asked_while_nothing_happens(house, clock):
    """An open case costs a look when something was written, and none after it until it is due."""
    opened(house, after_ns=10 * MINUTE_NS)
    assert looks(house)
    clock.now_ns += 9 * MINUTE_NS
    looks(house)  # breakers have looked for something to learn
    assert looks(house) == 0
    clock.now_ns += MINUTE_NS
    assert looks(house, 1)
    assert [row["state"] for row in rows(house.engine, cases)] == ["expired"]
    looks(house)  # its end was written
    assert looks(house) == 0


def test_whatever_is_written_is_looked_at(house, clock):
    """A case that asks about a task that is over is closed though no time has come."""
    case = opened(house, msgspec.structs.replace(CASE, kind="audit.failed"))
    looks(house)
    assert looks(house) == 0
    with house.engine.begin() as connection:
        connection.execute(update(cases).values(task_id="task_1"))
        connection.execute(insert(task_identities).values(TASK))
    house.acts.each_second()
    assert [(row["id"], row["state"]) for row in rows(house.engine, cases)] == [(case.id, "expired")]


def test_a_look_that_fails_is_made_again(house, monkeypatch):
    """Nothing is taken for seen before the look at it has ended well."""
    opened(house)
    with monkeypatch.context() as broken:
        broken.setattr(house.acts.inbox, "escalating", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            house.acts.each_second()
    assert looks(house)
    assert looks(house) == 0
