"""Runs: tasks that Podium itself starts. The runner decides and acts; what becomes of them is written here.

Every change is one transaction in which the move is checked against the table of `ports.run_states`. A
question that is asked again, after a crash of either side, changes nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Engine, insert, select, update

from podium.keeper.authority import Authority
from podium.keeper.chain import Chain
from podium.keeper.lineage import below
from podium.keeper.run_wishes import decide_row
from podium.keeper.tasks import LIFE_S, TaskBook, new_task_id
from podium.kernel.errors import Forbidden, NotFound
from podium.ports import Clock, Entropy
from podium.ports.database import meta, task_identities
from podium.ports.fleet_tables import artifacts, task_runs
from podium.ports.run_states import OVER, RunEvent, Standing, decide_move
from podium.ports.runs import (
    RUNNER_DIED,
    Claimed,
    ClaimRun,
    GetRun,
    LostRun,
    QueueTask,
    RunAnswer,
    RunIs,
    RunnerHello,
    RunnerIs,
    RunQuestion,
    RunReport,
    run_of,
)
from podium.spend.machines import NO_GPU, GpuHow

RUNNER: Final = "runner"
"""Under which `meta` names the runner that is heard."""
_EVENTS: Final[dict[str, RunEvent]] = {
    "succeeded": "succeed",
    "failed": "fail",
    "killed": "kill",
    "unknown": "doubt",
    "queued": "let_go",
}
_FOLLOWING: Final[dict[str, RunEvent]] = {
    "paused": "pause",
    "running": "resume",
    "killed": "kill",
    "revoked": "kill",
    "ended": "kill",
}
"""What happens to a run when its identity, or that of a task above it, comes into a state."""
_LIVING: Final = frozenset({"running", "paused"})
_STEERED: Final = {
    "pause": ("paused", frozenset({"running"})),
    "resume": ("running", frozenset({"paused"})),
    "end": ("ended", _LIVING),
    "kill": ("killed", _LIVING),
    "revoke": ("revoked", _LIVING),
}


class RunBook:
    """The runs. Its methods run in the database thread."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        entropy: Entropy,
        chain: Chain,
        *,
        authority: Authority,
        tasks: TaskBook,
    ) -> None:
        self._engine, self._clock, self._entropy, self._chain = engine, clock, entropy, chain
        self._authority, self._tasks = authority, tasks
        self.holds_lock: Callable[[str], bool] = lambda _: True
        """Whether a runner holds the runner's lock; set by who knows where that is."""
        self.on_ended: Callable[[Connection, str], None] = lambda _connection, _task_id: None
        """Called in the transaction in which a run ends, or becomes unknown, with its id."""
        self.changes = 0
        """Counts what has changed; read in the event loop."""
        self.in_doubt: Callable[[Connection, str], str | None] = lambda _connection, _task_id: None
        """Returns in words what nobody knows of a run that has ended; None: everything is known."""
        tasks.followers = self._followed

    def do(self, question: RunQuestion) -> RunAnswer:
        """Answer what the runner asks. Raises NotFound, Forbidden; then nothing is changed."""
        if isinstance(question, GetRun):
            with self._engine.connect() as connection:
                return run_of(self._row(connection, question.task_id))
        kinds: dict[type, Callable[[Connection, Any], RunAnswer]] = {
            RunnerHello: self._hello,
            ClaimRun: self._claim,
            RunReport: self._report,
        }
        with self._engine.begin() as connection:
            answer = kinds[type(question)](connection, question)
        self._authority.refresh_orders()
        return answer

    def touch(self) -> None:
        """Have the runner look."""
        self.changes += 1

    def budget(self, task_id: str) -> int | None:
        """Return a run's budget (nano-USD), None where it has none of its own."""
        with self._engine.connect() as connection:
            query = select(task_runs.c.budget_nano_usd).where(task_runs.c.task_id == task_id)
            return connection.execute(query).scalar()

    # The queue

    def queue(self, connection: Connection, wish: QueueTask, actor: str) -> RunIs:
        """Put a run into the queue, or return the one that the same wish has put there.

        Raises NotFound for an agent or a parent that there is not, InvalidRequest naming a field, Forbidden
        for a parent that has ended. ``actor``: a person, or what Podium does by itself.
        """
        table, now_ns = task_runs, self._clock.wall_ns()
        if wish.pipeline_run_id is not None:
            same = (table.c.pipeline_run_id == wish.pipeline_run_id) & (table.c.step == wish.step)
            there = connection.execute(select(table).where(same, table.c.item == wish.item)).first()
        else:
            there = connection.execute(select(table).where(table.c.task_id == wish.task_id)).first()
        if there is not None:
            return run_of(there)
        root_id = self._root(connection, wish.parent_id) if wish.parent_id is not None else None
        task_id = wish.task_id or new_task_id(now_ns, self._entropy)
        agents = self._tasks.in_force_snapshot().agents
        row = decide_row(wish, agents, task_id=task_id, root_id=root_id, by=actor, now_ns=now_ns)
        connection.execute(insert(table).values(**row))
        self.changes += 1
        said = {"agent": wish.agent, "step": wish.step, "pipeline_run": wish.pipeline_run_id}
        body = {name: value for name, value in said.items() if value}
        self._chain.append(connection, kind="task.queue", actor=actor, subject=task_id, body=body)
        return run_of(self._row(connection, task_id))

    def _root(self, connection: Connection, parent_id: str) -> str:
        """Return the root above a task. Raises NotFound, Forbidden."""
        for table, over in ((task_runs, OVER), (task_identities, {"ended", "killed", "revoked"})):
            row = connection.execute(select(table).where(table.c.task_id == parent_id)).first()
            if row is not None:
                if row.state in over:
                    raise Forbidden(f"The task {parent_id} is {row.state}.", code="task_state")
                return str(row.root_id)
        raise NotFound(f"There is no task {parent_id}.", field="parent_id")

    # The runner

    def _hello(self, connection: Connection, hello: RunnerHello) -> RunnerIs:
        """Hear a runner from now on, and put back what others had."""
        if not self.holds_lock(hello.runner):
            raise Forbidden(
                f"The runner {hello.runner} does not hold the runner's lock.", code="not_the_runner"
            )
        of = meta.c
        done = connection.execute(update(meta).where(of.key == RUNNER).values(value=hello.runner))
        if not done.rowcount:
            connection.execute(insert(meta).values(key=RUNNER, value=hello.runner))
        held = select(task_runs).where(task_runs.c.runner.is_not(None), task_runs.c.runner != hello.runner)
        requeued: list[str] = []
        failed: list[str] = []
        lost = {(it.task_id, it.attempt): it for it in hello.lost}
        for row in connection.execute(held.with_for_update()).all():
            reason = RUNNER_DIED if row.state not in OVER else row.reason
            values: dict[str, Any] = {"runner": None} | _used(row, lost.get((row.task_id, row.attempt)))
            after = self._move(connection, row, "lose", reason=reason, values=values)
            if after is None:
                self._write(connection, row.task_id, **values)
            else:
                (failed if after.state == "failed" else requeued).append(row.task_id)
        return RunnerIs(tuple(requeued), tuple(failed))

    def _heard(self, connection: Connection, runner: str) -> None:
        known = connection.execute(select(meta.c.value).where(meta.c.key == RUNNER)).scalar()
        if known != runner:
            raise Forbidden(
                f"The runner {runner} is not heard any more.", fix="Say hello first.", code="not_the_runner"
            )

    def _claim(self, connection: Connection, claim: ClaimRun) -> Claimed:
        self._heard(connection, claim.runner)
        row, now_ns = self._row(connection, claim.task_id), self._clock.wall_ns()
        if not (row.state == "running" and row.runner == claim.runner):
            values = {"runner": claim.runner, "started_ns": row.started_ns or now_ns, "attempt_ns": now_ns}
            if self._move(connection, row, "claim", reason="", values=values) is None:
                raise Forbidden(f"The task {row.task_id} is {row.state}.", code="task_state")
            row = self._row(connection, claim.task_id)
        if not row.agent:
            return Claimed(run_of(row), row.request, until_ns=row.deadline_ns)
        agent = self._tasks.in_force_snapshot().agents.get(row.agent)
        life_s = agent.run.life_s if agent is not None and agent.run is not None else LIFE_S
        begun = self._tasks.begin_run(connection, row, life_s)
        until_ns = begun.until_s * 1_000_000_000
        return Claimed(run_of(row), row.request, begun.token, begun.token_expires_in_s, until_ns)

    def _report(self, connection: Connection, report: RunReport) -> RunIs:
        self._heard(connection, report.runner)
        row = self._row(connection, report.task_id)
        never_began = row.state == "queued" and row.runner is None and report.state in {"failed", "killed"}
        if row.attempt != report.attempt or (row.runner != report.runner and not never_began):
            return run_of(row)  # it was reported before, or the attempt is not this runner's any more
        values: dict[str, Any] = {"runner": None, "exit_code": report.exit_code} | _used(row, report)
        if report.result_sha256 is not None:
            values["result_sha256"] = report.result_sha256
        self._keep_artifacts(connection, report)
        event, reason = _EVENTS[report.state], report.reason
        if event in {"succeed", "fail"} and (doubt := self.in_doubt(connection, row.task_id)) is not None:
            event, reason = "doubt", doubt
        if self._move(connection, row, event, reason=reason, values=values) is None:
            self._write(connection, row.task_id, **values)  # a person has ended it: what it used is added
        return run_of(self._row(connection, row.task_id))

    def _keep_artifacts(self, connection: Connection, report: RunReport) -> None:
        table, now_ns = artifacts, self._clock.wall_ns()
        of_task = table.c.task_id == report.task_id
        known = set(connection.execute(select(table.c.name).where(of_task)).scalars())
        for one in report.artifacts:
            values = {"sha256": one.sha256, "media_type": one.media_type, "bytes": one.bytes, "at_ns": now_ns}
            if one.name in known:
                connection.execute(update(table).where(of_task, table.c.name == one.name).values(**values))
            else:
                connection.execute(insert(table).values(task_id=report.task_id, name=one.name, **values))
            known.add(one.name)

    # People, and what happens to tasks above

    def steer(self, connection: Connection, task_id: str, act: str, reason: str) -> RunIs | None:
        """Do what a person says to a run and what it has started; None where there is no such run.

        Raises Forbidden where its state does not allow that.
        """
        row = connection.execute(select(task_runs).where(task_runs.c.task_id == task_id)).first()
        if row is None:
            return None
        state, from_states = _STEERED[act]
        if decide_move(_standing(row), _FOLLOWING[state]) is None:
            raise Forbidden(f"The task {task_id} is {row.state}.", code="task_state")
        self._tasks.change(connection, [task_id, *below(connection, [task_id])], state, from_states)
        row = self._row(connection, task_id)
        if act != "end" or self._move(connection, row, "kill", reason=reason) is None:
            self._write(connection, task_id, reason=reason)
        return run_of(self._row(connection, task_id))

    def answer(self, connection: Connection, task_id: str, *, go_on: bool, reason: str) -> RunIs:
        """Let a run that is unknown go on, or give it up. Raises NotFound, Forbidden."""
        row = self._row(connection, task_id)
        if self._move(connection, row, "go_on" if go_on else "give_up", reason=reason) is None:
            raise Forbidden(f"The task {task_id} is {row.state}.", code="task_state")
        if go_on:
            self._tasks.change(connection, [task_id], "running", frozenset({"paused"}))
        return run_of(self._row(connection, task_id))

    def _followed(self, connection: Connection, task_ids: Sequence[str], state: str) -> None:
        """Bring runs after their identities, in the transaction that has changed those."""
        rows = connection.execute(select(task_runs).where(task_runs.c.task_id.in_(task_ids))).all()
        for row in rows:
            itself = row.task_id == task_ids[0]
            if itself and state == "ended" and row.runner is not None:
                continue  # it has ended its task with its own token: its program's end says how
            reason = row.reason if itself else f"Its parent is {state}."
            self._advance(connection, row, _FOLLOWING[state], reason=reason, values={})

    # Moves

    def _move(
        self,
        connection: Connection,
        row: Any,
        event: RunEvent,
        *,
        reason: str,
        values: dict[str, Any] | None = None,
    ) -> Standing | None:
        """Move a run, and its identity with it; None, and nothing is changed, where it cannot be."""
        after = self._advance(connection, row, event, reason=reason, values=values or {})
        if after is None:
            return None
        ended = {"succeeded": "ended", "failed": "ended", "killed": "killed", "unknown": "paused"}
        if after.state in ended:
            tasks = [row.task_id, *below(connection, [row.task_id])]
            self._tasks.change(connection, tasks, ended[after.state], _LIVING)
            self._authority.bump_orders(connection)
        return after

    def _advance(
        self, connection: Connection, row: Any, event: RunEvent, *, reason: str, values: dict[str, Any]
    ) -> Standing | None:
        after = decide_move(_standing(row), event)
        if after is None:
            return None
        now_ns = self._clock.wall_ns()
        moved: dict[str, Any] = {"state": after.state, "attempt": after.attempt, "attempts": after.attempts}
        if after.state in OVER:
            moved["ended_ns"] = now_ns
        self._write(connection, row.task_id, **moved, reason=reason, changed_ns=now_ns, **values)
        if after.state in OVER or after.state == "unknown":
            self.on_ended(connection, row.task_id)
        return after

    def _write(self, connection: Connection, task_id: str, **values: Any) -> None:
        self.changes += 1
        connection.execute(update(task_runs).where(task_runs.c.task_id == task_id).values(**values))

    @staticmethod
    def _row(connection: Connection, task_id: str) -> Any:
        """Return a run's row, locked. Raises NotFound."""
        query = select(task_runs).where(task_runs.c.task_id == task_id).with_for_update()
        row = connection.execute(query).first()
        if row is None:
            raise NotFound(f"There is no run {task_id}.", fix="See podium task list --all.", field="task_id")
        return row


