"""What a request opens and by which of its words, for whoever tries a policy.

Nothing is decided here: what is open is what `podium.trust.request.narrowing` says, what a sink takes what
`podium.trust.grounding.grounds` says before anything was read. This tells it by the request's words.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Final, Literal

import msgspec

from podium.trust.doubts import GUESSED
from podium.trust.english.lexicon import (
    ADVERBS,
    DETERMINERS,
    JOINTS,
    MODALS,
    NEGATIONS,
    NOUNS,
    NUMBERS,
    OBJECTS,
    PREPOSITIONS,
    QUANTIFIERS,
    QUESTIONS,
    READING,
    SUBJECTS,
    SUPERLATIVES,
    TELLING,
    word_set,
)
from podium.trust.english.vocabulary import CALENDAR, COMMON, RELATIVE
from podium.trust.english.words import Token, bases, sentences, singular
from podium.trust.grants import fixed_values
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.readings import Readings
from podium.trust.grounding.times.last_days import day_after, found_in
from podium.trust.request.asking import Sentence, find_acts
from podium.trust.request.effective import Refusal
from podium.trust.request.intents import parts_of
from podium.trust.request.narrowing import narrow
from podium.trust.request.nouns import kinds_like, near_nouns
from podium.trust.request.requests import Request
from podium.trust.request.set_apart import QUOTED
from podium.trust.request.wordings.manners import close_words, manner
from podium.trust.request.wordings.wishes import by_value, listed
from podium.trust.tools import GUARDED, GrantRow, SharedRow, Sink, ToolRow
from podium.trust.values.forms import Form, squash, words
from podium.trust.values.units import minor

State = Literal["allow", "guess", "ask", "deny"]
"""``guess``: open where the request says every value, or names the object that has it; else asked."""


class Taken(msgspec.Struct, frozen=True):
    """What of a request one argument takes, before anything was read."""

    argument: str
    sink: Sink
    values: tuple[str, ...]
    """Those that go as the request says them."""
    names: tuple[str, ...] = ()
    """Words and numbers by which it may name an object: what that has is trusted once a lookup shows it."""
    texts: bool = False
    """Whether it takes what only a text says that the request names, as its author accepts."""
    up_to: str | None = None
    """Of an amount: at most how much so."""


class Opening(msgspec.Struct, frozen=True):
    """What a request says of one tool."""

    tool: str
    effect: str
    answer: State
    uses: int | None
    """Calls that the request asks for, at most those of the grant; None: no limit."""
    rule: str
    reason: str
    """By which words it is open, or why it is not."""
    takes: tuple[Taken, ...] = ()
    shared: tuple[SharedRow, ...] = ()
    """How many calls it asks for of this tool and others together."""


class Openings(msgspec.Struct, frozen=True):
    """What a request opens. Every tool of the agent is there, in the order of the grants."""

    request: str
    tools: tuple[Opening, ...]
    order: str
    """The word of an order, or the beginning of a wish, that no tool is known to be meant by; else empty."""
    words: tuple[str, ...]
    """Words that are no act, no kind of thing and no value here. They may name what a lookup shows."""

    @property
    def shared(self) -> tuple[SharedRow, ...]:
        """How many calls of which tools it asks for together, without what follows from another row."""
        rows = dict.fromkeys(row for one in self.tools for row in one.shared)
        return tuple(
            row
            for row in rows
            if not any(set(row.tools) < set(it.tools) and it.most <= row.most for it in rows)
        )

    @property
    def answer(self) -> Literal["open", "guess", "asked", "closed"]:
        """What it opens at best. ``asked``: nothing, and a person is asked about some tool."""
        answers = {one.answer for one in self.tools if one.effect != "read"}
        known: tuple[tuple[State, Literal["open", "guess", "asked"]], ...]
        known = (("allow", "open"), ("guess", "guess"), ("ask", "asked"))
        return next((name for state, name in known if state in answers), "closed")


def openings(
    grants: Sequence[GrantRow], tools: Mapping[str, ToolRow], request: str, today: date | None = None
) -> Openings:
    """Return what a request opens. ``tools`` by id; ``today``: the day on which the task would begin."""
    effective = narrow(grants, tools, request)
    writing = [grant for grant in effective.grants if tools[grant.tool].writes]
    refusals = effective.refusals.values()
    hints = [one.word for one in refusals if one.rule == "request.unclear" and one.word]
    order = max(hints, key=hints.count, default="")
    others = sorted(tools.values(), key=lambda it: (not it.writes, it.id in effective.refusals))
    said = _Said(request, today, [tools[grant.tool] for grant in writing], writing, order, others)
    found: list[Opening] = []
    for grant in effective.grants:
        tool, refusal = tools[grant.tool], effective.refusals.get(grant.tool)
        answer: State = refusal.answer if refusal else "allow"
        if refusal is not None and refusal.rule in GUESSED:
            answer = "guess"
        if refusal is not None:
            rule, reason = refusal.rule, said.closed_by(tool, refusal)
        else:
            rule, reason = "tools", said.opened_by(tool) if tool.writes else "it only reads"
        takes = tuple(said.takes(tool, grant)) if tool.writes and answer != "deny" else ()
        found.append(Opening(tool.id, tool.effect, answer, grant.uses, rule, reason, takes, grant.shared))
    opened = any(one.effect != "read" and one.answer in {"allow", "guess"} for one in found)
    return Openings(request, tuple(found), "" if opened else order, tuple(said.strange(tools.values())))


class _Said:
    """One request, read for whoever wrote the policy."""

    def __init__(
        self,
        text: str,
        today: date | None,
        writes: Sequence[ToolRow],
        grants: Sequence[GrantRow],
        order: str,
        tools: Sequence[ToolRow],
    ) -> None:
        self.sentences: tuple[Sentence, ...] = tuple(sentences(text))
        self.readings = Readings(text, today)
        self.request: Request = self.readings.request
        self.grounds = Grounds(self.readings, plural=True)
        self.quoted = tuple(next(filter(None, match.groups())) for match in QUOTED.finditer(text))
        self.values, self.tools = listed(grants), tools
        words_of = {tool.id: (*tool.intents, *_close(tool)) for tool in writes}
        self.acts = {part for found in words_of.values() for one in found for part in parts_of(one)}
        """Words that ask for an act of some tool."""
        for tool in writes:
            for sentence in self.sentences:
                self.acts |= manner(sentence, tool.intents)[1]
        self.acts.add(order.casefold())

    # -- acts

    def opened_by(self, tool: ToolRow) -> str:
        """Return by which words a tool is open."""
        if (own := self._act(tool.intents)) is not None:
            return f"{own[0]!r}, {'its own word' if own[0].casefold() == own[1] else f'its own {own[1]!r}'}"
        if (close := self._act(_close(tool))) is not None:
            return f"{close[0]!r}, as good as {_beside(tool, close[1])}"
        for sentence in self.sentences:
            if tool.id in (places := by_value(sentence, self.values)):
                return f"{sentence[places[tool.id]].text!r}, which its grant lists"
        return "what it is about, beside a word that another tool lists"

    def closed_by(self, tool: ToolRow, refusal: Refusal) -> str:
        """Return why a tool is not open, or not without a person."""
        alone = refusal.rule == "request.other" and self._act(tool.intents) is None
        if alone and (close := self._act(_close(tool))) is not None:
            near = _beside(tool, close[1])
            return f"{close[0]!r} is as good as {near}, and none of its nouns stands beside it"
        other = self._thing_of_other(tool) if refusal.rule == "request.other" else ""
        return f"{refusal.reason}{other}"

    def _thing_of_other(self, tool: ToolRow) -> str:
        """Return of which other tool a request says a thing, an open one first; not if of this."""
        own = near_nouns(tool)
        things = [singular(it.low) for sentence in self.sentences for it in sentence if it.kind == "word"]
        if not own.isdisjoint(things):
            return ""
        for alike in (lambda thing: {thing}, kinds_like):
            for other in (it for it in self.tools if it.id != tool.id):
                near = near_nouns(other) - own
                if thing := next((it for it in things if not near.isdisjoint(alike(it))), ""):
                    return f": {thing!r} may be a thing of {other.id}"
        return ""

    def _act(self, intents: Iterable[str]) -> tuple[str, str] | None:
        """Return the words that ask for one of some intents, and that intent."""
        for intent in intents:
            for sentence in self.sentences:
                for act in find_acts(sentence, intent):
                    if act.mood == "asked":
                        parts = {*parts_of(intent), "-".join(parts_of(intent))}
                        here = [it for it in sentence[act.at : act.end + 1] if parts & set(bases(it.low))]
                        return " ".join(it.text for it in here), intent
        return None

    # -- values

    def takes(self, tool: ToolRow, grant: GrantRow) -> Iterator[Taken]:
        """Yield what each argument that decides something takes of the request."""
        fixed = fixed_values(grant.schema) if grant.schema else {}
        for path, row in tool.arguments.items():
            if row.sink not in GUARDED:
                continue
            named = fixed.get(path, fixed.get(path.removesuffix("[]"), frozenset[Form]()))
            options = sorted(text for _, text in named) if named else list(self._options(row.sink))
            if row.minor_units and not named:
                options = [minor(one, row.minor_units) for one in options] + options
            if row.exclusive and not named:
                options = [day_after(one) for one in options] + options
            values = tuple(
                dict.fromkeys(
                    one for one in options if found_in(self.grounds, tool, path, row, one, named).trusted
                )
            )
            names = tuple(one for one in self._names() if one not in values)
            names = names if row.sink in _NAMED and not named else ()
            yield Taken(path, row.sink, values, names, row.accepts, row.named_up_to)

    def _options(self, sink: Sink) -> Iterator[str]:
        """Yield the values of a request that are of a kind."""
        request, kinds = self.request, _KINDS[sink]
        for kind, text in sorted(request.entities | request.spelled):
            if kind in kinds and kind != "date":
                yield text
        if "date" in kinds:
            days = {text for kind, text in request.entities if kind == "date" and text[0] != "-"}
            yield from sorted(days | request.resolved | request.near_days)
            yield from sorted(request.times | request.clock)
            if request.says_no_day:
                yield request.today
        if "text" in kinds:
            yield from self.quoted
            yield from self._runs()

    def _names(self) -> Iterator[str]:
        """Yield what may name an object: quotations, capitalised words, numbers that are no day or time."""
        codes = [match[0] for match in _CODE.finditer(self.request.text)]
        whole = [*self.quoted, *codes]
        timed = {day[-2:].lstrip("0") for day in self.request.resolved | self.request.dates}
        timed |= {str(int(time[:2]) % 12) for time in self.request.times | self.request.clock}
        numbers = {text for kind, text in self.request.entities if kind == "number"} - timed
        parts = {part for one in whole for part in words(one)}
        rest = [
            one for one in [*self._runs(names=True), *sorted(numbers)] if not parts.issuperset(words(one))
        ]
        accounts = " ".join(text for kind, text in self.request.entities if kind == "iban").casefold()
        yield from (one for one in dict.fromkeys([*whole, *rest]) if squash(one) not in accounts)

    def _runs(self, *, names: bool = False) -> Iterator[str]:
        """Yield words that stand together and may be a name or a value. ``names``: capitalised ones alone."""
        for sentence in self.sentences:
            run: list[str] = []
            for token in sentence:
                low = token.low.removesuffix("'s")
                value = token.kind == "value" and not {"@", ":"} & set(token.low)
                word = token.kind == "word" and not self._plain(token)
                if value or (word and (not names or low in self.request.capitalised)):
                    run.append(token.text.removesuffix("'s"))
                elif run:
                    yield " ".join(run)
                    run = []
            if run:
                yield " ".join(run)

    def _plain(self, token: Token) -> bool:
        """Return whether a word names nothing: it belongs to every request, or to an act."""
        low = token.low.removesuffix("'s")
        return low in _PLAIN or not self.acts.isdisjoint(bases(low))

    # -- what is left

    def strange(self, tools: Iterable[ToolRow]) -> Iterator[str]:
        """Yield words of which nothing is known here, each once."""
        things = {singular(word) for tool in tools for word in _things(tool)}
        things |= {word for group in NOUNS if group & things for word in group}
        seen: set[str] = set()
        for sentence in self.sentences:
            for at, token in enumerate(sentence):
                low = token.low.removesuffix("'s")
                if token.kind != "word" or low in seen or self._plain(token):
                    continue
                named = low in self.request.names or (token.text[:1].isupper() and (at or low != token.low))
                if named or singular(low) in things or set(bases(low)) & set(self.values):
                    continue
                seen.add(low)
                yield token.text


def _close(tool: ToolRow) -> tuple[str, ...]:
    dated = any(row.sink == "date" for row in tool.arguments.values())
    return close_words(tool.intents, dated=dated)


def _beside(tool: ToolRow, close: str) -> str:
    """Return the word of a tool's list that another one is near."""
    dated = any(row.sink == "date" for row in tool.arguments.values())
    near = next((one for one in tool.intents if close in close_words((one,), dated=dated)), "")
    return f"its {near!r}" if near else "one of its words"


