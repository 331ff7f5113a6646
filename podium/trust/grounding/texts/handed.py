"""What stands in a text to which the request hands a value over: a person is asked, and sees that text.

By whom it was written, by the place that was looked into, or as what was done before. Whatever stands in
other texts has no ground by that.
"""

import calendar
import re
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from itertools import chain
from typing import Final

import msgspec

from podium.trust.english.hours import said_times
from podium.trust.english.lexicon import word_set
from podium.trust.english.numerals import in_figures
from podium.trust.english.vocabulary import ACTS, COMMON
from podium.trust.grounding.people.namesakes import TAKERS
from podium.trust.grounding.record.notations import raw_of
from podium.trust.grounding.record.readings import Place, Seen
from podium.trust.grounding.texts.colleagues import told_by
from podium.trust.grounding.things.naming import Naming
from podium.trust.grounding.times.yearless import of_this_year
from podium.trust.request.handing import Handed, as_before, handed_over
from podium.trust.request.requests import stem
from podium.trust.request.unsaid import delegates
from podium.trust.request.wordings.same import past_days
from podium.trust.tools import Sink
from podium.trust.values.forms import date_form, dates_in, entities, forms_of, squash, times_in, words

_WRITERS: Final = word_set(
    "name from sender author by customer client contact person owner organiser organizer host creator user "
    "handle login writer poster reporter"
)
"""Words of fields that say who has written something."""
_HOST: Final = re.compile(r"@[^\s<>,;]*")
"""Of an address: it says nobody's name."""
_TO_WHOM: Final = frozenset(("recipient", "payee", "url"))
_SAYS_WHOM: Final = frozenset(("email", "iban", "url"))
_MONTH_ALONE: Final = tuple(
    re.compile(rf"(?<!\d )(?<!\d(?:st|nd|rd|th) )(?<!th of )\b{name}\b(?! \d{{1,2}}\b)")
    for name in calendar.month_name[1:]
)
"""A month of which no day is said."""
_IT: Final = re.compile(
    r"\b(?:it|this|that|them|those)(?=\s*(?:[.,;:!?)]|$)|\s+(?:and|at|for|from|in|now|on|please|to|today)\b)",
    re.IGNORECASE,
)
"""What stands for a thing of which a request has spoken."""
HANDED: Final = "only a text says it to which the request leaves that"
LEAST_PLACE: Final = 3
"""Characters of an argument that says where something was read."""
LEAST_TEXT: Final = 16
"""Characters of a text that may say a time or a number in words."""
LEAST_PART: Final = 5
"""Letters of one word by which a thing may be called."""
MAX_NAME: Final = 80
"""Characters of a field by which an object may be called."""


def _called(seen: Seen) -> set[str]:
    """Return the words by which a thing may be called, of its short fields that strangers do not fill."""
    texts = (text for _, forms, sure in seen.fields if sure for kind, text in forms[-1:] if kind == "text")
    return {
        word
        for text in texts
        if len(text) <= MAX_NAME
        for word in words(text)
        if len(word) >= LEAST_PART and word.isalpha() and word not in COMMON
    }


@lru_cache(4096)
def _says_writer(path: str) -> bool:
    """Return whether a field says who has written something."""
    said = set(words(path))
    return bool(said & _WRITERS) and not said & TAKERS


def _but_name(one: Handed, asked: Iterable[str]) -> Handed:
    """Return a hand-over without the words that only call what was looked up: *about Hotel Ferreira*."""
    rest = one.sentence.casefold()
    for argument in asked:
        rest = rest.replace(argument.casefold(), " ", 1)
    gone = set(map(stem, words(one.sentence))) - set(map(stem, words(rest)))
    return msgspec.structs.replace(one, things=one.things - gone) if gone else one


