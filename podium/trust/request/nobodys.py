"""What a request says that things lack: `with no shift`, `the claims that no one has yet`."""

from collections.abc import Sequence
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, word_set
from podium.trust.english.words import Token
from podium.trust.request.requests import stem

SOMEBODY: Final = "somebody"
"""What such things lack."""
KEEPERS: Final = word_set(
    "handler assignee assigned owner agent responsible keeper mechanic driver editor reviewer technician"
)
"""What a field is called that says who has taken something on."""

_LACKING: Final = word_set("no without")
_HAVING: Final = word_set("has have had having that who which still got with")
UNHELD: Final = {"unassigned": word_set("assignee assignees assigned")}
"""Words that say of a thing that nobody has it, with those of the field that is empty then."""


def lacking_of(tokens: Sequence[Token]) -> tuple[list[Token], tuple[str, ...]]:
    """Return tokens without what they say is lacking, and that: `-shift` of `who has no shift`."""
    left: list[Token] = []
    lacks: list[str] = []
    skip = 0
    for at, token in enumerate(tokens):
        if skip:
            skip -= 1
            continue
        thing = at + 1
        if taken := nobodys(tokens, at):
            lacks.append(f"-{SOMEBODY}")
            skip = taken - 1
            while left and left[-1].low in {"that", "which"}:
                left.pop()
            continue
        while token.low in _LACKING and thing < len(tokens) and tokens[thing].low in DETERMINERS:
            thing += 1
        if token.low in _LACKING and thing < len(tokens) and tokens[thing].kind == "word":
            lacks.append(f"-{stem(tokens[thing].low)}")
            skip = thing - at
            while left and left[-1].low in _HAVING:
                left.pop()
            continue
        left.append(token)
    return left, tuple(lacks)


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
