"""What a text of ours lends where the request says that it stands there: *the address is on the invoice*.

Our own texts have values that no field has, and the text alone says whose they are. So one goes only where
the request says what stands in which text, that text is plainly the one, nothing in it is a stranger's or
quoted, and it has one such value. An account goes, too, with the name beside it of whom the request wants
paid.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.english.lexicon import DETERMINERS, PREPOSITIONS, word_set
from podium.trust.english.vocabulary import CALENDAR, COMMON
from podium.trust.english.words import bases
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import OUR_TEXT, Finding
from podium.trust.grounding.record.notations import hides, respelled
from podium.trust.grounding.record.readings import MAX_ENTITIES_CHARS, Place, Readings, Seen
from podium.trust.grounding.record.results import Result
from podium.trust.grounding.texts.handed import MAX_NAME
from podium.trust.grounding.texts.own_texts import is_clean
from podium.trust.grounding.texts.whereabouts import GENERIC, Where, whereabouts
from podium.trust.grounding.things.choosing import explained
from podium.trust.grounding.things.leading import FIRM
from podium.trust.request.handing import kinds_of
from podium.trust.request.requests import stem
from podium.trust.request.user import is_users, is_users_address
from podium.trust.tools import ToolRow
from podium.trust.values.forms import Form, entities, forms_of, squash, words
from podium.trust.values.phones import NUMBER_OF_SOMEBODY
from podium.trust.values.vouching import own_length

SAYS_WHERE: Final = "a text of ours says it, where the request says that it stands"
OF_PAYEE: Final = "a text of ours says it, with the name of whom the request wants paid"
LEAST_TEXT: Final = 24
"""Characters of a text that says something; what is shorter only has a name."""
MAX_TEXT: Final = 20_000
MAX_LEAVES: Final = 4_000
_LINE: Final = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'\u201c(])|\n|;\s")
_PART: Final = re.compile(r"[^\W\d_]+|\d+")
_CAPITAL: Final = r"[^\W\d_a-z][^\W\d_A-Z]+"
_CODE: Final = re.compile(r"(?<![\w-])[A-Z\d]+(?:[ -][A-Z\d]+)*(?![\w-])")
_NUMBER: Final = re.compile(r"(?<![\w.,-])\d{3,}(?![\w-]|[.,]\d)")
_STREET: Final = re.compile(
    rf"(?<![\w-]){_CAPITAL} \d{{1,4}}[a-z]?(?![\w-])|(?<![\w.,-])\d{{1,4}}[a-z]? {_CAPITAL}(?![\w-])"
)
_SLUG: Final = re.compile(r"(?<![\w@./-])(?:[#@][\w-]+|[a-z\d]+(?:[-_][a-z\d]+)+)(?![\w@/-]|\.\w)")
"""Kinds of values that have no form: a postcode, a number, a street with its number, a channel."""
_NAME_BEFORE: Final = re.compile(rf"(?<!\w)(?!(?i:{'|'.join(sorted(PREPOSITIONS))})\W){_CAPITAL}[ -]$")
_NAME_BEHIND: Final = re.compile(rf"[ -]{_CAPITAL}")
_STOPS: Final = "|".join(
    sorted(PREPOSITIONS | DETERMINERS | word_set("and that it him them back as what if to"))
)
_WHOM: Final = (
    r"(?:back\s+)?(?:(?:my|our|the|his|her|their)\s+)?(?:(?:mr|mrs|ms|dr)\b\.?\s*)?"
    r"(?:(?:bank )?(?:account|iban)\s+of\s+(?:(?:my|our|the)\s+)?)?"
    rf"(?P<name>(?:(?!(?:{_STOPS})\b)[^\W\d][\w'\u2019-]*\s*){{1,4}})"
)
_PAID: Final = (
    re.compile(rf"\b(?:pay|repay|reimburse|refund|owe|wire|transfer)\s+{_WHOM}", re.IGNORECASE),
    re.compile(rf"\b(?:send|give|to)\s+{_WHOM}", re.IGNORECASE),
)
"""Whom a request wants paid; by the second only where the first says nobody."""
_SUMS: Final = CALENDAR | word_set(
    "account amount balance bank bill bills euro euros deposit dollar dollars fee iban instalment invoice "
    "invoices money order payment payments pound pounds rent rest s salary share sum this total"
)
"""Words that say what is paid, and nobody."""
_Key = tuple[str, tuple[Form, ...]]


def lent(grounds: Grounds, tool: ToolRow, found: Finding) -> Finding:
    """Return what was found out about a value that one of our own texts says; trusted where it lends it."""
    readings, value = grounds.readings, found.value.strip()
    open_ = found.ground == "unnamed" and found.why == OUR_TEXT and not found.settled
    if not open_ or readings.forgotten is not None or readings.objects_lost or hides(value):
        return found
    form = next((one for one in forms_of(value) if one[0] in {"email", "iban"}), None)
    plain = form is None or squash(form[1]) == squash(value)
    fits = (found.sink == "payee") == (form is not None and form[0] == "iban")
    if (
        found.sink not in {"recipient", "payee", "value"}
        or not (plain and fits)
        or respelled(readings, value)
    ):
        return found
    where = [one for one in whereabouts(grounds.request.text) if _fits(found, form, one)]
    if not where and found.sink != "payee":
        return found
    texts = _Texts(grounds, value, form, told=found.sink == "value" and tool.effect == "write")
    why = _of_payee(grounds, texts, found) if found.sink == "payee" else ""
    for one in where if not why else ():
        if any(_is_meant(grounds, it, one) and texts.lends(it, several=one.several) for it in texts.holding):
            why = SAYS_WHERE
    return msgspec.structs.replace(found, ground="object", may_ask=False, why=why) if why else found


def _fits(found: Finding, form: Form | None, where: Where) -> bool:
    """Return whether what the request says of a text is a value like this: an address where it says one.

    A team's or a channel's name where it says that.
    """
    fits = kinds_of(found.sink, found.path) & where.things
    if not fits or (where.loosely and found.sink != "value"):
        return False
    return found.sink != "recipient" or (form is not None) == bool(fits & _ADDRESS)


_ADDRESS: Final = frozenset(map(stem, ("address", "addresses", "contact", "contacts", "email", "mail")))


class _Texts:
    """What was read, thing by thing, as far as a value stands in it."""

    def __init__(self, grounds: Grounds, value: str, form: Form | None, *, told: bool) -> None:
        """``told``: whether what colleagues wrote, for whom a server vouches, is ours too."""
        self._readings, self._value, self._form, self._told = grounds.readings, value, form, told
        self._leaves: dict[_Key, list[tuple[Place, str]]] = {}
        needle, results = squash(value), self._readings.results
        if sum(len(result.raw) for result in results) > MAX_LEAVES or not needle:
            return
        has = [leaf for it in results if needle in it.blob for leaf in self._of(it) if self._has(leaf[1:])]
        self._leaves = {key: [] for key, _, _ in has}
        for key, place, raw in (leaf for it in results if has for leaf in self._of(it)):
            if key in self._leaves:
                self._leaves[key].append((place, raw))

    @property
    def holding(self) -> list[_Key]:
        """The things with a text of ours that has the value."""
        return list(self._leaves)

    def _of(self, result: Result) -> Iterator[tuple[_Key, Place, str]]:
        """Yield the texts of things in a result."""
        for at, (place_at, raw) in enumerate(zip(result.places, result.raw, strict=True)):
            place = self._readings.places[place_at]
            if at in result.decoded:
                continue
            if place.object < 0:
                yield (result.tool.partition("/")[0], (("result", str(place.result)),)), place, raw
            elif (seen := self._readings.objects[place.object]).id:
                yield (seen.server, seen.id), place, raw

    def _has(self, leaf: tuple[Place, str]) -> bool:
        place, raw = leaf
        if len(raw) < LEAST_TEXT or not self._is_ours(place):
            return False
        if self._form is not None:
            return self._form in _forms(raw)
        return bool(_alike(self._value, raw)) and _says_whole(self._value, raw)

    def _is_ours(self, place: Place) -> bool:
        return place.label.trusted and (self._told or not place.told)

    def lends(self, key: _Key, line: str = "", *, several: bool = False) -> bool:
        """Return whether all of a thing's texts are ours, and hold this one value of its kind alone.

        ``line``: what of them has to hold no other one, instead of all. ``several``: all of them are meant.
        """
        leaves = self._leaves[key]
        prose = [(place, raw) for place, raw in leaves if len(raw) >= LEAST_TEXT and " " in raw]
        if any(not self._is_ours(it) or own_length(raw) is not None or hides(raw) for it, raw in prose):
            return False
        known = key if key[1][0][0] != "result" else (key[0], ())
        if not all(is_clean(self._readings, known, place) for place, _ in prose):
            return False
        one = several and self._form is not None
        return one or self._of_kind([line] if line else [raw for _, raw in leaves])

    def _of_kind(self, texts: Sequence[str]) -> bool:
        """Return whether texts have this value, and no other one of its kind."""
        if any(len(raw) > MAX_TEXT for raw in texts):
            return False
        if self._form is None:
            return all(one in self._value for raw in texts for one in _alike(self._value, raw))
        user, said = self._readings.user, dict[Form, str]()
        for raw in texts:
            said |= {form: text for form, text in entities(raw) if form[0] == self._form[0]}
            said |= {form: raw for form in forms_of(raw) if form[0] == self._form[0]}
        own = {form for form, text in said.items() if user is not None and is_users_address(user, text)}
        return set(said) - own == {self._form}

    def lines(self, key: _Key) -> Iterator[str]:
        """Yield the lines of a thing's texts that have the value."""
        for place, raw in self._leaves[key]:
            if self._is_ours(place):
                yield from (line for line in _LINE.split(raw[:MAX_TEXT]) if self._form in _forms(line))

    def text(self, key: _Key) -> str:
        """Return all that a thing says."""
        return "\n".join(raw for _, raw in self._leaves[key])


