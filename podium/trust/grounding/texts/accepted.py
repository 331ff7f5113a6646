"""Sums, days and words that only a named text says, where the author of a policy accepts that.

*Pay the electricity bill on the day it is due*: payee and act are the user's, the sum stands in the bill. Its
writer chooses it, up to the author's bound, and nothing else: it goes without a question where the request
names that text, no other text that it may as well mean says another one, and all else of the call has ground
of its own.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.english.sums import portions, remains
from podium.trust.english.vocabulary import FEASTS
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.reckoning import only_denied
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.notations import disguised, hides
from podium.trust.grounding.record.one_word import calls_somebody, several_sentences
from podium.trust.grounding.record.readings import MAX_ENTITIES_CHARS, Place
from podium.trust.grounding.sums.amounts import BARE, stems_of
from podium.trust.grounding.texts.handed import MAX_NAME
from podium.trust.grounding.things.pointing import LEAST_IN_TEXT, MAX_LABEL, MAX_TEXT
from podium.trust.grounding.things.superlatives import PRICE
from podium.trust.grounding.waiting import told
from podium.trust.request.requests import Request
from podium.trust.tools import Sink, SinkRow, ToolRow
from podium.trust.values.forms import (
    DOMAIN,
    date_form,
    dates_in,
    entities,
    forms_of,
    is_day,
    number_form,
    plain,
    times_in,
)
from podium.trust.values.units import whole

_WHERE_TO: Final[frozenset[Sink]] = frozenset(("payee", "recipient", "object", "path", "url"))
"""Sinks of which a sum needs one that is trusted, so that it goes where the user wants it."""
_MONEY: Final = (PRICE - word_set("balance")) | word_set(
    "amount sum due share deposit contribution instalment pay payable"
)
"""Words of a field that holds a sum."""
_MARK: Final = (
    r"[$€£¥₹]|(?<![^\W\d_])(?:usd|eur|gbp|jpy|inr|chf|pln|sek|nok|dkk|czk|euros?|dollars?|pounds?|francs?"
    r"|zl|kr)(?![^\W\d_])"
)
_NUMBER: Final = r"\d(?:[\d.,' \u00a0]*\d)?"
_MARKED: Final = re.compile(
    rf"(?:{_MARK})\s?(?P<after>{_NUMBER})|(?<![\w.,-])(?P<before>{_NUMBER})(?:,-)?\s?(?:{_MARK})"
    rf"|(?<![\w.,-])(?P<round>\d+)[.,]-(?!\d)",
    re.IGNORECASE,
)
_CENTS: Final = re.compile(r"(?<![\w.,/-])(?:\d{1,3}(?:[.,' \u00a0]\d{3})+|\d+)[.,]\d{2}(?![\w/]|[.,-]\d)")
_NUMBERED: Final = re.compile(
    r"\b(?:account|acct|a/c|no|nos|nr|number|ref|reference|invoice|bill|customer|client|order|policy|case|"
    r"booking|flat|room|apartment|code|meter|contract|member|membership|phone|tel|vat|page|version)"
    r"[.:]?\s(?:no[.:]?\s|number\s)?$",
    re.IGNORECASE,
)
"""Before a number that tells things apart, and is no sum."""
_LONE: Final = re.compile(r"(?<![\w.,/:#-])\d{1,7}(?:[.,]\d+)?(?![\w/:%]|[.,-]\d|-\w|\s?%)")
_CHANGED: Final = re.compile(
    r"\b(?:minus|less|deduct\w*|except|excluding|exclusive|apart from|rest|remainder|remaining|minimum"
    r"|instal?lments?|discount|rounded|(?:usual|same|old|agreed) (?:amount|sum))\b"
)
"""Words by which a request means another sum than the one that a bill says."""
_WHEN: Final = re.compile(
    r"\b(?:immediately|at once|straight ?away|right away|asap|as (?:soon|late|early) as|daily|weekly|monthly"
    r"|yearly|every|each|next (?:day|week|month|quarter|year)|pay ?day|birthday|earlier|later|before|after"
    r"|(?:on|by|from|until|till) the (?:first|second|third|last))\b"
)
"""Words by which a request means a day of its own, or more than one."""
_A_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_DIGITS: Final = re.compile(r"\d")
_ADDRESS: Final = frozenset(("email", "iban", "url"))
MAX_VALUE: Final = 80
"""Characters of a word that goes so."""
LEAST_VALUE: Final = 4
"""Of a word: a shorter one stands everywhere."""
MAX_OTHERS: Final = 3
"""Other values of a text of which a person is told."""
HALF_A_YEAR: Final = 6
"""Months."""
MAX_LEAVES: Final = 4_000
"""Texts that are looked through; with more somebody is asked."""


class _Text(msgspec.Struct):
    """One thing that was read, or what stands in a result beside such, with all that it says."""

    object: int
    result: int
    named: bool = False
    leaves: list[tuple[Place, str]] = msgspec.field(default_factory=list)
    words: frozenset[str] = frozenset()
    at: str = ""


def accepted(grounds: Grounds, tool: ToolRow, findings: Sequence[Finding]) -> list[Finding]:
    """Return what was found out about a call, with what its author accepts of a named text as trusted.

    As it was where one value of the call has no ground in the end. The request asks for the act plainly.
    """
    doubts = [(at, one) for at, one in enumerate(findings) if not one.trusted]
    rows = [(at, one, tool.arguments.get(one.path)) for at, one in doubts]
    if not rows or any(row is None or row.sink != one.sink or not row.accepts for _, one, row in rows):
        return list(findings)
    readings = grounds.readings
    if readings.forgotten is not None or readings.objects_lost:
        return list(findings)  # another such text may have been forgotten
    sums = sum(one.sink == "amount" for _, one in doubts)
    if sums > 1:
        return list(findings)  # a text's sum goes once
    if sums and not any(one.trusted and one.sink in _WHERE_TO for one in findings):
        return list(findings)
    texts = _texts(grounds)
    paid = _paid(grounds, tool, findings)
    sources = [_source(grounds, one, row, texts, tool.server, paid) for _, one, row in rows if row and texts]
    against = [one if isinstance(one, str) else None for one in sources]
    stands_in = [one for one in sources if not isinstance(one, str)]
    if len(stands_in) < len(rows):
        return told(findings, [at for at, _, _ in rows], against)
    found = list(findings)
    for (at, one, row), source in zip(rows, stands_in, strict=True):
        bound = f" up to {row.named_up_to}" if row is not None and row.named_up_to else ""
        tool_of = readings.results[source.leaves[0][0].result].tool
        why = f"it stands in {_called(grounds, source)} ({tool_of}), which the request names; accepted{bound}"
        places = ((place, raw) for place, raw in source.leaves if one.value in raw)
        value = _sum(one.value, row) if row is not None and row.minor_units else one.value
        found[at] = msgspec.structs.replace(
            one,
            value=value,
            ground="text",
            may_ask=False,
            why=why,
            origins=grounds.origins(places) or one.origins,
        )
    return found


def _paid(grounds: Grounds, tool: ToolRow, findings: Sequence[Finding]) -> frozenset[int]:
    """Return the rows of those to whom a call goes by the user's word: by identifier, account or address."""
    objects = grounds.readings.objects
    whom = [set(forms_of(one.value)) for one in findings if one.trusted and one.sink in _WHERE_TO]
    return frozenset(
        at
        for forms in whom
        for at in carriers(grounds.readings, forms)
        if (objects[at].server == tool.server and objects[at].id_trusted and forms & set(objects[at].id))
        or any(
            form[0] in _ADDRESS and form in forms
            for _, has, trust in objects[at].fields
            if trust > 1
            for form in has
        )
    )


