"""Somebody who is to get what is owed is paid: *give him what I owe*, *give Bruno the 45 that I owe him*.

Only where no tool lists that verb, the one who gets it is a person, and one tool pays once.
"""

from collections.abc import Sequence
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.english.words import Token
from podium.trust.request.asking import Act, Sentence, find_acts
from podium.trust.tools import ToolRow

_HIM: Final = word_set("him her")
_MINE: Final = word_set("i we")
_OWING: Final = word_set("owe owed")
_ENDS: Final = word_set(", ; : . ! ? and but so then if when because")
_MONEY: Final = word_set("money sum amount euro euros pounds dollars")
_NEAR: Final = 9
"""Words in which stands what somebody gets."""


def paying(sentence: Sentence, tools: Sequence[ToolRow]) -> list[tuple[str, Act]]:
    """Return the tool by its id that pays what an order gives to somebody who is owed it, with that act."""
    payers = [tool for tool in tools if _pays(tool)]
    if len(payers) != 1 or any("give" in tool.intents for tool in tools):
        return []
    acts = (act for act in find_acts(sentence, "give") if act.mood == "asked")
    return [(payers[0].id, act) for act in acts if sentence[act.at].low == "give" and _is_owed(sentence, act)]


def _pays(tool: ToolRow) -> bool:
    """Return whether a tool pays a sum to somebody, by its author's word."""
    sinks = {row.sink for row in tool.arguments.values()}
    return {"amount", "payee"} <= sinks and "pay" in tool.intents


def _is_owed(sentence: Sentence, act: Act) -> bool:
    """Return whether an order gives somebody what the user owes: `him what I owe`, `her the 40 I owe her`."""
    behind = sentence[act.at + 1 : act.at + 1 + _NEAR]
    behind = behind[: next((i for i, it in enumerate(behind) if it.low in _ENDS), len(behind))]
    who = _whom(behind)
    low = [token.low for token in behind[who:]]
    owes = next((i for i, word in enumerate(low) if i and word in _OWING and low[i - 1] in _MINE), 0)
    if not who or not owes:
        return False
    thing = low[: owes - 1]
    thing = thing[:-1] if thing[-1:] in (["that"], ["which"]) else thing  # `the 45 that I owe him`
    rest = behind[who + 1 : who + len(thing)]
    of_sum = all(token.low in _MONEY or token.kind == "number" for token in rest)
    return thing == ["what"] or (thing[:1] == ["the"] and bool(rest) and of_sum)


def _whom(behind: Sequence[Token]) -> int:
    """Return how many words say who gets it, a pronoun or a name; 0 where none does."""
    if behind and behind[0].low in _HIM:
        return 1
    end = 0
    while end < len(behind) and behind[end].text[:1].isupper() and behind[end].low not in _MINE:
        end += 1
    return end if end < _MOST else 0


_MOST: Final = 4
