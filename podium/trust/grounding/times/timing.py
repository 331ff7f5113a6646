"""Days and times that follow from others: an end from its beginning, `the day before`, `an hour later`.

An end that the request does not speak of moves along with its beginning. Only a day or time that is trusted
leads to another one: of the call itself, or in a trusted field of what the request names. Where it says of
what (`seven days before the hearing`), that alone is meant.
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Final

import msgspec

from podium.trust.english.almanac import moved, shifted
from podium.trust.english.hours import later, time_of
from podium.trust.english.lasting import shifts
from podium.trust.english.lexicon import word_set
from podium.trust.english.vocabulary import CALENDAR, COMMON
from podium.trust.grounding.grounds import IN_NAMED, TO_CALENDAR, Grounds
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.findings import Finding, Ground
from podium.trust.grounding.record.readings import Place, Seen
from podium.trust.grounding.times.dated import weekday_said
from podium.trust.grounding.times.last_days import day_after
from podium.trust.grounding.times.moving import moved_as_said
from podium.trust.request.requests import stem
from podium.trust.values.forms import Form, date_form, forms_of, times_in, words

_VAGUE: Final = word_set(
    "that it this day week month now then we they he she i you there is was start starts"
)
_OPEN: Final = frozenset((IN_NAMED, TO_CALENDAR))
"""Why a day is trusted where the request says none."""
FOLLOWS: Final = "it follows from another trusted date"
MAX_CHARS: Final = 80
_TIMED: Final = frozenset(("date", "value"))
_A_DAY: Final = 24 * 60
"""Minutes."""


def timed(grounds: Grounds, findings: list[Finding], ends: AbstractSet[str] = frozenset()) -> None:
    """Let days and times follow that are not trusted as they stand.

    ``ends``: arguments that take the day after the last one: what is found of them is the last day.
    """
    sinks = {one.sink for one in findings}
    dated = "date" in sinks
    if dated:
        _days(grounds, findings, ends)
    if dated or "value" in sinks:
        _ends(grounds, findings)
    if dated:
        _times(grounds, findings)
        moved_as_said(grounds, findings)
        _half_said(grounds, findings)


def _half_said(grounds: Grounds, findings: list[Finding]) -> None:
    """Tell of a day that the request says its weekday: so it is not made up, though another such day."""
    for index, one in enumerate(findings):
        if one.sink != "date" or one.ground != "nowhere":
            continue
        if weekday := weekday_said(grounds.request, date_form(one.value) or ""):
            why = f"the request says {weekday} alone"
            findings[index] = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=why)


def _days(grounds: Grounds, findings: list[Finding], ends: AbstractSet[str]) -> None:
    """Let a day follow from another one of the call, or from one of what the request names."""
    said = {date_form(one.value) for one in findings if one.sink == "date" and one.trusted} - {None}
    days = set(said)
    ids = {form for one in findings if one.sink == "object" for form in forms_of(one.value)}
    for seen in grounds.named.values():  # an event that is moved within its day
        if ids & set(seen.id):
            days |= {form for _, has, ok in seen.fields if ok for kind, form in has if kind == "date"}
    steps = grounds.request.durations  # `a week later`, `for three nights`
    after = {later for day in days if day for step in steps for later in moved(day, step)}
    why = FOLLOWS
    _settle(findings, days | after, why, but=ends)
    for index, one in enumerate(findings):
        fits = date_form(one.value) in said or day_after(one.value) in after
        if one.path in ends and not one.trusted and fits:
            findings[index] = msgspec.structs.replace(one, ground="request", why=why, may_ask=True)
    if any(one.sink == "date" and (not one.trusted or one.why in _OPEN) for one in findings):
        _beside(grounds, findings, ids)


def _settle(
    findings: list[Finding],
    days: AbstractSet[str | None],
    why: str,
    ground: Ground = "request",
    *,
    but: AbstractSet[str] = frozenset(),
) -> None:
    for index, one in enumerate(findings):
        open_ = one.sink == "date" and not one.trusted and one.path not in but
        if open_ and date_form(one.value) in days:
            findings[index] = msgspec.structs.replace(one, ground=ground, why=why, may_ask=True)


def _beside(grounds: Grounds, findings: list[Finding], ids: AbstractSet[Form]) -> None:
    """Let a day lie so far before or after one of what the request names as it says.

    Where several may be meant somebody is asked, and where it says of what, about any other day. Days that
    are over are not meant where others are.
    """
    sure = [seen for index, seen in grounds.named.items() if index not in grounds.hinted]
    own = [seen for seen in sure if ids & set(seen.id)]
    meant: set[str] = set()
    for unit, count, behind in grounds.request.offsets:
        said = {stem(word) for word in words(behind)} - COMMON - CALENDAR - _VAGUE
        theirs = [seen for seen in sure if _speaks(seen, said)] if said else own or sure
        days = {to for seen in theirs for day in _dates(seen) if (to := shifted(day, unit, count))}
        coming = {day for day in days if day >= grounds.request.today} or days
        meant |= coming if said else set()
        if len(coming) == 1:
            _settle(findings, coming, "it follows from a day of what the request names", "object")
        elif coming:
            _settle(
                findings, coming, "it follows from a day of one of several that the request names", "unnamed"
            )
    far = meant or _from_any(grounds)
    for index, one in enumerate(findings if far else ()):
        day = date_form(one.value) if one.why in _OPEN else None
        if day is not None and day not in far and not grounds.request.means_day(day):
            why = (
                f"the request says {min(meant)}"
                if meant
                else "the request says how far it is from another day"
            )
            findings[index] = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=why)


def _from_any(grounds: Grounds) -> set[str]:
    """Return the days so far from any that a trusted field has as the request says: `a day later`."""
    days = (
        {day for seen in grounds.readings.objects for day in _dates(seen)} if grounds.request.offsets else ()
    )
    return {
        to for unit, count, _ in grounds.request.offsets for day in days if (to := shifted(day, unit, count))
    }


def _speaks(seen: Seen, said: AbstractSet[str]) -> bool:
    """Return whether an object is called by one of some words."""
    return any(
        trusted and kind == "text" and len(form) <= MAX_CHARS and {stem(word) for word in words(form)} & said
        for _, forms, trusted in seen.fields
        for kind, form in forms[-1:]
    ) or any({stem(word) for word in words(name)} & said for name, _ in seen.names)


def _dates(seen: Seen) -> Iterator[str]:
    yield from (
        form for _, forms, trusted in seen.fields if trusted for kind, form in forms if kind == "date"
    )


def _ends(grounds: Grounds, findings: list[Finding]) -> None:
    """Let the time of an end follow from that of the beginning and how long it takes.

    It is as good as its beginning: where that is asked about, the end of that day is no other doubt.
    """
    takes = grounds.request.lengths or _length(grounds, findings)
    times = [(one.trusted, time_of(one.value)) for one in findings if one.sink in _TIMED] if takes else []
    ends = {later(begin, minutes) for sure, begin in times if sure and begin for minutes in takes}
    ends |= {
        end
        for sure, begin in times
        if begin and not sure
        for minutes in takes
        if (end := later(begin, minutes)) > begin and minutes < _A_DAY
    }
    for index, one in enumerate(findings if ends else ()):
        if one.sink in _TIMED and not one.trusted and time_of(one.value) in ends:
            why = "it follows from when it begins and how long it takes"
            findings[index] = msgspec.structs.replace(one, ground="request", why=why)


def _length(grounds: Grounds, findings: list[Finding]) -> frozenset[int]:
    """Return how long what is moved took before, in minutes, where it has one beginning and one end."""
    times = sorted(_own_times(grounds, findings))
    if len(times) != 2:
        return frozenset()
    (hour, minute), (hour2, minute2) = (map(int, time.split(":")) for time in times)
    return frozenset({60 * (hour2 - hour) + minute2 - minute})


def _own_times(grounds: Grounds, findings: list[Finding]) -> set[str]:
    """Return the times of day in the trusted fields of what a call changes, where the request names it."""
    ids = {form for one in findings if one.sink == "object" and one.trusted for form in forms_of(one.value)}
    own = {time for seen in grounds.named.values() if ids & set(seen.id) for time in _clock(seen)}
    return own or {time for seen in _asked_about(grounds, findings) for time in _clock(seen)}


def _asked_about(grounds: Grounds, findings: list[Finding]) -> Iterator[Seen]:
    """Yield the genuine thing of a call about which somebody is asked in any case: its times are its own."""
    asked = [one for one in findings if one.sink == "object" and one.ground == "unnamed" and one.may_ask]
    ids = {form for one in asked for form in forms_of(one.value)} if len(asked) == 1 else set[Form]()
    for index in carriers(grounds.readings, ids) if ids else ():
        if ids & set((seen := grounds.readings.objects[index]).id) and seen.id_trusted:
            yield seen


def _times(grounds: Grounds, findings: list[Finding]) -> None:
    """Let a time of day be that of what the request names, or so long before or after it as it says."""
    request = grounds.request
    open_ = [
        (index, time)
        for index, one in enumerate(findings)
        if one.sink == "date" and not one.trusted and (time := time_of(one.value)) is not None
    ]
    own = _own_times(grounds, findings)
    now = own | {later(time, 12 * 60) for time in own}  # `at two` is what it has
    by = shifts(request.text)
    if own and by:
        moved = "the request says by how much it is moved, to another time"
        _held(grounds, findings, own | {later(time, length) for time in own for length in by}, moved)
    elif _SAME.search(request.plain):
        meant = own | {time for seen in grounds.named.values() for time in _clock(seen)}
        _held(grounds, findings, meant, "the request says that it is at the same time, which is another")
    if not open_ or (not (by and own) and not request.clock <= (now if by else frozenset())):
        return
    elsewhere = not request.clock <= now  # it says another time, too
    sure = [seen for index, seen in grounds.named.items() if index not in grounds.hinted]
    had = {time for seen in sure for time in _clock(seen)} | (own if by else set())
    moves = {later(time, length) for time in own or had for length in by}
    for index, time in open_:
        why = "it is a time of what the request names" if time in had else ""
        if time in moves:
            why = "it follows from a time of what the request names"
        if elsewhere and why:
            findings[index] = msgspec.structs.replace(
                findings[index],
                ground="unnamed",
                may_ask=True,
                why=f"{why}, and the request says another time",
            )
        elif why:
            findings[index] = msgspec.structs.replace(findings[index], ground="object", why=why)
        elif places := _spoken(grounds, findings[index].value):
            why = "it is a time of what the request seems to speak of"
            findings[index] = msgspec.structs.replace(
                findings[index], ground="unnamed", may_ask=True, why=why, origins=grounds.origins(places)
            )


_SAME: Final = re.compile(r"\b(?:same|usual) (?:times?|hours?|slot|o'clock)\b")
"""That something is when another thing is, or was."""


def _held(grounds: Grounds, findings: list[Finding], meant: AbstractSet[str], why: str) -> None:
    """Ask about a time that its day alone would let through, where the request says which is ``meant``."""
    for index, one in enumerate(findings if meant else ()):
        times = set(times_in(one.value)) if one.sink == "date" and one.trusted else set()
        by_day = one.why in _OPEN or date_form(one.value) is not None
        if times and by_day and not times & (meant | grounds.request.clock):
            findings[index] = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=why)


def _spoken(grounds: Grounds, time: str) -> list[tuple[Place, str]]:
    """Return where a time stands that no stranger writes, in what the request has words in common with."""
    objects = grounds.readings.objects
    return [
        (place, text)
        for place, text in grounds.readings.holds(time)
        if place.label.trusted and place.object >= 0 and objects[place.object].names
    ]


def _clock(seen: Seen) -> Iterator[str]:
    """Yield the times of day in the trusted fields of an object."""
    for _, forms, trusted in seen.fields:
        if trusted and forms and forms[-1][0] == "text" and len(forms[-1][1]) <= MAX_CHARS:
            yield from times_in(forms[-1][1])
