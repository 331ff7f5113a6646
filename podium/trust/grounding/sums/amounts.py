"""Amounts that no text holds: what follows by the request's own arithmetic from numbers that were read.

From a trusted number of what the request names a sum follows by itself, where only one can be meant.
From any other number somebody is asked, with the sum spelt out. An amount that the request leaves to a text
(`what our rates foresee`) is asked about where that text speaks of what the request speaks of.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.english.sums import Sum, portions
from podium.trust.english.vocabulary import ACTS
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.notations import raw_of
from podium.trust.grounding.record.readings import Place, Seen
from podium.trust.grounding.record.results import quote
from podium.trust.grounding.states.on_off import ANOTHER
from podium.trust.grounding.sums.for_each import for_each
from podium.trust.grounding.things.superlatives import PRICE
from podium.trust.request.requests import Request, stem, telling
from podium.trust.values.forms import Form, forms_of, number_form, words

_CENT: Final = Decimal("0.006")
BARE: Final = re.compile(r"[$€£¥]?\s?-?\d[\d.,]*")
"""A number and nothing beside it but a sign of currency."""
_TOGETHER: Final = word_set("together altogether total combined sum overall")
_APART: Final = word_set("difference rest remainder remaining balance outstanding missing shortfall")
_PER: Final = word_set("per each rate hourly daily nightly weekly monthly unit apiece")
_MAX_CHARS: Final = 80
_MAX_FIELDS: Final = 400
"""Numbers of named objects that are looked at."""


class _Had(msgspec.Struct, frozen=True):
    """A trusted number of a named object."""

    index: int
    path: str
    number: str


def followed(grounds: Grounds, findings: list[Finding]) -> None:
    """Let amounts follow that are not trusted as they stand."""
    request = grounds.request
    for at, finding in enumerate(findings):
        one = finding
        if one.sink != "amount" or one.trusted or one.why == ANOTHER or not BARE.fullmatch(one.value):
            continue
        wanted = number_form(one.value)
        if wanted is None:
            continue
        if one.ground == "stranger" and not one.may_ask and _left_to_text(grounds, wanted):
            why = f"the request leaves it to what is written, and {one.why}"
            findings[at] = one = msgspec.structs.replace(one, may_ask=True, why=why, follows=True)
        if one.ground == "nowhere" and (several := for_each(grounds, one, Decimal(wanted))):
            findings[at] = several
            continue
        if not (request.sums or request.counted or request.bag & (_TOGETHER | _APART)):
            continue
        if found := _sum_of(grounds, findings, one, Decimal(wanted)):
            findings[at] = found


def _sum_of(grounds: Grounds, findings: Sequence[Finding], one: Finding, wanted: Decimal) -> Finding | None:
    about = {
        form for other in findings if other.sink in {"object", "payee"} for form in forms_of(other.value)
    }
    unsure = ""
    for sum_ in grounds.request.sums:
        had = list(_numbers(grounds, one.path, sum_.of))
        meant = _meant(grounds, had, sum_, about)
        # what was paid is negative
        hits = [it for it in meant if _same(abs(sum_.result(Decimal(it.number))), wanted)]
        if not hits:
            continue
        if _of_the_other(grounds, had, sum_, about):
            unsure = unsure or "the request says this sum of another one"
            continue
        spelt = f"{sum_.spelled(hits[0].number)}, as the request says ({sum_.said!r})"
        if _alone(grounds, hits[0], meant):
            why = f"it follows from what the request names: {spelt}"
            return msgspec.structs.replace(one, ground="object", may_ask=False, why=why)
        unsure = f"it would be {spelt}, of one of several that the request names"
    had = list(_numbers(grounds, one.path))
    why = _taken_together(grounds.request, had, wanted) or _multiplied(grounds.request, had, wanted)
    if why := why or _part(grounds, had, about, wanted):
        return msgspec.structs.replace(one, ground="object", may_ask=False, why=why)
    if unsure:
        return msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=unsure, follows=True)
    return _from_elsewhere(grounds, one, wanted) or _difference(grounds, one, wanted)


def _numbers(grounds: Grounds, path: str, of: AbstractSet[str] = frozenset()) -> Iterator[_Had]:
    """Yield the trusted numbers of named objects: of fields that are called as the argument is, if any.

    ``of``: words of the request that may name the field, before all else: `the rest of the deposit`.
    """
    found = [
        _Had(index, field, form)
        for index, seen in grounds.named.items()
        if index not in grounds.hinted
        for field, forms, trusted in seen.fields
        if trusted
        for kind, form in forms
        if kind == "number"
    ][:_MAX_FIELDS]
    said = {stem(word) for word in of}
    if called := [one for one in found if stems_of(one.path) & said]:
        yield from called
        return
    own = stems_of(path)
    kin = [one for one in found if stems_of(one.path) & own]
    if not kin and own & PRICE:
        kin = [one for one in found if stems_of(one.path) & PRICE]
    yield from kin or found


def _meant(grounds: Grounds, had: Sequence[_Had], sum_: Sum, about: AbstractSet[Form]) -> Sequence[_Had]:
    """Return the numbers from which a sum starts: of those that it names, else of what the call is about."""
    objects = grounds.readings.objects
    theirs = [one for one in had if sum_.of and _speaks(objects[one.index], sum_.of)]
    return theirs or [one for one in had if _is(objects[one.index], about)] or had


def _of_the_other(grounds: Grounds, had: Sequence[_Had], sum_: Sum, about: AbstractSet[Form]) -> bool:
    """Return whether a call is about the very thing with which the request compares another one."""
    objects = grounds.readings.objects
    theirs = {one.index for one in had if sum_.of and _speaks(objects[one.index], sum_.of)}
    own = {one.index for one in had if _is(objects[one.index], about)}
    rest = {one.index for one in had} - theirs
    return (
        bool(own) and own <= theirs and any(objects[i].nouns == objects[j].nouns for i in own for j in rest)
    )


def _is(seen: Seen, about: AbstractSet[Form]) -> bool:
    return any(form in about for form in seen.id) or any(
        trusted and kind in {"iban", "email"} and (kind, form) in about
        for _, forms, trusted in seen.fields
        for kind, form in forms
    )


def _speaks(seen: Seen, said: AbstractSet[str]) -> bool:
    """Return whether an object is called by one of some words, in what no stranger fills."""
    stems = {stem(word) for word in said}
    return any(
        trusted
        and forms[-1][0] == "text"
        and len(forms[-1][1]) <= _MAX_CHARS
        and stems_of(forms[-1][1]) & stems
        for _, forms, trusted in seen.fields
        if forms
    )


def _alone(grounds: Grounds, hit: _Had, meant: Sequence[_Had]) -> bool:
    """Return whether no other object of the kind has another number in that field."""
    objects = grounds.readings.objects
    return all(
        one.number == hit.number or one.path != hit.path or objects[one.index].id == objects[hit.index].id
        for one in meant
        if objects[one.index].nouns == objects[hit.index].nouns
    )


def _taken_together(request: Request, had: Sequence[_Had], wanted: Decimal) -> str:
    """Return how an amount is the sum of one field of all that is named, or two numbers' difference."""
    by_path: dict[str, dict[int, str]] = {}
    for one in had:
        by_path.setdefault(one.path, {})[one.index] = one.number
    if request.bag & _TOGETHER:
        for numbers in by_path.values():
            if len(numbers) > 1 and _same(sum(map(Decimal, numbers.values()), Decimal(0)), wanted):
                return f"it is the sum of what the request names: {' + '.join(numbers.values())}"
    if request.bag & _APART:
        distinct = list(dict.fromkeys(one.number for one in had))
        if len(distinct) == 2 and _same(abs(Decimal(distinct[0]) - Decimal(distinct[1])), wanted):
            return f"it is the difference of what the request names: {' and '.join(distinct)}"
    return ""


