"""Verbs of two words, `set up`, `get her out`: whose they are, and that they are said of nothing else."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import bases
from podium.trust.request.asking import Act, Sentence
from podium.trust.request.guesses import Guess
from podium.trust.tools import ToolRow

_PARTICLES: Final = word_set("up off out down over away")


def phrasal(
    sentence: Sentence, act: Act, asked: Mapping[str, Sequence[Act]], rivals: Sequence[ToolRow]
) -> frozenset[str]:
    """Return the tools that list a verb with its particle, `set up`, where others list that verb alone."""
    after = sentence[act.at + 1].low if act.at + 1 < len(sentence) else ""
    if act.key != act.at or after not in _PARTICLES:
        return frozenset()
    if not any(is_verb(f"{base} {after}") for base in bases(sentence[act.at].low)):
        return frozenset()
    wide = {it.id for it in rivals if any(x.at == act.at and x.end == act.at + 1 for x in asked[it.id])}
    return frozenset(wide) if len(wide) < len(rivals) else frozenset()


def taken(sentence: Sentence, acts: Iterable[Act]) -> frozenset[str]:
    """Return the words, in all their plain forms, by which tools are opened that list them: `get`, `out`."""
    return frozenset(
        form
        for act in acts
        if act.key == act.at
        for at in range(act.at, act.end + 1)
        for form in (sentence[at].low, *bases(sentence[at].low))
    )


def said_of_others(one: Guess, words: AbstractSet[str]) -> bool:
    """Return whether a guess has only a manner of asking to go by, in words that open another tool already.

    *Get her out on Monday* is `get out` of the one that lists it: it sends nothing.
    """
    return not one.spoken and bool(one.told) and one.told <= words
