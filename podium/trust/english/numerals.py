"""Numbers as people say them in a request: `two hundred`, `52k`, `1.5 million`, `64.500`, `a dozen`."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from podium.trust.english.lexicon import word_list
from podium.trust.english.measures import without_measures
from podium.trust.values.forms import number_form

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
_BEFORE_BOUND: Final = r"\b(max|maximum|most|under|below|than|up to|within)"
_AS_MANY: Final = r"(?: ?(?:[€$£¥]|[a-z]{3,7}))? (?:or|and) (?P<way>more|over|above|up|less|under|below)\b"
_BOUND: Final = re.compile(
    r"\b(?:(?:max|maximum|most|under|below|less than|cheaper than|up to|within|not more than)"
    r"|(?P<low>over|above|at least|more than|min|minimum))\W+(?:of\W+)?[$€£¥]?\s?(?P<n>\d[\d.,]*\d|\d)"
    r"(?!\d|\s*(?:%|per ?cent|days?|weeks?|months?|minutes?|hours?|km|kilomet|degrees?|°|kg|kilos?|tonnes?"
    r"|litres?))"
    rf"|(?<![\d.,])[$€£¥]?(?P<m>\d[\d.,]*\d|\d){_AS_MANY}"
)
_WORD: Final = re.compile(r"[^\W\d_]+")
_APART: Final = re.compile(r"[,.;:!?()\n]")
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


def is_version(part: str) -> bool:
    """Return whether a short part of a name tells by a number: `v4`, `q3`."""
    return any(map(str.isdigit, part)) and any(map(str.isalpha, part))


def spelled(text: str) -> Iterator[str]:
    """Yield the numbers that a text says in words, or with a word behind, in their plain notation."""
    for match in _SUFFIXED.finditer(text):
        number = number_form(match["n"].rstrip(".,"))
        if number is not None:
            yield format((Decimal(number) * _SHORT[match["unit"].strip().casefold()]).normalize(), "f")
    for match in _GROUPED.finditer(text):
        yield match[1].replace(".", "")  # thousands, as most of Europe writes them
    for part in _APART.split(text.casefold()):
        yield from _worded(_WORD.findall(part))


def in_figures(low: str) -> str:
    """Return a text in lower case with the numbers that it says in words as figures: `20 more`.

    ``one`` alone stays: it mostly stands for a thing.
    """
    return _RUN.sub(_figure, low)


def _figure(match: re.Match[str]) -> str:
    said = _WORD.findall(match[0])
    found = list(_worded(said))
    return match[0] if said == ["one"] or len(found) != 1 else found[0]


def bounds(text: str) -> Iterator[tuple[bool, Decimal]]:
    """Yield the bounds of a text: whether it is an upper one, and the number."""
    for match in _BOUND.finditer(without_measures(text.casefold())):
        number = number_form(match["n"] or match["m"])
        if number is not None:
            upper = match["low"] is None if match["n"] else match["way"] in {"less", "under", "below"}
            yield upper, Decimal(number)


def is_bound(text: str, spelled: str) -> bool:
    """Return whether a number is no more than a bound; ``spelled``: a pattern of how it stands there."""
    # A pattern of its own takes longer to compile than all texts to be looked through.
    before = rf"{_BEFORE_BOUND}\W+(of\W+)?[$€£¥]?\s?{spelled}"
    if re.search(_BEFORE_BOUND, text) and re.search(before, text):
        return True
    return bool(re.search(_AS_MANY, text) and re.search(rf"{spelled}{_AS_MANY}", text))


def _worded(words: list[str]) -> Iterator[str]:
    at = 0
    while at < len(words):
        total, current, start = 0, 0, at
        while at < len(words):
            word = words[at]
            if word == "dozen":
                half = not current and words[max(0, at - 2) : at] == ["half", "a"]
                current = 6 if half else max(current, 1) * COUNTS[word]
            elif word in COUNTS and word != "half":
                if at > start and not _goes_on(total, current, COUNTS[word]):
                    break
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


def _goes_on(total: int, current: int, more: int) -> bool:
    """Return whether a number in words goes on with a smaller one: `twenty | one`, not `seven | six`."""
    if current == 0:
        return total > 0 and more > 0
    if current % 100 == 0:
        return 0 < more < 100
    return current % 10 == 0 and current % 100 > 10 and 0 < more < 10
