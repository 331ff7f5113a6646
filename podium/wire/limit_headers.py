"""What a provider tells of its own limits of rate in the headers of an answer. Pure.

Sources: OpenAI's ``x-ratelimit-remaining-requests`` and ``x-ratelimit-reset-requests`` (also ``-tokens``), a
duration such as ``1s``, ``6m0s`` or ``20ms``, until all of it is there again; Anthropic's
``anthropic-ratelimit-requests-remaining`` and ``-reset`` (also ``tokens``, ``input-tokens`` and
``output-tokens``), a time of RFC 3339, of the same; ``RateLimit`` and ``RateLimit-Policy`` of
draft-ietf-httpapi-ratelimit-headers, with the headers and the dictionary of its older versions;
``x-ratelimit-remaining``, whose reset many servers write as Unix time; ``retry-after`` of RFC 9110, section
10.2.3: seconds or an HTTP date.
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
_STANDARD: Final = b"ratelimit"
_POLICY: Final = b"ratelimit-policy"
_KINDS: Final = frozenset({"requests", "tokens", "input-tokens", "output-tokens"})
_ITEM: Final = re.compile(r'"([^"]{0,64})"((?:\s*;\s*[a-z]+=(?:"[^"]*"|[^\s;,"]+))*)')
_PARAMETER: Final = re.compile(r'([a-z]+)=(?:"([^"]*)"|([^\s;,"]+))')
_UNIX_S: Final = re.compile(r"1\d{9}(\d{3})?")
"""Unix time from 2001 on, in seconds or in milliseconds."""


class Remaining(msgspec.Struct, frozen=True):
    """What is left of one of a provider's limits, and in how many seconds all of it is there again."""

    kind: str
    """``requests``, ``tokens``, ``input-tokens`` or ``output-tokens``."""
    left: int
    reset_s: float
    limit: int | None = None
    """All of it."""
    refills: bool = False
    """By its maker's words it fills again all the time, not at its reset."""
    name: str = ""
    """What tells it from another of its kind."""


class _Said:
    """Values of one limit, as they come."""

    __slots__ = ("left", "limit", "refills", "reset_s")

    def __init__(self) -> None:
        self.left: int | None = None
        self.limit: int | None = None
        self.reset_s: float | None = None
        self.refills = False

    def take(self, which: str, text: str, now: datetime) -> None:
        """Take a value, if it is understood."""
        if which == "reset":
            self.reset_s = _reset_s(text, now)
        elif which in {"remaining", "limit"} and text.isdecimal() and len(text) < 16:
            if which == "limit":
                self.limit = int(text)
            else:
                self.left = int(text)


def read_remaining(headers: Iterable[tuple[bytes, bytes]], now: datetime) -> list[Remaining]:
    """Return what the headers tell. What is not understood is left out: it is advice, not an error.

    Times are seen from the answer's own ``date``, so that no clock needs to be right; else from ``now``.
    """
    told = [(name, value.decode("latin-1").strip()) for name, value in headers if _may_tell(name)]
    now = next((at for name, text in told if name == b"date" and (at := _moment(text)) is not None), now)
    said: dict[tuple[str, str], _Said] = {}
    lists: dict[bytes, list[str]] = {}
    for name, text in told:
        if name.startswith(_OPENAI):
            which, _, kind = name[len(_OPENAI) :].decode("latin-1").partition("-")
            # Seconds without a unit are another server's, which need not do as OpenAI does.
            refills = bool(kind) and which == "reset" and text[-1:] == "s"
        elif name.startswith(_ANTHROPIC):
            kind, _, which = name[len(_ANTHROPIC) :].decode("latin-1").rpartition("-")
            refills = True
        elif name in {_STANDARD, _POLICY}:
            lists.setdefault(name, []).append(text)
            continue
        elif name.startswith(b"ratelimit-"):
            which, kind, refills = name[len(b"ratelimit-") :].decode("latin-1"), "", False
        else:
            continue
        if kind in _KINDS or not kind:
            one = said.setdefault((kind or "requests", ""), _Said())
            one.take(which, text, now)
            one.refills = one.refills or refills
    _read_lists(lists, said, now)
    return [
        Remaining(kind, one.left, one.reset_s, one.limit, one.refills and one.limit is not None, name)
        for (kind, name), one in said.items()
        if one.left is not None and one.reset_s is not None
    ]


def _may_tell(name: bytes) -> bool:
    return name.find(b"ratelimit") >= 0 or name == b"date"


def _read_lists(lists: dict[bytes, list[str]], said: dict[tuple[str, str], _Said], now: datetime) -> None:
    """Read ``RateLimit`` in the light of ``RateLimit-Policy``: of requests, whatever else there may be."""
    policies = dict(_items(lists.get(_POLICY, ())))
    for name, pairs in _items(lists.get(_STANDARD, ())):
        policy = policies.get(name, {})
        if policy.get("qu", "requests") != "requests":
            continue
        one = said.setdefault(("requests", name), _Said())
        one.take("remaining", pairs.get("r", pairs.get("remaining", "")), now)
        one.take("limit", policy.get("q", pairs.get("limit", "")), now)
        one.take("reset", pairs.get("t", pairs.get("reset", policy.get("w", ""))), now)


def _items(texts: Iterable[str]) -> list[tuple[str, dict[str, str]]]:
    """Return the items of lists of RFC 9651 with their parameters; a dictionary is one without a name."""
    found = []
    for text in texts:
        if len(text) > 1024:
            continue
        items = [(it[1], it[2]) for it in _ITEM.finditer(text)]
        for name, pairs in items or ([("", text)] if '"' not in text else []):
            found.append((name, {it[1]: it[2] or it[3] or "" for it in _PARAMETER.finditer(pairs)}))
    return found


def _reset_s(text: str, now: datetime) -> float | None:
    if _UNIX_S.fullmatch(text):
        at_s = int(text) / (1000 if len(text) == 13 else 1)
        return min(max(at_s - now.timestamp(), 0.0), MAX_RESET_S)
    return read_seconds(text, now)


def read_seconds(text: str, now: datetime) -> float | None:
    """Return seconds, a duration, a time or an HTTP date as seconds from ``now``, from 0 to an hour."""
    seconds = _number(text)
    if seconds is None:
        seconds = _duration(text)
    if seconds is None:
        at = _moment(text)
        seconds = None if at is None else (at - now).total_seconds()
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


def _moment(text: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(text) if text[:4].isdecimal() else parsedate_to_datetime(text)
        at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
        at.timestamp()
    except (ValueError, OverflowError, TypeError):
        return None
    return at