def _standing(row: Any) -> Standing:
    return Standing(row.state, row.runner is not None, row.attempt, row.attempts)


def _used(row: Any, attempt: RunReport | LostRun | None) -> dict[str, Any]:
    """Return what a run has used with one more of its attempts; nothing where that is not known."""
    found: dict[str, Any] = {}
    if attempt is not None and attempt.cpu_ms is not None:
        found["cpu_ms"] = (row.cpu_ms or 0) + attempt.cpu_ms
    if attempt is not None and attempt.peak_memory_bytes is not None:
        found["peak_memory_bytes"] = max(row.peak_memory_bytes or 0, attempt.peak_memory_bytes)
    how = attempt.gpu_how if attempt is not None else None
    if how is not None:
        lost = isinstance(attempt, LostRun)
        now_ms = 0 if how in NO_GPU else None if lost else attempt.gpu_ms  # type: ignore[union-attr] # of a report
        found |= gpu_together((row.gpu_ms, row.gpu_how), (now_ms, "lost" if lost and now_ms is None else how))
    return found


def gpu_together(
    before: tuple[int | None, GpuHow | None], now: tuple[int | None, GpuHow]
) -> dict[str, int | str | None]:
    """Return the GPU time of a run (ms) and how it is known, with one more of its attempts.

    Of which one is not known it is not known, and why stays; with a sampled one it is sampled.
    """
    (ms, how), (now_ms, now_how) = before, now
    if how is None:
        return {"gpu_ms": now_ms, "gpu_how": now_how}
    if ms is None:
        return {}
    if now_ms is None:
        return {"gpu_ms": None, "gpu_how": now_how}
    return {"gpu_ms": ms + now_ms, "gpu_how": now_how if how in NO_GPU else how}
