"""Acts that a request asks for by a word that only their arguments know: `bump Mia up to gold`.

Where a grant lists what an argument may be, its words tell the act as well as a verb does: `gold` is said of
one tool alone.
"""

from collections.abc import Mapping, Sequence

from podium.trust.asking import Sentence, negated, tells
from podium.trust.grants import fixed_values
from podium.trust.lexicon import ADVERBS, DETERMINERS, QUESTIONS, word_set
from podium.trust.requests import stem
from podium.trust.tools import GrantRow

_INTO = word_set("to as into at on")
_MAKING = word_set("make mark set flag turn put declare call tag label")


def listed(grants: Sequence[GrantRow]) -> dict[str, frozenset[str]]:
    """Return by word the tools whose grants list it as what an argument may be."""
    found: dict[str, set[str]] = {}
    for grant in grants:
        for forms in fixed_values(grant.schema).values() if grant.schema else ():
            for kind, text in forms:
                if kind == "text" and len(text) > 2 and text.replace(" ", "").isalpha():
                    found.setdefault(stem(text), set()).add(grant.tool)
    return {word: frozenset(tools) for word, tools in found.items()}


def by_value(sentence: Sentence, words: Mapping[str, frozenset[str]]) -> dict[str, int]:
    """Return the tools that a sentence asks for by the value that something is to have, with its place."""
    low = [token.low for token in sentence]
    if not low or low[-1] == "?" or low[0] in QUESTIONS - {"do", "have"}:
        return {}
    found: dict[str, int] = {}
    for at, token in enumerate(sentence):
        tools = words.get(stem(token.low), frozenset()) if token.kind in {"word", "quote"} else frozenset()
        if len(tools) != 1 or any(tells(sentence, i) for i in range(at)) or negated(sentence, at):
            continue
        if _is_wanted(low, at):
            found.setdefault(next(iter(tools)), at)
    return found


def _is_wanted(low: Sequence[str], at: int) -> bool:
    """Return whether something is to become what stands at a place: `to gold`, `mark it solved`."""
    before = at - 1
    while before >= 0 and (low[before] in ADVERBS or low[before] in DETERMINERS):
        before -= 1
    if before < 0:
        return False
    if low[before] in _INTO:
        return not {"was", "were", "went", "from", "been"} & set(low[:before])
    ends = at + 1 == len(low) or low[at + 1] in {".", ",", "!", ";", "and", "please", "then", "now"}
    return ends and low[0] in _MAKING
