"""Things that a request calls by their number."""

import pytest

from podium.trust.requests import Request

ISSUE = frozenset({"issue"})


@pytest.mark.parametrize(
    ("text", "number", "named"),
    [
        ("Comment on issue 42 in acme/web.", "42", True),
        ("Close #42, please.", "42", True),
        ("Close issue no. 42", "42", True),
        ("Close the issues 41, 42 and 43.", "42", True),
        ("Close the issues 41, 42 and 43.", "43", True),
        ("Reopen issue A-42.", "A-42", True),
        ("Comment on issue 42 in acme/web.", "4", False),
        ("Comment on issue 421.", "42", False),
        ("Pay 42 euros for the issue.", "42", False),
        ("We meet on June 42.", "42", False),
        ("Merge pull request 42.", "42", False),
        ("Close #421.", "42", False),
        ("", "42", False),
    ],
)
def test_numbers(text, number, named) -> None:
    """A number names a thing of a kind only behind that kind's word, or behind #."""
    assert bool(Request(text).numbered(number, ISSUE)) is named
