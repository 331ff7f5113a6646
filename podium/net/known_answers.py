"""Heads of a provider's answers that need no second reading: `known` says when that is the same as reading.

In an answer every value may be another one but those that say how it is framed, and of what kind it is.
"""

import re
from collections.abc import Sequence
from typing import Final, Self

from podium.net.heads import Header
from podium.net.known import CONTENT_LENGTH, LENGTH, MAX_KNOWN_BYTES, VALUE, Cut, cut

MAX_OF_ORIGIN: Final = 8
"""Heads that are known of one origin."""
MAX_LEARNT: Final = 8
"""Heads of an origin that are learnt in a row of which none came again: then it is left."""
CHUNKED: Final = -1
_FIXED: Final = frozenset(
    {
        b"connection",
        b"content-encoding",
        b"content-type",
        b"keep-alive",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)
"""Headers whose values have to come again."""
_BEGINS: Final = b"HTTP/1.1 200 "


class KnownAnswer:
    """The head of an answer 200.

    ``note``: what has been found out from it by whom it serves. ``pairs``: the headers that it was learnt
    from; ``places``: which of them have other values now, which are the groups of what ``match`` returns for
    what begins with this head. ``most``: bytes that it may have. ``length``: which group is the length,
    or CHUNKED. ``keep_alive``: a header.
    """

    __slots__ = ("_constant", "keep_alive", "length", "match", "most", "note", "pairs", "places")

    status: Final = 200

    def __init__(self, said: Cut, most: int) -> None:
        """``most``: bytes that it may have."""
        self.note: object = None
        self.pairs, self.places = said.headers, tuple(said.places)
        names = [name for name, _ in said.headers]
        self.length = self.places.index(names.index(CONTENT_LENGTH)) if CONTENT_LENGTH in names else CHUNKED
        pattern = re.escape(said.pieces[0])
        for place, piece in zip(said.places, said.pieces[1:], strict=True):
            pattern += b"(%b)%b" % (LENGTH if names[place] == CONTENT_LENGTH else VALUE, re.escape(piece))
        self.match = re.compile(pattern).match
        self.most = most
        self._constant: dict[bytes, bytes | None] = {}
        for place, (name, value) in enumerate(said.headers):
            self._constant.setdefault(name, None if place in said.places else value)
        self.keep_alive = self._constant.get(b"keep-alive")

    @classmethod
    def learn(cls, data: bytes, headers: list[Header], max_bytes: int) -> Self | None:
        """Return what is known by the head with which ``data`` begins, and in which llhttp has read this."""
        most = min(MAX_KNOWN_BYTES, max_bytes)
        size = data.find(b"\r\n\r\n", 0, most) + 4
        if size < 4 or not data.startswith(_BEGINS):
            return None
        said = cut(data[:size], lambda name: name not in _FIXED)
        if said.headers != headers:
            return None
        framing = [it for it in enumerate(headers) if it[1][0] in {CONTENT_LENGTH, b"transfer-encoding"}]
        if len(framing) != 1:
            return None
        place, (_, value) = framing[0]
        return cls(said, most) if place in said.places or value == b"chunked" else None

    def header(self, name: bytes) -> bytes | None:
        """Return the first value of a header that does not vary."""
        return self._constant.get(name)

    def headers(self, values: Sequence[bytes]) -> list[Header]:
        """Return the header of an answer with these values."""
        headers = self.pairs.copy()
        for place, value in zip(self.places, values, strict=True):
            headers[place] = (headers[place][0], value)
        return headers


class KnownAnswers:
    """The heads that are known of one origin's answers."""

    __slots__ = ("_heads", "_learnt", "_max_bytes")

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._heads: list[KnownAnswer] = []
        self._learnt = 0

    def find(self, data: bytes) -> KnownAnswer | None:
        """Return the head with which an answer begins, if it is known."""
        for known in self._heads:
            found = known.match(data)
            if found is not None and found.end() <= known.most:
                self._learnt = 0
                return known
        return None

    def learn(self, data: bytes, headers: list[Header]) -> None:
        """Know the head with which ``data`` begins, and in which llhttp has read this."""
        if self._learnt >= MAX_LEARNT:
            return
        known = KnownAnswer.learn(data, headers, self._max_bytes)
        if known is not None:
            self._learnt += 1
            self._heads.insert(0, known)
            del self._heads[MAX_OF_ORIGIN:]


def short_head(body_bytes: int) -> bytes:
    """Return a head of which llhttp makes what it makes of one that is known and frames such a body."""
    if body_bytes == CHUNKED:
        return b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % body_bytes
