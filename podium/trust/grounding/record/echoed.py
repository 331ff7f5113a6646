"""What a tool has returned of what it was called with: said again, it is no stranger's.

Whoever has approved `team: Engineering` for one ticket reads it in the ticket. For the next one it is as
unfounded as before, and no more: were it taken for what anybody may have written, it would be denied.
"""

from collections.abc import Iterable

from podium.trust.grounding.record.readings import Place, Readings
from podium.trust.tools import ToolRow


def not_echoed(
    readings: Readings, tool: ToolRow | None, text: str, places: Iterable[tuple[Place, str]]
) -> list[tuple[Place, str]]:
    """Return where a value stands but for what this tool was called with, whole, and returned."""
    if tool is None or not tool.writes:
        return list(places)
    results = readings.results
    return [
        (place, quote)
        for place, quote in places
        if results[place.result].tool != tool.id or text not in results[place.result].arguments
    ]
