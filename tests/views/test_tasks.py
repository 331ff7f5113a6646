"""What is told of tasks that have an identity, from a keeper's database."""

import pytest
from sqlalchemy import Engine

from podium.cli.explain import lines
from podium.kernel.errors import NotFound
from podium.ports.acts import By, SteerTask
from podium.ports.tasks import DelegateTask
from podium.views.explain import explain
from podium.views.tasks import TaskFilters, fleet, task_detail, task_rows, task_words
from tests.keeper.acting import House
from tests.keeper.conftest import clock, engine  # noqa: F401 - fixtures
from tests.keeper.samples import HandClock
from tests.keeper.test_tasks import it, start  # noqa: F401 - a fixture, and how a task begins


def test_tasks_are_listed_newest_first(it: House, engine: Engine):  # noqa: F811 - fixtures
    """Living ones alone, unless all are asked for; one whose life is over says so though nobody ended it."""
    first, second = start(it, life_s=60), start(it)
    with engine.connect() as connection:
        rows = task_rows(connection, now_ns=it.clock.now_ns)
        assert [row.task_id for row in rows] == sorted([first.task_id, second.task_id], reverse=True)
        later_ns = it.clock.now_ns + 61_000_000_000
        assert [row.task_id for row in task_rows(connection, now_ns=later_ns)] == [second.task_id]
        everything = task_rows(connection, now_ns=later_ns, living=False)
        assert {row.task_id: row.state for row in everything} == {
            first.task_id: "expired",
            second.task_id: "running",
        }
        assert task_rows(connection, now_ns=later_ns, agent="boss") == []


def test_one_task_with_what_it_has_started(it: House, engine: Engine, clock: HandClock):  # noqa: F811 - fixtures
    """A task shows its children, and in words who it is and what was done to it."""
    parent = start(it)
    child = it.tasks.do(DelegateTask(parent.token or "", "search"))
    it.acts.do(SteerTask(By(), parent.task_id, "kill", "Enough."))
    with engine.connect() as connection:
        detail = task_detail(connection, parent.task_id, clock.now_ns)
        assert [row.task_id for row in detail.children] == [child.task_id]
        assert (detail.task.state, detail.charges, detail.cost_nano_usd) == ("killed", 0, 0)
        words = " ".join(task_words(connection, parent.task_id, clock.now_ns))
        assert parent.sub in words
        assert "chose to kill the task" in words
        assert "Reason: Enough." in words
        assert parent.task_id in " ".join(task_words(connection, child.task_id, clock.now_ns))
        assert task_words(connection, "task_none", clock.now_ns) == []
        with pytest.raises(NotFound):
            task_detail(connection, "task_none", clock.now_ns)


def test_a_task_without_calls_is_explained(it: House, engine: Engine, clock: HandClock):  # noqa: F811 - fixtures
    """What is known of a task is told before it has called anything, and what was done to it."""
    told = start(it)
    it.acts.do(SteerTask(By(), told.task_id, "pause", "Look first."))
    with engine.connect() as connection:
        story = explain(connection, told.task_id, now_ns=clock.now_ns)
        assert (story.kind, story.agent, story.charges, story.total) == ("task", "triage", [], None)
        text = "\n".join(lines(story))
        for words in ("It has called nothing.", told.sub, "it is paused", "Look first."):
            assert words in text
        assert "trace" not in text
        with pytest.raises(NotFound, match="no task task_none"):
            explain(connection, "task_none", now_ns=clock.now_ns)


def test_the_fleet_by_filters(it: House, engine: Engine, clock: HandClock):  # noqa: F811 - fixtures
    """Tasks by state, agent, department and below, and a part of the id; counts are of all that live."""
    first, second = start(it, life_s=60), start(it)
    it.acts.do(SteerTask(By(), second.task_id, "pause", "Look."))

    def ids(now_ns: int = clock.now_ns, **filters: object) -> list[str]:
        with engine.connect() as connection:
            wanted = TaskFilters(**filters)  # type: ignore[arg-type]
            return [row.task_id for row in fleet(connection, wanted, now_ns=now_ns, limit=9).rows]

    assert set(ids()) == {first.task_id, second.task_id}
    assert ids(state="paused") == ids(text=second.task_id[-6:]) == [second.task_id]
    assert set(ids(department="acme")) == set(ids(agent="triage")) == {first.task_id, second.task_id}
    assert ids(department="acm") == ids(agent="boss") == []
    later_ns = clock.now_ns + 61_000_000_000
    assert ids(later_ns) == [second.task_id]
    assert ids(later_ns, living=False, state="expired") == [first.task_id]
    with engine.connect() as connection:
        whole = fleet(connection, TaskFilters(), now_ns=clock.now_ns, limit=9)
    assert whole.use == {}
    assert "triage" in whole.agents
