"""What a line of the user's own text says, where the request points to that text: as if the request said it.

All that a call takes from there has to stand in one line: an amount goes with the payee of its own line.
"""

import re
from collections.abc import Sequence
from typing import Final

import msgspec

from podium.trust.english.hours import said_times
from podium.trust.english.vocabulary import COMMON
from podium.trust.english.words import bases, sentences
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.notations import hides
from podium.trust.grounding.record.readings import Seen
from podium.trust.grounding.texts.accepted import comes, same_day, sums_in
from podium.trust.grounding.texts.handed import MAX_NAME
from podium.trust.grounding.texts.own_texts import Line, own_lines
from podium.trust.grounding.things.leading import FIRM
from podium.trust.request.asking import acts_of
from podium.trust.tools import Sink, ToolRow
from podium.trust.values.forms import (
    Form,
    date_form,
    dates_in,
    entities,
    forms_of,
    number_form,
    plain,
    times_in,
    words,
)

OWN_WORD: Final = "the user's own text says it, to which the request points"
APART: Final = "no line of the user's own text has both the sum and who gets it"
LEFT: Final = "only what anybody may have written says it, to which the user's own text leaves that"
_PAIRED: Final[frozenset[Sink]] = frozenset(("payee", "recipient", "object", "url", "amount", "date"))
"""Sinks whose values have to be those of one line."""
_TO_WHOM: Final[frozenset[Sink]] = frozenset(("payee", "recipient", "object"))
_LEAVES: Final = re.compile(
    r"\b(?:what(?:ever)?(?:'s| is| it says| they| he| she| stands)|as (?:on|in|per)|see|according to"
    r"|the (?:amount|sum|total) (?:on|in|of|from))\b.*\b(?:bill|invoice|mail|e-?mail|letter|offer|quote"
    r"|statement|reminder)s?\b",
    re.IGNORECASE,
)
"""How a line leaves a sum to what somebody else has written."""
_HANDLE: Final = re.compile(r"(?<![\w.@#-])[#@][\w-]+(?![\w-]*[.@]\w)")
"""A channel, or whom a sign before a login names."""
LEAST_PART: Final = 4
"""Letters of a word of a name that tells it."""


