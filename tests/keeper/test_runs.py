from hashlib import sha256

import msgspec
import pytest
from sqlalchemy import Engine, select, update

from podium.keeper.lock import runner_of
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound, Unauthenticated
from podium.manifest.orders import Orders
from podium.manifest.runs import RunRow
from podium.manifest.snapshot import AgentRow, Candidate, RouteRow, encode_snapshot
from podium.ports.acts import By, SteerTask
from podium.ports.database import task_identities
from podium.ports.fleet_tables import artifacts, task_runs
from podium.ports.link import PutSnapshot
from podium.ports.runs import (
    RUNNER_LOCK,
    Artifact,
    Claimed,
    ClaimRun,
    GetRun,
    LostRun,
    QueueTask,
    RunIs,
    RunnerHello,
    RunnerIs,
    RunReport,
)
from podium.ports.tasks import DelegateTask, FinishTask, RenewTask
from podium.trust.credentials.identity import Claims, routes_of
from tests.keeper.acting import ISSUER, House
from tests.keeper.samples import HandClock

OWNER = By()
RUN = RunRow(("true",), priority=7, life_s=600)
FIRST, SECOND = (f"run_01TEST{number:020d}" for number in (1, 2))


@pytest.fixture
def it(engine: Engine, clock: HandClock, tmp_path) -> House:
    """A keeper whose manifests have two agents, and the first runner."""
    house = House(engine, clock, tmp_path)
    with_agents(house)
    hello(house, FIRST)
    return house


def with_agents(house: House, run: RunRow = RUN) -> None:
    """Bring manifests into force in which triage may start search, whose grants are fewer."""
    snapshot = house.tasks.in_force_snapshot()
    routes = {name: RouteRow(name, "chat", (Candidate("m"),)) for name in ("big", "small")}
    agents = {
        "triage": AgentRow(
            "triage", "support", "acme/support", frozenset(routes), delegates=("search",), run=run
        ),
        "search": AgentRow("search", "support", "acme/support", frozenset({"small"}), run=run),
        "idle": AgentRow("idle", "support", "acme/support", frozenset({"small"})),
    }
    snapshot = msgspec.structs.replace(
        snapshot, digest="d2", routes=routes, agents=agents, trust_domain="acme.podium"
    )
    house.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(snapshot)))


def hello(it: House, runner: str) -> RunnerIs:
    told = it.acts.do_run(RunnerHello(runner, 1, "boot"))
    assert isinstance(told, RunnerIs)
    return told


def queue(it: House, agent: str = "triage", **wish: object) -> RunIs:
    told = it.acts.do_run(QueueTask(wish.pop("by", OWNER), agent, **wish))  # type: ignore[arg-type]
    assert isinstance(told, RunIs)
    return told


def claim(it: House, task_id: str, runner: str = FIRST) -> Claimed:
    told = it.acts.do_run(ClaimRun(runner, task_id))
    assert isinstance(told, Claimed)
    return told


def report(it: House, run: RunIs, state: str, runner: str = FIRST, **more: object) -> RunIs:
    told = it.acts.do_run(RunReport(runner, run.task_id, run.attempt, state, **more))  # type: ignore[arg-type]
    assert isinstance(told, RunIs)
    return told


def steer(it: House, task_id: str, act: str, reason: str = "It is not needed any more.") -> None:
    it.acts.do(SteerTask(OWNER, task_id, act, reason))  # type: ignore[arg-type]


def now(it: House, task_id: str) -> RunIs:
    told = it.acts.do_run(GetRun(task_id))
    assert isinstance(told, RunIs)
    return told


def dead(it: House) -> tuple[str, ...]:
    return msgspec.msgpack.decode(it.authority.in_force.orders_document, type=Orders).tasks.dead


def claims(it: House, token: str | None) -> Claims:
    assert token is not None
    return it.tasks.ring.verify(token, issuer=ISSUER, audience=(ISSUER,))


