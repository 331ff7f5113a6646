"""Several things of one name, which a request says in the plural: *the Joinery Weeklies*.

Each of them is called `Joinery Weekly`, or so with a number or a day. A name that only looks like a plural,
of a firm or a family, is none: the last word is what people call one of a series by.
"""

from collections.abc import Sequence
from typing import Final

from podium.trust.english.lexicon import JOINTS, PREPOSITIONS, word_set
from podium.trust.english.words import Token, singular
from podium.trust.values.forms import words

_BEFORE: Final = word_set("the all my our these those")
_BEHIND: Final = word_set(", . ; ! away out over too please")
_SERIES: Final = word_set(
    "ad advert alert briefing bulletin daily digest gazette letter memo monthly newsletter notice offer "
    "quarterly receipt reminder report review roundup statement update weekly"
)
"""By what one of a series is called that has a name."""
MAX_NAME: Final = 5
"""Words of such a name."""
_MONTHS: Final = word_set(
    "january february march april may june july august september october november december no nr issue"
)


def series_at(phrase: Sequence[Token]) -> tuple[str, ...]:
    """Return the name of each of several things of which a phrase begins with the plural, empty for another.

    The name ends there: *the Joinery Weekly reports* are not of that name.
    """
    if not phrase or phrase[0].low not in _BEFORE:
        return ()
    start = 2 if len(phrase) > 1 and phrase[0].low == "all" and phrase[1].low in _BEFORE else 1
    end = start
    while end < len(phrase) and phrase[end].kind == "word" and phrase[end].text[:1].isupper():
        end += 1
    low = [token.low for token in phrase[start:end]]
    if not 1 < len(low) <= MAX_NAME or singular(low[-1]) == low[-1] or singular(low[-1]) not in _SERIES:
        return ()
    if end < len(phrase) and phrase[end].low not in PREPOSITIONS | JOINTS | _BEHIND | {"to"}:
        return ()
    return (*low[:-1], singular(low[-1]))


def series(sentences: Sequence[Sequence[Token]]) -> frozenset[tuple[str, ...]]:
    """Return the names of the series of which a request speaks in the plural."""
    phrases = (one[at : at + MAX_NAME + 3] for one in sentences for at in range(len(one)))
    found = map(series_at, phrases)
    return frozenset(name for name in found if name)


def is_of(series_name: tuple[str, ...], name: str) -> bool:
    """Return whether something is called by the name of a series alone, or so with its number or day."""
    said = words(name)
    rest = said[len(series_name) :]
    return said[: len(series_name)] == series_name and all(one.isdigit() or one in _MONTHS for one in rest)
