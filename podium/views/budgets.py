"""Budgets: every limit of the manifests in force, what is used of it, and who holds what is outstanding.

`budgets` returns a tree as a list: departments from the organisation down, each before its agents and before
those below it; ``path`` and ``depth`` say where a node stands. A `LimitView` has

- ``amount`` (nano-USD or tokens), with what people have added for now: ``added``, and each `OverrideView`;
- of the window that is now: ``key``, ``starts_ns``, ``ends_ns``, ``charged`` (settled), ``outstanding`` (held
  by workers: calls under way, and slices that they keep for the next ones), ``unattributed`` (of what is
  charged), and ``left``, which is never below zero;
- ``bands``: each with its edges, ``reserved`` (the room between them) and ``used`` (how much of that is taken
  by charged and outstanding); ``band`` is the one in which the limit stands, 0 the open one;
  ``window.entered_ns`` is when the highest one so far was entered;
- ``windows``: for a limit of tasks those that used most; the fields above are then those of the first;
- ``slices``: what each worker holds (only in `budget`, the view of one limit).

Forecasts of a window's end are `views.report`'s. Times are Unix nanoseconds.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select

from podium.kernel.errors import NotFound
from podium.manifest.snapshot import Snapshot
from podium.ports.database import incarnations, limit_windows, model_blocks, overrides, slices, snapshots
from podium.spend.limits import Limit, Window, decide_window, organisation_limit
from podium.views.manifests import snapshot_of
from podium.views.scope import seen_of

TASKS_SHOWN: Final = 20


class WindowView(msgspec.Struct, frozen=True):
    """What is used of a limit in a window."""

    key: str
    starts_ns: int | None = None
    ends_ns: int | None = None
    charged: int = 0
    outstanding: int = 0
    unattributed: int = 0
    entered_ns: int | None = None


class BandView(msgspec.Struct, frozen=True):
    """A band: from an amount to another, and how much of that room is taken."""

    action: str
    from_percent: int
    from_amount: int
    until_amount: int
    reserved: int
    used: int


class OverrideView(msgspec.Struct, frozen=True):
    """What people have added to a limit."""

    id: str
    amount: int
    from_ns: int
    until_ns: int
    by: str


class SliceView(msgspec.Struct, frozen=True):
    """What one worker holds of a window. ``alive``: whether its end is not known."""

    incarnation: str
    worker: str
    window: str
    band: int
    outstanding: int
    spent: int
    alive: bool
    note: str | None


class LimitView(msgspec.Struct, frozen=True):
    """One limit now. ``used_percent`` is of charged and outstanding, None where the amount is zero."""

    id: str
    owner: str
    unit: str
    tier: str | None
    window_kind: str
    time_zone: str
    hard: bool
    amount: int
    added: int
    window: WindowView
    left: int
    used_percent: float | None
    band: int
    bands: tuple[BandView, ...]
    overrides: tuple[OverrideView, ...]
    windows: tuple[WindowView, ...]
    slices: tuple[SliceView, ...] = ()


class BudgetNode(msgspec.Struct, frozen=True):
    """A department or an agent. ``path`` is its own for a department, its department's for an agent."""

    kind: str
    name: str
    path: str
    depth: int
    limits: tuple[LimitView, ...]


class Budgets(msgspec.Struct, frozen=True):
    """The tree, and the organisation's slices without a limit: all money that is charged or held."""

    at_ns: int
    organisation: WindowView | None
    """None for who does not see all departments."""
    nodes: tuple[BudgetNode, ...]
    blocked_models: tuple[str, ...]
    """Whose usage was above its bound: they do not serve under a hard limit."""


def budgets(connection: Connection, now_ns: int) -> Budgets:
    """Return every budget. Empty while no manifests are in force."""
    snapshot = _in_force(connection)
    blocked = tuple(connection.execute(select(model_blocks.c.model).order_by(model_blocks.c.model)).scalars())
    if snapshot is None:
        return Budgets(now_ns, WindowView("always"), (), blocked)
    added = _overrides(connection, now_ns)
    always = organisation_limit(snapshot.organisation)
    nodes = tuple(
        BudgetNode(kind, name, path, depth, tuple(_limit(connection, it, added, now_ns) for it in limits))
        for kind, name, path, depth, limits in _tree(snapshot)
    )
    whole = _windows(connection, always, now_ns)[0] if seen_of(connection) is None else None
    return Budgets(now_ns, whole, nodes, blocked)


