"""The subject of an answer, *Re: Site meeting*: it goes back to whoever wrote it, and tells nobody more."""

import re
from collections.abc import Iterable
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Readings, Seen
from podium.trust.values.forms import email_form, plain, words

MAX_SUBJECT: Final = 200
"""Characters of a subject: more is a text."""
_ANSWER: Final = re.compile(r"(?:\s*(?:re|aw|sv|ref|antw)\s*:)+\s*", re.IGNORECASE)
_SUBJECT: Final = word_set("subject title topic")
_WRITER: Final = word_set("from sender author")


def goes_back(readings: Readings, findings: Iterable[Finding], text: str) -> bool:
    """Return whether a text is the subject of a message, all of it, and goes to its writer alone.

    ``findings``: those of the call. The writer is whoever its fields for that say, by his address.
    """
    subject = _bare(text)
    if not subject or len(text) > MAX_SUBJECT or _ANSWER.match(text) is None:
        return False
    whom = {email_form(one.value) for one in findings if one.sink in {"recipient", "payee"}}
    address = next(iter(whom)) if len(whom) == 1 else None
    if address is None:
        return False
    near = {place.object for place in readings.at(("email", address)) if place.object >= 0}
    return any(_is_of(readings.objects[index], address, subject) for index in near)


def _bare(text: str) -> str:
    """Return a subject without the marks that it is an answer, in one spelling."""
    head = _ANSWER.match(text)
    return plain(text[head.end() if head else 0 :])


def _is_of(seen: Seen, address: str, subject: str) -> bool:
    """Return whether a message has this subject, and one writer, who has this address."""
    wrote: set[str] = set()
    called: set[str] = set()
    for path, forms, _ in seen.fields:
        last = words(path)[-1:]
        if not _WRITER.isdisjoint(last):
            wrote |= {form for kind, form in forms if kind == "email"}
        elif not _SUBJECT.isdisjoint(last):
            called |= {_bare(form) for kind, form in forms if kind == "text"}
    return wrote == {address} and subject in called
