"""Values of one act with the thing or the person of another one: *pay Ann 60 and Bob 40*.

A request that says in one part for whom and how much, and in another part the same of somebody else, means
no mixture of both. Each part has to be whole: *share the plan with Ann and Bob* gives it to both, and *no,
make it 65* corrects what stands before it.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from podium.trust.english.lexicon import PREPOSITIONS, READING, word_set
from podium.trust.english.vocabulary import CALENDAR
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Seen
from podium.trust.grounding.things.of_another_act import POINTING
from podium.trust.grounding.things.parting import own_verbs, verbs_and_parts
from podium.trust.request.requests import Request, request_of
from podium.trust.tools import Sink, ToolRow
from podium.trust.values.forms import Form, date_form, forms_of, words

_THINGS: Final[frozenset[Sink]] = frozenset(("object", "payee", "recipient", "path"))
_ADDRESSES: Final = frozenset(("email", "iban", "url"))
_NOBODY: Final = CALENDAR | word_set(
    "eur usd gbp chf euro euros dollar dollars pound pounds jan feb mar apr jun jul aug sep sept oct nov dec "
    "mon tue tues wed thu thur thurs fri sat sun am pm"
)
"""Capitalised words that are nobody's name."""
_OWNER: Final = re.compile(r"\W*\w+['\u2019]s ")
WHY: Final = "the request says it of another one"


class _Clause(msgspec.Struct, frozen=True):
    """A part of a request: what it says, and whether it orders something else."""

    said: Request
    orders: bool


class _Value(msgspec.Struct, frozen=True):
    """A value of a call, what is called by it, and which parts of the request say it."""

    index: int
    finding: Finding
    things: tuple[Seen, ...]
    where: frozenset[int]


def crossed(grounds: Grounds, tool: ToolRow, findings: Sequence[Finding]) -> Iterator[tuple[int, str]]:
    """Yield which values of a call the request says only of something else, and why that is no ground."""
    trusted = [(at, one) for at, one in enumerate(findings) if one.ground in {"request", "object", "field"}]
    told = [(at, one) for at, one in trusted if one.sink in _THINGS | {"amount", "date"}]
    if not tool.writes or len({one.path for _, one in told}) < 2:
        return
    own = own_verbs(tool)
    parts = [
        _Clause(request_of(text), bool(verbs - own - PREPOSITIONS - READING))
        for verbs, text in verbs_and_parts(grounds.request, own)
    ]
    if len(parts) < 2:
        return
    values = [_placed(grounds, at, one, parts) for at, one in told]
    for thing in values:
        for other in values if thing.finding.sink in _THINGS else ():
            apart = thing.where and other.where and not thing.where & other.where
            if (
                apart
                and thing.finding.path != other.finding.path
                and _each_has_its_own(grounds, parts, thing, other)
            ):
                yield other.index, WHY


def _placed(grounds: Grounds, at: int, one: Finding, parts: Sequence[_Clause]) -> _Value:
    """Return a value with the parts of the request that say it."""
    forms, things = set(forms_of(one.value)), list[Seen]()
    if one.sink in _THINGS:
        every = grounds.readings.objects
        things = [every[it] for it in carriers(grounds.readings, forms) if forms & set(every[it].id)]
        things = things or [
            seen for seen in grounds.named.values() if any(forms & set(has) for _, has, _ in seen.fields)
        ]
    where = {it for it, part in enumerate(parts) if _says(part.said, one, forms, things)}
    return _Value(at, one, tuple(things), frozenset(where))


def _says(part: Request, one: Finding, forms: set[Form], things: Sequence[Seen]) -> bool:
    if one.sink == "date":
        return (day := date_form(one.value)) is not None and part.says_day(day)
    if forms & (part.entities | part.spelled):
        return True
    return one.sink in _THINGS and _speaks_of(part, things)


def _speaks_of(part: Request, things: Sequence[Seen]) -> bool:
    return any(part.mentions(name, trusted=it.ours) for seen in things for name, it in seen.names)


def _each_has_its_own(grounds: Grounds, parts: Sequence[_Clause], thing: _Value, other: _Value) -> bool:
    """Return whether the part of a thing says another value, and that of the value another thing."""
    if any(not POINTING.isdisjoint(parts[at].said.words) for at in thing.where | other.where):
        return False
    return any(_has_another(grounds, parts[at].said, other, thing) for at in thing.where) and any(
        _has_another_thing(grounds, parts[at], thing, other) for at in other.where
    )


def _has_another(grounds: Grounds, part: Request, value: _Value, thing: _Value) -> bool:
    if value.finding.sink == "amount":
        days = {text for kind, text in part.entities if kind == "date"}
        of_days = {str(int(day[-2:])) for day in days} | {day[:4] for day in days}
        return bool(part.spelled or {text for kind, text in part.entities if kind == "number"} - of_days)
    if value.finding.sink == "date":
        return bool(part.resolved or part.dates)
    return _has_kin(grounds, part, value, thing)


def _has_kin(grounds: Grounds, part: Request, value: _Value, beside: _Value) -> bool:
    """Return whether a part says another thing, or another address, of a value's kind."""
    forms = {*forms_of(value.finding.value), *forms_of(beside.finding.value)}
    if any(form[0] in _ADDRESSES and form not in forms for form in part.entities):
        return True
    ids, kinds = {it.id for it in value.things}, {(it.server, it.nouns) for it in value.things}
    kin = [it for it in grounds.named.values() if (it.server, it.nouns) in kinds and it.id not in ids]
    own = {word for it in beside.things for name, _ in it.names for word in words(name)}
    return _speaks_of(request_of(" ".join(it for it in part.text.split() if not set(words(it)) & own)), kin)


def _has_another_thing(grounds: Grounds, part: _Clause, thing: _Value, other: _Value) -> bool:
    """Return whether a part orders something else, or has somebody or something of its own."""
    if part.orders or _has_kin(grounds, part.said, thing, other):
        return True
    own = {word for it in (*thing.things, *other.things) for name, _ in it.names for word in words(name)}
    own |= {*words(thing.finding.value), *words(other.finding.value), *_NOBODY}
    first = set(part.said.words[:1]) - grounds.request.names
    first = first if not _OWNER.match(part.said.text) else set()
    return bool(part.said.capitalised - own - first)
