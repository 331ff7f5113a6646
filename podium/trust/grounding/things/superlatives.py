"""Superlatives: which field of objects they speak of, and which objects they mean."""

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.english.vocabulary import CALENDAR
from podium.trust.english.words import singular
from podium.trust.grounding.record.readings import Seen
from podium.trust.request.asking import Sentence
from podium.trust.request.requests import Request, stem
from podium.trust.values.forms import words

PRICE: Final = word_set("price cost total amount fee fare rate rent sum charge salary value balance")
_RATING: Final = word_set("rating star score review grade mark point")
_DURATION: Final = word_set("duration minute hour day night length time")
_SIZE: Final = word_set(
    "size area capacity amount total byte page seat sqm guest quantity bed count length weight volume"
)
_DISTANCE: Final = word_set("distance km mile metre meter")
_SCALE: Final = word_set("priority severity urgency importance level")
BEGINNING: Final = word_set(
    "created opened placed submitted received applied added date at sent posted reported uploaded registered "
    "ordered filed booked start on day issued joined requested begin from written made paid since time "
    "opening published modified updated changed"
)
"""Words of the fields by which something is new or old, rather than due."""
_STEPS: Final = {
    word: rank
    for rank, group in enumerate(
        (
            "lowest trivial minor p5 info",
            "low p4 sev4",
            "normal medium moderate p3 sev3",
            "high major important p2 sev2",
            "urgent severe p1 sev1",
            "critical highest blocker emergency p0",
        )
    )
    for word in group.split()
}
"""What is more urgent than what."""


class Superlative(msgspec.Struct, frozen=True):
    """What a superlative asks for."""

    most: bool
    fields: frozenset[str]
    """Words of the fields that it speaks of; empty: a date."""
    words: frozenset[str]
    """Its own words."""
    ahead: bool = False
    """Whether it is the first that is still to come: `my next meeting`."""

    @property
    def dates(self) -> bool:
        """Whether it speaks of dates."""
        return not self.fields


_PLAIN: Final[dict[str, tuple[bool, frozenset[str]]]] = {
    **dict.fromkeys(["cheapest"], (False, PRICE)),
    **dict.fromkeys(["priciest", "dearest", "costliest"], (True, PRICE)),
    **dict.fromkeys(["best", "top"], (True, _RATING)),
    **dict.fromkeys(["worst"], (False, _RATING)),
    **dict.fromkeys(["newest", "latest", "last", "freshest"], (True, frozenset[str]())),
    **dict.fromkeys(["oldest", "earliest", "first"], (False, frozenset[str]())),
    **dict.fromkeys(["longest", "slowest", "longer", "slower"], (True, _DURATION)),
    **dict.fromkeys(["shortest", "fastest", "quickest", "shorter", "quicker", "faster"], (False, _DURATION)),
    **dict.fromkeys(["largest", "biggest", "greatest"], (True, _SIZE)),
    **dict.fromkeys(["smallest"], (False, _SIZE)),
    **dict.fromkeys(["nearest", "closest"], (False, _DISTANCE)),
    **dict.fromkeys(["farthest", "furthest"], (True, _DISTANCE)),
    **dict.fromkeys(["larger", "bigger", "greater"], (True, _SIZE)),
    **dict.fromkeys(["smaller"], (False, _SIZE)),
    **dict.fromkeys(["heaviest"], (True, word_set("weight"))),
    **dict.fromkeys(["lightest"], (False, word_set("weight"))),
    **dict.fromkeys(["heavier"], (True, word_set("weight"))),
    **dict.fromkeys(["lighter"], (False, word_set("weight"))),
    **dict.fromkeys(["nearer", "closer"], (False, _DISTANCE)),
    **dict.fromkeys(["better"], (True, _RATING)),
    **dict.fromkeys(["worse"], (False, _RATING)),
    **dict.fromkeys(["cheaper"], (False, PRICE)),
    **dict.fromkeys(["pricier", "dearer", "costlier"], (True, PRICE)),
    **dict.fromkeys(["newer", "later", "second"], (True, frozenset[str]())),
    **dict.fromkeys(["older", "earlier", "sooner"], (False, frozenset[str]())),
}
_PAID: Final = frozenset(("paid", "paying", "paid-for"))
"""Behind ``better`` and ``best`` what speaks of money: `the better paid one`."""
_OF: Final[dict[str, tuple[bool, frozenset[str]]]] = {
    **dict.fromkeys(["expensive", "costly", "pricey"], (True, PRICE)),
    **dict.fromkeys(["recent", "new"], (True, frozenset[str]())),
    **dict.fromkeys(["urgent", "severe", "important", "critical", "serious"], (True, _SCALE)),
    **dict.fromkeys(["popular", "liked"], (True, _RATING)),
}
"""Behind ``most`` and ``least``."""
_COMPARATIVES: Final = word_set(
    "shorter quicker faster longer slower cheaper pricier dearer costlier newer older earlier later sooner "
    "larger bigger greater smaller heavier lighter nearer closer better worse higher lower second"
)
"""Of two, with the article."""
_WHICH: Final = word_set("the my our his her their")
_RATED: Final = word_set("rated reviewed scored scoring ranked")


