"""What people do to tasks: end them, hold them, change them, try them once more."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select

from podium.keeper.authority import Authority
from podium.keeper.choosing import chosen, parents_of
from podium.keeper.erasure import Erasure
from podium.keeper.grants_left import hand_on
from podium.keeper.run_steering import CHANGES, RunSteering
from podium.keeper.runs import RunBook
from podium.keeper.tasks import TaskBook
from podium.kernel.errors import Forbidden, NotFound
from podium.ports import Clock
from podium.ports.acts import (
    ActDone,
    By,
    EraseTask,
    RetryTask,
    SteeredTask,
    SteerTask,
    SteerTasks,
    TasksSteered,
)
from podium.ports.fleet_tables import task_runs
from podium.ports.run_states import OVER
from podium.ports.runs import QueueTask
from podium.trust.people import Person, Right, check_reason, require
from podium.trust.request.user import user_of


class TaskActs:
    """Does it, each in the transaction of the act, and writes it into the chain."""

    def __init__(
        self,
        clock: Clock,
        authority: Authority,
        tasks: TaskBook,
        runs: RunBook,
        steering: RunSteering,
        erasure: Erasure,
        noted: Callable[..., None],
    ) -> None:
        """Take what does the work. ``noted``: writes an act into the chain, with more by name."""
        self._clock, self._authority, self._tasks, self._runs = clock, authority, tasks, runs
        self._steering, self._erasure, self._noted = steering, erasure, noted

    def steer(self, connection: Connection, act: SteerTask, who: Person) -> ActDone:
        """Do what a person says to a task. Raises Forbidden, NotFound, InvalidRequest."""
        require(who, Right.OPERATE, f"{act.act} tasks")
        reason = check_reason(act.reason)
        more: dict[str, Any] = {}
        if act.act in CHANGES:
            text = self._steering.change(connection, act, who.name)
            told = {"amount_nano_usd": act.amount_nano_usd, "deadline_ns": act.deadline_ns}
            more = {name: value for name, value in told.items() if value is not None}
        else:
            run = self._runs.steer(connection, act.task_id, act.act, reason)
            task = run or self._tasks.steer(connection, act.task_id, act.act)
            text = f"{act.task_id} of {task.agent} is {task.state}."
        self._authority.bump_orders(connection)
        self._noted(connection, act, who, act.task_id, how=act.act, reason=reason, **more)
        return ActDone(act.task_id, text)

    def steer_all(self, connection: Connection, act: SteerTasks, who: Person) -> TasksSteered:
        """Pause or resume several tasks; each that cannot be is told with the reason. Raises Forbidden.

        What a task above has taken along is not done again. Raises InvalidRequest where nothing says which,
        and NotFound for an agent or a department that there is not.
        """
        require(who, Right.OPERATE, f"{act.act} tasks")
        reason = check_reason(act.reason)
        found = chosen(connection, act, self._clock.wall_ns(), self._authority.in_force)
        above = parents_of(connection, list(found))
        told: dict[str, SteeredTask] = {}
        for task_id in sorted(found, key=lambda it: (len(above[it]), it)):
            agent = found[task_id]
            taken = next((it for it in above[task_id] if it in told and told[it].done), None)
            if taken is not None:
                told[task_id] = SteeredTask(task_id, agent, done=True, text=f"with {taken}")
                continue
            one = SteerTask(act.by, task_id, act.act, reason)
            try:
                done = self.steer(connection, one, who)
            except (Forbidden, NotFound) as error:  # raised before anything of it is changed
                told[task_id] = SteeredTask(task_id, agent, done=False, text=error.message)
            else:
                told[task_id] = SteeredTask(task_id, agent, done=True, text=done.text)
        return TasksSteered([told[task_id] for task_id in found])

    def retry(self, connection: Connection, act: RetryTask, who: Person) -> ActDone:
        """Put a run that is over into the queue once more. Raises NotFound, Forbidden."""
        require(who, Right.OPERATE, "start tasks")
        reason = check_reason(act.reason)
        row = connection.execute(select(task_runs).where(task_runs.c.task_id == act.task_id)).first()
        if row is None:
            raise NotFound(
                f"There is no run {act.task_id}.", fix="See podium task list --all.", field="task_id"
            )
        if row.state not in OVER:
            raise Forbidden(f"The task {act.task_id} is {row.state}: it is not over.", code="task_state")
        if row.pipeline_run_id is not None:
            raise Forbidden(
                f"{act.task_id} is a step of {row.pipeline_run_id}.",
                fix="Try the pipeline's run again.",
                code="task_of_pipeline",
            )
        if row.erased_ns is not None:
            raise Forbidden(
                f"What {row.task_id} was asked for was erased on {_day(row.erased_ns)}.",
                fix="Start another task: podium task start.",
                code="task_erased",
            )
        wish = QueueTask(
            By(),
            row.agent,
            row.request,
            user=user_of(row.user_json),
            kind=row.kind,
            spec=row.spec,
            input_sha256=row.input_sha256,
            budget_nano_usd=row.budget_nano_usd,
            priority=row.priority,
            attempts=None,
            retry_of=row.task_id,
            department=row.department,
        )
        run = self._runs.queue(connection, wish, who.name)
        narrowed = hand_on(connection, row.task_id, run.task_id)
        self._noted(connection, act, who, act.task_id, reason=reason, again=run.task_id)
        more = " It may no more than what was left to that one." if narrowed else ""
        return ActDone(run.task_id, f"{run.task_id} is queued: {act.task_id} once more.{more}")

    def erase(self, connection: Connection, act: EraseTask, who: Person) -> ActDone:
        """Erase what a run that is over has said. Raises NotFound, Forbidden."""
        require(who, Right.ADMINISTER, "erase what tasks have said")
        reason = check_reason(act.reason)
        count = self._erasure.demand(connection, act.task_id)
        self._noted(connection, act, who, act.task_id, reason=reason, runs=count)
        more = f", and of {count - 1} that it has started" if count > 1 else ""
        return ActDone(act.task_id, f"What {act.task_id} has said is erased{more}.")


def _day(at_ns: int) -> str:
    return datetime.fromtimestamp(at_ns // 1_000_000_000, UTC).date().isoformat()