def _multiplied(request: Request, had: Sequence[_Had], wanted: Decimal) -> str:
    """Return how an amount is a count that the request says, times a price per piece; empty if it is none."""
    for count, what in request.counted:
        for one in had:
            fits = stems_of(one.path) & (_PER | {stem(what)})
            if fits and _same(Decimal(count) * Decimal(one.number), wanted):
                return f"it follows from what the request names: {count} {what} x {one.number}"
        if request.bag & _PER:
            for kind, number in request.entities | request.spelled:
                if kind == "number" and number != count and _same(Decimal(count) * Decimal(number), wanted):
                    return f"the request says {count} {what} and {number} for each"
    return ""


def _part(grounds: Grounds, had: Sequence[_Had], about: AbstractSet[Form], wanted: Decimal) -> str:
    """Return how an amount is the share of one of several that are paid together, empty where it is none.

    *One of the two tickets* of a booking for two: the call is about that, and no other of its kind is named.
    """
    objects = grounds.readings.objects
    own = {one.index for one in had if _is(objects[one.index], about)}
    if len(own) != 1 or any(
        index not in own and objects[index].nouns == objects[min(own)].nouns for index in grounds.named
    ):
        return ""
    numbers = [
        (path, form)
        for path, forms, trusted in objects[min(own)].fields
        if trusted
        for kind, form in forms
        if kind == "number"
    ]
    for some, of in portions(grounds.request.text):
        for one in had:
            counted = any(form == str(of) and path != one.path for path, form in numbers)
            if one.index in own and counted and _same(Decimal(one.number) * some / of, wanted):
                return f"it follows from what the request names: {some} of {of}, {one.number} in all"
    return ""


