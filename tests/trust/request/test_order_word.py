"""A question about an order that no author lists tells its verb, not what stands beside in a list."""

import pytest

from podium.trust.english.words import sentences
from podium.trust.request.unsaid import opens_unclear, order_word


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Schedule my deposit for the last day, giro, with the purpose that Selma asks for.", ["Schedule"]),
        ("Take all access away from Rowan, channel and files.", ["Take"]),
        ("Please take all access away from Rowan, channel and files.", ["take"]),
        # orders of their own
        ("The light is on, darken the room.", ["darken"]),
        ("Darken the room, dim the hall.", ["Darken", "dim"]),
        ("Darken the room", ["Darken"]),
    ],
)
def test_the_verb_is_told(text: str, words: list[str]) -> None:
    """One word behind a comma is none where a verb begins the sentence."""
    (sentence,) = sentences(text)
    told = {order_word(sentence, at, end) for at, end in opens_unclear(sentence, frozenset())}
    assert told == set(words)
