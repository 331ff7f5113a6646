"""Somebody's words that a request wants in a thing of the organisation's: *put Priya's claims in the brief*.

They go there as they stand, where all of them are of the text that it names, the change can be undone, nobody
outside reads it, and they lead nowhere: no address, link, account or telephone number is in them.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import Final

from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.opened import is_linked
from podium.trust.grounding.reach import Reach
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.notations import contacts, disguised
from podium.trust.grounding.record.readings import Passage, Place
from podium.trust.request.handing import as_before
from podium.trust.request.requests import stem
from podium.trust.request.wordings.copying_into import copies_into
from podium.trust.request.wordings.same import same_as
from podium.trust.tools import ToolRow
from podium.trust.values.forms import entities, forms_of, links, words
from podium.trust.values.phones import numbers_in

MAX_NAME: Final = 80
"""Characters of a field by which something may be called."""


def wanted_there(
    grounds: Grounds, tool: ToolRow, text: str, passages: Iterable[Passage], reach: Reach
) -> bool:
    """Return whether the request wants the words that a text repeats in what a call writes.

    ``passages``: those that it repeats.
    """
    if tool.effect != "write" or reach not in {"organisation", "user"}:
        return False
    writers = _writers(grounds)
    if not writers or _leads_on(text):
        return False
    return all(grounds.within(one.place) and grounds.handed.by_writer(one.place, writers) for one in passages)


def may_pass(grounds: Grounds, text: str, place: Place) -> bool:
    """Return whether all of a text may be passed on: where it is said whose words are wanted, hers."""
    writers = _writers(grounds)
    return not writers or (grounds.handed.by_writer(place, writers) and not _leads_on_unseen(text))


def _writers(grounds: Grounds) -> frozenset[str]:
    return frozenset[str]().union(*(one.writers for one in copies_into(grounds.request.text)))


def _leads_on(text: str) -> bool:
    """Return whether a text has an address, a link, an account or a telephone number."""
    found = chain(links(text), disguised(text), contacts(text), numbers_in(text))
    return (
        any(form[0] in {"email", "iban", "url"} for form, _ in entities(text))
        or any(True for _ in found)
        or _leads_on_unseen(text)
    )


@lru_cache(maxsize=64)
def _leads_on_unseen(text: str) -> bool:
    """Return whether a text has a handle, a number digit by digit, an account or a key of no known form."""
    return (
        _HANDLE.search(text) is not None
        or _SPELT.search(text.casefold()) is not None
        or any(any(map(str.isdigit, run)) and any(map(str.isalpha, run)) for run in _RUN.findall(text))
    )


_HANDLE: Final = re.compile(r"(?<![\w.])@\w")
_SPELT: Final = re.compile(
    r"(?:\b(?:zero|nought|oh|one|two|three|four|five|six|seven|eight|nine|double|triple|\d)\b[\s,.-]*){5}"
)
"""A number that is said digit by digit."""
_RUN: Final = re.compile(r"[A-Za-z\d+/=]{16,}")
"""An account, a key, or what is encoded."""


def is_known(grounds: Grounds, findings: Iterable[Finding]) -> bool:
    """Return whether the request names on what a call is done, there wants words, and nothing is open."""
    found = list(findings)
    return all(one.trusted for one in found) and any(
        one.sink in {"object", "path"}
        and one.ground in {"object", "request"}
        and any(one_copy.into & _called(grounds, one) for one_copy in copies_into(grounds.request.text))
        for one in found
    )


def _called(grounds: Grounds, found: Finding) -> set[str]:
    """Return the stems of words by which what a call is done on may be called."""
    said = {stem(word) for word in words(found.value)}
    forms = forms_of(found.value)
    for seen in (grounds.readings.objects[index] for index in carriers(grounds.readings, forms)):
        if not seen.id or set(forms).isdisjoint(seen.id):
            continue
        said |= seen.nouns
        for _, has, _ in seen.fields:
            said |= {stem(word) for kind, text in has[-1:] if len(text) <= MAX_NAME for word in words(text)}
    return said


def as_it_was(grounds: Grounds, found: Sequence[Passage]) -> bool:
    """Return whether something is to be as it was in what a request describes."""
    request = grounds.request
    return (as_before(request.text) or bool(same_as(request.text, ""))) and pointed_at(grounds, found)


def pointed_at(grounds: Grounds, found: Sequence[Passage]) -> bool:
    """Return whether a request describes where all passages stand: by what these are called, or say."""
    return all(
        grounds.within(one.place, hinted=True)
        or is_linked(grounds.readings, one.place)
        or (one.place.object >= 0 and grounds.pointing.of(one.place.object))
        or (grounds.pointing.by(one.place) and grounds.pointing.about(one.quote))
        for one in found
    )
