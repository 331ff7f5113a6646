"""What runs of pipelines were given is erased some days after their end; what has become of them stays."""

from typing import Final

from sqlalchemy import Connection, Engine, select, update

from podium.ports import Clock
from podium.ports.pipeline_tables import pipeline_runs, pipeline_units

KEPT_NS: Final = 7 * 86_400_000_000_000
"""For a retry."""
EVERY_NS: Final = 3_600_000_000_000
STEP: Final = 200


class PipelineMemory:
    """Erases, some runs at a time. Runs in the keeper's database thread."""

    def __init__(self, engine: Engine, clock: Clock, kept_ns: int = KEPT_NS) -> None:
        self._engine, self._clock, self._kept_ns = engine, clock, kept_ns
        self._due_ns: int | None = None

    def tidy(self) -> None:
        """Erase some of what is due; where nothing is left, look again in an hour."""
        now_ns = self._clock.monotonic_ns()
        if self._due_ns is None or now_ns >= self._due_ns:
            with self._engine.begin() as connection:
                more = forget(connection, self._clock.wall_ns() - self._kept_ns) == STEP
            self._due_ns = None if more else now_ns + EVERY_NS


def forget(connection: Connection, before_ns: int) -> int:
    """Erase what runs were given that ended before a time (Unix nanoseconds); return of how many."""
    of = pipeline_runs.c
    query = select(of.id).where(of.state == "over", of.ended_ns < before_ns, of.inputs != "").limit(STEP)
    ids = list(connection.execute(query).scalars())
    if ids:
        connection.execute(update(pipeline_runs).where(of.id.in_(ids)).values(inputs="", told=""))
        connection.execute(update(pipeline_units).where(pipeline_units.c.run_id.in_(ids)).values(items=None))
    return len(ids)
