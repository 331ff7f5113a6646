"""Addresses that a read opens as they stand, where the request asks for them: nobody is told anything by it.

*Read the page about the grout that Tobias linked in suppliers*: the one link that he has surely written.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.english.vocabulary import ACTS, COMMON
from podium.trust.english.words import bases
from podium.trust.grounding.record.readings import Place, Readings, Seen
from podium.trust.grounding.things.choosing import explained
from podium.trust.request.requests import Request, stem
from podium.trust.values.forms import Form, forms_of, links, words

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
_DID: Final = r"(?P<who>[A-Z][\w-]+)(?:['\u2019]s)? (?:has |had |just |also |already )*(?P<did>[a-z]+)\b"
_LINKED: Final = (
    re.compile(rf"\b{_PAGE}\b[^.!?;:\n]{{0,60}}?\b{_DID}"),
    re.compile(
        rf"\b(?:[Ww]hat(?:ever)?|[Tt]h(?:e|at|is) (?:[a-z-]+ ){{1,4}}?)(?: ?(?:that|which) )? ?{_DID}"
    ),
)
"""*The page that Tobias linked*, *what Tobias linked*, *the market study Tobias shared*."""
_BY_HIM: Final = re.compile(
    r"\b(?:what|whatever|that|which)(?: was| is|['\u2019]s)? (?P<did>[a-z]+) by (?P<who>[A-Z][\w-]+)"
)
_LINKS_TO: Final = re.compile(
    rf"(?:^|[.!?;,\n]\s*|\b(?:and|because|since) )(?:[Ii]n #?[\w-]+,? )?{_DID}", re.MULTILINE
)
"""*Tobias linked the menu, put it in lunch*: by this verb alone, which is said of nothing else."""
_HIS: Final = re.compile(rf"\b([A-Z][\w-]+)['\u2019]s? (?:[a-z]+ ){{0,2}}?{_PAGE}\b")
_FROM: Final = re.compile(rf"\b{_PAGE}\b (?:[a-z]+ ){{0,4}}?(?:from|by|of) ([A-Z][\w-]+)\b(?! has\b| had\b)")


def opens_as_it_stands(
    readings: Readings, fitting: tuple[Form, ...], within: Callable[[Place], bool]
) -> str | None:
    """Return why an address may be opened by a read as it was read, None where it may not.

    ``within``: whether a place is in what the request names.
    """
    request, here = readings.request, [it for form in fitting[:1] for it in readings.at(form)]
    if request.hosts:
        return None  # it says which pages are meant
    if not request.stems & LINKS:
        return HIS if "linked" in request.bag and fitting and _is_his(readings, fitting[0]) else None
    if here and not readings.context.guarded and readings.forgotten is None:
        return UNREAD
    if any(within(it) and it.label.confidentiality != "secret" for it in here):
        return IN_NAMED
    return HIS if fitting and _is_his(readings, fitting[0]) else None


def is_his_link(readings: Readings, form: Form) -> bool:
    """Return whether an address is the one that a colleague has linked, for whose link a request asks."""
    return not readings.request.hosts and _is_his(readings, form)


def is_linked(readings: Readings, place: Place) -> bool:
    """Return whether a place is of the page that a colleague has linked, for whose link a request asks."""
    if place.object >= 0:
        return False
    pages = (form for it in readings.results[place.result].arguments for form in forms_of(it)[:1])
    return any(form[0] == "url" and _is_his(readings, form) for form in pages)


def _is_his(readings: Readings, form: Form) -> bool:
    """Return whether an address is the only one in what a colleague wrote, whose link the request asks for.

    Of several the only one with a word of the request beside it. What strangers have written, or he himself
    elsewhere than the request says, is not looked at.
    """
    if form[0] != "url":
        return False
    text = readings.request.text
    said = _whose(text) or _whose(_as_names(text, _posters(readings)))
    names = {name for name in said if name not in ACTS | COMMON}
    if len(names) != 1:
        return False
    texts = dict[Form, set[str]]()
    for one, beside in _written(readings, next(iter(names))):
        texts.setdefault(one, set()).update(beside)
    if len(texts) > 1:
        told = _about(readings, names)
        texts = {one: beside for one, beside in texts.items() if beside & told}
    return list(texts) == [form]


def _posters(readings: Readings) -> frozenset[str]:
    """Return the words of the names of those who have surely written something."""
    told = {place.object for place in readings.places if place.told and place.object >= 0}
    return frozenset(
        word
        for index in told
        for path, forms, trust in readings.objects[index].fields
        if trust and forms and _WRITERS & set(words(path))
        for word in words(forms[-1][1])
    )


def _as_names(text: str, names: frozenset[str]) -> str:
    """Return a text with names that somebody has typed as any other word: *what bob linked*."""
    return re.sub(r"(?<![\w#@])[a-z][\w-]+", lambda it: it[0].title() if it[0] in names else it[0], text)


@lru_cache(maxsize=4096)
def _whose(text: str) -> frozenset[str]:
    """Return the names of those whose link or page a request asks for."""
    return frozenset(_names(text))


def _names(text: str) -> Iterator[str]:
    for pattern in (*_LINKED, _BY_HIM):
        for match in pattern.finditer(text):
            if _SENT & set(bases(match["did"])):
                yield match["who"].casefold()
    for match in _LINKS_TO.finditer(text):
        if "link" in bases(match["did"]):
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
