"""An amount that is left to a text is no field of another thing that was read."""

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

ORDERS = ReturnsRow(
    "user", object=ObjectRow("orders", "id", ("recipient", "for"), ("amount",), kind="standing order")
)
PAST = ReturnsRow("organisation", object=ObjectRow("transactions", "id", ("day",), ("amount",)))
CHANGE = ToolRow(
    "bank", "change_order", "irreversible", ("change", "update", "adjust", "raise"),
    {"order": SinkRow("object"), "amount": SinkRow("amount")},
)  # fmt: skip
TOOLS = {
    tool.id: tool
    for tool in (
        CHANGE,
        ToolRow("bank", "list_orders", "read", returns=ORDERS),
        ToolRow("bank", "list_past", "read", returns=PAST),
    )
}
ROWS = {"orders": [{"id": 31, "recipient": "Kilbride", "for": "rent", "amount": 1180.0},
                   {"id": 32, "recipient": "Fitwell", "for": "gym", "amount": 39.0}]}  # fmt: skip


@pytest.mark.parametrize(
    "request_text",
    [
        "My landlord's letter says that the rent goes up. Change the rent's standing order accordingly.",
        "My landlord has written about the rent, please change the rent order accordingly.",
        "Change the rent order to the amount that Kilbride's letter says.",
        "Update the rent order as Kilbride asks in the letter.",
    ],
)
def test_no_sum_of_another_thing(request_text: str) -> None:
    """Neither what a payment was nor what the user pays for something else."""
    narrowed = narrow([GrantRow(it) for it in TOOLS], TOOLS, request_text)
    readings = Readings(request_text)
    readings.apply(Read("bank/list_orders", ORDERS, {}, ROWS, 1))
    paid = {"transactions": [{"id": 9, "day": "2026-11-27", "amount": 45.0}]}
    readings.apply(Read("bank/list_past", PAST, {}, paid, 2))
    for amount in (45.0, 39.0):
        task = Standing(readings, narrowed.grant(CHANGE.id), refusal=narrowed.refusal(CHANGE.id))
        call = ToolCall("agent", CHANGE.client_name, CHANGE, {"order": 31, "amount": amount})
        assert decide_tool_call(call, task).answer != "allow", amount
