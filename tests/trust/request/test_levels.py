"""What a later act speaks of says nothing of an act that says its own thing."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

_ROWS = (
    ToolRow("bank", "send_money", "irreversible", ("send", "pay", "pay back"), {"to": SinkRow("payee")}),
    ToolRow("bank", "update_transaction", "irreversible", ("update", "change"), {"id": SinkRow("object")}),
    ToolRow("bank", "cancel_transaction", "irreversible", ("cancel",), {"id": SinkRow("object")}),
    ToolRow(
        "bank", "update_user", "write", ("update", "change", "change address"), {"street": SinkRow("value")}
    ),
)
TOOLS = {row.id: row for row in _ROWS}
USER = "bank/update_user"


@pytest.mark.parametrize(
    "request_",
    [
        "Change my address to Fuldaufer 19 in Kassel.",
        "Change my address to Fuldaufer 19 in Kassel and cancel the gym payment.",
        "Change my address to Fuldaufer 19 in Kassel. And pay Luc back the money for the tickets.",
        "Change my address to Fuldaufer 19 in Kassel, then cancel the payment.",
        "Update my address to Fuldaufer 19. Pay Luc his money.",
        "Update my address to Fuldaufer 19. Could you pay Luc his money?",
    ],
)
def test_an_act_that_says_its_thing(request_: str) -> None:
    """It is asked for as it is alone."""
    assert narrow([GrantRow(it) for it in TOOLS], TOOLS, request_).refusal(USER) is None


@pytest.mark.parametrize(
    "request_",
    [
        "Change the payment to Luc.",
        "Change it, the payment to Luc was wrong.",
        "There is a payment to Luc. Change it to Friday.",
        "Change the one for Luc and cancel the payment to Ann, the payment of Luc was wrong.",
        "Change the gym payment and tell me my address.",
        "Change the gym thing. The payment was wrong.",
    ],
)
def test_an_act_on_another_thing(request_: str) -> None:
    """Its own words tell, and those before it, or behind it where it says none."""
    said = narrow([GrantRow(it) for it in TOOLS], TOOLS, request_)
    assert said.refusal(USER) is not None
    assert said.refusal("bank/update_transaction") is None


_BINS = (
    ToolRow("drive", "delete_file", "irreversible", ("delete", "remove"), {"file_id": SinkRow("object")}),
    ToolRow("mail", "delete_mail", "irreversible", ("delete", "remove"), {"mail_id": SinkRow("object")}),
)
BINS = {row.id: row for row in _BINS}


@pytest.mark.parametrize(
    "request_",
    [
        "I no longer need the old logo sketch, delete it. The mail of Ann stays.",
        "The old logo sketch is out of date. Delete it. The mail of Ann was nice.",
        "My old logo sketch is useless, remove it please. I'll answer the mail of Ann myself.",
    ],
)
def test_what_it_points_back_to(request_: str) -> None:
    """What is spoken of later is not what `it` is; the values tell."""
    assert narrow([GrantRow(it) for it in BINS], BINS, request_).refusal("drive/delete_file") is None


@pytest.mark.parametrize(
    "request_",
    ["I no longer need the mail of Ann, delete it. The file stays.", "Delete it. The mail is old."],
)
def test_what_it_points_back_to_is_the_thing(request_: str) -> None:
    """A thing that is spoken of before it, or alone, says which tool is meant."""
    said = narrow([GrantRow(it) for it in BINS], BINS, request_)
    assert said.refusal("mail/delete_mail") is None
    assert said.refusal("drive/delete_file") is not None
