"""Runs of pipelines: what has been decided about them is checked and written here, and nowhere else.

Whoever drives names the revision that it has read. An advance is one transaction: the units, the tasks that
are queued for them, the cases that are opened, and the next revision. So a crash leaves all of it or nothing,
and no step begins twice.
"""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import Connection, delete, insert, select, update

from podium.keeper.authority import Authority
from podium.keeper.chain import Chain
from podium.keeper.grants_left import hand_on
from podium.keeper.inbox import Inbox
from podium.keeper.lineage import below
from podium.keeper.occurrences import figure_crossed
from podium.keeper.pipeline_cases import APPROVAL, APPROVE, FAILED, RETRY, approval_case, failed_case
from podium.keeper.runs import RunBook
from podium.keeper.tasks import TaskBook
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound, PodiumError
from podium.kernel.ids import trace_of, ulid
from podium.manifest.expressions import kind_of
from podium.manifest.pipelines import PipelineRow, request_text
from podium.ports import Clock, Entropy
from podium.ports.acts import By
from podium.ports.fleet_tables import task_runs
from podium.ports.pipeline_tables import pipeline_runs, pipeline_triggers, pipeline_units
from podium.ports.pipelines import (
    UNIT_BAD,
    AdvancePipeline,
    Again,
    Ask,
    Begin,
    CancelPipeline,
    Expand,
    Finish,
    NoteTrigger,
    PipelineAnswer,
    PipelineQuestion,
    PipelineRunIs,
    RetryPipeline,
    Settle,
    StartPipeline,
    Stop,
    TriggerNoted,
)
from podium.ports.runs import QueueTask
from podium.ports.tasks import StartTask
from podium.trust.cases import Case
from podium.trust.people import Person, Right, check_reason, require

ACTOR: Final = "pipeline"
MAX_INPUT_BYTES: Final = 256 << 10
LIFE_MARGIN_S: Final = 600
_LIVING: Final = frozenset({"running", "paused"})
_ROOT: Final = {"succeeded": "succeeded", "failed": "failed", "cancelled": "killed"}
_UNSAFE: Final = frozenset({"POST", "PATCH"})
"""Methods of which a second request may do a second thing (RFC 9110, 9.2.2)."""

AsPerson = Callable[[By, str, str, Callable[[Connection, Person], PipelineRunIs]], PipelineRunIs]


