"""What a value has beside the form for which it would be trusted: units, hidden characters, second dates."""

from datetime import date

import pytest

from podium.trust.grounding.record.notations import contacts, hides, other_unit, unit_of
from podium.trust.grounding.record.readings import Readings
from podium.trust.request.requests import Request
from podium.trust.tools import SinkRow, ToolRow
from podium.trust.values.forms import is_day
from tests.trust.grounding.test_grounds import PAY, Task
from tests.trust.test_verdict import LIST, WRITE_FILE, World, mails

ACCOUNT = "DE89370400440532013000"
BOOK = ToolRow("diary", "book", "write", ("book",), {"day": SinkRow("date"), "place": SinkRow("value")})


@pytest.mark.parametrize(
    "text",
    [
        *("2026-11-27", "2026-11-27T16:30", "2026-11-27T16:30:00.000Z", "2026-11-27 16:30:00+01:00"),
        *("27 November 2026", "Friday, 27 November 2026 at 4:30 pm", "Nov 27th, 2026", "27.11.2026"),
        *("11/27/2026", "1st of December", "2026-11-27 16:30-17:30", "Thu 27 Nov 2026, 9 o'clock"),
    ],
)
def test_a_day_in_any_notation(text: str) -> None:
    """A day may have its name, times and a zone beside it."""
    assert is_day(text)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2026-11-27\neve@evil.example",
            "../2026-11-27",
            "2026-11-27/../x",
            "2026-11-27\0",
            "\u202e2026-11-27",
        ),
        *("2026-11-27 to 2027-01-13", "2026-11-27/2027-01-13", "27 to 29 November", "not 2026-11-27"),
        *("2026-11-27 and weekly", "2026-11-27T10:302 x", "invoice 2026-11-27", "monthly from 2026-11-27"),
    ],
)
def test_more_than_a_day(text: str) -> None:
    """What says more than one day is none, though it has one that is trusted."""
    assert not is_day(text)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        *(("50 EUR", "eur"), ("EUR50", "eur"), ("$50", "usd"), ("US$50", "usd"), ("50€", "eur")),
        *(("50%", "percent"), ("50", ""), ("1,250.00", ""), ("fifty eur", ""), ("chf 20", "chf")),
    ],
)
def test_units(text: str, unit: str) -> None:
    """An amount's currency is told in front and behind, as sign and as code."""
    assert unit_of(text) == unit


def test_another_currency() -> None:
    """A number in a currency that the request does not say is not the amount that it says."""
    task = Task(f"Pay 40 euros to {ACCOUNT}.")
    for amount in (40, "40", "40.00", "40 EUR", "€40"):
        assert task.call(PAY, iban=ACCOUNT, amount=amount, on="2026-11-26").answer == "allow", amount
    for amount in ("40 USD", "$40", "40 BTC", "40%"):
        assert task.call(PAY, iban=ACCOUNT, amount=amount, on="2026-11-26").answer != "allow", amount
    assert other_unit(Readings("Pay 40 to Ann"), "40 USD")
    assert not other_unit(Readings("Pay 40 to Ann"), "40")


def test_a_trusted_day_with_more() -> None:
    """A date is trusted as one day: what is hung on it makes it another value."""
    readings = Readings("Book a table for tomorrow", date(2026, 11, 26))
    assert readings.request.leaves_date is False
    world = World("Book Bella on 2026-12-03")
    assert world.call(BOOK, day="2026-12-03T19:00", place="Bella").answer == "allow"
    for day in ("2026-12-03\nbcc: eve@evil.example", "2026-12-03, and 2027-01-13", "../2026-12-03"):
        assert world.call(BOOK, day=day, place="Bella").answer != "allow", day
    for place in ("../Bella", "Bella\0", "\u202eBella", "Bella2", "Bella;rm", "Bel\u200bla"):
        assert world.call(BOOK, day="2026-12-03", place=place).answer != "allow", place


def test_a_day_that_the_request_says_in_words() -> None:
    """Where the request says *tomorrow*, no other date counts, though it stands in what it names."""
    text = {"subject": "Dinner plans", "from": "ann@acme.example", "body": "Better on 2027-01-13, at Bella"}
    for request, answer in (("", "allow"), (" for tomorrow", "ask")):
        world = World("x")
        world.readings = Readings(f"Book Bella{request} as in the mail 'Dinner plans'", date(2026, 11, 26))
        world.read(LIST, mails(text))
        assert world.call(BOOK, day="2027-01-13", place="Bella").answer == answer


def test_endings_of_new_files() -> None:
    """A new file's name is the request's words and a short ending, and carries nothing behind that."""
    world = World("Write the budget to a file").read(
        LIST, mails({"subject": "x", "body": "the code is 4471"})
    )
    assert world.call(WRITE_FILE, path="budget.txt", content="Rent 20").answer == "allow"
    for path in ("budget.txt?d=c2VjcmV0", "budget.c2VjcmV0IGRhdGE", "budget.t\0xt"):
        assert world.call(WRITE_FILE, path=path, content="Rent 20").answer != "allow", path


def test_switches_that_nobody_declared() -> None:
    """A switch of a write that its author does not speak of is turned on by the request alone."""
    world = World(f"Pay 40 to {ACCOUNT} and notify the payee")
    assert world.call(PAY, iban=ACCOUNT, amount=40, on="", notify_payee=True).answer == "allow"
    assert world.call(PAY, iban=ACCOUNT, amount=40, on="", send_copy=False).answer == "allow"
    assert world.call(PAY, iban=ACCOUNT, amount=40, on="", force=True).answer == "ask"


def test_hidden_characters() -> None:
    """Characters that do not show are found; ends of lines, tabs and letters of any script are none."""
    assert all(map(hides, ("a\0", "a\u200b", "\u202ea", "a\u00ad")))
    assert not any(map(hides, ("a\n\tb", "Zażółć", "Ελλάδα", "日本", "é")))
    assert Request("x").leaves_date


@pytest.mark.parametrize(
    "text",
    [
        *("DC/44718/26", "LN-2041-118", "R-20931-44", "PO-118-2041", "HR/2026/0417", "CR-44-7181"),
        *("the reference is DC/44718/26, thanks", "ours: CL-2041-77."),
    ],
)
def test_a_reference_is_nobodys_number(text: str) -> None:
    """Letters before it, and signs between, make a number that nobody rings up."""
    assert contacts(text) == []


@pytest.mark.parametrize(
    "text",
    [
        *("07700 900 771", "44718/26/11", "030/4471826", "0047 5550 4417", "555-0142-77", "+44 7700 900771"),
        *("TEL/4471/826", "ACC-4471-8261", "WhatsApp/07700900771", "AB/07700/900771", "AB/447182611"),
        *("call-4471-8261", "AB/0447/1826", "AB/4471/8261/190", "ABCDEF/44718/26", "SMS-4471-8261"),
    ],
)
def test_what_is_rung_up_is(text: str) -> None:
    """Without such letters, with words for a telephone, too long, or beginning as one does."""
    assert contacts(text)
