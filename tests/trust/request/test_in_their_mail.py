"""Which tool an act without a thing means: the text in which something stands is not what is sent."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, SinkRow, ToolRow

INVOICE = ToolRow(
    "office",
    "send_invoice",
    "irreversible",
    ("send", "mail"),
    {"number": SinkRow("object"), "to": SinkRow("recipient")},
)
MAIL = ToolRow(
    "office",
    "send_mail",
    "irreversible",
    ("send", "mail", "write"),
    {"to": SinkRow("recipient"), "body": SinkRow("text")},
)
TOOLS = {row.id: row for row in (INVOICE, MAIL)}


def opened(request: str) -> list[str]:
    """Return which tools a request opens without a question."""
    effective = narrow([GrantRow(it, None, 5) for it in TOOLS], TOOLS, request)
    return [it for it in TOOLS if effective.refusal(it) is None]


@pytest.mark.parametrize(
    "request_",
    [
        "Yusuf lost his October invoice. Please send it again to the address he gives in his mail.",
        "The invoice for Halden is ready. Send it to the address in Greta's mail.",
        "Halden's invoice got lost, please send it to the people named in their mail.",
    ],
)
def test_the_text_in_which_it_stands_is_not_sent(request_: str) -> None:
    """The invoice is, of which the request has spoken."""
    assert opened(request_) == [INVOICE.id]


@pytest.mark.parametrize(
    "request_", ["Yusuf asked for the date. Send it to him in a mail.", "Send Yusuf a mail about it."]
)
def test_a_mail_is_sent_where_it_is_the_means(request_: str) -> None:
    """*In a mail* is none that somebody has written."""
    assert MAIL.id in opened(request_)