def test_a_run_is_queued_claimed_and_succeeds(it: House):
    """Its identity begins with its first attempt and has its id; what it used and left behind is kept."""
    run = queue(it, request="Answer the ticket.")
    assert run.priority == 7
    assert (run.state, run.attempt, run.attempts, run.department) == ("queued", 1, 3, "acme/support")
    claimed = claim(it, run.task_id)
    said = claims(it, claimed.token)
    assert said.sub.endswith(run.task_id.removeprefix("task_"))
    assert (said.run_attempt, said.prompt_sha256) == (1, sha256(b"Answer the ticket.").hexdigest())
    assert (claimed.request, claimed.run.state) == ("Answer the ticket.", "running")
    left = (Artifact("answer.md", "ab" * 32, "text/markdown", 12),)
    over = report(it, claimed.run, "succeeded", exit_code=0, cpu_ms=30, peak_memory_bytes=9, artifacts=left)
    assert (over.state, over.exit_code, over.cpu_ms, over.peak_memory_bytes) == ("succeeded", 0, 30, 9)
    assert run.task_id in dead(it)
    with it.engine.connect() as connection:
        assert connection.execute(select(artifacts.c.sha256)).scalars().all() == ["ab" * 32]
    assert [row["subject"] for row in it.told("task.queue")] == [run.task_id]


def test_what_is_asked_twice_is_done_once(it: House):
    """The same wish, claim and report, asked again after a crash, change nothing."""
    run = queue(it, task_id="task_01HZZZZZZZZZZZZZZZZZZZZZZZ")
    assert queue(it, task_id=run.task_id) == run
    step = queue(it, pipeline_run_id="prun_1", step="test", item="a")
    assert queue(it, pipeline_run_id="prun_1", step="test", item="a") == step
    first, again = claim(it, run.task_id), claim(it, run.task_id)
    assert first.run == again.run
    over = report(it, first.run, "failed", cpu_ms=10, reason="exit code 1")
    assert report(it, first.run, "succeeded", cpu_ms=10) == over
    assert hello(it, FIRST) == RunnerIs((), ())
    assert len(it.told("task.queue")) == 2


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"task_id": "task_1"}, "task_id"),
        ({"request": "x" * 70_000}, "request"),
        ({"request": " \n"}, "request"),
        ({"input_sha256": "AB"}, "input_sha256"),
        ({"budget_nano_usd": 0}, "budget"),
        ({"deadline_ns": 1}, "deadline"),
        ({"attempts": 0}, "attempts"),
        ({"priority": 101}, "priority"),
        ({"step": "test"}, "step"),
        ({"spec": "[]"}, "spec"),
        ({"agent": ""}, "agent"),
        ({"agent": "idle"}, "agent"),
    ],
)
def test_a_wish_that_makes_no_sense_names_its_field(it: House, wish, field):
    """Nothing is queued, and the message says which field it was."""
    with pytest.raises(InvalidRequest) as raised:
        queue(it, **wish)
    assert raised.value.field == field


def test_only_who_may_start_tasks_queues_one(it: House):
    """A viewer is refused, and the chain says so; an agent that there is not is not found."""
    viewer = it.user("vera", "viewer")
    with pytest.raises(Forbidden):
        queue(it, by=viewer)
    assert it.told("task.queue")[0]["outcome"] == "refused"
    with pytest.raises(NotFound):
        queue(it, "nobody")


def test_a_dead_runners_runs_go_back(it: House):
    """The next runner's hello begins their next attempt; the last attempt's death is a failure."""
    run, last = queue(it), queue(it, attempts=1)
    token = claim(it, run.task_id).token
    claim(it, last.task_id)
    told = hello(it, SECOND)
    assert (told.requeued, told.failed) == ((run.task_id,), (last.task_id,))
    assert now(it, run.task_id).attempt == 2
    assert last.task_id in dead(it)
    with pytest.raises(Forbidden, match="not heard"):
        claim(it, run.task_id)
    claimed = claim(it, run.task_id, SECOND)
    assert claims(it, claimed.token).run_attempt == 2
    with pytest.raises(Unauthenticated, match="attempt"):
        it.tasks.do(RenewTask(token or ""))
    renewed = it.tasks.do(RenewTask(claimed.token or ""))
    assert claims(it, renewed.token).run_attempt == 2  # type: ignore[union-attr]
    late = it.acts.do_run(RunReport(SECOND, run.task_id, 1, "failed"))
    assert isinstance(late, RunIs)
    assert late.state == "running"


