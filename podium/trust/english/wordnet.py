"""What English words mean, as far as WordNet 3.1 tells: how near two verbs are, and which nouns say the same.

`wordnet.txt.gz` is derived from WordNet by `scripts/wordnet.py`; its first lines are WordNet's licence. Two
verbs are near where a usual sense of one is a usual sense of the other, or a kind of it: `reimburse` is to
`refund`.
"""

import gzip
import math
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib import resources
from typing import Final

_SAME, _KIND, _WIDER = 1.0, 0.7, 0.5
"""How near a sense is to itself, to the one that it is a kind of, and to its kinds."""
NEAR: Final = 0.12
"""From here on verbs are near."""


@dataclass(frozen=True, slots=True)
class _Table:
    verbs: dict[str, str] = field(default_factory=dict)
    above: dict[str, frozenset[str]] = field(default_factory=dict)
    nouns: dict[str, frozenset[str]] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)
    deeds: dict[str, str] = field(default_factory=dict)


@cache
def _table() -> _Table:
    """Return the table, read once: it takes about 60 ms."""
    packed = resources.files("podium.trust.english").joinpath("wordnet.txt.gz").read_bytes()
    table, part = _Table(), ""
    for line in gzip.decompress(packed).decode("ascii").splitlines():
        word, tab, rest = line.partition("\t")
        if not tab:
            part = line
        elif part == "[verbs]":
            table.verbs[word] = rest
        elif part == "[above]":
            table.above[word] = frozenset(rest.split())
        elif part == "[nouns]":
            table.nouns[word] = frozenset(rest.split())
            for group in table.nouns[word]:
                table.groups.setdefault(group, set()).add(word)
        else:
            table.deeds[word] = rest
    return table


@lru_cache(maxsize=4096)
def _senses(verb: str) -> tuple[tuple[str, float, frozenset[str]], ...]:
    """Return a verb's senses: of each its number, its share of the verb's uses, and the more general ones."""
    table = _table()
    pairs = (one.split(":") for one in table.verbs.get(verb, "").split())
    return tuple((number, int(share) / 100, table.above.get(number, frozenset())) for number, share in pairs)


@lru_cache(maxsize=16384)
def nearness(verb: str, other: str) -> float:
    """Return how near a verb is to another one: 1, the same and nothing else; 0, nothing in common."""
    if verb == other:
        return 1.0
    best = 0.0
    for number, share, above in _senses(verb):
        for its, its_share, its_above in _senses(other):
            if number == its:
                kind = _SAME
            elif its in above:
                kind = _KIND
            elif number in its_above:
                kind = _WIDER
            else:
                continue
            best = max(best, kind * math.sqrt(share * its_share))
    return best


def is_verb(word: str) -> bool:
    """Return whether a word, or words with a particle, may be a verb."""
    return word in _table().verbs


def is_noun(word: str) -> bool:
    """Return whether a word is a noun that shares a usual sense with another one."""
    return word in _table().nouns


@lru_cache(maxsize=4096)
def same_nouns(noun: str) -> frozenset[str]:
    """Return the other nouns that share one of a noun's usual senses: `bill` of `invoice`."""
    table = _table()
    found = {word for group in table.nouns.get(noun, ()) for word in table.groups[group]}
    return frozenset(found - {noun})


def verb_of(noun: str) -> str | None:
    """Return the verb of which a noun says that it is done: `cancel` of `cancellation`."""
    return _table().deeds.get(noun)
