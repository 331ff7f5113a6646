"""Breakers: how fast each agent and department spends against its baseline, and what is not let through.

A `BreakerView` is one key: its state, the velocities of both windows and its baseline in nano-USD an hour
(None: nobody knows one), what pauses, and the open case. Velocities are sums of what was admitted in the
window: estimates, by which nothing is charged. `breaker` adds the curve: steps of ten seconds, oldest first.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import BigInteger, Connection, func, literal_column, select

from podium.insight.baseline import Baseline
from podium.kernel.errors import NotFound
from podium.manifest.snapshot import BreakerRow, Snapshot
from podium.ports.breakers import of_key
from podium.ports.database import baselines, breakers, cases, charges, snapshots
from podium.spend.velocity import decide_allowed
from podium.views.manifests import snapshot_of

NS: Final = 1_000_000_000
HOUR_S: Final = 3600
CURVE_S: Final = 900
STEP_S: Final = 10
PAUSE: Final = "breaker.pause"
"""The kind of the cases."""
_HELD: Final = frozenset({"paused", "stopped", "killed"})
_baseline_decoder = msgspec.json.Decoder(Baseline)


class BreakerView(msgspec.Struct, frozen=True):
    """One key."""

    key: str
    state: str
    department: str
    """Path."""
    short_s: int
    long_s: int
    short_nano_usd_per_hour: int
    long_nano_usd_per_hour: int
    baseline_nano_usd_per_hour: int | None
    pauses_at_nano_usd_per_hour: int | None
    hours_learned: int
    expected_nano_usd_per_hour: int
    enabled: bool
    share_pct: int = 100
    baseline_pct: int = 100
    since_ns: int | None = None
    reason: str = ""
    case_id: str | None = None
    agent: str = ""
    """Whose a task is; else empty."""

    @property
    def held(self) -> bool:
        """Whether nothing is let through."""
        return self.state in _HELD


class BreakerDetail(msgspec.Struct, frozen=True):
    """One key with its curve: seconds before now, and nano-USD an hour."""

    breaker: BreakerView
    curve: list[tuple[int, int]]
    step_s: int = STEP_S


def breaker_views(connection: Connection, now_ns: int, *, everything: bool = True) -> list[BreakerView]:
    """Return agents and departments, and tasks that are not closed: what is held first, then by velocity.

    ``everything``: also keys that have spent nothing lately and are closed.
    """
    snapshot = _snapshot(connection)
    rows = {row.key: row for row in connection.execute(select(breakers))}
    learned = {
        row.key: _baseline_decoder.decode(row.document) for row in connection.execute(select(baselines))
    }
    open_cases = {
        row.key: row.id
        for row in connection.execute(
            select(cases.c.key, cases.c.id).where(cases.c.kind == PAUSE, cases.c.state == "open")
        )
    }
    places = _places(snapshot)
    for row in rows.values():
        if row.key not in places and (row.state != "closed" or row.key in open_cases):
            own = places.get(f"agent/{row.agent}", (BreakerRow(), ""))[0]
            places[row.key] = (own, row.department)
    longest_s = max([it[0].rule.long_s for it in places.values()], default=180)
    spent = _spent(connection, now_ns, longest_s, tasks=[key for key in places if key.startswith("task/")])
    found = [
        _view(key, row, path, rows.get(key), learned, spent.get(key, ()), open_cases.get(key), now_ns)
        for key, (row, path) in places.items()
    ]
    if not everything:
        found = [it for it in found if it.state != "closed" or it.long_nano_usd_per_hour]
    return sorted(found, key=lambda it: (it.state == "closed", -it.long_nano_usd_per_hour, it.key))


def breaker(connection: Connection, key: str, now_ns: int) -> BreakerDetail:
    """Return one key and its curve. Raises NotFound."""
    one = next((it for it in breaker_views(connection, now_ns) if it.key == key), None)
    if one is None:
        raise NotFound(f"There is no breaker of {key}.", fix="`podium breaker list` names them.")
    at = charges.c.admitted_ns
    since_ns = now_ns - CURVE_S * NS
    query = select(at, charges.c.cost_nano_usd).where(at >= since_ns, at <= now_ns, of_key(connection, key))
    steps = [0] * (CURVE_S // STEP_S)
    for admitted_ns, cost in connection.execute(query):
        steps[min(len(steps) - 1, (admitted_ns - since_ns) // (STEP_S * NS))] += cost
    curve = [
        (CURVE_S - number * STEP_S - STEP_S, cost * HOUR_S // STEP_S) for number, cost in enumerate(steps)
    ]
    return BreakerDetail(one, curve)


def _snapshot(connection: Connection) -> Snapshot | None:
    version = connection.execute(select(func.max(snapshots.c.version))).scalar()
    return snapshot_of(connection, version) if version else None


def _places(snapshot: Snapshot | None) -> dict[str, tuple[BreakerRow, str]]:
    if snapshot is None:
        return {}
    found = {f"department/{it.name}": (it.breaker, it.path) for it in snapshot.departments.values()}
    return found | {f"agent/{it.name}": (it.breaker, it.department_path) for it in snapshot.agents.values()}


def _spent(
    connection: Connection, now_ns: int, longest_s: int, *, tasks: Sequence[str]
) -> dict[str, list[tuple[int, int]]]:
    """Return what each key has spent lately: seconds ago and nano-USD."""
    at, found = charges.c.admitted_ns, dict[str, list[tuple[int, int]]]()
    second = at // literal_column(str(NS), BigInteger)  # no parameter: PostgreSQL would take it for two
    query = (
        select(
            charges.c.agent,
            charges.c.department,
            charges.c.task_id,
            second,
            func.sum(charges.c.cost_nano_usd),
        )
        .where(at > now_ns - longest_s * NS, at <= now_ns)
        .group_by(charges.c.agent, charges.c.department, charges.c.task_id, second)
    )
    for agent, path, task, when, cost in connection.execute(query):
        keys = [f"agent/{agent}", *(f"department/{name}" for name in path.split("/")), f"task/{task}", "all"]
        for key in keys:
            if not key.startswith("task/") or key in tasks:
                found.setdefault(key, []).append((max(0, now_ns // NS - int(when)), int(cost)))
    return found


def _view(
    key: str,
    row: BreakerRow,
    path: str,
    stored: Any,
    learned: Mapping[str, Baseline],
    spent: Sequence[tuple[int, int]],
    case_id: str | None,
    now_ns: int,
) -> BreakerView:
    of = f"agent/{stored.agent}" if key.startswith("task/") and stored is not None else key
    known = learned.get(of)
    baseline: int | None = row.expected_nano_usd_per_hour or None
    if key.startswith("task/") and row.expected_per_task_nano_usd_per_hour:
        baseline = row.expected_per_task_nano_usd_per_hour
    elif known is not None:
        baseline = known.rate_at(now_ns // NS)
    raised = stored.baseline_pct if stored is not None else 100
    baseline = None if baseline is None else baseline * raised // 100
    rule = row.rule

    def per_hour(window_s: int) -> int:
        return sum(cost for ago, cost in spent if ago < window_s) * HOUR_S // window_s

    pauses_at = None
    if baseline is not None and row.enabled:
        pauses_at = decide_allowed(rule, baseline).long * HOUR_S // rule.long_s
    return BreakerView(
        key=key,
        state=stored.state if stored is not None else "closed",
        department=path,
        short_s=rule.short_s,
        long_s=rule.long_s,
        short_nano_usd_per_hour=per_hour(rule.short_s),
        long_nano_usd_per_hour=per_hour(rule.long_s),
        baseline_nano_usd_per_hour=baseline,
        pauses_at_nano_usd_per_hour=pauses_at,
        hours_learned=known.hours if known is not None else 0,
        expected_nano_usd_per_hour=row.expected_nano_usd_per_hour,
        enabled=row.enabled,
        share_pct=stored.share_pct if stored is not None else 100,
        baseline_pct=raised,
        since_ns=stored.since_s * NS if stored is not None and stored.state != "closed" else None,
        reason=stored.reason if stored is not None else "",
        case_id=case_id,
        agent=stored.agent if stored is not None else "",
    )
