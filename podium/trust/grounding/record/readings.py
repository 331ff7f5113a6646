"""What a task has read: every value with its label, the tool, the time, and the object that carried it.

The record is rebuilt by replaying its events in order. It is bounded: of more than `MAX_CHARS` squashed
characters the oldest results are forgotten, half at a time. What is forgotten leaves its label behind: its
values are trusted no longer, and a text that is found nowhere may have come from there, so that it is taken
to be as confidential as the worst that was forgotten.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

import msgspec

from podium.trust.grounding.record.called import call, id_of, is_name, leads, number
from podium.trust.grounding.record.keyed import as_lists
from podium.trust.grounding.record.kind_words import only_telling
from podium.trust.grounding.record.own import Own, echoes, is_whom
from podium.trust.grounding.record.register import Register
from podium.trust.grounding.record.results import (
    GRAM,
    SPOT_BITS,
    Result,
    extend,
    goes_on,
    has_code,
    hits_of,
    is_code,
    kinds_of,
    left_of,
    near,
    pieces_of,
    plainly,
    quote,
    strings,
    tokens_of,
)
from podium.trust.grounding.record.todays import said_today, tells_today, told_today
from podium.trust.request.requests import Mention, Request
from podium.trust.request.user import User
from podium.trust.tools import ObjectRow, ReturnsRow
from podium.trust.values.addresses import lends, without_address
from podium.trust.values.encodings import decodings, turned
from podium.trust.values.forms import Form, entities, forms_of, squash
from podium.trust.values.labels import BEST, Label
from podium.trust.values.member_names import MAX_NAME, is_data

MAX_CHARS: Final = 2_000_000  # squashed, of results that are kept for search
MAX_OBJECTS: Final = 20_000
MAX_ENTITIES_CHARS: Final = 20_000  # of a text, in which addresses, numbers and dates are looked for
MAX_DEPTH: Final = 60  # of nesting; deeper parts are read as one text
MAX_PLACES: Final = 16  # that are remembered of one value
_SPOT_MASK: Final = (1 << SPOT_BITS) - 1


class Read(msgspec.Struct, frozen=True, tag="read"):
    """A result that a task has read. ``content``: the structured one, or a text. Unix nanoseconds."""

    tool: str
    """``server/tool``."""
    returns: ReturnsRow
    arguments: dict[str, Any]
    content: Any
    at_ns: int
    extra: tuple[str, ...] = ()
    """Texts beside the content: labelled as the whole."""
    wrote: bool = False
    """Whether the call changed something: what it wrote is the agent's own, wherever it is read again."""
    failed: bool = False


class Sent(msgspec.Struct, frozen=True, tag="sent"):
    """What went out to where others read it too, and of it the characters that nothing explains."""

    text: str
    unexplained: int
    taken: tuple[str, ...] = ()
    """Sums that only a named text says, as the author accepts."""


class Place(msgspec.Struct, frozen=True):
    """Where a value was read."""

    result: int
    pattern: str
    label: Label
    object: int  # index of the one that carried it, -1: none
    told: bool = False  # whether a colleague has written it, for whom the server vouches


class Seen(msgspec.Struct):
    """One object of a result."""

    result: int
    server: str
    nouns: frozenset[str]
    id: tuple[Form, ...] = ()
    id_trusted: bool = False
    names: list[tuple[str, Mention]] = msgspec.field(default_factory=list)
    """Those of its names that the request mentions."""
    fields: list[tuple[str, tuple[Form, ...], int]] = msgspec.field(default_factory=list)
    """Of each field: its path in the object, its forms, and whether it is trusted: 2 in any case, 1 once the
    object is named, 0 never."""
    spoken: bool = False  # whether the request mentions it by a name that strangers choose
    vouched: bool = False  # whether the request says its identifier or its number
    at: str = ""
    """The latest date of it that is trusted, as it stands there."""
    echoes: set[str] = msgspec.field(default_factory=set)
    """What of it the request says besides names: day, time, number; of fields that no stranger fills."""
    writers: frozenset[str] | None = None  # the words of those who have written it, once looked for
    within: int = -1
    """The object of the same result in which it stands: of a claim's document the claim."""
    labels: frozenset[str] | None = None
    """The words of the request that describe it, once they were looked for."""


