"""Identifiers: parsed once at the edge, and sortable by the time they were made.

ULID layout: https://github.com/ulid/spec (48 bits of milliseconds, 80 bits of entropy, Crockford's
base 32). Trace and span ids follow W3C Trace Context.
"""

import re
from functools import lru_cache
from hashlib import blake2b
from typing import Final, NewType

CallId = NewType("CallId", str)
"""One request of a client: ``call_`` and a ULID."""
ChargeId = NewType("ChargeId", str)
"""One attempt at a provider, and its ledger row: ``chg_`` and a ULID."""
TaskId = NewType("TaskId", str)
"""``task_`` and a ULID."""
TraceId = NewType("TraceId", str)
"""32 lower-case hexadecimal digits."""
SpanId = NewType("SpanId", str)
"""16 lower-case hexadecimal digits."""
IncarnationId = NewType("IncarnationId", str)
"""One life of one worker process: ``inc_`` and a ULID."""

_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_DIGITS: Final = (_CROCKFORD * 8).encode()
_LAST_DIGITS: Final = [first + last for first in _CROCKFORD for last in _CROCKFORD]
_TRACEPARENT: Final = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$")


def ulid(now_ms: int, entropy: bytes) -> str:
    """Return the 26 characters of a ULID from Unix milliseconds and 16 bytes of entropy.

    Each byte gives one digit of the random part, by its low five bits.
    """
    return (
        _seconds_digits(now_ms >> 10)
        + _LAST_DIGITS[now_ms & 1023]
        + entropy.translate(_DIGITS).decode("ascii")
    )


FRESH_BYTES: Final = 56
"""Entropy of `fresh_ids`."""


def fresh_ids(now_ms: int, entropy: bytes) -> tuple[CallId, TraceId, ChargeId, SpanId]:
    """Return the ids of a new call, its trace, its next charge and that one's span."""
    time = _seconds_digits(now_ms >> 10) + _LAST_DIGITS[now_ms & 1023]
    digits = entropy.translate(_DIGITS).decode("ascii")
    names = entropy.hex()
    call, charge = f"call_{time}{digits[:16]}", f"chg_{time}{digits[16:32]}"
    return call, names[64:96], charge, names[96:]  # type: ignore[return-value]  # a NewType's call takes longer


def began_ns(task_id: str) -> int:
    """Return when a task began by its id, a ULID; 0 where its id does not say."""
    _, _, digits = task_id.partition("_")
    milliseconds = 0
    for digit in digits[:10]:
        place = _CROCKFORD.find(digit)
        if place < 0:
            return 0
        milliseconds = milliseconds * 32 + place
    return milliseconds * 1_000_000 if len(digits) == 26 else 0


@lru_cache(maxsize=16)
def _seconds_digits(now_1024_ms: int) -> str:
    return "".join([_CROCKFORD[(now_1024_ms >> shift) & 31] for shift in range(35, -1, -5)])


def trace_of(root_id: str) -> TraceId:
    """Return the trace of all that a task at the root has started: whoever knows its id knows it."""
    return TraceId(blake2b(root_id.encode(), digest_size=16).hexdigest())


def parse_traceparent(header: str) -> tuple[TraceId, SpanId] | None:
    """Return the caller's trace and span id, or None where the header is absent or malformed."""
    match = _TRACEPARENT.match(header)
    if match is None or not int(match[1], 16) or not int(match[2], 16):
        return None
    return TraceId(match[1]), SpanId(match[2])
