"""The language of rules: a sentence in, a formula out.

    rule    = either ["implies" rule]
    either  = both {"or" both}
    both    = term {"and" term}
    term    = ("not" | "always" | "never" | "eventually" | "next") term
            | ("at most" | "at least" | "exactly") NUMBER thing
            | thing [relation]
    relation = "before" thing
            | "followed by" thing ["within" NUMBER "steps"]
            | "immediately followed by" thing
            | "until" thing | "unless" thing
    thing   = NAME                            an atom of `let`, or a ready one (`atoms.READY`)
            | "tool" NAME | "agent" NAME      with * for anything, in quotes where it has spaces
            | "same call repeated" NUMBER "times" ["in a row"]
            | "no progress for" NUMBER "steps"
            | ("cost" | "time" | "tokens" | "steps") ("above" | "at most") NUMBER [UNIT]
            | "every claim of kind" NAME "has a source"
            | "the argument" NAME "of" thing "came from" ["the result of"] source {"or" source}
            | "judged" NAME
            | "(" rule ")"
    source  = thing | "the request"

Meanings, for a trace read from its first step (LTLf, see `formulas`): "A before B": no B comes before an A
has come; "A followed by B": after every A there is, later, a B; "within n steps": at one of the n after it;
"never A" is "always not A"; "at most n A" counts steps. A ceiling ("cost at most 1 USD") and what is said of
every claim or argument holds at every step, so it need not begin with "always".
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from podium.evidence.audits.atoms import READY, Atom, fields, judged, no_progress, repeated, total, wrong
from podium.evidence.audits.formulas import (
    Formula,
    all_of,
    always,
    any_of,
    at_least,
    at_most,
    atom,
    eventually,
    later,
    negated,
    unless,
    until,
    within,
)
from podium.evidence.audits.sources import came_from, claims_have_sources
from podium.kernel.errors import InvalidRequest

_TOKEN: Final = re.compile(r"\s*(?:(\"[^\"]*\"|'[^']*')|([()])|([^\s()\"']+))")
_ONE: Final = Decimal(1)
_UNITS: Final = {
    "cost": {"usd": _ONE, "": _ONE},
    "time": {"ms": Decimal("0.001"), "s": _ONE, "m": Decimal(60), "h": Decimal(3600)},
}
TOTALS: Final = ("cost", "time", "tokens", "steps")
_NUMBER: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|usd)?", re.IGNORECASE)
LARGEST_COUNT: Final = 10_000

KEYWORDS: Final = frozenset(
    (
        "not", "always", "never", "eventually", "next", "at", "and", "or", "implies", "before", "followed",
        "immediately", "until", "unless", "within", "the", "tool", "agent", "same", "no", "cost", "time",
        "tokens", "steps", "every", "judged", "came", "from", "of", "exactly",
    )
)  # fmt: skip
"""Words that no atom may be called."""


@dataclass(slots=True)
class Vocabulary:
    """The atoms of one audit: what rules may name, and a number for each that one does."""

    let: Mapping[str, Atom] = field(default_factory=dict)
    judges: Mapping[str, Mapping[str, bool | None]] = field(default_factory=dict)
    """By the judge's name: what it found, by span id."""
    numbered: list[Atom] = field(default_factory=list)
    _numbers: dict[str, int] = field(default_factory=dict)

    def number(self, one: Atom) -> Formula:
        """Return the formula of an atom."""
        place = self._numbers.get(one.says)
        if place is None:
            place = self._numbers[one.says] = len(self.numbered)
            self.numbered.append(one)
        return atom(place)


def parse(sentence: str, vocabulary: Vocabulary) -> Formula:
    """Return the formula of a sentence. Raises InvalidRequest that points at a word that it does not know."""
    parser = _Parser(sentence, vocabulary)
    try:
        formula = parser.rule()
    except RecursionError as error:
        raise wrong("the sentence nests too deeply.", "Name parts of it in `let`.") from error
    if parser.word():
        raise parser.unexpected("the sentence's end")
    return formula


