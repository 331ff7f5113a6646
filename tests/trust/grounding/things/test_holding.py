"""Of what stands in one order alone that order is meant."""

from typing import Any

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
ORDER = ObjectRow("orders", "id", ("id",), ("status",))
LINE = ObjectRow("orders[].lines", "product", ("title",))
FIELDS = ("orders[].id", "orders[].status", "orders[].lines[].product", "orders[].lines[].count")
ORDERS = ToolRow(
    "shop",
    "list_orders",
    "read",
    arguments={"words": SinkRow("query")},
    returns=ReturnsRow("public", "private", ORDER, dict.fromkeys(FIELDS, OURS), also=(LINE,)),
)
RETURN = ToolRow(
    "shop",
    "return_item",
    "irreversible",
    ("send back", "return"),
    {"order_id": SinkRow("object"), "product_id": SinkRow("object")},
)
CANCEL = ToolRow(
    "shop", "cancel_order", "irreversible", ("send back", "cancel"), {"order_id": SinkRow("object")}
)


def _order(id_: str, *lines: tuple[str, str]) -> dict[str, Any]:
    return {
        "id": id_,
        "status": "delivered",
        "lines": [{"product": product, "title": title, "count": 1} for product, title in lines],
    }


LAMP = _order("OR-4", ("PR-1", "Lumo X2 lamp"), ("PR-2", "Bulb"))
MUG = _order("OR-5", ("PR-3", "Stoneware mug"))


def _answer(request: str, order: str, product: str, *more: dict[str, Any], words: str = "") -> str:
    world = World(request).read(ORDERS, {"orders": [LAMP, MUG, *more]}, **({"words": words} if words else {}))
    return world.call(RETURN, uses=None, order_id=order, product_id=product).answer


@pytest.mark.parametrize(
    "request_",
    [
        "the lumo has a dead pixel, send it back",
        "Please send the Lumo X2 lamp back.",
        "The lumo lamp flickers. Could you return it?",
    ],
)
def test_the_order_in_which_it_stands(request_: str) -> None:
    assert _answer(request_, "OR-4", "PR-1") == "allow"
    assert _answer(request_, "OR-4", "PR-1", words="lumo") == "allow"
    assert "allow" not in {
        _answer(request_, "OR-5", "PR-1"),
        _answer(request_, "OR-4", "PR-2"),
        _answer(request_, "OR-5", "PR-3"),
    }


def test_of_two_orders_a_person_chooses() -> None:
    again = _order("OR-9", ("PR-1", "Lumo X2 lamp"))
    request = "Send the Lumo X2 lamp back."
    assert {_answer(request, one, "PR-1", again) for one in ("OR-4", "OR-9")} == {"ask"}


def test_nobody_chooses_by_what_the_request_does_not_say() -> None:
    """An agent that has looked only for orders of its own choice is asked about."""
    assert _answer("Send the Lumo X2 lamp back.", "OR-4", "PR-1", words="before october") != "allow"


def test_a_named_thing_names_no_order_by_itself() -> None:
    """What acts on the whole order is another act; another order that is named is the one."""
    world = World("Send the Lumo X2 lamp back.").read(ORDERS, {"orders": [LAMP, MUG]})
    assert world.call(CANCEL, uses=None, order_id="OR-4").answer != "allow"
    assert _answer("Send the lumo lamp of order OR-5 back", "OR-4", "PR-1") != "allow"
