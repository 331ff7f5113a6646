"""What judges of live audits have spent today, and may spend: by the ledger, and by what came in since.

A judge's budget is that of one day (UTC), over all tasks that it judges. Its own tasks are known again by
what they were begun for, so that a collector that starts anew goes on with what its predecessor has spent.
"""

import asyncio
import hashlib
from typing import Final

from sqlalchemy import Engine, func, select

from podium.manifest.audit_rows import JudgeRow
from podium.ports import Clock
from podium.ports.aggregates import usage_tasks
from podium.ports.audits import judging_request
from podium.ports.database import task_identities

Key = tuple[str, str]
"""An audit, and a judge of it."""
DAY_NS: Final = 86_400_000_000_000


class _Spending:
    """Of one judge, on one day. Amounts are nano-USD."""

    __slots__ = ("charged", "day", "doubtful", "own", "tasks")

    def __init__(self, day: int, tasks: set[str], charged: int) -> None:
        self.day, self.tasks, self.charged = day, tasks, charged
        self.own = charged
        """By answers since, from what the ledger had said."""
        self.doubtful = False


class JudgeMoney:
    """Counts."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._of: dict[Key, _Spending] = {}

    def day(self) -> int:
        """Return which day it is: days since 1970, UTC."""
        return self._clock.wall_ns() // DAY_NS

    async def left_nano_usd(self, key: Key, judge: JudgeRow) -> int:
        """Return what a judge may still spend today. Raises SQLAlchemyError."""
        found, day = self._of.get(key), self.day()
        if found is None or found.day != day:
            found = await asyncio.to_thread(self._begin, key, judge.agent, day)
            self._of[key] = found
        elif found.doubtful:
            found.charged = await asyncio.to_thread(self._charged, found.tasks)
            found.own = max(found.own, found.charged)
            found.doubtful = False
        return judge.budget_nano_usd - found.own

    def begun(self, key: Key, task_id: str) -> None:
        """Count what is spent in the name of a task."""
        if (found := self._of.get(key)) is not None:
            found.tasks.add(task_id)

    def spent(self, key: Key, cost_nano_usd: int) -> None:
        """Count what an answer has cost."""
        if (found := self._of.get(key)) is not None:
            found.own += cost_nano_usd

    def doubt(self, key: Key) -> None:
        """Nobody has said what a vote cost: look into the ledger before the next one."""
        if (found := self._of.get(key)) is not None:
            found.doubtful = True

    def _begin(self, key: Key, agent: str, day: int) -> _Spending:
        of = task_identities.c
        asked = hashlib.sha256(judging_request(*key).encode()).hexdigest()
        query = select(of.task_id).where(
            of.started_ns >= day * DAY_NS, of.agent == agent, of.prompt_sha256 == asked
        )
        with self._engine.connect().execution_options(read_only=True) as connection:
            tasks = set(connection.execute(query).scalars())
        return _Spending(day, tasks, self._charged(tasks))

    def _charged(self, tasks: set[str]) -> int:
        if not tasks:
            return 0
        total = 0
        names = sorted(tasks)
        with self._engine.connect().execution_options(read_only=True) as connection:
            for at in range(0, len(names), 400):
                query = select(func.sum(usage_tasks.c.cost_nano_usd)).where(
                    usage_tasks.c.task_id.in_(names[at : at + 400])
                )
                total += int(connection.execute(query).scalar() or 0)
        return total
