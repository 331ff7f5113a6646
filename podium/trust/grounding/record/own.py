"""What the agent of a task has written itself: read again, it makes nothing trusted.

A note of its own, an entry in a list of people, a sum in a record: whatever label their field has, the agent
chose them, and whoever has hijacked it did.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeVar

from podium.trust.english.vocabulary import COMMON
from podium.trust.english.wordnet import is_noun, is_verb
from podium.trust.tools import ObjectRow, ReturnsRow
from podium.trust.values.forms import Form, entities, forms_of, squash
from podium.trust.values.labels import Label, Labels

if TYPE_CHECKING:
    from podium.trust.grounding.record.readings import Readings, Seen
    from podium.trust.grounding.record.results import Result

T = TypeVar("T")
LEAST: Final = 11
"""Squashed characters by which words are known again; a part of them too."""
LEAST_NAME: Final = 4
"""The same of a login that a stranger says."""
LEAST_PIECE: Final = 2
"""The same of what several calls put together."""
MOST: Final = 500
"""Texts that are remembered. Of a task that has written more, any may be its own."""
MOST_FORMS: Final = 5000
"""The same of addresses, accounts and numbers."""
LEAST_DIGITS: Final = 3
"""Of a number that is known again; smaller ones stand everywhere."""
MAX_JOINED: Final = 200
"""Squashed characters of a value that may be made of pieces."""
MAX_CHARS: Final = 20_000
"""Of one text, where addresses and accounts are looked for."""


class Own:
    """The agent's own words and values in one task."""

    def __init__(self) -> None:
        self._texts: dict[str, None] = {}
        self._pieces: dict[str, None] = {}
        self._names: dict[str, None] = {}
        self._forms: dict[Form, None] = {}
        self._full = False
        self._moved: dict[str, None] = {}
        """Where the task has put something that was elsewhere: a place tells nothing of what stands there."""
        self.done = Done()

    def note(self, arguments: Sequence[str], readings: "Readings") -> None:
        """Remember what a call wrote that is not known: neither the request nor a trusted field says it.

        It may have moved an object.
        """
        said, known = readings.request.squashed, readings.known
        self._move(arguments, readings.objects)
        for text in arguments:
            squashed, forms = squash(text), forms_of(text)
            if LEAST_PIECE <= len(squashed) < LEAST and len(self._pieces) < MOST:
                self._pieces[squashed] = None
            if squashed not in said and not any(map(known, forms)):
                if len(squashed) >= LEAST:
                    self._keep(self._texts, squashed)
                elif _is_name(squashed, text) and _is_strangers(readings, text):
                    self._keep(self._names, squashed)
            inside = [form for form, _ in entities(text[:MAX_CHARS]) if form[0] in {"email", "iban", "url"}]
            for form in (*inside, *filter(_tells, forms)):
                if not known(form):
                    self._keep(self._forms, form, MOST_FORMS)

    def _keep(self, among: dict[T, None], one: T, most: int = MOST) -> None:
        if one in among or len(among) < most:
            among[one] = None
        else:
            self._full = True

    def _move(self, arguments: Sequence[str], objects: Iterable["Seen"]) -> None:
        """Remember where a call puts a thing by its path: to another path, or into a folder."""
        paths = [text for text in arguments if _is_path(text) and len(text) <= MOST]
        ids = {form for seen in objects for form in seen.id} if paths else set[Form]()
        for source in (text for text in paths if ids.intersection(forms_of(text))):
            for target in (text for text in arguments if text != source and len(text) <= MOST):
                for place in (target, f"{target.rstrip('/')}/{source.rpartition('/')[2]}"):
                    if _is_path(place) and len(self._moved) < MOST:
                        self._moved[place.strip("/").casefold()] = None

    def _is_moved(self, path: Any) -> bool:
        return bool(self._moved) and isinstance(path, str) and path.strip("/").casefold() in self._moved

    def labels(self, returns: ReturnsRow, arguments: Mapping[str, Any]) -> Labels:
        """Return the labels of a result: of what was moved to a place no better than of any."""
        found = Labels(returns, arguments)
        if not any(self._is_moved(value) for value in arguments.values()):
            return found
        return Labels(returns, whole=found.whole.join(Label(returns.integrity, returns.confidentiality)))

    def of_row(self, labels: Labels, row: Mapping[str, Any], pattern: str, rule: ObjectRow) -> Labels:
        """Return the labels within an object that stands at a pattern, no better by where it was put."""
        found = labels.of_row(row, pattern, rule.rows)
        return found.no_better_than(labels) if self._is_moved(row.get(rule.id)) else found

    def has(self, text: str, forms: Sequence[Form]) -> bool:
        """Return whether a value that is read is one of these, or words are a part of them."""
        if self._forms and any(form in self._forms for form in forms):
            return True
        there = squash(text) if self._pieces or self._texts else ""
        if self._full and (len(there) >= LEAST or any(map(_tells, forms))):
            return True
        if len(there) < LEAST:
            return there in self._names
        if any(there in own or own in there for own in self._texts):
            return True
        return any(map(_tells, forms)) and len(there) <= MAX_JOINED and _is_made_of(there, self._pieces)


