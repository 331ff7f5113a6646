"""What a request means by the plural of a name: each issue of *the Joinery Weeklies*.

All that are called so are meant, as by *all mails of the Joinery Weekly*: of a name that strangers choose,
only what they have called so is done something to. Beside other orders it is the call's own that is read.
"""

from collections.abc import Iterable
from typing import Protocol

from podium.trust.english.words import sentences
from podium.trust.grounding.record.readings import Readings
from podium.trust.grounding.things.parting import parts_of
from podium.trust.request.issues import is_of, series
from podium.trust.request.requests import Request
from podium.trust.tools import ToolRow


class Named(Protocol):
    """What a request names, as `podium.trust.grounding.things.naming.Naming` has it."""

    readings: Readings
    request: Request
    tool: ToolRow | None


def of_series(naming: Named, indexes: Iterable[int]) -> set[int]:
    """Return the objects that are of a series of which the request speaks, in the order of the call."""
    request, tool = naming.request, naming.tool
    if tool is None or not (found := series(request.sentences)):
        return set()
    if parts := parts_of(request, tool):
        found = series([one for part in parts for one in sentences(part.text)])
    objects = naming.readings.objects
    return {
        index
        for index in indexes
        if any(is_of(one, name) for name, _ in objects[index].names for one in found)
    }
