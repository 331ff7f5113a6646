"""What takes the place of a passage, where it is that passage with what the request says put in.

*We count at one, not at noon* makes `13:00 count.` of `12:00 count.`: of the new words those that are others
are the request's, and all else stood there. The old one has to stand in what the request names.
"""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any, Final

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.findings import Finding
from podium.trust.values.forms import date_form, dates_in, forms_of, times_in, words

_OLD: Final = word_set("old find search from before original existing")
_NEW: Final = word_set("new replace replacement with to after updated")
MAX_CHARS: Final = 400


def corrected(grounds: Grounds, findings: list[Finding], arguments: Mapping[str, Any]) -> None:
    """Let a new passage be trusted that is the old one with what the request says put in."""
    given = (text for path, text in arguments.items() if isinstance(text, str) and _OLD & set(words(path)))
    old = next(given, "")
    if not old or len(old) > MAX_CHARS or not _stands(grounds, findings, old):
        return
    for index, one in enumerate(findings):
        is_new = one.sink == "value" and not one.trusted and one.ground == "nowhere"
        if not is_new or not _NEW & set(words(one.path)) or len(one.value) > MAX_CHARS:
            continue
        changed = list(_changed(old, one.value))
        if changed and all(_said(grounds, part, one.value) for part in changed):
            why = "it is what stands there, with what the request says put in"
            findings[index] = msgspec.structs.replace(one, ground="request", may_ask=False, why=why)


def _stands(grounds: Grounds, findings: list[Finding], old: str) -> bool:
    """Return whether the old passage stands in what the call is on, where the request names that."""
    ids = {form for one in findings if one.sink == "object" and one.trusted for form in forms_of(one.value)}
    on = set(carriers(grounds.readings, ids)) if ids else set[int]()
    return any(place.object in on for place, _ in grounds.readings.holds(old))


def _changed(old: str, new: str) -> Iterator[str]:
    """Yield the words of a new passage that do not stand in the old one there."""
    before, after = old.split(), new.split()
    for tag, _, _, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag in {"replace", "insert"}:
            yield " ".join(after[start:end])


def _said(grounds: Grounds, part: str, whole: str) -> bool:
    """Return whether a request says a time, a day, a number or words that are put into a passage."""
    request, text = grounds.request, part.strip(" .,;:!?()")
    times = set(times_in(text))
    if times:
        return times <= request.clock and len(words(text)) <= 2 * len(times)
    day = date_form(text)
    if day is not None:
        return request.says_day(day) or any(it[-5:] == day[-5:] for it in request.resolved)
    if text.isdigit() and any(
        int(it[-2:]) == int(text) and it[-5:] in request.dates for it in dates_in(whole)
    ):
        return True
    told = [word for word in words(text) if word not in COMMON]
    return bool(told) and all(word in request.meant or request.says(("number", word)) for word in told)