class HandedOver:
    """What one request hands over to texts that were read. Made for one decision."""

    def __init__(self, naming: Naming) -> None:
        self.readings, self.request, self._naming = naming.readings, naming.request, naming
        self._found: dict[tuple[int, int], tuple[Handed, ...]] = {}

    @cached_property
    def _all(self) -> tuple[Handed, ...]:
        return handed_over(self.request.text)

    @cached_property
    def delegates(self) -> bool:
        """Whether the request leaves to a text what is to be done, and so all that goes in."""
        return any(delegates(sentence) for sentence in self.request.sentences)

    def has(self, place: Place, sink: Sink, path: str, kinds: frozenset[str] = frozenset()) -> bool:
        """Return whether a place is in a text that has to say what goes into an argument.

        ``kinds``: more words by which a request speaks of it.
        """
        found = self._of(place)
        return any(
            self.delegates or one.gives(sink, path) or kinds & one.things - set(map(stem, one.writers))
            for one in found
        )

    def by_writer(self, place: Place, writers: frozenset[str]) -> bool:
        """Return whether a place is in a text of one of those of whom the request has them in it."""
        return place.object >= 0 and any(
            one.writers & writers & self._writers(place.object) for one in self._of(place)
        )

    def points_at(self, place: Place) -> bool:
        """Return whether `it` may be what a text says of which the request tells who has sent it.

        *Havn has sent an offer. Book it.*
        """
        if _IT.search(self.request.text) is None:
            return False
        named = self.request.capitalised if place.object < 0 else None  # not *guests say about it*
        return any(one.writers & named if named is not None else one.writers for one in self._of(place))

    def leaves(self, sink: Sink, path: str) -> bool:
        """Return whether the request leaves to any text what goes into an argument."""
        return self.delegates or any(one.gives(sink, path) for one in self._all)

    def speaks_of(self, indexes: Iterable[int], path: str, within: Callable[[Place], bool]) -> bool:
        """Return whether a text that has to say which thing is meant calls one so: by identifier or field.

        ``within``: whether a place is in what the request names.
        """
        if not self.leaves("object", path):
            return False
        objects = self.readings.objects
        for index in indexes:
            numbered = [place for form in objects[index].id for place in self.readings.at(form)]
            for _, text in objects[index].id:
                numbered += [place for place, _ in told_by(self.readings, "path", text, ())]
            fields = (forms[-1] for _, forms, _ in objects[index].fields if forms)
            names = [text for kind, text in fields if kind == "text" and 6 <= len(text) <= MAX_NAME]
            called = (place for name in names[:12] for place, _ in self.readings.holds(name))
            for place in chain(numbered, called, self._by_part(index)):
                meant = (self.delegates and within(place)) or self.has(place, "object", path)
                if place.object != index and meant:
                    return True
        return False

    def _by_part(self, index: int) -> Iterable[Place]:
        """Yield where our own texts have a word by which this thing alone is called: *Declan* of a list."""
        seen = self.readings.objects[index]
        beside = {
            word
            for other in self.readings.objects
            if other.server == seen.server and other.nouns == seen.nouns and other.id != seen.id
            for word in _called(other)
        }
        for word in _called(seen) - beside:
            yield from (place for place, _ in self.readings.holds(word) if place.label.trusted)

    def before(self, text: str, places: Iterable[tuple[Place, str]]) -> bool:
        """Return whether a value is a field of what was done before, and it is to be as it was."""
        return as_before(self.request.text) and any(
            squash(raw) == squash(text) for place, _ in places for raw in raw_of(self.readings, place)
        )

    def among(
        self, sink: Sink, path: str, text: str, places: Iterable[tuple[Place, str]]
    ) -> list[tuple[Place, str]]:
        """Return where such texts say a value: as it is, a day without its year, a time in words."""
        said = self.request.kinds() if sink in _TO_WHOM else ()
        if not self._all or any(kind in said for kind, _ in forms_of(text)[:1] if kind != "text"):
            return []
        if found := [pair for pair in places if self.has(pair[0], sink, path)]:
            return found if sink not in _TO_WHOM else [it for it in found if not self._outdone(it[0], text)]
        if sink == "date":
            return self._when(path, text)
        if sink == "amount" and text.isdigit() and len(text) < 3:
            return self._counted(path, text)
        return []

    def _outdone(self, place: Place, text: str) -> bool:
        """Return whether a stranger says somebody where a colleague has written an address.

        Of a place that is only called by where it is: *her mail is in #general*.
        """
        kinds = {kind for kind, _ in forms_of(text)[:1]} & _SAYS_WHOM or {"email"}
        if place.told or any(one.writers for one in self._of(place)):
            return False
        result = self.readings.results[place.result]
        return result.told and any(
            kinds & {kind for (kind, _), _ in entities(raw)}
            for at, raw in zip(result.places, result.raw, strict=True)
            if self.readings.places[at].told
        )

    def _when(self, path: str, text: str) -> list[tuple[Place, str]]:
        """Return where such a text says a day, or its month alone; of a time of day alone, that."""
        day, times = date_form(text), set(times_in(text))
        if day:
            places = [*self.readings.at(("date", day)), *of_this_year(self.readings, text)]
            found = [
                (it, raw)
                for it in places
                if self.has(it, "date", path)
                for raw in raw_of(self.readings, it)[:1]
            ]
            month = _MONTH_ALONE[int(day[5:7]) - 1]
            return found or [pair for pair in self._texts("date", path) if month.search(pair[1])]
        return [
            (place, raw) for place, raw in self._texts("date", path) if times and times <= said_times(raw)
        ]

    def _counted(self, path: str, text: str) -> list[tuple[Place, str]]:
        """Return the texts that are left to say how many, where these do so in words or not at all."""
        texts = self._texts("amount", path)
        plain = [pair for pair in texts if text in words(in_figures(pair[1]))]
        return plain or (texts if self.delegates else [])

    def _texts(self, sink: Sink, path: str) -> list[tuple[Place, str]]:
        found = []
        meant: dict[tuple[int, int], bool] = {}
        for result in self.readings.results:
            for at, raw in zip(result.places, result.raw, strict=True):
                if len(raw) < LEAST_TEXT:
                    continue
                place = self.readings.places[at]
                key = place.result, place.object
                if (has := meant.get(key)) is None:
                    has = meant[key] = self.has(place, sink, path)
                if has:
                    found.append((place, raw))
        return found

    def _of(self, place: Place) -> tuple[Handed, ...]:
        """Return the hand-overs to the text in which a place is."""
        key = place.result, place.object
        if key not in self._found:
            found = (one for one in self._all if self._is_meant(place, one))
            asked = self.readings.results[place.result].arguments if place.object < 0 else ()
            self._found[key] = tuple(_but_name(one, asked) for one in found)
        return self._found[key]

    def _is_meant(self, place: Place, one: Handed) -> bool:
        if one.day and not one.writers and place.object >= 0:
            return self._is_of(place.object, past_days(one.day, self.request.today))
        if place.object >= 0 and one.writers:
            writes = self._writers(place.object) & one.writers
            return bool(writes) or self._is_called(place.object, one.writers - ACTS)
        result, said = self.readings.results[place.result], squash(one.sentence)
        return any(
            len(argument) >= LEAST_PLACE and squash(argument) and squash(argument) in said
            for argument in result.arguments
        )

    def _is_called(self, index: int, writers: frozenset[str]) -> bool:
        """Return whether a text that the request names is called by all words for who has written it.

        *The hotel that the Paper Days conference recommends*: its mail, by the subject.
        """
        if self.delegates or index not in self._naming.named or index in self._naming.hinted:
            return False  # what is left to a text as a whole is told elsewhere
        names = self.readings.objects[index].names
        return bool(writers) and any(writers <= {*words(name)} for name, _ in names)

    def _is_of(self, index: int, days: str) -> bool:
        """Return whether a thing is of a day, by a date of it or one in what it is called."""
        if not days:
            return False
        found: set[str] = set()
        for _, forms, _ in self.readings.objects[index].fields:
            found |= {day[:10] for kind, day in forms if kind == "date"}
            found |= {
                day
                for kind, text in forms[-1:]
                if kind == "text" and len(text) <= MAX_NAME
                for day in dates_in(text)
            }
        year = self.request.today[:4]
        return any(re.fullmatch(days, f"{year}{day[1:]}" if day.startswith("-") else day) for day in found)

    def _writers(self, index: int) -> frozenset[str]:
        """Return the words of those who have written something, by the fields that say so."""
        seen = self.readings.objects[index]
        if seen.writers is None:
            seen.writers = frozenset(
                word
                for path, forms, _ in seen.fields
                if forms and _says_writer(path)
                for _, text in forms
                for word in words(_HOST.sub(" ", text))
            )
        return seen.writers
