"""In what nouns an act may find its tool: *change my address and cancel the payment* changes no payment."""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from podium.trust.english.lexicon import (
    ADVERBS,
    DETERMINERS,
    JOINTS,
    MODALS,
    PREPOSITIONS,
    QUESTIONS,
    SUBJECTS,
    word_set,
)
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import Token
from podium.trust.request.asking import Act, Sentence
from podium.trust.request.nouns import fits_best, said_in
from podium.trust.request.wordings.elsewhere import is_bare, is_source
from podium.trust.tools import ToolRow

_STANDING: Final = word_set("one ones other others rest same thing things both all what whatever which")
"""What stands for a thing that is said elsewhere."""
_BACK: Final = word_set("it them that those these")
_NO_VERBS: Final = DETERMINERS | PREPOSITIONS | SUBJECTS | MODALS | QUESTIONS
_PARTICLES: Final = PREPOSITIONS | word_set("up off out away back down over together to")


def heard(
    text: Sequence[Sentence],
    sentence: Sentence,
    act: Act,
    parts: tuple[Sequence[Token], Sequence[Token]],
    starts: AbstractSet[int],
    nouns: AbstractSet[str],
    meant: tuple[ToolRow, Sequence[ToolRow]],
) -> tuple[AbstractSet[str], ...]:
    """Return the nouns of an act, from its object to the whole request: the levels of `nouns.fits_best`.

    ``parts``: its object, and all that it is about; ``starts``: where acts of its sentence begin; ``nouns``:
    of the whole request; ``meant``: a tool, and those that share its words. Where an act says a thing itself,
    no noun of what is ordered later has it mean another tool; nor has the text in which something stands,
    where an act says no thing: *send it to the address in his mail*.
    """
    head, phrase = (tuple(part) for part in parts)
    said = tuple(sentence)
    if only := _sources(text, sentence, act) if is_bare(head) else set():
        nouns = nouns - said_in(tuple(token for token in sentence if token.low in only))
        phrase, said = (tuple(token for token in part if token.low not in only) for part in (phrase, said))
    every = said_in(head), said_in(phrase), said_in(said), nouns
    if fits_best(*meant, every, named=False) is not False:
        return every
    if not says_thing(sentence, act, head):
        return _before(text, sentence, act, every) if _points_back(head) else every
    later = (start for start in starts if start > act.end and sentence[start - 1].low in JOINTS)
    end = min(later, default=len(sentence))
    here = said_in(tuple(sentence[:end]))
    at = text.index(sentence) if sentence in text else len(text)
    others = (one for i, one in enumerate(text) if i < at or (i > at and not is_order(one)))
    return said_in(head), said_in(phrase), here, here.union(*(said_in(tuple(one)) for one in others))


def _points_back(head: Sequence[Token]) -> bool:
    """Return whether an act's object is what was spoken of before: `I don't need the draft, delete it`."""
    low = [token.low for token in head if token.low not in ADVERBS]
    return len(low) == 1 and low[0] in _BACK


def _before(
    text: Sequence[Sentence], sentence: Sentence, act: Act, every: tuple[AbstractSet[str], ...]
) -> tuple[AbstractSet[str], ...]:
    """Return the nouns that an act may point back to: those that are said before it."""
    at = text.index(sentence) if sentence in text else 0
    here = said_in(tuple(sentence[: act.at]))
    if at == 0 and act.at == 0:
        return every  # `Delete it. The file is an old one.`
    return *every[:2], here, here.union(*(said_in(tuple(one)) for one in text[:at]))


def _sources(text: Sequence[Sentence], sentence: Sentence, act: Act) -> set[str]:
    """Return the words by which a sentence says in what text something stands, and does no more."""
    said = {sentence[i].low for i in range(act.end + 1, len(sentence)) if is_source(sentence, act, i)}
    return {it for it in said if sum(token.low == it for one in text for token in one) == 1}


def is_order(sentence: Sentence) -> bool:
    """Return whether a sentence begins with a verb of its own: `and pay Luc`, `could you pay him`."""
    low = [token.low for token in sentence if token.low not in ADVERBS | JOINTS]
    if len(low) > 2 and low[0] in MODALS and low[1] == "you":
        return True
    return bool(low) and low[0] not in _NO_VERBS and is_verb(low[0])


def says_thing(sentence: Sentence, act: Act, head: Sequence[Token]) -> bool:
    """Return whether an act says a thing itself, as its object or among its own words: `change address`."""
    own = [token for token in sentence[act.at + 1 : act.end + 1] if token.low not in _PARTICLES]
    said = [token for token in (*own, *head) if token.low not in _STANDING]
    return not is_bare([token for token in said if token.low not in DETERMINERS])
