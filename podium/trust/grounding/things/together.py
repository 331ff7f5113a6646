"""What a request names together by a word of each: *the coach people and the badminton lot*.

Each word fits one thing alone of all that were read, and they stand side by side: nothing else is meant.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise, takewhile
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, JOINTS, NUMBERS, OBJECTS, PREPOSITIONS, WH, word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.english.words import Token, singular
from podium.trust.grounding.record.readings import Seen
from podium.trust.request.nouns import kinds_like
from podium.trust.request.requests import Request, stem
from podium.trust.request.wordings.duplicates import duplicates
from podium.trust.values.forms import words

MAX_TOGETHER: Final = 6
_LINKED: Final = DETERMINERS | {"my", "our", "your", "his", "her", "their", "mine"}
_SEVERAL: Final = frozenset(NUMBERS) | word_set(
    "again also another both each else few hers his mine more ones other others several theirs them these "
    "those too"
)
_THE: Final = word_set("the these those our my their")
ALONE: Final = frozenset(("everything", "everyone", "everybody", "both"))
"""What means all of something by itself."""
_THESE: Final = frozenset(("them", "these", "those"))
_ALL: Final = frozenset(("all", "every", "each")) | ALONE
_US: Final = frozenset(("us", "we", "you"))
_PEOPLE: Final = frozenset(("people", "men", "women", "children", "folk", "staff"))
_MAILS: Final = frozenset(("email", "mail", "message", "letter"))
_MAILED: Final = word_set(
    "ads adverts advertisements newsletters mailings mailshots promos promotions offers flyers digests "
    "notifications reminders invitations receipts confirmations"
)
"""What mails are called by what they are for: `those two Vectrix ads`."""
_ELSEWHERE: Final = (PREPOSITIONS | {"to", "and", "but", "that"}) - {"of"}
"""Behind which a request speaks of something else."""
_BETWEEN: Final = 3
"""Words at most between one that describes and the `and` behind it, or from its article to it."""


def named_together(request: Request, names: Mapping[Hashable, frozenset[str]]) -> bool:
    """Return whether a request has a word of each of some things, side by side, and of no two the same.

    ``names``: by thing, what it is called by.
    """
    if not 1 < len(names) <= MAX_TOGETHER:
        return False
    at: list[tuple[int, int]] = []
    used: set[int] = set()
    for called in names.values():
        stems = {stem(word) for name in called for word in words(name)} - COMMON
        here = {i for i, word in enumerate(request.words) if stem(word) in stems and word in request.meant}
        if not here or here & used:
            return False
        used |= here
        at.append((min(here), max(here)))
    at.sort()
    return all(
        _linked(request.words[end + 1 : start], last=place == len(at) - 2)
        for place, ((_, end), (start, _)) in enumerate(pairwise(at))
    )


def joined_named(request: Request, objects: Sequence[Seen], indexes: Iterable[int]) -> set[int]:
    """Return the objects that names joined by `and` mean, where each name fits one that no other fits.

    So too *416 as a duplicate of 415*.
    """
    return _each_alone((*request.joined, *duplicates(request.plain)), objects, indexes)


def doubled_named(request: Request, objects: Sequence[Seen], indexes: Iterable[int]) -> set[int]:
    """Return both things of which a request says that one is a duplicate: *416 is the same as issue 415*."""
    return _each_alone(duplicates(request.plain), objects, indexes)


def _each_alone(pairs: Iterable[Iterable[str]], objects: Sequence[Seen], indexes: Iterable[int]) -> set[int]:
    for names in map(tuple, pairs):
        fits = [
            {index for index in indexes if any(one in words(name) for name, _ in objects[index].names)}
            for one in names
        ]
        ids = [{objects[index].id for index in found} for found in fits]
        if all(len(one) == 1 for one in ids) and len(set().union(*ids)) == len(names):
            return set().union(*fits)
    return set()


def each_named(request: Request, names: Mapping[Hashable, frozenset[str]]) -> set[Hashable]:
    """Return what a request lists, each by a phrase of its own: `the history and the x-rays of Rex`.

    Each phrase fits one thing best, and no two fit the same. ``names``: by thing, what it is called by; none
    that strangers choose.
    """
    stems = {
        thing: {stem(word) for name in called for word in words(name)} - COMMON
        for thing, called in names.items()
    }
    found: set[Hashable] = set()
    for sentence in request.sentences if len(names) > 1 and "and" in request.bag else ():
        for at, token in enumerate(sentence):
            phrases = _listed_around(sentence, at) if token.low == "and" else []
            if 1 < len(phrases) <= MAX_TOGETHER:
                there = [_fitting(stems, phrase, request.meant) for phrase in phrases]
                there = [one for one in there if one] if len(there) > 2 else there  # `and whoever`
                if all(len(one) == 1 for one in there) and len(set[Hashable]().union(*there)) == len(there):
                    found.update(*there)
    return found


def _listed_around(sentence: Sequence[Token], at: int) -> list[frozenset[str]]:
    """Return the stems of the phrases that an `and` joins, with those that commas set before it.

    Only what follows the article is read: in `delete the draft` no draft is listed behind another thing.
    """
    last = _phrase(sentence, range(at + 1, min(at + 2 + _BETWEEN, len(sentence))))
    end = at
    found: list[frozenset[str]] = []
    while end > 0 and len(found) < MAX_TOGETHER:
        end -= sentence[end - 1].low == ","
        start = end
        while start > max(0, end - 1 - _BETWEEN) and not _ends(sentence[start - 1]):
            start -= 1
            if sentence[start].low in _LINKED:
                break
        found.append(_phrase(sentence, range(start, end)))
        if start == 0 or sentence[start - 1].low != "," or not found[-1]:
            break
        end = start
    return [*found, last] if all(found) and last else []


def _phrase(sentence: Sequence[Token], places: range) -> frozenset[str]:
    """Return the stems of a phrase: behind its article, up to where something else begins."""
    said: list[str] = []
    for at in places:
        if sentence[at].low in _LINKED:
            if said:
                return frozenset()  # `delete the draft`
            continue
        if _ends(sentence[at]):
            break
        said += map(stem, words(sentence[at].text))
    return frozenset(said) - COMMON


def _ends(token: Token) -> bool:
    """Return whether no noun with its own words goes on here."""
    return token.kind == "mark" or token.low in PREPOSITIONS | JOINTS | OBJECTS | WH


def _fitting(
    stems: Mapping[Hashable, AbstractSet[str]], phrase: AbstractSet[str], meant: AbstractSet[str]
) -> set[Hashable]:
    """Return the things that have most of a phrase in their names."""
    if not phrase & {stem(word) for word in meant}:
        return set()
    most = max((len(phrase & called) for called in stems.values()), default=0)
    return {thing for thing, called in stems.items() if most and len(phrase & called) == most}


def means_several(request: Request, nouns: AbstractSet[str]) -> bool:
    """Return whether a request may mean several things of a kind: it says so, or says their plural.

    ``nouns``: stems of what the kind is called.
    """
    said = request.words
    if means_every(request) or any(
        word in _SEVERAL and not _counts_others(said, at, nouns) for at, word in enumerate(said)
    ):
        return True
    return any(word != singular(word) and stem(word) in nouns for word in request.words)


def _counts_others(said: Sequence[str], at: int, nouns: AbstractSet[str]) -> bool:
    """Return whether a number is one of other things than those of a kind: `a stay for four persons`.

    What something has (`two old versions of the sheet`) may be such things.
    """
    if said[at] not in NUMBERS:
        return False
    behind = list(takewhile(lambda word: word not in _ELSEWHERE, said[at + 1 : at + 1 + _BETWEEN]))
    end = next((i for i, word in enumerate(behind) if word != singular(word) or word in _PEOPLE), -1)
    after = said[at + 2 + end : at + 3 + end]
    return end >= 0 and after != ("of",) and kinds_like(stem(behind[end])).isdisjoint(nouns)


def means_kind(request: Request, nouns: AbstractSet[str], shared: AbstractSet[str]) -> bool:
    """Return whether a request means all things of a kind that share a name: `the tenants of Mill Lane`.

    ``nouns``: stems of what the kind is called; ``shared``: words of the name.
    """
    said = request.words
    for at in range(1, len(said) - 2):
        plural = said[at] != singular(said[at]) and stem(said[at]) in nouns
        definite = plural and said[at - 1] in _THE and said[at + 1] in PREPOSITIONS
        if definite and shared & set(said[at + 2 : at + 4]):
            return True
    return False


def means_every(request: Request, words: AbstractSet[str] = _ALL - {"both"}) -> bool:
    """Return whether a request means all of something: of things, and not `all of us`."""
    return any(word in words and not _of_us(request.words, at) for at, word in enumerate(request.words))


def means_both(request: Request) -> bool:
    """Return whether a request means both of two things, and not `both of us`."""
    return means_every(request, frozenset(("both",)))


def means_more(request: Request) -> bool:
    """Return whether a request means all, or both, of those that one name fits."""
    return means_every(request) or means_both(request)


def _of_us(said: Sequence[str], at: int) -> bool:
    """Return whether such a word counts those who ask: `for both of us`, `us all`."""
    behind = said[at + 1 : at + 3]
    return (bool(at) and said[at - 1] in _US) or (len(behind) > 1 and behind[0] == "of" and behind[1] in _US)


def means_all(request: Request, nouns: AbstractSet[str], *, alone: AbstractSet[str]) -> bool:
    """Return whether a request speaks of all things of a kind: `all the channels`, `each of them`.

    ``alone``: the words that say so by themselves. *All tests* in a channel are not all channels.
    """
    said = request.words
    these = _THESE if alone is ALONE else _THESE & {"them"}  # not `all these tests`
    for at, word in enumerate(said):
        if word not in _ALL or _of_us(said, at):
            continue
        if (word in alone and not _of_another(request, at, nouns)) or these & set(said[at + 1 : at + 3]):
            return True
        for near in said[at + 1 : at + 6]:
            if near in _ELSEWHERE:
                break
            if kinds_like(stem(near)) & nouns:
                return True
    return False


def means_so_many(request: Request, nouns: AbstractSet[str]) -> int:
    """Return how many things of a kind a request says that there are of one name: `those two Daily mails`.

    0 where it says no number of them, or describes them by more than a name.
    """
    said = request.words
    for at, word in enumerate(said):
        number = 2 if word == "both" else NUMBERS.get(word, 0)
        if number < 2 or not (word == "both" or (at and said[at - 1] in _THE)):
            continue
        kind = next((i for i in range(at + 1, len(said)) if said[i] not in request.capitalised), at)
        if calls_mails(said[kind], nouns) or (
            said[kind] != singular(said[kind]) and kinds_like(stem(said[kind])) & nouns
        ):
            return number
    return 0


def calls_mails(word: str, nouns: AbstractSet[str]) -> bool:
    """Return whether things of a kind are mails, and a word is what people call some of them."""
    return bool(_MAILS & nouns) and (word in _MAILED or f"{word}s" in _MAILED)


def _of_another(request: Request, at: int, nouns: AbstractSet[str]) -> bool:
    """Return whether `both` counts things of another kind: `both his remarks` are not two mails."""
    for word in request.words[at + 1 : at + 5]:
        if word in _ELSEWHERE:
            return False
        if stem(word) != word and word not in request.capitalised:
            return not kinds_like(stem(word)) & nouns
    return False


def _linked(between: tuple[str, ...] | list[str], *, last: bool) -> bool:
    """Return whether the words between two descriptions only join them: `people and the`."""
    between = ["and"] if list(between) == ["an"] else list(between)  # as it is typed in haste
    if "and" not in between:
        return not last and len(between) <= _BETWEEN and not PREPOSITIONS & set(between)
    joint = between.index("and")
    after = between[joint + 1 :]
    if joint > _BETWEEN or PREPOSITIONS & set(between):
        return False
    return not after or (after[0] in _LINKED and len(after) <= _BETWEEN and "and" not in after)
