"""What is put to another day: *put the task to Friday*, *put it back to the 4th*, whose tool lists `move`.

What is known stands already: no tool that makes such a thing is meant, even if it lists `put`.
"""

from collections.abc import Sequence
from typing import Final

from podium.trust.english.lexicon import DETERMINERS, INDEFINITE, word_set
from podium.trust.english.vocabulary import CALENDAR, RELATIVE
from podium.trust.english.words import Token
from podium.trust.request.asking import Act, Sentence
from podium.trust.request.nouns import near_nouns, said_in
from podium.trust.tools import ToolRow
from podium.trust.values.forms import date_form

_TO: Final = word_set("to till until")
_ENDS: Final = word_set(", ; : . ! ? and but so then please if because")
_IT: Final = word_set("it this that")
_KNOWN: Final = DETERMINERS - INDEFINITE
_AWAY: Final = word_set("back forward")
_ANOTHER: Final = word_set("off on out over in up down away")
"""What makes another verb of `put`."""
_MOVING: Final = frozenset(("move", "reschedule", "postpone", "shift", "put off"))
_LED: Final = word_set("the next this following coming")
_ORDINALS: Final = word_set("st nd rd th")
_NEAR: Final = 8
"""Words in which stands what is put, and to when."""


def to_day(sentence: Sentence, act: Act, tools: Sequence[ToolRow]) -> ToolRow | None:
    """Return the one tool that moves what there is, where an order puts something known to a day."""
    if sentence[act.at].low != "put":
        return None
    behind = [token.low for token in sentence[act.at + 1 : act.at + 1 + _NEAR]]
    behind = behind[: next((i for i, word in enumerate(behind) if word in _ENDS), len(behind))]
    at = next((i for i, word in enumerate(behind) if i and word in _TO), len(behind))
    thing = sentence[act.at + 1 : act.at + 1 + at]
    if at > len(behind) - 2 or not (_is_day(behind[at + 1 :]) and _is_known(thing)):
        return None
    found = [tool for tool in tools if _moves(tool)]
    named = [tool for tool in found if near_nouns(tool) & said_in(tuple(thing))]
    if any(near_nouns(tool) & said_in(tuple(thing)) for tool in tools) or len(found) > 1:
        found = named
    return found[0] if len(found) == 1 else None


def _moves(tool: ToolRow) -> bool:
    """Return whether a tool gives a thing that there is another day."""
    sinks = {row.sink for row in tool.arguments.values()}
    return {"object", "date"} <= sinks and not _MOVING.isdisjoint(tool.intents)


def _is_known(thing: Sequence[Token]) -> bool:
    """Return whether words are for something that there is: `the task`, `Ann's lesson back`, `it`."""
    words = [token for token in thing if token.low not in _AWAY]
    if not words or any(token.low in _ANOTHER for token in words):
        return False
    return words[0].low in _KNOWN | _IT or any(token.low.endswith("'s") for token in words)


def _is_day(words: Sequence[str]) -> bool:
    """Return whether words begin with a day: `Friday the 4th`, `the 4th`, `next week`, `tomorrow`."""
    rest = [word for word in words if word not in _LED]
    first, then = rest[0] if rest else "", rest[1] if len(rest) > 1 else ""
    numbered = first.isdigit() and (then in _ORDINALS or then in CALENDAR)
    return numbered or first in CALENDAR or first in RELATIVE or date_form(first) is not None
