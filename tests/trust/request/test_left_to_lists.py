"""How many calls an act asks for of which a list says what and how much."""

import pytest

from podium.trust.english.words import sentences
from podium.trust.request.asking import find_acts
from podium.trust.request.counting import count


@pytest.mark.parametrize(
    ("request_", "most"),
    [
        ("Put our usual breakfast in the cart, it's in my notes what and how much.", None),
        ("Put the order of the school in the cart, the list says which ones, and how many.", None),
        ("Put our usual breakfast in the cart, it's in my notes.", 1),
        ("Put the granola in the cart, and tell me how much it is.", 1),
        ("Put the granola in the cart. What does it cost and how much do we have?", 1),
    ],
)
def test_what_and_how_much(request_: str, most: int | None) -> None:
    """There may be several then; how much a thing costs does not make it more."""
    sentence = next(iter(sentences(request_)))
    (act,) = find_acts(sentence, "put")
    assert count(sentence, act, frozenset()).most == most
