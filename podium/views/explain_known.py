"""What the tables say of tasks that are told of together, asked for many at once: each question travels."""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection, func, select

from podium.ports.acts import case_of
from podium.ports.database import calls, cases, task_identities
from podium.ports.fleet_tables import artifacts, task_runs
from podium.trust.cases import Case
from podium.views.scope import naming

MAX_STEPS: Final = 100
"""Calls of each kind, and cases, that are told of one task."""
MAX_TASKS: Final = 100
"""Tasks of one tree."""


class Known:
    """Of each task: its run, what it left behind, cost, cases and what it started."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._runs: dict[str, Any] = {}
        self._left: dict[str, list[tuple[str, str]]] = {}
        self._costs: dict[str, int] = {}
        self._cases: dict[str, list[Case]] = {}
        self._started: dict[str, list[str]] = {}

    def learn(self, task_ids: Iterable[str]) -> None:
        """Ask about tasks that are not known yet."""
        new = [task_id for task_id in dict.fromkeys(task_ids) if task_id not in self._runs]
        if not new:
            return
        ask = self._connection.execute
        self._runs |= dict.fromkeys(new)
        self._costs |= dict.fromkeys(new, 0)
        for known in (self._left, self._cases, self._started):
            known.update({task_id: [] for task_id in new})
        self._runs |= {row.task_id: row for row in ask(select(task_runs).where(task_runs.c.task_id.in_(new)))}
        of = artifacts.c
        query = select(of.task_id, of.name, of.sha256).where(of.task_id.in_(new)).order_by(of.name)
        for task_id, name, sha256 in ask(query):
            self._left[task_id].append((name, sha256))
        sums = select(calls.c.task_id, func.sum(calls.c.cost_nano_usd)).where(calls.c.task_id.in_(new))
        self._costs |= {task_id: int(cost) for task_id, cost in ask(sums.group_by(calls.c.task_id))}
        asked = select(cases).where(cases.c.task_id.in_(new)).order_by(cases.c.created_ns)
        for row in ask(asked).mappings():
            if len(mine := self._cases[row["task_id"]]) < MAX_STEPS:
                mine.append(case_of(row))
        for table in (task_identities, task_runs):
            below = naming(self._connection, table, ("parent_id",), new)
            for parent_id, task_id in ask(select(table.c.parent_id, table.c.task_id).where(below)):
                self._started[parent_id].append(task_id)

    def run(self, task_id: str) -> Any:
        """Return the row of a run; None: Podium does not run the task."""
        self.learn([task_id])
        return self._runs[task_id]

    def left(self, task_id: str) -> list[tuple[str, str]]:
        """Return name and SHA-256 of what a task has left behind."""
        self.learn([task_id])
        return self._left[task_id]

    def cost(self, task_id: str) -> int:
        """Return what its calls of models have cost (nano-USD)."""
        self.learn([task_id])
        return self._costs[task_id]

    def cases(self, task_id: str) -> list[Case]:
        """Return what people were asked about it, the oldest first."""
        self.learn([task_id])
        return self._cases[task_id]

    def started(self, task_id: str) -> list[str]:
        """Return the tasks that it has started, by their ids, and know the first of them too."""
        self.learn([task_id])
        found = sorted(set(self._started[task_id]))
        self.learn(found[:MAX_TASKS])
        return found
