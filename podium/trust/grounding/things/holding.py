"""What holds a named thing, where a call takes both: *send the lamp back* says no order, and means its own.

The server says in which order the lamp stands, and in no other one that was read: there is nothing to choose.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from podium.trust.grounding.record.calling import Called
from podium.trust.grounding.record.readings import Readings, Seen
from podium.trust.grounding.things.choosing import explained
from podium.trust.grounding.things.parting import is_kind
from podium.trust.tools import ToolRow
from podium.trust.values.forms import forms_of


def single_objects(tool: ToolRow, arguments: Mapping[str, Any]) -> frozenset[str]:
    """Return the identifiers of single things that a call takes."""
    given = (arguments.get(path) for path, row in tool.arguments.items() if row.sink == "object")
    return frozenset(one for one in given if isinstance(one, str))


def holders(
    readings: Readings, call: Called | None, named: Mapping[int, Seen]
) -> dict[int, AbstractSet[int]]:
    """Return what holds the named things on which a call acts too, with these, by index."""
    nested = [index for index in named if named[index].within >= 0]
    if call is None or not nested or sum(row.sink == "object" for row in call.tool.arguments.values()) < 2:
        return {}
    acts = frozenset(form for text in call.on for form in forms_of(text))
    objects, out = readings.objects, dict[int, AbstractSet[int]]()
    kinds = {(seen.server, seen.nouns) for seen in named.values()}
    for index in nested:
        inner, outer = named[index], objects[named[index].within]
        if acts.isdisjoint(inner.id) or acts.isdisjoint(outer.id) or not outer.id_trusted:
            continue
        if (outer.server, outer.nouns) in kinds or not is_kind(call.tool, outer):
            continue
        beside = [
            objects[at].within
            for at in readings.register.nested
            if objects[at].server == inner.server and set(objects[at].id) & set(inner.id)
        ]
        alone = len({objects[at].id for at in beside}) == 1
        if alone and all(explained(readings, objects[at].result, {}) for at in beside):
            out |= {at: out.get(at, frozenset()) | {index} for at in beside}
    return out
