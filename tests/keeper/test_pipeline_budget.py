"""The budget of a pipeline's run: one limit over all its tasks and theirs, in every worker."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from podium.keeper.limits import LimitBook
from podium.ports.acts import SteerTask
from podium.ports.database import limit_windows, slices
from podium.ports.fleet_tables import task_runs
from podium.ports.link import Draw, Want
from podium.ports.runs import Claimed, ClaimRun, QueueTask
from podium.spend.limits import run_limit
from podium.trust.credentials.identity import Claims
from tests.keeper.conftest import clock, engine, tail  # noqa: F401 - fixtures
from tests.keeper.samples import hello, incarnation
from tests.keeper.test_pipelines import OWNER, RUNNER, Works, works  # noqa: F401 - a fixture
from tests.keeper.test_runs import claims

BUDGET = 2 * 10**9
WORKERS = 3


def claimed(works: Works, task_id: str) -> Claims:  # noqa: F811 - a fixture
    told = works.house.acts.do_run(ClaimRun(RUNNER, task_id))
    assert isinstance(told, Claimed)
    return claims(works.house, told.token)


def below(works: Works, parent_id: str, **wish: object) -> str:  # noqa: F811 - a fixture
    """Have a task start another one; return its id."""
    asked = QueueTask(OWNER, "helper", "More.", parent_id=parent_id, **wish)  # type: ignore[arg-type]
    return works.house.acts.do_run(asked).task_id  # type: ignore[union-attr]


def reviewing(works: Works) -> tuple[str, dict[str, str]]:  # noqa: F811 - a fixture
    """Have a run whose two reviews wait; return its root, and their tasks."""
    run = works.start()
    works.end("build/-1.1", result={"version": 7})
    return run.root_id, works.queued()


def test_every_task_of_a_run_draws_on_the_budget_of_its_root(works: Works) -> None:  # noqa: F811 - a fixture
    """Steps, what they start, and what that starts, however they came about; one that a person gives the root
    later is in the orders, for all of them."""
    root_id, reviews = reviewing(works)
    tree = list(reviews.values())
    for task_id in list(tree):
        assert dict(claimed(works, task_id).budgets)[root_id] == BUDGET
        tree.append(below(works, task_id, budget_nano_usd=10 * BUDGET))
        assert dict(claimed(works, tree[-1]).budgets)[root_id] == BUDGET
        tree.append(below(works, tree[-1]))
        found = claimed(works, tree[-1])
        assert (found.root, dict(found.budgets)[root_id]) == (root_id, BUDGET)
    works.house.acts.do(SteerTask(OWNER, root_id, "limit", "It is enough.", amount_nano_usd=BUDGET // 2))
    assert works.house.acts.runs.budget(root_id) == BUDGET // 2


drawing = st.tuples(
    st.integers(1, WORKERS), st.booleans(), st.integers(1, BUDGET // 2), st.integers(0, BUDGET // 4)
)


@pytest.fixture
def drawn(works: Works, tail, tmp_path) -> tuple[Works, str, list[str]]:  # noqa: F811 - fixtures
    """A run whose two reviews wait, and workers that draw."""
    root_id, reviews = reviewing(works)
    for number in range(1, WORKERS + 1):
        (tmp_path / "journals" / incarnation(number)).mkdir(parents=True)
        tail.register(hello(number))
    return works, root_id, list(reviews.values())


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(draws=st.lists(drawing, min_size=1, max_size=12), cut=st.integers(1, BUDGET))
def test_no_number_of_workers_and_tasks_passes_it(drawn, draws, cut) -> None:
    """Whichever tasks of the tree ask, in whichever workers: what is out never passes the budget, nor does
    anything go out beyond what a person makes of it in the middle; what is refused would have passed it."""
    works, root_id, tasks = drawn  # noqa: F811 - no fixture here
    house, limit, amount = works.house, run_limit(root_id, BUDGET).id, BUDGET
    granted: dict[int, int] = {}
    with house.engine.begin() as connection:
        for table in (slices, limit_windows):
            connection.execute(delete(table))
        connection.execute(update(task_runs).values(budget_nano_usd=BUDGET))
    book = LimitBook(house.engine, house.clock)
    book.run_budget = house.acts.runs.budget
    for at, (number, first, need, more) in enumerate(draws):
        if at == len(draws) // 2:
            house.acts.do(SteerTask(OWNER, root_id, "limit", "It is enough.", amount_nano_usd=cut))
            amount = cut
        want = Want(limit, need, need + more, 3, tasks[first])
        (grant,) = book.draw([Draw(incarnation(number), (want,))])[0].grants
        if grant.slice:
            assert grant.granted - granted.get(grant.slice, 0) >= need
            granted[grant.slice] = grant.granted  # in all
            assert sum(granted.values()) <= amount
        else:
            assert sum(granted.values()) + need > amount
    with house.engine.connect() as connection:
        query = select(limit_windows.c.outstanding).where(limit_windows.c.limit_id == limit)
        assert connection.execute(query).scalar() == (sum(granted.values()) if granted else 0)
