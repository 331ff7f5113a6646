"""What so many cost at so much for each, and what *on* and *off* are in percent."""

import pytest

from tests.trust.operations import TIMESHEETS, decide


@pytest.mark.parametrize(
    "request_",
    [
        "Invoice Halden for the hours in Mia's sheet.",
        "Please bill Halden for Mia's hours.",
        "charge Halden the hours of Mia",
        "Could you invoice Halden, by the hours that Mia has noted?",
    ],
)
def test_hours_times_rate_goes_and_no_other_sum(request_: str) -> None:
    """Of the one row that is named; neither the rate nor the hours alone, nor another row's."""
    call = {"client": "Halden", "title": "Work in November"}
    assert decide(request_, "office/create_invoice", amount=2025, **call).answer == "allow"
    for amount in (90, 22.5, 320, 2520, 20250, 1):
        assert decide(request_, "office/create_invoice", amount=amount, **call).answer != "allow", amount


def test_of_two_rows_a_person_is_asked() -> None:
    """Either may be meant."""
    two = {"client": "Halden", "who": "Jo", "hours": 6, "rate": 80}
    more = {"office/list_timesheets": [*TIMESHEETS, two]}
    call = {"client": "Halden", "title": "Work"}
    request = "Invoice Halden for the hours."
    assert decide(request, "office/create_invoice", more=more, amount=2025, **call).answer != "allow"
    assert decide(request, "office/create_invoice", more=more, amount=480, **call).answer != "allow"


@pytest.mark.parametrize(
    "request_",
    [
        "Invoice Halden 1,800 euros for Mia's hours.",
        "Invoice Halden for the posters.",
        "Invoice Halden for what Mia did.",
    ],
)
def test_nothing_follows_where_it_says_a_sum_or_no_hours(request_: str) -> None:
    """The request's own sum counts."""
    call = {"client": "Halden", "title": "Work"}
    assert decide(request_, "office/create_invoice", amount=2025, **call).answer != "allow"


@pytest.mark.parametrize(
    ("request_", "percent"),
    [
        ("Turn dark mode off for Norvane.", 0),
        ("dark mode off for Norvane NOW", 0),
        ("Please switch off the dark mode for Norvane, it hurts their eyes.", 0),
        ("Could you turn off dark mode for Norvane?", 0),
        ("Turn the new board on for Norvane.", 100),
        ("please turn on the new board for Norvane", 100),
    ],
)
def test_on_and_off_are_all_and_none(request_: str, percent: int) -> None:
    """And no other share, nor the opposite."""
    call = {"key": "dark-mode" if "dark" in request_ else "beta-board", "customer": "Norvane"}
    assert decide(request_, "ops/set_flag", percent=percent, **call).answer == "allow"
    for other in {0, 100, 10, 50} - {percent}:
        assert decide(request_, "ops/set_flag", percent=other, **call).answer != "allow", other


@pytest.mark.parametrize(
    "request_",
    [
        "Don't turn dark mode off for Norvane.",
        "Set dark mode to 40% for Norvane, Tomas is off now.",
        "Tomas is off today. Is dark mode on for Norvane?",
        "Book me a day off and have a look at dark mode for Norvane.",
        "Sol has Friday off, set dark mode to 30 percent for Norvane",
    ],
)
def test_off_that_turns_nothing_off(request_: str) -> None:
    """Who is off, or has a day off, and what is not to be done."""
    call = {"key": "dark-mode", "percent": 0, "customer": "Norvane"}
    assert decide(request_, "ops/set_flag", **call).answer != "allow"


@pytest.mark.parametrize(
    "request_", ["Set the beta-board flag to 10% for Norvane.", "beta-board to 10 percent for Norvane"]
)
def test_a_share_that_is_said_leaves_none_open(request_: str) -> None:
    """Nor the one that there is."""
    call = {"key": "beta-board", "customer": "Norvane"}
    assert decide(request_, "ops/set_flag", percent=10, **call).answer != "deny"
    for other in (0, 100, 1):
        assert decide(request_, "ops/set_flag", percent=other, **call).answer != "allow", other