def test_what_a_dead_runners_programs_have_used_is_added(it: House):
    """The next runner tells it with its hello; asked once more, or for another attempt, it adds nothing."""
    first, second = queue(it), queue(it)
    for run in (first, second):
        claim(it, run.task_id)
    lost = (LostRun(first.task_id, 1, 1200, 1 << 20), LostRun(second.task_id, 2, 700, None))
    for _ in range(2):
        it.acts.do_run(RunnerHello(SECOND, 1, "boot", lost))
    found = now(it, first.task_id)
    assert (found.cpu_ms, found.peak_memory_bytes) == (1200, 1 << 20)
    assert now(it, second.task_id).cpu_ms is None
    report(it, claim(it, first.task_id, SECOND).run, "succeeded", SECOND, cpu_ms=300, peak_memory_bytes=5)
    assert now(it, first.task_id).cpu_ms == 1500


def test_a_runner_without_the_lock_is_not_heard(it: House, tmp_path):
    """Who says hello must hold the lock in whose file its name stands."""
    it.acts.runs.holds_lock = lambda runner: runner_of(tmp_path) == runner
    (tmp_path / RUNNER_LOCK).write_text(SECOND)
    with pytest.raises(Forbidden, match="lock"):
        hello(it, SECOND)


def test_a_kill_reaches_children_and_what_waits(it: House):
    """A person's kill is final for the task, the tasks that it has started, and those not yet begun."""
    run = queue(it)
    token = claim(it, run.task_id).token
    child = it.tasks.do(DelegateTask(token or "", "search"))
    waits, runs = (queue(it, "search", parent_id=run.task_id) for _ in range(2))
    of_child = claim(it, runs.task_id)
    assert routes_of(claims(it, of_child.token).authorization_details) == {"small"}
    steer(it, run.task_id, "kill")
    for task_id in (run.task_id, waits.task_id, runs.task_id):
        assert now(it, task_id).state == "killed"
    assert {run.task_id, child.task_id, runs.task_id} <= set(dead(it))  # type: ignore[union-attr]
    after = report(it, of_child.run, "failed", exit_code=137, cpu_ms=5)
    assert (after.state, after.exit_code, after.cpu_ms) == ("killed", 137, 5)
    with pytest.raises(Forbidden, match="killed"):
        steer(it, run.task_id, "resume")
    with pytest.raises(Forbidden, match="killed"):
        queue(it, "search", parent_id=run.task_id)


def test_a_pause_holds_a_run_with_and_without_a_program(it: House):
    """A queued run waits, a running one keeps its program; both go on where they stood."""
    waits, run = queue(it), queue(it)
    claim(it, run.task_id)
    for task_id in (waits.task_id, run.task_id):
        steer(it, task_id, "pause")
        assert now(it, task_id).state == "paused"
    with pytest.raises(Forbidden):
        claim(it, waits.task_id)
    for task_id in (waits.task_id, run.task_id):
        steer(it, task_id, "resume")
    assert (now(it, waits.task_id).state, now(it, run.task_id).state) == ("queued", "running")


def test_a_run_that_ends_its_own_task_is_judged_by_its_program(it: House):
    """A program may end its task by its token before it ends itself; its exit code still decides."""
    run = queue(it)
    claimed = claim(it, run.task_id)
    it.tasks.do(FinishTask(claimed.token or ""))
    assert now(it, run.task_id).state == "running"
    assert report(it, claimed.run, "succeeded").state == "succeeded"
    stopped = claim(it, queue(it).task_id)
    steer(it, stopped.run.task_id, "end")
    assert now(it, stopped.run.task_id).state == "killed"


