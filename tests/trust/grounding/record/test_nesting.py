"""Several kinds of objects in one result, and objects that stand in others."""

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow
from tests.trust.test_authors import OURS, Lookup, decide, tool

CLAIM = ObjectRow("", "id", ("id", "client"))
DOCUMENT = ObjectRow("documents", "id", ("title",), (), {"kind": {"letter": FieldLabel(None, "secret")}})


def read(claim: str, client: str, reserve: int, *documents: tuple[str, str]) -> Lookup:
    """Return a lookup of a claim with its documents, whose titles strangers choose."""
    ours = dict.fromkeys(("id", "client", "reserve", "documents[].id", "documents[].kind"), OURS)
    rows = [{"id": id_, "title": title, "kind": title.split()[0].lower()} for id_, title in documents]
    content = {"id": claim, "client": client, "reserve": reserve, "documents": rows}
    return "s/read_claim", ReturnsRow(object=CLAIM, also=(DOCUMENT,), fields=ours), content


CLAIMS = (
    read("CL-1", "Rowe", 1200, ("d1", "Estimate of Hobbs Garage"), ("d2", "Photos")),
    read("CL-2", "Vance", 900, ("d3", "Estimate of Pike Motors"), ("d4", "Photos of the roof")),
    read("CL-3", "Moss", 700, ("d5", "Estimate of a plumber"), ("d6", "Estimate of a roofer")),
)
PAY = tool("s/pay_claim", "pay", claim_id="object", amount="amount")
SEND = tool("s/send_mail", "send", to="recipient", attachments=SinkRow("object", many=True))
DELETE = tool("s/delete_document", "delete", document_id="object")


@pytest.mark.parametrize(("claim", "answer"), [("CL-1", "allow"), ("CL-2", "deny"), ("d1", "ask")])
def test_what_stands_around_a_list_is_an_object_too(claim, answer) -> None:
    """A claim is named by its client, and a document's identifier is no claim's."""
    assert decide("Pay Rowe's claim", PAY, {"claim_id": claim, "amount": 1200}, *CLAIMS).answer == answer


@pytest.mark.parametrize(
    ("request_", "document", "answer"),
    [
        ("Send the Hobbs estimate to bob@acme.example", "d1", "allow"),
        ("Send the Hobbs estimate to bob@acme.example", "d3", "deny"),
        ("Send Rowe's estimate to bob@acme.example", "d1", "allow"),
        ("Send Rowe's estimate to bob@acme.example", "d2", "deny"),
        ("Send Rowe's estimate to bob@acme.example", "d3", "ask"),
        ("Send the estimate of CL-2 to bob@acme.example", "d3", "allow"),
        ("Send the estimate of CL-2 to bob@acme.example", "d1", "deny"),
        ("Send the estimate of Moss to bob@acme.example", "d5", "ask"),
        ("Send the claim of Rowe to bob@acme.example", "d1", "deny"),
    ],
)
def test_a_document_of_what_is_named(request_, document, answer) -> None:
    """It is named by a word of its own and by what it stands in, where it is the only one there."""
    call = {"to": "bob@acme.example", "attachments": [document]}
    assert decide(request_, SEND, call, *CLAIMS).answer == answer


@pytest.mark.parametrize(
    ("request_", "document", "answer"),
    [
        ("Delete Vance's photos", "d4", "allow"),
        ("Delete Vance's photos", "d2", "ask"),
        ("Delete the photos of the roof", "d4", "allow"),
        ("Delete Vance's photos", "CL-2", "ask"),
    ],
)
def test_the_kind_is_that_of_the_list(request_, document, answer) -> None:
    """Of several kinds in one result each has its own noun."""
    assert decide(request_, DELETE, {"document_id": document}, *CLAIMS).answer == answer