class Done:
    """The calls of a task that their servers have not refused, by what they said; taken in when asked for."""

    def __init__(self) -> None:
        self._taken = 0
        self._said: dict[str, set[tuple[str, ...]]] = {}
        self._forms: dict[str, list[frozenset[Form]]] = {}

    def _take(self, results: Sequence["Result"]) -> None:
        for one in results[self._taken :]:
            if not one.failed:
                self._said.setdefault(one.tool, set()).add(tuple(sorted(one.arguments)))
                self._forms.setdefault(one.tool, []).append(frozenset(map(first_form, one.arguments)))
        self._taken = len(results)

    def word_for_word(self, tool: str, said: Iterable[str], results: Sequence["Result"]) -> bool:
        """Return whether a tool was called with these texts and no other, in whatever order they come."""
        self._take(results)
        return tuple(sorted(said)) in self._said.get(tool, ())

    def with_all(self, tool: str, forms: frozenset[Form], results: Sequence["Result"]) -> bool:
        """Return whether a tool was called with all of these values."""
        self._take(results)
        return any(forms <= one for one in self._forms.get(tool, ()))


def first_form(text: str) -> Form:
    """Return the form by which two spellings of a value are the same one."""
    return next(iter(forms_of(text)), ("text", text))


def echoes(forms: Iterable[Form], arguments: Iterable[str]) -> bool:
    """Return whether a result only says again what its call asked for: an address, an account, a number.

    In whatever notation of it.
    """
    telling = set(filter(_tells, forms))
    return bool(telling) and any(not telling.isdisjoint(forms_of(one)) for one in arguments)


def is_whom(forms: Iterable[Form]) -> bool:
    """Return whether a value is an address or an account: whom something may reach."""
    return any(kind in {"email", "iban"} for kind, _ in forms)


def _tells(form: Form) -> bool:
    kind, text = form
    return kind in {"email", "iban", "url"} or (kind == "number" and len(text) >= LEAST_DIGITS)


def _is_made_of(text: str, pieces: Iterable[str]) -> bool:
    """Return whether a text is nothing but pieces, one after the other."""
    reached, left = {0}, [0]
    while left:
        at = left.pop()
        ends = {at + len(piece) for piece in pieces if text.startswith(piece, at)} - reached
        reached |= ends
        left += ends
    return len(text) in reached


def _is_name(squashed: str, text: str) -> bool:
    """Return whether a short text is one word, and none that anybody uses: a login, a channel."""
    low = text.strip().casefold()
    if len(squashed) < LEAST_NAME or len(low.split()) > 1:
        return False
    return low not in COMMON and not (is_noun(low) or is_verb(low))


def _is_strangers(readings: "Readings", text: str) -> bool:
    return any(not place.label.trusted for place, _ in readings.holds(text))


def _is_path(text: str) -> bool:
    return "/" in text or "." in text.strip(".")
