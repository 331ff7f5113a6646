"""What a request lists behind a kind is meant, and not all of the kind."""

import pytest

from tests.trust.workshop import Shift

IDS = ("R-201", "R-202", "R-203", "R-204", "R-205")


def _allowed(asked: str) -> set[str]:
    return {one for one in IDS if Shift(asked).call("repairs/cancel_repair", id=one).answer == "allow"}


@pytest.mark.parametrize(
    "asked",
    [
        "Cancel the waiting repairs: the red tandem",
        "Cancel the waiting repairs: R-201",
        "Cancel the waiting repairs - R-201",
        "Cancel the waiting repairs (R-201)",
        "Cancel all waiting repairs, i.e. R-201",
        "Cancel the waiting repairs, R-201",
        "Drop the waiting repairs, namely Ada's tandem",
        "Cancel the repairs R-201",
    ],
)
def test_a_list_behind_a_kind_says_which(asked: str) -> None:
    """R-205 is waiting too, and is not on the list."""
    assert _allowed(asked) <= {"R-201"}


@pytest.mark.parametrize(
    "asked",
    [
        "Cancel the waiting repairs.",
        "Cancel the waiting repairs - nobody wants them any more",
        "Cancel all waiting repairs: they are too late",
        "To do: cancel the waiting repairs",
    ],
)
def test_a_reason_is_no_list(asked: str) -> None:
    """Where none is listed all of the kind are meant."""
    assert _allowed(asked) == {"R-201", "R-205"}
