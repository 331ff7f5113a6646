from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from podium.fleet.queueing import ALL, Ceilings, Waiting, ceilings, decide_next
from podium.manifest.runs import RunRow
from podium.manifest.snapshot import (
    AgentRow,
    Candidate,
    DepartmentRow,
    ModelRow,
    ProviderRow,
    RouteRow,
    Snapshot,
)

AGENTS = {"reviewer": "acme/engineering", "triage": "acme/support", "search": "acme/support/desk"}


def snapshot() -> Snapshot:
    departments = {
        "acme": DepartmentRow("acme", None, "acme", concurrency=6),
        "engineering": DepartmentRow("engineering", "acme", "acme/engineering"),
        "support": DepartmentRow("support", "acme", "acme/support", concurrency=3),
        "desk": DepartmentRow("desk", "support", "acme/support/desk"),
    }
    agents = {
        name: AgentRow(
            name,
            path.rpartition("/")[2],
            path,
            frozenset({"chat"}),
            run=RunRow(("true",), concurrency=2 if name == "search" else None),
        )
        for name, path in AGENTS.items()
    }
    provider = ProviderRow("p", "openai", "http", "localhost", 1, "/v1", concurrency=5)
    model = ModelRow("m", "p", "m", None, None, None)
    route = RouteRow("chat", "chat", (Candidate("m"),))
    return Snapshot(1, "d", "acme", {"p": provider}, {"m": model}, {"chat": route}, departments, agents)


WITHIN = ceilings(snapshot(), 7)
runs = st.lists(
    st.builds(
        lambda agent, priority, at: (agent, priority, at),
        st.sampled_from(sorted(AGENTS)),
        st.integers(-1, 1),
        st.integers(0, 5),
    ),
    max_size=12,
)


def made(found: list[tuple[str, int, int]], prefix: str = "t") -> list[Waiting]:
    return [
        Waiting(f"{prefix}{number:02d}", agent, AGENTS[agent], priority, at)
        for number, (agent, priority, at) in enumerate(found)
    ]


def test_the_limits_of_manifests():
    """Departments, agents and providers each say how many; an agent's providers are those of its routes."""
    assert WITHIN.limits == {
        "department/acme": 6,
        "department/support": 3,
        "provider/p": 5,
        "agent/search": 2,
    }
    search = Waiting("t", "search", "acme/support/desk")
    assert WITHIN.of(search) == ["agent/search", "provider/p", "department/acme", "department/support"]


@given(runs, runs)
def test_no_limit_is_passed_and_no_slot_stays_empty(queued, under_way):
    """What starts fits every limit, and what stays would not have fitted."""
    waiting, running = made(queued), made(under_way, "r")
    found = decide_next(waiting, running, WITHIN)
    by_id = {run.task_id: run for run in waiting}
    assert sorted([*found.start, *found.held]) == sorted(by_id)
    after = [*running, *(by_id[it] for it in found.start)]
    used = Counter(name for run in after for name in WITHIN.of(run))
    before = Counter(name for run in running for name in WITHIN.of(run))
    for name, most in WITHIN.limits.items():
        assert used[name] <= max(most, before[name])
    assert len(after) <= max(WITHIN.most, len(running))
    for task_id, name in found.held.items():
        assert name == ALL or name in WITHIN.of(by_id[task_id])
        assert len(after) >= WITHIN.most if name == ALL else used[name] >= WITHIN.limits[name]


@given(runs)
def test_a_higher_priority_never_waits_for_a_lower_one(queued):
    """Where two of one agent are there, the one with the higher priority starts first."""
    waiting = made(queued)
    found = decide_next(waiting, (), WITHIN)
    for one in waiting:
        for other in waiting:
            if one.agent == other.agent and one.priority > other.priority and other.task_id in found.start:
                assert one.task_id in found.start
                assert found.start.index(one.task_id) < found.start.index(other.task_id)


def test_departments_take_turns():
    """A department with a long queue leaves room for one with a short one."""
    many = [Waiting(f"a{number}", "reviewer", "acme/engineering", 0, number) for number in range(9)]
    few = [Waiting(f"b{number}", "triage", "acme/support", 0, 100 + number) for number in range(2)]
    found = decide_next([*many, *few], (), Ceilings({}, {}, 4))
    assert found.start == ("a0", "b0", "a1", "b1")
