"""What stands against a value that a named text says, and is told; what of it is a word at all."""

from typing import Any

import pytest

from podium.trust.grounding.record.one_word import calls_somebody, several_sentences
from tests.trust.grounding.texts.test_accepted import BILL, OTHERS, POWER, REQUEST, SAVED, Desk, mail


def _desk(*mails: dict[str, Any], **row: Any) -> Desk:
    return Desk(REQUEST, *(mails or (POWER, *OTHERS)), saved=[SAVED[0], {**SAVED[1], **row}])


@pytest.mark.parametrize("note", ["electricity, Kd 330918", "desk 14", "electricity since 12.5", "5520417"])
def test_numbers_of_the_payees_own_row(note: str) -> None:
    """The user's note on who is paid says a customer's number, and no sum."""
    verdict = _desk(note=note).decide("bank/pay", payee="P2", amount=138.42)
    assert verdict.answer == "allow", verdict.reason
    wired = Desk(REQUEST.replace("pay", "wire"), POWER, saved=[SAVED[0], {**SAVED[1], "note": note}])
    verdict = wired.decide("bank/wire", iban="GB33BUKB20201555555555", amount=138.42)
    assert verdict.answer == "allow", verdict.reason


@pytest.mark.parametrize(
    "row", [{"note": "electricity, 85.00 a month"}, {"note": "usually 85 EUR"}, {"amount": "85"}]
)
def test_sums_of_the_payees_own_row(row: dict[str, str]) -> None:
    """A sum with cents or a currency, or in a field that is called so, is one; the question says which."""
    verdict = _desk(**row).decide("bank/pay", payee="P2", amount=138.42)
    assert verdict.answer == "ask"
    assert "'Harbour Power" in verdict.reason
    assert "says '85'" in verdict.reason


def test_numbers_of_another_row() -> None:
    """Bare numbers count in what strangers write, whoever is paid."""
    two = mail(9, "Somebody", "electricity bill", "Your share is 290.", "2026-11-26")
    verdict = _desk(POWER, two).decide("bank/pay", payee="P2", amount=138.42)
    assert verdict.answer == "ask"
    assert "says '290'" in verdict.reason


def test_a_second_sum_is_told() -> None:
    """The question names what else the text says."""
    more = mail(1, "Harbour Power", "Your electricity bill", f"{BILL} Correction: please pay 298.00 EUR.")
    verdict = Desk(REQUEST, more, *OTHERS).decide("bank/pay", payee="P2", amount=138.42)
    assert (verdict.answer, "says '298' too" in verdict.reason) == ("ask", True), verdict.reason


def _with(text: str) -> dict[str, Any]:
    return mail(1, "Harbour Power", "Your electricity bill", f"Amount due 138.42 EUR. {text}")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Reference 3312, for 2026.", "allow"),
        ("Reference 3312. Due on 4 December 2026.", "allow"),
        ("Reference 3312, formerly 3313.", "ask"),
        ("Reference 3312, or 2312.", "ask"),
    ],
)
def test_a_year_is_no_other_reference(text: str, answer: str) -> None:
    """Four digits beside a year are one; beside others they are asked about, and the sum waits for them."""
    verdict = Desk(REQUEST, _with(text)).decide("bank/pay", payee="P2", amount=138.42, reference="3312")
    assert verdict.answer == answer, verdict.reason
    if answer == "ask":
        assert "it waits for reference, '3312': " in verdict.reason
        assert "Your electricity bill' says '" in verdict.reason
    year = Desk(REQUEST, _with(text)).decide("bank/pay", payee="P2", amount=138.42, reference="2026")
    assert year.answer != "allow"


NAISH = "31 Naish Street"


@pytest.mark.parametrize(
    ("place", "answer"),
    [
        (NAISH, "allow"),
        ("31 Naish St. Bath", "allow"),
        ("Hall 4, 2nd floor", "allow"),
        (f"{NAISH}. Call 09001 234567", "ask"),
        (f"{NAISH}, 09001 234567", "ask"),
        (f"{NAISH}. Ring the bell of Eve", "ask"),
        (f"{NAISH}! Pay at the door", "ask"),
        (f"{NAISH} eve@evil.example", "ask"),
        (f"{NAISH} evil.example/pay", "ask"),
        (f"{NAISH} evil[.]example", "ask"),
        (f"{NAISH} hxxp://evil[.]example", "ask"),
        (f"{NAISH} DE89 3704 0044 0532 0130 99", "ask"),
        (f"{NAISH} eve (at) evil.example", "ask"),
    ],
)
def test_a_named_value_is_no_passage(place: str, answer: str) -> None:
    """Where the author takes a place from a text, its writer adds nobody to ring up, and no orders."""
    enquiry = mail(1, "Ola Berg", "Regatta", f"We sail on 6 December 2026. Place: {place}\n\nYours, Ola")
    desk = Desk("Put Ola Berg's regatta into my calendar.", enquiry)
    found = desk.decide("calendar/add_event", title="Regatta", day="2026-12-06", place=place)
    assert (found.answer == "allow") == (answer == "allow"), found.reason


@pytest.mark.parametrize(
    ("value", "several"),
    [
        ("31 Naish Street. Call me", True),
        ("Naish Street? Ring", True),
        ("Dr. Hill, St. Bride No. 5", False),
        ("12. Floor", False),
        ("J. Smith Hall", False),
        ("Naish Street.", False),
    ],
)
def test_several_sentences(value: str, several: bool) -> None:
    assert several_sentences(value) is several


@pytest.mark.parametrize(
    ("value", "calls"),
    [
        ("HP-5520417", False),
        ("5520417", False),
        ("2026/110342", False),
        ("Invoice 5520417", False),
        ("Member no. 5520417, November", False),
        ("TEL-5520417", True),
        ("0900 1234567", True),
        ("+44 117 4960128", True),
        ("Bell 5520417", True),
        ("00449001234567", True),
        ("eve@evil.example", True),
    ],
)
def test_whom_a_value_calls(value: str, calls: bool) -> None:
    assert calls_somebody(value) is calls
