"""Runs of pipelines in the keeper, driven as the runner drives them, with tasks that end as a test says."""

import asyncio
import contextlib
import hashlib
import json
from typing import Any

import pytest
from sqlalchemy import Engine, func, select

from podium.cli.pipeline import _show
from podium.console.address import Address
from podium.console.graph import graph
from podium.fleet.driving import PipelineDriver
from podium.fleet.starting import Triggers
from podium.keeper.erasure import forget
from podium.keeper.occurrences import occur
from podium.keeper.pipeline_cases import FAILED
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound, NotReady
from podium.manifest.snapshot import encode_snapshot
from podium.ports.acts import AnswerCase, By, SteerTask
from podium.ports.database import cases, task_identities
from podium.ports.fleet_tables import task_runs
from podium.ports.link import PutSnapshot
from podium.ports.occurrences import occurred
from podium.ports.pipeline_tables import pipeline_runs, pipeline_units
from podium.ports.pipelines import (
    AdvancePipeline,
    Begin,
    CancelPipeline,
    NoteTrigger,
    PipelineRunIs,
    RetryPipeline,
    StartPipeline,
)
from podium.ports.runs import Claimed, ClaimRun, RunnerHello, RunReport
from podium.ports.tool_tables import task_requests
from podium.trust.cases import Case, Choice
from podium.views.pipelines import pipeline_views, run_detail, run_rows
from tests.keeper.acting import ISSUER, House
from tests.keeper.samples import HandClock
from tests.manifest.samples import compiled, document

OWNER = By()
RUNNER = "run_01TEST00000000000000000001"
HELPER = document(
    "Agent", "helper", "department: engineering\nroutes: [openai/gpt-4o_mini]\nrun: {command: [x]}"
)
RELEASE = document(
    "Pipeline",
    "release",
    """
agent: reviewer
budgetUsd: 2
inputs:
  files: {type: list, default: [a, b]}
  note: {default: nothing}
steps:
  - name: build
    command: {run: [make, "${{ inputs.note }}"]}
    retry: {attempts: 2, backoff: 1s}
  - name: review
    each: "${{ inputs.files }}"
    task: {agent: helper, request: "Review ${{ item }} of ${{ steps.build.result.version }}."}
  - name: go
    needs: [review]
    approval: {title: "Ship ${{ steps.build.result.version }}?", expires: 1h}
""",
)


