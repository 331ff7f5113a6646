"""When something is to be that a request leaves to what it names: `move it to when he says`.

The day stands in a text that the request names, and the time there or in what is moved; an end lies behind
its beginning as it did before. Nothing of this follows from a text that the request does not leave it to.
"""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from typing import Final

import msgspec

from podium.trust.english.almanac import resolved
from podium.trust.english.hours import said_times
from podium.trust.grounding.grounds import IN_NAMED, TO_CALENDAR, Grounds
from podium.trust.grounding.record.findings import Finding, Ground
from podium.trust.grounding.record.readings import Seen
from podium.trust.request.requests import Request
from podium.trust.values.forms import date_form, dates_in, forms_of, times_in

_SAYS: Final = (
    r"(?:say|says|said|ask|asks|asked|write|writes|wrote|suggest|suggests|suggested|propose|proposes|proposed"
    r"|want|wants|wanted|offer|offers|offered|name|names|named|prefer|prefers|preferred|mention|mentions"
    r"|mentioned|give|gives|gave|wish|wishes|wished|request|requests|requested|need|needs|needed|like|likes"
    r"|has in mind|can do|can make|can come|is free|is around|is there|is in town)"
)
_WHEN: Final = r"(?:day|date|time|slot|evening|morning|afternoon|weekday)"
_TEXT: Final = r"(?:mail|email|letter|message|note|post|text|request|answer|reply|ticket|comment|memo)"
_LEAVES: Final = re.compile(
    rf"\b(?:as|(?:to|for|on) (?:when|what)|whenever|the {_WHEN}(?: that| when)?)"
    rf" (?:he|she|they|[a-z]+(?: [a-z]+)?) {_SAYS}\b"
    rf"|\b(?:end|ends|stop|start|begin|run|expire|lapse|close|open|it|that|this) when"
    rf" (?:he|she|they|[a-z]+) {_SAYS}\b(?! (?:yes|no|so|ok|that))"
    rf"|\b{_SAYS} (?:me |us |you )?(?:when|which {_WHEN}|what {_WHEN})\b"
    rf"|\b(?:what|which)ever {_WHEN}|\b{_WHEN} (?:that )?suits\b"
    rf"|\bthe {_WHEN} (?:in|from|of) (?:his|her|their|the|that|[a-z]+'s) {_TEXT}\b"
    rf"|\b(?:his|her|their|[a-z]+'s) (?:suggestion|proposal|(?:suggested|proposed|preferred) {_WHEN})\b"
    r"|\b(?:wants?|wanted|would (?:like|prefer|rather)|'d (?:like|prefer|rather)|needs?|asks?|asked|wishes)"
    r" (?:us |me )?(?:to )?(?:shift|move|postpone|reschedule|push|put off|bring forward|rearrange)\b"
    r"[^.;!?]{1,60}[,;.] ?(?:and )?(?:(?:that|it|this|which)(?: is|'s)(?: all)?|i'm|i am)"
    r" (?:ok|okay|fine|all right|alright)\b"
)
"""How a request leaves a day to what somebody has written."""
MAX_TEXT: Final = 4000
"""Characters of a text that may say it."""
_MINUTE: Final = "%Y-%m-%dt%H:%M"
_LEFT: Final = "the request leaves it to what it names, which says that day"
_OTHER: Final = "the request leaves it to what it names, which does not say that"
_SEVERAL: Final = "the request leaves it to what it names, which says several days"
_UNSAID: Final = "only what anybody may have written says that day, and the request leaves it to no text"
_LASTS: Final = "it follows from when it begins and how long it takes"


def moved_as_said(grounds: Grounds, findings: list[Finding]) -> None:
    """Let the day and time of a call follow from what the request names, where it leaves them to that."""
    _kept(grounds, findings)
    own = _own(grounds, findings)
    now = {moment.date().isoformat() for moment in _moments(own)}
    if any(_open(one) for one in findings) and leaves_day(grounds.request, now):
        _as_said(grounds, own, now, findings)
    _ends(grounds.request, own, findings)


def _kept(grounds: Grounds, findings: list[Finding]) -> None:
    """Ask about a text's day for a thing that has its own, unless the request leaves the day to a text.

    *Everything of his goes to Sam* puts nothing off, whatever somebody has written beneath it.
    """
    there = any(one.sink == "object" and one.trusted for one in findings)
    if not there or _LEAVES.search(grounds.request.plain) is not None:
        return
    for index, one in enumerate(findings):
        if one.sink == "date" and one.why == IN_NAMED:
            findings[index] = msgspec.structs.replace(one, ground="stranger", may_ask=True, why=_UNSAID)


