"""People of a list within a row, beside one whom the request names: *take Otto out of shipping*.

A channel's members are all in its row, and the request names the channel: it means none of them by that. Nor
does it mean whom it says is to keep what he has.
"""

import re
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.english.lexicon import DETERMINERS, PREPOSITIONS, word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.english.words import singular
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.called import is_free
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Place, Seen
from podium.trust.grounding.things.sparing import staying
from podium.trust.grounding.things.together import means_all
from podium.trust.request.requests import Request, stem
from podium.trust.tools import Sink, ToolRow
from podium.trust.values.forms import Form, forms_of, plain, words

_NAME: Final = r"([A-Z]\w+(?: [A-Z]\w+)*)"
_GOES_ON: Final = word_set("out off up down away that and or to if when back a an")
_GIVEN: Final = re.compile(
    r"\b(?:[Gg]o|[Gg]oes|[Gg]ive|[Hh]and|[Aa]ssign|[Rr]eassign|[Mm]ove|[Pp]ass)\b[^.!?;\n]{0,60}?\bto "
    + _NAME
)
_PERSON: Final[frozenset[Sink]] = frozenset(("recipient", "payee", "value", "object"))
_ENDING: Final = word_set(
    "cancel clear close cut deactivate delete disable drop end exclude expel kick off out remove revoke stop "
    "suspend take terminate unassign uninvite unshare withdraw"
)
_OUT: Final = word_set(
    "remove revoke unshare kick expel exclude uninvite unassign evict ban offboard disinvite"
)
_IN: Final = word_set("invite add share join enrol enroll grant admit")
PEOPLE_LISTS: Final = word_set(
    "admins assignees attendees collaborators editors followers guests invitees managers members owners "
    "participants people readers recipients reviewers shared staff subscribers users viewers watchers"
)
_PEOPLE: Final = frozenset(map(stem, word_set("people members guests persons participants colleagues")))
_EVERYBODY: Final = word_set("everybody everyone")
_THE: Final = word_set("the all its their our my")
_RESTRICTS: Final = word_set("who that which whose with without whom but except")
_ANOTHER: Final = "the request names somebody, and this one is another in the same list"
_OF_LIST: Final = "the request names a list of people, and nobody in it"
_LENT: Final = "the request names somebody, and only a text that it speaks of has this one"
_GETS: Final = "the request gives it to somebody else, and this one only stands in it"
_STAYS: Final = "the request says that this one is to stay"


def other_people(grounds: Grounds, tool: ToolRow, findings: list[Finding]) -> None:
    """Ask about people whom only a list in a named row, or a trusted field, ties to a request."""
    ending = bool(_ENDING & grounds.request.bag)
    ending = ending and any(_ENDING & set(words(one)) for one in (tool.name, *tool.intents))
    out, into = _takes_out(tool), _brings_in(tool)
    stay = staying(grounds.request) if ending else frozenset[str]()
    own = {form for one in findings if one.sink == "object" and one.trusted for form in forms_of(one.value)}
    for at, one in enumerate(findings):
        if one.sink not in _PERSON or not one.trusted:
            continue
        why = ""
        if one.sink in {"recipient", "payee"} and one.ground in {"field", "object"}:
            whole = "[]." in one.path and not ending  # a list as it is, with whom the request adds to it
            why = _ANOTHER if _is_beside(grounds, one, own if whole else set()) else ""
            why = _LENT if not why and _is_lent(grounds, tool, one) else why
            why = _GETS if not why and own and _is_of_row(grounds, one, own) else why
        if not why and (out or into) and one.ground in {"field", "object"}:
            why = (
                _OF_LIST
                if _is_one_of_many(grounds, one, own if into and _is_list(tool, one) else set())
                else ""
            )
        if stay and not stay.isdisjoint(words_of(grounds, one)):
            why = _STAYS
        if why:
            findings[at] = msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=why, settled=True)


def _is_list(tool: ToolRow, one: Finding) -> bool:
    """Return whether a value is one of a list of its call, which may stay as it is beside a new one."""
    row = tool.arguments.get(one.path)
    return "[]" in one.path or (row is not None and row.many)


def _takes_out(tool: ToolRow) -> bool:
    """Return whether a tool takes somebody out of something, by its name or all that asks for it."""
    return _does(tool, _OUT)


def _brings_in(tool: ToolRow) -> bool:
    """Return whether a tool lets somebody into something, by the same."""
    return _does(tool, _IN)