class _Parser:
    def __init__(self, sentence: str, vocabulary: Vocabulary) -> None:
        self._sentence = sentence
        self._vocabulary = vocabulary
        self._tokens: list[tuple[str, int]] = []
        self._place = 0
        at = 0
        text = sentence.rstrip().removesuffix(".")
        while at < len(text):
            found = _TOKEN.match(text, at)
            if found is None:
                raise wrong(f"a quotation mark in {sentence!r} is not closed.", "Close it.")
            self._tokens.append((found[found.lastindex or 0], found.start(found.lastindex or 0)))
            at = found.end()

    def word(self, ahead: int = 0) -> str:
        place = self._place + ahead
        return self._tokens[place][0] if place < len(self._tokens) else ""

    def unexpected(self, expected: str) -> InvalidRequest:
        if self._place >= len(self._tokens):
            return wrong(f"{self._sentence!r} ends where {expected} was expected.", "Write it out.")
        word, at = self._tokens[self._place]
        return wrong(
            f"{self._sentence!r}: {word!r} at character {at + 1} where {expected} was expected.",
            "The grammar of sentences stands in docs/audits.md.",
        )

    def _take(self, *phrase: str) -> bool:
        """Go past a phrase where it stands here."""
        if all(self.word(ahead).lower() == word for ahead, word in enumerate(phrase)):
            self._place += len(phrase)
            return True
        return False

    def _need(self, *phrase: str) -> None:
        for word in phrase:
            if not self._take(word):
                raise self.unexpected(repr(word))

    def _name(self) -> str:
        word = self.word()
        if not word or word in "()":
            raise self.unexpected("a name")
        self._place += 1
        return word[1:-1] if word[0] in "\"'" else word

    def _count(self, least: int = 0) -> int:
        word = self.word()
        if not word.isdecimal() or not least <= int(word) <= LARGEST_COUNT:
            raise self.unexpected(f"a whole number from {least} to {LARGEST_COUNT}")
        self._place += 1
        return int(word)

    def rule(self) -> Formula:
        left = self._either()
        return any_of((negated(left), self.rule())) if self._take("implies") else left

    def _either(self) -> Formula:
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        return any_of(parts)

    def _both(self) -> Formula:
        parts = [self._term()]
        while self._take("and"):
            parts.append(self._term())
        return all_of(parts)

    def _term(self) -> Formula:
        for word, meaning in _PREFIXES.items():
            if self._take(word):
                return meaning(self._term())
        for phrase, (least, meaning_of_count) in _COUNTS.items():
            if self._take(*phrase.split()):
                return meaning_of_count(self._count(least), self._of_one_step())
        return self._related(self._thing())

    def _of_one_step(self) -> Formula:
        """Return a thing that can be counted: one that speaks of no other step."""
        before = self._place
        thing = self._thing()
        if _speaks_of_more(thing):
            self._place = before
            raise self.unexpected("something that one step is")
        return thing

    def _related(self, left: Formula) -> Formula:
        if self._take("before"):
            right = self._thing()
            return unless(negated(right), all_of((left, negated(right))))
        if self._take("immediately", "followed", "by"):
            return always(any_of((negated(left), later(self._thing()))))
        if self._take("followed", "by"):
            right = self._thing()
            if not self._take("within"):
                return always(any_of((negated(left), later(eventually(right)))))
            steps = self._count(1)
            if not (self._take("steps") or self._take("step")):
                raise self.unexpected("'steps'")
            return always(any_of((negated(left), later(within(steps, right)))))
        if self._take("until"):
            return until(left, self._thing())
        if self._take("unless"):
            return unless(left, self._thing())
        return left

    def _thing(self) -> Formula:
        if self._take("("):
            inside = self.rule()
            self._need(")")
            return inside
        if self._take("not"):
            return negated(self._thing())
        if self.word(1).lower() in ("above", "at") and self.word().lower() in TOTALS:
            return self._ceiling()
        if self._take("every", "claim", "of", "kind"):
            kind = self._name()
            self._need("has", "a", "source")
            return always(self._vocabulary.number(claims_have_sources(kind)))
        if self._take("the", "argument"):
            return always(self._vocabulary.number(self._argument()))
        return self._vocabulary.number(self._atom())

    def _ceiling(self) -> Formula:
        what = self._name().lower()
        above = self._take("above")
        if not above:
            self._need("at", "most")
        found = _NUMBER.fullmatch(self.word())
        if found is None:
            raise self.unexpected("a number")
        self._place += 1
        units = _UNITS.get(what, {"": _ONE})
        unit = (found[2] or "").lower()
        if not unit and self.word().lower() in units:
            unit = self._name().lower() if self.word() else ""
        if not unit and "" not in units:
            raise self.unexpected(f"a unit of {what}, {' or '.join(sorted(units))},")
        if unit not in units:
            raise wrong(f"{unit!r} is no unit of {what}.", f"Use {' or '.join(sorted(filter(None, units)))}.")
        passed = self._vocabulary.number(total(what, Decimal(found[1]) * units[unit]))
        return passed if above else always(negated(passed))

    def _argument(self) -> Atom:
        name = self._name()
        self._need("of")
        user = self._atom()
        self._need("came", "from")
        givers, or_request = [], False
        while True:
            self._take("the", "result", "of")
            if self._take("the", "request"):
                or_request = True
            else:
                givers.append(self._atom())
            if not self._take("or"):
                return came_from(name, user, givers, or_request=or_request)

    def _atom(self) -> Atom:
        if self._take("same", "call", "repeated"):
            times = self._count(1)
            self._need("times")
            return repeated(times, in_a_row=self._take("in", "a", "row"))
        if self._take("no", "progress", "for"):
            steps = self._count(1)
            if not (self._take("steps") or self._take("step")):
                raise self.unexpected("'steps'")
            return no_progress(steps)
        if self._take("judged"):
            return self._judged()
        for word in ("tool", "agent"):
            if self.word().lower() == word and self.word(1) and self.word(1).lower() not in KEYWORDS:
                self._place += 1
                name = self._name()
                return fields(f"{word} {name}", {word: name})
        return self._named()

    def _judged(self) -> Atom:
        name = self._name()
        found = self._vocabulary.judges.get(name)
        if found is None:
            judges = ", ".join(sorted(self._vocabulary.judges)) or "none"
            raise wrong(f"{name!r} is no judge of this audit.", f"Its `judges` are: {judges}.")
        return judged(name, found)

    def _named(self) -> Atom:
        word = self.word()
        found = self._vocabulary.let.get(word) or READY.get(word)
        if found is None:
            if not word or word in "()" or word.lower() in KEYWORDS:
                raise self.unexpected("something that a step can be")
            names = ", ".join(sorted({*self._vocabulary.let, *READY}))
            raise wrong(
                f"{self._sentence!r}: {word!r} at character {self._tokens[self._place][1] + 1} is not known.",
                f"Define it in `let`, or use one of: {names}.",
            )
        self._place += 1
        return found


_PREFIXES: Final[dict[str, Callable[[Formula], Formula]]] = {
    "not": negated,
    "always": always,
    "never": lambda part: always(negated(part)),
    "eventually": eventually,
    "next": later,
}
_COUNTS: Final[dict[str, tuple[int, Callable[[int, Formula], Formula]]]] = {
    "at most": (0, at_most),
    "at least": (1, at_least),
    "exactly": (0, lambda count, part: all_of((at_most(count, part), at_least(count, part)))),
}
"""By phrase: the least count that says anything, and what it means."""


def _speaks_of_more(formula: Formula) -> bool:
    if formula[0] in ("atom", "not_atom", "const"):
        return False
    return formula[0] not in ("and", "or") or any(_speaks_of_more(part) for part in formula[1:])
