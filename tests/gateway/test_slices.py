"""What a worker holds of limits, with the real authority on the other side."""

import pytest
from sqlalchemy import create_engine, insert

from podium.gateway import slices as module
from podium.gateway.slices import Slices
from podium.keeper.limits import LimitBook
from podium.ports.database import incarnations, limit_windows, metadata
from podium.spend.bounds import Bound
from tests.keeper.samples import HandClock, incarnation
from tests.keeper.test_limits_model import HOUR, TASK, snapshot

SECOND_NS = 1_000_000_000


class Worker:
    """One worker, its keeper, and an agent's calls."""

    def __init__(self) -> None:
        self.engine = create_engine("sqlite://")
        metadata.create_all(self.engine)
        with self.engine.begin() as connection:
            row = {"id": incarnation(1), "worker": "w", "pid": 1, "boot_id": "b", "started_ns": 0}
            connection.execute(insert(incarnations).values(**row, segment=1, offset=0))
        self.clock = HandClock()
        self.snapshot = snapshot(10_000)
        self.book = LimitBook(self.engine, self.clock)
        self.book.know(self.snapshot)
        self.slices = Slices(self.clock)

    def exchange(self) -> None:
        question = self.slices.question(incarnation(1))
        if question is not None:
            (answer,) = self.book.draw([question])
            self.slices.hear(question, answer, self.clock.monotonic_ns())

    def call(self, cost: int = 100) -> None:
        """Make a call that uses all of its bound."""
        agent, route, model = (
            self.snapshot.agents["triage"],
            self.snapshot.routes["r"],
            self.snapshot.models["small"],
        )
        path = self.slices.path(self.snapshot, agent, route, model)
        bound = Bound(cost // 2, cost - cost // 2, cost, None)
        taken = self.slices.take(path, "task_1", bound)
        if taken is None:
            self.slices.want(path, "task_1", bound)
            self.exchange()
            taken = self.slices.take(path, "task_1", bound)
        assert taken is not None
        taken.settle(cost_nano_usd=cost, usage=None, estimated=True)

    def idle(self) -> None:
        """Let time go by, until all has been given back."""
        self.clock.now_ns += 6 * SECOND_NS
        for _ in range(3):
            self.slices.tick()
            self.exchange()

    def free(self, limit: str) -> int:
        purses = self.slices._meters[limit].purses.values()
        return sum(it.free for purse in purses for it in purse.slices)

    def out(self, limit: str) -> int:
        with self.engine.connect() as connection:
            rows = connection.execute(limit_windows.select()).all()
        return sum(row.outstanding for row in rows if row.limit_id == limit)


@pytest.fixture
def worker():
    worker = Worker()
    yield worker
    worker.engine.dispose()


@pytest.mark.parametrize("limit", [HOUR, TASK])
def test_what_was_given_back_is_not_there_again(worker, limit):
    """A worker that has given everything back and is granted more has that, not what it had spent before."""
    for _ in range(4):
        worker.call()
        worker.idle()
        assert worker.free(limit) == 0
    worker.call()
    # the keeper has read no journal yet: what was spent is outstanding for it as well
    assert worker.free(limit) + 5 * 100 <= worker.out(limit)


def test_what_is_being_given_back_is_drawn_on_again(worker):
    """A grant that comes while a window's slices wait to be given back goes into these."""
    worker.call()
    worker.clock.now_ns += 6 * SECOND_NS
    worker.slices.tick()
    worker.call()
    assert worker.free(HOUR) + 2 * 100 <= worker.out(HOUR)
    worker.idle()
    assert worker.out(HOUR) == 200


def test_of_a_forgotten_task_nothing_is_drawn_on(worker, monkeypatch):
    """Tasks that are too many are forgotten; what was granted of one before is not trusted then."""
    monkeypatch.setattr(module, "REMEMBERED", 0)
    worker.call()
    worker.idle()
    with pytest.raises(AssertionError):
        worker.call()
    assert worker.free(TASK) <= 0
    worker.call()
    assert worker.free(TASK) + 2 * 100 <= worker.out(TASK)


def test_windows_that_have_ended_are_forgotten(worker):
    """Nothing is remembered of a window for longer than grants on it can come."""
    worker.call()
    known = len(worker.slices._known)
    worker.clock.now_ns += 26 * 3600 * SECOND_NS
    for _ in range(2):
        worker.idle()
        worker.clock.now_ns += module.FORGET_NS
    assert len(worker.slices._known) == known - 2  # of the task, and of the organisation
