"""Which of several things of one name is meant by its state, or when: *the file lock issue (the open one)*.

Names that strangers choose tell no two things apart; fields that no stranger fills do, and so do the days of
*Mei's holiday in January*.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from podium.trust.english.spans import MARK
from podium.trust.grounding.record.readings import Readings
from podium.trust.grounding.things.choosing import FIRM, fitting_of, has_word
from podium.trust.grounding.things.on_day import on_its_day
from podium.trust.grounding.things.phrases import Phrase, phrases
from podium.trust.grounding.things.restricting import ASIDE, owned
from podium.trust.grounding.things.statuses import is_in_state, still_open
from podium.trust.request.requests import PART, Mention, stem
from podium.trust.values.forms import words

LEAST, MOST = 2, 20
"""Things of one name of which a state tells one."""


def of_state(readings: Readings, nouns: frozenset[str], named: Mapping[int, Sequence[Mention]]) -> set[int]:
    """Return the one of several things of a kind, all named alike, that is as the request says, if it is one.

    ``nouns``: the kind's; ``named``: by index where it names them. It says no word that none of them has.
    """
    objects = readings.objects
    left = {index for index, there in named.items() if any(one.strength >= PART for one in there)}
    if not LEAST <= len({objects[index].id for index in left}) <= MOST:
        return set()
    for sentence in readings.request.spanned:
        for phrase in phrases(sentence, nouns, acted=True):
            if phrase.most != 1 or phrase.superlative is not None or phrase.but or phrase.linked:
                return set()
            left = _fitting(readings, phrase, left)
    for whose, phrase in owned(readings.request, objects, left):
        wanted = [word for word in phrase.words if word not in _called(readings, whose) | ASIDE]
        if all(MARK in word for word in wanted):
            left &= set(fitting_of(readings, wanted, sorted(whose), frozenset(), one=True))
    if len({objects[index].id for index in left}) > 1:
        shared = _called(readings, left, whole=True) & readings.request.bag
        left = on_its_day(readings.request, {index: objects[index] for index in left}, shared, nouns) or left
    return left if len({objects[index].id for index in left}) == 1 else set()


def _called(readings: Readings, indexes: AbstractSet[int], *, whole: bool = False) -> set[str]:
    """Return the words by which the request names all of some things; ``whole``: as they stand there."""
    names = [
        {word if whole else stem(word) for name, _ in readings.objects[index].names for word in words(name)}
        for index in indexes
    ]
    return set.intersection(*names)


def _fitting(readings: Readings, phrase: Phrase, indexes: AbstractSet[int]) -> set[int]:
    """Return the things that are in the states which a phrase says: none where nobody knows a word of it."""
    objects, left = readings.objects, set(indexes)
    for word in phrase.words:
        if all(has_word(objects[index], word, readings.request, 0) for index in indexes):
            continue  # what all are called
        still = set(still_open(readings, sorted(indexes))) if word == "open" else set[int]()
        left &= still or {
            index
            for index in indexes
            if has_word(objects[index], word, readings.request, FIRM) or is_in_state(objects[index], word)
        }
    return left
