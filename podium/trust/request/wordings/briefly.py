"""Orders in brief, without a verb: `500 from savings to current`, `the same hotel as last time, for Ann`.

Each says by its own form what kind of act it wants: what goes from one account to another is moved, what is
to be as last time is ordered again, what is to be an hour earlier is moved, and so is what is made Wednesday;
what is to be so from now on wants a rule. The tool is a guess: such a call goes through only where the
request names the thing and says each value.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from podium.trust.english.clocked import HOURS
from podium.trust.english.lexicon import (
    ADVERBS,
    DETERMINERS,
    MODALS,
    NEGATIONS,
    NUMBERS,
    OBJECTS,
    QUESTIONS,
    SUBJECTS,
    word_set,
)
from podium.trust.english.vocabulary import CALENDAR, RELATIVE
from podium.trust.english.wordnet import is_verb
from podium.trust.english.words import Token, singular, text_of
from podium.trust.request.asking import Sentence
from podium.trust.request.handing import as_before
from podium.trust.request.nouns import near_nouns
from podium.trust.request.requests import request_of
from podium.trust.request.unsaid import is_past, needs
from podium.trust.tools import ToolRow
from podium.trust.values.forms import words

_STATING: Final = (
    MODALS | SUBJECTS | QUESTIONS | NEGATIONS | OBJECTS | word_set("is are was were has had")
) - {
    "that",
    "it",
}
_MOVING: Final = word_set("move transfer shift send")
_SOURCE: Final = word_set("from source origin debit")
_TARGET: Final = word_set("to target destination dest into credit")
_MAKING: Final = word_set("book reserve order buy create schedule arrange make rent hire")
_RESCHEDULING: Final = word_set("reschedule move shift postpone")
_EARLIER: Final = word_set("earlier later sooner")
_CHANGING: Final = word_set("change update set edit")
_INSTEAD: Final = word_set("instead rather for on at the of")
_WHEN: Final = (
    CALENDAR
    | RELATIVE
    | HOURS.keys()
    | NUMBERS.keys()
    | word_set("next week half past quarter am pm to st nd rd th")
)
_DONE: Final = word_set("done ready finished due complete completed")
_ALWAYS: Final = re.compile(
    r"\b(?:from now on|in (?:the )?future|henceforth|from today on|going forward|automatically)\b"
)
_EVERY: Final = word_set("everything all every each any anything whatever")
"""What all of is treated alike."""
_RULES: Final = word_set("filter rule")
_MAKING_RULES: Final = word_set("create add make set new filter rule")
_TH: Final = re.compile(r"(\d) (st|nd|rd|th)\b")
_DUE: Final = re.compile("due|deadline")
_MEASURES: Final = word_set("hour minute day week month half quarter bit little")
_POLITE: Final = word_set("please thanks thank you now today and then also")
_CURRENCIES: Final = word_set("€ $ £ : euro euros dollars pounds eur usd gbp kr")
_CUTS: Final = word_set(", ; : . ! - –")
MAX_WORDS: Final = 40
MAX_SWITCHED: Final = 6
"""Words of what is to be on or off."""
_SWITCHES: Final = word_set("on off")
_FOR: Final = word_set("for in at everywhere again completely entirely until")
_TAKEN: Final = word_set("time day days hand hands way percent week morning afternoon rest")
"""Before *off* words of what is no switch: `a day off`, `hands off`."""


def brief(sentences: Sequence[Sentence], tools: Sequence[ToolRow]) -> Iterator[tuple[ToolRow, str, bool]]:
    """Yield the tools that sentences mean which are orders in brief, with a word, and whether of several."""
    for sentence in sentences:
        low = [token.low for token in sentence]
        if not 3 <= len(low) <= MAX_WORDS or low[-1] == "?":
            continue
        if day := made_to_be(sentence):
            due = any(not _DONE.isdisjoint(token.low for token in it) for it in sentences)
            yield from ((tool, day.partition(" ")[0], False) for tool in _redating(tools, due=due))
        for word, found in (
            (_amount(sentence), [tool for tool in tools if _moves_between(tool)]),
            (_again(sentence), [tool for tool in tools if _makes(tool, _again(sentence))]),
            (_shifted(sentence), [tool for tool in tools if _shifts(tool, sentence)]),
            (standing(sentence), [tool for tool in tools if _rules(tool)]),
            (_switched(sentence), [tool for tool in tools if _switches(tool, _switched(sentence))]),
        ):
            if word and len(found) == 1:
                yield found[0], word, "and" in low and sentence[0].kind != "number"


def _amount(sentence: Sentence) -> str:
    """Return the amount that goes from one thing to another, and nothing else is said: `500 from A to B`."""
    tokens = _bare(sentence)
    low = [token.low for token in tokens]
    if not tokens or tokens[0].kind != "number" or not _STATING.isdisjoint(low):
        return ""
    low = [word for word in low[1:] if word not in _CURRENCIES]
    between = low.count("from") == low.count("to") == 1 and low[:1] in (["from"], ["to"])
    if not between:
        return ""
    first, second = sorted((low.index("from"), low.index("to")))
    return tokens[0].text if second - first > 1 and len(low) > second + 1 else ""


def _moves_between(tool: ToolRow) -> bool:
    """Return whether a tool moves an amount from one thing that there is to another one."""
    paths = [set(words(path)) for path, row in tool.arguments.items() if row.sink == "object"]
    sinks = [row.sink for row in tool.arguments.values()]
    ends = any(path & _SOURCE for path in paths) and any(path & _TARGET - _SOURCE for path in paths)
    moves = bool(_MOVING & {intent.split()[0] for intent in tool.intents})
    return moves and ends and "amount" in sinks and "payee" not in sinks


def _again(sentence: Sentence) -> str:
    """Return the kind of thing that is wanted as before: `the same hotel as last time`."""
    tokens = _bare(sentence)
    low = [token.low for token in tokens]
    low = low[1:] if low[:1] == ["the"] else low
    if low[:1] != ["same"] or not _STATING.isdisjoint(low) or not as_before(text_of(sentence)):
        return ""
    return low[1] if len(low) > 1 and low[1].isalpha() else ""


def _makes(tool: ToolRow, noun: str) -> bool:
    return bool(noun) and singular(noun) in near_nouns(tool) and bool(_MAKING & set(tool.intents))


def _shifted(sentence: Sentence) -> str:
    """Return the word by which a thing is to be at another time: `the lift an hour earlier, please`."""
    clause = _bare(sentence)
    end = next((at for at, token in enumerate(clause) if token.low in _CUTS), len(clause))
    low = [token.low for token in clause[:end]]
    while low and low[-1] in _POLITE:
        low.pop()
    if len(low) < 3 or low[-1] not in _EARLIER or not _STATING.isdisjoint(low):
        return ""
    begins = low[0] not in DETERMINERS and is_verb(low[0]) and singular(low[0]) == low[0]
    measured = {singular(word) for word in low[:-1]} & (_MEASURES | NUMBERS.keys())
    return low[-1] if measured and not begins else ""


def _shifts(tool: ToolRow, sentence: Sentence) -> bool:
    """Return whether a tool moves in time what a sentence speaks of."""
    sinks = {row.sink for row in tool.arguments.values()}
    said = {singular(token.low) for token in sentence}
    return (
        {"object", "date"} <= sinks
        and bool(near_nouns(tool) & said)
        and bool(_RESCHEDULING & set(tool.intents))
    )


def _switched(sentence: Sentence) -> str:
    """Return whether a thing is to be on or off: `instant refunds off for everyone`, not `the Friday off`."""
    clause = _bare(sentence)
    end = next((at for at, token in enumerate(clause) if token.low in _CUTS), len(clause))
    low = [token.low for token in clause[:end]]
    at = next((i for i, word in enumerate(low) if word in _SWITCHES and i), 0)
    behind = [word for word in low[at + 1 :] if word not in _POLITE | ADVERBS]
    if not 0 < at <= MAX_SWITCHED or (behind and behind[0] not in _FOR) or not _STATING.isdisjoint(low[:at]):
        return ""
    if low[at] == "on" and behind and behind[0] != "for":
        return ""
    begins = low[0] not in DETERMINERS and is_verb(low[0]) and singular(low[0]) == low[0]
    counted = (
        low[at - 1] in _WHEN | _TAKEN or singular(low[at - 1]) in _MEASURES or clause[at - 1].kind != "word"
    )
    return "" if begins or counted else low[at]


def _switches(tool: ToolRow, word: str) -> bool:
    """Return whether a tool turns something on or off, by the words that its author lists."""
    own = {"on": {"enable", "activate"}, "off": {"disable", "deactivate"}}.get(word, set())
    return bool(({f"turn {word}", f"switch {word}"} | own) & set(tool.intents)) if word else False


def standing(sentence: Sentence) -> str:
    """Return by which words a rule is wanted: `everything from the bank should go there from now on`.

    Not where it only says how things have been, or wants to know.
    """
    low = [token.low for token in sentence]
    text = " ".join(low)
    always = _ALWAYS.search(text)
    what = next((at for at, word in enumerate(low[:4]) if word in _EVERY), -1)
    if always is None or what < 0 or "from" not in low[what:]:
        return ""
    wanted = needs(sentence) or (what > 0 and is_verb(low[0]))
    return always[0] if wanted and not is_past(sentence) else ""


def _rules(tool: ToolRow) -> bool:
    """Return whether a tool makes a rule for what comes."""
    return bool(_RULES & set(words(tool.name.replace("_", " ")))) and bool(
        _MAKING_RULES & {*words(tool.name.replace("_", " ")), *tool.intents}
    )


def made_to_be(sentence: Sentence) -> str:
    """Return the day or time that something is to be on instead: `it won't be done, make it Wednesday`.

    Nothing but that stands behind the order, so that nothing else is made.
    """
    low = [token.low for token in sentence]
    for at in range(len(low) - 2):
        starts = not at or low[at - 1] in _CUTS | _POLITE | {"and", "so"}
        if starts and low[at] == "make" and low[at + 1] in {"it", "that", "this"}:
            end = next((i for i in range(at + 2, len(low)) if low[i] in _CUTS - {":"}), len(low))
            said = [word for word in low[at + 2 : end] if word not in _POLITE | _INSTEAD]
            text = _TH.sub(r"\1\2", " ".join(low[at + 2 : end]))
            when = request_of(text)
            plain = all(word in _WHEN or any(c.isdigit() for c in word) for word in said)
            if said and plain and (when.relative or when.clock or when.times or "date" in when.kinds()):
                return text
    return ""


def _redating(tools: Sequence[ToolRow], *, due: bool) -> Iterator[ToolRow]:
    """Yield of each server the one tool that changes the day of a thing that there is.

    Of several the one that says by when something is due (``due``: the request speaks of being done by then).
    """
    found: dict[str, list[ToolRow]] = {}
    for tool in tools:
        sinks = {row.sink for row in tool.arguments.values()}
        if {"object", "date"} <= sinks and not (_RESCHEDULING | _CHANGING).isdisjoint(tool.intents):
            found.setdefault(tool.server, []).append(tool)
    for several in found.values():
        by_then = [tool for tool in several if any(_DUE.search(path.casefold()) for path in tool.arguments)]
        left = by_then if due and len(several) > 1 else several
        yield from left if len(left) == 1 else ()


def _bare(sentence: Sentence) -> list[Token]:
    """Return a sentence without what only colours it, and without its end."""
    tokens = list(sentence)
    while tokens and (tokens[0].low in ADVERBS | _POLITE or tokens[0].low in _CURRENCIES):
        tokens.pop(0)
    while tokens and (tokens[-1].low in _POLITE or tokens[-1].low in {".", "!", ","}):
        tokens.pop()
    return tokens
