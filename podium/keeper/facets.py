"""What charges and calls have in common: a row in `facets` once, and its number in each of theirs.

Used within the transactions of the ledger, in their one thread. What was found is kept in memory for the next
batch; what a transaction has added counts only when it is committed.
"""

from hashlib import blake2b
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, func, insert, select

from podium.ports.database import FACETS, facets

Values = tuple[Any, ...]
"""In the order of `FACETS`."""

DIGEST_BYTES: Final = 16
MOST_KNOWN: Final = 50_000
"""More are not kept in memory: they are looked up again."""

_encode = msgspec.msgpack.Encoder().encode


def digest_of(values: Values) -> bytes:
    """Return what a row of facets is found by. A format: it never changes."""
    return blake2b(_encode(values), digest_size=DIGEST_BYTES).digest()


class Facets:
    """Numbers of facets."""

    def __init__(self) -> None:
        self._known: dict[Values, int] = {}
        self._new: dict[Values, int] = {}
        """Of a transaction that may yet fail."""
        self._last = 0
        self._next = 1

    def open(self, connection: Connection) -> None:
        """Read where numbering goes on, at a start and after a failure."""
        self._known = {}
        self._new = {}
        self._last = connection.execute(select(func.max(facets.c.id))).scalar() or 0
        self._next = self._last + 1

    def begin(self) -> None:
        """Begin a transaction: what one before has added and not committed is not there."""
        self._new = {}
        self._next = self._last + 1

    def forget(self) -> None:
        """Look up again what this transaction has added: a part of it may be rolled back. Numbers go on."""
        self._new = {}

    def number(self, connection: Connection, values: Values) -> int:
        """Return the number of facets, adding their row where it is not there yet."""
        found = self._known.get(values) or self._new.get(values)
        return found if found is not None else self._find(connection, values)

    def _find(self, connection: Connection, values: Values) -> int:
        digest = digest_of(values)
        number = connection.execute(select(facets.c.id).where(facets.c.digest == digest)).scalar()
        if number is None:
            number = self._next
            row = dict(zip(FACETS, values, strict=True))
            connection.execute(insert(facets).values(id=number, digest=digest, **row))
            self._next = number + 1
        self._new[values] = number
        return int(number)

    def committed(self) -> None:
        """Take note that the transaction is in the database."""
        if len(self._known) + len(self._new) > MOST_KNOWN:
            self._known = {}
        self._known.update(self._new)
        self._new = {}
        self._last = self._next - 1
