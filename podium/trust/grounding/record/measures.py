"""Numbers that say what a thing is, and not how many are meant: `every five star review`."""

from collections.abc import Sequence
from typing import Final

from podium.trust.english.lexicon import NUMBERS, word_set
from podium.trust.english.words import Token, singular

_MEASURED: Final = word_set(
    "star bed bedroom bath room seat berth door wheel person page piece part litre liter metre meter inch "
    "foot mile kilo gram watt amp volt minute hour day night week month year pound euro dollar cent storey"
)
"""What a thing has so many of."""


def measured(before: Sequence[Token], head: Token) -> list[Token]:
    """Return what stands before a noun, with the numbers of what a thing has as figures.

    *The five star reviews*: five of what they have; *every two bedroom flat*: of one there are never two.
    """
    one = singular(head.low) == head.low
    out: list[Token] = []
    for at, token in enumerate(before):
        after = before[at + 1].low if at + 1 < len(before) else ""
        number = NUMBERS.get(token.low, 1)
        has = after == "-" or (after in _MEASURED and (one or singular(after) == after))
        first, _, unit = token.low.partition("-")
        if first in NUMBERS and unit in _MEASURED:  # `the five-star reviews`
            out += [Token(str(NUMBERS[first]), str(NUMBERS[first]), "number"), Token(unit, unit, "word")]
        elif number > 1 and has:
            out.append(Token(str(number), str(number), "number"))
        elif token.low != "-":
            out.append(token)
    return out