@lru_cache(maxsize=256)
def _forms(text: str) -> frozenset[Form]:
    return frozenset(form for form, _ in entities(text[:MAX_ENTITIES_CHARS]))


def _alike(value: str, text: str) -> set[str]:
    """Return what a text has that is of the kind of a value: telephones, codes, streets, names of channels.

    Nothing for one of plain words: any word is of its kind.
    """
    kind = _kind_of(value)
    found = {match[0] for match in kind.finditer(text)} if kind is not None else set[str]()
    return {
        one
        for one in found
        if not (kind is _STREET and _is_when(one))
        and not (kind is _CODE and not (any(map(str.isdigit, one)) and any(map(str.isalpha, one))))
    }


def _kind_of(value: str) -> re.Pattern[str] | None:
    digits, letters = any(map(str.isdigit, value)), [part for part in _PART.findall(value) if part.isalpha()]
    if NUMBER_OF_SOMEBODY.fullmatch(value):
        return NUMBER_OF_SOMEBODY
    if digits and all(part.isupper() for part in letters):
        return _CODE if letters else _NUMBER
    if digits and " " in value:
        return _STREET
    return _SLUG if _SLUG.fullmatch(value) else None


def _is_when(text: str) -> bool:
    """Return whether a word beside a number is a month, or a little word: `From 5`."""
    return any(word in CALENDAR | COMMON | PREPOSITIONS for word in words(text))


