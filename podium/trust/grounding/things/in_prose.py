"""An identifier that stands in what strangers have written, and that nothing which was read has.

On what an act is done a request does not leave to whoever writes to the user: such an identifier is asked
about only where the request leaves it to that very text, *the flat is in her mail*.
"""

from collections.abc import Iterable

import msgspec

from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.notations import raw_of
from podium.trust.grounding.record.readings import Place, Readings
from podium.trust.grounding.texts.handed import HandedOver
from podium.trust.request.nouns import near_nouns
from podium.trust.request.requests import stem
from podium.trust.tools import ToolRow
from podium.trust.values.forms import squash


def left_to_prose(
    readings: Readings, handed: HandedOver, tool: ToolRow, finding: Finding, at: Iterable[tuple[Place, str]]
) -> Finding:
    """Return what was found out about an identifier, denied where nobody but a text says it unasked.

    ``at``: where it was read as a value of its own. A field that holds nothing else is no prose.
    """
    if finding.ground != "stranger" or not finding.may_ask or finding.called or handed.delegates:
        return finding
    said = [place for place, _ in readings.holds(finding.value)]
    if _is_value(readings, finding.value, {*said, *(place for place, _ in at)}):
        return finding
    kinds = frozenset(map(stem, near_nouns(tool)))
    left = any(handed.has(it, "object", finding.path, kinds) or handed.points_at(it) for it in said)
    return finding if left else msgspec.structs.replace(finding, may_ask=False)


def _is_value(readings: Readings, text: str, places: Iterable[Place]) -> bool:
    wanted = squash(text)
    return any(squash(raw) == wanted for place in places for raw in raw_of(readings, place))
