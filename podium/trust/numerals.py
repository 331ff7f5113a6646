"""Numbers as people say them in a request: `two hundred`, `52k`, `1.5 million`, `64.500`, `a dozen`."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from podium.trust.forms import number_form
from podium.trust.lexicon import word_list

_ONES: Final = word_list(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS: Final = word_list("twenty thirty forty fifty sixty seventy eighty ninety")
COUNTS: Final = {
    **{word: number for number, word in enumerate(_ONES)},
    **{word: 10 * number for number, word in enumerate(_TENS, start=2)},
    "dozen": 12,
    "couple": 2,
    "both": 2,
    "twice": 2,
    "half": 0,
}
"""Words that are a number by themselves."""
_SCALES: Final = {"hundred": 100, "thousand": 1000, "million": 1_000_000}
_SHORT: Final = {
    "k": 1000, "thousand": 1000, "grand": 1000, "m": 1_000_000, "mio": 1_000_000, "million": 1_000_000,
    "hundred": 100,
}  # fmt: skip
_SUFFIXED: Final = re.compile(
    r"(?<![\w.,])[$€£¥]?\s?(?P<n>\d[\d.,]*)(?P<unit>[km]|\s?(?:thousand|grand|mio|million|hundred))\b(?![/'])",
    re.IGNORECASE,
)
_GROUPED: Final = re.compile(r"(?<![\w.,])[$€£¥]?\s?(\d{1,3}(?:\.\d{3})+)(?![\w.,]\d|\w)")
_WORD: Final = re.compile(r"[^\W\d_]+")
_IN_WORDS: Final = "|".join((*_ONES, *_TENS))
_RUN: Final = re.compile(
    rf"\b(?:(?:a|one)[ -](?=hundred|thousand|million))?(?:{_IN_WORDS}|hundred|thousand|million)"
    rf"(?:[ -](?:and )?(?:{_IN_WORDS}|hundred|thousand|million))*\b"
)


def count_of(word: str) -> int | None:
    """Return the number that a short word or figure is, None for another word."""
    if word.isdigit():
        return int(word)
    return 1 if word in {"a", "an", "another"} else COUNTS.get(word) or None


def spelled(text: str) -> Iterator[str]:
    """Yield the numbers that a text says in words, or with a word behind, in their plain notation."""
    for match in _SUFFIXED.finditer(text):
        number = number_form(match["n"].rstrip(".,"))
        if number is not None:
            yield format((Decimal(number) * _SHORT[match["unit"].strip().casefold()]).normalize(), "f")
    for match in _GROUPED.finditer(text):
        yield match[1].replace(".", "")  # thousands, as most of Europe writes them
    yield from _worded(_WORD.findall(text.casefold()))


def in_figures(low: str) -> str:
    """Return a text in lower case with the numbers that it says in words as figures: `20 more`.

    ``one`` alone stays: it mostly stands for a thing.
    """
    return _RUN.sub(_figure, low)


def _figure(match: re.Match[str]) -> str:
    said = _WORD.findall(match[0])
    found = list(_worded(said))
    return match[0] if said == ["one"] or len(found) != 1 else found[0]


def _worded(words: list[str]) -> Iterator[str]:
    at = 0
    while at < len(words):
        total, current, start = 0, 0, at
        while at < len(words):
            word = words[at]
            if word in COUNTS and word != "half":
                current += COUNTS[word]
            elif word in _SCALES and (at > start or (at and words[at - 1] in {"a", "one"})):
                current = max(current, 1) * _SCALES[word]
                if _SCALES[word] > 100:
                    total, current = total + current, 0
            elif word != "and" or at == start or words[at - 1] not in _SCALES or words[at + 1 :][:1] == []:
                break
            at += 1
        if at > start:
            yield str(total + current)
        else:
            at += 1
