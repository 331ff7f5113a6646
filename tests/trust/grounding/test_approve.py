"""A yes or no by its opposite: *reject the pen* says no to `approve`."""

import pytest

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import FieldLabel, GrantRow, ObjectRow, ReturnsRow, SinkRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, decide_tool_call

CLAIMS = ToolRow(
    "office",
    "list_claims",
    "read",
    returns=ReturnsRow(
        "organisation",
        object=ObjectRow("result", "id", ("id", "employee", "text")),
        fields={"result[].text": FieldLabel("public")},
    ),
)
DECIDE = ToolRow(
    "office",
    "decide_claim",
    "irreversible",
    ("approve", "accept", "reject", "decline", "refuse"),
    {"claim_id": SinkRow("object"), "approve": SinkRow("value"), "reason": SinkRow("text", readers="user")},
    ReturnsRow("organisation"),
)
TOOLS = {row.id: row for row in (CLAIMS, DECIDE)}
FOUND = {
    "result": [
        {"id": "E-51", "employee": "Jonas", "text": "Train to Hamburg and back"},
        {"id": "E-52", "employee": "Mia", "text": "Tablet pen and nibs"},
    ]
}


def decide(request: str, claim: str, *, approve: bool) -> str:
    """Return what is decided once the claims have been read."""
    readings = Readings(request)
    effective = narrow([GrantRow(it, None, 5) for it in TOOLS], TOOLS, request)
    readings.apply(Read(CLAIMS.id, CLAIMS.returns, {}, FOUND, 1))
    standing = Standing(readings, effective.grant(DECIDE.id), refusal=effective.refusal(DECIDE.id))
    call = ToolCall("a", DECIDE.client_name, DECIDE, {"claim_id": claim, "approve": approve})
    return decide_tool_call(call, standing).answer


@pytest.mark.parametrize(
    "request_",
    [
        "Reject E-52.",
        "Please decline Mia's tablet pen.",
        "refuse claim E-52, she has a pen",
        "I want E-52 rejected",
    ],
)
def test_a_refusal_says_no(request_: str) -> None:
    """And never yes, nor to another one."""
    assert decide(request_, "E-52", approve=True) != "allow"
    assert decide(request_, "E-51", approve=False) != "allow"
    if "rejected" not in request_:
        assert decide(request_, "E-52", approve=False) == "allow"


@pytest.mark.parametrize(
    "request_", ["Approve E-51.", "accept Jonas's train", "Could you approve claim E-51?"]
)
def test_a_yes_says_yes(request_: str) -> None:
    """And never no."""
    assert decide(request_, "E-51", approve=True) == "allow"
    assert decide(request_, "E-51", approve=False) != "allow"


@pytest.mark.parametrize(
    "request_",
    ["Don't reject E-52.", "Approve Jonas's train and reject Mia's pen.", "Did you reject E-52?"],
)
def test_where_both_or_neither_is_said_nothing_is_said_of_the_wrong_one(request_: str) -> None:
    """A person is asked, or it is denied."""
    assert decide(request_, "E-52", approve=True) != "allow"
    assert decide(request_, "E-51", approve=False) != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Approve Jonas's train and reject Mia's pen.",
        "Please reject Mia's tablet pen, and approve Jonas's train to Hamburg.",
        "accept E-51, decline E-52",
    ],
)
def test_each_by_its_own_verb(request_: str) -> None:
    """Yes to the one and no to the other."""
    assert decide(request_, "E-51", approve=True) == "allow"
    assert decide(request_, "E-52", approve=False) == "allow"
    assert decide(request_, "E-52", approve=True) != "allow"
    assert decide(request_, "E-51", approve=False) != "allow"


@pytest.mark.parametrize("request_", ["Jonas's train is approved, you can enter that.", "E-51 is approved."])
def test_what_is_approved_says_yes(request_: str) -> None:
    """An answer is given as a state, too: what is asked about is whether that is an order."""
    assert decide(request_, "E-51", approve=True) != "deny"
    assert decide(request_, "E-51", approve=False) != "allow"