class Memory:
    """Bodies that are kept in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def put(self, body: bytes) -> str:
        digest = hashlib.sha256(body).hexdigest()
        self.kept[digest] = body
        return digest

    def read(self, sha256: str) -> bytes:
        return self.kept[sha256]


class Works:
    """A keeper, a driver, and a runner whose tasks end as the test says."""

    def __init__(self, house: House) -> None:
        self.house, self.bodies = house, Memory()
        self.driver = PipelineDriver(engine=house.engine, keeper=self, bodies=self.bodies, clock=house.clock)
        house.acts.do_run(RunnerHello(RUNNER, 1, "boot"))

    async def ask(self, question: Any) -> Any:
        return self.house.acts.pipelines.do(question, self.house.acts.as_person)

    def do(self, question: Any) -> PipelineRunIs:
        told = self.house.acts.pipelines.do(question, self.house.acts.as_person)
        assert isinstance(told, PipelineRunIs)
        return told

    def start(self, **inputs: Any) -> PipelineRunIs:
        told = self.do(StartPipeline(OWNER, "release", json.dumps(inputs)))
        self.drive()
        return told

    def drive(self) -> None:
        for _ in range(20):
            if not asyncio.run(self.driver.once()):
                return

    def queued(self) -> dict[str, str]:
        """Return the tasks that wait, by step and item."""
        order = (task_runs.c.queued_ns, task_runs.c.step, task_runs.c.item)
        query = select(task_runs).where(task_runs.c.state == "queued").order_by(*order)
        with self.house.engine.connect() as connection:
            return {f"{row.step}/{row.item}": row.task_id for row in connection.execute(query)}

    def end(self, place: str, state: Any = "succeeded", result: Any = None) -> None:
        task_id = self.queued()[place]
        claimed = self.house.acts.do_run(ClaimRun(RUNNER, task_id))
        assert isinstance(claimed, Claimed)
        sha = self.bodies.put(json.dumps(result).encode()) if result is not None else None
        self.house.acts.do_run(
            RunReport(RUNNER, task_id, claimed.run.attempt, state, "it ended", result_sha256=sha)
        )
        self.drive()

    def case(self, kind: str) -> Any:
        with self.house.engine.connect() as connection:
            query = select(cases).where(cases.c.kind == kind, cases.c.state == "open")
            return connection.execute(query).one()

    def answer(self, kind: str, choice: str) -> None:
        self.house.acts.do(AnswerCase(OWNER, self.case(kind).id, choice, "It is right."))
        self.drive()

    def row(self, run_id: str) -> Any:
        with self.house.engine.connect() as connection:
            return connection.execute(select(pipeline_runs).where(pipeline_runs.c.id == run_id)).one()

    def states(self, run_id: str) -> dict[str, str]:
        query = select(pipeline_units).where(pipeline_units.c.run_id == run_id)
        with self.house.engine.connect() as connection:
            return {f"{row.step}/{row.item}": row.state for row in connection.execute(query)}


@pytest.fixture
def works(engine: Engine, clock: HandClock, tmp_path) -> Works:
    house = House(engine, clock, tmp_path)
    snapshot = compiled(HELPER, RELEASE)
    house.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(snapshot)))
    return Works(house)


def test_a_run_is_a_tree_with_one_root(works: Works) -> None:
    """Tasks, entries of a list and an approval follow each other under one root, and end in one verdict."""
    run = works.start(note="now")
    assert run.started
    assert list(works.queued()) == ["build/-1.1"]
    works.end("build/-1.1", result={"version": 7})
    assert list(works.queued()) == ["review/0.1", "review/1.1"]
    with works.house.engine.connect() as connection:
        rows = connection.execute(select(task_runs).where(task_runs.c.step == "review")).all()
        assert {row.request for row in rows} == {"Review a of 7.", "Review b of 7."}
        assert {row.root_id for row in rows} == {run.root_id}
        assert {row.budget_nano_usd for row in rows} == {2 * 10**9}
        asked = select(task_requests.c.request).where(task_requests.c.task_id == run.root_id)
        # What the user has said, and never what a step returned.
        assert connection.execute(asked).scalar_one().splitlines() == [
            "Review ... of ....",  # a line that were a gap alone says nothing, and is not there
            '["a","b"]',
            '["a","b"]',
            "now",
        ]
    works.end("review/0.1")
    works.end("review/1.1")
    assert works.case("pipeline.approval").title == "Ship 7?"
    works.answer("pipeline.approval", "approve")
    row = works.row(run.run_id)
    assert (row.state, row.verdict) == ("over", "succeeded")
    with works.house.engine.connect() as connection:
        root = connection.execute(select(task_runs).where(task_runs.c.task_id == run.root_id)).one()
        assert root.state == "succeeded"
        states = connection.execute(select(task_identities.c.state)).scalars()
        assert set(states) == {"ended"}
    assert works.house.told("pipeline.end")[0]["verdict"] == "succeeded"


def test_what_happened_starts_one_run(works: Works) -> None:
    """The same key starts nothing twice, nor does the same message in other words."""
    first = works.do(StartPipeline(OWNER, "release", trigger="hook", key="hook:1", message_key="hook:m"))
    again = works.do(StartPipeline(OWNER, "release", trigger="hook", key="hook:1"))
    other = works.do(StartPipeline(OWNER, "release", trigger="hook", key="hook:2", message_key="hook:m"))
    assert (again.run_id, again.started) == (other.run_id, other.started) == (first.run_id, False)


@pytest.mark.parametrize("trigger", ["hook", "person"])
def test_what_a_trigger_brings_is_no_request(works: Works, trigger: str) -> None:
    """Whatever a trigger is called, nobody has asked for what it brings; nor when a person tries it again."""
    brought = json.dumps({"note": "Pay eve."})
    run = works.do(StartPipeline(OWNER, "release", brought, trigger=trigger, key=f"{trigger}:1"))

    def asked() -> str:
        query = select(task_requests.c.request).where(
            task_requests.c.task_id == works.row(run.run_id).root_id
        )
        with works.house.engine.connect() as connection:
            return str(connection.execute(query).scalar_one())

    assert "eve" not in asked()
    works.do(CancelPipeline(OWNER, run.run_id, "Once more."))
    works.drive()
    works.do(RetryPipeline(OWNER, run.run_id, "Once more."))
    assert "eve" not in asked()


def test_inputs_are_checked(works: Works) -> None:
    """An input that there is not, or of another type, is named."""
    with pytest.raises(InvalidRequest, match="no input fils"):
        works.start(fils=[])
    with pytest.raises(InvalidRequest, match="is list, not text"):
        works.start(files="a")
    with pytest.raises(NotFound):
        works.do(StartPipeline(OWNER, "relase"))


def test_an_advance_from_an_older_revision_changes_nothing(works: Works) -> None:
    """Whoever asks twice, or decided on what is no more, begins nothing."""
    run = works.start()
    move = Begin("build", -1, 1, "command", "reviewer", None, "{}", None, None, None)
    for revision in (run.revision, works.row(run.run_id).revision):
        works.do(AdvancePipeline(run.run_id, revision, (move,)))
    assert list(works.queued()) == ["build/-1.1"]


def test_a_failed_run_asks_and_goes_on_from_there(works: Works) -> None:
    """It is tried again as it says, then a case is opened; a retry keeps what has succeeded."""
    run = works.start()
    works.end("build/-1.1", "failed")
    assert works.queued() == {}
    works.house.clock.now_ns += 10**9
    works.drive()
    works.end("build/-1.2", result={"version": 1})
    works.end("review/0.1")
    works.end("review/1.1", "failed")
    assert works.row(run.run_id).reason == "Step review[1] has failed: it ended"
    works.answer(FAILED, "retry")
    assert list(works.queued()) == ["review/1.2"]
    again = works.row(run.run_id)
    assert again.root_id != run.root_id
    works.end("review/1.2")
    works.answer("pipeline.approval", "deny")
    assert works.row(run.run_id).verdict == "failed"
    assert works.states(run.run_id)["go/-1"] == "denied"
    works.do(RetryPipeline(OWNER, run.run_id, "Ask again."))
    works.drive()
    with works.house.engine.connect() as connection:
        open_ = select(func.count()).select_from(cases).where(cases.c.kind == FAILED, cases.c.state == "open")
        assert connection.execute(open_).scalar() == 0
    works.answer("pipeline.approval", "approve")
    assert works.row(run.run_id).verdict == "succeeded"


def test_nobody_answers(works: Works) -> None:
    """An approval that expires is denied."""
    run = works.start(files=[])
    works.end("build/-1.1", result={"version": 1})
    works.house.clock.now_ns += 3601 * 10**9
    works.house.acts.expire()
    works.drive()
    assert works.row(run.run_id).reason == "Step go has been denied: Nobody has answered in time."


def test_a_cancelled_run_begins_nothing_more(works: Works) -> None:
    """Its tasks are killed with its root, and it is over."""
    run = works.start()
    (task_id,) = works.queued().values()
    with works.house.engine.begin() as connection:
        choices = (Choice("approve", "Approve", "It goes on.", "good"), Choice("deny", "Deny", "No."))
        asks = Case(
            "",
            "tool.call",
            "k",
            "May it?",
            "It is much.",
            {"task_id": task_id},
            choices,
            "acme",
            "operator",
            "It is not made.",
            0,
            None,
        )
        works.house.acts.inbox.open(connection, asks, actor="keeper")
    works.do(CancelPipeline(OWNER, run.run_id, "Not today."))
    with works.house.engine.connect() as connection:
        (case,) = connection.execute(select(cases.c.state, cases.c.result))
    assert tuple(case) == ("expired", "Its task is over.")
    assert works.queued() == {}
    works.drive()
    row = works.row(run.run_id)
    assert (row.state, row.verdict) == ("over", "cancelled")
    assert "Not today." in row.reason
    with pytest.raises(Forbidden):
        works.do(CancelPipeline(OWNER, run.run_id, "Again."))


def test_a_killed_root_ends_the_run(works: Works) -> None:
    """Whoever kills the task at the root has cancelled the run."""
    run = works.start()
    works.house.acts.do(SteerTask(OWNER, run.root_id, "kill", "Stop it."))
    works.drive()
    assert works.row(run.run_id).verdict == "cancelled"


def test_time_ends_a_run(works: Works) -> None:
    """After its time everything of it is ended, and it has failed."""
    run = works.start()
    works.house.clock.now_ns += 86_400 * 10**9
    works.drive()
    assert works.row(run.run_id).reason == "The time of the whole run is over."
    assert works.states(run.run_id) == {"build/-1": "timeout"}
    assert works.queued() == {}


def test_it_is_shown_as_a_tree(works: Works, capsys: pytest.CaptureFixture[str]) -> None:
    """Steps with their states and entries, as the command line and the console show them."""
    run = works.start()
    works.end("build/-1.1", result={"version": 7})
    works.end("review/1.1")
    with works.house.engine.connect() as connection:
        detail = run_detail(connection, run.run_id)
        assert [(step.name, step.state, step.done, step.planned) for step in detail.steps] == [
            ("build", "succeeded", 1, 1),
            ("review", "queued", 1, 2),
            ("go", "pending", 0, 1),
        ]
        assert [step.level for step in detail.steps] == [0, 1, 2]
        assert [unit.entry for unit in detail.steps[1].units] == ['"a"', '"b"']
        assert detail.inputs == {"files": ["a", "b"], "note": "nothing"}
        assert [row.id for row in run_rows(connection, state="running")] == [run.run_id]
        assert run_rows(connection, state="failed") == run_rows(connection, pipeline="x") == []
        view = pipeline_views(connection)[0]
        assert (view.name, view.steps, view.last and view.last.id) == ("release", 3, run.run_id)
    _show(detail)
    text = capsys.readouterr().out
    assert "+ build [command] succeeded" in text
    assert '[0] "a" queued' in text
    drawn = graph(detail.steps, Address("/ship/pipelines/x"), "review")
    assert drawn.count("<a ") == 3
    assert drawn.count("<path ") == 3
    assert 'aria-label="review, task: queued 1/2, after build"' in drawn


def test_what_it_was_given_is_erased(works: Works) -> None:
    """After a week inputs and lists are gone, and with them the retry; the states stay."""
    run = works.start(files=["x"])
    works.end("build/-1.1", result={"version": 1})
    works.end("review/0.1", "failed")
    ended_ns = works.row(run.run_id).ended_ns
    with works.house.engine.begin() as connection:
        assert forget(connection, ended_ns) == 0
        assert forget(connection, ended_ns + 1) == 1
    with works.house.engine.connect() as connection:
        detail = run_detail(connection, run.run_id)
        assert detail.inputs is None
        assert [unit.entry for unit in detail.steps[1].units] == [""]
    with pytest.raises(Forbidden, match="erased"):
        works.do(RetryPipeline(OWNER, run.run_id, "Again."))


TIMED = document(
    "Pipeline",
    "timed",
    """