def _things(tool: ToolRow) -> Iterator[str]:
    """Yield the words of a tool's name, its arguments and the list that it returns."""
    for text in (tool.name, *tool.arguments, *(found.at for found in tool.returns.objects)):
        yield from words(re.sub(r"([a-z])([A-Z])", r"\1 \2", text))


_KINDS: Final[dict[Sink, frozenset[str]]] = {
    "recipient": word_set("email"),
    "payee": word_set("iban email"),
    "url": word_set("url"),
    "path": word_set("url text"),
    "object": frozenset(),
    "amount": word_set("number"),
    "date": word_set("date"),
    "value": word_set("email iban url number date text"),
}
"""The forms of values that are shown for each sink."""
_CODE: Final = re.compile(r"\b[A-Za-z]{1,6}-?\d[\w-]*")
"""A name with a number in it: ``R-202``, ``sev4``."""
_NAMED: Final[frozenset[Sink]] = frozenset(("recipient", "payee", "object"))
"""Sinks whose values are mostly found by a name."""
_PLAIN: Final = frozenset[str]().union(
    *(ADVERBS, DETERMINERS, JOINTS, MODALS, NEGATIONS, OBJECTS, PREPOSITIONS, QUANTIFIERS, QUESTIONS),
    *(READING, SUBJECTS, SUPERLATIVES, TELLING, CALENDAR, RELATIVE, COMMON, NUMBERS),
    word_set("i am be been being has was were going needs half myself himself herself themselves pm o'clock"),
    word_set("euro euros dollar dollars pound pounds percent degrees cents sorry mr mrs ms dr money"),
    word_set("something anything nothing someone anybody everything much many enough yet far together ago"),
)
"""Words that name no thing."""
