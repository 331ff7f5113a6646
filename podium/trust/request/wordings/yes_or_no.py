"""Answers without a verb: `the exhibitors' briefing, no`, `put me down as maybe`.

Which tool answers such a thing, its noun tells. It is a guess: such a call goes through only where the
request names the thing, and gives it that answer.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from podium.trust.english.lexicon import ADVERBS, DETERMINERS, MODALS, QUESTIONS, SAID, word_set
from podium.trust.english.words import bases, singular
from podium.trust.request.asking import Sentence, begins, tells
from podium.trust.request.nouns import acted_on, near_nouns
from podium.trust.request.wordings.things import GATHERINGS
from podium.trust.tools import ToolRow


def yes_or_no(
    sentences: Sequence[Sentence], tools: Sequence[ToolRow]
) -> Iterator[tuple[ToolRow, str, int | None, bool]]:
    """Yield the tools that give the answers of sentences, by their word, how often, and so plainly."""
    deciding = [tool for tool in tools if _answers(tool)]
    for number, sentence in enumerate(sentences if deciding else ()):
        said = answer_in(sentence) or answer_in(_aside(sentence))
        if said is not None:
            word, thing = said
            levels = (thing, sentence, *reversed(sentences[:number]))
            yield from ((tool, word, None, True) for tool in _meant(deciding, levels))


def _aside(sentence: Sentence) -> Sentence:
    """Return what a sentence has in brackets: said to whoever reads it, not to be told to anybody."""
    low = [token.low for token in sentence]
    start = low.index("(") + 1 if "(" in low else len(low)
    return sentence[start : low.index(")", start) if ")" in low[start:] else len(low)]


def answer_in(sentence: Sentence) -> tuple[str, Sentence] | None:
    """Return the answer that a sentence gives, and the words of the thing to which it gives it."""
    low = [token.low for token in sentence]
    if not low or low[-1] == "?":
        return None
    for at, word in enumerate(low):
        if any(tells(sentence, i) for i in range(at)):
            return None
        start = max((i + 1 for i in range(at - 1) if low[i] in _CUTS), default=0)
        if word in _ANSWERS and _stands_behind(low, start, at):
            return sentence[at].text, sentence[start:at]
        if low[at : at + 3] in _DOWN and begins(sentence, at) and (said := _ANSWERS & set(low[at + 3 :])):
            return min(said), sentence[at + 3 :]
    return None


def _stands_behind(low: Sequence[str], start: int, at: int) -> bool:
    """Return whether an answer stands behind a thing, and ends what is said of it: `the briefing, no`."""
    behind = low[at + 1] if at + 1 < len(low) else "."
    if at < 2 or low[at - 1] not in _BEFORE or (behind not in _BEHIND and behind[:1].isalpha()):
        return False
    thing = low[start : at - 1]
    while thing and thing[0] in ADVERBS | _LEADS:
        thing = thing[1:]
    said = {base for word in thing for base in bases(word)}
    stated = (MODALS | QUESTIONS | SAID | _OPINION) & (set(thing) | said)
    return bool(thing) and (thing[0] in DETERMINERS or thing[0].endswith("'s")) and not stated


def _meant(tools: Sequence[ToolRow], levels: Sequence[Sentence]) -> list[ToolRow]:
    """Return the tools whose thing is spoken of nearest to an answer; the only one without that."""
    for level in levels:
        said = {singular(token.low) for token in level if token.kind == "word"}
        said |= {f"{one.low} {two.low}" for one, two in pairwise(level)}
        for things in (near_nouns, _things):
            if found := [tool for tool in tools if things(tool) & said]:
                return found if len(found) == 1 else []
    return list(tools) if len(tools) == 1 else []


def _things(tool: ToolRow) -> frozenset[str]:
    own = near_nouns(tool) | acted_on(tool)
    return own | (GATHERINGS if own & _EVENTS else frozenset())


def _answers(tool: ToolRow) -> bool:
    """Return whether a tool says yes or no to a thing that there is, and does nothing else."""
    sinks = {row.sink for row in tool.arguments.values()}
    return len(_GIVING & set(tool.intents)) > 1 and {"object", "value"} <= sinks <= {
        "object",
        "value",
        "text",
        "path",
    }


_ANSWERS: Final = word_set("no yes maybe nope yep yeah perhaps tentative")
_DOWN: Final = (["put", "me", "down"], ["mark", "me", "down"], ["mark", "me", "as"], ["put", "me", "as"])
_GIVING: Final = word_set("accept decline answer respond approve reject refuse rsvp confirm")
"""Words of a tool that answers, two of them at least."""
_BEFORE: Final = frozenset((",", ":", "-", "–", "—"))
_BEHIND: Final = word_set("please thanks thank and but from for then because")
_CUTS: Final = frozenset((",", ";", ":", ".", "!", "?", "and", "but", "(", "–", "—"))
_LEADS: Final = word_set("oh and so ok okay as for to about on")
_OPINION: Final = word_set("think hope know fear guess suppose say tell")
_EVENTS: Final = word_set("event meeting appointment invitation")
