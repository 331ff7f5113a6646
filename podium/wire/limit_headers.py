"""What a provider tells of its own limits of rate in the headers of an answer. Pure.

Sources: OpenAI's ``x-ratelimit-remaining-requests`` and ``x-ratelimit-reset-requests`` (also ``-tokens``), a
duration such as ``1s``, ``6m0s`` or ``20ms``; Anthropic's ``anthropic-ratelimit-requests-remaining`` and
``-reset`` (also ``tokens``, ``input-tokens``, ``output-tokens``), a time of RFC 3339; ``retry-after`` of
RFC 9110, section 10.2.3: seconds or an HTTP date.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import msgspec

MAX_RESET_S: Final = 3600.0
"""A reset further away is not believed: whatever a provider says, it is asked again after an hour."""
_DURATION: Final = re.compile(
    r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?"
)
_PARTS_S: Final = (86_400, 3600, 60, 1, 0.001)
_OPENAI: Final = b"x-ratelimit-"
_ANTHROPIC: Final = b"anthropic-ratelimit-"


class Remaining(msgspec.Struct, frozen=True):
    """What is left of one of a provider's limits, and in how many seconds all of it is there again."""

    kind: str
    """``requests`` or ``tokens``."""
    left: int
    reset_s: float


def read_remaining(headers: Iterable[tuple[bytes, bytes]], now: datetime) -> list[Remaining]:
    """Return what the headers tell. What is not understood is left out: it is advice, not an error."""
    left: dict[str, int] = {}
    resets: dict[str, float] = {}
    for name, value in headers:
        if name.startswith(_OPENAI):
            which, _, kind = name[len(_OPENAI) :].decode("latin-1").partition("-")
        elif name.startswith(_ANTHROPIC):
            kind, _, which = name[len(_ANTHROPIC) :].decode("latin-1").rpartition("-")
        else:
            continue
        text = value.decode("latin-1").strip()
        if which == "remaining" and text.isdecimal() and len(text) < 16:
            left[kind] = int(text)
        elif which == "reset":
            seconds = read_seconds(text, now)
            if seconds is not None:
                resets[kind] = seconds
    return [
        Remaining("tokens" if kind.endswith("tokens") else kind, left[kind], resets[kind])
        for kind in left.keys() & resets.keys()
        if kind in {"requests", "tokens", "input-tokens", "output-tokens"}
    ]


def read_seconds(text: str, now: datetime) -> float | None:
    """Return seconds, a duration, a time or an HTTP date as seconds from ``now``, from 0 to an hour."""
    seconds = _number(text)
    if seconds is None:
        seconds = _duration(text)
    if seconds is None:
        seconds = _until(text, now)
    return None if seconds is None else min(max(seconds, 0.0), MAX_RESET_S)


def _number(text: str) -> float | None:
    try:
        return float(text) if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text) else None
    except ValueError:  # digits of other scripts
        return None


def _duration(text: str) -> float | None:
    found = _DURATION.fullmatch(text) if text and len(text) < 32 else None
    if found is None:
        return None
    return sum(float(part) * unit_s for part, unit_s in zip(found.groups(), _PARTS_S, strict=True) if part)


def _until(text: str, now: datetime) -> float | None:
    try:
        at = datetime.fromisoformat(text) if text[:4].isdecimal() else parsedate_to_datetime(text)
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        return (at - now).total_seconds()
    except (ValueError, OverflowError, TypeError):
        return None
