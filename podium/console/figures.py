"""How figures look: units everywhere, money to its last digit, "–" where there is nothing to divide by."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Final

from markupsafe import Markup

from podium.console.markup import element
from podium.kernel.money import EXACT, NANO_PER_USD

NOTHING: Final = "–"
_LEAD_DECIMALS: Final = 4
_LEAD_DIGITS: Final = 3


def usd(nano_usd: int | None, *, estimated: bool = False) -> Markup:
    """Return an amount in USD, exact: nine decimals, the small ones set back.

    Four decimals stand in front, or more until three digits tell something.
    """
    if nano_usd is None:
        return element("span", NOTHING)
    sign, magnitude = ("\N{MINUS SIGN}", -nano_usd) if nano_usd < 0 else ("", nano_usd)
    whole, rest = divmod(magnitude, NANO_PER_USD)
    decimals = f"{rest:09d}"
    lead = _LEAD_DECIMALS
    if not whole and rest:
        lead = max(lead, 9 - len(str(rest)) + _LEAD_DIGITS)
    return element(
        "span",
        f"{sign}{whole:,}.{decimals[:lead]}",
        element("span", decimals[lead:], class_="fine"),
        estimate() if estimated else None,
        class_="usd" if magnitude else "usd zero",
    )


def estimate() -> Markup:
    """Return the mark of an amount that is an estimate."""
    return element("span", "est.", class_="est", title="An estimate: the provider's own count is not known")


def usd_text(nano_usd: int) -> str:
    """Return the amount as plain text with its unit, exact: ``0.0123 USD``."""
    sign = "\N{MINUS SIGN}" if nano_usd < 0 else ""
    whole, rest = divmod(abs(nano_usd), NANO_PER_USD)
    decimals = f"{rest:09d}".rstrip("0").ljust(2, "0")
    return f"{sign}{whole:,}.{decimals} USD"


def about_usd(nano_usd: int) -> str:
    """Return an amount that is no more than expected: two decimals, of a small one three digits."""
    usd = nano_usd / NANO_PER_USD
    return f"{usd:,.2f}" if usd >= 1 or not nano_usd else f"{usd:.3g}"


def exact_usd(nano_usd: Decimal) -> str:
    """Return an exact amount of nano-USD in USD, unrounded: more than nine decimals where it has them."""
    text = f"{nano_usd.scaleb(-9, EXACT):f}"
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(9, '0')}"


def per_million(nano_usd_per_token: Decimal) -> str:
    """Return a rate as price lists print it, in USD per million tokens: ``0.15``."""
    text = f"{nano_usd_per_token.scaleb(-3, EXACT):f}"
    whole, _, decimals = text.partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"


def count(value: int | None) -> str:
    """Return a count: ``12,345``."""
    return NOTHING if value is None else f"{value:,}"


def ms(us: float | None) -> str:
    """Return a duration given in microseconds: ``465 µs``, ``8.4 ms``, ``12.4 s``, ``3 min 20 s``."""
    if us is None:
        return NOTHING
    if us < 1000:
        return f"{us:.0f} µs"
    value_ms = us / 1000
    if value_ms < 10:
        return f"{value_ms:.1f} ms"
    if value_ms < 10_000:
        return f"{value_ms:,.0f} ms"
    if value_ms < 120_000:
        return f"{value_ms / 1000:.1f} s"
    minutes, seconds = divmod(round(value_ms / 1000), 60)
    return f"{minutes} min {seconds} s"


def length(ns: int) -> str:
    """Return a long stretch in its two largest units: ``2 d 3 h``, ``5 h 12 min``, ``48 s``."""
    seconds = max(ns, 0) // 1_000_000_000
    for unit, unit_s, smaller, smaller_s in (
        ("d", 86_400, "h", 3600),
        ("h", 3600, "min", 60),
        ("min", 60, "s", 1),
    ):
        if seconds >= unit_s:
            return f"{seconds // unit_s} {unit} {seconds % unit_s // smaller_s} {smaller}"
    return f"{seconds} s"


def per_second(value: float | None) -> str:
    """Return a rate: ``3.42 /s``."""
    return NOTHING if value is None else f"{value:,.2f} /s"


def percent(part: int, whole: int) -> str:
    """Return a share: ``12.5 %``, ``0.03 %``, ``< 0.01 %``, or "–" of nothing. Only nothing is 0."""
    if not whole:
        return NOTHING
    share = 100 * part / whole
    if part and share < 0.01:
        return "< 0.01 %"
    return f"{share:.2f} %" if part and share < 1 else f"{share:.1f} %"


def moment(at_ns: int) -> str:
    """Return an absolute time: ``2026-11-24 09:30:12 UTC``."""
    return datetime.fromtimestamp(at_ns // 1_000_000_000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def day_time(at_ns: int) -> str:
    """Return day and time without a year: ``11-24 09:30:12``."""
    return datetime.fromtimestamp(at_ns // 1_000_000_000, UTC).strftime("%m-%d %H:%M:%S")


def span(start_ns: int, length_s: int) -> str:
    """Return a stretch of time: ``09:30:00–09:30:15 UTC``, with the date where it is a day or more long."""
    style = "%H:%M:%S" if length_s < 86_400 else "%Y-%m-%d %H:%M"
    start_s = start_ns // 1_000_000_000
    start, end = (
        datetime.fromtimestamp(second, UTC).strftime(style) for second in (start_s, start_s + length_s)
    )
    return f"{start}–{end} UTC"


def ago(at_ns: int | None) -> Markup:
    """Return a relative time that the browser keeps current; the absolute one shows on hover."""
    if at_ns is None:
        return element("span", NOTHING)
    stamp = moment(at_ns)
    iso = stamp.replace(" UTC", "Z").replace(" ", "T")
    return element("time", stamp, datetime=iso, title=stamp, data_ms=at_ns // 1_000_000)
