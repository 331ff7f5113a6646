"""Secret numbers that are short."""

import pytest

from podium.trust.tools import FieldLabel, ObjectRow, ReturnsRow, SinkRow, ToolRow
from tests.trust.test_verdict import SEND, World

CODES = ToolRow(
    "doors",
    "list_codes",
    "read",
    returns=ReturnsRow(
        "organisation",
        "private",
        ObjectRow("codes", "id", ("door",), ()),
        {"codes[].code": FieldLabel("organisation", "secret")},
    ),
)
MAKE = ToolRow(
    "doors",
    "make_code",
    "irreversible",
    ("make",),
    {"door": SinkRow("object")},
    ReturnsRow("organisation", "private", None, {"code": FieldLabel("organisation", "secret")}),
)
OTHERS = {"codes": [{"id": "c-1", "door": "office", "code": "209386"}]}


@pytest.mark.parametrize("text", ["209386", "The code is 2 0 9 3 8 6.", "209-386", "Code: 209 386, thanks"])
def test_a_code_does_not_go_outside_unasked(text: str) -> None:
    """However its digits are set, to whom the request names too; what it says itself may go."""
    world = World("Mail bob@elsewhere.example that the door is open").read(CODES, OTHERS)
    verdict = world.call(SEND, to="bob@elsewhere.example", subject="Door", body=text)
    assert (verdict.answer, verdict.rule) == ("ask", "flow.secret")
    said = World("Mail bob@elsewhere.example that the code is 209386").read(CODES, OTHERS)
    assert said.call(SEND, to="bob@elsewhere.example", subject="Door", body="It is 209386").answer == "allow"


def test_a_code_that_was_made_for_somebody_goes_to_him() -> None:
    """`Make a code and mail it` speaks of the one that was made, and of no other."""
    world = World("Make a code for the cellar and mail it to bob@elsewhere.example").read(CODES, OTHERS)
    world.read(MAKE, {"code": "603236"}, door="cellar")
    assert world.call(SEND, to="bob@elsewhere.example", subject="Door", body="603236").answer == "allow"
    assert world.call(SEND, to="bob@elsewhere.example", subject="Door", body="209386").answer == "ask"