def budget(connection: Connection, limit_id: str, now_ns: int) -> LimitView:
    """Return one limit, with what each worker holds of it. Raises NotFound."""
    snapshot = _in_force(connection)
    limit = snapshot.limits().get(limit_id) if snapshot is not None else None
    seen = seen_of(connection)
    if limit is None or (seen is not None and limit.owner not in seen.owners):
        raise NotFound(f"There is no limit {limit_id}.", fix="`podium budget list` names them.")
    view = _limit(connection, limit, _overrides(connection, now_ns), now_ns)
    query = (
        select(slices, limit_windows.c.window_key, incarnations.c.worker, incarnations.c.end)
        .join(limit_windows, limit_windows.c.id == slices.c.window_id)
        .outerjoin(incarnations, incarnations.c.id == slices.c.incarnation)
        .where(limit_windows.c.limit_id == limit_id, slices.c.state == "out")
        .order_by(slices.c.id)
    )
    held = []
    for row in connection.execute(query):
        outstanding = max(0, row.granted - row.returned - row.spent - row.covered)
        if outstanding or row.note:
            held.append(
                SliceView(
                    row.incarnation,
                    row.worker or "",
                    row.window_key,
                    row.band,
                    outstanding,
                    row.spent,
                    row.end is None,
                    row.note,
                )
            )
    return msgspec.structs.replace(view, slices=tuple(held))


def _in_force(connection: Connection) -> Snapshot | None:
    newest = connection.execute(
        select(snapshots.c.version).order_by(snapshots.c.version.desc()).limit(1)
    ).scalar()
    return snapshot_of(connection, newest) if newest is not None else None


def _tree(snapshot: Snapshot) -> Iterator[tuple[str, str, str, int, tuple[Limit, ...]]]:
    rows = [("department", it.name, it.path, it.limits) for it in snapshot.departments.values()]
    rows += [("agent", it.name, it.department_path, it.limits) for it in snapshot.agents.values()]
    # An agent comes behind its department and before the departments below.
    rows.sort(key=lambda row: (row[2].split("/"), row[0] == "agent", row[1]))
    for kind, name, path, limits in rows:
        yield kind, name, path, path.count("/") + (kind == "agent"), limits


def _overrides(connection: Connection, now_ns: int) -> Sequence[Any]:
    query = select(overrides).where(overrides.c.from_ns <= now_ns, overrides.c.until_ns > now_ns)
    return connection.execute(query.order_by(overrides.c.until_ns, overrides.c.id)).all()


def _windows(connection: Connection, limit: Limit, now_ns: int) -> tuple[WindowView, ...]:
    """Return the window that is now, or the tasks that used most."""
    of = limit_windows.c
    query = select(limit_windows).where(of.limit_id == limit.id)
    if limit.window == "task":
        query = query.order_by((of.charged + of.outstanding).desc(), of.id).limit(TASKS_SHOWN)
        window = Window("")
    else:
        window = decide_window(limit.window, limit.time_zone, now_ns)
        query = query.where(of.window_key == window.key)
    found = tuple(
        WindowView(
            row.window_key,
            row.starts_ns,
            row.ends_ns,
            row.charged,
            row.outstanding,
            row.unattributed,
            row.band_ns,
        )
        for row in connection.execute(query)
    )
    return found or (WindowView(window.key, window.starts_ns, window.ends_ns),)


def _limit(connection: Connection, limit: Limit, added: Sequence[Any], now_ns: int) -> LimitView:
    more = [it for it in added if it.limit_id == limit.id]
    extra = sum([it.amount for it in more])
    amount = (limit.amount or 0) + extra
    windows = _windows(connection, limit, now_ns)
    window = windows[0]
    position = window.charged + window.outstanding
    bands = _bands(limit, amount, position)
    return LimitView(
        id=limit.id,
        owner=limit.owner,
        unit=limit.unit,
        tier=limit.tier,
        window_kind=limit.window,
        time_zone=limit.time_zone,
        hard=limit.hard,
        amount=amount,
        added=extra,
        window=window,
        left=max(0, amount - position),
        used_percent=round(position * 100 / amount, 2) if amount else None,
        band=max([number for number, band in enumerate(bands) if position > band.from_amount], default=0),
        bands=bands,
        overrides=tuple(OverrideView(it.id, it.amount, it.from_ns, it.until_ns, it.by) for it in more),
        windows=windows,
    )


def _bands(limit: Limit, amount: int, position: int) -> tuple[BandView, ...]:
    edges = (0, *limit.edges(amount))
    percents = (0, *(band.at_percent for band in limit.bands))
    return tuple(
        BandView(
            limit.action(number),
            percents[number],
            start,
            end,
            end - start,
            max(0, min(position, end) - start),
        )
        for number, (start, end) in enumerate(pairwise(edges))
    )