class Passage(msgspec.Struct, frozen=True):
    """A passage that a text shares with something read."""

    place: Place
    text: str  # squashed
    quote: str
    of: int = 0  # squashed characters of the whole value that it is a part of

    @property
    def length(self) -> int:
        """Return the squashed characters."""
        return len(self.text)


class Readings:
    """What one task has read and sent. Owned by one process; not for use by several threads."""

    def __init__(self, request: str, today: date | None = None, user: User | None = None) -> None:
        self.request, self.user = Request(request, (said := said_today(request, today)) or today), user
        self._day_told = said is not None
        self.context = BEST
        """The join of all that was read: the label of whatever the agent says."""
        self.forgotten: Label | None = None
        self.results, self.places = list[Result](), list[Place]()
        self.objects, self.register, self.objects_lost = list[Seen](), Register(), False
        self.said: dict[tuple[str, str], set[Form]] = {}
        """Short values that the request says, by tool and path: lists of names among which it chose."""
        self.own = Own()
        self.sent = ""
        """The end of what went out, squashed."""
        self.taken: set[str] = set()
        """Sums that went on a named text's word: each does once."""
        self.unexplained = self.chars = 0
        self._exact, self._tokens = dict[Form, list[int]](), dict[str, int]()
        self._grams: dict[int | str, int | list[int]] = {}  # where each piece stands: result and place in one

    # -- writing

    def apply(self, event: "Read | Sent") -> None:
        """Take an event in: the way in which the record changes, now and when it is replayed."""
        if isinstance(event, Read):
            self._read(event)
        else:
            self.sent = (self.sent + event.text)[-4000:]
            self.unexplained += event.unexplained
            self.taken.update(event.taken)

    def _read(self, event: Read) -> None:
        index, said = len(self.results), tuple(strings(event.arguments))
        result = Result(event.tool, event.at_ns, said, failed=event.failed, wrote=event.wrote)
        self.results.append(result)
        if event.wrote:
            self.own.note(result.arguments, self)
        walk, first = _Walk(self, index, event), len(self.objects)
        walk.value(as_lists(event.content, event.returns.objects), "", -1)
        for text in event.extra:
            walk.leaf(text, "", -1)
        result.blob = "\n".join(walk.pieces)
        result.label = result.label if walk.pieces else walk.labels.whole
        for at, seen in enumerate(self.objects[first:], first):
            self.register.add(at, only_telling(seen, self.request))
        self._tell_day(event, result)
        self.context = self.context.join(result.label)
        self._index(index, result)
        self.chars += len(result.blob)
        if self.chars > MAX_CHARS or len(self.objects) > MAX_OBJECTS:
            self._forget()

    def _tell_day(self, event: Read, result: Result) -> None:
        """See the request from the day that the first trusted clock tells, asked for nothing."""
        if self._day_told or event.wrote or event.failed or event.arguments or not tells_today(event.tool):
            return
        if result.label.trusted and (day := told_today(result.raw)) is not None:
            self.request, self._day_told = Request(self.request.text, day), True

    def known(self, form: Form) -> bool:
        """Return whether the request or a trusted field says a value."""
        return any(place.label.trusted for place in self.at(form)) or self.request.says(form)

    def _index(self, index: int, result: Result) -> None:
        blob, grams = result.blob, self._grams
        ends = [*result.starts[1:], len(blob) + 1][: len(result.starts)]
        for start, end, place_at, raw in zip(result.starts, ends, result.places, result.raw, strict=True):
            spot = index << SPOT_BITS | start
            for gram in pieces_of(blob[start : end - 1]):
                spots = grams.setdefault(gram, spot)
                if isinstance(spots, int):
                    grams[gram] = spot if spots is spot else [spots, spot]
                elif len(spots) < MAX_PLACES:
                    spots.append(spot)
                spot += GRAM
            for token in tokens_of(raw) if self.places[place_at].label.guarded else ():
                if len(token) >= 4:
                    self._tokens.setdefault(squash(token), place_at)

    def note(self, form: Form, place_at: int) -> None:
        """Remember where a value of a form stands."""
        places = self._exact.setdefault(form, [])
        if len(places) < MAX_PLACES:
            places.append(place_at)
        elif self.places[place_at].label.trusted:  # a flood of strangers' copies must not hide a trusted one
            places[-1] = place_at

    def _forget(self) -> None:
        """Forget the older half, and every index into it."""
        carriers = self.objects
        while self.chars > MAX_CHARS // 2 or len(self.objects) > MAX_OBJECTS // 2:
            oldest = next((r for r in self.results if not r.dropped), None)
            if oldest is None:
                break
            oldest.dropped, self.chars = True, self.chars - len(oldest.blob)
            self.forgotten = oldest.label.join(self.forgotten or BEST)
            oldest.blob, oldest.starts, oldest.places, oldest.raw, oldest.decoded = "", [], [], [], set()
            if any(self.results[seen.result] is oldest for seen in self.objects):
                self.objects_lost = True
                self.objects = [seen for seen in self.objects if self.results[seen.result] is not oldest]
        kept = {index for index, result in enumerate(self.results) if not result.dropped}
        stay = (at for at, place in enumerate(self.places) if place.result in kept)
        new = {at: number for number, at in enumerate(stay)}
        moved = {id(seen): index for index, seen in enumerate(self.objects)}
        for seen in self.objects:
            seen.within = moved[id(carriers[seen.within])] if seen.within >= 0 else -1
        self.register = Register(self.objects)
        olds, self.places = self.places, []
        for place in (olds[at] for at in new):
            carrier = moved.get(id(carriers[place.object]), -1) if place.object >= 0 else -1
            self.places.append(msgspec.structs.replace(place, object=carrier))
        for index in kept:
            self.results[index].places = [new[at] for at in self.results[index].places]
        self._exact = {
            form: left
            for form, places in self._exact.items()
            if (left := [new[at] for at in places if at in new])
        }
        self._grams = left_of(self._grams, kept)
        self._tokens = {token: new[at] for token, at in self._tokens.items() if at in new}

    # -- looking up

    def at(self, form: Form) -> list[Place]:
        """Return where a value of a form was read."""
        return [self.places[index] for index in self._exact.get(form, ())]

    def holds(self, value: str) -> Iterator[tuple[Place, str]]:
        """Yield where a value stands in something read, however it is spelled or encoded, with a quote.

        A value of fewer than four letters and digits is found only where it is all that stands there.
        """
        needle = squash(value)
        if len(needle) < 4:
            if is_code(value.strip()):
                yield from self._codes(value.strip())
            return
        wanted = (needle, *turned(needle)) if len(needle) >= 6 else (needle,)
        for result in self._near(wanted):
            for needle in wanted:
                at = result.blob.find(needle)
                if at >= 0:
                    leaf = bisect_right(result.starts, at) - 1
                    yield self.places[result.places[leaf]], quote(result.raw[leaf], value)
                    break

    def _near(self, needles: Sequence[str]) -> list[Result]:
        """Return the results in which texts may stand, the last one first."""
        most = MAX_PLACES if self.forgotten is None else 0  # places in what is left may not be known
        return [self.results[at] for at in near(needles, self._grams, most, range(len(self.results)))]

    def _codes(self, code: str) -> Iterator[tuple[Place, str]]:
        """Yield where a short code with its signs stands as a word: `1.2.9`."""
        for result in reversed(self.results):
            for at, raw in enumerate(result.raw):
                if has_code(raw, code):
                    yield self.places[result.places[at]], quote(raw, code)
                    break

    def written(self, value: str) -> list[str]:
        """Return the texts in which a value stands as anybody writes it: spaces and case aside."""
        needle, wanted = squash(value), plainly(value)
        found: list[str] = []
        for result in reversed(self._near((needle,))) if needle and wanted else ():
            at = result.blob.find(needle)
            while at >= 0:
                leaf = bisect_right(result.starts, at) - 1
                if leaf not in result.decoded and wanted in plainly(result.raw[leaf]):
                    found.append(result.raw[leaf])
                after = result.starts[leaf + 1] if leaf + 1 < len(result.starts) else len(result.blob)
                at = result.blob.find(needle, after) if len(found) < MAX_PLACES else -1
        return found

    def shared(self, squashed: str, *, least: int) -> Iterator[Passage]:
        """Yield passages of at least so many squashed characters that a text shares with results."""
        done = 0
        for at, piece in hits_of(squashed, self._grams) if len(squashed) >= least else ():
            if at < done:
                continue
            best = 0
            spots = self._grams[piece]
            for where in (spots,) if isinstance(spots, int) else spots:
                result, spot = self.results[where >> SPOT_BITS], where & _SPOT_MASK
                if not goes_on(squashed, at, result.blob, spot):
                    continue
                start, end = extend(squashed, at, result.blob, spot)
                if end - start >= least:
                    leaf = bisect_right(result.starts, spot) - 1
                    place = self.places[result.places[leaf]]
                    after = result.starts[leaf + 1] if leaf + 1 < len(result.starts) else len(result.blob)
                    text = squashed[start:end]
                    yield Passage(place, text, quote(result.raw[leaf], text), after - result.starts[leaf])
                    best = max(best, end - at)
            done = at + max(1, best - GRAM + 1)

    def token(self, squashed: str) -> Place | None:
        """Return a guarded place of a number, a code or a date that is written with digits."""
        return None if (at := self._tokens.get(squashed)) is None else self.places[at]


