"""Heads that need no second reading: what was said before is said again, but for values that nothing goes by.

llhttp begins every message in the same state, so a head that it has read before is the same head to it. It
stays that where a value has changed of which neither llhttp nor this server takes note, as long as the value
is printable, has no blanks around it and is not empty. A head that was read, and that this server let pass,
is therefore cut at such values (`cut`); what stands between them has to come again byte by byte. A length may
be another one too: by it the body is known. Whatever differs in anything else, llhttp reads.

Here are the heads of requests; those of answers are in `known_answers`.
"""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from podium.net.exchange import Exchange
from podium.net.heads import Header

if TYPE_CHECKING:
    from podium.net.connection import Connection

MAX_KNOWN_BYTES: Final = 4096
"""Of a head; longer ones are read each time, so that idle connections keep little."""
MAX_LEARNT: Final = 4
"""Heads in a row that a connection says and does not say again: then it is left, as work for nothing."""
MAX_SHARED: Final = 64
"""Heads that are known to all connections of a server."""
MAX_SEEN: Final = 1024
"""Heads that were seen once, and are learnt when they are seen again."""
VALUE: Final = rb"(?! )[ -~]*[!-~]"
"""A value that may stand for another one."""
LENGTH: Final = rb"[1-9][0-9]{0,7}"
CONTENT_LENGTH: Final = b"content-length"
FRAMING: Final = frozenset({b"transfer-encoding", b"expect", b"upgrade"})
"""With these a request is more than a head and as many bytes as it says."""
_VARYING: Final = frozenset(
    {
        b"traceparent",
        b"tracestate",
        b"baggage",
        b"sentry-trace",
        b"b3",
        b"x-b3-traceid",
        b"x-b3-spanid",
        b"x-b3-parentspanid",
        b"x-amzn-trace-id",
        b"x-cloud-trace-context",
        b"x-datadog-trace-id",
        b"x-datadog-parent-id",
        b"request-id",
        b"x-request-id",
        b"x-client-request-id",
        b"x-correlation-id",
        b"x-stainless-retry-count",
        b"date",
        CONTENT_LENGTH,
    }
)
"""Headers of requests that may be another with each request. Nothing is decided by them: of `traceparent`
and of the length a handler takes note, each time."""
_value, _length = re.compile(VALUE), re.compile(LENGTH)
_varying: Final = re.compile(
    rb"(\r\n(?:" + b"|".join(sorted(_VARYING)) + rb"):[ \t]*)[^\r\n]*", re.IGNORECASE
)


class Cut(NamedTuple):
    """A head, cut at the values that may be others."""

    pieces: list[bytes]
    """What stands before the first such value, between two of them, and behind the last."""
    places: list[int]
    """Which of the headers have these values."""
    headers: list[Header]


def cut(head: bytes, varies: Callable[[bytes], bool]) -> Cut:
    """Cut a whole head at the values of headers that may vary.

    What it says of headers is to be compared with what llhttp has read in it: only where that is the same has
    every line been taken for what it is.
    """
    first, *lines = head[:-4].split(b"\r\n")
    pieces: list[bytes] = []
    places: list[int] = []
    headers: list[Header] = []
    piece = first
    for line in lines:
        name, _, rest = line.partition(b":")
        bare = rest.lstrip(b" \t")
        name, value = name.lower(), bare.rstrip(b" \t")
        fits = _length if name == CONTENT_LENGTH else _value
        if varies(name) and fits.fullmatch(value):
            pieces.append(b"%b\r\n%b" % (piece, line[: len(line) - len(bare)]))
            places.append(len(headers))
            piece = bare[len(value) :]
        else:
            piece = b"%b\r\n%b" % (piece, line)
        headers.append((name, value))
    pieces.append(piece + b"\r\n\r\n")
    return Cut(pieces, places, headers)


