"""Clauses of a request that ask for something which no open tool accounts for, and the tools they may mean.

Every clause that asks is accounted for by a tool that it opens, or by an answer. Of one that is left over
something is known: who reads it is asked whether it means a tool that fits its words. Nothing is opened here.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import pairwise
from typing import Final

import msgspec

from podium.trust.english.lexicon import (
    ADVERBS,
    DETERMINERS,
    JOINTS,
    MODALS,
    NUMBERS,
    OBJECTS,
    PREPOSITIONS,
    QUESTIONS,
    SEEKING,
    SUBJECTS,
    WH,
    word_set,
)
from podium.trust.english.vocabulary import RELATIVE
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import Token, bases, singular, text_of
from podium.trust.request.asking import Act, Sentence, negated, tells
from podium.trust.request.enquiring import looks, wants_fact
from podium.trust.request.requests import Request, request_of
from podium.trust.request.unsaid import is_past, needs
from podium.trust.request.wordings.manners import manner, said_so
from podium.trust.tools import ToolRow

WAY: Final = 3
"""Signs of a manner of asking by which a clause may mean a tool."""
_CLOSE: Final = 4
"""Signs of a word as good as the tool's own."""


class Clause(msgspec.Struct, frozen=True):
    """A part of a sentence that asks for something."""

    start: int
    end: int
    tokens: Sentence

    @property
    def words(self) -> frozenset[str]:
        """Return what it speaks of: its words, nouns in the singular."""
        return frozenset(singular(token.low) for token in self.tokens if token.kind == "word") - _EMPTY

    @property
    def plain(self) -> frozenset[str]:
        """Return its words in their plain forms."""
        return frozenset(base for token in self.tokens if token.kind == "word" for base in bases(token.low))

    @property
    def text(self) -> str:
        """Return how it begins."""
        return " ".join(token.text for token in self.tokens[:6])


def asking(sentence: Sentence) -> list[Clause]:
    """Return the clauses of a sentence that ask for something to be done."""
    found: list[Clause] = []
    for start, end in _spans(sentence):
        tokens = sentence[start:end]
        told = any(tells(sentence, at) for at in range(start))
        if (
            not told
            and not negated(sentence, end - 1)
            and _asks(tokens, question=sentence[-1].low == "?" and end >= len(sentence) - 1)
        ):
            found.append(Clause(start, end, tokens))
    return found


def accounted(
    clause: Clause,
    opened: Iterable[tuple[ToolRow, AbstractSet[str], Sequence[Act]]],
    nouns: AbstractSet[str] = frozenset(),
) -> bool:
    """Return whether an open tool accounts for all of a clause.

    ``opened``: such tools with the nouns that each is about, and where the sentence has its own words. A verb
    that says little, `put`, accounts for nothing without such a noun; nor does a tool that takes no day for a
    clause that says one; nor one of whose things the request says no word (``nouns``: all of its words) for
    what only points back: `there are two calls at ten, bin the other` bins no mail.
    """
    back = bool(nouns) and _points_back(clause)
    for tool, things, acts in opened:
        if back and things.isdisjoint(nouns):
            continue
        for act in acts:
            if not clause.start <= act.at < clause.end:
                continue
            light = not _LIGHT.isdisjoint(bases(clause.tokens[act.at - clause.start].low))
            ends = clause.tokens[min(act.end, clause.end - 1) - clause.start].low
            light = light and (act.at == act.end or ends in _LOOSE)
            if (not light or things & clause.words) and _takes_day(tool, clause):
                return True
    return False


def _points_back(clause: Clause) -> bool:
    """Return whether a clause is a verb and what was spoken of before, nothing else: `bin the other`."""
    low = [token.low for token in clause.tokens if token.kind == "word" and token.low not in ADVERBS]
    return len(low) > 1 and is_verb(low[0]) and stands_back(low[1:])


def stands_back(low: Sequence[str]) -> bool:
    """Return whether words, in lower case, are what was spoken of before, and no thing: `the other`."""
    return _BACK.issuperset(low) and not _WHICH.isdisjoint(low)


def may_mean(clause: Clause, tool: ToolRow, things: AbstractSet[str], near: Sentence) -> str:
    """Return a word of a clause by which it may mean a tool, empty where nothing in it does.

    ``things``: the nouns that the tool is about. ``near``: what is said before and behind it.
    A tool's own word is enough; a word as good as one needs a value that the tool takes, or its noun.
    """
    if by := means_of(clause.tokens, tool):
        return by
    if _answers(clause.tokens) and _REPLYING & set(tool.intents):
        return _answers(clause.tokens)
    if whole := said_so(
        clause.tokens, [own for one in tool.intents if len(own := tuple(one.casefold().split())) > 1]
    ):
        return max(whole, key=len)
    signs, ways = manner(clause.tokens, tool.intents)
    told = max(ways, key=len, default="") if signs >= WAY else ""
    spoken = min(things & clause.words, default="")
    if spoken and (told or not clause.words & SEEKING):
        return spoken
    said = {singular(token.low) for token in near}
    if told and (signs > _CLOSE or things & said or _fits(tool, clause, near)):
        return told
    light = next(
        (token.text for token in clause.tokens if not _SAYING_LITTLE.isdisjoint(bases(token.low))), ""
    )
    if light and _HAVING & set(clause.plain) and _GETTING & set(tool.intents) and _fits(tool, clause, near):
        return light
    return light if _takes_two(tool, near) else ""