class _Walk:
    """Takes one result apart."""

    def __init__(self, into: Readings, index: int, event: Read) -> None:
        self.into, self.index, self.result = into, index, into.results[index]
        self.labels = into.own.labels(event.returns, event.arguments)
        self.rule: ObjectRow | None = None  # of the object within which the walk is
        self.around: tuple[tuple[ObjectRow, int, int], ...] = ()  # what is called by what stands in it
        self.server, _, name = event.tool.partition("/")
        self.kinds = kinds_of(name, event.returns.objects)
        self._joined: set[tuple[str, Label]] = set()  # patterns and labels that the result has
        self._named: set[tuple[str, str]] = set()  # names of members that are values, by where they stand
        self._parts: dict[tuple[str, str], tuple[str, bool]] = {}
        """By pattern and where its object begins: the path in the object, whether that is structured."""
        self.pieces, self.length = list[str](), 0

    def value(self, value: Any, pattern: str, carrier: int, inside: str = "", depth: int = 0) -> None:
        if depth > MAX_DEPTH:
            self._deep(value, pattern)
        elif isinstance(value, dict):
            outer = self.labels, self.rule, self.around
            if (found := self.kinds.get(pattern)) is not None:
                if carrier >= 0 and self.rule is not None and leads(self.rule):
                    self.around += ((self.rule, carrier, len(inside)),)
                self.rule, nouns = found
                self.into.objects.append(Seen(self.index, self.server, nouns, within=carrier))
                carrier, inside = len(self.into.objects) - 1, pattern
                self.labels = self.into.own.of_row(self.labels, value, pattern, self.rule)
                self.labels = self.labels.vouched(value, pattern, self.rule.vouched)
            for key, item in value.items():
                self.value(item, f"{pattern}.{key}" if pattern else str(key), carrier, inside, depth + 1)
                if len(str(key)) > MAX_NAME or "@" in str(key):
                    self.leaf(str(key), pattern, -1)
                elif is_data(str(key)) and (pattern, str(key)) not in self._named:
                    self._name(str(key), pattern)
            self.labels, self.rule, self.around = outer
        elif isinstance(value, list) and value:
            for item in value:
                self.value(item, f"{pattern}[]", carrier, inside, depth + 1)
        elif value is None or value == [] or isinstance(value, bool):
            self._flag(value, pattern, carrier, inside)
        else:
            self.leaf(value, pattern, carrier, inside)

    def _name(self, name: str, pattern: str) -> None:
        """Keep the name of a member that is a value: nobody trusts it, but it is private as the rest."""
        self._named.add((pattern, name))
        label = self.labels.of(pattern)
        self.result.label = Label(BEST.integrity, label.confidentiality).join(self.result.label)
        self.into.places.append(Place(self.index, pattern, label, -1))
        self._keep(name, len(self.into.places) - 1)

    def _keep(self, raw: str, place_at: int, *, decoded: bool = False) -> None:
        """Keep a text so that passages of it are found."""
        if squashed := squash(raw):
            if decoded:
                self.result.decoded.add(len(self.result.raw))
            self.result.starts.append(self.length)
            self.result.places.append(place_at)
            self.result.raw.append(raw)
            self.pieces.append(squashed)
            self.length += len(squashed) + 1

    def _flag(self, value: Any, pattern: str, carrier: int, inside: str) -> None:
        """Remember what an object is or is not: `unread`; and what it does not have, as an empty text."""
        if carrier >= 0:
            (path, structured), trusted = self._part(pattern, inside), self.labels.of(pattern).trusted
            said = (("flag", str(value).lower()),) if isinstance(value, bool) else ()
            self.into.objects[carrier].fields.append((path, said, 2 if trusted else int(structured)))

    def _deep(self, value: Any, pattern: str) -> None:
        try:
            self.leaf(json.dumps(value), pattern, -1)
        except RecursionError:
            self.result.label = self.labels.whole.join(self.result.label)
            self.into.forgotten = self.result.label.join(self.into.forgotten or BEST)

    def leaf(self, value: Any, pattern: str, carrier: int, inside: str = "") -> None:
        for part, label, told in self.labels.parts(value, pattern):
            self._part_of(part, Place(self.index, pattern, label, carrier, told), inside)

    def _part_of(self, value: Any, place: Place, inside: str) -> None:
        pattern, label, carrier, result = place.pattern, place.label, place.object, self.result
        if (amount := self.labels.in_whole(value, pattern)) is not None:
            result.whole.add(pattern)
        given, both, value = str(value), forms_of(value), value if amount is None else amount
        forms = without_address(text := str(value), forms_of(value))
        again = carrier < 0 and echoes(both, result.arguments) and not any(map(self.into.known, both))
        own = again or ((label.trusted or carrier >= 0) and self.into.own.has(text, (*forms, *both)))
        if label.trusted and own:
            place = Place(self.index, pattern, label := Label("public", label.confidentiality), carrier)
        if (pattern, label) not in self._joined:
            self._joined.add((pattern, label))
            result.label = label.join(result.label)
        place_at = len(self.into.places)
        self.into.places.append(place)
        result.told = result.told or place.told
        for form in forms:
            self.into.note(form, place_at)
            if self.into.request.picks(form):
                said = self.into.said.setdefault((result.tool, pattern), set())
                if len(said) < MAX_PLACES:
                    said.add(form)
        if isinstance(value, str) and " " in text:
            for form, _ in entities(text[:MAX_ENTITIES_CHARS]):  # "98,70" in a sentence is the number 98.7
                if form not in forms:
                    self.into.note(form, self._lent(form, text, place_at))
        more = decodings(text) if len(text) >= 12 else (given,) if amount is not None else ()
        for raw in (text, *more):
            self._keep(raw, place_at, decoded=raw is not text)
        if carrier >= 0 and self.rule is not None:
            self._of_object(self.into.objects[carrier], (pattern, inside), text, forms, place, own)

    def _lent(self, form: Form, text: str, at: int) -> int:
        """Return the place of a value in a text: one that nobody trusts where the text does not lend it."""
        place = self.into.places[at]
        if place.told or lends(form, text, place.label):
            return at
        label = Label("public", place.label.confidentiality)
        self.into.places.append(msgspec.structs.replace(place, label=label))
        return len(self.into.places) - 1

    def _part(self, pattern: str, inside: str) -> tuple[str, bool]:
        path = pattern[len(inside) :].lstrip(".")
        declared = self.rule.structured if self.rule is not None else ()
        return path, any(path == one or path.startswith((f"{one}.", f"{one}[")) for one in declared)

    def _of_object(
        self, seen: Seen, where: tuple[str, str], text: str, forms: tuple[Form, ...], at: Place, own: bool
    ) -> None:
        rule, request, label = self.rule, self.into.request, at.label
        if rule is None:
            return
        if where not in self._parts:
            self._parts[where] = self._part(*where)
        path, structured = self._parts[where]
        if path == rule.id:
            seen.id, seen.id_trusted = id_of(text, forms), label.trusted
        if called := is_name(rule, path):
            call(seen, request, text, path, trusted=label.trusted)
        for within, outer, start in self.around:
            if is_name(within, at.pattern[start:].lstrip(".")):
                call(self.into.objects[outer], request, text, path, trusted=label.trusted)
        if label.trusted and (path == rule.id or called) and any(map(str.isdigit, text)):
            number(seen, request, text, path)
        sure, lent = label.trusted and not at.told, structured and not own
        lent = lent or (path == rule.id and not (own and is_whom(forms)))
        seen.fields.append((path, forms, 2 if sure else int(lent)))
        if (structured or label.trusted) and forms and forms[0][0] == "date":
            seen.at = max(seen.at, forms[-1][1])
        if structured or label.trusted:
            seen.echoes |= request.echoes(text, forms)
