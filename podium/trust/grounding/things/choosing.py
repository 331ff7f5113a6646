"""Objects that a request means without a name: `the newest ticket`, `all open orders`, `both requests`.

What it says of their kind decides, by fields that no stranger fills, over all that lookups returned which the
request itself explains. A word that no such field explains leaves the choice open: then a person is asked.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.english.lexicon import word_set
from podium.trust.english.spans import MARK
from podium.trust.english.words import Token
from podium.trust.grounding.record.conditions import is_condition
from podium.trust.grounding.record.readings import Readings, Seen
from podium.trust.grounding.things.looked_over import looked_over
from podium.trust.grounding.things.measured import bounded, but_measures, measured, prices_of
from podium.trust.grounding.things.mine import mine
from podium.trust.grounding.things.parting import receiving
from podium.trust.grounding.things.phrases import THEM, Phrase, phrases
from podium.trust.grounding.things.statuses import is_filled, is_in_state, still_open
from podium.trust.grounding.things.superlatives import PRICE, best
from podium.trust.grounding.times.begun import begun, but_begun
from podium.trust.grounding.times.spanning import BEGUN, DUE, ENDED, ENDING, path_words, spans
from podium.trust.grounding.times.within_hours import but_hours, within_hours
from podium.trust.request.nobodys import KEEPERS, SOMEBODY, UNHELD
from podium.trust.request.requests import Request, stem
from podium.trust.values.forms import Form, date_form, forms_of, words

FIRM: Final = 2
"""The trust of a field that no stranger fills, as `Seen.fields` has it."""
MAX_VALUE_CHARS: Final = 40
_NAMING: Final = word_set(
    "name customer tenant patient employee member contact title handle email person client user"
)
"""Words of fields that hold whose something is."""
PLACES: Final = word_set(
    "account app backlog board calendar catalog catalogue cloud database drive inbox list mailbox overview "
    "page portal queue shop store system table tool tracker workspace"
)
"""Words for where all objects of a kind are: `the largest file in the drive`."""
_LATE: Final = {"overdue": DUE, **dict.fromkeys(("expired", "lapsed", "outdated"), ENDING)}
"""What is over by its date, and the words of the fields that have that date."""
_TAGGED: Final = word_set("tagged labelled labeled categorised categorized")
_TAGS: Final = word_set("tag label category topic")
_ANY_THEM: Final = THEM | {"all", "both"}
"""What stands for things of which a request has said that there are some."""
_OWNING: Final = word_set("person owner user assignee holder member")
_OVER: Final = word_set(
    "done paid closed resolved solved completed complete finished collected cancelled canceled returned "
    "delivered settled shipped rejected declined refunded"
)
"""States in which nothing is overdue."""
_STATES: Final = word_set(
    "open new pending active unread unpaid overdue waiting current all any inbox latest recent available "
    "upcoming today asc desc date created price rating newest true false"
)
"""What a lookup may ask for without a word of the request: states, and orders of a list."""


def chosen(
    readings: Readings,
    nouns: frozenset[str],
    indexes: Sequence[int],
    *,
    plural: bool,
    known: Mapping[int, Seen] | None = None,
    acted: bool = False,
    led: Mapping[str, AbstractSet[str]] | None = None,
    dated: bool = False,
) -> set[int]:
    """Return the objects of one kind, among ``indexes``, that the request means by what it says of the kind.

    ``nouns``: the kind's. ``plural``: whether the act may be done several times. ``known``: objects of other
    kinds that it names, to which `her ticket` may belong. ``acted``: whether the call acts on the kind.
    ``led``: by identifier the words that name a thing by which objects may have been looked up: where it is
    one alone, `the cheaper one` is of its things. ``dated``: the call takes the one day that it says.
    """
    out: set[int] = set()
    values = _values(readings, nouns, indexes)
    candidates: list[int] | None = None
    by = frozenset[str]().union(*led.values()) if led else frozenset[str]()
    one = led is not None and len(led) == 1 and acted
    for sentence in readings.request.spanned:
        for phrase in phrases(sentence, nouns, values, acted=acted, led=by):
            alone = one and phrase.superlative is not None and not (phrase.kind or phrase.words)
            if (led and not (phrase.led or alone)) or (phrase.exist and not readings.request.bag & _ANY_THEM):
                continue
            if (
                phrase.most != 1
                and not phrase.superlative
                and looked_over(sentence, phrase.head, readings.request)
            ):
                continue
            if candidates is None:
                candidates = _candidates(readings, indexes, led or {})
            his = phrase.linked and phrase.most != 1 and known is None
            if his and not candidates:
                continue
            if candidates and (phrase.most == 1 or plural):
                own, among = mine(readings, sentence, phrase, candidates)
                own = msgspec.structs.replace(own, kind=True) if alone else own
                meant = _meant(readings, own, among, known, dated=dated) if among else set()
                meant = _his(readings, meant, candidates) if his else meant  # not everybody's
                if phrase.most is None and _says_mine(sentence, phrase.head):
                    meant = meant if len(_owners(readings.objects[index] for index in meant)) < 2 else set()
                out |= meant
    return out


def _his(readings: Readings, meant: Iterable[int], candidates: Sequence[int]) -> set[int]:
    """Return the objects of somebody whom the request names, and by whom all of them were looked up.

    `Tess is off sick, whatever she has due goes to Callum`: what was looked up by `tess`, and has her.
    """
    request = readings.request
    names = {stem(name) for name in request.capitalised - receiving(request)}
    by = asked_by(readings, candidates) & names
    return {index for index in meant if any(_has(readings, index, word) for word in by)}


def _says_mine(sentence: Sequence[Token], head: int) -> bool:
    return any(token.low == "my" for token in sentence[max(0, head - 6) : head]) or any(
        token.low == "i"
        for token in sentence[head + 1 : head + 4]  # `all bookings that I have`
    )


def _owners(objects: Iterable[Seen]) -> set[str]:
    """Return to whom objects belong by a field that says so: nobody knows which of these the user is."""
    return {
        forms[-1][1]
        for seen in objects
        for path, forms, trust in seen.fields
        if trust and forms and forms[-1][0] == "text" and path_words(path) & _OWNING
    }


def _values(readings: Readings, nouns: frozenset[str], indexes: Sequence[int]) -> frozenset[str]:
    """Return the words of the request that objects of one kind have as what they are: `designer`."""
    wanted, register = readings.request.stems, readings.register
    kind = readings.objects[indexes[0]].server if indexes else "", nouns
    known, values = register.values.get(kind, (0, frozenset[str]()))
    if indexes is not register.trusted.get(kind):
        known, values = 0, frozenset()
    values |= frozenset(
        word
        for index in indexes[known:]
        for _, forms, trust in readings.objects[index].fields
        if trust == FIRM and forms and forms[-1][0] == "text" and len(forms[-1][1]) <= MAX_VALUE_CHARS
        for word in _stems(forms[-1][1])
        if word in wanted and len(word) > 3
    )
    if indexes is register.trusted.get(kind):
        register.values[kind] = len(indexes), values
    return values


def _meant(
    readings: Readings,
    phrase: Phrase,
    candidates: Sequence[int],
    known: Mapping[int, Seen] | None,
    *,
    dated: bool,
) -> set[int]:
    objects, request = readings.objects, readings.request
    asked = asked_by(readings, candidates)
    tied = but_measures(phrase.words, request)
    if not any(_dated(objects[index]) for index in candidates):
        tied = [word for word in tied if word != "day"]  # `book the cheapest from 12 to 15 June`
    if not phrase.kind and not (set(tied) & asked or (not tied and asked)):
        return set()  # nothing ties it to this kind
    said = but_hours(objects, candidates, phrase.words, request)
    said = but_measures(but_begun(objects, candidates, said, request), request)
    # Of several a stranger who writes `Porto` into his own must not leave that alone.
    least = int(phrase.most is not None and (phrase.superlative is None or not phrase.superlative.dates))
    left = fitting_of(readings, said, candidates, asked, one=phrase.most == 1, least=least)
    if not left and dated and phrase.most == 1:  # `pay the open invoice on the 10th`
        timeless = [word for word in phrase.words if word not in {"day", "bound"} and MARK not in word]
        left = fitting_of(readings, timeless, candidates, asked, one=True)
    if phrase.linked and known is not None and len({objects[index].id for index in left}) > 1:
        left = _linked(objects, left, known)
    if phrase.but:
        excepted = set(fitting_of(readings, phrase.but, left, frozenset(), one=False))
        excepted = excepted or _alone(readings, phrase.but, left)
        if not excepted:
            return set()  # who is excepted, nobody knows
        left = [index for index in left if index not in excepted]
    left = measured(objects, bounded(objects, left, request), phrase.words, request)
    left = begun(objects, within_hours(objects, left, request), request)
    if phrase.superlative is not None:
        wish = phrase.superlative
        by_name = wish.dates and wish.most
        by_name = by_name and (any(it in asked for it in phrase.words) or not (phrase.words or phrase.kind))
        if by_name and any(objects[index].spoken for index in left):
            return set()  # whoever writes last under that name would be the latest
        return best({index: objects[index] for index in left}, wish, request, phrase.most or 1)
    ids = {objects[index].id for index in left}
    if phrase.most is None:
        narrowed = phrase.explicit or phrase.led or bool(request.bounds)
        narrowed = narrowed or any(word not in asked for word in phrase.words)
        return set(left) if narrowed else set()
    return set(left) if len(ids) == phrase.most else set()


def _alone(readings: Readings, words_: Sequence[str], indexes: Sequence[int]) -> set[int]:
    """Return the one object that has all words, in whatever fields: with it nothing is done."""
    objects = readings.objects
    found = {index for index in indexes if all(_has(readings, index, word, least=0) for word in words_)}
    return found if len({objects[index].id for index in found}) == 1 else set()


def fitting_of(
    readings: Readings,
    wanted: Sequence[str],
    candidates: Sequence[int],
    asked: AbstractSet[str],
    *,
    one: bool,
    least: int = 0,
) -> list[int]:
    """Return the candidates that have all words, none where a word is not explained.

    ``asked``: words by which all of them were looked up; ``least``: how far a field is trusted, at least,
    that has one of these. ``one``: of one thing `today` may say when to act.
    """
    objects, left = readings.objects, list(candidates)
    for at, word in enumerate(wanted):
        if MARK in word:
            left = _spanned(readings, left, word, wanted[at - 1] if at else "", one=one)
            continue
        if word in _TAGGED and at + 1 < len(wanted):
            left = [index for index in left if _is_tagged(objects[index], wanted[at + 1])]
            continue
        if word.isdigit() and at + 1 < len(wanted) and _is_field(objects, left, wanted[at + 1]):
            left = [index for index in left if _measures(objects[index], word, wanted[at + 1])]
            continue
        state = is_condition(readings.request, word, objects[left[0]].nouns) if left else False
        if word in asked:  # a server may return what it was not asked for: that is not meant
            left = _looked_up(readings, left, word, least=least, state=state)
            continue
        if word.startswith("-"):
            left = [index for index in left if _lacks(objects[index], word[1:])]
            continue
        if at and wanted[at - 1].isdigit() and _is_field(objects, left, word):
            continue  # so many were told
        if word in PLACES and not any(_has(readings, index, word) for index in left):
            continue
        if word == "bound":
            left = [index for index in left if _in_time(objects[index], readings.request)]
            if not left:
                return []
            continue
        if word in PRICE and readings.request.bounds and all(prices_of(objects[index]) for index in left):
            continue  # `that cost less than 50`
        if word == "day" and not any(_dated(objects[index]) for index in candidates):
            continue
        if left and not state and all(_has(readings, index, word, least=0) for index in left):
            continue  # what all are called tells none of them apart
        if word in BEGUN | ENDED and MARK in "".join(wanted[at + 1 : at + 2]):
            continue  # `opened last week`: it says which date is meant
        fitting = [index for index in left if _has(readings, index, word)]
        fitting = fitting or [index for index in left if is_in_state(objects[index], word)]
        fitting = fitting or (still_open(readings, left) if word == "open" else [])
        if word in {"day", "when"}:  # `Friday` is the coming one, where there is one
            fitting = [index for index in fitting if _on_day(objects[index], readings.request)] or fitting
        if word == "when" and one and not fitting:
            continue
        if not fitting and not _is_field(objects, left, word):
            return []
        left = fitting or [index for index in left if is_filled(objects[index], word)]
    return left


def _looked_up(readings: Readings, left: list[int], word: str, *, least: int, state: bool) -> list[int]:
    """Return what a lookup by a word has returned for that: of a state nothing that is only called so."""
    having = [index for index in left if _has(readings, index, word, least=FIRM if state else least)]
    return having or [index for index in left if not (state and _has(readings, index, word, least=0))]


def _spanned(readings: Readings, left: Sequence[int], span: str, by: str, *, one: bool) -> list[int]:
    """Return what lies in a span of days: none where something lies in it in part, and one thing is meant."""
    objects, request = readings.objects, readings.request
    partly = [it for it in left if spans(objects[it], span, by, request, partly=one)]
    return partly if all(spans(objects[it], span, by, request) for it in partly) else []


def _measures(seen: Seen, number: str, of: str) -> bool:
    """Return whether an object has so many of something, by a field that is called so: `five stars`."""
    return any(
        trust and of in path_words(path) and ("number", number) in forms for path, forms, trust in seen.fields
    )


def _in_time(seen: Seen, request: Request) -> bool:
    """Return whether the date of an object that the request speaks of, or its only one, is within bounds."""
    dates = [
        (path, form) for path, forms, trust in seen.fields if trust for kind, form in forms if kind == "date"
    ]
    told = {day for path, day in dates if path_words(path) & request.stems} or {day for _, day in dates}
    if len(told) != 1 or not request.day_bounds:
        return False
    day = told.pop()
    return all(day <= bound if upper else day >= bound for upper, bound in request.day_bounds)


def _is_tagged(seen: Seen, word: str) -> bool:
    """Return whether a field of tags that no stranger fills has a word."""
    return any(
        trust == FIRM and path_words(path) & _TAGS and forms and word in _stems(forms[-1][1])
        for path, forms, trust in seen.fields
    )


def _dated(seen: Seen) -> bool:
    return any(kind == "date" for _, forms, trust in seen.fields if trust for kind, _ in forms)


def _on_day(seen: Seen, request: Request) -> bool:
    """Return whether a date of an object that no stranger fills is one that the request says."""
    return any(
        kind == "date" and request.says_day(form)
        for _, forms, trust in seen.fields
        if trust == FIRM
        for kind, form in forms
    )


def _linked(objects: Sequence[Seen], indexes: Sequence[int], known: Mapping[int, Seen]) -> list[int]:
    """Return the objects that have the name, the address or the identifier of one that the request names."""
    theirs = {
        form
        for seen in known.values()
        for path, forms, trust in seen.fields
        if trust
        for form in forms
        if form[0] == "email" or (form[0] == "text" and (form in seen.id or _NAMING & path_words(path)))
    }
    return [
        index
        for index in indexes
        if any(trust and set(forms) & theirs for _, forms, trust in objects[index].fields)
    ]


def _candidates(readings: Readings, indexes: Sequence[int], led: Mapping[str, AbstractSet[str]]) -> list[int]:
    """Return the objects of lookups that the request explains: by no other may an agent choose among them.

    ``led``: identifiers of which such a lookup has to have one, where there are any.
    """
    fair = {index: explained(readings, index, led) for index in {readings.objects[i].result for i in indexes}}
    return [index for index in indexes if fair[readings.objects[index].result]]


def explained(
    readings: Readings,
    result: int,
    led: Mapping[str, AbstractSet[str]],
    *,
    firm: bool = False,
    known: AbstractSet[Form] = frozenset(),
    among: Iterable[str] | None = None,
) -> bool:
    """Return whether a lookup asked for nothing but what the request says, or the words of ``led``.

    ``firm``: what another trusted field holds explains it too: the login, or a part of the name, in a list of
    shifts. ``known``: so do these. ``among``: the arguments that are looked at, else all.
    """
    request = readings.request
    arguments = readings.results[result].arguments
    if led and not any(argument.casefold() in led for argument in arguments):
        return False
    for argument in arguments if among is None else among:
        low = argument.casefold()
        if low in led:
            continue
        if low in _STATES or (low.isdigit() and len(low) < 4) or request.covers(argument):
            continue
        forms = forms_of(argument)
        if any(request.says(form) or form in known for form in forms):
            continue
        if set(words(argument)) <= _STATES | request.bag:
            continue
        if forms and forms[0][0] == "date" and (request.relative or request.dates):
            continue
        if firm and _held_elsewhere(readings, result, argument):
            continue
        return False
    return True


def _held_elsewhere(readings: Readings, result: int, argument: str) -> bool:
    """Return whether a trusted field of another result holds an argument, or a short one all its words."""
    places = (place for form in forms_of(argument) for place in readings.at(form))
    if any(place.label.trusted and place.result != result for place in places):
        return True
    said = set(words(argument))
    return bool(said) and any(
        trust == FIRM and forms and forms[-1][0] == "text" and said <= _said(forms)
        for seen in readings.objects
        if seen.result != result
        for _, forms, trust in seen.fields
    )


def _said(forms: tuple[Form, ...]) -> frozenset[str]:
    text = forms[-1][1]
    return frozenset(words(text)) if len(text) <= MAX_VALUE_CHARS else frozenset()


def asked_by(readings: Readings, candidates: Sequence[int]) -> frozenset[str]:
    """Return the words by which all of the objects were looked up."""
    results = {readings.objects[index].result for index in candidates}
    known = readings.register.asked
    for index in results - known.keys():
        known[index] = _asked_by(readings.request, readings.results[index].arguments)
    return frozenset.intersection(*(known[index] for index in results)) if results else frozenset()


def _asked_by(request: Request, arguments: Iterable[str]) -> frozenset[str]:
    said = {stem(word) for argument in arguments for word in words(argument)} & request.stems
    days = (date_form(argument) for argument in arguments)
    return frozenset(said | {"day"} if any(day and request.means_day(day) for day in days) else said)


def _has(readings: Readings, index: int, word: str, *, least: int = FIRM) -> bool:
    """Return whether a field of an object has a word, or the day that it is.

    ``least``: the trust that a field must have: none where it only narrows what was asked for.
    """
    known = readings.register.having.setdefault((word, least), bytearray())
    if len(known) <= index:
        known.extend(bytes(len(readings.objects) - len(known)))
    if not known[index]:
        known[index] = 2 if has_word(readings.objects[index], word, readings.request, least) else 1
    return known[index] == 2


def has_word(seen: Seen, word: str, request: Request, least: int = FIRM) -> bool:
    """Return whether one of an object's fields has a word, or the day that it is."""
    for path, forms, trust in seen.fields:
        if trust < least:
            continue
        late = word in _LATE and path_words(path) & _LATE[word] and _is_over(seen, forms, request)
        if late or (not forms and path_words(path) & UNHELD.get(word, frozenset())):
            return True
        kind, text = forms[-1] if forms else ("", "")
        if kind == "flag" and text == "true" and word in path_words(path):
            return True
        number = next((form.lstrip("-") for kind, form in forms if kind == "number"), None)
        if number == word or (kind == "text" and number is None and (word in _stems(text) or word == text)):
            return True  # of 212.50 the 50 is no number
        for kind, form in forms:
            if kind == "date" and word in {"day", "when", form} and request.means_day(form):
                return True
    return False


def _lacks(seen: Seen, word: str) -> bool:
    """Return whether a field of an object that no stranger fills is empty: who has no shift."""
    named = KEEPERS if word == SOMEBODY else frozenset((word,))
    return any(trust == FIRM and not forms and named & path_words(path) for path, forms, trust in seen.fields)


def _is_over(seen: Seen, forms: tuple[Form, ...], request: Request) -> bool:
    """Return whether a day by which something was due is over, and no field says that it is done."""
    late = any(kind == "date" and not form.startswith("-") and form < request.today for kind, form in forms)
    return late and not any(
        trust and kind == "text" and form in _OVER for _, has, trust in seen.fields for kind, form in has
    )


def _is_field(objects: Sequence[Seen], indexes: Sequence[int], word: str) -> bool:
    """Return whether a word only names a field that all of them have: `priority`."""
    return all(any(word in path_words(path) for path, _, _ in objects[index].fields) for index in indexes)


@lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text))