class PipelineBook:
    """The runs of pipelines. Its methods run in the database thread."""

    def __init__(
        self,
        clock: Clock,
        entropy: Entropy,
        chain: Chain,
        inbox: Inbox,
        *,
        authority: Authority,
        tasks: TaskBook,
        runs: RunBook,
    ) -> None:
        self._clock, self._entropy, self._chain, self._inbox = clock, entropy, chain, inbox
        self._authority, self._tasks, self._runs = authority, tasks, runs
        inbox.on_answer(APPROVAL, self._approved)
        inbox.on_answer(FAILED, self._failed_answered)

    def do(self, question: PipelineQuestion, as_person: AsPerson) -> PipelineAnswer:
        """Answer a question of pipelines. Raises NotFound, Forbidden, InvalidRequest."""
        if isinstance(question, AdvancePipeline):
            by, what, subject = By(owner=ACTOR), "pipeline.advance", question.run_id
        elif isinstance(question, NoteTrigger):
            by, what, subject = By(owner=ACTOR), "pipeline.trigger", question.pipeline
        elif isinstance(question, StartPipeline):
            by, what, subject = question.by, "pipeline.start", question.pipeline
        else:
            kind = "cancel" if isinstance(question, CancelPipeline) else "retry"
            by, what, subject = question.by, f"pipeline.{kind}", question.run_id
        doing: dict[type, Callable[[Connection, Any, Person], Any]] = {
            AdvancePipeline: self._advance,
            NoteTrigger: self._note,
            StartPipeline: self._start,
            CancelPipeline: self._cancel,
            RetryPipeline: self._retry_asked,
        }
        answer = as_person(by, what, subject, lambda c, who: doing[type(question)](c, question, who))
        self._authority.refresh_orders()
        return answer

    # Beginnings

    def _start(self, connection: Connection, start: StartPipeline, who: Person) -> PipelineRunIs:
        require(who, Right.OPERATE, "run pipelines")
        there = self._known(connection, start)
        if there is not None:
            return _told(there)
        row = self._definition(start.pipeline)
        if row.overlap == "skip" and start.key is not None and self._goes_on(connection, row.name):
            raise Forbidden(f"A run of {row.name} goes on.", code="overlap")
        inputs = check_inputs(row, _object(start.inputs, "inputs"))
        root_id = self._root(connection, row, inputs, by_person=start.key is None)
        now_ns = self._clock.wall_ns()
        values = {
            "id": "prun_" + ulid(now_ns // 1_000_000, self._entropy(16)),
            "pipeline": row.name,
            "department": row.department,
            "agent": row.agent,
            "snapshot_version": self._authority.in_force.snapshot_version,
            "trigger": start.trigger,
            "trigger_key": start.key,
            "message_key": start.message_key,
            "told": json.dumps(_object(start.told, "told")),
            "inputs": json.dumps(inputs),
            "state": "running",
            "reason": "",
            "revision": 1,
            "root_id": root_id,
            "trace_id": trace_of(root_id),
            "budget_nano_usd": row.budget_nano_usd,
            "deadline_ns": now_ns + row.timeout_ms * 1_000_000,
            "started_ns": now_ns,
            "by": who.name,
        }
        connection.execute(insert(pipeline_runs).values(**values))
        made = self._run(connection, str(values["id"]))
        self._own(connection, made, root_id)
        body = {"pipeline": row.name, "trigger": start.trigger, "task": root_id}
        self._chain.append(connection, kind="pipeline.start", actor=who.name, subject=made.id, body=body)
        figure_crossed(connection, row, start, made.id, now_ns)
        return _told(made, started=True)

    def _known(self, connection: Connection, start: StartPipeline) -> Any:
        """Return the run that the same happening has started, None where there is none."""
        of = pipeline_runs.c
        for column, key in ((of.trigger_key, start.key), (of.message_key, start.message_key)):
            if key is not None:
                query = select(pipeline_runs).where(of.pipeline == start.pipeline, column == key)
                found = connection.execute(query).first()
                if found is not None:
                    return found
        return None

    def _definition(self, name: str) -> PipelineRow:
        row = self._tasks.in_force_snapshot().pipelines.get(name)
        if row is None:
            raise NotFound(f"There is no pipeline {name}.", fix="Add it to the manifests.", field="pipeline")
        return row

    @staticmethod
    def _goes_on(connection: Connection, name: str) -> bool:
        of = pipeline_runs.c
        query = select(of.id).where(of.pipeline == name, of.state != "over").limit(1)
        return connection.execute(query).first() is not None

    def _root(
        self, connection: Connection, row: PipelineRow, inputs: Mapping[str, Any], *, by_person: bool
    ) -> str:
        """Begin the task at the root, whose grants bound those of every step, and return its id."""
        request = request_text(row, inputs if by_person else None)
        life_s = row.timeout_ms // 1000 + LIFE_MARGIN_S
        wish = StartTask(request=request or None, life_s=life_s)
        return self._tasks.start_as(connection, row.agent, wish).task_id

    def _own(self, connection: Connection, run: Any, root_id: str) -> None:
        """Write the root as a run of its own, so that its budget holds over all that is below it."""
        now_ns = self._clock.wall_ns()
        connection.execute(
            insert(task_runs).values(
                task_id=root_id,
                agent=run.agent,
                department=run.department,
                kind="pipeline",
                root_id=root_id,
                pipeline_run_id=run.id,
                step="",
                item=root_id,
                spec=json.dumps({"pipeline": run.pipeline}),
                priority=0,
                state="running",
                reason="",
                attempt=1,
                attempts=1,
                budget_nano_usd=run.budget_nano_usd,
                deadline_ns=run.deadline_ns,
                queued_ns=now_ns,
                started_ns=now_ns,
                changed_ns=now_ns,
                by=run.by,
            )
        )

    # Advances

    def _advance(self, connection: Connection, asked: AdvancePipeline, _who: Person) -> PipelineRunIs:
        run = self._run(connection, asked.run_id)
        if run.state == "over" or run.revision != asked.revision:
            return _told(run)
        moves: dict[type, Callable[[Connection, Any, Any], None]] = {
            Expand: self._expand,
            Begin: self._begin,
            Ask: self._ask,
            Settle: self._settle,
            Again: self._again,
            Stop: self._stop,
            Finish: self._finish,
        }
        for move in asked.moves:
            moves[type(move)](connection, run, move)
        self._bump(connection, run.id)
        return _told(self._run(connection, run.id))

    def _expand(self, connection: Connection, run: Any, move: Expand) -> None:
        if self._unit(connection, run.id, move.step, -1) is None:
            self._put(connection, run.id, move.step, -1, state="expanded", attempt=0, items=move.items)

    def _begin(self, connection: Connection, run: Any, move: Begin) -> None:
        if not self._next_attempt(connection, run, move):
            return
        tried = self._unit(connection, run.id, move.step, move.item)
        spec = json.loads(move.spec)
        once = move.kind == "http" and spec.get("method") in _UNSAFE
        trace = f"00-{run.trace_id}-{self._entropy(8).hex()}-01"
        wish = QueueTask(
            By(owner=ACTOR),
            move.agent,
            move.request,
            move.kind,
            json.dumps(spec | {"traceparent": trace}),
            move.input_sha256,
            move.budget_nano_usd,
            move.deadline_ns,
            attempts=1 if once else None,
            parent_id=run.root_id,
            pipeline_run_id=run.id,
            step=move.step,
            item=f"{move.item}.{move.attempt}",
            department="" if move.agent else run.department,
        )
        values: dict[str, Any] = {"state": "running", "deadline_ns": move.deadline_ns}
        try:
            values["task_id"] = self._runs.queue(connection, wish, run.by).task_id
            hand_on(connection, tried.task_id if tried is not None else None, values["task_id"])
        except PodiumError as error:
            values = {"state": "failed", "reason": str(error), "ended_ns": self._clock.wall_ns()}
        self._put(connection, run.id, move.step, move.item, attempt=move.attempt, **values)

    def _ask(self, connection: Connection, run: Any, move: Ask) -> None:
        if not self._next_attempt(connection, run, move):
            return
        case = self._inbox.open(
            connection, approval_case(connection, run, move), after_ns=move.expires_after_ns, actor=ACTOR
        )
        values = {"state": "running", "attempt": move.attempt, "case_id": case.id}
        self._put(connection, run.id, move.step, move.item, **values)

    def _next_attempt(self, connection: Connection, run: Any, move: Begin | Ask) -> bool:
        """Return whether this attempt is the next one of its unit: nothing begins while one is under way."""
        unit = self._unit(connection, run.id, move.step, move.item)
        if unit is None:
            return move.attempt == 1
        due: bool = unit.state == "again" and move.attempt == unit.attempt + 1
        return due

    def _settle(self, connection: Connection, run: Any, move: Settle) -> None:
        unit = self._unit(connection, run.id, move.step, move.item)
        if unit is not None and unit.attempt != move.attempt:
            return
        values: dict[str, Any] = {"result_sha256": move.result_sha256, "reason": move.reason}
        values |= {"state": move.state, "attempt": move.attempt, "ended_ns": self._clock.wall_ns()}
        self._put(connection, run.id, move.step, move.item, **values)

    def _again(self, connection: Connection, run: Any, move: Again) -> None:
        unit = self._unit(connection, run.id, move.step, move.item)
        if unit is not None and unit.attempt == move.attempt and unit.state == "running":
            values = {"state": "again", "due_ns": move.due_ns, "reason": f"{move.state}: {move.reason}"}
            self._put(connection, run.id, move.step, move.item, **values)

    def _stop(self, connection: Connection, run: Any, move: Stop) -> None:
        unit = self._unit(connection, run.id, move.step, move.item)
        if unit is None or unit.state != "running" or unit.attempt != move.attempt:
            return
        if unit.task_id is not None:
            self._kill(connection, unit.task_id, move.reason)
        if unit.case_id is not None:
            key = f"{run.id}/{move.step}/{move.item}/{move.attempt}"
            self._inbox.over(connection, APPROVAL, key, move.reason)
        values = {"state": move.state, "reason": move.reason, "ended_ns": self._clock.wall_ns()}
        self._put(connection, run.id, move.step, move.item, **values)

    def _finish(self, connection: Connection, run: Any, move: Finish) -> None:
        now_ns = self._clock.wall_ns()
        of = pipeline_units.c
        connection.execute(
            update(pipeline_units).where(of.run_id == run.id, of.state == "again").values(state="failed")
        )
        connection.execute(
            update(pipeline_runs)
            .where(pipeline_runs.c.id == run.id)
            .values(state="over", verdict=move.verdict, reason=move.reason, ended_ns=now_ns)
        )
        self._end_root(connection, run.root_id, _ROOT[move.verdict], move.reason)
        body = {"verdict": move.verdict, "reason": move.reason, "pipeline": run.pipeline}
        self._chain.append(connection, kind="pipeline.end", actor=ACTOR, subject=run.id, body=body)
        if move.verdict == "failed":
            self._inbox.open(connection, failed_case(connection, run, move.reason), actor=ACTOR)

    def _end_root(self, connection: Connection, root_id: str, state: str, reason: str) -> None:
        now_ns = self._clock.wall_ns()
        connection.execute(
            update(task_runs)
            .where(task_runs.c.task_id == root_id, task_runs.c.ended_ns.is_(None))
            .values(state=state, reason=reason, ended_ns=now_ns, changed_ns=now_ns)
        )
        tasks = [root_id, *below(connection, [root_id])]
        self._tasks.change(connection, tasks, "killed" if state == "killed" else "ended", _LIVING)
        self._authority.bump_orders(connection)

    def _kill(self, connection: Connection, task_id: str, reason: str) -> None:
        try:
            self._runs.steer(connection, task_id, "kill", reason)
        except Forbidden:
            return  # it has ended meanwhile
        self._authority.bump_orders(connection)

    # People

    def _cancel(self, connection: Connection, asked: CancelPipeline, who: Person) -> PipelineRunIs:
        require(who, Right.OPERATE, "cancel pipelines")
        reason = check_reason(asked.reason)
        run = self._run(connection, asked.run_id)
        if run.state == "over":
            raise Forbidden(f"The run {run.id} is over: {run.verdict}.", code="run_state")
        values = {"state": "cancelling", "reason": f"{who.name}: {reason}"}
        connection.execute(update(pipeline_runs).where(pipeline_runs.c.id == run.id).values(**values))
        self._kill(connection, run.root_id, reason)
        self._bump(connection, run.id)
        body = {"reason": reason}
        self._chain.append(connection, kind="pipeline.cancel", actor=who.name, subject=run.id, body=body)
        return _told(self._run(connection, run.id))

    def _retry_asked(self, connection: Connection, asked: RetryPipeline, who: Person) -> PipelineRunIs:
        require(who, Right.OPERATE, "retry pipelines")
        reason = check_reason(asked.reason)
        run = self._run(connection, asked.run_id)
        text = self._retry(connection, run, who.name, reason)
        self._inbox.decided(connection, FAILED, run.id, who, RETRY, reason, text)
        return _told(self._run(connection, run.id))

    def _retry(self, connection: Connection, run: Any, who: str, reason: str) -> str:
        """Let a run go on under a new root. Raises Forbidden where it goes on, or has succeeded."""
        if run.state != "over" or run.verdict == "succeeded":
            how = run.verdict if run.state == "over" else run.state
            raise Forbidden(f"The run {run.id} is {how}.", code="run_state")
        if run.inputs == "":
            raise Forbidden(f"What {run.id} was given is erased.", fix="Start another run.", code="run_state")
        row = self._definition(run.pipeline)
        root_id = self._root(connection, row, json.loads(run.inputs), by_person=run.trigger_key is None)
        hand_on(connection, run.root_id, root_id)
        now_ns, of = self._clock.wall_ns(), pipeline_units.c
        bad = (of.run_id == run.id) & of.state.in_(sorted(UNIT_BAD))
        connection.execute(delete(pipeline_units).where(bad, of.attempt == 0))
        connection.execute(
            update(pipeline_units)
            .where(bad)
            .values(state="again", due_ns=now_ns, allowed=of.attempt, ended_ns=None)
        )
        values = {
            "state": "running",
            "verdict": None,
            "reason": "",
            "root_id": root_id,
            "trace_id": trace_of(root_id),
            "ended_ns": None,
            "deadline_ns": now_ns + row.timeout_ms * 1_000_000,
        }
        connection.execute(update(pipeline_runs).where(pipeline_runs.c.id == run.id).values(**values))
        self._own(connection, self._run(connection, run.id), root_id)
        self._bump(connection, run.id)
        body = {"reason": reason, "task": root_id}
        self._chain.append(connection, kind="pipeline.retry", actor=who, subject=run.id, body=body)
        return f"{run.id} goes on from what has not succeeded."

    def _approved(self, connection: Connection, case: Case, who: Person | None) -> str:
        run_id = str(case.evidence["run"])
        self._bump(connection, run_id)
        if case.choice == APPROVE:
            return f"{run_id} goes on."
        return f"{run_id}: the step is denied{'' if who is not None else ', because nobody answered'}."

    def _failed_answered(self, connection: Connection, case: Case, who: Person | None) -> str:
        run = self._run(connection, case.key)
        if case.choice != RETRY or who is None:
            return f"{run.id} stays failed."
        return self._retry(connection, run, who.name, case.reason or "")

    # What is written

    def _note(self, connection: Connection, asked: NoteTrigger, _who: Person) -> TriggerNoted:
        table, now_ns = pipeline_triggers, self._clock.wall_ns()
        of = (table.c.pipeline == asked.pipeline) & (table.c.trigger == asked.trigger)
        values = {"memory": json.dumps(_object(asked.memory, "memory")), "at_ns": now_ns}
        if not connection.execute(update(table).where(of).values(**values)).rowcount:
            connection.execute(insert(table).values(pipeline=asked.pipeline, trigger=asked.trigger, **values))
        return TriggerNoted()

    @staticmethod
    def _run(connection: Connection, run_id: str) -> Any:
        """Return a run's row, locked. Raises NotFound."""
        query = select(pipeline_runs).where(pipeline_runs.c.id == run_id).with_for_update()
        row = connection.execute(query).first()
        if row is None:
            raise NotFound(f"There is no run {run_id} of a pipeline.", fix="See podium pipeline list.")
        return row

    @staticmethod
    def _unit(connection: Connection, run_id: str, step: str, item: int) -> Any:
        of = pipeline_units.c
        query = select(pipeline_units).where(of.run_id == run_id, of.step == step, of.item == item)
        return connection.execute(query).first()

    def _put(self, connection: Connection, run_id: str, step: str, item: int, **values: Any) -> None:
        of = pipeline_units.c
        mine = (of.run_id == run_id) & (of.step == step) & (of.item == item)
        if values.get("state") == "running":
            values |= {"began_ns": self._clock.wall_ns(), "due_ns": None, "ended_ns": None}
            values.setdefault("task_id", None)
            values.setdefault("case_id", None)
            values.setdefault("reason", "")
        if connection.execute(update(pipeline_units).where(mine).values(**values)).rowcount:
            return
        values = {"reason": "", "allowed": 0} | values
        connection.execute(insert(pipeline_units).values(run_id=run_id, step=step, item=item, **values))

    @staticmethod
    def _bump(connection: Connection, run_id: str) -> None:
        of = pipeline_runs.c
        connection.execute(update(pipeline_runs).where(of.id == run_id).values(revision=of.revision + 1))


def check_inputs(row: PipelineRow, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a run's inputs with their defaults. Raises InvalidRequest naming the one that does not fit."""
    for name in given:
        if name not in row.inputs:
            known = ", ".join(row.inputs) or "none"
            raise InvalidRequest(
                f"{row.name} has no input {name}.", fix=f"It has: {known}.", field=f"inputs.{name}"
            )
    inputs: dict[str, Any] = {}
    for name, one in row.inputs.items():
        value = given.get(name, one.default)
        if value is None:
            raise InvalidRequest(f"The input {name} has no value.", field=f"inputs.{name}")
        if kind_of(value) != one.type:
            raise InvalidRequest(
                f"The input {name} is {one.type}, not {kind_of(value)}.", field=f"inputs.{name}"
            )
        inputs[name] = value
    return inputs


def _object(text: str, field: str) -> dict[str, Any]:
    if len(text.encode()) > MAX_INPUT_BYTES:
        raise InvalidRequest(f"It has at most {MAX_INPUT_BYTES} bytes.", field=field)
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise InvalidRequest("It is a JSON object.", field=field)
    return found


def _told(run: Any, *, started: bool = False) -> PipelineRunIs:
    return PipelineRunIs(run.id, run.pipeline, run.state, run.verdict, run.revision, run.root_id, started)
