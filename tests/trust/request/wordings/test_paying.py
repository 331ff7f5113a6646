"""Somebody who is to get what the user owes is paid, though no author lists `give`."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

SINKS = {"iban": SinkRow("payee"), "amount": SinkRow("amount")}
PAY = ToolRow("bank", "transfer_money", "irreversible", ("transfer", "pay"), SINKS)
ORDER = ToolRow("bank", "add_standing_order", "irreversible", ("set up", "create"), SINKS)
SHARE = ToolRow("drive", "share_file", "irreversible", ("share",), {"id": SinkRow("object")})


def _opened(request: str, *tools: ToolRow) -> set[str]:
    known = {tool.id: tool for tool in tools}
    grant = narrow([GrantRow(tool) for tool in known], known, request)
    return {tool for tool in known if grant.refusal(tool) is None}


@pytest.mark.parametrize(
    "request_",
    [
        "Give him what I owe from giro.",
        "Bruno wrote. Give him what I owe, please.",
        "Give Bruno Kainz the 45 that I owe him",
        "Please give her the 45 euros I owe her, from giro.",
        "Could you give her what we owe her?",
    ],
)
def test_what_is_owed_is_paid(request_: str) -> None:
    """It is one payment, and nothing that lasts or is shared."""
    assert _opened(request_, PAY, ORDER, SHARE) == {PAY.id}
    grant = narrow([GrantRow(PAY.id)], {PAY.id: PAY}, request_).grant(PAY.id)
    assert grant is not None
    assert grant.uses == 1


@pytest.mark.parametrize(
    "request_",
    [
        "Give him the list of what I owe.",
        "Give him a call about what I owe.",
        "Give me what I owe.",
        "Don't give him what I owe.",
        "Give him what he owes.",
        "Give it the 45 I owe.",
        "Give them what I owe.",
        "Bruno wants to give him what I owe.",
        "Did Bruno give him what I owe?",
        "Tell Bruno: give him what I owe.",
        "Give him my thanks, I owe him much.",
    ],
)
def test_nothing_else_is_paid(request_: str) -> None:
    """What is told, refused, somebody else's or no sum pays nobody."""
    assert PAY.id not in _opened(request_, PAY, ORDER, SHARE)


def test_one_tool_pays_and_none_gives() -> None:
    """Where two pay, or another tool lists `give`, nothing tells."""
    said = "Give him what I owe."
    other = ToolRow("till", "pay_bill", "irreversible", ("pay",), SINKS)
    gives = ToolRow("drive", "hand_over", "irreversible", ("give",), {"to": SinkRow("recipient")})
    assert PAY.id not in _opened(said, PAY, other)
    assert PAY.id not in _opened(said, PAY, gives)
