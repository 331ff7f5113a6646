"""Heads that need no second reading: what a connection has said before, it says again with each request.

llhttp begins every message in the same state, so the same bytes are the same head to it. One that it has
read and that this server let pass is known from then on, whatever digits its length has, and on other
connections to the server too. What differs in anything else, or has not arrived whole with its body and
nothing behind it, llhttp reads. The same holds for answers of a provider, on each of its connections.
"""

import re
from typing import TYPE_CHECKING, Final, Self

from podium.net.exchange import Exchange
from podium.net.heads import Header

if TYPE_CHECKING:
    from podium.net.connection import Connection

MAX_KNOWN_BYTES: Final = 4096
"""Of a head; longer ones are read each time, so that idle connections keep little."""
MAX_LEARNT: Final = 4
"""Heads that are learnt of one connection: where each is another, to learn would be work for nothing.

Of answers, whose heads have the time in them, so many in a row of which none came again."""
MAX_SHARED: Final = 64
"""Heads that are known to new connections of a server."""
_MOST_DIGITS: Final = 8
_LENGTHS: Final = re.compile(rb"\r\ncontent-length", re.IGNORECASE)
_LENGTH: Final = re.compile(
    rb"\r\ncontent-length:[ \t]*([1-9][0-9]{0,%d})\r\n" % (_MOST_DIGITS - 1), re.IGNORECASE
)
_FRAMING: Final = frozenset({b"transfer-encoding", b"expect", b"upgrade"})
"""With these a request is more than a head and as many bytes as it says."""
_ANSWERS: Final = b"HTTP/1.1 2"
_CONTENT_LENGTH: Final = b"content-length"


class _Head:
    """A head, the digits of its length apart."""

    __slots__ = ("_after", "_before", "_bytes", "key", "note")

    def __init__(self, before: bytes, after: bytes) -> None:
        self.key = before + after
        self._before = before
        self._after = after
        self._bytes = len(self.key)
        self.note: object = None
        """What has been found out from it by whom it serves."""

    def find_body(self, data: bytes) -> bytes | None:
        """Return the body of a message that is this head and its whole body; None for any other.

        Its bytes say how long the body would be, so that one comparison proves digits and all. (A body of 98
        bytes or the like, with which they would have a digit more than its length has, is left to llhttp.)
        """
        whole = len(data)
        rest = whole - self._bytes
        size = rest - (3 if 102 < rest < 1003 else 4 if 1003 < rest < 10_004 else len(str(rest)))
        if size <= 0:
            return None
        head = b"%b%d%b" % (self._before, size, self._after)
        return data[-size:] if data.startswith(head) and len(head) + size == whole else None


class KnownAnswer(_Head):
    """The head of an answer."""

    __slots__ = ("_at", "_headers", "status")

    def __init__(self, status: int, headers: list[Header], before: bytes, after: bytes) -> None:
        super().__init__(before, after)
        self.status = status
        self._headers = headers
        self._at = [name for name, _ in headers].index(_CONTENT_LENGTH)

    @classmethod
    def learn(cls, data: bytes, status: int, headers: list[Header], body_bytes: int) -> Self | None:
        """Return the head of an answer that was read from ``data``, with its body and nothing else.

        One that names another framing is read each time.
        """
        size = len(data) - body_bytes
        if size > MAX_KNOWN_BYTES or data.find(b"\r\n\r\n") + 4 != size or not data.startswith(_ANSWERS):
            return None
        if not body_bytes or any(name in _FRAMING for name, _ in headers):
            return None
        parts = _parts(data)
        if parts is None or len(_LENGTHS.findall(data[:size])) != 1:
            return None
        return cls(status, headers, *parts)

    def headers(self, body_bytes: int) -> list[Header]:
        """Return the header of an answer with such a body."""
        headers = self._headers.copy()
        headers[self._at] = (_CONTENT_LENGTH, b"%d" % body_bytes)
        return headers


class KnownHead(_Head):
    """The head of a request."""

    __slots__ = ("_headers", "_method", "_path", "_query", "_target")

    def __init__(self, exchange: Exchange, before: bytes, after: bytes) -> None:
        super().__init__(before, after)
        self._headers = dict(exchange.headers)
        self._method = exchange.method
        self._target = exchange.target
        self._path = exchange.path
        self._query = exchange.query

    @classmethod
    def learn(cls, data: bytes, exchange: Exchange) -> Self | None:
        """Return the head of a request that was read from ``data``, with its body and nothing else."""
        size = len(data) - exchange._body_bytes
        headers = exchange.headers
        first = f"{exchange.method} {exchange.target} HTTP/1.1\r\n".encode("latin-1")
        if (
            size > MAX_KNOWN_BYTES
            or not data.startswith(first)
            or data.find(b"\r\n\r\n") + 4 != size
            or not exchange._keep_alive
            or not _FRAMING.isdisjoint(headers)
        ):
            return None
        head = data[:size]
        parts = _parts(head)
        return None if parts is None or len(_LENGTHS.findall(head)) != 1 else cls(exchange, *parts)

    def exchange(self, connection: "Connection", peer: str, body: bytes) -> Exchange:
        """Return a request with this head and such a body."""
        return Exchange(
            connection,
            peer,
            self._method,
            self._target,
            self._path,
            self._query,
            self,
            [body],
            len(body),
            True,
        )

    def headers(self, body_bytes: int) -> dict[bytes, bytes]:
        """Return the header of a request with such a body."""
        headers = self._headers.copy()
        headers[b"content-length"] = b"%d" % body_bytes
        return headers


class SharedHeads:
    """Heads that some connection of a server has said twice."""

    def __init__(self) -> None:
        self._by_key: dict[bytes, KnownHead] = {}

    def learn(self, data: bytes, exchange: Exchange) -> KnownHead | None:
        """Return the head of a request as `KnownHead.learn` does, and keep it."""
        known = KnownHead.learn(data, exchange)
        if known is not None:
            self.keep(known)
        return known

    def keep(self, known: KnownHead) -> None:
        """Take in a head; the one that came first makes room."""
        if len(self._by_key) >= MAX_SHARED:
            del self._by_key[next(iter(self._by_key))]
        self._by_key[known.key] = known

    def find(self, data: bytes) -> KnownHead | None:
        """Return the head with which first bytes may begin; `KnownHead.find_body` proves it."""
        parts = _parts(data) if self._by_key else None
        return None if parts is None else self._by_key.get(parts[0] + parts[1])


def _parts(data: bytes) -> tuple[bytes, bytes] | None:
    """Return what stands before and behind the digits of the length in a head."""
    end = data.find(b"\r\n\r\n", 0, MAX_KNOWN_BYTES) + 4
    length = _LENGTH.search(data, 0, end - 2) if end > 3 else None
    return None if length is None else (data[: length.start(1)], data[length.end(1) : end])