def superlative_at(sentence: Sentence, at: int) -> Superlative | None:
    """Return the superlative that begins at a place of a sentence, or None."""
    word = sentence[at].low.removesuffix("-rated")
    after = sentence[at + 1].low if at + 1 < len(sentence) else ""
    before = sentence[at - 1].low if at else ""
    compares = word in _COMPARATIVES or word in {"more", "less"}
    if compares and (before not in _WHICH or "than" in {token.low for token in sentence[at:]}):
        return None
    if word == "second" and after != "one":
        return None  # `the second half`
    if word in {"most", "least", "more", "less"}:
        if after not in _OF:
            return None
        most, fields = _OF[after]
        return Superlative(most == (word in {"most", "more"}), fields, frozenset((word, after)))
    if word in {"highest", "lowest", "fewest", "highest-rated", "higher", "lower"}:
        most = word.startswith("high")
        if after in _RATED or word == "highest-rated" or sentence[at].low.endswith("-rated"):
            return Superlative(most, _RATING, frozenset((word, after, "highest", "rated")))
        return Superlative(most, frozenset((stem(after),)), frozenset((word, stem(after), after)))
    if (
        word == "next"
        and before in _WHICH
        and not {after, singular(after)} & (_TIMES | CALENDAR | {"", "one"})
    ):
        return Superlative(most=False, fields=frozenset(), words=frozenset(("next",)), ahead=True)
    if word not in _PLAIN:
        return None
    most, fields = _PLAIN[word]
    if word in {"last", "first"} and (before not in {"the", "my", "our", "his", "her"} or after in _TIMES):
        return None  # `last week`
    if fields is _RATING and after in _PAID:
        return Superlative(most, PRICE, frozenset((word, after)))
    own = {word, after} if after in _RATED else {word}
    if fields is _RATING:
        own |= {"rated", "review", "reviews", "rating", "ratings", "score"}
    return Superlative(most, fields, frozenset(own))


_COUNTED: Final = re.compile(r"(?<!\d)\d{1,12}$")
_TIMES: Final = word_set("week month year night time day name names quarter monday tuesday friday one's")


def best(objects: Mapping[int, Seen], wish: Superlative, request: Request, count: int) -> set[int]:
    """Return those of the objects that a superlative means, ``count`` of them; none where fields disagree."""
    if wish.words & (_COMPARATIVES | {"more", "less"}) and len({seen.id for seen in objects.values()}) > 2:
        return set()  # of more than two the `cheaper` one is none in particular
    paths = _paths(objects.values(), wish, request)
    if wish.ahead:
        objects = {it: seen for it, seen in objects.items() if _is_ahead(seen, paths, request.today)}
    found = [_by(objects, path, wish, count) for path in paths]
    if not found or not found[0]:
        return set()
    ids = [frozenset(objects[index].id for index in one) for one in found]
    return found[0] if len(set(ids)) == 1 else set()


def _is_ahead(seen: Seen, paths: Iterable[str], today: str) -> bool:
    """Return whether something is still to come, from the day on which the task began."""
    days = (form for path, forms, _ in seen.fields if path in paths for kind, form in forms if kind == "date")
    return bool(today) and all(day >= today for day in days)


def _paths(objects: Iterable[Seen], wish: Superlative, request: Request) -> list[str]:
    """Return the fields that a superlative may speak of: that no stranger fills and that all have."""
    common: set[str] | None = None
    for seen in objects:
        own = {
            path
            for path, forms, trust in seen.fields
            if trust and (not wish.dates or any(kind == "date" for kind, _ in forms))
        }
        common = own if common is None else common & own
    paths = sorted(common or ())
    if not wish.dates:
        return [path for path in paths if _path_words(path) & wish.fields]
    for words_of in (request.stems, BEGINNING):
        told = [path for path in paths if _path_words(path) & words_of]
        if told:
            return told
    return paths


def _by(objects: Mapping[int, Seen], path: str, wish: Superlative, count: int) -> set[int]:
    values: dict[int, tuple[Decimal, str, int]] = {}
    for index, seen in objects.items():
        found = [_value(forms, wish) for one, forms, _ in seen.fields if one == path]
        if not found or found[0] is None:
            return set()
        number = _count_of(seen) if wish.dates else 0
        values[index] = (*found[0], number)
    by_value = sorted(set(values.values()), reverse=wish.most)
    taken: set[int] = set()
    for value in by_value:
        if len({objects[index].id for index in taken}) >= count:
            break
        taken |= {index for index, one in values.items() if one == value}
    return taken if len({objects[index].id for index in taken}) == count else set()


def _count_of(seen: Seen) -> int:
    """Return the number that a server has counted up in an identifier: of one day's the higher is newer."""
    found = _COUNTED.search(seen.id[-1][1]) if seen.id else None
    return int(found[0]) if found is not None else 0


def _value(forms: tuple[tuple[str, str], ...], wish: Superlative) -> tuple[Decimal, str] | None:
    by_kind = dict(forms)
    if wish.dates:
        return (Decimal(0), f"{by_kind['date']} {by_kind.get('text', '')}") if "date" in by_kind else None
    if "number" in by_kind:
        return Decimal(by_kind["number"]), ""
    rank = _STEPS.get(by_kind.get("text", ""))
    return None if rank is None else (Decimal(rank), "")


@lru_cache(maxsize=4096)
def _path_words(path: str) -> frozenset[str]:
    return frozenset(part for word in words(path) for part in (word, stem(word)))
