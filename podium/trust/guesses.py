"""Which tool a request means that asks in words which no author lists: by all that it speaks of.

Signs are the nouns of a tool's name and of its arguments, the words that an argument may be, the values that
it takes (an amount, an account, an address, a date), and the manner of asking. The one tool that they fit
best is the one that is meant, if no other fits nearly as well. It is a guess: such a call goes through only
where the request gives ground for every value of it, else a person is asked.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Final

from podium.trust.asking import Sentence, negated, tells
from podium.trust.lexicon import NOUNS, word_set
from podium.trust.manners import said_so, ways_of
from podium.trust.requests import Request, stem
from podium.trust.tools import GUARDED, Sink, ToolRow
from podium.trust.words import bases, singular

LEAST: Final = 3
"""Signs that a guess needs."""
AHEAD: Final = 2
"""By how many a tool must be ahead of another one for the same things, and at most be behind the best."""
_OWN, _ARGUMENT, _VALUE, _MANNER, _KIN, _FIT, _DATE, _QUOTE, _AMISS = 3, 2, 3, 3, 2, 2, 1, 1, 4
_TAKES: Final[tuple[tuple[str, frozenset[Sink]], ...]] = (
    ("email", frozenset(("recipient", "payee", "value", "object"))),
    ("iban", frozenset(("payee", "value"))),
    ("url", frozenset(("url", "value", "path"))),
)
"""What takes a value of a form."""
_PLAIN: Final = word_set("id ids no number key name to on at from type kind value the new old body text")


def guess(
    sentences: Sequence[Sentence],
    tools: Sequence[ToolRow],
    values: Mapping[str, frozenset[str]],
    nouns_of: Callable[[ToolRow], AbstractSet[str]],
) -> dict[str, str]:
    """Return the ids of the tools that sentences may mean, each with a word that tells.

    Two of one server that take the same kind of values are never both meant: of these one is well ahead, or
    none is. Which of several it is, the values of the call decide. ``values``: words that arguments of one
    tool may be, by the grants. ``nouns_of``: a tool's own nouns.
    """
    request = Request(" ".join(token.text for sentence in sentences for token in sentence))
    said = frozenset(
        form
        for sentence in sentences
        for at, token in enumerate(sentence)
        if token.kind == "word" and not any(tells(sentence, i) for i in range(at)) and not negated(sentence, at)
        for form in (token.low, singular(token.low), *bases(token.low))
    )
    signs: dict[str, int] = {}
    words: dict[str, str] = {}
    for tool in tools:
        count, word = _signs(tool, sentences, said, nouns_of(tool))
        listed = [one for one, ids in values.items() if ids == {tool.id} and _says(sentences, one)]
        signs[tool.id] = count + _VALUE * len(listed[:2]) + _fits(tool, request)
        words[tool.id] = word or next(iter(listed), "")
    best = max(signs.values(), default=0)
    return {
        tool.id: words[tool.id]
        for tool in tools
        if words[tool.id]
        and signs[tool.id] >= max(LEAST, best - AHEAD)
        and all(signs[tool.id] - signs[it.id] >= AHEAD for it in tools if _rivals(tool, it))
    }


def _rivals(tool: ToolRow, other: ToolRow) -> bool:
    """Return whether two tools may be called with the same values: to mistake one for the other would hurt."""
    if tool.id == other.id or tool.server != other.server:
        return False
    theirs = {row.sink for row in other.arguments.values() if row.sink in GUARDED}
    own = {row.sink for row in tool.arguments.values() if row.sink in GUARDED}
    return bool(own & theirs) or not own or not theirs


def _signs(
    tool: ToolRow, sentences: Sequence[Sentence], said: AbstractSet[str], nouns: AbstractSet[str]
) -> tuple[int, str]:
    """Return how many signs the words have of a tool, and one of these."""
    own = sorted(nouns & said)
    kin = sorted(_kin(frozenset(nouns)) & said - nouns) if not own else []
    arguments = sorted(_argument_words(tool) & said - nouns)
    signs = _OWN * bool(own) + max(0, len(own) - 1) + _KIN * bool(kin) + _ARGUMENT * bool(arguments)
    manner = any(said_so(sentence, ways_of(tool.intents)) for sentence in sentences)
    word = next(iter(own or kin or arguments), "")
    return signs + _MANNER * manner, word or (tool.intents[0] if manner else "")


def _fits(tool: ToolRow, request: Request) -> int:
    """Return how well a tool takes the values that a request says: more where it has a sink for them."""
    sinks = {row.sink for row in tool.arguments.values()}
    kinds, signs = request.kinds(), 0
    for kind, takes in _TAKES:
        if kind in kinds:
            signs += _FIT if sinks & takes else -_AMISS
    if request.figures or request.changes or request.shares:
        signs += _FIT if "amount" in sinks else -_AMISS * ("value" not in sinks)
    if ("date" in kinds or request.resolved or request.times) and "date" in sinks:
        signs += _DATE
    if request.quoted:
        signs += _QUOTE if sinks & {"text", "value", "path"} else -_QUOTE
    return signs


def _says(sentences: Sequence[Sentence], value: str) -> bool:
    """Return whether sentences have a value that an argument may be, or how it is shortened: `ack`."""
    for sentence in sentences:
        low = [token.low for token in sentence]
        for at, word in enumerate(low):
            both = f"{word}{low[at + 1]}" if at + 1 < len(low) and low[at + 1].isdigit() else word
            if (stem(word) == value or both == value or shortens(word, value)) and not negated(sentence, at):
                if not any(tells(sentence, i) for i in range(at)):
                    return True
    return False


def shortens(word: str, value: str) -> bool:
    """Return whether a word is a short form of a longer one: three letters or more of its beginning."""
    return 3 <= len(word) <= len(value) - 3 and word.isalpha() and value.startswith(word)


@lru_cache(maxsize=4096)
def _kin(words: frozenset[str]) -> frozenset[str]:
    return frozenset(word for group in NOUNS if group & words for word in group) - words


def _argument_words(tool: ToolRow) -> frozenset[str]:
    paths = tuple(path for path, row in tool.arguments.items() if row.sink in GUARDED - {"object", "date"})
    return _words_of(paths)


@lru_cache(maxsize=4096)
def _words_of(paths: tuple[str, ...]) -> frozenset[str]:
    plain = re.sub(r"([a-z])([A-Z])", r"\1 \2", " ".join(paths)).casefold()
    return frozenset(singular(word.removesuffix("ly")) for word in re.findall(r"[a-z]{3,}", plain)) - _PLAIN
