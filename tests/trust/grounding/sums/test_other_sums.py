"""Of several sums that a thing has the one goes that the request says: the deposit, and not the fee."""

from datetime import date
from typing import Final

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

OURS: Final = FieldLabel("organisation")
LIST: Final = ToolRow(
    "hall",
    "list_bookings",
    "read",
    (),
    {},
    ReturnsRow(
        "public",
        "private",
        ObjectRow("bookings", "id", ("hirer",), ("fee", "deposit", "total")),
        {"bookings[].id": OURS, "bookings[].hirer": OURS},
    ),
)
_ARGUMENTS: Final = {"booking_id": SinkRow("object"), "amount": SinkRow("amount")}
REFUND: Final = ToolRow(
    "hall", "refund_booking", "irreversible", ("refund", "give back", "have back"), _ARGUMENTS, ReturnsRow()
)
DEPOSIT: Final = ToolRow(
    "hall", "refund_deposit", "irreversible", ("refund", "give back", "have back"), _ARGUMENTS, ReturnsRow()
)
ROWS: Final = {
    "bookings": [
        {"id": "B-205", "hirer": "Abena Osei", "fee": 280.0, "deposit": 150.0, "total": 430.0},
        {"id": "B-206", "hirer": "Rock Choir", "fee": 90.0, "deposit": 90.0, "total": 180.0},
    ]
}


def _answer(request: str, amount: float, tool: ToolRow = REFUND, booking: str = "B-205") -> str:
    readings = Readings(request, date(2026, 11, 27))
    readings.apply(Read(LIST.id, LIST.returns, {}, ROWS, 1))
    effective = narrow([GrantRow(LIST.id), GrantRow(tool.id)], {LIST.id: LIST, tool.id: tool}, request)
    standing = Standing(readings, effective.grant(tool.id), refusal=effective.refusal(tool.id))
    arguments = {"booking_id": booking, "amount": amount}
    return decide_tool_call(ToolCall("a", tool.client_name, tool, arguments), standing).answer


@pytest.mark.parametrize(
    ("request_", "amount", "answer"),
    [
        ("Refund Abena Osei's deposit.", 150, "allow"),
        ("Refund Abena Osei's deposit.", 280, "ask"),
        ("Refund Abena Osei's fee, she never used the hall.", 280, "allow"),
        ("Refund Abena Osei's fee, she never used the hall.", 150, "ask"),
        ("Refund Abena Osei's fee and deposit.", 150, "allow"),
        ("Refund Abena Osei's fee and deposit.", 430, "allow"),
        ("Refund Abena Osei's booking.", 280, "allow"),
    ],
)
def test_the_sum_that_is_said(request_: str, amount: float, answer: str) -> None:
    """Another one of the same thing is asked about; a total may be all that is meant."""
    assert _answer(request_, amount) == answer


def test_what_the_tool_is_called_by() -> None:
    """A request that says no sum means the one by which the tool is called."""
    assert _answer("Refund Abena Osei.", 150, DEPOSIT) == "allow"
    assert _answer("Refund Abena Osei.", 280, DEPOSIT) == "ask"


def test_two_that_are_the_same() -> None:
    """A number that is both is the one that is said."""
    assert _answer("Refund Rock Choir's deposit.", 90, booking="B-206") == "allow"