def _as_said(grounds: Grounds, own: Seen | None, now: AbstractSet[str], findings: list[Finding]) -> None:
    """Ground the days that are open in what the request names: one that is said there, of several none.

    Where it says dates, the calendar gives no others.
    """
    texts = list(_texts(grounds, own))
    dates = {day for text, base in texts for day in _dates(text, base)} - now
    days = dates or {day for text, base in texts for day in resolved(text, base)} - now
    for index, one in enumerate(findings if days else ()):
        if not _open(one):
            continue
        said = date_form(one.value) in days and _timed(grounds.request, own, texts, one.value)
        if not said and (one.why not in {TO_CALENDAR, IN_NAMED} or not dates):
            continue
        ground: Ground = "nowhere" if not said else "object" if len(days) == 1 else "stranger"
        why = _OTHER if not said else _LEFT if len(days) == 1 else _SEVERAL
        if one.why == TO_CALENDAR and ground == "stranger" and not dates:
            continue
        findings[index] = msgspec.structs.replace(one, ground=ground, why=why, may_ask=True, within=said)


def leaves_day(request: Request, now: AbstractSet[str]) -> bool:
    """Return whether a request leaves a day to a text, and says none but that of something ``now``."""
    if _LEAVES.search(request.plain) is None or not request.today:
        return False
    return not request.dates - {day[-5:] for day in now} and not request.resolved - now


def _open(one: Finding) -> bool:
    return one.sink == "date" and (
        one.ground in {"nowhere", "stranger"} or one.why in {TO_CALENDAR, IN_NAMED}
    )


def _own(grounds: Grounds, findings: Sequence[Finding]) -> Seen | None:
    """Return the one object that a call is about, where the request names it."""
    ids = {form for one in findings if one.sink == "object" and one.trusted for form in forms_of(one.value)}
    found = [seen for seen in grounds.named.values() if ids & set(seen.id)]
    return found[-1] if len({seen.id for seen in found}) == 1 else None


def _moments(seen: Seen | None) -> list[datetime]:
    """Return the days with their times in the trusted fields of an object, the earliest first."""
    texts = {
        form for _, forms, ok in (seen.fields if seen is not None else ()) if ok for _, form in forms[-1:]
    }
    return sorted(moment for text in texts if (moment := _moment(text)) is not None)


def _moment(text: str) -> datetime | None:
    try:
        return datetime.strptime(text.casefold().replace(" ", "t")[:16], _MINUTE)  # noqa: DTZ007 - local time
    except ValueError:
        return None


def _texts(grounds: Grounds, own: Seen | None) -> Iterator[tuple[str, date]]:
    """Yield the texts that the request names, each with the day on which it was written."""
    today = date.fromisoformat(grounds.request.today)
    for result in grounds.readings.results:
        for at, raw in enumerate(result.raw):
            place = grounds.readings.places[result.places[at]]
            if " " not in raw or len(raw) > MAX_TEXT or not grounds.within(place):
                continue
            seen = grounds.readings.objects[place.object] if place.object >= 0 else None
            if seen is not None and own is not None and seen.id == own.id:
                continue
            written = date_form(seen.at) if seen is not None else None
            stamp = _moment(raw)
            if stamp is not None and written == stamp.date().isoformat():
                continue  # when it was sent is nothing that it says
            base = date.fromisoformat(written) if written and not written.startswith("-") else today
            yield raw, min(base, today)


def _dates(text: str, base: date) -> Iterator[str]:
    """Yield the dates that a text says, those without a year as the next ones."""
    for day in dates_in(text):
        year = base.year + (day[-5:] < base.isoformat()[-5:])
        yield f"{year}{day[1:]}" if day.startswith("-") else day


def _timed(request: Request, own: Seen | None, texts: Sequence[tuple[str, date]], value: str) -> bool:
    """Return whether a value has no time of day, or one of what is moved, of a text or of the request."""
    moment = _moment(value)
    if moment is None:
        return next(times_in(value), None) is None
    time = f"{moment:%H:%M}"
    said = {f"{it:%H:%M}" for it in _moments(own)} | request.clock
    said |= {it for text, _ in texts for it in said_times(text)} if own is None else set()
    return time in said or (not request.clock and moment.hour in request.hours)


def _ends(request: Request, own: Seen | None, findings: list[Finding]) -> None:
    """Let an end follow from its beginning: by how long the request says, or as long as it took before.

    It is as good as its beginning: where that is asked about, the end is no other doubt.
    """
    before = _moments(own)
    takes = {timedelta(minutes=minutes) for minutes in request.lengths}
    if len(before) == 2 and not takes:
        takes = {before[1] - before[0]}
    takes -= {timedelta(0)}
    begins, doubtful = set[datetime](), set[datetime]()
    for one in findings:
        if one.sink == "date" and (moment := _moment(one.value)):
            (begins if one.trusted else doubtful).add(moment)
    for index, one in enumerate(findings if takes else ()):
        moment = _moment(one.value) if one.sink == "date" else None
        starts = {moment - length for length in takes} if moment else set[datetime]()
        follows = (_open(one) and starts & begins) or (not one.trusted and starts & doubtful)
        if follows:
            findings[index] = msgspec.structs.replace(one, ground="object", may_ask=False, why=_LASTS)
