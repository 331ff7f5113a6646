"""What tools are about: the nouns of their names, and what a request speaks of in the same terms."""

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from podium.trust.lexicon import (
    ADVERBS,
    DETERMINERS,
    JOINTS,
    NOUNS,
    NUMBERS,
    OBJECTS,
    PERSONS,
    PREPOSITIONS,
    READING,
    SUBJECTS,
    SYNONYMS,
    word_set,
)
from podium.trust.tools import ToolRow
from podium.trust.wordnet import is_noun, is_verb
from podium.trust.words import Token, bases, singular


@lru_cache(maxsize=256)
def said_in(tokens: tuple[Token, ...]) -> frozenset[str]:
    """Return the words of tokens, as nouns in the singular and as what they may be forms of."""
    words = {token.low for token in tokens if token.kind == "word"}
    return frozenset(singular(word) for word in words) | {base for word in words for base in bases(word)}


def own_nouns(tool: ToolRow) -> frozenset[str]:
    """Return the nouns of a tool's name."""
    return _nouns_of(tool.name, tool.intents)


@lru_cache(maxsize=4096)
def _nouns_of(name: str, intents: tuple[str, ...]) -> frozenset[str]:
    plain = re.sub(r"([a-z])([A-Z])", r"\1 \2", name).casefold()
    verbs = {base for intent in intents for word in intent.casefold().split()[:1] for base in bases(word)}
    words = [word for word in re.findall(r"[a-z]+", plain) if word not in _LINKS]
    first_is_verb = bool(words) and (words[0] in verbs or words[0] in _VERBS or words[0] in READING)
    rest = words[1:] if first_is_verb else words
    return frozenset(singular(word) for word in rest or [word for word in words if word not in _VERBS])


def near_nouns(tool: ToolRow) -> frozenset[str]:
    """Return the nouns of a tool's name, and others for the same things."""
    return kin(own_nouns(tool))


@lru_cache(maxsize=4096)
def kin(words: frozenset[str]) -> frozenset[str]:
    """Return nouns with others for the same things."""
    return words | {word for group in NOUNS if group & words for word in group}


def fits_best(
    tool: ToolRow, rivals: Sequence[ToolRow], levels: Sequence[AbstractSet[str]], *, named: bool
) -> bool | None:
    """Return whether a tool is the one meant among those that share a word; None: nothing tells.

    The nouns of their names tell, at the first level where any is said: in the act's object, in all that it
    is about, in its sentence, in the request. ``named``: the object is somebody, by name.
    """
    if named and any(own_nouns(rival) & PERSONS for rival in rivals):
        return bool(own_nouns(tool) & PERSONS)
    for said in levels:
        for nouns_of in (own_nouns, near_nouns):
            scores = {rival.id: len(nouns_of(rival) & said) for rival in rivals}
            best = max(scores.values(), default=0)
            if best:
                return scores.get(tool.id, 0) == best
    return None


def qualifies(first: Token, after: Token | None) -> bool:
    """Return whether a noun at the beginning only says what kind of thing follows: `night shift rota`.

    ``after``: behind the word that may be a verb; of that an object would stand there.
    """
    if after is None or after.kind != "word" or not after.text.islower() or after.low in _NO_THING:
        return False
    return first.kind == "word" and is_noun(first.low) and not is_verb(first.low)


_NO_THING: Final = ADVERBS | DETERMINERS | JOINTS | OBJECTS | PREPOSITIONS | SUBJECTS | set(NUMBERS) | {"to"}
_LINKS: Final = word_set("to of the a an in on for by from with and or my new all")
_VERBS: Final = frozenset(word for group in SYNONYMS for word in group) | word_set(
    "send make set put do start stop run execute apply insert append move copy merge push commit "
    "write upload transfer withdraw deposit grant revoke assign mark label tag star pin enable "
    "disable subscribe follow"
)
