"""A text that is nothing but the identifier of something which was read: it says on what an act is done.

Whoever wrote the policy may have taken it for words. A person is asked, where the request neither names that
thing nor describes it alone of its kind.
"""

from typing import Final

import msgspec

from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.findings import Finding
from podium.trust.tools import SinkRow, ToolRow
from podium.trust.values.forms import forms_of

WHY: Final = "it is an identifier, and the request may mean another thing than that"
LEAST: Final = 4
"""Characters of an identifier that is no word or number of a text by chance."""
MOST: Final = 200
"""Characters of an identifier; a longer word is none."""
MAX_KIN: Final = 200
"""Things of one kind that are compared; of more somebody is asked."""


def in_a_text(grounds: Grounds, tool: ToolRow, path: str, value: object) -> Finding | None:
    """Return the doubt about a text that is an identifier of something of the tool's server, or None."""
    seen = _which(grounds, tool, value)
    if not seen:
        return None
    found = grounds.find(tool, path, SinkRow("object"), value, frozenset())
    if found.trusted or _alone(grounds, seen):
        return None
    return msgspec.structs.replace(found, may_ask=True, why=WHY)


def _which(grounds: Grounds, tool: ToolRow, value: object) -> list[int]:
    """Return what has an identifier, by its place: with a digit and without a blank, no short number."""
    text = str(value).strip()
    if not LEAST <= len(text) <= MOST or not any(it.isdigit() for it in text) or len(text.split()) > 1:
        return []
    forms, objects = set(forms_of(text)), grounds.readings.objects
    return [
        index
        for index in carriers(grounds.readings, forms)
        if objects[index].server == tool.server
        and objects[index].id_trusted
        and forms & set(objects[index].id)
    ]


def _alone(grounds: Grounds, seen: list[int]) -> bool:
    """Return whether the request describes these alone of their kind, in any word, or there is no other."""
    objects, pointing = grounds.readings.objects, grounds.pointing
    one = objects[seen[0]]
    kin = [at for at, it in enumerate(objects) if it.server == one.server and it.nouns == one.nouns]
    if len(kin) > MAX_KIN:
        return False
    these = {objects[index].id for index in seen}
    if these == {objects[index].id for index in kin}:
        return True
    return these == {objects[index].id for index in kin if pointing.of(index)}