@pytest.mark.parametrize(("title", "answer"), [("Letter of Dr Moss", "ask"), ("Bill of Dr Moss", "allow")])
def test_rows_of_a_second_kind(title, answer) -> None:
    """They are labelled by their own fields."""
    text = "suffers from a slipped disc and cannot work before March"
    name, returns, content = read("CL-1", "Rowe", 1200, ("d1", title), ("d2", "Photos"))
    content["documents"][0]["text"] = text
    returns = ReturnsRow("organisation", "private", CLAIM, returns.fields, also=(DOCUMENT,))
    say = tool("s/post_message", "tell", channel="recipient", text=SinkRow("text", readers="organisation"))
    call = {"channel": "#team", "text": f"She {text}."}
    assert decide("Tell #team how it is", say, call, (name, returns, content)).answer == answer


ORDERS = ObjectRow("orders", "id", ("id", "seller", "lines[].title"))
LINES = ObjectRow("orders[].lines", "product_id", ("title",))
CANCEL = tool("s/cancel_order", "cancel", order_id="object")


def orders(*lines: ObjectRow, title: FieldLabel | None = None) -> Lookup:
    """Return orders, each with what was ordered, the titles by sellers."""
    ours = dict.fromkeys(("orders[].id", "orders[].lines[].product_id"), OURS)
    titles = {"orders[].lines[].title": title} if title is not None else {}
    bought = {
        "o-1": ["Arc desk lamp", "Wool mug"],
        "o-2": ["Vesla rain jacket"],
        "o-3": ["Wool blanket"],
        "o-4": ["Small desk lamp"],
    }
    rows = [
        {
            "id": id_,
            "seller": "Lichtwerk",
            "lines": [{"product_id": f"{id_}-{i}", "title": it} for i, it in enumerate(them)],
        }
        for id_, them in bought.items()
    ]
    return "s/list_orders", ReturnsRow(object=ORDERS, also=lines, fields=ours | titles), {"orders": rows}


@pytest.mark.parametrize("lines", [(), (LINES,)])
@pytest.mark.parametrize(
    ("request_", "order", "answer"),
    [
        ("Cancel the Arc desk lamp", "o-1", "allow"),
        ("Cancel the desk lamp", "o-1", "ask"),
        ("Cancel the rain jacket", "o-2", "allow"),
        ("Cancel the rain jacket", "o-1", "deny"),
        ("Cancel the wool thing", "o-1", "ask"),
        ("Cancel the jar", "o-2", "ask"),
    ],
)
def test_what_is_called_by_what_stands_in_it(request_, order, answer, lines) -> None:
    """An order by its lines, whether these are things of their own or not."""
    assert decide(request_, CANCEL, {"order_id": order}, orders(*lines)).answer == answer


@pytest.mark.parametrize(("title", "answer"), [(None, "ask"), (OURS, "allow")])
def test_a_name_within_is_trusted_as_its_field(title, answer) -> None:
    """More of the request's words in it tell nothing where a stranger chooses them."""
    call = {"order_id": "o-4"}
    assert (
        decide("Cancel the desk lamp that was too small", CANCEL, call, orders(LINES, title=title)).answer
        == answer
    )


@pytest.mark.parametrize(("kind", "answer"), [("", "deny"), ("product", "ask")])
def test_a_kind_of_its_own(kind, answer) -> None:
    """What a list called `items` holds: an argument of that kind is not denied for a thing of another one."""
    cart = ObjectRow("items", "id", ("title",), kind=kind)
    ours = ReturnsRow("organisation", object=cart)
    places = ObjectRow("addresses", "id", ("label",))
    reads = (
        (
            "s/show_cart",
            ours,
            {"items": [{"id": "p-1", "title": "Wool mug"}, {"id": "p-2", "title": "Lamp"}]},
        ),
        (
            "s/list_addresses",
            ReturnsRow("organisation", object=places),
            {"addresses": [{"id": "a-1", "label": "Office"}]},
        ),
    )
    order = tool("s/place_order", "order", address_id="object", product_ids=SinkRow("object", many=True))
    call = {"product_ids": ["p-1"], "address_id": "a-1"}
    assert decide("Order what is in my cart to the office", order, call, *reads).answer == answer
