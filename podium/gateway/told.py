"""What the head of a provider's answer tells: how the provider calls the request, and its limits."""

import re
from collections.abc import Iterable
from typing import Final

import msgspec

_NOT_PRINTABLE: Final = re.compile(rb"[^\x20-\x7e]")
_REQUEST_IDS: Final = (b"x-request-id", b"request-id")
_KNOWN: Final = 1024
"""Names of headers of which it is remembered whether they tell anything."""
_tells: dict[bytes, bool] = dict.fromkeys(_REQUEST_IDS, True)


class Told(msgspec.Struct, frozen=True, gc=False):
    """What the path uses of a head."""

    request_id: str | None
    lines: bytes
    """The headers that clients act on, as lines of the answer to them."""
    limited: bool
    """Limits of rate are among them."""


NOTHING_TOLD: Final = Told(None, b"", False)


def read_told(headers: Iterable[tuple[bytes, bytes]]) -> Told:
    """Return what a head tells. Names are in lower case; most of them are known to tell nothing."""
    told = [it for it in headers if _tells.get(it[0], True) and tells(it[0])]
    if not told:
        return NOTHING_TOLD
    lines = b"".join(
        [b"\r\n%b: %b" % (name, value) for name, value in told if not _NOT_PRINTABLE.search(value)]
    )
    ids = [value for wanted in _REQUEST_IDS for name, value in told if name == wanted and value]
    return Told(
        ids[0].decode("latin-1") if ids else None,
        lines,
        any(name not in _REQUEST_IDS for name, _ in told),
    )


def passed_headers(headers: Iterable[tuple[bytes, bytes]]) -> tuple[tuple[bytes, bytes], ...]:
    """Return the headers that clients act on, as pairs."""
    return tuple((name, value) for name, value in headers if tells(name) and not _NOT_PRINTABLE.search(value))


def tells(name: bytes) -> bool:
    """Return whether a header is of a request's id or of limits of rate."""
    found = _tells.get(name)
    if found is None:
        found = name.find(b"ratelimit") >= 0
        if len(_tells) < _KNOWN:
            _tells[name] = found
    return found
