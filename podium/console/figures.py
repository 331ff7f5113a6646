"""How figures look: units everywhere, money to its last digit, "–" where there is nothing to divide by."""

from datetime import UTC, datetime
from typing import Final

from markupsafe import Markup

from podium.console.markup import element
from podium.kernel.money import NANO_PER_USD

NOTHING: Final = "–"
_LEAD_DECIMALS: Final = 4


def usd(nano_usd: int | None, *, estimated: bool = False) -> Markup:
    """Return an amount in USD, exact: nine decimals, those behind the fourth set back."""
    if nano_usd is None:
        return Markup(NOTHING)
    sign, magnitude = ("−", -nano_usd) if nano_usd < 0 else ("", nano_usd)
    whole, rest = divmod(magnitude, NANO_PER_USD)
    decimals = f"{rest:09d}"
    return element(
        "span",
        f"{sign}{whole:,}.{decimals[:_LEAD_DECIMALS]}",
        element("span", decimals[_LEAD_DECIMALS:], class_="fine"),
        element("span", "est.", class_="est", title="An estimate: the provider reported no usage")
        if estimated
        else None,
        class_="usd",
    )


def usd_text(nano_usd: int) -> str:
    """Return the amount as plain text with its unit, exact: ``0.0123 USD``."""
    whole, rest = divmod(abs(nano_usd), NANO_PER_USD)
    decimals = f"{rest:09d}".rstrip("0").ljust(2, "0")
    return f"{'−' if nano_usd < 0 else ''}{whole:,}.{decimals} USD"


def count(value: int | None) -> str:
    """Return a count: ``12,345``."""
    return NOTHING if value is None else f"{value:,}"


def tokens(value: int | None) -> str:
    """Return a count of tokens without its unit, for columns that name it."""
    return count(value)


def ms(us: float | None) -> str:
    """Return a duration given in microseconds: ``0.4 ms``, ``842 ms``, ``12.4 s``, ``3 min 20 s``."""
    if us is None:
        return NOTHING
    value_ms = us / 1000
    if value_ms < 10:
        return f"{value_ms:.1f} ms"
    if value_ms < 10_000:
        return f"{value_ms:,.0f} ms"
    if value_ms < 120_000:
        return f"{value_ms / 1000:.1f} s"
    minutes, seconds = divmod(round(value_ms / 1000), 60)
    return f"{minutes} min {seconds} s"


def per_second(value: float | None) -> str:
    """Return a rate: ``3.42 /s``."""
    return NOTHING if value is None else f"{value:,.2f} /s"


def percent(part: int, whole: int) -> str:
    """Return a share: ``1.2 %``, or "–" of nothing."""
    return NOTHING if not whole else f"{100 * part / whole:.1f} %"


def moment(at_ns: int) -> str:
    """Return an absolute time: ``2026-11-24 09:30:12 UTC``."""
    return datetime.fromtimestamp(at_ns // 1_000_000_000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def clock_time(at_ns: int) -> str:
    """Return the time of day with milliseconds: ``09:30:12.345``."""
    seconds, rest_ns = divmod(at_ns, 1_000_000_000)
    return f"{datetime.fromtimestamp(seconds, UTC):%H:%M:%S}.{rest_ns // 1_000_000:03d}"


def ago(at_ns: int | None) -> Markup:
    """Return a relative time that the browser keeps current; the absolute one shows on hover."""
    if at_ns is None:
        return Markup(NOTHING)
    stamp = moment(at_ns)
    iso = stamp.replace(" UTC", "Z").replace(" ", "T")
    return element("time", stamp, datetime=iso, title=stamp, data_ms=at_ns // 1_000_000)
