"""What somebody wants and the user grants: *Lina wants to swap her shift. Do that* orders the swap.

The request itself says all that is to be done, in the user's words, so that no text is obeyed.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, THINGS, word_set
from podium.trust.english.words import Token
from podium.trust.request.asking import Sentence

_WISHES: Final = (
    ("wants",),
    ("wishes",),
    ("would", "like"),
    ("would", "love"),
    ("would", "rather"),
    ("would", "prefer"),
)
_THEY: Final = word_set("he she they")
_DO: Final = (("do", "it"), ("do", "that"), ("do", "so"), ("do", "this"), ("go", "ahead"))
_AFTER: Final = word_set("for him her them please pls now today then too thanks")
_JOINTS: Final = word_set(", ; . : ! and so")
_OPEN: Final = word_set("if whether unless what whatever which")
MAX_WHO: Final = 4
"""Words that say who wants it."""


def granted(sentences: Sequence[Sentence]) -> Iterator[tuple[Sentence, bool]]:
    """Yield the sentences, with what somebody wants and is granted as the user's own wish, and whether so."""
    wishes = {at: end for at, sentence in enumerate(sentences) if (end := _wish(sentence))}
    grants = {at: span for at, sentence in enumerate(sentences) if (span := _grant(sentence)) is not None}
    met = {at: next((i for i in range(at, at + 3) if i in grants), None) for at in wishes}
    used = {i for i in met.values() if i is not None}
    for at, sentence in enumerate(sentences):
        left = sentence if at not in used else (*sentence[: grants[at][0]], *sentence[grants[at][1] :])
        if met.get(at) is not None:
            yield (Token("i", "I", "word"), *_plain(left[wishes[at] :])), True
        elif any(token.kind == "word" for token in left):
            yield left, False


def _wish(sentence: Sentence) -> int:
    """Return where a sentence says that somebody wants something, 0 where it says no such thing."""
    low = [token.low for token in sentence]
    if not low or _OPEN & set(low):
        return 0
    for at in range(1, min(MAX_WHO, len(low) - 1) + 1):
        if any(tuple(low[at : at + len(way)]) == way for way in _WISHES):
            who = sentence[:at]
            named = who[0].low in _THEY or who[0].text[:1].isupper() or at == 1
            return at if named and not {it.low for it in who} & (DETERMINERS | THINGS) else 0
    return 0


def _plain(sentence: Sentence) -> Iterator[Token]:
    """Yield a wish as the user would say it himself: `want to swap`."""
    first = {"wants": "want", "wishes": "want"}.get(sentence[0].low, sentence[0].low)
    yield Token(first, first, "word")
    yield from sentence[1:]


def _grant(sentence: Sentence) -> tuple[int, int] | None:
    """Return the span of a clause that grants what was said before: `do that, please`."""
    low = [token.low for token in sentence]
    for at in range(len(low) - 1):
        if tuple(low[at : at + 2]) in _DO and (not at or low[at - 1] in _JOINTS | {"please"}):
            end = at + 2
            while end < len(low) and low[end] in _AFTER:
                end += 1
            if end == len(low) or low[end] in _JOINTS:
                return at, min(end + 1, len(low))
    return None
