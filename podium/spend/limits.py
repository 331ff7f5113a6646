"""Limits: how much of a unit may be used in a window, and the bands that a limit has near its edge.

A window of the calendar is that of a named IANA time zone: a day begins at its midnight, whatever daylight
saving time does to its length, and the windows of one kind follow each other without a gap. A window that is
a task's life is named by the task and has no end.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

import msgspec

from podium.kernel.call import Usage
from podium.kernel.money import usd_text

Unit = Literal["usd", "tokens", "reasoning_tokens"]
WindowKind = Literal["minute", "hour", "day", "week", "month", "quarter", "task", "always"]
BandAction = Literal["open", "warn", "smaller", "cheapest"]
"""``open``: nothing. ``warn``: answers say so. ``smaller``: not for the first rung of a route's ladder.
``cheapest``: for the last rung alone."""
UNITS: Final[tuple[Unit, ...]] = get_args(Unit)
WINDOWS: Final[tuple[WindowKind, ...]] = get_args(WindowKind)
ALWAYS: Final = "always"
NS: Final = 1_000_000_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Band(msgspec.Struct, frozen=True):
    """What holds from a share of the amount on."""

    at_percent: int
    action: BandAction


DEFAULT_BANDS: Final = (Band(80, "warn"), Band(90, "smaller"), Band(97, "cheapest"))


class Limit(msgspec.Struct, frozen=True):
    """One limit of a department, an agent, or each of its tasks.

    ``amount`` is nano-USD or tokens; None: no limit, only slices. ``owner`` is ``department/NAME`` or
    ``agent/NAME``. A ``tier`` limits calls of models of that tier alone. One that is not ``hard`` warns, and
    never refuses.
    """

    id: str
    owner: str
    unit: Unit
    amount: int | None
    window: WindowKind
    time_zone: str = "UTC"
    tier: str | None = None
    hard: bool = True
    bands: tuple[Band, ...] = DEFAULT_BANDS
    per_hour: int = 0
    """The amount grows by so much an hour from ``since_ns`` on: a rate, as exact as any other limit."""
    since_ns: int = 0
    """Unix nanoseconds."""

    def amount_at(self, at_ns: int) -> int | None:
        """Return the amount at a time (Unix nanoseconds)."""
        if self.amount is None or not self.per_hour:
            return self.amount
        return self.amount + self.per_hour * max(0, at_ns - self.since_ns) // (3600 * NS)

    def edges(self, amount: int) -> tuple[int, ...]:
        """Return where each band ends, the open one first and the whole amount last."""
        return (*(amount * band.at_percent // 100 for band in self.bands), amount)

    def action(self, band: int) -> BandAction:
        """Return what a band does; 0 is the open one."""
        return "open" if band == 0 else self.bands[band - 1].action

    def last_band(self, rung: int, rungs: int) -> int:
        """Return the last band that a rung of a ladder of ``rungs`` may draw from; the first rung is 0.

        The only rung of a route is its cheapest one as well. A limit that is not hard keeps nobody out.
        """
        last = len(self.bands)
        if self.hard and rung < rungs - 1:
            for number, band in enumerate(self.bands, 1):
                if band.action == "cheapest" or (band.action == "smaller" and rung == 0):
                    return number - 1
        return last

    def text(self, amount: int) -> str:
        """Return an amount of this limit's unit in words."""
        if self.unit == "usd":
            return f"{usd_text(amount)} USD"
        of = f" of tier {self.tier}" if self.tier else ""
        return f"{amount:,} {self.unit.replace('_', ' ')}{of}"


def limit_id(owner: str, unit: Unit, window: WindowKind, tier: str | None) -> str:
    """Return the name of a limit, which stays when its amount, its bands or its time zone change."""
    return f"{owner}/{unit}{f'.{tier}' if tier else ''}/{window}"


def organisation_limit(organisation: str) -> Limit:
    """Return the limit without an amount from which every call draws: its slices bound what can be lost."""
    owner = f"department/{organisation}"
    return Limit(limit_id(owner, "usd", "always", None), owner, "usd", None, "always", bands=())


def run_limit(task_id: str, amount: int) -> Limit:
    """Return the limit that a run's budget is (nano-USD): for itself and all that it starts, for its life."""
    owner = f"task/{task_id}"
    return Limit(limit_id(owner, "usd", "always", None), owner, "usd", amount, "always")


def run_of_limit(name: str) -> str | None:
    """Return the run whose budget a limit is, None for any other limit."""
    kind, _, rest = name.partition("/")
    return rest.partition("/")[0] if kind == "task" and rest.endswith("/usd/always") else None


