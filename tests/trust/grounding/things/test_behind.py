"""A condition behind `and` restricts what a request means as the first one does."""

import pytest

from tests.trust.grounding.things.test_choosing import named


@pytest.mark.parametrize(
    ("request_", "meant"),
    [
        ("Close all tickets that are open and have high priority", "7001"),
        ("Close every ticket that is open and is low priority", "7002"),
        ("Close all tickets that are open and belong to Alto", "7001"),
        ("Close all tickets that are open and Alto's.", "7001"),
        ("Close every ticket that is of Alto and closed.", "7003"),
        ("Close all open tickets which were opened before 25 November and are low in priority", "7002"),
        ("Close the ticket that is open and has low priority", "7002"),
        ("Close all open tickets and tell Bob", "7001 7002 7004"),
        ("Close all tickets that are open and leave the rest", "7001 7002 7004"),
    ],
)
def test_both_conditions_hold(request_: str, meant: str) -> None:
    """What fits the first alone is not meant; an order behind `and` is no condition."""
    assert named(request_) == meant


@pytest.mark.parametrize(
    "request_",
    [
        "Close all tickets that are open and have been reported by Zorn",
        "Close the designer ticket which is open and closed",
        "Close all tickets that are open and angry.",
        "Close all tickets that are open and have no customer",
    ],
)
def test_what_nothing_explains_leaves_it_open(request_: str) -> None:
    """Of a condition that no field explains nobody knows which fit it."""
    assert named(request_) == ""


@pytest.mark.parametrize(
    "request_",
    [
        "Close the oldest ticket. Not the newest one, that stays open.",
        "Close ticket 7001, not the newest one",
        "Close the oldest ticket, never the newest",
    ],
)
def test_what_is_not_meant(request_: str) -> None:
    """A superlative behind `not` says which one stays."""
    assert named(request_) == "7001"
