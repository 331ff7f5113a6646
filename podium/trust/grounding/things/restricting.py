"""What a request says of all things of a kind restricts those that it has by a part of their name too.

*Approve every pending expense claim under 250*: what is called an expense is meant only if it costs less.
Where a word of that is explained by nothing that was read, nobody knows which are meant.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from podium.trust.english.lexicon import PREPOSITIONS, WH, word_set
from podium.trust.english.words import singular
from podium.trust.grounding.record.readings import Readings, Seen
from podium.trust.grounding.things.choosing import asked_by, fitting_of
from podium.trust.grounding.things.measured import bounded, prices_of
from podium.trust.grounding.things.phrases import Phrase, around, phrases
from podium.trust.grounding.things.together import calls_mails, means_so_many
from podium.trust.request.nouns import kinds_like
from podium.trust.request.requests import Request, stem
from podium.trust.values.forms import words

ASIDE: Final = word_set("day down up off out over away")
"""Particles, and what a day that is said stands as."""


def fullest(request: Request, names: Mapping[int, AbstractSet[str]]) -> set[int]:
    """Return several things without those of which a request has only a part of what it has of others.

    Of *the flights to Lisbon with Iberis* no other airline's. ``names``: by index the words of their names.
    """
    said = {index: frozenset(there & request.bag) for index, there in names.items()}
    return {index for index, there in said.items() if not any(there < other for other in said.values())}


def restricted(
    readings: Readings,
    nouns: frozenset[str],
    indexes: AbstractSet[int],
    *,
    acted: bool,
    own: AbstractSet[str],
) -> set[int]:
    """Return those of several things of one kind, named by a part of what they are called, that may be meant.

    ``acted``: whether what is to be done is done to the kind, so that it needs no noun: `whatever is due`.
    ``own``: words of the call's arguments, which tell what becomes of it: `into the folder`.
    """
    objects, request = readings.objects, readings.request
    if len({objects[index].id for index in indexes}) < 2:
        return set(indexes)
    called = {
        index: {stem(word) for name, _ in objects[index].names for word in words(name)} for index in indexes
    }
    ours = (name for index in indexes for name, one in objects[index].names if one.ours)
    shared = set.intersection(*called.values())
    names = shared | {stem(word) for name in ours for word in words(name)}
    names |= own | {stem(word) for word in request.capitalised}
    some = sorted(indexes)
    just = means_so_many(request, nouns) == len({objects[index].id for index in some})
    by = asked_by(readings, some)
    left, cut = set[int](), set[int]()
    said = False
    for sentence in request.spanned:
        for phrase in phrases(sentence, nouns, shared, acted=acted):
            if phrase.most is not None or phrase.superlative is not None or phrase.but:
                # `close what is settled, and Cleo's ticket`: hers is meant by her name
                told = {word for word in phrase.words if word in names} - own
                his = {index for index in indexes if told and told <= called[index]}
                left |= his
                rest = [word for word in phrase.words if not (word in names or kinds_like(word) & nouns)]
                if phrase.most is not None and phrase.most > 1 and rest and not phrase.but:
                    fit = set(fitting_of(readings, rest, sorted(his), by, one=False))
                    cut |= his - fit if fit else set()  # `Noor's two open cards`
                continue
            said = True
            wanted = [
                word
                for word in phrase.words
                if not (word in names or kinds_like(word) & nouns or (just and calls_mails(word, nouns)))
            ]
            left |= set(fitting_of(readings, wanted, some, by, one=False) if wanted else some)
    kept = (left if said else set(indexes)) - cut
    for whose, phrase in owned(request, objects, kept):
        wanted = [word for word in phrase.words if word not in names and word not in ASIDE]
        if wanted:
            kept -= whose - set(fitting_of(readings, wanted, sorted(whose), by, one=False))
    if request.bounds and any(prices_of(objects[index]) for index in kept):
        kept = set(bounded(objects, sorted(kept), request))
    return kept


def owned(
    request: Request, objects: Sequence[Seen], indexes: AbstractSet[int]
) -> list[tuple[set[int], Phrase]]:
    """Return which of several things are somebody's, and what is said of his: `Oskar's when we open`."""
    found = []
    kinds = frozenset[str]()
    shared = [{word for name, _ in objects[index].names for word in words(name)} for index in indexes]
    kinds = frozenset(shared[0].intersection(*shared)) if shared else kinds
    for sentence in request.spanned:
        for at, token in enumerate(sentence):
            if not token.low.endswith("'s"):
                continue
            name = token.low[:-2]
            whose = {
                index for index in indexes if any(name in words(called) for called, _ in objects[index].names)
            }
            if len({objects[index].id for index in whose}) < 2:
                continue
            after = sentence[at + 1].low if at + 1 < len(sentence) else "."
            bare = after in PREPOSITIONS or after in WH or not after.isalpha()
            head = at if bare else at + 1
            if bare or singular(after) in kinds:
                phrase = around(sentence, head, kinds, stands=bare)
                found += [(whose, phrase)] if phrase is not None else []
    return found
