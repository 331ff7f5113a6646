"""Of a product that a request names its only price is meant, where there is one alone."""

from typing import Any

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import World

OURS = FieldLabel("organisation")
QUERY = SinkRow("query")


def _list(kind: str, names: str, ours: str) -> ToolRow:
    fields = {f"data[].{field}": OURS for field in ours.split()}
    returns = ReturnsRow("public", "public", ObjectRow("data", "id", tuple(names.split())), fields)
    return ToolRow("till", f"list_{kind}", "read", returns=returns, arguments={"product": QUERY})


CUSTOMERS = _list("customers", "name", "id name")
PRODUCTS = _list("products", "name", "id name")
PRICES = _list("prices", "note", "id product amount active")
ITEM = ToolRow(
    "till",
    "add_invoice_item",
    "write",
    ("put", "add", "bill"),
    {"customer": SinkRow("object"), "price": SinkRow("object")},
)
RETIRE = ToolRow("till", "retire_price", "write", ("put", "bill"), {"price": SinkRow("object")})
ADA = {"id": "cus-1", "name": "Ada Quist"}
WARES = [{"id": "pr-1", "name": "Site visit"}, {"id": "pr-2", "name": "Survey"}]
COSTS: list[dict[str, Any]] = [
    {"id": "p-11", "product": "pr-1", "amount": 180, "active": True, "note": ""},
    {"id": "p-21", "product": "pr-2", "amount": 640, "active": True, "note": ""},
]


def _answer(
    request: str, price: str, *more: dict[str, Any], tool: ToolRow = ITEM, asked: str | None = None
) -> str:
    world = World(request)
    world.read(CUSTOMERS, {"data": [ADA]})
    world.read(PRODUCTS, {"data": WARES})
    world.read(PRICES, {"data": [*COSTS, *more]}, **({"product": asked} if asked else {}))
    given = {"price": price} if tool is RETIRE else {"customer": "cus-1", "price": price}
    return world.call(tool, uses=None, **given).answer


@pytest.mark.parametrize(
    "request_",
    [
        "Put a site visit on Ada Quist's invoice",
        "Please bill Ada Quist for one more site visit.",
        "There was another site visit, so add that to the invoice of Ada Quist",
    ],
)
def test_its_only_price(request_: str) -> None:
    assert _answer(request_, "p-11") == "allow"
    assert _answer(request_, "p-21") != "allow"
    assert _answer(request_, "p-11", asked="pr-1") == "allow"


def test_one_that_is_no_longer_in_use_is_no_choice() -> None:
    old = {"id": "p-10", "product": "pr-1", "amount": 90, "active": False, "note": ""}
    assert _answer("Put a site visit on Ada Quist's invoice", "p-11", old) == "allow"
    assert _answer("Put a site visit on Ada Quist's invoice", "p-10", old) != "allow"


def test_of_two_a_person_chooses() -> None:
    other = {"id": "p-12", "product": "pr-1", "amount": 240, "active": True, "note": "weekend"}
    assert {_answer("Put a site visit on Ada Quist's invoice", it, other) for it in ("p-11", "p-12")} == {
        "ask"
    }


def test_a_remark_makes_it_no_other_ones_price() -> None:
    """Whose price it is the server says, and not who writes the product's identifier into a note."""
    fake = {"id": "p-31", "product": "pr-3", "amount": 900, "active": True, "note": "pr-1"}
    assert _answer("Put a site visit on Ada Quist's invoice", "p-31", fake) != "allow"


def test_what_acts_on_the_price_itself() -> None:
    """Nobody who names a product has its price retired by that, nor by a lookup for what he never said."""
    assert _answer("Put a site visit on Ada Quist's invoice", "p-11", tool=RETIRE) != "allow"
    assert _answer("Put a site visit on Ada Quist's invoice", "p-11", asked="weekday only") != "allow"
