"""What a text says of a rating: *with a rating above 4.5*, *at least four stars*, *rated 4.5 or better*."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Final

import msgspec

from podium.trust.values.forms import number_form

_OF: Final = {
    **dict.fromkeys(("rating", "ratings", "rated"), "rating"),
    **dict.fromkeys(("score", "scores", "scored", "scoring"), "score"),
    **dict.fromkeys(("star", "stars"), "star"),
    **dict.fromkeys(("reviewed", "reviews"), "review"),
}
_FIELD: Final = rf"(?P<of>{'|'.join(_OF)})"
_WORDS: Final = {
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
}
_BY: Final = {
    (False, True): r"above|over|better than|higher than|more than|greater than|beyond|exceeding",
    (False, False): r"at least|(?:no|not) (?:less|lower|worse) than|(?:a )?minimum(?: of)?|from",
    (True, True): r"below|under|less than|lower than|worse than",
    (True, False): r"at most|(?:no|not) (?:more|higher|better) than|up to|maximum",
}
"""By whether it is an upper bound, and whether the number itself is none of them."""
_OPS: Final = "|".join(f"(?P<{name}>{said})" for name, said in zip("abcd", _BY.values(), strict=True))
_NUMBER: Final = rf"(?P<n>\d(?:[.,]\d{{1,2}})?|{'|'.join(_WORDS)})"
_IS: Final = r"(?:that is|that's|which is|is|are|of|should be|must be|has to be|being|with)"
_UP: Final = r"(?:\+|,? (?:or|and) (?:more|better|higher|above|up|over|upwards?))"
_SAID: Final = tuple(
    re.compile(rf"(?<![\w.])(?:{one})(?![\w%]|[.,]\d)")
    for one in (
        rf"{_FIELD}(?: {_IS})? (?:{_OPS}) {_NUMBER}(?: stars?)?(?: out of (?:5|10|five|ten))?",
        rf"(?:{_OPS}) {_NUMBER}[- ]{_FIELD}(?! ago)",
        rf"{_FIELD}(?: {_IS})? {_NUMBER}(?: stars?)?(?P<up>{_UP})",
        rf"{_NUMBER}[- ]{_FIELD}(?P<up>{_UP})",
        rf"{_NUMBER}(?P<up>{_UP})[- ]{_FIELD}",
    )
)


class Measure(msgspec.Struct, frozen=True):
    """One bound of a rating."""

    of: str
    """How it is called: *rating*, *star*."""
    upper: bool
    strict: bool
    """Whether the number itself is none of them."""
    number: Decimal
    text: str

    def holds(self, number: Decimal) -> bool:
        """Return whether a number is within."""
        if number == self.number:
            return not self.strict
        return (number < self.number) == self.upper


@lru_cache(maxsize=512)
def measures(low: str) -> tuple[Measure, ...]:
    """Return the bounds of a rating that a text in lower case says."""
    return tuple(_measures(low))


def without_measures(low: str) -> str:
    """Return a text in lower case without what it says of ratings."""
    for one in measures(low):
        low = low.replace(one.text, " ")
    return low


def _measures(low: str) -> Iterator[Measure]:
    for pattern in _SAID:
        for match in pattern.finditer(low):
            said = match.groupdict()
            number = number_form(match["n"]) or _WORDS.get(match["n"], "")
            by = next((key for name, key in zip("abcd", _BY, strict=True) if said.get(name)), (False, False))
            if number:
                yield Measure(_OF[match["of"]], *by, Decimal(number), match[0])
