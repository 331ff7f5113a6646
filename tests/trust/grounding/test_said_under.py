"""A value that a request says of a field which is called as an argument is, and another one."""

import pytest

from tests.trust.operations import decide


@pytest.mark.parametrize(
    "request_",
    [
        "Who is on call for edge tomorrow? Put Bram there instead.",
        "Put Bram on the edge shift tomorrow.",
        "edge needs somebody tomorrow, put Bram in",
    ],
)
def test_the_team_that_is_said_is_not_his_own_one(request_: str) -> None:
    """His row has a team, too, and the request says another one."""
    call = {"day": "2026-11-27", "engineer": "bram@quay.example"}
    assert decide(request_, "ops/set_shift", team="edge", **call).answer == "allow"
    assert decide(request_, "ops/set_shift", team="storage", **call).answer != "allow"


def test_his_own_one_goes_where_none_is_said_or_it_is() -> None:
    """Nothing stands against it then."""
    call = {"day": "2026-11-27", "engineer": "bram@quay.example"}
    for request in ("Put Bram on his team's shift tomorrow.", "Put Bram of storage on edge tomorrow."):
        assert decide(request, "ops/set_shift", team="storage", **call).answer == "allow", request


def test_a_default_is_not_who_is_said() -> None:
    """A customer whom the request names, as a field of customers has him, is not all of them."""
    request = "Set the beta-board flag to 10% for Norvane."
    call = {"key": "beta-board", "percent": 10}
    assert decide(request, "ops/set_flag", customer="Norvane", **call).answer == "allow"
    assert decide(request, "ops/set_flag", customer="all", **call).answer == "ask"
    assert decide("Set the beta-board flag to 10%.", "ops/set_flag", customer="all", **call).answer == "allow"
