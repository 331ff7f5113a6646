"""Things of one name that two servers have."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.request.nouns import own_nouns
from podium.trust.tools import GrantRow, SinkRow, ToolRow

_ON = {"number": SinkRow("object"), "label": SinkRow("text")}
TOOLS = {
    row.id: row
    for row in (
        ToolRow("crateworks", "order_write", "irreversible", ("open", "label", "set"), _ON),
        ToolRow("stall", "update_order", "write", ("update", "set", "put", "move"), _ON),
        ToolRow("stall", "create_order", "write", ("place", "create"), {"item": SinkRow("value")}),
        ToolRow("stall", "update_shift", "write", ("update", "swap"), _ON),
        ToolRow("crateworks", "comment_order", "irreversible", ("comment",), _ON),
    )
}
GRANTS = [GrantRow(tool, None, 9) for tool in TOOLS]


def answers(request: str) -> dict[str, str]:
    """Return what a request says to each tool: ``open``, ``ask`` or ``deny``."""
    refusals = narrow(GRANTS, TOOLS, request).refusals
    return {tool: refusals[tool].answer if tool in refusals else "open" for tool in TOOLS}


@pytest.mark.parametrize(
    "request_",
    [
        'Put "fragile" on the glass order.',
        "Move the glass order to Friday.",
        "Move the order of the glasses to Monday.",
    ],
)
def test_the_other_servers_is_asked_about(request_: str) -> None:
    found = answers(request_)
    assert found["stall/update_order"] == "open"
    assert found["crateworks/order_write"] == "ask"


@pytest.mark.parametrize(
    "request_",
    [
        'Put "fragile" on the glass order in the stall.',  # whose it is stands there
        "Swap the shift of Friday.",  # another thing
        "Place an order for ten glasses.",  # nothing that is there is changed
        "What is on the glass order?",
    ],
)
def test_it_is_not_where_nothing_of_that_name_is_changed(request_: str) -> None:
    assert answers(request_)["crateworks/order_write"] == "deny"


def test_what_does_not_change_it_stays_denied() -> None:
    found = answers('Put "fragile" on the glass order.')
    assert found["crateworks/comment_order"] == found["stall/create_order"] == "deny"
    assert found["stall/update_shift"] == "deny"


def test_a_name_whose_verb_stands_last() -> None:
    assert own_nouns(TOOLS["crateworks/order_write"]) == {"order"}
    assert own_nouns(ToolRow("a", "mark_update", "write", ("mark",))) == {"update"}
    assert own_nouns(ToolRow("a", "request_update", "write", ("request",))) == {"update"}


SHOP = {
    row.id: row
    for row in (
        ToolRow("shop", "set_in_cart", "write", ("put", "order"), {"product_id": SinkRow("object")}),
        ToolRow("shop", "place_order", "irreversible", ("buy",), {"product_ids": SinkRow("object")}),
        ToolRow("shop", "cancel_order", "irreversible", ("cancel",), {"order_id": SinkRow("object")}),
        ToolRow("market", "place_order", "irreversible", ("buy",), {"product_ids": SinkRow("object")}),
    )
}


def _shop(request: str) -> dict[str, tuple[str, str]]:
    refusals = narrow([GrantRow(tool) for tool in SHOP], SHOP, request).refusals
    return {it: (refusals[it].answer, refusals[it].reason) if it in refusals else ("open", "") for it in SHOP}


def test_what_a_verb_names_that_another_tool_lists() -> None:
    """The tool that makes it by its name is asked about, by that word; what ends one is not."""
    said = _shop("Order the lamp. Leave the rest of the cart as it is.")
    assert said["shop/set_in_cart"][0] == "open"
    assert said["shop/place_order"][0] == "ask"
    assert "'order'" in said["shop/place_order"][1]
    assert said["shop/cancel_order"][0] == said["market/place_order"][0] == "deny"


@pytest.mark.parametrize("request_", ["Put the lamp in the cart", "Put it there, do not order it"])
def test_what_is_not_ordered(request_: str) -> None:
    """The cart alone, and what is not to be done, leave nothing to ask."""
    assert _shop(request_)["shop/place_order"][0] == "deny"