class OwnWords:
    """What the user's own text says of one call."""

    def __init__(self, grounds: Grounds, tool: ToolRow, findings: Sequence[Finding]) -> None:
        self.grounds, self.tool, self.findings = grounds, tool, list(findings)
        doubts = any(not one.trusted or one.ground == "field" for one in findings)
        self._lines = own_lines(grounds) if tool.writes and doubts else []

    def lent(self) -> list[Finding]:
        """Return what was found out, with what one line says as trusted; as it was where no line says all."""
        request = self.grounds.request
        said = bool(request.figures or request.sums or request.bounds)  # the request has a sum of its own
        own_sum = said and any(one.sink == "amount" and one.ground != "request" for one in self.findings)
        if not own_sum and all(self._may(one) for one in self.findings if not one.trusted):
            for line in self._lines:
                if all(self._goes(line, one) for one in self.findings):
                    return [self._taken(line, one) for one in self.findings]
        return self._apart(self._left())

    def _apart(self, findings: list[Finding]) -> list[Finding]:
        """Return what was found out, with a sum and its taker asked about that are of no one line."""
        whom = [one for one in findings if one.sink in _TO_WHOM]
        sums = [one for one in findings if one.sink == "amount" and one.ground == "field"]
        named = [line for line in self._lines if any(self._names(line, one) for one in whom)]
        saying = [line for line in self._lines if any(self.says(line, one) for one in sums)]
        if not whom or not sums or any(line in named for line in saying):
            return findings
        doubtful = [*(sums if named else ()), *(one for one in whom if saying and one.ground == "field")]
        return [
            msgspec.structs.replace(one, ground="unnamed", may_ask=True, why=APART)
            if any(one is other for other in doubtful)
            else one
            for one in findings
        ]

    def _taken(self, line: Line, one: Finding) -> Finding:
        if one.trusted:
            return one
        origins = self.grounds.origins([(line.place, line.text[:200])])
        return msgspec.structs.replace(one, ground="request", may_ask=False, why=OWN_WORD, origins=origins)

    def _may(self, one: Finding) -> bool:
        """Return whether the request leaves a value open, and nothing hides in it."""
        row = self.tool.arguments.get(one.path)
        against = one.why.startswith("the request") and "does not name" not in one.why
        if row is None or row.sink != one.sink or one.settled or against or hides(one.value):
            return False
        return one.sink != "amount" or not row.minor_units

    def _goes(self, line: Line, one: Finding) -> bool:
        """Return whether a line says a value, or it goes whatever the line says."""
        free = one.trusted and (one.ground == "grant" or one.sink not in _PAIRED)
        return free or self.says(line, one)

    def says(self, line: Line, one: Finding) -> bool:
        """Return whether a line says a value, or what has it as identifier."""
        if one.sink == "amount":
            marked, lone = sums_in(line.text)
            return (marked or lone) == {number_form(one.value)}
        if one.sink == "date":
            return self._says_day(line, one)
        if one.sink in _TO_WHOM:
            return self._names(line, one)
        return _has(line.text, one.value)

    def _says_day(self, line: Line, one: Finding) -> bool:
        """Return whether a line says this day and no other one, and its time."""
        day, today = date_form(one.value), self.grounds.request.today
        said = set(dates_in(line.text))
        if not day or day.startswith("--") or not today or len(said) != 1:
            return False
        (there,) = said
        near = not there.startswith("--") or (
            today <= day < f"{int(today[:4]) + 1}{today[4:]}" and comes(there, today)
        )
        return near and same_day(there, day) and set(times_in(one.value)) <= said_times(line.text)

    # -- whom or what a line names

    def _names(self, line: Line, one: Finding) -> bool:
        forms = forms_of(one.value)
        if forms and forms[0][0] in {"email", "iban", "url"}:
            there = {form for form, _ in entities(line.text) if form[0] in {"email", "iban"}}
            if there:
                return there == {forms[0]}
        if one.sink == "recipient" and (handles := set(_HANDLE.findall(plain(line.text)))):
            return handles == {plain(one.value)}
        objects = self.grounds.readings.objects
        has = [seen for seen in objects if self._has(seen, one, forms)]
        kinds = {(seen.server, seen.nouns) for seen in has}
        if len(kinds) != 1 or len({seen.id for seen in has}) != 1:
            return False
        alike = [seen for seen in objects if (seen.server, seen.nouns) in kinds and seen.id_trusted]
        called = self._called(line, alike)
        return called == {has[0].id}

    def _has(self, seen: Seen, one: Finding, forms: tuple[Form, ...]) -> bool:
        """Return whether a thing of a trusted list has a value: as identifier, or for a person in a field."""
        if not seen.id_trusted:
            return False
        if one.sink == "object":
            return seen.server == self.tool.server and bool(set(forms) & set(seen.id))
        return any(trust == FIRM and set(forms[:1]) & set(theirs) for _, theirs, trust in seen.fields)

    def _called(self, line: Line, things: Sequence[Seen]) -> set[tuple[Form, ...]]:
        """Return what a line names of some things of a kind: by a whole name, else by a word of one."""
        owners: dict[tuple[str, ...], set[tuple[Form, ...]]] = {}
        for seen in things:
            if not self._is_open(line, seen):
                return set()
            for _, forms, trust in seen.fields:
                kind, text = forms[-1] if forms else ("", "")
                if trust == FIRM and kind == "text" and len(text) <= MAX_NAME and (name := words(text)):
                    owners.setdefault(name, set()).add(seen.id)
        said = words(line.text)
        whole = {
            name: ids
            for name, ids in owners.items()
            if len(ids) == 1 and len("".join(name)) > 2 and not set(name) <= COMMON and _runs(name, said)
        }
        if whole:
            return set().union(*whole.values())
        parts = {word for word in said if len(word) >= LEAST_PART and word.isalpha() and word not in COMMON}
        return set().union(*(ids for name, ids in owners.items() if parts & set(name)))

    def _is_open(self, line: Line, seen: Seen) -> bool:
        """Return whether the list in which a thing stands was looked up by the user's words, or by none."""
        said = set(words(line.text))
        return all(
            set(words(text)) <= said or self.grounds.request.covers(text)
            for text in self.grounds.readings.results[seen.result].arguments
        )

    # -- what a line leaves to others, and what it asks for

    def _left(self) -> list[Finding]:
        """Return what was found out, with a sum asked about that a line leaves to the bill of who is paid."""
        doubts = [one for one in self.findings if not one.trusted and not one.may_ask]
        if len(doubts) != 1 or doubts[0].sink != "amount" or doubts[0].ground != "stranger":
            return self.findings
        if not any(_LEAVES.search(line.text) and not any(sums_in(line.text)) for line in self._lines):
            return self.findings
        if not self._may(doubts[0]) or not self._is_of_payee(doubts[0]):
            return self.findings
        more = msgspec.structs.replace(doubts[0], may_ask=True, why=LEFT)
        return [more if one is doubts[0] else one for one in self.findings]

    def _is_of_payee(self, amount: Finding) -> bool:
        """Return whether who is paid has written a sum, by the names by which he is listed."""
        readings, number = self.grounds.readings, number_form(amount.value)
        payees = [one for one in self.findings if one.sink in {"payee", "object"}]
        known = (
            seen for one in payees for seen in readings.objects if self._has(seen, one, forms_of(one.value))
        )
        wrote = (it.object for it in readings.at(("number", number or "")) if it.object >= 0)
        names = {form for seen in known for form in _texts_of(seen, FIRM)}
        return any(not names.isdisjoint(_texts_of(readings.objects[at], 0)) for at in wrote)

    def asks_for(self, findings: Sequence[Finding], uses_so_far: int) -> bool:
        """Return whether a line asks for this act, with all that the call takes, and it was not done yet."""
        lines = self._lines or own_lines(self.grounds)
        asking = [line for line in lines if _asks(line, self.tool)]
        if not findings or uses_so_far >= len(asking) or any(not one.trusted for one in findings):
            return False
        fits = [
            line
            for line in asking
            if all(one.ground == "grant" or self.says(line, one) for one in findings)
            and any(self.says(line, one) for one in findings)
        ]
        wanted = {forms_of(one.value)[:1] for one in findings}
        done = sum(
            wanted <= {forms_of(text)[:1] for text in result.arguments}
            for result in self.grounds.readings.results
            if result.tool == self.tool.id and result.wrote and not result.failed
        )
        return done < len(fits)


def _texts_of(seen: Seen, least: int) -> set[Form]:
    """Return the texts of a thing's fields that are trusted so far."""
    last = (form for _, forms, trust in seen.fields if trust >= least for form in forms[-1:])
    return {form for form in last if form[0] == "text"}


def _asks(line: Line, tool: ToolRow) -> bool:
    """Return whether a line orders what a tool does, and nothing against it."""
    moods = set[str]()
    for sentence in sentences(line.text):
        said = frozenset(base for token in sentence for base in bases(token.low))
        moods |= {act.mood for act in acts_of(sentence, tool.intents, said)}
    return "asked" in moods and "refused" not in moods


def _has(line: str, value: str) -> bool:
    """Return whether a value stands in a line as it is, as words of their own."""
    wanted = plain(value).strip()
    if len(wanted) < 2:
        return False
    return re.search(rf"(?<![\w.-]){re.escape(wanted)}(?![\w-]|\.\w)", plain(line)) is not None


def _runs(name: tuple[str, ...], said: tuple[str, ...]) -> bool:
    """Return whether the words of a name stand in a line one after the other."""
    return any(said[at : at + len(name)] == name for at in range(len(said) - len(name) + 1))
