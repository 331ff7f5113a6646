"""Which of several things of one name is meant by its state: *the file lock issue (the open one)*.

Names that strangers choose tell no two things apart; a field that no stranger fills may.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

from podium.trust.grounding.choosing import FIRM, has_word
from podium.trust.grounding.phrases import Phrase, phrases
from podium.trust.grounding.readings import Readings
from podium.trust.grounding.statuses import is_in_state
from podium.trust.request.requests import PART, Mention

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
    return left if len({objects[index].id for index in left}) == 1 else set()


def _fitting(readings: Readings, phrase: Phrase, indexes: AbstractSet[int]) -> set[int]:
    """Return the things that are in the states which a phrase says: none where nobody knows a word of it."""
    objects, left = readings.objects, set(indexes)
    for word in phrase.words:
        if all(has_word(objects[index], word, readings.request, 0) for index in indexes):
            continue  # what all are called
        left &= {
            index
            for index in indexes
            if has_word(objects[index], word, readings.request, FIRM) or is_in_state(objects[index], word)
        }
    return left
