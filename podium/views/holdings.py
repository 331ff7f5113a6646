"""What workers hold of limits: for whoever has to decide about one of which nobody hears."""

import msgspec
from sqlalchemy import Connection, select

from podium.ports.database import incarnations, limit_windows, slices


class Holding(msgspec.Struct, frozen=True):
    """What one worker holds of one limit in one window: nano-USD where the unit is usd, else tokens."""

    limit: str
    window: str
    unit: str
    outstanding: int
    written_off: int
    """Charged because a person said so, and not shown by any journal yet."""
    notes: list[str]
    """Who wrote it off, and why."""


class Holder(msgspec.Struct, frozen=True):
    """One worker that has not ended. ``gateway``: its machine, None for the keeper's own."""

    incarnation: str
    worker: str
    gateway: str | None
    started_ns: int
    held: list[Holding]


def holdings(connection: Connection) -> list[Holder]:
    """Return the workers that have not ended, by name, and what each holds or had written off."""
    alive = (
        select(incarnations.c.id, incarnations.c.worker, incarnations.c.gateway, incarnations.c.started_ns)
        .where(incarnations.c.end.is_(None))
        .order_by(incarnations.c.worker, incarnations.c.id)
    )
    query = (
        select(slices, limit_windows.c.limit_id, limit_windows.c.window_key, limit_windows.c.unit)
        .join(limit_windows, limit_windows.c.id == slices.c.window_id)
        .join(incarnations, incarnations.c.id == slices.c.incarnation)
        .where(incarnations.c.end.is_(None), slices.c.state == "out")
        .order_by(limit_windows.c.limit_id, limit_windows.c.window_key, slices.c.band)
    )
    by_worker: dict[str, dict[tuple[str, str], Holding]] = {}
    for row in connection.execute(query):
        out = max(0, row.granted - row.returned - row.spent - row.covered)
        if not out and row.note is None:
            continue
        of_worker = by_worker.setdefault(row.incarnation, {})
        before = of_worker.get((row.limit_id, row.window_key))
        notes = before.notes if before is not None else []
        of_worker[row.limit_id, row.window_key] = Holding(
            row.limit_id,
            row.window_key,
            row.unit,
            out + (before.outstanding if before is not None else 0),
            row.covered + (before.written_off if before is not None else 0),
            notes if row.note is None or row.note in notes else [*notes, row.note],
        )
    return [
        Holder(row.id, row.worker, row.gateway, row.started_ns, list(by_worker.get(row.id, {}).values()))
        for row in connection.execute(alive)
    ]