def _from_elsewhere(grounds: Grounds, one: Finding, wanted: Decimal) -> Finding | None:
    """Return a question about a sum that starts from a number of what the request does not name for sure.

    The number has to stand in what it speaks of: else anything could be a part of some sum.
    """
    for sum_ in grounds.request.sums:
        operand = format(round(sum_.operand(wanted), 2).normalize(), "f")
        if not _same(sum_.result(Decimal(operand)), wanted):
            continue
        places = [
            place
            for place in grounds.readings.at(("number", operand))
            if grounds.within(place, hinted=True) or spoken_of(grounds, place, operand, sum_.of)
        ]
        if not places:
            continue
        firm = [place for place in places if place.label.trusted]
        spelt = f"it would be {sum_.spelled(operand)}, as the request says ({sum_.said!r})"
        why = (
            f"{spelt}, and the request does not say for sure that {operand} is meant"
            if firm
            else f"{spelt}, and only what anybody may have written says {operand}"
        )
        origins = grounds.origins((place, operand) for place in firm or places)
        ground = "unnamed" if firm else "stranger"
        return msgspec.structs.replace(
            one,
            ground=ground,
            may_ask=True,
            why=why,
            origins=origins,
            follows=True,
        )
    return None


def _difference(grounds: Grounds, one: Finding, wanted: Decimal) -> Finding | None:
    """Return a question about what is between a number that the request says and a trusted one that was read.

    *She sent me too much, it was only 46: send her the difference*, of the 64 that came.
    """
    request = grounds.request
    said = {number for kind, number in request.entities | request.spelled if kind == "number"}
    for number in sorted(said if request.bag & _APART else ()):
        for operand in (Decimal(number) + wanted, Decimal(number) - wanted):
            for text in (format(operand.normalize(), "f"), format(-operand.normalize(), "f")):
                at = [it for it in grounds.readings.at(("number", text)) if it.label.trusted]
                places = [it for it in at if operand > 0 and spoken_of(grounds, it, text)]
                if places:
                    why = f"it would be the difference of {abs(operand)} and {number}, as the request says"
                    origins = grounds.origins((place, text) for place in places)
                    return msgspec.structs.replace(
                        one, ground="unnamed", may_ask=True, why=why, origins=origins, follows=True
                    )
    return None


def _left_to_text(grounds: Grounds, number: str) -> bool:
    """Return whether the request leaves an amount to a text, and a text that it speaks of says this one."""
    request = grounds.request
    if request.figures or not request.leaves_amount:
        return False
    if not all(
        Decimal(number) <= bound if upper else Decimal(number) >= bound for upper, bound in request.bounds
    ):
        return False
    return any(spoken_of(grounds, place, number) for place in grounds.readings.at(("number", number)))


def spoken_of(grounds: Grounds, place: Place, number: str, said: AbstractSet[str] = frozenset()) -> bool:
    """Return whether a number stands beside words of the request's, or in what is called by such.

    ``said``: those of its words that tell; empty: any that name something.
    """
    readings = grounds.readings
    stems = {stem(word) for word in said} or {stem(word) for word in telling(grounds.request.text) - ACTS}
    stems = {word for word in stems if len(word) > 2 and not word.isdigit()}
    if place.object >= 0 and any(
        forms and forms[-1][0] == "text" and stems_of(forms[-1][1][:_MAX_CHARS]) & stems
        for _, forms, _ in readings.objects[place.object].fields
    ):
        return True
    result = readings.results[place.result]
    if any(stems_of(argument) & stems for argument in result.arguments if len(argument) <= 3 * _MAX_CHARS):
        return True
    beside = re.compile(rf"(?<![\w.,]){re.escape(number)}(?![\w]|[.,]\d)")
    return any(
        stems_of(quote(raw[max(0, match.start() - _MAX_CHARS) : match.end() + _MAX_CHARS], "")) & stems
        for raw in raw_of(grounds.readings, place)
        for match in list(beside.finditer(raw))[:8]
    )


def _same(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) < _CENT


@lru_cache(maxsize=4096)
def stems_of(text: str) -> frozenset[str]:
    """Return the stems of the words of a text."""
    return frozenset(stem(word) for word in words(text))
