"""What runs say is kept for some days after their end, for a retry, and then erased; figures stay.

What a run says is its request, its input, what people have told it, its result and what else it has left
behind; of a pipeline's run also what it was given. First the rows are changed, in one transaction: from there
on nothing leads to it. Then the bodies go that no living row names; one that a crash has left is found by a
walk through the store, which also takes what was put there for a row that never came.
"""

import logging
from collections.abc import Iterable
from typing import Final

from sqlalchemy import Connection, Engine, delete, exists, select, update

from podium.keeper.lineage import below
from podium.kernel.errors import Forbidden, NotFound
from podium.ports import Clock
from podium.ports.artifacts import PREFIXES, ArtifactStore
from podium.ports.bodies import named
from podium.ports.fleet_tables import artifacts, task_messages, task_runs
from podium.ports.pipeline_tables import pipeline_runs, pipeline_units
from podium.ports.run_states import OVER

DAY_NS: Final = 86_400_000_000_000
KEPT_NS: Final = 7 * DAY_NS
"""For a retry."""
EVERY_NS: Final = 3_600_000_000_000
STEP: Final = 200
"""Runs in one transaction."""
YOUNG_NS: Final = 600_000_000_000
"""A body that was put so shortly ago may belong to a row that comes yet: the walk finds it, if not."""
FOLDERS: Final = 16
"""Looked at in one second of the walk."""

logger = logging.getLogger(__name__)


class Erasure:
    """Erases what is due, some at a time. Runs in the keeper's database thread."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self.kept_ns: int | None = KEPT_NS
        """None: for ever."""
        self.bodies: ArtifactStore | None = None
        """None: they are on another machine."""
        self.holds = 0
        """While it is not zero no body goes: backups that are being made."""
        self._due_ns = self._walk_ns = clock.monotonic_ns()
        self._walk_ns += YOUNG_NS  # what a runner has put while no keeper heard it comes before that
        self._place = 0
        self._loose: set[str] = set()

    def tidy(self) -> None:
        """Erase some of what is due; where nothing is left, look again in an hour."""
        now_ns = self._clock.monotonic_ns()
        if now_ns >= self._due_ns and self.kept_ns is not None:
            before_ns = self._clock.wall_ns() - self.kept_ns
            with self._engine.begin() as connection:
                more = forget(connection, before_ns) == STEP
                due = _due(connection, before_ns)
                self._erase(connection, due)
            if due:
                logger.info("what %d runs have said is erased", len(due))
            self._due_ns = now_ns if more or len(due) == STEP else now_ns + EVERY_NS
        self.committed()
        self._walk(now_ns)

    def demand(self, connection: Connection, task_id: str) -> int:
        """Erase what a run that is over has said, and what it has started; return how many runs that are.

        Call `committed` afterwards. Raises NotFound, and Forbidden while one of them is not over.
        """
        ids = [task_id, *below(connection, [task_id])]
        of = task_runs.c
        rows = connection.execute(select(task_runs).where(of.task_id.in_(ids)).with_for_update()).all()
        if not any(row.task_id == task_id for row in rows):
            raise NotFound(f"There is no run {task_id}.", fix="See podium task list --all.", field="task_id")
        for row in sorted(rows, key=lambda row: row.task_id != task_id):
            if row.state not in OVER or row.runner is not None:
                how = "has a program yet" if row.state in OVER else f"is {row.state}"
                raise Forbidden(
                    f"The task {row.task_id} {how}.", fix="End it first: podium task kill.", code="task_state"
                )
        pipelines = {row.pipeline_run_id for row in rows} - {None}
        states = select(pipeline_runs.c.id).where(
            pipeline_runs.c.id.in_(pipelines), pipeline_runs.c.state != "over"
        )
        if (open_ := connection.execute(states).scalar()) is not None:
            raise Forbidden(f"{open_}, of which it is a part, is not over.", code="task_state")
        if any(row.kind == "pipeline" for row in rows):
            _forget(connection, sorted(pipelines))
        self._erase(connection, [row.task_id for row in rows if row.erased_ns is None])
        return len(rows)

    def _erase(self, connection: Connection, task_ids: Iterable[str]) -> None:
        ids, of = list(task_ids), task_runs.c
        if not ids:
            return
        mine = of.task_id.in_(ids)
        for digests in (
            *connection.execute(select(of.input_sha256, of.result_sha256).where(mine)),
            *connection.execute(select(artifacts.c.sha256).where(artifacts.c.task_id.in_(ids))),
        ):
            self._loose.update(digest for digest in digests if digest is not None)
        connection.execute(
            update(task_runs)
            .where(mine)
            .values(request=None, user_json=None, erased_ns=self._clock.wall_ns())
        )
        connection.execute(update(task_runs).where(mine, of.kind != "pipeline").values(spec="{}"))
        for table in (artifacts, task_messages):
            connection.execute(delete(table).where(table.c.task_id.in_(ids)))

    def committed(self) -> None:
        """Remove the bodies that nothing names any more, after the transaction that has erased their rows."""
        if self._loose and not self.holds:
            loose, self._loose = self._loose, set()
            self._remove(loose, YOUNG_NS)

    def _remove(self, digests: Iterable[str], young_ns: int) -> None:
        found = sorted(digests)
        if self.bodies is None or not found:
            return
        with self._engine.connect().execution_options(read_only=True) as connection:
            living = named(connection, found)
        before_ns = self._clock.wall_ns() - young_ns
        gone = sum([self.bodies.remove(one, before_ns=before_ns) for one in found if one not in living])
        if gone:
            logger.info("%d bodies that no run names any more are gone", gone)

    def _walk(self, now_ns: int) -> None:
        """Look through a part of the store, once an hour through all of it."""
        if self.bodies is None or self.holds or now_ns < self._walk_ns:
            return
        before_ns = self._clock.wall_ns() - EVERY_NS
        for prefix in PREFIXES[self._place : self._place + FOLDERS]:
            self._remove(self.bodies.old(prefix, before_ns=before_ns), EVERY_NS)
        self._place += FOLDERS
        if self._place >= len(PREFIXES):
            self._place, self._walk_ns = 0, now_ns + EVERY_NS


def _due(connection: Connection, before_ns: int) -> list[str]:
    """Return runs that ended before a time, and whose pipeline's run is not to be retried any more."""
    of = task_runs.c
    needed = exists().where(pipeline_runs.c.id == of.pipeline_run_id, pipeline_runs.c.inputs != "")
    query = (
        select(of.task_id)
        .where(of.erased_ns.is_(None), of.ended_ns < before_ns, of.runner.is_(None), ~needed)
        .order_by(of.ended_ns)
        .limit(STEP)
    )
    return list(connection.execute(query).scalars())


def forget(connection: Connection, before_ns: int) -> int:
    """Erase what pipelines' runs were given that ended before a time (Unix nanoseconds); return how many."""
    of = pipeline_runs.c
    query = select(of.id).where(of.state == "over", of.ended_ns < before_ns, of.inputs != "").limit(STEP)
    ids = list(connection.execute(query).scalars())
    _forget(connection, ids)
    return len(ids)


def _forget(connection: Connection, run_ids: list[str]) -> None:
    if run_ids:
        of = pipeline_units.c
        connection.execute(
            update(pipeline_runs).where(pipeline_runs.c.id.in_(run_ids)).values(inputs="", told="")
        )
        connection.execute(
            update(pipeline_units).where(of.run_id.in_(run_ids)).values(items=None, result_sha256=None)
        )
