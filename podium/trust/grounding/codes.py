"""Short numbers that are secret: the code of a door, of a card, of a telephone."""

from collections.abc import Iterator

from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.notations import codes_in
from podium.trust.grounding.readings import Place
from podium.trust.values.forms import squash


def secret_numbers(grounds: Grounds, text: str) -> Iterator[tuple[Place, str]]:
    """Yield the secret numbers of four digits or more that a text holds, and where they were read.

    Spaces and signs between their digits do not hide them. What the request says itself is no secret.
    """
    if grounds.readings.context.confidentiality != "secret":
        return
    for digits in dict.fromkeys(codes_in(text) + codes_in(squash(text))):
        place = grounds.readings.token(digits)
        secret = place is not None and place.label.confidentiality == "secret"
        if place is not None and secret and digits not in grounds.request.squashed:
            yield place, digits