class Window(msgspec.Struct, frozen=True):
    """One window of a limit. Unix nanoseconds; None: it has no bounds."""

    key: str
    starts_ns: int | None = None
    ends_ns: int | None = None


def decide_window(kind: WindowKind, time_zone: str, at_ns: int, task: str | None = None) -> Window:
    """Return the window that an instant (Unix nanoseconds) falls into.

    Its key is the local time at which it begins, with the offset from UTC, so that the two hours that one
    hour of the clock becomes in autumn are two windows. Raises KeyError for a time zone that is not known.
    """
    if kind == "always":
        return Window(ALWAYS)
    if kind == "task":
        return Window(task or "")
    # Windows begin with whole minutes, because offsets from UTC are whole minutes (since 1972, everywhere).
    return _calendar_window(kind, time_zone, at_ns // NS // 60 * 60)


def zone(name: str) -> ZoneInfo:
    """Return a time zone. Raises KeyError (ZoneInfoNotFoundError) or ValueError for what is none."""
    return ZoneInfo(name)


@lru_cache(maxsize=256)
def _calendar_window(kind: WindowKind, time_zone: str, second: int) -> Window:
    place = zone(time_zone)
    local = _local(second, place)
    if kind in {"minute", "hour"}:
        start, end = _clock_window(60 if kind == "minute" else 3600, second, place)
    else:
        first, following = _dates(kind, local.date())
        start, end = _midnight(first, place), _midnight(following, place)
    key = _local(start, place).isoformat(timespec="minutes")
    return Window(key, start * NS, end * NS)


def _local(second: int, place: ZoneInfo) -> datetime:
    return (_EPOCH + timedelta(seconds=second)).astimezone(place)


def _offset(second: int, place: ZoneInfo) -> int:
    offset = _local(second, place).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def _midnight(day: date, place: ZoneInfo) -> int:
    """Return when a day begins (Unix seconds): at the change of the clock where it skips midnight."""
    return int(datetime(day.year, day.month, day.day, tzinfo=place).timestamp())


def _clock_window(length: int, second: int, place: ZoneInfo) -> tuple[int, int]:
    """Return the hour or minute of the local clock; a change of the clock within it ends it."""
    offset = _offset(second, place)
    start = second - (second + offset) % length
    end = start + length
    if _offset(start, place) != offset:
        start = _change(start, second, place)
    if _offset(end - 1, place) != offset:
        end = _change(second, end - 1, place)
    return start, end


def _change(before: int, after: int, place: ZoneInfo) -> int:
    """Return the first second that has the offset of ``after``; ``before`` has another one."""
    wanted = _offset(after, place) if _offset(before, place) != _offset(after, place) else None
    low, high = before, after
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(middle, place) == wanted:
            high = middle
        else:
            low = middle
    return high


def _dates(kind: WindowKind, day: date) -> tuple[date, date]:
    """Return the first day of a window and that of the next; weeks begin on Monday (ISO 8601)."""
    if kind == "day":
        return day, day + timedelta(days=1)
    if kind == "week":
        monday = day - timedelta(days=day.weekday())
        return monday, monday + timedelta(days=7)
    months = 1 if kind == "month" else 3
    first = day.replace(month=(day.month - 1) // months * months + 1, day=1)
    following = first.month - 1 + months
    return first, date(first.year + following // 12, following % 12 + 1, 1)


def need_of(unit: Unit, *, hold_nano_usd: int, input_tokens: int, output_tokens: int) -> int:
    """Return the most that an attempt can use of a unit: any output may be reasoning."""
    if unit == "usd":
        return hold_nano_usd
    return output_tokens if unit == "reasoning_tokens" else input_tokens + output_tokens


def used_of(unit: Unit, drawn: int, *, cost_nano_usd: int, usage: Usage | None, estimated: bool) -> int:
    """Return what a settled attempt has used of a unit. What nobody knows is all that was drawn."""
    if unit == "usd":
        return cost_nano_usd
    if usage is None:
        return drawn if estimated else 0
    return usage.reasoning_tokens if unit == "reasoning_tokens" else usage.input_tokens + usage.output_tokens


@lru_cache(maxsize=1024)
def counts(limit: Limit, tier: str | None, *, reasons: bool) -> bool:
    """Return whether a limit counts the calls of a model of a tier, which may spend tokens on reasoning."""
    if limit.tier is not None and limit.tier != tier:
        return False
    return reasons or limit.unit != "reasoning_tokens"