def _does(tool: ToolRow, verbs: AbstractSet[str]) -> bool:
    asks = [words(intent)[:1] for intent in tool.intents]
    return not verbs.isdisjoint(words(tool.name)) or (
        bool(asks) and all(one and one[0] in verbs for one in asks)
    )


def _is_one_of_many(grounds: Grounds, one: Finding, own: AbstractSet[Form]) -> bool:
    """Return whether somebody only stands among several in a list, which the request does not mean whole.

    *Take him out of pricing* names nobody in it. ``own``: identifiers of rows whose list may go as it is.
    """
    there = [place for place in _places(grounds, one) if place.label.trusted or place.object in grounds.named]
    places = [place for place in there if _in_list(grounds, place)]
    if not places or any(place.object in grounds.named and place not in places for place in there):
        return False
    rows = [grounds.readings.objects[place.object] for place in places]
    ends = {place.pattern for place in places}
    lists = [
        [
            (path, forms)
            for path, forms, _ in row.fields
            if "[]" in path and any(it.endswith(path) for it in ends)
        ]
        for row in rows
    ]
    paths = {path for entries in lists for path, _ in entries}
    of_people = one.sink in {"recipient", "payee"} or any(PEOPLE_LISTS & set(words(path)) for path in paths)
    if not of_people or any(own & set(row.id) for row in rows):
        return False
    if all(len({forms for _, forms in entries}) == 1 for entries in lists):
        return False  # nobody else is there
    request = grounds.request
    said = request.bag - COMMON - {word for row in rows for name, _ in row.names for word in words(name)}
    if not said.isdisjoint(words_of(grounds, one)):
        return False
    others = {word for entries in lists for _, forms in entries for word in _said(forms)}
    return not said.isdisjoint(others) or not _means_list(request, paths)


def _means_list(request: Request, paths: AbstractSet[str]) -> bool:
    """Return whether a request means all of a list: *everybody*, *all of them*, *the members of design*."""
    nouns = {stem(word) for path in paths for word in words(path)}
    if means_all(request, nouns | _PEOPLE, alone=_EVERYBODY):
        return True
    return any(
        before in _THE and word != singular(word) and stem(word) in nouns and after not in _RESTRICTS
        for before, word, after in zip(
            request.words, request.words[1:], (*request.words[2:], ""), strict=False
        )
    )


def _is_beside(grounds: Grounds, one: Finding, own: AbstractSet[Form]) -> bool:
    """Return whether somebody stands in lists within rows alone, and the request names another person.

    A name that the row itself is called by names nobody in it. ``own``: identifiers of rows whose list may
    go as it is.
    """
    request = grounds.request
    there = [place for place in _places(grounds, one) if place.label.trusted or place.object in grounds.named]
    places = [place for place in there if _in_list(grounds, place)]
    himself = any(place.object in grounds.named and place not in places for place in there)
    if not request.names or not places or himself:
        return False
    rows = [grounds.readings.objects[place.object] for place in places]
    if request.names & words_of(grounds, one) or any(own & set(row.id) for row in rows):
        return False
    fields = [(path, _said(forms)) for row in rows for path, forms, _ in row.fields]
    called = {word for path, said in fields if "[]" not in path for word in said}
    listed = {word for path, said in fields if "[]" in path for word in said}
    others = (seen for seen in grounds.readings.objects if seen not in rows)
    known = listed | {word for seen in others for name, _ in seen.names for word in words(name)}
    return bool((request.names - called) & known)


def _is_lent(grounds: Grounds, tool: ToolRow, one: Finding) -> bool:
    """Return whether only something called by what was written in it has somebody, and another gets it.

    *Take Otto out of shipping* does not mean who wrote that Otto is ill.
    """
    rows = [grounds.named[at.object] for at in _places(grounds, one) if at.object in grounds.named]
    if one.ground != "object" or one.sink != "recipient" or not rows or not all(map(_by_text, rows)):
        return False
    names = _taken(grounds.request.text, tuple(intent.split()[0] for intent in tool.intents if intent))
    own = set(forms_of(one.value))
    called = (name for seen in _rows(grounds, one) if own & set(seen.id) for name in _names(seen))
    said = {word for text in (one.value, *called) for word in words(text)}
    return bool(names & grounds.request.names) and names.isdisjoint(said)


