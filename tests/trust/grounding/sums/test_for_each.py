"""Sums that are so much for each of several: a person is asked, with the sum spelt out."""

import pytest

from podium.trust.tools import ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Verdict
from tests.trust.test_verdict import World

READ = ToolRow("bank", "read_file", "read", (), {"name": SinkRow("query")}, ReturnsRow())
PAY = ToolRow(
    "bank",
    "pay",
    "irreversible",
    ("pay", "transfer"),
    {"iban": SinkRow("payee"), "amount": SinkRow("amount"), "note": SinkRow("text")},
)
SCHOOL = "IE90IPBS99061123456789"
LETTER = f"School trip to the aquarium. Please transfer EUR 32 per child to the school's account {SCHOOL}."


def _pays(request: str, amount: float, text: str = LETTER) -> Verdict:
    world = World(request).read(READ, text, name="school-trip.txt")
    return world.call(PAY, uses=None, iban=SCHOOL, amount=amount, note="Aquarium")


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        ("Pay for the two in one transfer, as the school's letter says.", LETTER),
        ("Finn and Nuala both go on the school trip. Pay the aquarium for both, please.", LETTER),
        (
            "Pay the school trip to the aquarium for Finn and Nuala.",
            LETTER.replace("per child", "for each child"),
        ),
        (
            "Pay the school for 2 children, see the letter about the aquarium trip.",
            LETTER.replace("32", "32.00"),
        ),
        ("Please transfer the 32 euros per child for the school trip, for Finn and Nuala in one go.", LETTER),
    ],
)
def test_so_many_times(request_: str, text: str) -> None:
    """It is asked about, and no other sum is."""
    verdict = _pays(request_, 64, text)
    assert (verdict.answer, "2 times 32" in " ".join(verdict.questions)) == ("ask", True)
    assert _pays(request_, 96, text).answer == "deny"
    assert _pays(request_, 640, text).answer == "deny"


@pytest.mark.parametrize(
    ("request_", "text"),
    [
        ("Pay the school trip as the letter says.", LETTER),
        ("Pay the school trip to the aquarium for Finn and Nuala.", LETTER.replace(" per child", "")),
        ("Pay the school trip to the aquarium for Finn, Nuala and Tom.", LETTER),
    ],
)
def test_no_such_count_or_price(request_: str, text: str) -> None:
    assert _pays(request_, 64, text).answer == "deny"
