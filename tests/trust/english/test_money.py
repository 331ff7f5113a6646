"""Sums of money that a text says."""

import pytest

from podium.trust.english.money import for_each, money


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("Send Oisin 60 euros.", {"60"}),
        ("Please transfer €5 to Oisin", {"5"}),
        ("Pay him twenty quid", {"20"}),
        ("EUR 1,180.50 for the rent", {"1180.5"}),
        ("60 € to Oisin", {"60"}),
        ("Pay 12.50 pounds and 4 dollars", {"12.5", "4"}),
        ("1.200 euros to Luc", {"1.2", "1200"}),
        ("All orders under 50 euros", set()),
        ("Order 150 pounds of flour", set()),
        ("Do the payments on my list for week 48", set()),
    ],
)
def test_sums_with_a_currency(text: str, sums: set[str]) -> None:
    """A number alone is none, nor is a bound, or a weight."""
    assert money(text) == sums


def test_for_each_of_several() -> None:
    assert for_each("Send 20 euros each to Oisin and Tara") == {"20"}
    assert for_each("thirty pounds apiece for Ann and Bob") == {"30"}
    assert for_each("Send Oisin 20 euros, and Tara what she paid") == set()
