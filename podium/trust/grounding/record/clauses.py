"""Short sentences that stand by themselves in a text: *fares double in the new year*.

An agent that answers in its own words shares some words with what it read, but seldom a whole sentence.
"""

import re
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.values.forms import squash, words

LEAST_WORDS: Final = 4
"""Of a sentence that says something."""
_ENDS: Final = re.compile(r"(?<=[.:;!?])\s+|[\r\n]+")


_HEADINGS: Final = word_set("title subject name heading headline summary topic label")


@lru_cache(maxsize=64)
def said_whole(path: str, text: str, least: int) -> tuple[str, ...]:
    """Return the sentences of a text that have some words and so many characters, squashed, and no number.

    A number is what an answer tells. What is a heading as a whole may be what the thing is called.
    """
    parts = [part for part in _ENDS.split(text) if part.strip()]
    if len(parts) == 1 and not _HEADINGS.isdisjoint(words(path)[-1:]):
        return ()
    found = (part for part in parts if len(part.split()) >= LEAST_WORDS and not any(map(str.isdigit, part)))
    return tuple(one for one in map(squash, found) if len(one) >= least)
