"""Words that say no value: an article, `one` for a thing, a name with another ending, what is to be left."""

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
