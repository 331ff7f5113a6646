"""The report: one period against another by a dimension, and a forecast to the period's end."""

import bisect
import csv
import io
from collections.abc import Iterator
from typing import Final

import msgspec
from sqlalchemy import Connection

from podium.insight.forecast import FEWEST_WEEKS, MOST_WEEKS, WEEK, Forecast, decide_forecast
from podium.kernel.money import usd_text
from podium.views.periods import Period, day_starts, decide_before, decide_period, decide_same_part
from podium.views.text import iso
from podium.views.usage import Group, Usage, UsageFilters, cost_by_day, first_hour_ns, usage

AGAINST: Final = ("same-part", "whole", "none")
"""What a period is held against, if not against another one that is named."""
_DAY_NS: Final = 86_400_000_000_000


class ReportRow(msgspec.Struct, frozen=True):
    """One group. ``change``: cost of the period over that of the earlier one, less 1; None without one."""

    key: str
    now: Usage | None
    before: Usage | None
    change: float | None
    forecast: Forecast | None


class Report(msgspec.Struct, frozen=True):
    """A period up to this moment, the one it is held against, and their groups, dearest first."""

    by: Group
    period: Period
    until_ns: int
    """The period's end, or this moment where it is not over."""
    against: Period | None
    total: ReportRow
    rows: list[ReportRow]
    no_forecast: str | None
    """Why there is no forecast, where there is none."""


def report(
    connection: Connection,
    now_ns: int,
    *,
    period: str = "this-month",
    against: str = "same-part",
    zone: str = "UTC",
    by: Group = "department",
    filters: UsageFilters | None = None,
) -> Report:
    """Return the report. ``against``: one of `AGAINST`, or a period. Raises InvalidRequest."""
    chosen = filters or UsageFilters()
    main = decide_period(period, now_ns, zone)
    other = _against(main, now_ns, against)
    until_ns = max(main.since_ns, min(now_ns, main.end_ns))
    now, whole = usage(connection, main.since_ns, until_ns, by, chosen)
    before, whole_before = (
        usage(connection, other.since_ns, other.end_ns, by, chosen) if other is not None else ({}, None)
    )
    history = _History(connection, main, now_ns, by, chosen)
    rows = [
        _row(key, now.get(key), before.get(key), history.forecast(key, now.get(key)))
        for key in {*now, *before}
    ]
    rows.sort(key=lambda row: (-_cost(row.now), -_cost(row.before), row.key))
    total = _row("all", whole, whole_before, history.forecast(None, whole))
    return Report(by, main, until_ns, other, total, rows, history.why_not)


def _against(main: Period, now_ns: int, against: str) -> Period | None:
    if against == "none":
        return None
    if against == "same-part":
        return decide_same_part(main, now_ns, decide_before(main))
    if against == "whole":
        return decide_before(main)
    return decide_period(against, now_ns, main.zone)


def _row(key: str, now: Usage | None, before: Usage | None, forecast: Forecast | None) -> ReportRow:
    base = _cost(before)
    return ReportRow(key, now, before, _cost(now) / base - 1 if base else None, forecast)


def _cost(of: Usage | None) -> int:
    return of.cost_nano_usd if of is not None else 0


class _History:
    """The days before today, and what is left of the period."""

    def __init__(
        self, connection: Connection, main: Period, now_ns: int, by: Group, filters: UsageFilters
    ) -> None:
        self.why_not = _why_not(main, now_ns, by)
        self._days: dict[str, list[int]] = {}
        self._sum: list[int] = []
        if self.why_not is not None:
            return
        starts = day_starts(now_ns - (MOST_WEEKS * WEEK + 1) * _DAY_NS, now_ns, main.zone)
        begun_ns = first_hour_ns(connection)
        # The ledger's first day is not whole.
        known = starts[bisect.bisect_left(starts, begun_ns) :] if begun_ns is not None else starts[-1:]
        whole_days = max(0, len(known) - 1)  # a ledger that began today has not even a first boundary
        if whole_days < FEWEST_WEEKS * WEEK:
            self.why_not = (
                f"a forecast needs {FEWEST_WEEKS * WEEK} whole days of history, there are {whole_days}"
            )
            return
        self._days = cost_by_day(connection, known, by, filters)
        self._whole = len(known) - 1
        self._sum = [sum(day) for day in zip(*self._days.values(), strict=True)] or [0] * self._whole
        (today_ns, *ends) = day_starts(now_ns, main.end_ns, main.zone)
        tomorrow_ns = ends[0] if ends else main.end_ns
        self._rest = (min(tomorrow_ns, main.end_ns) - now_ns) / (tomorrow_ns - today_ns)
        self._after = len(ends)

    def forecast(self, key: str | None, now: Usage | None) -> Forecast | None:
        """Return a group's forecast, or that of all groups."""
        if self.why_not is not None:
            return None
        days = self._sum if key is None else self._days.get(key, [0] * self._whole)
        return decide_forecast(_cost(now), days, rest_of_today=self._rest, days_after=self._after)


def _why_not(main: Period, now_ns: int, by: Group) -> str | None:
    if now_ns >= main.end_ns:
        return "the period is over"
    if now_ns < main.since_ns:
        return "the period has not begun"
    if by == "task":
        return "tasks have no history of days"
    return None


CSV_COLUMNS: Final = (
    "key", "cost_usd", "before_cost_usd", "change", "forecast_usd", "forecast_low_usd", "forecast_high_usd",
    *Usage.__struct_fields__, *(f"before_{name}" for name in Usage.__struct_fields__),
)  # fmt: skip


def report_csv(found: Report) -> Iterator[str]:
    """Yield a CSV: the header, each group, then ``(all)``. What is not known is an empty cell."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for row in [*found.rows, msgspec.structs.replace(found.total, key="(all)")]:
        guess = row.forecast
        amounts = (
            _usd(row.now.cost_nano_usd if row.now else None),
            _usd(row.before.cost_nano_usd if row.before else None),
            "" if row.change is None else f"{row.change:.6f}",
            *(
                _usd(getattr(guess, f"{name}_nano_usd") if guess else None)
                for name in ("expected", "low", "high")
            ),
        )
        figures = [
            getattr(side, name) if side is not None else None
            for side in (row.now, row.before)
            for name in Usage.__struct_fields__
        ]
        # A cell that begins so would be a formula in a spreadsheet.
        key = f"'{row.key}" if row.key[:1] in {"=", "+", "-", "@"} else row.key
        writer.writerow([key, *amounts, *("" if figure is None else figure for figure in figures)])
    yield buffer.getvalue()


def _usd(nano_usd: int | None) -> str:
    return "" if nano_usd is None else usd_text(nano_usd)


def span_text(period: Period, until_ns: int) -> str:
    """Return a range in words: ``2026-11-01T00:00Z to 2026-11-25T17:30Z``."""
    return f"{iso(period.since_ns)[:16]}Z to {iso(until_ns)[:16]}Z"
