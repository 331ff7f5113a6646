"""Requests that leave the verb away: `two tents, please`, `living room to 21`, `same hotel as last time`.

What is left has to be a thing and what it is to be, or how many of it. The tool is a guess: such a call goes
through only where the request names the thing and says each value.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from podium.trust.english.lexicon import (
    ADVERBS,
    DETERMINERS,
    MODALS,
    NEGATIONS,
    NUMBERS,
    PREPOSITIONS,
    QUESTIONS,
    SUBJECTS,
    word_set,
)
from podium.trust.english.numerals import COUNTS
from podium.trust.english.vocabulary import CALENDAR, RELATIVE
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import Token, bases, is_plural, singular
from podium.trust.request.asking import Sentence
from podium.trust.request.nouns import own_nouns
from podium.trust.tools import Sink, ToolRow
from podium.trust.values.forms import date_form

_PAYING: Final = word_set("pay transfer")
_ORDERING: Final = word_set("order buy purchase")
_CHANGING: Final = word_set("set change move put turn update adjust switch reschedule shift heat raise lower")
_GIVING: Final = word_set("assign give reassign hand allocate")
_RESERVING: Final = word_set("book reserve hire rent")
_REFERRING: Final = word_set("as like")
_SWITCHES: Final = word_set("on off")
_STATING: Final = (
    MODALS | SUBJECTS | QUESTIONS | NEGATIONS | word_set("that who which because if has have is are")
)
_WHICH: Final = word_set("that which who")
"""With these may begin what tells which one is meant: `two of those that fit`."""
_POLITE: Final = word_set("please thanks thank you now , . ! again")
_UNITS: Final = word_set(
    "degrees degree euros euro dollars pounds percent kilos pieces minutes hours o'clock am pm"
)
_INTO: Final = word_set("to :")
"""Between a thing and what it becomes: `tandem to Friday`, `tandem: Jonas`."""
_NEEDING: Final = word_set("we i our my there the")
MAX_WORDS: Final = 24
MAX_LED: Final = 6
"""Words of which a colon may stand behind: what the rest is about."""


def alone(
    sentences: Sequence[Sentence], tools: Sequence[ToolRow], listed: Collection[str]
) -> Iterator[tuple[ToolRow, str, bool]]:
    """Yield the tools that a request may mean that is a thing alone, its first word, and whether of several.

    ``listed``: words that arguments may be, by the grants. What stands before the thing may only say how
    things are: `we are out of paper. Two boxes, please`.
    """
    *before, last = sentences or ((),)
    if not last or not all(_says_how_it_is(sentence) for sentence in before):
        return
    word = next((token.text for token in last if token.kind != "mark"), "")
    kinds = _becomes(last, listed) if not before else frozenset[str]()
    same = _as_it_was(last)
    for tool in tools:
        sinks = {row.sink for row in tool.arguments.values()}
        if same:
            gives = (_ORDERING | _RESERVING | _GIVING) & {
                it for one in tool.intents for it in one.split()[:1]
            }
            if own_nouns(tool) & same and gives and {"object", "payee"} & sinks:
                yield tool, word, False
            continue
        if names_alone(last):
            summed = last[0].kind == "number" and not before
            pays = summed and {"amount", "payee"} <= sinks and bool(_PAYING & set(tool.intents))
            if pays or ("object" in sinks and _ORDERING & set(tool.intents)):
                yield tool, word, False
        elif kinds and _takes(tool, sinks, kinds):
            yield tool, word, any(is_plural(token) or token.low == "all" for token in last)


def names_alone(sentence: Sentence) -> bool:
    """Return whether a sentence is a thing that somebody would like, and nothing else: `one tent, please`."""
    low = [token.low for token in sentence if token.kind != "mark"]
    if not 2 <= len(low) <= MAX_WORDS or sentence[-1].low in {"?", ":"}:
        return False
    counts = low[0] in NUMBERS or low[0] in COUNTS or low[0] in {"a", "an", "another", "one"}
    counts = counts or sentence[0].kind == "number"
    return counts and not (_STATING - _WHICH) & set(low[1:])


def _as_it_was(sentence: Sentence) -> frozenset[str]:
    """Return what is to be as it was, or a certain one: `planks: same van as last time`.

    Empty where the sentence says anything else first, or asks.
    """
    low = [token.low for token in sentence]
    colon = low.index(":") if ":" in low[1:MAX_LED] else -1
    start = colon + 1
    start += low[start : start + 1] == ["the"]
    if low[start : start + 1] != ["same"] or low[-1] == "?" or _STATING & set(low[: colon + 1]):
        return frozenset()
    rest = low[start + 1 :]
    end = next((at for at, it in enumerate(rest) if it in _REFERRING), 0)
    if not end or _STATING & set(rest[:end]):
        return frozenset()
    found = {singular(rest[0])}
    for at, it in enumerate(rest[:-3]):
        if it == "," and rest[at + 2] in {"is", "are"} and rest[at + 3] in DETERMINERS:
            found.add(singular(rest[at + 1]))
    return frozenset(found)


def _says_how_it_is(sentence: Sentence) -> bool:
    """Return whether a sentence says what is lacking or how things are: `we are out of bags`."""
    low = [token.low for token in sentence]
    return (
        bool(low) and low[0] in _NEEDING and low[-1] != "?" and not set(low) & (MODALS | NEGATIONS | {"want"})
    )


def _becomes(sentence: Sentence, listed: Collection[str]) -> frozenset[Sink]:
    """Return by which sinks a tool takes what a thing is to be, of a sentence that is both and no more."""
    tokens = list(sentence)
    while tokens and tokens[-1].low in _POLITE:
        tokens.pop()
    while tokens and (tokens[0].low in ADVERBS or tokens[0].kind == "mark"):
        tokens.pop(0)
    low = [token.low for token in tokens]
    if not 2 <= len(tokens) <= MAX_WORDS or sentence[-1].low in {"?", ":"} or _is_order(tokens[0]):
        return frozenset()
    if low[-1] in _SWITCHES and not _STATING & set(low[:-1]):
        return frozenset(("value",))
    joints = [at for at, word in enumerate(low) if word in _INTO]
    if len(joints) != 1 or _STATING & set(low):
        return frozenset()
    at = joints[0]
    value = [
        token for token in tokens[at + 1 :] if token.low not in DETERMINERS | {"at", "°", "€", "$", "£", "%"}
    ]
    if not at or not 1 <= len(value) <= 3 or any(token.low in PREPOSITIONS for token in value):
        return frozenset()
    return _kinds(value, listed)


def _kinds(value: Sequence[Token], listed: Collection[str]) -> frozenset[Sink]:
    low = [token.low for token in value]
    if all(word in CALENDAR | RELATIVE or date_form(word) or ":" in word for word in low):
        return frozenset(("date", "value"))
    if value[0].kind == "number" and all(word in _UNITS or word.isdigit() for word in low[1:]):
        return frozenset(
            ("amount", "value", "date") if len(low) > 1 or ":" in low[0] else ("amount", "value")
        )
    if " ".join(low) in listed:
        return frozenset(("value",))
    if all(token.kind == "word" and token.text[:1].isupper() for token in value):
        return frozenset(("recipient",))
    return frozenset()


def _is_order(first: Token) -> bool:
    """Return whether a word may be a verb that begins an order, rather than a thing."""
    return first.low not in DETERMINERS and any(
        is_verb(base) for base, form in bases(first.low).items() if form == "base"
    )


def _takes(tool: ToolRow, sinks: Collection[Sink], kinds: Collection[str]) -> bool:
    verbs = _GIVING if "recipient" in kinds else _CHANGING
    own = {word for intent in tool.intents for word in intent.casefold().split()[:1]}
    return "object" in sinks and "payee" not in sinks and bool(set(kinds) & set(sinks)) and bool(verbs & own)
