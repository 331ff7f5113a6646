"""Of what kind of call it is to be known what a request names."""

import msgspec

from podium.trust.tools import ToolRow


class Called(msgspec.Struct, frozen=True):
    """Of what kind of call it is to be known what the request names."""

    tool: ToolRow
    given: frozenset[str]
    """By which words the request says to whom it gives its object, and what that becomes."""
    dated: bool = False
    """Whether it takes the one day that the request says: then that may be when to act."""
    new: tuple[tuple[str, ...], ...] = ()
    """The words of each value that it sets."""
    every: frozenset[str] = frozenset()
    """All that it acts on, where that may be several things."""
    on: frozenset[str] = frozenset()
    """The identifiers of single things that it takes, of whatever kind."""
