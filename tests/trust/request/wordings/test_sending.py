"""What is sent decides between a tool that pays and one that writes, where both list the word."""

import pytest

from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow
from tests.trust.test_authors import tool

PAY = tool("home/pay_person", "pay, transfer, send", reference="text", iban="payee", amount="amount")
WRITE = tool("home/send_message", "send, message, write, tell", to="recipient", text="text")
SHARE = tool("disk/share_file", "share, send, show", path="object", email="recipient")
VOUCHER = tool("shop/send_voucher", "send, give", to="recipient", amount="amount")
MONEY, WORDS = {"pay_person"}, {"send_message", "share_file"}


def opened(request: str, *more: str) -> set[str]:
    """Return the tools that a request opens."""
    tools = {it.id: it for it in (PAY, WRITE, SHARE, VOUCHER) if it is not VOUCHER or more}
    effective = narrow([GrantRow(it) for it in tools], tools, request)
    return {it.name for it in tools.values() if it.id not in effective.refusals}


@pytest.mark.parametrize(
    "request_",
    [
        "Send Gerrit 12.50.",
        "Send Gerrit €40 for the seeds.",
        "Please send 40 euros to Gerrit.",
        "send gerrit 40 quid",
        "Send Fenna the 420 we agreed on.",
        "Send her the money for the tickets.",
        "Could you send Fenna the deposit?",
        "Send my sister her share of the present.",
        "Send Fenna half of what I paid at the market.",
        "Send Ann what I owe her.",
        "Send Ann the rest of the rent.",
        "Send Ann 20 euros and Ben 30 euros.",
    ],
)
def test_a_sum_is_paid(request_: str) -> None:
    """A sum, an amount, money and what somebody is owed are paid, and no message is open for it."""
    assert opened(request_) == MONEY


@pytest.mark.parametrize(
    "request_",
    [
        "Send Fenna the allergies.",
        "Send the allergies to Fenna.",
        "Send my sister the list of guests.",
        "Send the plumber the codes.",
        "Send Fenna 3 photos.",
        "Send Oakley the invoice.",
        "Send Fenna the recipe with a short greeting.",
        "Send her the amount and the day.",
        "Send Gert's notes to Ann.",
        "Send the list on to Ann.",
        "Send Ann the payment details.",
    ],
)
def test_anything_else_is_written(request_: str) -> None:
    """What is no money is sent by what writes or shares, and a payment is asked about."""
    assert opened(request_) == WORDS


@pytest.mark.parametrize(
    "request_",
    ["Send it to Fenna.", "Send Fenna half of it.", "Send Fenna 4411.", "Send Ann 20 euros and the receipt."],
)
def test_what_may_be_both(request_: str) -> None:
    """Where the words may say either, or say both, the values of the call have to tell."""
    assert opened(request_) == MONEY | WORDS


def test_a_tool_that_is_called_by_what_is_sent() -> None:
    """The noun of a tool's name comes before: a voucher is neither money nor a message."""
    assert opened("Send Fenna a voucher of 20 euros.", "voucher") == {"send_voucher"}


def test_another_word() -> None:
    """Of a word that one of them alone lists nothing is taken away."""
    assert opened("Pay Gerrit what is on the list.") == MONEY
    assert opened("Show Fenna the deposit.") == {"share_file"}


LETTER = tool(
    "post/send_mail", "send, mail, email, forward", to="recipient", body="text", attachments="object"
)
MAKE = tool("disk/create_file", "create, make, write, save", title="text", content="text")
APPEND = tool("disk/append_to_file", "append, add, put", file_id="object", text="text")


@pytest.mark.parametrize(
    "request_",
    [
        "Please send her the file.",
        "Send the file prices.txt to Gwen as an attachment, with a short note.",
        "Could you email Gwen the document about paper?",
        "Mail Gwen the file with the prices.",
        "Forward the document to Gwen, please",
    ],
)
def test_a_file_goes_along_with_a_mail(request_: str) -> None:
    """What takes attachments is what sends a file; no tool that makes or changes one is open for that."""
    tools = {it.id: it for it in (LETTER, MAKE, APPEND)}
    effective = narrow([GrantRow(it) for it in tools], tools, request_)
    assert {it.name for it in tools.values() if it.id not in effective.refusals} == {"send_mail"}


@pytest.mark.parametrize(
    "request_", ["Make a file for Gwen.", "Save the list in a file.", "Create a document"]
)
def test_a_file_that_is_made_is_not_sent(request_: str) -> None:
    """Nor does a file that is to be made send anything."""
    tools = {it.id: it for it in (LETTER, MAKE, APPEND)}
    effective = narrow([GrantRow(it) for it in tools], tools, request_)
    assert effective.refusal(LETTER.id) is not None
    assert effective.refusal(MAKE.id) is None
