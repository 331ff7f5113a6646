"""Periods that a person names: this month, the last quarter, or any two moments, in a named time zone."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from podium.kernel.errors import InvalidRequest

UNITS: Final = ("day", "week", "month", "quarter", "year")
NAMES: Final = (
    "today",
    "yesterday",
    *(f"{which}-{unit}" for which in ("this", "last") for unit in UNITS[1:]),
)
_AGO: Final = re.compile(r"([1-9]\d{0,3})d")


class Period(msgspec.Struct, frozen=True):
    """From ``since_ns`` to ``end_ns`` (exclusive, Unix nanoseconds); ``unit`` where it is a whole one."""

    name: str
    since_ns: int
    end_ns: int
    zone: str
    unit: str | None = None


def zone_of(name: str) -> ZoneInfo:
    """Return a time zone. Raises InvalidRequest for a name that is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidRequest(
            f"{name!r} is no time zone.", fix="Write one as Europe/Berlin or UTC.", field="zone"
        ) from error


def decide_period(name: str, now_ns: int, zone: str = "UTC") -> Period:
    """Return the period of a name: one of `NAMES`, ``30d`` (whole days, today included) or ``FROM..UNTIL``.

    Days begin at midnight in the zone, weeks on Monday. FROM and UNTIL are ISO 8601 days or moments; a day as
    UNTIL is not included. Raises InvalidRequest.
    """
    place = zone_of(zone)
    today = _at(now_ns, place).date()
    if name in {"today", "yesterday"}:
        first = today - timedelta(days=name == "yesterday")
        return Period(name, _ns(first, place), _ns(first + timedelta(days=1), place), zone, "day")
    which, _, unit = name.partition("-")
    if name in NAMES:
        first = _first(today, unit)
        if which == "last":
            first = _first(first - timedelta(days=1), unit)
        return Period(name, _ns(first, place), _ns(_next(first, unit), place), zone, unit)
    days = _AGO.fullmatch(name)
    if days is not None:
        first = today - timedelta(days=int(days[1]) - 1)
        return Period(name, _ns(first, place), _ns(today + timedelta(days=1), place), zone)
    if ".." in name:
        begin, _, end = name.partition("..")
        since_ns, end_ns = _moment(begin, place), _moment(end, place)
        if since_ns < end_ns:
            return Period(name, since_ns, end_ns, zone)
        raise InvalidRequest(f"The period {name!r} ends before it begins.", field="period")
    raise InvalidRequest(
        f"{name!r} is no period.",
        fix=f"Write {', '.join(NAMES)}, 30d, or 2026-10-01..2026-11-01.",
        field="period",
    )


def decide_before(period: Period) -> Period:
    """Return the period before one: the unit before, or as many days or nanoseconds before it."""
    place = zone_of(period.zone)
    begin, end = _at(period.since_ns, place), _at(period.end_ns, place)
    if period.unit is not None:
        first = _first(begin.date() - timedelta(days=1), period.unit)
        return Period(
            f"the {period.unit} before", _ns(first, place), period.since_ns, period.zone, period.unit
        )
    if begin.time() == end.time() == datetime.min.time():
        first = begin.date() - (end.date() - begin.date())
        return Period("the days before", _ns(first, place), period.since_ns, period.zone)
    length_ns = period.end_ns - period.since_ns
    return Period("the time before", period.since_ns - length_ns, period.since_ns, period.zone)


def decide_same_part(period: Period, now_ns: int, before: Period) -> Period:
    """Return of an earlier period as much as has passed of this one: to the same time of its same day."""
    if now_ns >= period.end_ns:
        return before
    place = zone_of(period.zone)
    begin, now = _at(period.since_ns, place), _at(now_ns, place)
    first = _at(before.since_ns, place)
    moment = first.replace(tzinfo=None) + (now.replace(tzinfo=None) - begin.replace(tzinfo=None))
    end_ns = int(moment.replace(tzinfo=place).timestamp()) * 1_000_000_000 + now_ns % 1_000_000_000
    return Period(
        f"{before.name}, as far",
        before.since_ns,
        max(before.since_ns, min(before.end_ns, end_ns)),
        period.zone,
    )


def day_starts(since_ns: int, end_ns: int, zone: str) -> list[int]:
    """Return when each day of a range begins: midnights in the zone, from the one at or before its begin."""
    place = zone_of(zone)
    day, starts = _at(since_ns, place).date(), []
    while (start_ns := _ns(day, place)) < end_ns:
        starts.append(start_ns)
        day += timedelta(days=1)
    return starts


def _at(moment_ns: int, place: ZoneInfo) -> datetime:
    return datetime.fromtimestamp(moment_ns // 1_000_000_000, place)


def _ns(day: date, place: ZoneInfo) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=place).timestamp()) * 1_000_000_000


def _moment(text: str, place: ZoneInfo) -> int:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidRequest(
            f"{text!r} is no moment.", fix="Write 2026-10-01 or 2026-10-01T14:00.", field="period"
        ) from error
    moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=place)
    return int(moment.astimezone(UTC).timestamp()) * 1_000_000_000


def _first(day: date, unit: str) -> date:
    """Return the first day of the unit that a day is in."""
    if unit == "day":
        return day
    if unit == "week":
        return day - timedelta(days=day.weekday())
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[unit]
    return date(day.year, month, 1)


def _next(first: date, unit: str) -> date:
    """Return the first day of the unit behind the one that begins so."""
    days = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}[unit]
    return _first(first + timedelta(days=days), unit)
