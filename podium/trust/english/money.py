"""Sums of money that a text says: `60 euros`, `€5`, `twenty quid`, `EUR 12.50`."""

import re
from functools import lru_cache
from typing import Final

from podium.trust.english.numerals import bounds, in_figures, is_bound
from podium.trust.values.forms import number_form

_NUMBER: Final = r"\d[\d.,]*(?<![.,])"
_WORD: Final = (
    r"(?:euros?|dollars?|pounds?(?! of\b)|quid|bucks?|francs?|crowns?|yen|eur|usd|gbp|chf|sek|nok|dkk|pln)\b"
)
_MONEY: Final = re.compile(
    rf"(?:[€£$¥]\s?|\b{_WORD}\s)(?P<behind>{_NUMBER})(?![\w%])"
    rf"|(?<![\w.,])(?P<before>{_NUMBER})(?:\s?[€£$¥]|\s?{_WORD})"
)
_GROUPED: Final = re.compile(r"\d{1,3}(?:\.\d{3})+")  # thousands, as most of Europe writes them
_EACH: Final = re.compile(r"\W+(?:to )?(?:each|apiece|a head|per head|per person|a person)\b")


@lru_cache(maxsize=256)
def money(text: str) -> frozenset[str]:
    """Return the sums that a text says with a currency, and that are no mere bound (`under 50 euros`)."""
    return frozenset(number for number, _ in _found(text))


@lru_cache(maxsize=256)
def for_each(text: str) -> frozenset[str]:
    """Return the sums that a text says for each of several: `20 euros each`."""
    return frozenset(number for number, rest in _found(text) if _EACH.match(rest))


def _found(text: str) -> list[tuple[str, str]]:
    """Return the sums of a text in their plain notation, each with what stands behind it."""
    low = in_figures(text.casefold())
    found = []
    bounding = {number_form(str(number)) for _, number in bounds(low)}
    for match in _MONEY.finditer(low):
        said = match["behind"] or match["before"]
        for spelled in (said, said.replace(".", "")) if _GROUPED.fullmatch(said) else (said,):
            number = number_form(spelled)
            if number is not None and number not in bounding and not is_bound(low, re.escape(said)):
                found.append((number, low[match.end() :]))
    return found
