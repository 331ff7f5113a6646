"""What a request leaves to the lists of its user, and what it says itself.

*Send Oisin 60 euros* leaves no sum to a standing order of 25, nor the plan that Tomasz is to see to Petra.
"""

from collections.abc import Iterable

from podium.trust.english.money import for_each, money
from podium.trust.grounding.record.readings import Place, Readings
from podium.trust.request.requests import Request
from podium.trust.tools import Sink
from podium.trust.values.forms import words


def says_sum(request: Request, *, plural: bool) -> bool:
    """Return whether a request says how much a call takes; ``plural``: it may ask for several."""
    said = request.figures or money(request.text)
    return bool(said) if not plural else bool(for_each(request.text))


def leaves_open(readings: Readings, place: Place, sink: Sink, *, settled: bool) -> bool:
    """Return whether a value of the user's own list may go where nothing but that list has it.

    ``settled``: the request says somebody or something that has a value of that kind.
    """
    request = readings.request
    if sink == "amount":
        return not request.figures and not money(request.text)
    return not settled or sink not in {"recipient", "payee"} or _says_who(readings, place)


def _says_who(readings: Readings, place: Place) -> bool:
    """Return whether a request has a word of the name of somebody in a list, or speaks of its own user."""
    if place.object < 0:
        return True
    names = {word for name, _ in readings.objects[place.object].names for word in words(name)}
    return not names.isdisjoint(readings.request.bag)


def looked_up_by(readings: Readings, places: Iterable[Place]) -> str:
    """Return the name in a request by which somebody was looked up, and by nothing else; else empty."""
    for place in places:
        asked = [one for one in readings.results[place.result].arguments if len(one) > 2]
        said = {word for one in asked for word in words(one)}
        if asked and said <= readings.request.bag and said & readings.request.names:
            return " ".join(asked)
    return ""
