"""An act that needs another one first: what is ordered is put into the basket, and then that is ordered."""

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

OURS = FieldLabel("organisation")
GOODS = ToolRow(
    "shop",
    "search_products",
    "read",
    returns=ReturnsRow(
        "public",
        "public",
        object=ObjectRow("products", "id", ("name",)),
        fields={"products[].id": OURS, "products[].name": OURS},
    ),
)
PUT = ToolRow(
    "shop",
    "add_to_cart",
    "write",
    ("add", "put", "order", "buy"),
    {"product_id": SinkRow("object"), "quantity": SinkRow("amount")},
)
ORDER = ToolRow("shop", "place_order", "irreversible", ("order", "buy"), {"ship_to": SinkRow("value")})
TOOLS = {tool.id: tool for tool in (GOODS, PUT, ORDER)}
THERE = {"products": [{"id": "P-1", "name": "Steel kettle"}, {"id": "P-2", "name": "Glass kettle"}]}


def _answer(request: str, tool: ToolRow, **values: object) -> str:
    narrowed = narrow([GrantRow(name, None, 5) for name in TOOLS], TOOLS, request)
    readings = Readings(request)
    readings.apply(Read(GOODS.id, GOODS.returns, {}, THERE, 1))
    task = Standing(readings, narrowed.grant(tool.id), refusal=narrowed.refusal(tool.id))
    return decide_tool_call(ToolCall("agent", tool.client_name, tool, values), task).answer


@pytest.mark.parametrize(
    "request_text",
    [
        "Order two steel kettles to Brink 3, please.",
        "Please order the steel kettle twice, to Brink 3.",
        "order 2 steel kettles to Brink 3",
        "Could you order two of the steel kettles for me? To Brink 3.",
        "I want two steel kettles ordered to Brink 3.",
    ],
)
def test_both_steps_of_an_order(request_text: str) -> None:
    """Both go, with the thing, the number and the place that are said; others do not."""
    assert _answer(request_text, PUT, product_id="P-1", quantity=2) == "allow"
    assert _answer(request_text, ORDER, ship_to="Brink 3") == "allow"
    assert _answer(request_text, PUT, product_id="P-2", quantity=2) != "allow"
    assert _answer(request_text, PUT, product_id="P-1", quantity=20) != "allow"
    assert _answer(request_text, ORDER, ship_to="Havenweg 9") != "allow"


@pytest.mark.parametrize(
    "request_text",
    [
        "Order everything in my cart, to Brink 3.",
        "Please order what's in the cart, to Brink 3.",
        "Don't order the steel kettle.",
        "Did I order the steel kettle?",
        "The steel kettle that I ordered has not come.",
    ],
)
def test_what_puts_nothing_into_it(request_text: str) -> None:
    """What is there already is ordered as it is; what was ordered, or shall not be, is put nowhere."""
    assert _answer(request_text, PUT, product_id="P-1", quantity=1) != "allow"
