"""What a request names only in passing: *Quillbank* is a customer's channel, and a word in somebody's text.

A thing may be called by its text, or by whom it is about. That its words stand in a request says on what an
act may be done, and not that what it holds may be told to others.
"""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.people.only_told import only_told
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Place, Readings, Seen
from podium.trust.grounding.texts.telling import asked_for, copied
from podium.trust.request.nouns import nouns_of
from podium.trust.request.requests import WHOLE, stem
from podium.trust.tools import ToolRow
from podium.trust.values.forms import forms_of, plain, words

MAX_TITLE: Final = 80
"""Characters of a name that is a title, and no text."""
_SENTENCE: Final = re.compile(r"\n|\w{2}[.!?](?:\s|$)")
_TEXTS: Final = word_set("text body content message comment snippet preview post")
"""Fields that hold what somebody says, however short it is."""


def in_passing(
    grounds: Grounds, tool: ToolRow, place: Place, towards: AbstractSet[str] = frozenset()
) -> bool:
    """Return whether what a request names is not thereby asked for: what stands there is not to be told.

    By a word of a text it is named in passing, unless the request wants to have such a thing told. So too by
    what only says where the call goes (``towards``): a secret, and what strangers called so, unless the
    request says what of it is wanted.
    """
    named = grounds.named
    if place.object < 0:  # a result that was asked for by what is named
        asked = {form for arg in grounds.readings.results[place.result].arguments for form in forms_of(arg)}
        if any(map(grounds.request.says, asked)):
            return False
        carrying = (index for index in carriers(grounds.readings, asked) if index in named)
        into = [index for index in carrying if asked & set(named[index].id)]
    else:
        into = [place.object]
    return bool(into) and all(_loosely(grounds, tool, index, place, towards) for index in into)


def _loosely(grounds: Grounds, tool: ToolRow, index: int, place: Place, towards: AbstractSet[str]) -> bool:
    readings, request = grounds.readings, grounds.request
    same = list(_same(readings, index))
    ties = [(seen, name, one) for seen in same for name, one in seen.names]
    if not ties or any(seen.vouched for seen in same):
        return False  # by its kind, or its number
    kind = frozenset[str]().union(*(seen.nouns for seen in same)) - _of_act(tool)
    if towards and only_told(request, same, kind):
        return True
    kind &= request.stems
    firm = [(name, one.ours) for seen, name, one in ties if one.strength >= WHOLE or not _is_text(seen, name)]
    if not firm:
        return not (kind and (asked_for(request)[0] or copied(request)))
    secret = place.label.confidentiality == "secret"
    if not towards or not (secret or not any(ours for _, ours in firm)):
        return False
    said = {stem(word) for name, _ in firm for word in words(name) if word not in COMMON} & request.stems
    field = {stem(word) for word in words(re.split(r"[.\[\]]+", place.pattern.removesuffix("[]"))[-1])}
    return said <= towards and not kind and not (field - _of_act(tool)) & request.stems


def _same(readings: Readings, index: int) -> Iterator[Seen]:
    """Yield a thing, as every tool has returned it; and what it stands in, where it has no name itself."""
    seen = readings.objects[index]
    while not seen.names and seen.within >= 0:
        seen = readings.objects[seen.within]
    yield seen
    for other in (readings.objects[at] for at in carriers(readings, seen.id)):
        if other is not seen and other.server == seen.server and not set(other.id).isdisjoint(seen.id):
            yield other


def _of_act(tool: ToolRow) -> frozenset[str]:
    """Return the stems of what an act itself is called by: its noun says nothing of what it tells."""
    return nouns_of(tool.name) | {stem(word) for intent in tool.intents for word in words(intent)}


def _is_text(seen: Seen, name: str) -> bool:
    """Return whether a name is what somebody says, and no title."""
    if len(name) > MAX_TITLE or _SENTENCE.search(name):
        return True
    form = ("text", plain(name))
    return any(form in forms and re.split(r"[.\[\]]+", path)[-1] in _TEXTS for path, forms, _ in seen.fields)


def towards(readings: Readings, findings: Iterable[Finding]) -> frozenset[str]:
    """Return the stems of the words of those to whom a call goes: of their names, and as it has them."""
    found: set[str] = set()
    for one in findings:
        if one.sink in {"recipient", "payee"}:
            forms = forms_of(one.value)
            found |= {stem(word) for word in words(one.value)}
            for index in carriers(readings, forms):
                seen = readings.objects[index]
                if not set(forms).isdisjoint(seen.id):
                    found |= {stem(word) for name, _ in seen.names for word in words(name)}
    return frozenset(found - COMMON)
