"""Verbs with a particle: *set up half an hour about the loan* sets nothing of the loan."""

from collections.abc import Mapping, Sequence
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import bases
from podium.trust.request.asking import Act, Sentence
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
