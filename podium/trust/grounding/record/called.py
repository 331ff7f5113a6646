"""By what a thing is called: its own fields, and those of what stands in it: an order by its lines."""

import re
from typing import TYPE_CHECKING, Final

from podium.trust.english.lexicon import ADVERBS, PREPOSITIONS, SUPERLATIVES, word_set
from podium.trust.english.vocabulary import ACTS, CALENDAR, COMMON, RELATIVE
from podium.trust.english.wordnet import is_verb
from podium.trust.grounding.record.by_domain import by_domain
from podium.trust.grounding.record.conditions import only_meets
from podium.trust.request.nouns import nouns_of
from podium.trust.request.requests import Request, stem
from podium.trust.tools import ObjectRow
from podium.trust.values.forms import Form, times_in, words

if TYPE_CHECKING:
    from podium.trust.grounding.record.readings import Seen

_TEXTS: Final = word_set("text body message content contents comment comments post note notes remark remarks")
"""Words of fields that hold what somebody has written, and no title."""
_PLAIN: Final = ACTS | ADVERBS | CALENDAR | COMMON | PREPOSITIONS | RELATIVE | SUPERLATIVES
"""Words that any text may have in common with any request."""
_ANY: Final = frozenset(("a", "an", "another", "any", "some"))
_BEGINS: Final = r"(?:^|[.!?;:,\n]\s*|\b(?:please|then|and|or|to|you|we|i)\s+)"
"""Behind which an order has its verb."""


def is_name(rule: ObjectRow, path: str) -> bool:
    """Return whether a thing is called by a field of it, or of what stands in a list within it."""
    return path in rule.names or path.removesuffix("[]") in rule.names


def is_free(path: str) -> bool:
    """Return whether a field holds what somebody has written: people write there of whatever they like."""
    return not _TEXTS.isdisjoint(words(path)[-1:])


def call(seen: "Seen", request: Request, text: str, path: str, *, trusted: bool) -> None:
    """Note where a request mentions a thing by one of its names."""
    found = request.mentions(text, trusted=trusted)
    if not found and not trusted:
        text, found = by_domain(request, text)
    if not found or (is_free(path) and _says_nothing(request, text, seen.nouns)):
        return
    if _is_any(request, text, seen.nouns) or (not trusted and only_meets(request, text, seen.nouns)):
        return
    seen.names.extend((text, mention) for mention in found)
    seen.spoken = seen.spoken or not trusted


def _says_nothing(request: Request, text: str, nouns: frozenset[str]) -> bool:
    """Return whether a free text has no more in common with a request than verbs of it, and plain words.

    *Take Otto out of shipping* does not speak of the message `please take it`.
    """
    there = words(text)
    if any(quoted and " ".join(quoted) in " ".join(there) for quoted in request.quoted):
        return False
    shared = {stem(word) for word in there} & request.stems
    said = {word for word in request.words if stem(word) in shared and stem(word) not in nouns}
    return all(word in _PLAIN or _orders(request, word) for word in said)


def _is_any(request: Request, text: str, nouns: frozenset[str]) -> bool:
    """Return whether a request shares with a name only the word for such things, and means any of them.

    *Book a hotel* does not speak of `Hotel Anker`, nor of it rather than of `Pension Anker`.
    """
    shared = {word for word in words(text) if word in request.bag}
    if not shared or not {stem(word) for word in shared} <= nouns:
        return False
    said = request.words
    return all(
        at and not _ANY.isdisjoint(said[max(at - 2, 0) : at])
        for at, word in enumerate(said)
        if word in shared
    )


def _orders(request: Request, word: str) -> bool:
    """Return whether a request has a word only where an order has its verb."""
    if not is_verb(word):
        return False
    here = re.findall(rf"{_BEGINS}{re.escape(word)}(?!\w)", request.plain)
    return len(here) == request.words.count(word)


def number(seen: "Seen", request: Request, text: str, path: str) -> None:
    """Note where a request says the number of a thing, which a trusted field has."""
    found = request.numbered(text, seen.nouns | nouns_of(path))
    seen.names.extend((text, mention) for mention in found)
    seen.vouched = seen.vouched or bool(found)


def id_of(text: str, forms: tuple[Form, ...]) -> tuple[Form, ...]:
    """Return the forms of an identifier: one with a time is not the whole day, which others have too."""
    if not any(kind == "date" for kind, _ in forms) or next(times_in(text), None) is None:
        return forms
    return tuple(form for form in forms if form[0] != "date") or forms


def leads(rule: ObjectRow) -> bool:
    """Return whether a thing is called by what stands in it, which may be things of their own."""
    return any("." in name for name in rule.names)
