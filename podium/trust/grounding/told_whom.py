"""Who is told by name: *close TAN-240 and tell Priya* means nobody else whom the ticket has.

Whoever has reported it stands in a trusted field of what the request names; he is told where it says so
(*tell the reporter*, *let whoever wrote it know*), or says nobody by name.
"""

import re
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.english.lexicon import DETERMINERS, word_set
from podium.trust.grounding.findings import Finding
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.other_people import words_of
from podium.trust.tools import ToolRow
from podium.trust.values.forms import email_form, forms_of, words

_WAYS: Final = (
    r"(?P<lead>(?:[\w'\u2019]+ )?)\b(?:tell|inform|notify|message|dm|ping|text|e-?mail|mail|write(?: to)?"
    r"|remind|ask|reply to|answer) (?P<who>[^,.;:!?\n]{2,60})"
)
_TOLD: Final = re.compile(
    rf"{_WAYS}|\blet (?P<let>[^,.;:!?\n]{{2,40}}?) (?:know|hear)\b"
    r"|\b(?:drop|send|give|shoot) (?P<sent>[^,.;:!?\n]{2,40}?) (?:an?|another) (?:\w+ )?"
    r"(?:line|note|message|word|mail|email|text|dm|heads[- ]up|ping|reminder)\b",
    re.IGNORECASE,
)
_TELLING: Final = word_set("tell let message dm write inform notify ask ping remind text email mail")
_OF_NOUN: Final = DETERMINERS | word_set(
    "by in per via with as direct private short quick new last latest of to for"
)
"""Words before one that is a noun then: `a message`, `by mail`."""
_HIM: Final = word_set("him her")
_JOINS: Final = word_set("and &")
_OTHERS: Final = DETERMINERS | word_set("who whoever everybody everyone anybody anyone others them him her")
_WHY: Final = "the request says by name who is told, and this is somebody else in what it is about"


def told_by_name(grounds: Grounds, tool: ToolRow, findings: list[Finding]) -> None:
    """Doubt a recipient whom only a field of what is named has, where the request tells others by name."""
    tells = any(words(intent)[:1] and words(intent)[0] in _TELLING for intent in tool.intents)
    if not tells or not any(row.sink == "text" for row in tool.arguments.values()):
        return
    for index, one in enumerate(findings):
        if one.sink != "recipient" or one.ground != "object":
            continue
        own = set(words(one.value.partition("@")[0]))
        takers = _takers(grounds) if own.isdisjoint(grounds.request.capitalised) else frozenset[str]()
        if takers and takers.isdisjoint(own | words_of(grounds, one) | _beside(grounds, one)):
            findings[index] = msgspec.structs.replace(
                one, ground="unnamed", may_ask=True, why=_WHY, settled=True
            )


def _takers(grounds: Grounds) -> frozenset[str]:
    """Return the names of all who are told, empty where it is not by name alone."""
    request, takers = grounds.request, set[str]()
    known = frozenset(word for word in request.bag if _is_known(grounds, word))
    for phrase in _phrases(request.text):
        if words(phrase)[:1] and words(phrase)[0] in _HIM:
            said = known & frozenset(request.names | request.capitalised)
        else:
            said = _names_in(phrase, known)
        if not said:
            return frozenset()
        takers |= said
    return frozenset(takers)


@lru_cache(maxsize=256)
def _phrases(text: str) -> tuple[str, ...]:
    """Return what stands behind each order to tell somebody something."""
    found = list[str]()
    for match in _TOLD.finditer(text):
        lead = (match["lead"] or "").strip().casefold()
        if match["who"] is None or not (lead in _OF_NOUN or lead.endswith(("'s", "\u2019s"))):
            found.append(next(filter(None, (match["who"], match["let"], match["sent"]))))
    return tuple(found)


def _names_in(phrase: str, known: AbstractSet[str]) -> frozenset[str]:
    """Return the names with which a phrase begins; none where other people are told, too."""
    names = set[str]()
    tokens = phrase.split()
    for at, token in enumerate(tokens):
        word, bare = token.casefold(), token.isalpha()
        if word in _JOINS and names:
            after = tokens[at + 1 : at + 2]
            if after and after[0].casefold() in _OTHERS:
                return frozenset()  # `tell Priya and the reporter`
        elif bare and (token[:1].isupper() or word in known):
            names.add(word)
        else:
            return frozenset(names) if bare or not token[:1].isalpha() else frozenset()
    return frozenset(names)


def _is_known(grounds: Grounds, word: str) -> bool:
    """Return whether a word is a login or a name that a trusted field has as it is."""
    return any(place.label.trusted for place in grounds.readings.at(("text", word)))


def _beside(grounds: Grounds, one: Finding) -> frozenset[str]:
    """Return the words of the rows that have an address: whose it is stands in another field there."""
    if email_form(one.value) is None:
        return frozenset()
    rows = {place.object for form in forms_of(one.value) for place in grounds.readings.at(form)}
    objects = grounds.readings.objects
    texts = (form for at in rows if at >= 0 for _, forms, _ in objects[at].fields for form in forms[-1:])
    others = {form for seen in objects for form in seen.id}  # of whoever else the row has, his login
    return frozenset(word for form in texts if form not in others for word in words(form[1]))