class KnownHead:
    """The head of a request.

    ``names``: of the headers that vary; ``length``: which of them is the length. ``note``: what has been
    found out from it by whom it serves.
    """

    __slots__ = ("_first", "_headers", "_method", "_more", "_most", "_path", "_query", "_target",
                 "length", "names", "note")  # fmt: skip

    def __init__(
        self, exchange: Exchange, pieces: Sequence[bytes], names: Sequence[bytes], most: int
    ) -> None:
        """``most``: bytes that it may have. ``names``: of the headers between the ``pieces``."""
        self.names = tuple(names)
        self.note: object = None
        self._first = pieces[0]
        self._more = tuple(
            (_length.match if name == CONTENT_LENGTH else _value.match, piece, len(piece))
            for name, piece in zip(names, pieces[1:], strict=True)
        )
        self.length = self.names.index(CONTENT_LENGTH)
        self._most = most
        self._headers = dict(exchange.headers)
        self._method = exchange.method
        self._target = exchange.target
        self._path = exchange.path
        self._query = exchange.query

    @classmethod
    def learn(cls, head: bytes, exchange: Exchange, max_bytes: int = MAX_KNOWN_BYTES) -> Self | None:
        """Return what is known by a head that was read, and let pass, for this exchange."""
        headers = exchange.headers
        first = f"{exchange.method} {exchange.target} HTTP/1.1\r\n".encode("latin-1")
        if not head.startswith(first) or not exchange._keep_alive or not FRAMING.isdisjoint(headers):
            return None
        said = cut(head, _VARYING.__contains__)
        joined: dict[bytes, bytes] = {}
        for name, value in said.headers:
            joined[name] = joined[name] + b", " + value if name in joined else value
        names = [said.headers[place][0] for place in said.places]
        if joined != headers or names.count(CONTENT_LENGTH) != 1 or len(said.headers) != len(headers):
            return None
        return cls(exchange, said.pieces, names, min(max_bytes, MAX_KNOWN_BYTES))

    def read(self, data: bytes) -> tuple[list[bytes], int] | None:
        """Return the values of `names` in a message that begins with this head, and where its body does.

        None: it begins with another one, or the head is not all there.
        """
        first = self._first
        if not data.startswith(first):
            return None
        at, values = len(first), []
        for match, piece, piece_bytes in self._more:
            found = match(data, at)
            if found is None:
                return None
            at = found.end()
            if not data.startswith(piece, at):
                return None
            values.append(found[0])
            at += piece_bytes
        return (values, at) if at <= self._most else None

    def exchange(self, connection: "Connection", peer: str, values: Sequence[bytes], body: bytes) -> Exchange:
        """Return a request with this head and such a body, or the beginning of it."""
        return Exchange(
            connection,
            peer,
            self._method,
            self._target,
            self._path,
            self._query,
            self,
            values,
            [body],
            len(body),
        )

    def headers(self, values: Sequence[bytes]) -> dict[bytes, bytes]:
        """Return the header of a request with these values."""
        headers = self._headers.copy()
        headers.update(zip(self.names, values, strict=True))
        return headers


class SharedHeads:
    """Heads that connections of a server have said twice, of at most so many bytes."""

    def __init__(self, max_bytes: int = MAX_KNOWN_BYTES) -> None:
        self._max_bytes = max_bytes
        self._last: KnownHead | None = None
        self._by_key: dict[bytes, KnownHead] = {}
        self._seen: set[int] = set()

    def learn(self, data: bytes, exchange: Exchange) -> KnownHead | None:
        """Return what is known by the head with which ``data`` begins, if it was seen before, and keep it."""
        head = _head_of(data)
        if head is None:
            return None
        key = _key(head)
        mark = hash(key)
        if mark not in self._seen:
            if len(self._seen) >= MAX_SEEN:
                self._seen.clear()
            self._seen.add(mark)
            return None
        known = KnownHead.learn(head, exchange, self._max_bytes)
        if known is not None:
            self.keep(key, known)
        return known

    def keep(self, key: bytes, known: KnownHead) -> None:
        """Take in a head; the one that came first makes room."""
        if key not in self._by_key and len(self._by_key) >= MAX_SHARED:
            del self._by_key[next(iter(self._by_key))]
        self._by_key[key] = known

    def find(self, data: bytes) -> KnownHead | None:
        """Return the head with which a message may begin; `KnownHead.read` proves it."""
        last = self._last
        if last is not None and last.read(data) is not None:
            return last
        head = _head_of(data) if self._by_key else None
        known = None if head is None else self._by_key.get(_key(head))
        if known is not None:
            self._last = known
        return known


def _head_of(data: bytes) -> bytes | None:
    end = data.find(b"\r\n\r\n", 0, MAX_KNOWN_BYTES) + 4
    return data[:end] if end > 3 else None


def _key(head: bytes) -> bytes:
    """Return a head without the values that may vary."""
    return _varying.sub(rb"\1", head)
