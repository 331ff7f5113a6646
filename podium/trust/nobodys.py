"""What nobody has taken on yet: `the claims that no one has yet`, `the tickets nobody is on`."""

from collections.abc import Sequence
from typing import Final

from podium.trust.lexicon import word_set
from podium.trust.words import Token

SOMEBODY: Final = "somebody"
"""What such things lack."""
KEEPERS: Final = word_set(
    "handler assignee assigned owner agent responsible keeper mechanic driver editor reviewer technician"
)
"""What a field is called that says who has taken something on."""


def nobodys(tokens: Sequence[Token], at: int) -> int:
    """Return how many words from a place on say that nobody has something, 0 where none do."""
    low = [token.low.removesuffix("'s") for token in tokens[at : at + 7]]
    start = 1 if low[:1] in (["nobody"], ["noone"]) else 2 if low[:2] == ["no", "one"] else 0
    if start and tokens[at + start - 1].low.endswith("'s"):  # `nobody's picked it up`
        low, extra = [*low[:start], "has", *low[start:]], 1
    else:
        extra = 0
    if not start:
        return 0
    for words in _HAS:
        end = start + len(words)
        behind = low[end] if end < len(low) else ""
        if tuple(low[start:end]) == words and (behind in _BEHIND or not behind.isalnum()):
            return end - extra + (behind in {"yet", "now", "so"})
    return 0


_HAS: Final = (
    ("has", "taken", "on"),
    ("has", "picked", "up"),
    ("is", "working", "on"),
    ("is", "looking", "after"),
    ("looks", "after"),
    ("works", "on"),
    ("has", "taken"),
    ("has", "got"),
    ("took", "on"),
    ("picked", "up"),
    ("is", "on"),
    ("is", "handling"),
    ("owns",),
    ("handles",),
    ("took",),
    ("has",),
)
_BEHIND: Final = word_set("yet now so should are must can go goes please")
