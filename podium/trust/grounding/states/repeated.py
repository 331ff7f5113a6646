"""Values that are to be as they were: *same amount and account as last time for Priya*.

They stand in a record of what was done before, in a field that no stranger fills. Of the records of the same
server that are over, those are meant that have most of the request's words, by such fields alone: of these
the last, the first, or the ones of the day that it says. Where the records that are left differ, somebody is
asked. A lookup that the request does not explain may leave out the one that is meant, and so lends nothing.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.describing import describing
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Readings, Seen
from podium.trust.grounding.things.choosing import explained
from podium.trust.grounding.things.leading import FIRM
from podium.trust.grounding.things.mine import of_user
from podium.trust.request.handing import kinds_of
from podium.trust.request.requests import stem
from podium.trust.request.user import users_words
from podium.trust.request.wordings.same import Same, same_as
from podium.trust.tools import Sink, ToolRow
from podium.trust.values.forms import Form, date_form, forms_of, words

_SINKS: Final[frozenset[Sink]] = frozenset(("amount", "payee", "recipient", "path", "object", "value"))
_AHEAD: Final = word_set("due deadline until expires expiry expire valid renewal")
"""Words of dates that come after what was done."""
_NOT_DONE: Final = word_set(
    "cancelled canceled declined rejected refused failed void voided reversed refunded returned draft "
    "drafted pending requested proposed planned quoted quote offer estimate expired"
)
"""States of what was not done, or was taken back."""
_DONE: Final = word_set(
    "done over past history completed complete finished delivered paid settled sent shipped received closed "
    "departed archived confirmed booked posted invoiced"
)
"""States of what was done, by which a lookup may ask for it."""
_CALLED: Final = word_set("name id no number code login plate sku")
MAX_LABEL: Final = 80
"""Characters of a field that says what something is."""
WHY: Final = "it is as it was in {}, which the request refers to"


class _Record(msgspec.Struct, frozen=True):
    """One thing that was done: the forms of what is to be the same, when it was, and what describes it."""

    forms: frozenset[Form]
    day: str
    words: frozenset[str]
    name: str
    fields: dict[str, frozenset[Form]]
    whole: bool
    """Whether it was looked up by the request's own words."""


def repeated(grounds: Grounds, tool: ToolRow, findings: list[Finding]) -> None:
    """Trust the values that stand in the record which the request means by *same ... as*."""
    request, readings = grounds.request, grounds.readings
    said = same_as(request.text, request.today) if request.today else ()
    if not said or readings.objects_lost or readings.forgotten is not None:
        return
    for at, one in enumerate(findings):
        open_ = one.ground in {"field", "object"} or (one.ground == "unnamed" and one.may_ask)
        if not open_ or one.sink not in _SINKS:
            continue
        kinds, forms = _stands_for(readings, tool, one)
        for same in said:
            if not same.things.isdisjoint(kinds):
                called = (kinds_of("text", one.path), same.things, kinds)
                records = list(_records(grounds, tool, same, called, one.path))
                findings[at] = _as_it_was(findings[at], forms, same, records, findings)


def _as_it_was(
    one: Finding, forms: frozenset[Form], same: Same, records: Sequence[_Record], findings: Sequence[Finding]
) -> Finding:
    """Return what is found out about a value of these forms that is to be as in one of some records."""
    meant = _meant(same, [it for it in records if it.whole])
    fits = [it for it in meant if forms & it.forms]
    if one.trusted:
        if fits or not meant:
            return one
        why = f"the request wants it as it was in {meant[0].name}, where it is another"
        return msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=why)
    if fits == meant != [] and all(_goes_there(it, findings) for it in meant):
        why = WHY.format(meant[0].name)
        return msgspec.structs.replace(one, ground="object", may_ask=False, why=why)
    if any(forms & it.forms for it in records):
        by = f"same {' '.join(sorted(same.things))}"
        return msgspec.structs.replace(one, described=by, settled=False)
    return one


def _meant(same: Same, records: Sequence[_Record]) -> list[_Record]:
    """Return the records that a request may mean: those that have most of its words, by their time."""
    left = [one for one in records if not any(one.words < other.words for other in records)]
    if same.order in {"last", "first"} and any(one.words for one in left):
        days = {one.words: [it.day for it in left if it.words == one.words] for one in left}
        pick = max if same.order == "last" else min
        left = [one for one in left if one.day == pick(days[one.words])]
    return left


def _goes_there(record: _Record, findings: Sequence[Finding]) -> bool:
    """Return whether a record is of whom a call reaches, where it has a field that is called so."""
    for one in findings:
        theirs = record.fields.get(one.path) if one.sink in {"payee", "recipient"} else None
        if theirs is not None and theirs.isdisjoint(forms_of(one.value)):
            return False
    return True


