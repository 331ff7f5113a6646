"""What a request points at without naming it: the bill of *the plumber's bill*, the two *from the desk*.

It describes something, and the value that its act needs stands there. A description opens nothing, since
strangers may fit it too. It only tells what a person can be asked about from what the request has nothing to
do with.
"""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Final

from podium.trust.english.lexicon import NUMBERS, SUPERLATIVES, word_set
from podium.trust.english.vocabulary import ACTS, CALENDAR, COMMON, RELATIVE
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import singular
from podium.trust.grounding.reckoning import counts
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.describing import describing
from podium.trust.grounding.record.notations import raw_of
from podium.trust.grounding.record.readings import Place, Seen
from podium.trust.grounding.things.naming import Naming
from podium.trust.grounding.things.parting import is_kind
from podium.trust.request.nouns import nouns_of
from podium.trust.request.requests import Request, stem
from podium.trust.request.wordings.manners import close_words
from podium.trust.tools import Sink
from podium.trust.values.forms import forms_of, plain, words

MAX_LABEL: Final = 80
"""Characters of a field that says what something is; what is longer is a text."""
MAX_TEXT: Final = 4000
"""Characters of a text that is about something."""
LEAST_IN_TEXT: Final = 2
"""Words of the request that a text has which is what it means; one, if it has no more."""
MAX_SHOWN: Final = 4
"""Words of a description that a person is shown."""
_SAID_OF: Final[dict[Sink, frozenset[str]]] = {
    "recipient": frozenset(("address", "contact", "email", "number", "phone")),
    "url": frozenset(("form", "link", "page", "site", "url", "website")),
}
"""Words by which a request refers to a value that stands in a text."""
_WHOM: Final = word_set("him her them both")
_GETS: Final = (
    r"\b(?:(?:tell|ask|mail|email|write|text|ring|call|message|answer|invite|inform|remind|thank|notify|cc|bcc|"
    r"copy|to|with|for|and)(?: in| to)?|send|forward)\s+"
)
"""Behind which a request says who gets something."""
_PLAIN: Final = COMMON | ACTS | CALENDAR | RELATIVE | SUPERLATIVES
"""Words that describe nothing, whatever a call is about."""
_SOMEBODY: Final = word_set(
    "who whom whose whoever whomever everyone everybody anyone anybody people all both each one ones those "
    "others"
)


