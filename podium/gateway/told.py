"""What the head of a provider's answer tells: how the provider calls the request, and its limits."""

import re
from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Final

import msgspec

_NOT_PRINTABLE: Final = re.compile(rb"[^\x20-\x7e]")
_REQUEST_IDS: Final = (b"x-request-id", b"request-id")
_KNOWN: Final = 1024
"""Names of headers of which it is remembered whether they tell anything."""
_FEW_REQUESTS, _FEW_TOKENS, _ANY = 3, 7, 1 << 16
_tells: dict[bytes, bool] = dict.fromkeys(_REQUEST_IDS, True)


class Told(msgspec.Struct, frozen=True, gc=False):
    """What the path uses of a head."""

    request_id: str | None
    lines: bytes
    """The headers that clients act on, as lines of the answer to them."""
    limited: bool
    """Limits of rate are among them, of which little may be left."""


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
    limited = any(len(value) <= few_digits(name) for name, value in told)
    return Told(ids[0].decode("latin-1") if ids else None, lines, limited)


class Teller:
    """Says what heads tell that differ in some values alone: as `read_told` does, with less work.

    These values are printable and not empty, as `net.known_answers` sees to.
    """

    __slots__ = ("_always", "_few", "_id", "_limited", "_lines", "_pick")

    def __init__(self, pairs: Sequence[tuple[bytes, bytes]], places: Sequence[int]) -> None:
        """``pairs``: one of these heads."""
        lines: list[bytes] = []
        picked: list[int] = []
        ids: dict[bytes, int | str] = {}
        self._limited = False
        few: list[tuple[int, int]] = []
        for place, (name, value) in enumerate(pairs):
            if not tells(name):
                continue
            varies = place in places
            digits = few_digits(name)
            if digits > 0 and varies:
                few.append((places.index(place), digits))
            elif len(value) <= digits:
                self._limited = True
            if name in _REQUEST_IDS and value:
                ids.setdefault(name, len(picked) if varies else value.decode("latin-1"))
            if varies:
                lines.append(b"\r\n%b: %%b" % name.replace(b"%", b"%%"))
                picked.append(places.index(place))
            elif not _NOT_PRINTABLE.search(value):
                lines.append((b"\r\n%b: %b" % (name, value)).replace(b"%", b"%%"))
        self._few = tuple(few)
        self._lines = b"".join(lines)
        self._id = next((ids[name] for name in _REQUEST_IDS if name in ids), None)
        self._pick: Callable[[Sequence[bytes]], tuple[bytes, ...]] | None = None
        if len(picked) == 1:
            only = picked[0]
            self._pick = lambda values: (values[only],)
        elif picked:
            self._pick = itemgetter(*picked)
        self._always = read_told(pairs) if not picked else None

    def told(self, values: Sequence[bytes]) -> Told:
        """Return what the head with these values tells."""
        if self._pick is None:
            return self._always or NOTHING_TOLD
        picked, found, limited = self._pick(values), self._id, self._limited
        for at, digits in self._few:
            if len(values[at]) <= digits:
                limited = True
        return Told(
            picked[found].decode() if isinstance(found, int) else found, self._lines % picked, limited
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


def few_digits(name: bytes) -> int:
    """Return with how many digits a header tells of so little that `gateway.allowances` counts it."""
    if name.find(b"remaining") < 0:
        return _ANY if name == b"ratelimit" else -1
    return _FEW_TOKENS if name.find(b"tokens") >= 0 else _FEW_REQUESTS
