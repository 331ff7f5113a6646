"""The numbers in addresses."""

import pytest

from podium.trust.english.streets import house_numbers, without_addresses


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Change my address to Fuldaufer 19 in Kassel.", {"19"}),
        ("My new address is Fuldaufer 19, 34121 Kassel", {"19", "34121"}),
        ("Move me to 12 Kiln Lane, Leeds", {"12"}),
        ("Bring it to Lindenweg 4", {"4"}),
        ("Deliver 3 boxes to Rua da Ponte 8", {"8"}),
        ("I'm moving to Fuldaufer 19 in Kassel", {"19"}),
        ("Send it to Fuldaufer 19, 34121 Kassel", {"19", "34121"}),
        ("Pay 12 to Ann of 12 Kiln Lane", set()),
        ("Change the limit to 19, I live at Fuldaufer 19 in Kassel", set()),
        ("Pay Luc 19 in Rome", set()),
        ("Ask for the address of Luc and send him 50", set()),
        ("Pay 40 Euros to Main Street", set()),
        ("Move 40 to Savings in Euros", set()),
        ("Change my address and pay Luc 50 euros", set()),
        ("Change my address to Fuldaufer and pay Luc 50", set()),
    ],
)
def test_house_numbers(text: str, numbers: set[str]) -> None:
    """A number that stands elsewhere too is no house's alone."""
    assert house_numbers(text) == numbers


def test_the_rest_stays() -> None:
    """What is cut out is the address, and nothing beside it."""
    assert without_addresses("Pay 40 to 12 Kiln Lane, now").split() == ["Pay", "40", "to", "|", ",", "now"]
