"""A number that the request says, and a call for good leaves out though it takes such."""

from typing import Any

import pytest

from podium.trust.tools import ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

PAYEES = ToolRow(
    "bank", "list_payees", "read",
    returns=ReturnsRow("organisation", "private", ObjectRow("payees", "id", ("name",), ("iban",))),
)  # fmt: skip
BILLS = ToolRow("files", "list_bills", "read", returns=ReturnsRow("organisation", "private"))
PAY = ToolRow(
    "bank", "pay", "irreversible", ("pay",),
    {"payee": SinkRow("object"), "amount": SinkRow("amount"), "cents": SinkRow("amount", minor_units=2),
     "reference": SinkRow("value")},
)  # fmt: skip
SAVED = {"payees": [{"id": "P1", "name": "Gerlinde", "iban": "DE89370400440532013000"}]}


def _pay(request: str, **more: Any) -> tuple[str, str]:
    world = World(request).read(PAYEES, SAVED).read(BILLS, {"bills": [{"no": "77/2026", "of": "Gerlinde"}]})
    verdict = world.call(PAY, payee="P1", **more)
    return verdict.answer, verdict.reason


@pytest.mark.parametrize(
    ("request_", "more"),
    [
        ("Pay Gerlinde 85.50", {"amount": 85.5}),
        ("Pay Gerlinde 85.50", {"amount": "85.50"}),
        ("Pay Gerlinde 85,50 euros", {"amount": 85.5}),
        ("Pay Gerlinde 1,250.00", {"amount": 1250}),
        ("Pay Gerlinde 85.50 euros", {"cents": 8550}),
        ("Pay Gerlinde 120 of bill 77/2026", {"amount": 120}),
    ],
)
def test_a_number_that_another_argument_takes(request_: str, more: dict[str, Any]) -> None:
    """Or that stands in what was read."""
    answer, reason = _pay(request_, **more)
    assert answer == "allow", reason


@pytest.mark.parametrize(
    ("request_", "more"),
    [
        ("Pay Gerlinde 120 with the reference 4711", {"amount": 120}),
        ("Pay Gerlinde 120 with the reference 85.50", {"amount": 120}),
        ("Pay Gerlinde 85.50 with the reference 8550", {"amount": 85.5}),
        ("Pay Gerlinde 120 with the reference 77/2025", {"amount": 120}),
    ],
)
def test_a_number_that_nothing_takes(request_: str, more: dict[str, Any]) -> None:
    """It is asked about, and the question says which."""
    answer, reason = _pay(request_, **more)
    assert (answer, "the call leaves it out" in reason) == ("ask", True), reason