def test_an_unknown_run_waits_for_a_person(it: House):
    """Its token is refused until somebody says how it goes on: with another attempt, or not at all."""
    runs = [claim(it, queue(it).task_id).run for _ in range(2)]
    for run in runs:
        assert report(it, run, "unknown", reason="a payment's fate").state == "unknown"
        with pytest.raises(Forbidden):
            steer(it, run.task_id, "resume")
    with it.engine.begin() as connection:
        it.acts.runs.answer(connection, runs[0].task_id, go_on=True, reason="It happened.")
        it.acts.runs.answer(connection, runs[1].task_id, go_on=False, reason="Nobody knows.")
    assert claim(it, runs[0].task_id).run.attempt == 2
    assert now(it, runs[1].task_id).state == "failed"


@pytest.mark.parametrize(
    ("attempts", "ms", "how"),
    [
        ([(0, "no_device"), (0, "kept_off")], 0, "kept_off"),
        ([(0, "no_device"), (700, "sampled"), (0, "no_device")], 700, "sampled"),
        ([(700, "sampled"), (400, "sampled")], 1100, "sampled"),
        ([(700, "sampled"), (None, "failed"), (400, "sampled")], None, "failed"),
        ([(0, "kept_off"), LostRun("", 2, None, None, "sampled")], None, "lost"),
        ([LostRun("", 1, None, None, "kept_off"), (5, "sampled")], 5, "sampled"),
    ],
)
def test_gpu_time_of_all_attempts(it: House, attempts: list[object], ms: int | None, how: str):
    """It is added up; where one attempt's is not known, or its runner died, the run's is not."""
    run, runner = queue(it), FIRST
    for number, attempt in enumerate(attempts, 1):
        claimed = claim(it, run.task_id, runner).run
        assert claimed.attempt == number
        if isinstance(attempt, LostRun):
            runner = f"run_{number}"
            lost = msgspec.structs.replace(attempt, task_id=run.task_id)
            it.acts.do_run(RunnerHello(runner, 1, "boot", (lost,)))
        else:
            gpu_ms, gpu_how = attempt
            more = {"gpu_ms": gpu_ms, "gpu_how": gpu_how}
            report(it, claimed, "queued", runner=runner, **more)
    found = now(it, run.task_id)
    assert (found.gpu_ms, found.gpu_how) == (ms, how)


def test_a_step_without_an_agent_has_no_token(it: House):
    """It belongs to a department, and is claimed and reported like any other."""
    run = queue(it, "", kind="command", department="acme/support", pipeline_run_id="p", step="s")
    claimed = claim(it, run.task_id)
    assert (claimed.token, claimed.run.state) == (None, "running")
    assert report(it, claimed.run, "queued").attempt == 2


def test_a_run_whose_time_is_over_before_it_began(it: House):
    """The runner may say of a queued run that it failed, and its identity ends no later than its deadline."""
    run = queue(it, deadline_ns=it.clock.now_ns + 60_000_000_000)
    assert claim(it, run.task_id).until_ns == it.clock.now_ns + 60_000_000_000
    late = queue(it)
    assert report(it, late, "failed", reason="Its deadline is over.").state == "failed"
    with it.engine.connect() as connection:
        rows = connection.execute(select(task_identities.c.task_id)).scalars().all()
    assert rows == [run.task_id]


def test_an_agent_that_left_the_manifests_is_not_run(it: House):
    """A claim finds that the agent is gone, and changes nothing."""
    run = queue(it)
    with it.engine.begin() as connection:
        connection.execute(update(task_runs).values(agent="gone"))
    with pytest.raises(NotFound, match="gone"):
        claim(it, run.task_id)
    assert now(it, run.task_id).state == "queued"
