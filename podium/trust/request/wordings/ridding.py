"""Orders that rid somebody of a thing, in words of two: `give it back`, `out with him`, `take that out`.

What is given up says which tool is meant, in that order or in what was said before it: a lunch is cancelled,
a machine's hour released, an entry deleted. It is a guess: such a call goes through only where the request
names the thing.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from podium.trust.english.lexicon import ADVERBS, MODALS, OBJECTS, word_set
from podium.trust.english.words import singular
from podium.trust.request.asking import Sentence, begins, negated, tells
from podium.trust.request.nouns import kinds_like, near_nouns, own_nouns
from podium.trust.request.wordings.things import GATHERINGS
from podium.trust.tools import ToolRow


def ridding(
    sentences: Sequence[Sentence], tools: Sequence[ToolRow]
) -> Iterator[tuple[ToolRow, str, int | None, bool]]:
    """Yield the tools that end what orders give up, with such an order's words, how often, and so plainly."""
    ending = [tool for tool in tools if _ends(tool)]
    for number, sentence in enumerate(sentences):
        for start, end, words in _orders(sentence):
            levels = [sentence[start + 1 : end], sentence[:start], *reversed(sentences[:number])]
            low = [token.low for token in sentence[start:end]]
            kept = words in _BACK and any(_REFUNDS & set(tool.intents) for tool in tools)
            kept = kept or (low[0] == "get" and not _MINE & set(low))
            fits = [] if kept else _meant(ending, levels, words)
            several = bool({"them", "those", "these", "all", "both"} & set(low))
            yield from ((tool, words, None if several else 1, True) for tool in fits)


def _orders(sentence: Sentence) -> Iterator[tuple[int, int, str]]:
    """Yield where an order that gives something up begins and ends, and its two words."""
    told = next((at for at in range(len(sentence)) if tells(sentence, at)), len(sentence))
    for at, token in enumerate(sentence[:told]):
        end = next((i for i in range(at, len(sentence)) if sentence[i].low in _STOPS), len(sentence))
        low = [it.low for it in sentence[at:end]]
        if (
            low[1:2] == ["with"]
            and low[0] in _WITH
            and not [it for it in sentence[:at] if it.low not in ADVERBS | _LEADS and it.low not in _STOPS]
        ):
            yield at, end, f"{low[0]} with"
            continue
        if token.low not in _VERBS or negated(sentence, at) or not _ordered(sentence, at):
            continue
        behind = next((i for i, word in enumerate(low) if i and word in _VERBS[token.low]), 0)
        given = token.low in {"give", "hand"} and _is_given(sentence[at + 1 : at + behind])
        if behind and _is_object(low[1:behind]) and low[behind + 1 : behind + 2] != ["to"] and not given:
            yield at, end, f"{token.low} {low[behind]}"


def _ordered(sentence: Sentence, at: int) -> bool:
    """Return whether a verb is an order here: at a clause's beginning, or behind `could you`."""
    if begins(sentence, at):
        return True
    low = [token.low for token in sentence[:at] if token.low not in ADVERBS]
    return low[-2:-1] != [] and low[-2] in MODALS and low[-1] in {"you", "we"}


def _is_object(low: Sequence[str]) -> bool:
    """Return whether what stands between a verb and its particle is one thing: `it`, `the dentist`."""
    return len(low) <= _LONGEST and not set(low) & _JOINED


def _is_given(thing: Sentence) -> bool:
    """Return whether somebody gets something: `give Isla her money back`."""
    return len(thing) > 1 and (thing[0].text[:1].isupper() or thing[0].low in OBJECTS)


def _meant(tools: Sequence[ToolRow], levels: Sequence[Sentence], words: str) -> list[ToolRow]:
    """Return the tool that ends what is spoken of nearest to an order, of each level the one that fits."""
    if words in _BACK:
        tools = [tool for tool in tools if own_nouns(tool) & _HELD]
    for level in levels:
        said = {singular(token.low) for token in level if token.kind == "word"}
        for near in (own_nouns, _kinds):
            found = [tool for tool in tools if near(tool) & said]
            if found:
                return found if len(found) == 1 else [it for it in found if _lists(it, words)][:1]
    return list(tools) if words in _BACK and len(tools) == 1 else []


def _lists(tool: ToolRow, words: str) -> bool:
    return words in tool.intents


def _kinds(tool: ToolRow) -> frozenset[str]:
    """Return how people call what a tool ends: `lunch` of an event, `machine` of a booking."""
    own = near_nouns(tool)
    found = own.union(*map(kinds_like, own))
    return found.union(*(names for kinds, names in _CALLED if kinds & own))


def _ends(tool: ToolRow) -> bool:
    """Return whether a tool ends or removes a thing that there is, and does nothing else."""
    sinks = {row.sink for row in tool.arguments.values()}
    ended = not _ENDING.isdisjoint(tool.intents) or any(it.split()[0] in _ENDING for it in tool.intents)
    return ended and "object" in sinks and not sinks & {"date", "amount", "payee", "recipient"}


_VERBS: Final = {
    "give": word_set("back up"),
    "hand": word_set("back"),
    "take": word_set("out off down away"),
    "get": word_set("out off down rid"),
    "let": word_set("go"),
    "strike": word_set("off out"),
    "cross": word_set("off out"),
    "scratch": word_set("off"),
    "throw": word_set("out away"),
    "chuck": word_set("out away"),
    "clear": word_set("out off away"),
    "call": word_set("off"),
    "do": word_set("away"),
}
"""Verbs that give something up with one of these behind them."""
_WITH: Final = word_set("out down off away")
"""With `with` behind them orders of their own: `out with it`."""
_BACK: Final = frozenset(("give back", "hand back", "give up", "let go"))
_REFUNDS: Final = frozenset(("give back", "hand back", "return", "refund"))
_MINE: Final = word_set("appointment booking reservation order rid")
"""What ends where somebody is got out of it; a meeting goes on without him."""
_ENDING: Final = word_set("cancel delete remove release erase trash bin drop") | {"call off", "throw away"}
_HELD: Final = word_set("booking reservation slot room bench hire rental")
"""What is held for somebody until he gives it back."""
_CALLED: Final = (
    (word_set("event meeting appointment"), GATHERINGS | word_set("calendar diary")),
    (word_set("booking reservation"), word_set("booked slot machine hour court bench hall place")),
    (word_set("order"), word_set("ordered delivery parcel come arrived shipped delivered cart")),
    (word_set("contact"), word_set("firm address person somebody colleague")),
)
"""What tools end, and how people speak of these."""
_STOPS: Final = frozenset((",", ";", ":", ".", "!", "?", "and", "but", "then", "so", "(", ")"))
_LEADS: Final = word_set("so then oh ok okay and well right")
_JOINED: Final = frozenset(("to", "that", "which", "who", "for", "if", "when"))
_LONGEST: Final = 8
"""Words of what is given up, between a verb and its particle."""