def _is_of_row(grounds: Grounds, one: Finding, own: AbstractSet[Form]) -> bool:
    """Return whether only the thing that is given has somebody in it, and the request gives it to another.

    *Whatever he has due goes to Jonno* does not mean who has set the task.
    """
    people = given_to(grounds.request.text) & grounds.request.names
    rows = [grounds.named[place.object] for place in _places(grounds, one) if place.object in grounds.named]
    if one.ground != "object" or one.sink != "recipient" or not people or not rows:
        return False
    said = {path for seen in rows for path, has, _ in seen.fields if set(has) & set(forms_of(one.value))}
    if people & words_of(grounds, one) or one.path in said:  # or it stays as it is
        return False
    kinds = {(seen.server, seen.nouns) for seen in grounds.readings.objects if own & set(seen.id)}
    return all((seen.server, seen.nouns) in kinds for seen in rows)


@lru_cache(maxsize=256)
def given_to(text: str) -> frozenset[str]:
    """Return the names of those to whom a request says that something goes, by one order alone."""
    found = [match for match in _GIVEN.finditer(text) if _ends(text[match.end() :])]
    return frozenset(words(found[0][1])) if len(found) == 1 else frozenset()


def _by_text(seen: Seen) -> bool:
    """Return whether an object is called by free text alone."""
    texts = {forms[-1][1] for path, forms, _ in seen.fields if forms and is_free(path)}
    return bool(seen.names) and all(plain(name) in texts for name, _ in seen.names)


@lru_cache(maxsize=256)
def _taken(text: str, verbs: tuple[str, ...]) -> frozenset[str]:
    """Return the names that stand right behind a verb, as who is acted on or gets something."""
    if not verbs:
        return frozenset()
    found = re.finditer(rf"\b(?i:{'|'.join(map(re.escape, verbs))}) {_NAME}", text)
    return frozenset(word for match in found if _ends(text[match.end() :]) for word in words(match[1]))


def _ends(behind: str) -> bool:
    """Return whether a name ends where it does: *send Costa invoices* has none that gets something."""
    after = words(behind.lstrip()[:30])[:1]
    return behind[:1] not in {"'", "\u2019", "-"} and (
        not after or behind[:1] != " " or after[0] in PREPOSITIONS | DETERMINERS | _GOES_ON
    )


def in_lists(grounds: Grounds, one: Finding) -> bool:
    """Return whether somebody stands in lists within rows alone, of all that the request names."""
    there = [place for place in _places(grounds, one) if place.object in grounds.named]
    return bool(there) and all(_in_list(grounds, place) for place in there)


def _in_list(grounds: Grounds, place: Place) -> bool:
    """Return whether a place is one entry of a list that stands in a row."""
    if place.object < 0:
        return False
    seen = grounds.readings.objects[place.object]
    return any("[]" in path and place.pattern.endswith(path) for path, _, _ in seen.fields)


def words_of(grounds: Grounds, one: Finding) -> set[str]:
    """Return the words by which a value is called: its own, and the names of whose identifier it is."""
    forms = set(forms_of(one.value))
    rows = (seen for seen in _rows(grounds, one) if forms & _keys(seen))
    names = {word for seen in rows for name in _names(seen) for word in words(name)}
    return names | set(words(one.value.partition("@")[0]))


def _rows(grounds: Grounds, one: Finding) -> Iterator[Seen]:
    found = {place.object for place in _places(grounds, one) if place.object >= 0}
    yield from (grounds.readings.objects[at] for at in sorted(found))


def _keys(seen: Seen) -> set[tuple[str, str]]:
    """Return what stands for an object as one value of it: its identifier, a handle, an address."""
    return {*seen.id} | {form for path, forms, _ in seen.fields if "[]" not in path for form in forms}


def _names(seen: Seen) -> Iterator[str]:
    yield from (name for name, _ in seen.names)
    for path, forms, trusted in seen.fields:
        if trusted and path in {"name", "full_name", "display_name"} and forms:
            yield forms[-1][1]


def _said(forms: tuple[tuple[str, str], ...]) -> frozenset[str]:
    return frozenset(word for _, text in forms[-1:] if len(text) <= MAX_CHARS for word in words(text))


MAX_CHARS: Final = 60
"""Of what somebody or something is called."""


def _places(grounds: Grounds, one: Finding) -> Iterator[Place]:
    for form in forms_of(one.value):
        yield from grounds.readings.at(form)
