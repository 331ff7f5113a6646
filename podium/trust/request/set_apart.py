"""Words by which a request names nothing: of clauses that say what is not meant, and of long quotations."""

import re
from typing import Final

from podium.trust.english.giving_up import gives_up, kept
from podium.trust.values.forms import words

QUOTED: Final = re.compile(
    r"\"([^\"]{2,200})\"|“([^”]{2,200})”|'([^'\n]{2,200})'(?!\w)|`([^`]{2,200})`|«([^»]{2,200})»"
)
LEAST_RECITED: Final = 4
"""Words of a quotation that is a text rather than a name."""
_REFUSED: Final = re.compile(
    r"(?<!why )(?<!if )\b"
    r"(?:don't|mustn't|do not|never|not|instead of|rather than|except(?: for)?|without|leave out)\b"
    r"(?! only| just| forget| hesitate| fail| yet\b| later|[^,.;:!?\n]* (?:any ?more|any longer)\b)"
    r"[^,.;:!?\n]*?(?=[,.;:!?\n]|$| but | and then )"
)
"""A clause that says what is not to be done, or which one is not meant."""


def refused_at(text: str) -> frozenset[int]:
    """Return the indexes of the words of clauses that say what is not meant."""
    found: set[int] = set()
    low = text.casefold().replace("\u2019", "'")
    for match in _REFUSED.finditer(low):
        if gives_up(low, match.start(), match.end()):
            continue
        start = len(words(text[: match.start()]))
        found |= set(range(start, start + len(words(match[0]))))
    for start, end in kept(low):
        found |= set(range(len(words(text[:start])), len(words(text[:end]))))
    return frozenset(found)


def recited_at(text: str) -> frozenset[int]:
    """Return the indexes of the words of long quotations: a part of what is to be said names nothing."""
    found: set[int] = set()
    for match in QUOTED.finditer(text):
        there = words(next(filter(None, match.groups())))
        if len(there) >= LEAST_RECITED:
            start = len(words(text[: match.start()]))
            found |= set(range(start, start + len(there)))
    return frozenset(found)
