"""What people change of a task while it runs: what they tell it, its budget, its deadline, what it may.

All of it is in force in every worker with the next orders, and stands in the tokens that come after.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, insert, select, update

from podium.keeper.grants_left import leave
from podium.keeper.lineage import Steered, below
from podium.keeper.tasks import TaskBook
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound
from podium.kernel.money import usd_text
from podium.ports import Clock
from podium.ports.acts import SteerTask
from podium.ports.database import task_identities
from podium.ports.fleet_tables import task_grants, task_messages, task_runs
from podium.ports.run_states import LIVING, OVER
from podium.ports.tasks import DEAD_STATES
from podium.trust.credentials.identity import Detail

CHANGES: Final = frozenset({"message", "limit", "deadline", "narrow"})
"""Acts of `SteerTask` that end nothing."""
MAX_MESSAGE: Final = 8000
"""Characters."""
MAX_MESSAGES: Final = 1000
_DEEPEST: Final = 16
_details = msgspec.json.Decoder(tuple[Detail, ...])


class RunSteering:
    """Changes tasks that live. Its methods run in the database thread."""

    def __init__(self, clock: Clock, tasks: TaskBook, changed: Callable[[], None]) -> None:
        """Tell tokens and orders of what is changed. ``changed``: called when the runner is to look."""
        self._clock, self._changed = clock, changed
        tasks.budgets, tasks.steered = self.budgets, self.steered

    def change(self, connection: Connection, act: SteerTask, who: str) -> str:
        """Do what a person says; return it in words. Raises NotFound, Forbidden, InvalidRequest."""
        doing: dict[str, Callable[[Connection, SteerTask, str], str]] = {
            "message": self._message,
            "limit": self._limit,
            "deadline": self._deadline,
            "narrow": self._narrow,
        }
        text = doing[act.act](connection, act, who)
        self._changed()
        return text

    def _run(self, connection: Connection, task_id: str) -> Any:
        """Return the row of a run that lives, locked. Raises NotFound, Forbidden."""
        row = connection.execute(
            select(task_runs).where(task_runs.c.task_id == task_id).with_for_update()
        ).first()
        if row is None:
            raise NotFound(
                f"There is no run {task_id}: only what Podium runs can be told so.", field="task_id"
            )
        if row.state in OVER:
            raise Forbidden(f"The task {task_id} is {row.state}.", code="task_state")
        return row

    def _message(self, connection: Connection, act: SteerTask, who: str) -> str:
        text, table = (act.text or "").strip(), task_messages
        if not text or len(text) > MAX_MESSAGE:
            raise InvalidRequest(f"A message has 1 to {MAX_MESSAGE} characters.", field="text")
        self._run(connection, act.task_id)
        count = select(func.coalesce(func.max(table.c.seq), 0)).where(table.c.task_id == act.task_id)
        seq = connection.execute(count).scalar_one() + 1
        if seq > MAX_MESSAGES:
            raise Forbidden(f"A run is told at most {MAX_MESSAGES} things.")
        now_ns = self._clock.wall_ns()
        row = {"task_id": act.task_id, "seq": seq, "at_ns": now_ns, "by": who, "text": text}
        connection.execute(insert(table).values(**row))
        return f"{act.task_id} is told."

    def _limit(self, connection: Connection, act: SteerTask, _who: str) -> str:
        amount = act.amount_nano_usd
        if amount is None or amount <= 0:
            raise InvalidRequest("A budget is more than nothing.", field="amount")
        self._run(connection, act.task_id)
        self._write(connection, act.task_id, budget_nano_usd=amount, budget_ns=self._clock.wall_ns())
        return f"{act.task_id} and what it starts may spend {usd_text(amount)} USD in all."

    def _deadline(self, connection: Connection, act: SteerTask, _who: str) -> str:
        at_ns = act.deadline_ns
        if at_ns is None or at_ns <= self._clock.wall_ns():
            raise InvalidRequest("The deadline is over.", field="deadline")
        self._run(connection, act.task_id)
        self._write(connection, act.task_id, deadline_ns=at_ns)
        table = task_identities
        connection.execute(
            update(table)
            .where(table.c.task_id.in_([act.task_id, *below(connection, [act.task_id])]))
            .where(table.c.until_ns > at_ns)
            .values(until_ns=at_ns)
        )
        return f"{act.task_id} must be over in {(at_ns - self._clock.wall_ns()) // 1_000_000_000} seconds."

    def _narrow(self, connection: Connection, act: SteerTask, _who: str) -> str:
        if act.details is None:
            raise InvalidRequest("Say what it may from now on.", field="details")
        table, ids = task_identities, [act.task_id, *below(connection, [act.task_id])]
        rows = connection.execute(select(table).where(table.c.task_id.in_(ids)).with_for_update()).all()
        if not any(row.task_id == act.task_id for row in rows):
            raise NotFound(f"There is no task {act.task_id} that has begun.", field="task_id")
        for row in rows:
            if row.state in DEAD_STATES:
                continue
            leave(connection, row, act.details)
        return f"{act.task_id} and what it has started may do less from now on."

    def _write(self, connection: Connection, task_id: str, **values: Any) -> None:
        values["changed_ns"] = self._clock.wall_ns()
        connection.execute(update(task_runs).where(task_runs.c.task_id == task_id).values(**values))

    # What tokens and orders say

    def budgets(self, connection: Connection, task_id: str) -> tuple[tuple[str, int], ...]:
        """Return the runs on whose budgets a task draws: itself, and those above it."""
        found: list[tuple[str, int]] = []
        at: str | None = task_id
        for _ in range(_DEEPEST):
            if at is None:
                break
            run = connection.execute(select(task_runs).where(task_runs.c.task_id == at)).first()
            if run is not None and run.budget_nano_usd is not None:
                found.append((at, run.budget_nano_usd))
            of = task_identities.c
            above = connection.execute(select(of.parent_id).where(of.task_id == at)).scalar()
            at = above or (run.parent_id if run is not None else None)
        return tuple(found)

    def steered(self, connection: Connection) -> Steered:
        """Return what tokens that are out do not say."""
        table, now_ns = task_grants, self._clock.wall_ns()
        grants = connection.execute(
            select(table).where(table.c.until_ns > now_ns).order_by(table.c.task_id)
        ).all()
        of = task_runs.c
        query = select(of.task_id, of.budget_nano_usd).where(of.state.in_(LIVING), of.budget_ns.is_not(None))
        amounts = [(row.task_id, row.budget_nano_usd) for row in connection.execute(query)]
        return Steered(
            tuple((row.task_id, _details.decode(row.details)) for row in grants), tuple(sorted(amounts))
        )
