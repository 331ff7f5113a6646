"""What limits in USD will have been charged at the end of their windows: see `insight.forecast`."""

from collections.abc import Mapping

from sqlalchemy import Connection

from podium.insight.forecast import MOST_WEEKS, WEEK, Forecast, decide_forecast
from podium.views.budgets import BudgetNode, Budgets, LimitView
from podium.views.periods import day_starts
from podium.views.usage import Group, UsageFilters, cost_by_day, first_hour_ns

_DAY_NS = 86_400_000_000_000
_WINDOWS = frozenset({"day", "week", "month", "quarter"})


def outlook(connection: Connection, found: Budgets) -> dict[str, Forecast]:
    """Return by limit what its window will have been charged.

    A limit is left out where there is no forecast: less than two whole weeks of history, another unit than
    USD, one tier alone, or a window that is shorter than a day or a task's life.
    """
    asked = [
        (node, limit)
        for node in found.nodes
        for limit in node.limits
        if limit.unit == "usd" and limit.tier is None and limit.window_kind in _WINDOWS
    ]
    begun_ns = first_hour_ns(connection)
    if not asked or begun_ns is None:
        return {}
    result: dict[str, Forecast] = {}
    for zone in {limit.time_zone for _, limit in asked}:
        starts = day_starts(found.at_ns - (MOST_WEEKS * WEEK + 1) * _DAY_NS, found.at_ns, zone)
        known = [start for start in starts if start >= begun_ns]
        of_zone = [(node, limit) for node, limit in asked if limit.time_zone == zone]
        kinds = {node.kind for node, _ in of_zone}
        days = {kind: cost_by_day(connection, known, _group(kind), UsageFilters()) for kind in kinds}
        for node, limit in of_zone:
            forecast = _forecast(limit, _history(node, days[node.kind], len(known) - 1), found.at_ns)
            if forecast is not None:
                result[limit.id] = forecast
    return result


def _group(kind: str) -> Group:
    return "department" if kind == "department" else "agent"


def _history(node: BudgetNode, days: Mapping[str, list[int]], number: int) -> list[int]:
    """Return a node's cost of each whole day: a department's with all that is below it."""
    sums = [0] * max(0, number)
    for key, costs in days.items():
        if key == node.name if node.kind == "agent" else f"{key}/".startswith(f"{node.path}/"):
            sums = [sum(pair) for pair in zip(sums, costs, strict=True)]
    return sums


def _forecast(limit: LimitView, history: list[int], now_ns: int) -> Forecast | None:
    if limit.window.ends_ns is None or now_ns >= limit.window.ends_ns:
        return None
    today_ns, *ends = day_starts(now_ns, limit.window.ends_ns, limit.time_zone)
    tomorrow_ns = ends[0] if ends else limit.window.ends_ns
    rest = (min(tomorrow_ns, limit.window.ends_ns) - now_ns) / (tomorrow_ns - today_ns)
    return decide_forecast(limit.window.charged, history, rest_of_today=rest, days_after=len(ends))
