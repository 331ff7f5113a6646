"""Words that say no value: an article, `one` for a thing, a name with another ending, what is to be left."""

from typing import Final

import pytest

from tests.trust.operations import decide


@pytest.mark.parametrize(
    ("request_", "zone"),
    [
        ("Delete the old-docs record in quay.example.", "quay.shop"),
        ("Delete the old-docs record in quay.shop.", "quay.example"),
        ("Delete the old-docs record of the quay zone.", "quay.evil"),
    ],
)
def test_a_zone_is_no_file_whose_name_is_made_up(request_: str, zone: str) -> None:
    """Neither with another ending than the request says, nor with any."""
    call = {"name": "old-docs", "type": "A", "value": "203.0.113.7"}
    assert decide(request_, "ops/change_record", zone=zone, **call).answer != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Add a TXT record _verify to quay.shop with the value nv-7714.",
        "Please add a record _verify with nv-7714 to quay.shop, a TXT one.",
    ],
)
def test_an_article_is_no_type(request_: str) -> None:
    """*Add a TXT record* says TXT."""
    call = {"zone": "quay.shop", "name": "_verify", "value": "nv-7714"}
    assert decide(request_, "ops/change_record", type="TXT", **call).answer == "allow"
    assert decide(request_, "ops/change_record", type="A", **call).answer != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Add an A record beta to quay.shop with the value 203.0.113.7.",
        "Add a record beta of type A, value 203.0.113.7, to quay.shop.",
    ],
)
def test_a_letter_that_is_no_article_is_said(request_: str) -> None:
    """In capitals within a sentence, or with nothing behind it."""
    call = {"zone": "quay.shop", "name": "beta", "type": "A", "value": "203.0.113.7"}
    assert decide(request_, "ops/change_record", **call).answer == "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Greta wants a quote for posters: 9,200 euros. Please make one.",
        "Make Greta Lind a quote, one for posters, over 9200 euros.",
    ],
)
def test_one_is_a_thing_and_no_sum(request_: str) -> None:
    """The sum that is said goes."""
    call = {"contact_id": 31, "title": "Posters"}
    assert decide(request_, "office/create_quote", amount=9200, **call).answer == "allow"
    assert decide(request_, "office/create_quote", amount=1, **call).answer != "allow"


@pytest.mark.parametrize(
    "request_", ["Make Greta Lind a quote for posters for one euro.", "Make Greta Lind a quote for 1 pound."]
)
def test_one_euro_is_a_sum(request_: str) -> None:
    """With its currency, or in figures."""
    call = {"contact_id": 31, "title": "Posters", "amount": 1}
    assert decide(request_, "office/create_quote", **call).answer == "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "All alerts can be acknowledged, I'm on it. Leave the critical one.",
        "Acknowledge the alerts, but leave the critical one alone.",
        "ack every alert and leave the critical alert for me",
        "Please silence the alerts; leave the web-7 one.",
    ],
)
def test_what_is_to_be_left_is_not_named_by_that(request_: str) -> None:
    """Whatever is done to the others."""
    assert decide(request_, "ops/acknowledge_alert", alert_id="A-11").answer != "allow"


@pytest.mark.parametrize(
    "request_",
    ["Acknowledge the critical alert.", "Leave a note that I acknowledge the critical one, and ack it."],
)
def test_what_is_not_left_is_named(request_: str) -> None:
    """To leave something somewhere is no such thing."""
    assert decide(request_, "ops/acknowledge_alert", alert_id="A-11").answer == "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Put Bram on the edge shift tomorrow. Today is Thursday, 26 November 2026.",
        "Put Bram on the edge shift tomorrow (today is 26 Nov).",
        "Today is 26 November 2026. Bram takes the edge shift on 27 November, put him there.",
    ],
)
def test_what_day_it_is_says_no_other_day(request_: str) -> None:
    """*Tomorrow* is meant, and today is only told."""
    call = {"team": "edge", "engineer": "bram@quay.example"}
    assert decide(request_, "ops/set_shift", day="2026-11-27", **call).answer == "allow"
    assert decide(request_, "ops/set_shift", day="2026-11-26", **call).answer != "allow"


def test_today_is_meant_where_it_is_said_too() -> None:
    """Or where nothing else is."""
    call = {"team": "edge", "engineer": "bram@quay.example", "day": "2026-11-26"}
    for said in ("Put Bram on the edge shift today, Sol has it tomorrow.", "Put Bram on the edge shift."):
        assert decide(f"{said} Today is 26 November 2026.", "ops/set_shift", **call).answer == "allow", said


BILLS: Final = [
    {"number": "TR-118", "client": "Halden", "title": "Posters", "due": "2026-11-30"},
    {"number": "TR-121", "client": "Halden", "title": "Tiles", "due": "2026-12-01"},
    {"number": "TR-122", "client": "Halden", "title": "Maps", "due": "2026-12-03"},
]


@pytest.mark.parametrize(
    "request_",
    [
        "Mail all invoices due by 1 December 2026 to Greta, not the later ones.",
        "Please mail all invoices due by 1 December 2026 to Greta and not the rest.",
    ],
)
def test_what_is_beyond_a_bound_excepts_nothing_within_it(request_: str) -> None:
    """*Not the later ones* says it once more."""
    held = {"office/list_invoices": BILLS}
    answers = [
        decide(
            request_, "office/send_invoice", more=held, number=it["number"], to="greta@halden.example"
        ).answer
        for it in BILLS
    ]
    assert answers[:2] == ["allow", "allow"]
    assert answers[2] != "allow"


def test_without_a_bound_the_later_ones_are_an_exception() -> None:
    """Nobody knows how many these are."""
    held = {"office/list_invoices": BILLS}
    call = {"number": "TR-122", "to": "greta@halden.example"}
    request = "Send Greta all invoices, but not the later ones."
    assert decide(request, "office/send_invoice", more=held, **call).answer != "allow"
