"""What a negation of a request speaks of: an answer, one thing alone, or the act at all.

`Say no to the podcast` asks for an answer, `don't answer Ben` leaves the others open, `send nothing` forbids.
"""

from collections.abc import Sequence
from typing import Final

from podium.trust.english.lexicon import ADVERBS, DETERMINERS, JOINTS, PREPOSITIONS, SUBJECTS, word_set
from podium.trust.english.words import Token
from podium.trust.tools import ToolRow

_NONE: Final = word_set("nothing nobody none")
_ANSWERING: Final = word_set("answer reply respond say vote")
_ANSWERED: Final = (
    JOINTS
    | PREPOSITIONS
    | ADVERBS
    | SUBJECTS
    | word_set("to thanks thank if because since as unless problem worries matter but sorry not")
)
"""What stands behind a *no* that is the answer itself; behind any other *no* stands what there is none of."""
_ANY: Final = word_set("any anything anybody anyone all every everything everybody everyone else more")


def refuses_all(sentence: Sequence[Token], at: int) -> bool:
    """Return whether what stands behind a verb, at a place, forbids it: `send nothing`."""
    if at >= len(sentence) or at == 0:
        return False
    if sentence[at].low in _NONE:
        return True
    if sentence[at].low in {"to", "for", "with"} and at + 1 < len(sentence):
        return sentence[at + 1].low in _NONE or [it.low for it in sentence[at + 1 : at + 3]] == ["no", "one"]
    if sentence[at].low != "no":
        return False
    after = sentence[at + 1] if at + 1 < len(sentence) else None
    answer = after is None or after.kind == "mark" or after.low in _ANSWERED
    return not (answer and sentence[at - 1].low in _ANSWERING)


def is_of_one(sentence: Sequence[Token], at: int, phrase: Sequence[Token]) -> bool:
    """Return whether an act is on one thing, rather than on any of a kind: `Ben's`, `to the podcast`.

    ``at``: where it stands; ``phrase``: what it is about. A noun forbids it at all: `without a reply`.
    """
    if at and sentence[at - 1].low in DETERMINERS | PREPOSITIONS:
        return False
    thing = list(phrase)
    while thing and thing[0].low in PREPOSITIONS | {"to"}:
        thing = thing[1:]
    end = next((i for i, token in enumerate(thing) if token.low in PREPOSITIONS | {"to"}), len(thing))
    thing = thing[:end]
    if not thing or thing[0].low in _NONE | {"no"} or _ANY & {token.low for token in thing}:
        return False
    named = any(token.kind in {"value", "quote", "number"} or token.text[:1].isupper() for token in thing)
    return named or (thing[0].low in DETERMINERS - {"a", "an", "some"} and len(thing) > 1)


def verb_of(tool: ToolRow) -> str:
    """Return how a request's answer calls what a tool does: its author's first word for it."""
    return tool.intents[0] if tool.intents else tool.name.replace("_", " ")
