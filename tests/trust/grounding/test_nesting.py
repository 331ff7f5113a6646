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
