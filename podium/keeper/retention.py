"""Removes what limits have no more use for: slices that are over, and then their windows.

A slice goes when nothing can refer to it any more. Its window is over and has been for `KEEP_NS`, in which
bills may still correct it; and either its worker's journal was read to the end (`reclaimed`), or all of it
was spent or returned and nothing of it written off. A return that is repeated after that names no slice, so
nothing is credited. What a host crash has charged stays until bills resolve it. The newest slice stays too,
because its number must never be given again: charges tell by numbers what they drew on.

A window of the calendar is over at its end. One of a task, or of a run's budget, is over when the task cannot
go on: its tokens and those of its descendants have expired, or it was the task of an agent's hour. One of a
session has no end, and stays.
"""

import logging
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Engine, and_, delete, exists, func, or_, select

from podium.ports import Clock
from podium.ports.database import limit_windows, slices, task_identities
from podium.ports.packing import pack_ulid
from podium.spend.limits import run_of_limit

KEEP_NS: Final = 100 * 86_400_000_000_000
"""A quarter and some days: bills of a quarter come after its end."""
EVERY_NS: Final = 3_600_000_000_000
STEP: Final = 500
"""Rows in one transaction, so that no question waits long for it."""
_HOUR_NS: Final = 3_600_000_000_000
_ULID_BYTES: Final = 16

logger = logging.getLogger(__name__)


class Retention:
    """Looks for what can go, some rows at a time. Runs in the keeper's database thread."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._place = ""
        self._due_ns: int | None = None

    def tidy(self) -> None:
        """Remove some of what can go; where nothing is left, look again in an hour."""
        if self._due_ns is None or self._clock.monotonic_ns() >= self._due_ns:
            self._due_ns = None if self.step() else self._clock.monotonic_ns() + EVERY_NS

    def step(self) -> bool:
        """Look at some windows, in the order of their ids. Return whether there are more."""
        before_ns = self._clock.wall_ns() - KEEP_NS
        with self._engine.begin() as connection:
            of = limit_windows.c
            ended = and_(of.ends_ns.is_not(None), of.ends_ns < before_ns)
            of_task = and_(of.ends_ns.is_(None), of.window_key.startswith("task_"))
            of_run = and_(of.ends_ns.is_(None), of.limit_id.startswith("task/"))
            columns = (of.id, of.ends_ns, of.window_key, of.limit_id)
            query = select(*columns).where(of.id > self._place, or_(ended, of_task, of_run))
            rows = connection.execute(query.order_by(of.id).limit(STEP)).all()
            over = [
                row.id
                for row in rows
                if row.ends_ns is not None
                or _task_is_over(connection, run_of_limit(row.limit_id) or row.window_key, before_ns)
            ]
            if over:
                self._remove(connection, over)
        self._place = rows[-1].id if len(rows) == STEP else ""
        return bool(self._place)

    @staticmethod
    def _remove(connection: Connection, window_ids: list[str]) -> None:
        newest = select(func.max(slices.c.id)).scalar_subquery()
        gone = connection.execute(
            delete(slices).where(slices.c.window_id.in_(window_ids), slices.c.id != newest, _is_over())
        ).rowcount
        left = exists().where(slices.c.window_id == limit_windows.c.id)
        windows = connection.execute(
            delete(limit_windows).where(
                limit_windows.c.id.in_(window_ids), limit_windows.c.outstanding == 0, ~left
            )
        ).rowcount
        if gone or windows:
            logger.info("%d slices and %d windows of limits were over, and are gone", gone, windows)


def _is_over() -> ColumnElement[bool]:
    of: Any = slices.c
    back = and_(of.state == "out", of.granted == of.returned + of.spent, of.covered == 0)
    return or_(of.state == "reclaimed", back)


def _task_is_over(connection: Connection, task_id: str, before_ns: int) -> bool:
    packed = pack_ulid(task_id, "task_")
    began_ms = int.from_bytes(packed[:6], "big") if len(packed) == _ULID_BYTES else 0  # zero for a session
    if not 0 < began_ms * 1_000_000 < before_ns - _HOUR_NS:
        return False
    of = task_identities.c
    until = func.max(of.until_ns), func.max(of.token_until_ns)
    found = connection.execute(select(*until).where(or_(of.task_id == task_id, of.root_id == task_id))).one()
    return all(moment is None or moment < before_ns for moment in found)
