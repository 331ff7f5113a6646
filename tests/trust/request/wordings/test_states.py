"""States that a request gives to something in words of its own."""

import pytest

from podium.trust.grounding.reckoning import says_outcome
from podium.trust.request.requests import Request
from podium.trust.request.wordings.states import stated


@pytest.mark.parametrize(
    ("text", "value", "said"),
    [
        ("If it is enough, then her moving house is granted.", "approved", True),
        ("Her leave is hereby granted.", "approved", True),
        ("Her leave is not granted.", "declined", True),
        ("L-42 is refused.", "declined", True),
        ("The washer is on hold until Friday.", "paused", True),
        ("That ticket can be sorted now.", "closed", True),
        ("The night shift piece goes live now.", "published", True),
        ("Her leave is not granted.", "approved", False),
        ("L-42 is refused.", "approved", False),
        ("If it is granted, tell me.", "approved", False),
        ("Is it granted?", "approved", False),
        ("Show me what is granted.", "approved", False),
        ("The leave that is granted goes to Tom.", "approved", False),
        ("Tell Mia that her leave is granted.", "approved", False),
        ("The granted ones of last week, please.", "approved", False),
        ("Her leave is granted.", "terminated", False),
    ],
)
def test_what_a_sentence_gives(text: str, value: str, said: bool) -> None:
    """A state is said of a thing, not asked, not a condition, not what tells which thing is meant."""
    assert stated(Request(text).sentences, value) is said
    if said:
        assert says_outcome(Request(text), value)