def _kinds(tokens: Sentence) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the kinds of values that words have, with the sinks that take them."""
    text = text_of(tokens)
    said = request_of(text)
    for kind, sinks in _TAKE.items():
        if kind in said.kinds():
            yield kind, sinks
    if _is_dated(said):
        yield "date", word_set("date")
    if said.figures or said.sums:
        yield "amount", word_set("amount")


def _takes_two(tool: ToolRow, near: Sentence) -> bool:
    """Return whether a tool takes values of all kinds that are said, two at least."""
    sinks = {row.sink for row in tool.arguments.values()}
    kinds = list(_kinds(near))
    return len(kinds) > 1 and all(sinks & takes for _, takes in kinds)


def _fits(tool: ToolRow, clause: Clause, near: Sentence) -> bool:
    """Return whether a tool takes what a clause has of values, or a number by which somebody is called."""
    sinks = {row.sink for row in tool.arguments.values()}
    if takes_phone(tool, text_of(near)):
        return True
    content = any(token.low in _CONTENT or token.kind == "quote" for token in clause.tokens)
    return (content and "text" in sinks) or any(sinks & takes for _, takes in _kinds(clause.tokens))


def takes_phone(tool: ToolRow, text: str) -> bool:
    """Return whether a text has a number by which somebody is called, and a tool takes such."""
    called = any(_CALLED.search(path.casefold()) for path in tool.arguments)
    return called and _PHONE.search(text) is not None


def _takes_day(tool: ToolRow, clause: Clause) -> bool:
    """Return whether a tool takes the day that a clause says, if it says one."""
    if not _dated(clause) or any(row.sink == "date" for row in tool.arguments.values()):
        return True
    return bool(set(tool.intents) & _TELLING)


def _dated(clause: Clause) -> bool:
    return _is_dated(request_of(text_of(clause.tokens)))


def _is_dated(said: Request) -> bool:
    return said.relative or bool(said.times or said.clock or "date" in said.kinds())


def means_of(tokens: Sentence, tool: ToolRow) -> str:
    """Return the means by which something is to be told, where it is a tool's: `by e-mail`."""
    for before, token in pairwise(tokens):
        if before.low in _BY and token.low in _MEANS and token.low in tool.intents:
            return token.text
    return ""


def _answers(tokens: Sentence) -> str:
    """Return the word by which somebody is told something who is named before: `tell them`, `say yes`."""
    for before, token in pairwise(tokens):
        if before.low in _SAYS and token.low in _TOLD:
            return before.text
    return ""


# -- what asks