def _says_whole(value: str, text: str) -> bool:
    """Return whether a value stands in a text as it is, and is no part of a longer name."""
    found = re.finditer(rf"(?<![\w.#@-]){re.escape(value)}(?![\w-]|\.\w)", text)
    if _kind_of(value) is not _STREET:
        return next(found, None) is not None
    return any(
        _NAME_BEFORE.search(text[: match.start()][-40:]) is None
        and not (value[0].isdigit() and _NAME_BEHIND.match(text, match.end()))
        for match in found
    )


# -- which text is meant


def _is_meant(grounds: Grounds, key: _Key, where: Where) -> bool:
    """Return whether a thing is the text of which the request says that something stands there."""
    readings = grounds.readings
    mine = [index for index, seen in enumerate(readings.objects) if (seen.server, seen.id) == key]
    if not all(readings.objects[index].id_trusted for index in mine):
        return False
    led = set(_led(grounds, where))
    if led:
        return led <= {(key[0], form) for form in key[1]}
    sure = {index for index in grounds.named if index not in grounds.hinted | grounds.naming.claimed}
    rivals = _rivals(readings, key, where)
    called = {one for one, those in rivals.items() if not sure.isdisjoint(those)}
    if not _is_whose(readings, mine, where):
        return False
    if called:
        return called == {key} and _is_best(readings, key, where, readings.request.text, users=False)
    users = _is_users(readings, mine)
    return _is_best(readings, key, where, where.sentence, users=users) and _is_shown(readings, mine, key)


def _led(grounds: Grounds, where: Where) -> Iterator[tuple[str, Form]]:
    """Yield what a thing has as such a text, that is named or said by it: *the runbook of the incident*."""
    objects, kind = grounds.readings.objects, stem(where.kind)
    sure = {index for index in grounds.named if index not in grounds.hinted | grounds.naming.claimed}
    if where.needed and not sure:
        sure = {index for index, seen in enumerate(objects) if where.needed <= _said_of(seen)}
    ids = {(seen.server, form) for seen in objects for form in seen.id[-1:]}
    plain = where.kind in GENERIC  # a payee's `note` is no note
    for seen in (objects[index] for index in sure):
        for path, forms, trust in seen.fields:
            if trust == FIRM and stem(path.rpartition(".")[2]) == kind:
                yield from (
                    (seen.server, form) for form in forms[-1:] if not plain or (seen.server, form) in ids
                )


def _said_of(seen: Seen) -> frozenset[str]:
    """Return the words by which a thing is told that no stranger writes, and of its kind."""
    texts = (forms[-1][1] for _, forms, trust in seen.fields if trust == FIRM and forms)
    called = {stem(word) for text in texts if len(text) <= MAX_NAME for word in words(text)}
    return frozenset(called.union(map(stem, seen.nouns)))