class Pointing:
    """What a request points at, for one call. Made for one decision."""

    def __init__(self, naming: Naming) -> None:
        self.naming, self.tool = naming, naming.call.tool if naming.call is not None else None
        self.readings, self.request = naming.readings, naming.request

    def ground(self, sink: Sink, path: str, value: str) -> str:
        """Return the words by which the request describes what says a value, empty where it does not.

        None for a value that is not written there plainly, nor where the request itself gives another one.
        """
        row = self.tool.arguments.get(path) if self.tool is not None else None
        if row is None or row.sink != sink:
            return ""
        given = self._given(sink, path, value)
        if given and not (row.many or (sink == "recipient" and self._goes_to_several())):
            return ""
        found = frozenset[str]()
        for place in self._places(value):
            if self.refers(sink, path, place, value):
                by = self.by(place)
                found |= by if sink not in _SAID_OF or not self._disputed(place, by, value) else frozenset()
        gets = not given or (sink == "recipient" and self._gets(found))
        return self._in_order(frozenset(word for word in found if gets or self._beside(word)))

    def which(self, indexes: Iterable[int]) -> str:
        """Return the words by which the request describes one of some objects, empty where it does not."""
        if self.tool is None:
            return ""
        return self._in_order(frozenset[str]().union(*map(self.of, indexes)))

    def _in_order(self, found: AbstractSet[str]) -> str:
        """Return some words as the request has them, a few."""
        said = [word for word in self.request.words if singular(word) in found]
        return " ".join(list(dict.fromkeys(said))[:MAX_SHOWN])

    def _given(self, sink: Sink, path: str, value: str) -> bool:
        """Return whether the request itself gives what goes in: it says another one, or names who has one."""
        said, forms = self.request.kinds(), forms_of(value)
        if sink == "date":
            return bool(self.request.dates or self.request.resolved)
        if sink == "amount":
            return bool(self.request.figures) or (counts(self.request, path) and self._counts())
        kind = forms[0][0] if forms else "text"
        if sink not in {"recipient", "payee", "url"} or kind == "text":
            return False
        return kind in said or any(
            trust and has and has[0][0] == kind
            for index, seen in self.naming.named.items()
            if index not in self.naming.hinted | self.naming.claimed
            and not (self.tool is not None and is_kind(self.tool, seen))
            for _, has, trust in seen.fields
        )

    def _disputed(self, place: Place, by: AbstractSet[str], value: str) -> bool:
        """Return whether a name is all that describes somebody, and another one calls himself so."""
        if place.object < 0 or not by or not by <= self._names:
            return False
        seen, forms = self.readings.objects[place.object], set(forms_of(value))
        return any(
            other.server == seen.server
            and other.nouns == seen.nouns
            and by <= self._labels(other)
            and not any(forms & set(has) for _, has, _ in other.fields)
            for other in self.readings.objects
        )

    def _beside(self, word: str) -> bool:
        """Return whether the request says a word as one more of several: `Anna and my sister`."""
        more = (
            rf"(?:\band|&|,)\s+(?:also\s+)?(?:my|our|his|her|their|the)\s+(?:\w+\s+){{0,2}}{re.escape(word)}"
        )
        return re.search(more, self.request.plain) is not None

    def _goes_to_several(self) -> bool:
        """Return whether a call has an argument for others who get it too: `cc`."""
        rows = self.tool.arguments.values() if self.tool is not None else ()
        return sum(row.sink == "recipient" for row in rows) > 1

    def _gets(self, found: AbstractSet[str]) -> bool:
        """Return whether somebody gets it beside those whose address is known: `write to Weil, cc Dov`.

        By a name that nobody whose address is known has, where the request says who gets something or, of
        whom it has named, `her`.
        """
        named = found & self._names
        known = {
            singular(word)
            for index, seen in self.naming.named.items()
            if index not in self.naming.hinted | self.naming.claimed
            for name, _ in seen.names
            for word in words(name)
        }
        strange = named - known
        return bool(strange and not self.request.bag.isdisjoint(_WHOM)) or any(
            re.search(rf"{_GETS}(?:\w+\s+)?{re.escape(word)}(?:e?s)?(?!\w|['\u2019]s)", self.request.plain)
            for word in strange
        )

    def _counts(self) -> bool:
        """Return whether the request says a number that belongs to nothing which it names: how many."""
        theirs = {
            word
            for seen in self.naming.named.values()
            for text in (*(name for name, _ in seen.names), *(text for _, text in seen.id))
            for word in words(text)
        }
        said = {text for kind, text in self.request.entities | self.request.spelled if kind == "number"}
        return bool(said - theirs)

    def _places(self, value: str) -> Iterator[Place]:
        """Yield where a value stands as anybody writes it."""
        for form in forms_of(value)[:1]:
            yield from self.readings.at(form)
        wanted = plain(value)
        for place, _ in self.readings.holds(value):
            if any(wanted in plain(raw) for raw in raw_of(self.readings, place)):
                yield place

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of the request that may describe something: not its acts, nor the kinds of things."""
        if self.tool is None:
            return frozenset()
        acts = {
            stem(word)
            for intent in (*self.tool.intents, *close_words(self.tool.intents, dated=False))
            for word in words(intent)
        }
        kinds = nouns_of(self.tool.name).union(*(nouns for _, nouns in self.readings.register.kinds))
        own = acts | kinds
        hosts = set(words(" ".join(_HOSTS.findall(self.request.plain))))
        hosts -= set(words(_HOSTS.sub(" ", self.request.plain)))  # they say where, not what
        return frozenset(
            singular(word)
            for word in self.request.meant - hosts
            if len(word) > 2
            and not word.isdigit()
            and word not in NUMBERS
            and own.isdisjoint(forms := (word, stem(word), singular(word)))
            and _PLAIN.isdisjoint(forms)
        )

    @cached_property
    def _names(self) -> frozenset[str]:
        """Those of them that are written as names."""
        proper = {word for word in self.request.capitalised if not is_verb(word)}
        return self.words & {singular(word) for word in proper | self.request.names}

    def by(self, place: Place) -> frozenset[str]:
        """Return the words by which the request describes what holds a place, none where it does not."""
        if place.object >= 0:
            return self.of(place.object) or self._in_text(place)
        result = self.readings.results[place.result]
        about = self._among(word for argument in result.arguments for word in words(argument))
        return about or self._led(result.arguments) or self._in_text(place)

    def of(self, index: int) -> frozenset[str]:
        """Return the words by which the request describes an object.

        A name says more: beside an object that has it, and all else, no other of its kind is meant.
        """
        seen = self.readings.objects[index]
        mine = self._labels(seen)
        if not mine or not self._names:
            return mine
        for other in self.readings.objects:
            if other.server == seen.server and other.nouns == seen.nouns and other is not seen:
                theirs = self._labels(other)
                if mine < theirs and (theirs - mine) & self._names:
                    return frozenset()
        return mine

    def refers(self, sink: Sink, path: str, place: Place, value: str) -> bool:
        """Return whether a value stands at a place as one that the request may refer to.

        To whom something goes is a field of its own, unless the request speaks of an address in a text, or
        the address has the name of whom it speaks: `emeka.abara@` for *a Mr Abara*.
        """
        said_of = _SAID_OF.get(sink)
        if sink == "recipient" and "@" in value and self._names & set(words(value.partition("@")[0])):
            return True
        if said_of is None or (said_of | {stem(word) for word in words(path)} - COMMON) & self.request.stems:
            return True
        forms = set(forms_of(value)[:1])
        return any(forms & set(forms_of(raw)) for raw in raw_of(self.readings, place))

    def about(self, text: str) -> frozenset[str]:
        """Return the words that describe something, of those that a text has."""
        return describing(self.request).in_text(text) & self.words

    def _labels(self, seen: Seen) -> frozenset[str]:
        if seen.labels is None:
            texts = (forms[-1][1] for _, forms, _ in seen.fields if forms and forms[-1][0] == "text")
            there = (word for text in texts if len(text) <= MAX_LABEL for word in words(text))
            seen.labels = describing(self.request).among(there)
        return seen.labels & self.words

    def _led(self, arguments: Iterable[str]) -> frozenset[str]:
        """Return what describes the object by whose identifier something was looked up."""
        forms = {form for argument in arguments for form in forms_of(argument)}
        for index in carriers(self.readings, forms):
            if forms & set(self.readings.objects[index].id) and (found := self.of(index)):
                return found
        return frozenset()

    def _in_text(self, place: Place) -> frozenset[str]:
        """Return the words that a text has, if they are enough to be what it is about."""
        found = frozenset[str]()
        for raw in raw_of(self.readings, place):
            if len(raw) <= MAX_TEXT:
                found |= self._among(words(raw))
        return found if len(found) >= min(LEAST_IN_TEXT, len(self.words)) else frozenset()

    def _among(self, there: Iterable[str]) -> frozenset[str]:
        return describing(self.request).among(there) & self.words


_HOSTS: Final = re.compile(r"@[\w.-]+|\b(?:\w+://|www\.)\S+")
"""Where somebody's mail goes, and links."""


def means_people(request: Request, sink: Sink) -> bool:
    """Return whether a request may mean people whom it does not name: *whoever is on call*."""
    return sink == "recipient" and not request.bag.isdisjoint(_SOMEBODY)
