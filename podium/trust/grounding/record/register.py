"""Which objects are of which kind, have a name that the request says, or stand in others.

It is kept as results come in, so that a decision in a long task need not look at every object.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from podium.trust.grounding.record.readings import Seen

Kind = tuple[str, frozenset[str]]
"""A server, and the words for a thing of it."""


class Register:
    """Objects by what they are looked for, each by its index, in their order."""

    __slots__ = ("asked", "called", "having", "kinds", "mentioned", "nested", "trusted", "values")

    def __init__(self, objects: Iterable["Seen"] = ()) -> None:
        self.kinds: set[Kind] = set()
        """The kinds of all of them."""
        self.trusted: dict[Kind, list[int]] = {}
        """By kind those whose identifier is trusted."""
        self.called: dict[Kind, list[int]] = {}
        """Those of them that have a name which the request mentions."""
        self.mentioned: list[int] = []
        """All that have one."""
        self.nested: list[int] = []
        """Those that stand in others."""
        self.asked: dict[int, frozenset[str]] = {}
        """By result the words of the request by which it was looked up, once they were looked for."""
        self.having: dict[tuple[str, int], bytearray] = {}
        """By word, and how far a field must be trusted: of each object 2 where it has it, 1 where not."""
        self.values: dict[Kind, tuple[int, frozenset[str]]] = {}
        """By kind of how many of its objects what words of the request they have as what they are."""
        for index, seen in enumerate(objects):
            self.add(index, seen)

    def add(self, index: int, seen: "Seen") -> None:
        """Enter an object that was read whole."""
        kind = seen.server, seen.nouns
        self.kinds.add(kind)
        if seen.id and seen.id_trusted:
            self.trusted.setdefault(kind, []).append(index)
            if seen.names:
                self.called.setdefault(kind, []).append(index)
        if seen.names:
            self.mentioned.append(index)
        if seen.within >= 0:
            self.nested.append(index)

    def of(self, server: str) -> Iterable[frozenset[str]]:
        """Yield the words for each kind of thing of a server."""
        return (nouns for one, nouns in self.kinds if one == server)