agent: reviewer
overlap: skip
inputs: {why: {default: nothing}}
steps: [{name: a, command: {run: [x]}}]
triggers:
  - schedule: {cron: "*/10 * * * *", missed: one}
  - condition: {figure: cases_open, above: 0, for: 2s, cooldown: 1m}
  - occurrence: {type: prompt.changed, agent: reviewer, cooldown: 1s}
    inputs: {why: "${{ trigger.event.subject }}"}
""",
)


def test_triggers_start_one_run_each_time(works: Works) -> None:
    """By the clock, what was missed once, by a figure, and by what has occurred, which a figure's run is too;
    asked again after a crash they start nothing."""
    house = works.house
    house.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(compiled(TIMED))))
    figure = [0.0]
    notes = [True]

    class Lossy:
        """Loses what triggers remember where a test says so: a crash between the run and the note."""

        async def ask(self, question: Any) -> Any:
            if isinstance(question, NoteTrigger) and not notes[0]:
                raise NotReady("The keeper is away.")
            return await works.ask(question)

    triggers = Triggers(
        engine=house.engine, keeper=Lossy(), figures=lambda _c, _s, _n: figure[0], clock=house.clock
    )

    def look(seconds: int) -> list[str]:
        house.clock.now_ns += seconds * 10**9
        with contextlib.suppress(NotReady):
            asyncio.run(triggers.once())
        with house.engine.connect() as connection:
            return [row.trigger for row in run_rows(connection, pipeline="timed")]

    assert look(0) == []
    notes[0] = False
    assert look(3 * 3600) == ["schedule"]
    assert look(1) == ["schedule"]
    notes[0] = True
    assert look(1) == ["schedule"]
    figure[0] = 1.0
    assert look(1) == look(1) == ["schedule"]
    assert look(1) == ["schedule"]  # a run goes on, and it says `overlap: skip`
    works.drive()
    works.end("a/-1.1")
    figure[0] = 0.0
    look(61)
    figure[0] = 1.0
    look(1)
    assert look(3) == ["condition", "schedule"]
    works.drive()
    works.end("a/-1.1")
    assert look(1) == ["condition", "schedule"]
    with house.engine.begin() as connection:
        ((_, crossed),) = occurred(connection, after=0)
        assert (crossed.type, crossed.data["figure"]) == ("figure.crossed", "cases_open")
        for name in ("1", "2"):
            occur(
                connection, 1, name=name, type_="prompt.changed", subject="agent/reviewer", agent="reviewer",
                department="acme", link="/now/calls/1", data={},
            )  # fmt: skip
    assert look(0) == look(0) == ["occurrence", "condition", "schedule"]
    with house.engine.connect() as connection:
        (run, *_) = connection.execute(select(pipeline_runs).order_by(pipeline_runs.c.id.desc())).all()
    assert run.inputs == '{"why": "agent/reviewer"}'


SENT = document(
    "Pipeline",
    "sent",
    """