def taken(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return the sums that a call takes from texts: each goes once in a task."""
    sums = (number_form(one.value) for one in findings if one.ground == "text" and one.sink == "amount")
    return tuple(dict.fromkeys(filter(None, sums)))


def _texts(grounds: Grounds) -> list[_Text]:
    """Return what was read, thing by thing; nothing where that is too much to be looked through."""
    readings, found = grounds.readings, dict[tuple[int, int], _Text]()
    leaves, keys = 0, dict[int, tuple[int, int]]()
    for result in readings.results:
        for at, (place_at, raw) in enumerate(zip(result.places, result.raw, strict=True)):
            leaves += 1
            if leaves > MAX_LEAVES:
                return []
            if at not in result.decoded:
                place = readings.places[place_at]
                known = place.object if place.object >= 0 else -1 - place.result
                if (key := keys.get(known)) is None:
                    key = keys[known] = _key(grounds, place)
                one = found.setdefault(key, _Text(place.object, place.result))
                one.leaves.append((place, raw))
    for one in found.values():
        places = {place for place, _ in one.leaves}
        one.named = any(_names(grounds, place) for place in places)
        one.words = _described(grounds, one)
        one.at = max((readings.objects[p.object].at for p in places if p.object >= 0), default="")
    return list(found.values())


def _described(grounds: Grounds, text: _Text) -> frozenset[str]:
    """Return the words of the request that a text has: in what it is called by, or enough in what it says."""
    pointing, found = grounds.pointing, frozenset[str]()
    if text.object < 0:
        found |= pointing.about(" ".join(grounds.readings.results[text.result].arguments))
    for _, raw in text.leaves:
        there = pointing.about(raw[:MAX_TEXT])
        least = 1 if len(raw) <= MAX_LABEL else min(LEAST_IN_TEXT, len(pointing.words))
        found |= there if len(there) >= least else frozenset()
    return found


def _key(grounds: Grounds, place: Place) -> tuple[int, int]:
    """Return what tells one thing from others: of one that was read twice the first place."""
    if place.object < 0:
        return place.result, -1
    objects, seen = grounds.readings.objects, grounds.readings.objects[place.object]
    if not seen.id_trusted:
        return -1, place.object
    again = (
        index
        for index in carriers(grounds.readings, seen.id)
        if objects[index].server == seen.server and objects[index].id == seen.id and objects[index].id_trusted
    )
    return -1, min(again, default=place.object)


def _names(grounds: Grounds, place: Place) -> bool:
    """Return whether the request names what holds a place, as it must to lend a structured field."""
    if place.object >= 0:
        return place.object in grounds.named and place.object not in grounds.hinted
    return grounds.within(place)


def _source(
    grounds: Grounds,
    one: Finding,
    row: SinkRow,
    texts: Sequence[_Text],
    server: str,
    paid: AbstractSet[int],
) -> _Text | str:
    """Return the text that says a value, else what stands against it; empty where nothing can be told.

    The request says one itself, or means no one text. ``paid``: the objects to which the call goes.
    """
    wanted = _wanted(grounds, one, row)
    if not wanted:
        return ""
    today = grounds.request.today
    sources = [text for text in texts if text.named and _says(text, one, wanted, today)]
    if len(sources) != 1 or any(hides(raw) for _, raw in sources[0].leaves):
        return ""
    source = sources[0]
    if one.sink == "amount" and _says_number(grounds, source):
        return ""
    if row.minor_units and grounds.readings.results[source.result].tool.partition("/")[0] == server:
        return ""  # its own server may have written it in minor units
    for text in texts:
        if text is not source and (text.named or _may_be_meant(grounds, text, source)):
            ours = any(place.label.trusted for place, _ in text.leaves)
            strangers = ours and not text.named
            others = _others(text, one, wanted, today, strangers=strangers, own=text.object in paid)
            if others is not None:
                return _against(grounds, text, others)
    others = _others(source, one, wanted, today, strangers=False)
    return _against(grounds, source, others, " too") if others is not None else source


def _against(grounds: Grounds, text: _Text, others: AbstractSet[str], too: str = "") -> str:
    """Return what a person is told that stands against a value: what else is said, and where.

    ``too``: behind what stands beside the value, in the very text that says it.
    """
    said, called = ", ".join(sorted(sorted(map(repr, others)), key=len)[:MAX_OTHERS]), _called(grounds, text)
    return f"{called} says {said}{too}" if said else f"{called} may be meant too"


def _wanted(grounds: Grounds, one: Finding, row: SinkRow) -> str:
    """Return the plain notation of a value that a text may say, empty where the request says one itself."""
    request = grounds.request
    if one.settled or hides(one.value):
        return ""
    if one.sink == "amount":
        wanted = _sum(one.value, row)
        outside = (
            any((Decimal(wanted) > bound) == upper for upper, bound in request.bounds) if wanted else True
        )
        if outside or request.figures or request.sums or {wanted, one.value} & _gone(grounds):
            return ""
        changed = _CHANGED.search(request.plain) or portions(request.text) or remains(request.text)
        return "" if changed else wanted
    if one.sink == "date":
        wanted = _day(one.value, request.today)
        if not wanted or request.resolved or "date" in request.kinds():
            return ""
        own = request.offsets or _WHEN.search(request.plain) or FEASTS & request.bag
        return "" if own else wanted
    wanted = one.value if one.ground == "stranger" and one.may_ask and _is_word(one.value) else ""
    return "" if not wanted or _says_such(request, wanted) else wanted


def _says_such(request: Request, value: str) -> bool:
    """Return whether a request says a word that is made alike, `at pier 7` for `Pier 4`, or not this one."""
    alike = re.sub(r"\d+", r"\\d+", re.escape(plain(value)))
    said = {match[0] for match in re.finditer(rf"(?<!\w){alike}(?!\w)", request.plain)}
    return bool(said - {plain(value)}) or only_denied(request, value)


def _says_number(grounds: Grounds, source: _Text) -> bool:
    """Return whether a request says a number by which the text is neither called nor was asked for."""
    called = " ".join(grounds.readings.results[source.result].arguments)
    if source.object >= 0:
        seen = grounds.readings.objects[source.object]
        called = " ".join([*(name for name, _ in seen.names), *(text for _, text in seen.id)])
    theirs = {number_form(part) for part in re.findall(r"\d+", called)}
    said = grounds.request.entities | grounds.request.spelled
    return any(kind == "number" and form not in {*theirs, "1"} for kind, form in said)


def _may_be_meant(grounds: Grounds, text: _Text, source: _Text) -> bool:
    """Return whether the request describes another text as well as the one that it names.

    By all or some of the same words: whoever writes more of them into his does not win. Not what is older
    than what is called the latest, nor what is of another time than the request says.
    """
    if not text.words or not (text.words <= source.words or source.words <= text.words):
        return False
    if text.at and source.at:
        order = grounds.request.order
        if (order == "latest" and text.at < source.at) or (order == "earliest" and text.at > source.at):
            return False
        for upper, day in grounds.request.day_bounds:
            inside, fits = (at[:10] <= day if upper else at[:10] >= day for at in (text.at, source.at))
            if fits and not inside:
                return False
    return True


def _says(text: _Text, one: Finding, wanted: str, today: str) -> bool:
    if one.sink == "amount":
        return wanted in _sums(text, one.path, strangers=False)
    if one.sink == "date":
        days = _days(text, today, strangers=False)
        times = {time for _, raw in text.leaves for time in times_in(raw)}
        return any(same_day(day, wanted) for day in days) and set(times_in(one.value)) <= times
    return any(_has_word(raw, wanted) for _, raw in text.leaves)


def _others(
    text: _Text, one: Finding, wanted: str, today: str, *, strangers: bool, own: bool = False
) -> frozenset[str] | None:
    """Return what else of the kind a text says; None where that is nothing, empty where it cannot be told.

    ``strangers``: by what they may write alone. ``own``: it is the row of who is paid, whose bare numbers
    (of a customer) are no sums.
    """
    if one.sink == "amount":
        found = _sums(text, one.path, strangers=strangers, own=own) - {wanted}
        return frozenset(found) if found else None
    if one.sink == "date":
        days = {day for day in _days(text, today, strangers=strangers) if not same_day(day, wanted)}
        return frozenset(days) if days else None
    if any(_has_word(raw, wanted) for _, raw in text.leaves):
        if _DIGITS.search(wanted) is None:
            return None
        alike = {token for _, raw in text.leaves for token in _tokens(raw) if _shape(token) == _shape(wanted)}
        alike -= {plain(wanted)}
        if not _A_YEAR.fullmatch(wanted):
            alike = {token for token in alike if not _A_YEAR.fullmatch(token)}
        return frozenset(alike) if alike else None
    return frozenset() if any(not place.label.trusted for place, _ in text.leaves) else None


def _leaves(text: _Text, *, strangers: bool) -> Iterator[tuple[Place, str]]:
    for place, raw in text.leaves:
        if not (strangers and place.label.trusted):
            yield place, raw[:MAX_ENTITIES_CHARS]


def _sums(text: _Text, path: str, *, strangers: bool, own: bool = False) -> set[str]:
    """Return the sums that a text says: in fields that are called so, and in what is written there.

    ``own``: bare numbers that no stranger writes are none.
    """
    called, found, bare = stems_of(path), set[str](), set[str]()
    for place, raw in _leaves(text, strangers=strangers):
        if BARE.fullmatch(raw.strip()):
            if stems_of(place.pattern.rpartition(".")[2]) & (called | _MONEY):
                found.add(number_form(raw) or raw)
        elif len(raw) > LEAST_VALUE and " " in raw:
            marked, lone = sums_in(raw)
            found, bare = found | marked, bare | (set() if own and place.label.trusted else lone)
    return found or bare


@lru_cache(maxsize=256)
def sums_in(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the sums of a text that have a currency or cents, and other numbers that are no day or code."""
    marked = {match["after"] or match["before"] or match["round"] for match in _MARKED.finditer(text)}
    marked |= {match[0] for match in _CENTS.finditer(text)}
    numbers = {said for (kind, _), said in entities(text) if kind == "number"}
    lone = {
        match[0]
        for match in _LONE.finditer(text)
        if not _NUMBERED.search(text[max(0, match.start() - 24) : match.start()])
    } & numbers
    lone = {one for one in lone if not _A_YEAR.fullmatch(one)}
    forms = [{number_form(one.strip(" .,'")) or one for one in some} for some in (marked, lone)]
    return frozenset(forms[0]), frozenset(forms[1])


def _days(text: _Text, today: str, *, strangers: bool) -> set[str]:
    """Return the days that a text says, from today on; a day without a year is one to come.

    Of what no stranger writes, not today's: it came today.
    """
    found = set[str]()
    for place, raw in _leaves(text, strangers=strangers):
        for day in dates_in(raw):
            ahead = comes(day, today) if day.startswith("--") else day >= today
            if ahead and not (day == today and place.label.trusted):
                found.add(day)
    return found


def comes(day: str, today: str) -> bool:
    """Return whether a day without a year is nearer as one to come than as one that is over."""
    months = (int(day[2:4]) - int(today[5:7])) % 12
    return day[5:] >= today[8:] if months == 0 else months <= HALF_A_YEAR


def same_day(said: str, wanted: str) -> bool:
    """Return whether a day that is said, with its year or without, is this one."""
    return said == wanted or (said.startswith("--") and wanted.endswith(said[1:]))


def _day(value: str, today: str) -> str:
    """Return the day of a value, within a year from today; empty for anything else."""
    day = date_form(value) if is_day(value) else None
    if not today or day is None or day.startswith("--"):
        return ""
    return day if today <= day < f"{int(today[:4]) + 1}{today[4:]}" else ""


def _sum(value: str, row: SinkRow) -> str:
    """Return the plain notation of a sum within its bound; empty for anything else."""
    number = number_form(value) if re.fullmatch(r"\d+(?:\.\d+)?", value) else None
    if number is None or row.named_up_to is None or not 0 < Decimal(number) <= Decimal(row.named_up_to):
        return ""
    return (whole(number, row.minor_units) or "") if row.minor_units else number


def _gone(grounds: Grounds) -> AbstractSet[str]:
    """Return the sums that calls of this task had: what a text says goes once."""
    readings = grounds.readings
    before = (number_form(text) for it in readings.results if not it.failed for text in it.arguments)
    return {*readings.taken, *filter(None, before)}


def _is_word(value: str) -> bool:
    """Return whether a value is a word or a name: no sentences, nobody's address, telephone or account."""
    named = {kind for (kind, _), _ in entities(value)}
    plainly = LEAST_VALUE <= len(value) <= MAX_VALUE and value.isprintable()
    if not plainly or named & _ADDRESS or DOMAIN.search(value) is not None or several_sentences(value):
        return False
    return next(disguised(value), None) is None and not calls_somebody(value)


@lru_cache(maxsize=1024)
def _word(value: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(plain(value))}(?!\w)")


def _has_word(raw: str, value: str) -> bool:
    return _word(value).search(plain(raw)) is not None


def _tokens(raw: str) -> Iterator[str]:
    for token in plain(raw).split():
        yield token.strip(".,;:!?()\"'")


def _shape(text: str) -> str:
    return re.sub(r"[^\W\d_]", "a", _DIGITS.sub("9", plain(text)))


def _called(grounds: Grounds, text: _Text) -> str:
    """Return what a text is called by, as a person is told it."""
    if text.object < 0:
        asked = next(iter(grounds.readings.results[text.result].arguments), "")
        return repr(asked[:MAX_VALUE]) if asked else "what was read"
    seen = grounds.readings.objects[text.object]
    names = dict.fromkeys(name for name, _ in seen.names) or dict.fromkeys(form for _, form in seen.id[:1])
    return repr(", ".join(names)[:MAX_NAME])
