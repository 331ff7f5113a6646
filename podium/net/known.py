"""Heads that need no second reading: what a connection has said before, it says again with each request.

llhttp begins every message in the same state, so the same bytes are the same head to it. One that it has
read and that this server let pass is known from then on, whatever digits its length has. What differs in
anything else, or has not arrived whole with its body and nothing behind it, llhttp reads.
"""

import re
from typing import Final, Self

from podium.net.exchange import Exchange

MAX_KNOWN_BYTES: Final = 4096
"""Of a head; longer ones are read each time, so that idle connections keep little."""
MAX_LEARNT: Final = 4
"""Heads that are learnt of one connection: where each is another, to learn would be work for nothing."""
_MOST_DIGITS: Final = 8
_LENGTHS: Final = re.compile(rb"\r\ncontent-length", re.IGNORECASE)
_LENGTH: Final = re.compile(
    rb"\r\ncontent-length:[ \t]*([1-9][0-9]{0,%d})\r\n" % (_MOST_DIGITS - 1), re.IGNORECASE
)
_FRAMING: Final = frozenset({b"transfer-encoding", b"expect", b"upgrade"})
"""With these a request is more than a head and as many bytes as it says."""


class KnownHead:
    """A head, the digits of its length apart."""

    __slots__ = ("_after", "_before", "_digits_at", "_headers", "_method", "_path", "_query", "_target")

    def __init__(self, exchange: Exchange, before: bytes, after: bytes) -> None:
        self._before = before
        self._digits_at = len(before)
        self._after = after
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
        length = _LENGTH.search(head)
        if length is None or len(_LENGTHS.findall(head)) != 1:
            return None
        return cls(exchange, head[: length.start(1)], head[length.end(1) :])

    def find_body(self, data: bytes) -> tuple[bytes, bytes] | None:
        """Return length and body of a request that is this head and its whole body; None for any other."""
        if not data.startswith(self._before):
            return None
        start = self._digits_at
        end = data.find(b"\r", start, start + _MOST_DIGITS + 1)
        digits = data[start:end]
        if not data.startswith(self._after, end) or not digits.isdigit() or digits.startswith(b"0"):
            return None
        body = data[end + len(self._after) :]
        return (digits, body) if len(body) == int(digits) else None

    def fill(self, exchange: Exchange, length: bytes, body: bytes) -> None:
        """Make an exchange that of a request with this head and such a body."""
        exchange.method, exchange.target = self._method, self._target
        exchange.path, exchange.query = self._path, self._query
        exchange.headers = headers = self._headers.copy()
        headers[b"content-length"] = length
        exchange._body.append(body)
        exchange._body_bytes, exchange._body_done = len(body), True
