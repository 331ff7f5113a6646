"""Which bodies of the store of artifacts living rows name: they stay, and are in a backup."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, select, true

from podium.ports.fleet_tables import artifacts, task_runs
from podium.ports.pipeline_tables import pipeline_units

_AT_ONCE: Final = 500
_PLACES: Final[tuple[tuple[Column[Any], Column[Any], ColumnElement[bool]], ...]] = (
    (task_runs.c.input_sha256, task_runs.c.task_id, task_runs.c.erased_ns.is_(None)),
    (task_runs.c.result_sha256, task_runs.c.task_id, task_runs.c.erased_ns.is_(None)),
    (artifacts.c.sha256, artifacts.c.task_id, true()),
    (pipeline_units.c.result_sha256, pipeline_units.c.run_id, true()),
)
"""Where a digest stands, whose it is, and when its row counts."""


def named(connection: Connection, digests: Sequence[str]) -> set[str]:
    """Return those of some digests that a living row names."""
    found: set[str] = set()
    for start in range(0, len(digests), _AT_ONCE):
        some = digests[start : start + _AT_ONCE]
        for column, _, living in _PLACES:
            found.update(connection.execute(select(column).where(column.in_(some), living)).scalars())
    return found


def all_named(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield each digest that a living row names, and whose it is: a task's id, or a pipeline's run's."""
    for column, owner, living in _PLACES:
        yield from _pairs(connection.execute(select(column, owner).where(column.is_not(None), living)))


def _pairs(rows: Iterable[Any]) -> Iterator[tuple[str, str]]:
    return ((row[0], row[1]) for row in rows)
