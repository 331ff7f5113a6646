"""What a request excepts from those that it names: *all Tern mails except the newest*, *but not number 4*.

Nothing is done with it unasked. An exception tells by a superlative, by a day or by its words, in any of a
thing's fields, whoever wrote them: it only takes away. Where none of several has what is said, nobody knows
which is meant, and none of them is named.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.english.lexicon import NUMBERS, PREPOSITIONS, SUPERLATIVES, VERBS, WH, word_set
from podium.trust.english.vocabulary import CALENDAR, COMMON, RELATIVE
from podium.trust.english.words import sentences
from podium.trust.grounding.record.readings import Readings, Seen
from podium.trust.grounding.things.choosing import fitting_of
from podium.trust.grounding.things.sparing import ends, parts_that_stay, said_in
from podium.trust.grounding.things.superlatives import Superlative, best, superlative_at
from podium.trust.request.nouns import kinds_like
from podium.trust.request.requests import Request, stem
from podium.trust.tools import ToolRow
from podium.trust.values.forms import words

_REST: Final = r"([^.;:!?()\n]{1,80})"
_EXCEPT: Final = re.compile(
    r"\b(?:except(?:ing)?(?: for)?|apart from|aside from|other than|excluding|save for|but for"
    r"|(?:with|at) the exception of"
    rf"|(?:everything|everyone|everybody|all(?: of (?:them|it|those|these))?|every one) (?:but|save)) {_REST}"
)
_NOT: Final = re.compile(
    rf"\b(?:not|but|nor) (?=(?:the|my|our|his|her|their|that|those|these|this|number|no\.)\b){_REST}"
)
"""What may be an exception: that it is one shows in what it fits."""
_BEYOND: Final = re.compile(
    r"\b(?:and |but |nor )?not (?:the|any|those) (?:later|earlier|older|newer|younger|bigger|larger|smaller"
    r"|higher|lower|cheaper|dearer|other|remaining) ones?\b"
    r"|\b(?:and |but )?not (?:the (?:rest|others)|any others?)\b"
)
"""What is beyond a bound, of which a request says so twice: *due by 1 December, not the later ones*."""
_NEXT: Final = re.compile(r", (?:and |or )?| and | or | nor | & ")
_PLAIN: Final = frozenset(
    map(stem, COMMON | PREPOSITIONS | WH | word_set("number no just only one ones please s still thing"))
)
_AFTER: Final = VERBS | word_set(
    "then please thanks so because since as if when while i we you he she they it"
)
"""Words with which something else begins behind a comma or an `and`."""
MAX_PARTS: Final = 6


class _Part(msgspec.Struct, frozen=True):
    """One of the things that are excepted."""

    words: tuple[str, ...]
    superlative: Superlative | None
    count: int
    when: Request | None
    """What it says of a day, if it says one."""
    firm: bool
    """Whether it is an exception whatever it fits."""


def without_excepted(readings: Readings, tool: ToolRow | None, found: Mapping[int, Seen]) -> dict[int, Seen]:
    """Return the objects that a request names, without those that it excepts."""
    request = readings.request
    plain = request.plain
    if request.bounds or request.day_bounds:
        plain = _BEYOND.sub(" ", plain)
    parts = _parts(plain, request.today, ends(tool)) if tool is not None and tool.writes else ()
    if not parts or not found:
        return dict(found)
    kinds: dict[tuple[str, frozenset[str]], dict[int, Seen]] = {}
    for index, seen in found.items():
        kinds.setdefault((seen.server, seen.nouns), {})[index] = seen
    out: set[int] = set()
    for part in parts:
        fits = {kind: _fitting(readings, part, kind[1], those) for kind, those in kinds.items()}
        if any(fits.values()):
            out |= {index for those in fits.values() for index in those}
        elif part.firm or part.superlative is not None:
            out |= _open(readings, part, kinds)
    gone = {(found[index].server, found[index].id) for index in out}
    return {index: seen for index, seen in found.items() if (seen.server, seen.id) not in gone}


def _open(
    readings: Readings, part: _Part, kinds: Mapping[tuple[str, frozenset[str]], dict[int, Seen]]
) -> set[int]:
    """Return what may be excepted where nothing that is named fits: of several of a kind, all of them.

    But for what an exception has already been taken from.
    """
    for kind, group in readings.register.trusted.items():
        others = {index: readings.objects[index] for index in group}
        if part.superlative is None and _fitting(readings, part, kind[1], others):
            return set()
    return {
        index
        for (_, nouns), those in kinds.items()
        for index in those
        if len({seen.id for seen in those.values()}) > 1 and (part.firm or not _left(part, nouns))
    }


def _left(part: _Part, nouns: frozenset[str]) -> list[str]:
    """Return the words of a part that are none for the kind."""
    return [word for word in part.words if not kinds_like(word) & nouns]


def _fitting(readings: Readings, part: _Part, nouns: frozenset[str], those: Mapping[int, Seen]) -> set[int]:
    """Return which objects of a kind are excepted."""
    said, left = _left(part, nouns), set(those)
    if not part.firm and part.superlative is None and len({seen.id for seen in those.values()}) < 2:
        return set()  # `cancel the booking, but not the hotel`: one thing is none of several
    if part.when is not None:
        left = {index for index in left if _is_on(those[index], part.when)}
    elif not said and part.superlative is None:
        return set()
    if said:
        has = {index for index in left if all(word in _words_of(those[index]) for word in said)}
        left = has or set(fitting_of(readings, said, sorted(left), frozenset(), one=False))
    if part.superlative is None or not left:
        return left
    out: set[int] = set()
    for group in _by_sender({index: those[index] for index in left}):
        out |= best(group, part.superlative, readings.request, part.count)
    return out


def _by_sender(those: Mapping[int, Seen]) -> Iterator[Mapping[int, Seen]]:
    """Yield objects by the addresses that no stranger fills, where strangers choose what they are called.

    So nobody's latest mail of the same name takes the place of the one that is meant.
    """
    yield those
    groups: dict[frozenset[str], dict[int, Seen]] = {}
    for index, seen in those.items() if any(seen.spoken for seen in those.values()) else ():
        addresses = (
            form for _, forms, trust in seen.fields if trust for kind, form in forms if kind == "email"
        )
        groups.setdefault(frozenset(addresses), {})[index] = seen
    yield from groups.values() if len(groups) > 1 else ()


def _words_of(seen: Seen) -> frozenset[str]:
    return said_in(seen) | {stem(word) for _, text in seen.id for word in words(text)}


def _is_on(seen: Seen, when: Request) -> bool:
    days = (form for _, forms, _ in seen.fields for kind, form in forms if kind == "date")
    return any(when.means_day(day) for day in days)


@lru_cache(maxsize=256)
def _parts(plain: str, today: str, ending: bool) -> tuple[_Part, ...]:
    """Return what a request excepts. ``ending``: whether for an act that what is to stay is spared."""
    clauses = [(match[1], True) for match in _EXCEPT.finditer(plain)]
    clauses += [(match[1], False) for match in _NOT.finditer(plain)]
    stays = parts_that_stay(plain) if ending else ()
    clauses += [(clause, False) for clause in stays if not SUPERLATIVES.isdisjoint(words(clause))]
    found = []
    for clause, firm in clauses[:MAX_PARTS]:
        for at, text in enumerate(_NEXT.split(clause)[:MAX_PARTS]):
            first = words(text)[:1]
            if at and (not first or first[0] in _AFTER):
                break
            if part := _part(text, today, firm=firm):
                found.append(part)
    return tuple(found)


def _part(text: str, today: str, *, firm: bool) -> _Part | None:
    """Return what a part says, None where that is nothing."""
    tokens = next(sentences(text), ())
    wish = next((it for at in range(len(tokens)) if (it := superlative_at(tokens, at)) is not None), None)
    when: Request | None = Request(text, date.fromisoformat(today) if today else None)
    if when is not None and when.leaves_date:
        when = None
    own = {stem(word) for word in wish.words} if wish is not None else set()
    own |= {stem(word) for word in CALENDAR | RELATIVE} if when is not None else set()
    said = [stem(word) for word in words(text)]
    numbers = [NUMBERS[word] for word in said if word in NUMBERS and word != "one"]
    numbers += [int(word) for word in said if wish is not None and word.isdigit() and len(word) < 3]
    own |= {word for word in said if word in NUMBERS or word.isdigit()} if wish or when else set()
    left = tuple(word for word in said if word not in own and word not in _PLAIN)
    if not left and wish is None and when is None:
        return None
    return _Part(left, wish, (numbers or [1])[0] if wish is not None else 1, when, firm)