def _spans(sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Yield the parts of a sentence that may be clauses."""
    start = 0
    for at, token in enumerate(sentence):
        after = sentence[at + 1] if at + 1 < len(sentence) else None
        joins = token.low in {"and", "or", "&"} and after is not None and not _goes_on(after)
        if (token.kind == "mark" and token.low in _CUTS) or (token.low in _CUTS and not joins):
            if at > start:
                yield start, at
            start = at + 1
    if start < len(sentence):
        yield start, len(sentence)


def _goes_on(token: Token) -> bool:
    """Return whether a clause of its own may begin here."""
    return token.low in ADVERBS | MODALS | SUBJECTS | DETERMINERS or is_verb(token.low)


def _asks(tokens: Sentence, *, question: bool) -> bool:
    low = [token.low for token in tokens if token.kind != "mark"]
    while low and (low[0] in ADVERBS or low[0] in JOINTS or low[0] in _CALLS):
        low = low[1:]
    if not low or low[0] in _SUBORDINATE or _NOTHING & set(low) or wants_fact(tokens):
        return False
    if low[0] in PREPOSITIONS and low[1:2] and low[1] in WH:
        return False  # `by when must it be paid`
    verb = polite(low)
    if verb is not None:
        return not _reads(low[verb:])
    if question or low[0] in QUESTIONS - {"do", "have"}:
        return False
    if is_order(low):
        return not _reads(low)
    if is_past(tokens):
        return False
    needed = needs([token for token in tokens if token.low != "let"]) and not _reads(_infinitive(low))
    return needed or is_to_be(tokens)


def polite(low: Sequence[str]) -> int | None:
    """Return where the verb of a polite question stands: `could you please put`, `would you mind putting`."""
    for at, word in enumerate(low[:-2]):
        if word not in MODALS or low[at + 1] not in {"you", "we", "i"}:
            continue
        if at and low[0] in QUESTIONS and low[0] != "is":
            return None
        verb = at + 2
        while verb < len(low) - 1 and low[verb] in ADVERBS | {"mind", "possibly", "be", "able", "to"}:
            verb += 1
        return verb
    passive = low[0] in MODALS and next(
        (at for at in range(2, len(low) - 1) if low[at] in {"be", "have"}), None
    )
    return passive + 1 if passive else None


def is_order(low: Sequence[str]) -> bool:
    """Return whether words begin with a verb in its plain form, and are no statement: `price is fine`."""
    if low[0] in _NO_ORDER or not is_verb(low[0]):
        return False
    return low[1:2] != ["of"] and _STATING.isdisjoint(low[1:3])


def _reads(low: Sequence[str]) -> bool:
    """Return whether a verb is done with by an answer: `find the bill`, `tell me`."""
    if not low:
        return False
    verb, after = low[0], low[1] if len(low) > 1 else ""
    if verb == "see":
        return after not in {"that", "to"}
    if looks(low) or verb == "through":  # `could you go through the list`
        return True
    return verb in _READS or (after in {"me", "us"} and verb in _TO_ME) or verb in {"thank", "thanks"}


def _infinitive(low: Sequence[str]) -> Sequence[str]:
    """Return what stands behind the first `to`: what somebody needs."""
    return low[list(low).index("to") + 1 :] if "to" in low else ()


def is_to_be(tokens: Sentence) -> bool:
    """Return whether a clause says how something is to be from a time on: `the page goes live now`."""
    text = text_of(tokens)
    if not ({token.low for token in tokens} & _FROM_NOW or _is_dated(request_of(text))):
        return False
    return any(
        _is_finite(token) and before.kind == "word" and before.low not in _BEFORE_NOUNS
        for before, token in pairwise(tokens)
    )


def _is_finite(token: Token) -> bool:
    return any(form == "s" and is_verb(base) for base, form in bases(token.low).items())


_WHICH: Final = word_set("it them this that these those other others one ones rest")
_BACK: Final = DETERMINERS | _WHICH | word_set("up off out away first second last former latter wrong")
"""What points back to what was spoken of."""
_LIGHT: Final = word_set(
    "give make take get do have let put set keep bring come go call hold leave use see tell ask know"
)
"""Verbs that account for nothing without a noun of their tool."""
_READS: Final = SEEKING - word_set("tell get return open say pull see figure help report name")
_TO_ME: Final = word_set("tell show give let inform notify remind get write send help")
_CUTS: Final = word_set(", ; : . ! ? and but so then because since ( ) — –")
_CALLS: Final = word_set("ha ooh oh hi hello hey ah right yes no ok okay well thanks so kindly please sorry")
_SUBORDINATE: Final = word_set(
    "if when once because while unless whenever as until before after since who which"
)
_NO_ORDER: Final = SUBJECTS | DETERMINERS | PREPOSITIONS | OBJECTS | MODALS | set(NUMBERS)
_NOTHING: Final = word_set("nothing nobody none myself ourselves")
_FROM_NOW: Final = word_set("now please instead from henceforth")
_BY: Final = word_set("by via per over through in")
_MEANS: Final = word_set("mail email text message sms post letter")
_LOOSE: Final = PREPOSITIONS | {"know"}
"""Behind a verb that says little what adds little to it: `put in`, `let know`."""
_HAVING: Final = word_set("need want get have had like")
_SAYING_LITTLE: Final = _LIGHT | _HAVING
_BEFORE_NOUNS: Final = DETERMINERS | PREPOSITIONS
_STATING: Final = word_set("is are was were has will")
_GETTING: Final = word_set("book reserve create schedule order buy arrange add hire rent")
_CONTENT: Final = word_set("that yes no :")
_TAKE: Final = {
    "email": word_set("recipient payee value object"),
    "iban": word_set("payee value"),
    "url": word_set("url value path"),
}
"""What takes a value of a form."""
_TELLING: Final = word_set("tell write mail email message text notify inform reply answer comment note")
_REPLYING: Final = frozenset(("reply", "answer", "respond", "write back", "get back"))
_SAYS: Final = word_set("tell let write thank say drop send give answer text")
_TOLD: Final = word_set("them him her everybody everyone both yes no thanks")
_PHONE: Final = re.compile(r"(?<![\w.])(?:\+ ?\d|0\d)[\d ()/-]{5,}\d")
_CALLED: Final = re.compile(r"phone|mobile|cell|tel(?:$|_)|telephone")
_EMPTY: Final = (
    ADVERBS | DETERMINERS | JOINTS | MODALS | OBJECTS | PREPOSITIONS | QUESTIONS | SUBJECTS | RELATIVE
)