def _key(seen: Seen) -> _Key:
    return seen.server, seen.id


def _rivals(readings: Readings, key: _Key, where: Where) -> dict[_Key, list[int]]:
    """Return the things that may be such a text: those of its server, and what has a text elsewhere."""
    found: dict[_Key, list[int]] = {}
    for index, seen in enumerate(readings.objects):
        if seen.server == key[0] or any(
            kind == "text" and len(text) >= LEAST_TEXT and " " in text
            for _, forms, _ in seen.fields
            for kind, text in forms[-1:]
        ):
            found.setdefault(_key(seen), []).append(index)
    return {
        one: those
        for one, those in found.items()
        if any(_is_kind(readings.objects[index], where) for index in those)
    }


def _is_kind(seen: Seen, where: Where) -> bool:
    """Return whether a thing is such a text, by what it is called or of which kind it is."""
    if where.kind in GENERIC:
        return True
    kind = stem(where.kind)
    return kind in _called(seen).union(map(stem, seen.nouns))


def _called(seen: Seen) -> frozenset[str]:
    """Return the words of a thing's short fields."""
    texts = (forms[-1][1] for _, forms, _ in seen.fields if forms and forms[-1][0] == "text")
    return frozenset(stem(word) for text in texts if len(text) <= MAX_NAME for word in words(text))


def _is_whose(readings: Readings, mine: Sequence[int], where: Where) -> bool:
    """Return whether a text is not another's where the request says *my*: by who has written it."""
    user = readings.user
    if where.whose != "my" or user is None or _is_users(readings, mine):
        return True
    return any(
        is_users(user, text)
        for index in mine
        for _, forms, _ in readings.objects[index].fields
        for _, text in forms[-1:]
    )


def _is_users(readings: Readings, mine: Sequence[int]) -> bool:
    """Return whether only the user can have written the texts of a thing."""
    labels = {
        readings.places[place_at].label.integrity
        for result in readings.results
        for place_at, raw in zip(result.places, result.raw, strict=True)
        if readings.places[place_at].object in mine and len(raw) >= LEAST_TEXT
    }
    return labels == {"user"}


def _is_best(readings: Readings, key: _Key, where: Where, text: str, *, users: bool) -> bool:
    """Return whether no other thing that was read is called by as many words of what the request says of it.

    ``users``: whether only the user can have written it. That one may be called by none, if it is alone.
    """
    around = _said(text) - COMMON - {stem(where.kind)} | where.needed
    ranks: dict[_Key, int] = {}
    for one, those in _rivals(readings, key, where).items():
        called = frozenset[str]().union(*(_called(readings.objects[index]) for index in those))
        if where.needed <= called:
            ranks[one] = len(called & around)
    best = ranks.pop(key, -1)
    alone = not any(other[0] == key[0] for other in ranks)
    enough = best > 0 or (best == 0 and alone and (users or where.whose != "my"))
    return enough and all(rank < max(best, 1) for rank in ranks.values())


def _is_shown(readings: Readings, mine: Sequence[int], key: _Key) -> bool:
    """Return whether a lookup has shown a text that asked for nothing but what the request says."""
    ids, said = {squash(form) for _, form in key[1]}, _said(readings.request.text)
    for at in {readings.objects[index].result for index in mine}:
        asked = readings.results[at].arguments
        if all(set(words(text)) <= said for text in asked) or (
            explained(readings, at, {}) and ids.isdisjoint(map(squash, asked))
        ):
            return True
    return False


def _said(text: str) -> frozenset[str]:
    """Return the words of a text, in their plain forms too: *move* of `moving`."""
    found = set(words(text))
    return frozenset(found.union(map(stem, found), *map(bases, found)))


# -- an account, by the name beside it


@lru_cache(maxsize=256)
def _paid(text: str) -> tuple[frozenset[str], ...]:
    """Return the words by which a request says whom it wants paid: a name, or what somebody is."""
    for pattern in _PAID:
        names = (frozenset(words(match["name"])) - COMMON - _SUMS for match in pattern.finditer(text))
        if found := tuple(filter(None, names)):
            return found
    return ()


def _of_payee(grounds: Grounds, texts: _Texts, found: Finding) -> str:
    """Return why an account is that of whom the request wants paid, empty where it may not be."""
    paid = _paid(grounds.request.text)
    for key in texts.holding:
        for line in texts.lines(key):
            if any(name <= set(words(line)) for name in paid) and texts.lends(key, line):
                return OF_PAYEE
        said = set(words(texts.text(key)))
        within = found.within and any(
            _key(seen) == key for index, seen in grounds.named.items() if index not in grounds.hinted
        )
        if within and all(name <= said for name in paid) and texts.lends(key):
            return SAYS_WHERE
    return ""
