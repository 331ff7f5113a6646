"""What is found out about a value of a sink: where it comes from, and whether it is trusted there."""

from typing import Final, Literal

import msgspec

from podium.trust.tools import Sink

Ground = Literal["request", "grant", "object", "field", "text", "unnamed", "stranger", "nowhere"]
"""Where a value comes from.

========  ======================================================================================
request   the request says it
grant     the grant's schema names it, as a constant or in a list
object    a trusted field of an object that the request names
field     a field that its tool's author trusts, of no object that the request names
text      a text of anybody's that the request names, where the tool's author accepts that
unnamed   the same as field, where the request names another one, or an identifier of an object not named
stranger  only what anybody may have written
nowhere   nothing that was read, nor the request
========  ======================================================================================
"""
ONE: Final = "one is what a request means that says no number"
"""Why a number is the request's that it does not say."""
TODAY: Final = "it is the day of the request, which says no other"
"""Why a day is."""
OUR_TEXT: Final = "a text says it that no stranger has written"
"""Why a value is not that stands in such a text alone."""
TRUSTED: Final[frozenset[Ground]] = frozenset(("request", "grant", "object", "field", "text"))


class Origin(msgspec.Struct, frozen=True):
    """One place where a value was read, as a person is shown it. Unix nanoseconds."""

    tool: str
    at_ns: int
    path: str
    label: str
    quote: str


class Finding(msgspec.Struct, frozen=True):
    """What was found out about one value of one sink."""

    path: str
    value: str
    sink: Sink
    ground: Ground
    may_ask: bool
    """Whether the request leaves it open, so that a person may be asked."""
    why: str
    origins: tuple[Origin, ...] = ()
    within: bool = False
    """Whether it stands in what the request names."""
    follows: bool = False
    """Whether it follows, as the request says, from what was read there, or is left to that."""
    described: str = ""
    """The words by which the request may describe what holds it, empty where it names that, or does not."""
    settled: bool = False
    """Whether the request itself says another value of its kind."""
    called: bool = False
    """Of an address: whether the request says the name of its domain, which a trusted field has too, or
    describes whose it is, in a trusted list."""
    handed: bool = False
    """Whether the request hands it over to the text in which it stands."""
    listed: bool = False
    """Of a value: whether it is one of few words that the grant lists, of which the request says no other."""

    beside: bool = False
    """Of an address: whether our records have somebody at its domain, of a firm that the request says."""
    bears_name: bool = False
    """Of an address that stands in what the request names: whether it has a name that the request says."""
    colleague: bool = False
    """Of an address: whether it is the organisation's, and has a name that the request says."""
    user_alone: bool = False
    """Of an address: whether the task's user alone is reached by it."""

    @property
    def trusted(self) -> bool:
        """Whether it may go into its sink."""
        return self.ground in TRUSTED
