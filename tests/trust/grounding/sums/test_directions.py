"""From where something goes and to where: what the request has the other way round is asked about."""

import pytest

from tests.trust.request.wordings.test_briefly import MOVE, decide, pots


@pytest.mark.parametrize(
    "request_",
    [
        "Move 500 from rainy day to daily",
        "Please transfer 500 to my Daily pot from the Rainy day one",
        "Move 500 from Rainy day into the Daily pot",
        "Daily is empty. Move 500 to it from Rainy day",
    ],
)
def test_which_way_something_goes(request_: str) -> None:
    """The one way goes through, the other one does not."""
    assert decide(request_, MOVE, pots("A-2", "A-1", 500)).answer == "allow"
    assert decide(request_, MOVE, pots("A-1", "A-2", 500)).answer == "ask"


def test_where_nothing_tells() -> None:
    """Of names that no word leads to nothing is known: both ways are what the request names."""
    request = "Move 500 so that Daily and Rainy day are even"
    answers = {decide(request, MOVE, pots(*ends, 500)).answer for ends in (("A-2", "A-1"), ("A-1", "A-2"))}
    assert len(answers) == 1
