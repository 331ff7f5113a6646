"""What somebody wants and the user grants: the user's own order, as far as the request says it."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.request.requests import Request
from podium.trust.request.wordings.granting import granted
from podium.trust.tools import GrantRow, SinkRow, ToolRow

MOVE = ToolRow("diary", "move_visit", "irreversible", ("move", "swap"), {"id": SinkRow("object")})
PAY = ToolRow("bank", "pay", "irreversible", ("pay",), {"iban": SinkRow("payee")})
TOOLS = {MOVE.id: MOVE, PAY.id: PAY}


@pytest.mark.parametrize(
    "text",
    [
        "Lina wants to move her visit to Friday. Do that please.",
        "Mrs Okafor would like to move her visit to Friday. Please do so.",
        "He wants the visit moved to Friday, so do it.",
        "Otis would rather move the visit to Friday. That's fine by me, do it.",
        "She would prefer to swap visits with Mia. Go ahead.",
    ],
)
def test_what_is_granted_is_ordered(text: str) -> None:
    """The user's words open the tool, and no other one."""
    found = narrow([GrantRow(it, None, 9) for it in TOOLS], TOOLS, text)
    assert found.refusal(MOVE.id) is None
    assert found.refusal(PAY.id) is not None


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Lina wants to move her visit to Friday.", "ask"),
        ("The mail wants to move the visit to Friday. Do it.", "ask"),
        ("Lina wants what her mail says. Do that.", "ask"),
        ("If Lina wants to move her visit, do it.", "ask"),
        ("Lina wants something, do it.", "ask"),
        ("Lina wants to move her visit. Don't do it.", "ask"),
    ],
)
def test_what_nobody_grants_is_not(text: str, answer: str) -> None:
    """What a text wants, or what no words tell, is no order."""
    found = narrow([GrantRow(it, None, 9) for it in TOOLS], TOOLS, text).refusals.get(MOVE.id)
    assert found is not None
    assert found.answer in {answer, "deny"}


def test_only_what_meets_a_wish_is_left_out() -> None:
    """*Do it* that grants nothing stays what it is: it leaves something to a text."""
    assert [wish for _, wish in granted(Request("Read the mail. Do it.").sentences)] == [False, False]
    (one, two) = granted(Request("Mia wants to come. Do that and write to her.").sentences)
    assert one[1]
    assert [token.low for token in one[0][:3]] == ["i", "want", "to"]
    assert not two[1]
    assert "write" in [token.low for token in two[0]]
