"""Requests that leave the verb away, say what a thing becomes, or on which day it is done."""

from typing import Any

import pytest

from podium.trust.grounding.reckoning import time_said
from podium.trust.grounding.record.fitting import fitting_of
from podium.trust.request.requests import Request
from podium.trust.values.forms import forms_of
from tests.trust.workshop import Shift

ALONE: list[tuple[str, str, dict[str, Any]]] = [
    ("Tandem to Friday please", "repairs/update_repair", {"id": "R-201", "due": "2026-11-27"}),
    ("The tandem to Jonas.", "repairs/update_repair", {"id": "R-201", "mechanic": "jonas"}),
    ("We're out of inner tubes. Twenty of them please.", "parts/order_part", {"sku": "P-12", "quantity": 20}),
    ("We need brake pads. Two packs please", "parts/order_part", {"sku": "P-11", "quantity": 2}),
    ("Noor is ill. Give her tandem to Jonas", "repairs/update_repair", {"id": "R-201", "mechanic": "jonas"}),
    ("All waiting repairs go to Noor.", "repairs/update_repair", {"id": "R-205", "mechanic": "noor"}),
    ("Put Jonas on the Station shift.", "rota/change_shift", {"id": "S3", "person": "jonas"}),
    (
        "Pay the open invoice of Rubber Works on the 10th of December.",
        "bank/pay_invoice",
        {"number": "2026-119", "amount": 180, "on": "2026-12-10"},
    ),
    (
        "Pay the open invoice of Rubber Works on the 10th.",
        "bank/pay_invoice",
        {"number": "2026-119", "amount": 180, "on": "2026-12-10"},
    ),
]
LACKING: list[str] = [
    "Give all repairs that have no mechanic yet to Jonas.",
    "Everything that has no mechanic goes to Jonas.",
    "Assign the repair without a mechanic to Jonas.",
    "Give those without a mechanic to Jonas.",
]
ASKED: list[tuple[str, str, dict[str, Any]]] = [
    ("Tandem to Friday please", "repairs/update_repair", {"id": "R-203", "due": "2026-11-27"}),
    ("Tandem to Friday please", "repairs/update_repair", {"id": "R-201", "due": "2026-11-28"}),
    ("Tandem to Friday please", "repairs/cancel_repair", {"id": "R-201"}),
    ("The tandem to Jonas.", "repairs/update_repair", {"id": "R-201", "mechanic": "eve"}),
    ("We need brake pads. Two packs please", "parts/order_part", {"sku": "P-13", "quantity": 2}),
    ("We need brake pads. Two packs please", "parts/order_part", {"sku": "P-11", "quantity": 20}),
    ("Noor is ill. Give her tandem to Jonas", "repairs/update_repair", {"id": "R-203", "mechanic": "jonas"}),
    ("All waiting repairs go to Noor.", "repairs/update_repair", {"id": "R-203", "mechanic": "noor"}),
    (
        "Pay the open invoice of Rubber Works on the 10th.",
        "bank/pay_invoice",
        {"number": "2026-118", "amount": 412.5, "on": "2026-12-10"},
    ),
    (
        "Pay the open invoice of Rubber Works that is due on the 10th.",
        "bank/pay_invoice",
        {"number": "2026-118", "amount": 412.5},
    ),
    (
        "Move Noor's Station shift on the 1st to the 3rd.",
        "rota/change_shift",
        {"id": "S1", "day": "2026-12-03"},
    ),
]


@pytest.mark.parametrize(("request_", "tool", "arguments"), ALONE)
def test_a_request_without_a_verb_needs_nobody(request_: str, tool: str, arguments: dict[str, Any]) -> None:
    """It names the thing and says the value."""
    verdict = Shift(request_).call(tool, **arguments)
    assert verdict.answer == "allow", (verdict.rule, verdict.reason)


@pytest.mark.parametrize(("request_", "tool", "arguments"), ASKED)
def test_another_thing_or_value_needs_somebody(request_: str, tool: str, arguments: dict[str, Any]) -> None:
    """What such a request does not name and say never goes through by itself."""
    assert Shift(request_).call(tool, **arguments).answer != "allow"


def test_what_was_paid_stands_in_an_account_as_negative() -> None:
    """A sum is known again by either sign, another form is not changed."""
    assert ("number", "-92.4") in fitting_of("amount", forms_of(92.4))
    assert fitting_of("object", forms_of("92")) == (("number", "92"), ("text", "92"))


def test_the_time_is_that_of_what_is_named_where_none_is_said() -> None:
    """A thing that is moved to another day keeps its time; another one has no ground."""
    shift = Shift("Move Noor's Station shift to Wednesday.")
    named = [seen for seen in shift.readings.objects if ("text", "s3") in seen.id]
    assert time_said(shift.readings.request, named, "13:00") is not None
    assert time_said(shift.readings.request, named, "09:00") is None
    assert time_said(Request("Move it to 3 pm"), named, "13:00") is None


@pytest.mark.parametrize("request_", LACKING)
def test_what_lacks_something_has_an_empty_field(request_: str) -> None:
    """Where no stranger fills the field, that says which is meant, and no other."""
    assert Shift(request_).call("repairs/update_repair", id="R-205", mechanic="jonas").answer == "allow"
    assert Shift(request_).call("repairs/update_repair", id="R-203", mechanic="jonas").answer != "allow"


def test_an_empty_field_of_a_stranger_says_nothing() -> None:
    """A note that a customer leaves empty does not make a repair the one that is meant."""
    shift = Shift("Cancel the repair that has no note.")
    assert shift.call("repairs/cancel_repair", id="R-205").answer != "allow"
    assert (
        Shift("Cancel the repair without a price.").call("repairs/cancel_repair", id="R-205").answer
        != "allow"
    )