agent: reviewer
steps:
  - name: post
    retry: {attempts: 3, backoff: 0s}
    http: {url: "https://example.com/x", method: POST}
""",
)


def test_a_request_under_a_runner_that_died_is_not_sent_again(works: Works) -> None:
    """Nobody knows whether it has taken effect: the run fails, and asks a person."""
    house = works.house
    house.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(compiled(SENT))))
    run = works.do(StartPipeline(OWNER, "sent"))
    works.drive()
    house.acts.do_run(ClaimRun(RUNNER, works.queued()["post/-1.1"]))
    house.acts.do_run(RunnerHello(RUNNER[:-1] + "2", 2, "boot"))
    works.drive()
    assert works.queued() == {}
    assert works.states(run.run_id) == {"post/-1": "killed"}
    assert "not known" in works.case(FAILED).why


@pytest.mark.parametrize("root", [False, True])
def test_what_a_person_took_stays_taken(works: Works, root: bool) -> None:
    """Of a step's task for its next attempt, of the task at the root for a retry of the run."""
    run = works.start()
    works.end("build/-1.1", result={"version": 1})
    task_id = works.queued()["review/0.1"]
    works.house.acts.do_run(ClaimRun(RUNNER, task_id))
    narrowed = run.root_id if root else task_id
    works.house.acts.do(SteerTask(OWNER, narrowed, "narrow", "It is enough.", details=()))
    works.house.acts.do_run(RunReport(RUNNER, task_id, 1, "failed", "it ended"))
    works.drive()
    works.end("review/1.1")
    works.answer(FAILED, "retry")
    again = works.house.acts.do_run(ClaimRun(RUNNER, works.queued()["review/0.2"]))
    assert isinstance(again, Claimed)
    assert again.token is not None
    assert (
        works.house.tasks.ring.verify(again.token, issuer=ISSUER, audience=(ISSUER,)).authorization_details
        == ()
    )
