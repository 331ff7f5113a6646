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
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.people.other_people import PEOPLE_LISTS, in_lists, words_of
from podium.trust.grounding.record.findings import Finding
from podium.trust.request.requests import stem
from podium.trust.tools import ToolRow
from podium.trust.values.forms import email_form, forms_of, inside, words

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
_KNOWN_BY: Final = word_set("the my our their his her your")
_SAYING: Final = word_set("that to about on for in at all whole other others same two three")
_POINTING: Final = word_set("them they everybody everyone all both him her he she us")
_PEOPLE: Final = frozenset(
    map(
        stem,
        word_set(
            "guests people members participants attendees invitees team teams group groups staff crew board "
            "family colleagues list channel committee class band everybody organiser organisers host hosts "
            "client clients customer customers reporter assignee owner organizer sender author speaker panel"
        ),
    )
)
"""Those by whom people of a thing may be meant."""
_ALIKE: Final = 4
"""Letters by which what somebody is and his name are alike: the plumber, *Keogh Plumbing*."""
_ALL: Final = word_set("everyone everybody them they all both")
_BEYOND: Final = "the request tells those of what it names, and this one is in no list of it"
_ANOTHER: Final = "the request says what he is who is told, and this one only stands in a list of people"
_WHY: Final = "the request says by name who is told, and this is somebody else in what it is about"


def told_by_name(grounds: Grounds, tool: ToolRow, findings: list[Finding]) -> None:
    """Doubt a recipient whom only a field has, where the request says who is told: by name, or what he is."""
    tells = any(words(intent)[:1] and words(intent)[0] in _TELLING for intent in tool.intents)
    if not tells or not any(row.sink == "text" for row in tool.arguments.values()):
        return
    for index, one in enumerate(findings):
        if one.sink != "recipient" or one.ground not in {"object", "field"}:
            continue
        own = set(words(one.value.partition("@")[0]))
        known = own | words_of(grounds, one) | _beside(grounds, one)
        takers = _takers(grounds) if own.isdisjoint(grounds.request.capitalised) else frozenset[str]()
        by_name = takers and takers.isdisjoint(known | set(words(one.value)))
        beyond = one.ground == "field" and not by_name and _is_beyond(grounds, one)
        if by_name or beyond or _is_no_such(grounds, one, known | set(words(one.value))):
            why = _WHY if by_name else _BEYOND if beyond else _ANOTHER
            findings[index] = msgspec.structs.replace(
                one, ground="unnamed", may_ask=True, why=why, settled=True
            )


def _is_no_such(grounds: Grounds, one: Finding, known: AbstractSet[str]) -> bool:
    """Return whether a request tells somebody by what he is, and this one only stands in a list of people.

    *Write the florist for the Marlow wedding* means none of the wedding's guests.
    """
    nouns = _nouns(grounds.request.text)
    if not nouns or grounds.request.bag & _POINTING or not in_lists(grounds, one):
        return False
    rows = (seen for seen in grounds.named.values() for name, _ in seen.names)
    named = {stem(word) for seen in rows for name, _ in seen.names for word in words(name)}
    said = {word[:_ALIKE] for word in known} | {word[:_ALIKE] for word in named}
    return all(noun[:_ALIKE] not in said and stem(noun) not in _PEOPLE for noun in nouns)


def _is_beyond(grounds: Grounds, one: Finding) -> bool:
    """Return whether all of a named thing are told, and this one is an outsider and in none of its lists."""
    address = email_form(one.value)
    if address is None or inside(address.rpartition("@")[2], grounds.domains):
        return False
    lists = [
        forms
        for at, seen in grounds.named.items()
        if at not in grounds.hinted
        for path, forms, _ in seen.fields
        if "[]" in path and not PEOPLE_LISTS.isdisjoint(words(path))
    ]
    text, said = grounds.request.text, [words(phrase)[:1] for phrase in _phrases(grounds.request.text)]
    told = not grounds.request.bag.isdisjoint(_ALL) or not _nouns(text).isdisjoint(_PEOPLE)
    nobody = bool(said) and all(it and it[0] in _SAYING for it in said)  # `mail that it's off`
    return (
        (told or nobody)
        and bool(lists)
        and all(set(forms_of(one.value)).isdisjoint(forms) for forms in lists)
    )


@lru_cache(maxsize=256)
def _nouns(text: str) -> frozenset[str]:
    """Return what those are who are told, empty where one of them is told by anything else: `the florist`."""
    found = set[str]()
    for phrase in _phrases(text):
        said = words(phrase)[:3]
        if len(said) < 2 or said[0] not in _KNOWN_BY or said[1] in _SAYING | DETERMINERS:
            return frozenset()
        found.add(said[1])
    return frozenset(found)


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
