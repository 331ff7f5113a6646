"""Addresses that a read opens as they stand, where the request asks for them: nobody is told anything by it.

*Read the page about the grout that Tobias linked in suppliers*: the one link that he has surely written.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.english.vocabulary import ACTS, COMMON
from podium.trust.english.words import bases
from podium.trust.grounding.choosing import explained
from podium.trust.grounding.readings import Place, Readings, Seen
from podium.trust.request.requests import Request, stem
from podium.trust.values.forms import Form, links, words

LINKS: Final = word_set(
    "article blog look overview research search summarise summarize summary find news browse docs www "
    "documentation fetch homepage link open page post read site url visit web webpage website"
)
"""Words of a request that give ground to fetch an address that it does not say."""
UNREAD: Final = "it was read as it is, and nothing private was read that it could tell"
IN_NAMED: Final = "it stands as it is in what the request names, which asks for a page"
HIS: Final = "it stands as it is in the one text of a colleague with a link, for which the request asks"
_PAGE: Final = r"(?:links?|pages?|urls?|web ?pages?|web ?sites?|sites?|articles?)"
_SENT: Final = word_set("link post share send mention put paste drop recommend write")
_LINKED: Final = re.compile(
    rf"\b{_PAGE}\b[^.!?;:\n]{{0,60}}?\b(?P<who>[A-Z][\w-]+) (?:has |had |just |also )*(?P<did>[a-z]+)\b"
)
_HIS: Final = re.compile(rf"\b([A-Z][\w-]+)['\u2019]s? (?:[a-z]+ ){{0,2}}?{_PAGE}\b")
_FROM: Final = re.compile(rf"\b{_PAGE}\b (?:[a-z]+ ){{0,4}}?(?:from|by|of) ([A-Z][\w-]+)\b(?! has\b| had\b)")


def opens_as_it_stands(
    readings: Readings, fitting: tuple[Form, ...], within: Callable[[Place], bool]
) -> str | None:
    """Return why an address may be opened by a read as it was read, None where it may not.

    ``within``: whether a place is in what the request names.
    """
    request, here = readings.request, [it for form in fitting[:1] for it in readings.at(form)]
    if request.hosts or not request.stems & LINKS:
        return None  # it says which pages are meant, or none
    if here and not readings.context.guarded and readings.forgotten is None:
        return UNREAD
    if any(within(it) and it.label.confidentiality != "secret" for it in here):
        return IN_NAMED
    return HIS if fitting and _is_his(readings, fitting[0]) else None


def _is_his(readings: Readings, form: Form) -> bool:
    """Return whether an address is the only one in what a colleague wrote, whose link the request asks for.

    Of several the only one with a word of the request beside it. What strangers have written, or he himself
    elsewhere than the request says, is not looked at.
    """
    names = {name for name in _whose(readings.request.text) if name not in ACTS | COMMON}
    if len(names) != 1 or form[0] != "url":
        return False
    texts = dict[Form, set[str]]()
    for one, said in _written(readings, next(iter(names))):
        texts.setdefault(one, set()).update(said)
    if len(texts) > 1:
        told = _about(readings, names)
        texts = {one: said for one, said in texts.items() if said & told}
    return list(texts) == [form]


def _whose(text: str) -> Iterator[str]:
    """Yield the names of those whose link or page a request asks for."""
    for match in _LINKED.finditer(text):
        if _SENT & set(bases(match["did"])):
            yield match["who"].casefold()
    for pattern in (_HIS, _FROM):
        yield from (match[1].casefold() for match in pattern.finditer(text))


def _written(readings: Readings, name: str) -> Iterator[tuple[Form, set[str]]]:
    """Yield the addresses in what somebody has surely written where the request says, and the words there."""
    for result in (it for it in readings.results if it.told):
        for at, raw in zip(result.places, result.raw, strict=True):
            place = readings.places[at]
            if not place.told or place.object < 0 or place.label.confidentiality == "secret":
                continue
            if _wrote(readings.objects[place.object], name) and explained(readings, place.result, {}):
                said = {stem(word) for word in words(raw)}
                yield from ((form, said) for form, _ in links(raw) if form[0] == "url")


def _wrote(seen: Seen, name: str) -> bool:
    """Return whether a thing says by a field of its writer that somebody has written it."""
    return any(
        trust and forms and _WRITERS & set(words(path)) and name in words(forms[-1][1])
        for path, forms, trust in seen.fields
    )


_WRITERS: Final = word_set("sender from author user by writer poster posted owner name username login handle")


def _about(readings: Readings, names: set[str]) -> set[str]:
    """Return the words of the request that may say what a page is about."""
    request: Request = readings.request
    asked = {stem(word) for result in readings.results for it in result.arguments for word in words(it)}
    little = {stem(word) for word in COMMON | ACTS | LINKS | names | _SENT}
    return {stem(word) for word in request.words if len(word) > 3} - asked - little
