"""Which objects carry an identifier, without a look at all that were read."""

from collections.abc import Iterable, Sequence

from podium.trust.grounding.record.readings import MAX_PLACES, Readings
from podium.trust.values.forms import Form


def carriers(readings: Readings, forms: Iterable[Form]) -> Sequence[int]:
    """Return objects in their order, among which are all that have one of some forms as identifier.

    An identifier is a value like any other: it is carried where it was read. Where it stands in more places
    than are remembered, or some were forgotten, any object may have it.
    """
    if readings.forgotten is not None:
        return range(len(readings.objects))
    found: set[int] = set()
    for form in forms:
        places = readings.at(form)
        if len(places) >= MAX_PLACES:
            return range(len(readings.objects))
        found.update(place.object for place in places)
    found.discard(-1)
    return sorted(found)
