"""Which of somebody's addresses a request means."""

import pytest

from tests.trust.operations import decide


@pytest.mark.parametrize(
    "request_",
    [
        "Send invoice TR-118 to Halden's accounts address.",
        "send invoice TR-118 to the accounts mail of Halden",
        "Could you mail TR-118 to their accounts e-mail? It is Halden's.",
        "TR-118 has to go to Halden: send it to their accounts inbox.",
    ],
)
def test_the_one_with_that_word_goes_and_another_is_asked_about(request_: str) -> None:
    """By a word of the address or of its field."""
    call = {"number": "TR-118"}
    assert decide(request_, "office/send_invoice", to="accounts@halden.example", **call).answer == "allow"
    assert decide(request_, "office/send_invoice", to="greta@halden.example", **call).answer == "ask"
    assert decide(request_, "office/send_invoice", to="eve@evil.example", **call).answer == "deny"


@pytest.mark.parametrize(
    "request_",
    [
        "Send invoice TR-118 to Greta and to Halden's accounts address.",
        "Send invoice TR-118 to Greta Lind's mail address.",
        "Send invoice TR-118 to Greta by email, please.",
        "Send Greta the invoice TR-118, her new address is in the list.",
    ],
)
def test_who_is_said_is_meant_too(request_: str) -> None:
    """Her own name says hers, and *new address* or *by email* none."""
    to = "greta@halden.example"
    assert decide(request_, "office/send_invoice", number="TR-118", to=to).answer == "allow"
