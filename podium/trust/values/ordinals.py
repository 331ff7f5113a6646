"""Days of a month in words: `tenth`, `twenty-first`."""

import re
from typing import Final

_ONES: Final = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS: Final = (
    "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth",
    "eighteenth", "nineteenth", "twentieth",
)  # fmt: skip
_NUMBERS: Final = {
    **{word: number for number, word in enumerate((*_ONES, *_TEENS), 1)},
    **{f"twenty{word}": 20 + number for number, word in enumerate(_ONES, 1)},
    "thirtieth": 30,
    "thirtyfirst": 31,
}
_APART: Final = re.compile(r"^(twenty|thirty)(?!eth$)")
ORDINAL: Final = "|".join(_APART.sub(r"\1[ -]?", word) for word in sorted(_NUMBERS, key=len, reverse=True))
"""A pattern of them, longer ones first."""
ORDINAL_ENDS: Final = (*_ONES, *_TEENS[:3], "teenth", "tieth")
"""One of which stands in each."""


def day_of(said: str) -> int:
    """Return the day that an ordinal is, in whatever case."""
    return _NUMBERS[re.sub(r"[\s-]", "", said.casefold())]