def _records(
    grounds: Grounds, tool: ToolRow, same: Same, called: Sequence[frozenset[str]], path: str
) -> Iterator[_Record]:
    """Yield what was done before on the server of a tool, with a field that is ``called`` as its argument."""
    readings, about = grounds.readings, describing(grounds.request)
    fair: dict[int, bool] = {}
    known = grounds.pointing.words.difference(*called)
    for seen in _own(readings, tool):
        forms, day = _fields(seen, called, same.things, path), _day(seen, same, grounds.request.today)
        if not forms or not day:
            continue
        if seen.result not in fair:
            fair[seen.result] = _is_whole(grounds, seen.result, same)
        there = [text for _, text in _texts(seen)]
        if not any(_NOT_DONE.issuperset(words(text)) for text in there if text):
            found = about.among(word for text in there for word in words(text)) & known
            name = next((text for _, text in seen.id[-1:]), "a record")
            fields = {path: frozenset(has) for path, has, trust in seen.fields if trust == FIRM and has}
            yield _Record(forms, day, found, name, fields, fair[seen.result])


def _own(readings: Readings, tool: ToolRow) -> list[Seen]:
    """Return the things of a tool's server whose identifier is trusted: the user's own where it says *my*."""
    objects = readings.objects
    found = [index for index, seen in enumerate(objects) if seen.server == tool.server and seen.id_trusted]
    if readings.user is not None and not readings.request.bag.isdisjoint({"my", "i", "me"}):
        found = of_user(readings.user, objects, found) or found
    return [objects[index] for index in found]


def _fields(
    seen: Seen, called: Sequence[frozenset[str]], things: frozenset[str], path: str
) -> frozenset[Form]:
    """Return the forms of the field of a thing that is called as what is to be the same, none of several.

    By the first of several ways in which it may be ``called``, or as the argument is whose ``path`` it is. Or
    those of its identifier of another thing, where it is a record of such: `kind: hotel, place_id: H-101`.
    """
    fields = [(at, forms) for at, forms, trust in seen.fields if trust == FIRM and forms]
    for kinds in called:
        own = {at for at, _ in fields if not kinds.isdisjoint(map(stem, words(at)))}
        own = own & {path} or own
        if own:
            found = (form for at, forms in fields if own == {at} for form in forms)
            return frozenset(map(_positive, found))
    linked = [forms for at, forms in fields if "id" in words(at) and forms != seen.id]
    if len(linked) == 1 and any(stem(text) in things for _, text in _texts(seen)):
        return frozenset(linked[0])
    return frozenset()


def _positive(form: Form) -> Form:
    """Return a number without its sign: what was paid is negative."""
    return (form[0], form[1].removeprefix("-")) if form[0] == "number" else form


def _texts(seen: Seen) -> Iterator[tuple[str, str]]:
    for path, forms, trust in seen.fields:
        if trust == FIRM and forms and forms[-1][0] == "text" and len(forms[-1][1]) <= MAX_LABEL:
            yield path, forms[-1][1]


def _day(seen: Seen, same: Same, today: str) -> str:
    """Return when something was done that is over, empty where it is not, or is of another day."""
    days = [
        day
        for path, forms, trust in seen.fields
        if trust == FIRM and _AHEAD.isdisjoint(words(path))
        for kind, day in forms
        if kind == "date" and not day.startswith("-")
    ]
    if same.order == "day":
        return max((day for day in days if day < today and re.fullmatch(same.days, day[:10])), default="")
    return max(days) if days and max(days) < today else ""


def _is_whole(grounds: Grounds, result: int, same: Same) -> bool:
    """Return whether a lookup leaves out nothing that the request may mean, but by its own words.

    Or by what it names is called, or leads to; the user's own name, where the user is known.
    """
    readings, request = grounds.readings, grounds.request
    arguments = readings.results[result].arguments
    his = users_words(readings.user) if readings.user is not None else frozenset[str]()
    days = [day for argument in arguments if (day := date_form(argument))]
    cut = same.order != "day" and bool(days) and (same.order == "first" or max(days) < request.today)
    counted = any(argument.isdigit() and not request.says(("number", argument)) for argument in arguments)
    if cut or counted:
        return False
    left = [one for one in arguments if not (set(words(one)) and (his | _DONE).issuperset(words(one)))]
    return explained(readings, result, {}, known=grounds.known, among=left)


def _stands_for(readings: Readings, tool: ToolRow, one: Finding) -> tuple[frozenset[str], frozenset[Form]]:
    """Return by which words a request speaks of a value, and its forms.

    Of an identifier the words for its thing, and what that alone is called by.
    """
    kinds, found = kinds_of(one.sink, one.path), frozenset(map(_positive, forms_of(one.value)))
    if one.sink != "object":
        return kinds, found
    objects = [it for it in readings.objects if it.server == tool.server and it.id_trusted]
    theirs = [it for it in objects if found & set(it.id)]
    names = {form for seen in theirs for form in _names(seen)}
    shared = {form for seen in objects if not found & set(seen.id) for form in _names(seen)}
    return kinds.union(*(seen.nouns for seen in theirs)), found | (names - shared)


def _names(seen: Seen) -> Iterator[Form]:
    for path, forms, trust in seen.fields:
        if trust == FIRM and _CALLED & set(words(path)):
            yield from (form for form in forms if form[0] == "text")
