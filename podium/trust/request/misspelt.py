"""Verbs of a request that are misspelt by one letter: `reimberse Tomasz`, `cancle the booking`.

Only what stands where an order has its verb, before what it is done to, and is no word that is known, is
taken for a verb that some tool lists, where one alone is so near.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, MODALS, OBJECTS, READING, SUBJECTS
from podium.trust.english.wordnet import is_noun, is_verb
from podium.trust.english.words import Token, bases, deed_of, sentences
from podium.trust.request.asking import Sentence, begins
from podium.trust.request.wordings.manners import close_words
from podium.trust.tools import ToolRow

LEAST: Final = 5
"""Letters of a word that may be misspelt: shorter ones are too near to others."""
_BEFORE: Final = MODALS | {"to", "please", "you", "not"}


def read_through(request: str, tools: Sequence[ToolRow]) -> Iterator[Sentence]:
    """Yield the sentences of a request, with verbs that are misspelt as some tool lists them, or near."""
    verbs = {word for tool in tools for word in (*tool.intents, *close_words(tool.intents, dated=True))}
    listed = frozenset(verb for verb in verbs if len(verb) >= LEAST and " " not in verb)
    yield from (corrected(sentence, listed) for sentence in sentences(request))


def corrected(sentence: Sentence, verbs: frozenset[str]) -> Sentence:
    """Return a sentence with each misspelt verb as one of ``verbs`` that are listed."""
    out = list(sentence)
    for at, token in enumerate(sentence):
        meant = _meant(sentence, at, verbs)
        if meant is not None:
            out[at] = Token(meant, token.text, "word")
    return tuple(out)


def _meant(sentence: Sentence, at: int, verbs: frozenset[str]) -> str | None:
    token = sentence[at]
    if token.kind != "word" or len(token.low) < LEAST or not token.low.isascii() or not token.low.isalpha():
        return None
    if not _is_order(sentence, at) or _is_known(token.low) or token.low in verbs:
        return None
    near = [verb for verb in verbs if _one_edit(token.low, verb)]
    return near[0] if len(near) == 1 else None


def _is_order(sentence: Sentence, at: int) -> bool:
    """Return whether a verb may stand here, with what it is done to behind it."""
    starts = begins(sentence, at) or sentence[at - 1].low in _BEFORE
    after = sentence[at + 1] if at + 1 < len(sentence) else None
    if not starts or after is None or (at and sentence[at].text[:1].isupper()):
        return False
    named = after.kind in ("value", "quote", "number") or after.text[:1].isupper()
    return named or after.low in DETERMINERS | OBJECTS or after.low.endswith("'s")


@lru_cache(maxsize=4096)
def _is_known(word: str) -> bool:
    """Return whether a word is English as far as we know, in any form."""
    if word in READING | DETERMINERS | SUBJECTS or deed_of(word) is not None:
        return True
    return any(is_verb(base) or is_noun(base) for base in bases(word))


def _one_edit(word: str, other: str) -> bool:
    """Return whether words that begin alike differ by one letter: left out, added, wrong, or two swapped."""
    if word[0] != other[0] or abs(len(word) - len(other)) > 1:
        return False
    short, long = sorted((word, other), key=len)
    at = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :]
    return short[at + 1 :] == long[at + 1 :] or _swapped(short[at:], long[at:])


def _swapped(one: Sequence[str], other: Sequence[str]) -> bool:
    return len(one) > 1 and one[:2] == other[1::-1] and one[2:] == other[2:]
