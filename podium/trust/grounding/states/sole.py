"""In what way a named thing is had, where there is one way alone: the only price of a product that is named.

*Put a site visit on his invoice* says no price. The list of prices has one with that product's identifier, in
a field that no stranger fills, and no other that is in use: there is nothing to choose.
"""

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.grounding.record.readings import Readings, Seen
from podium.trust.grounding.things.choosing import FIRM, explained
from podium.trust.request.nouns import nouns_of
from podium.trust.request.requests import stem
from podium.trust.tools import ToolRow
from podium.trust.values.forms import Form, words

_WAYS: Final = frozenset(
    map(stem, word_set("price rate tariff fare variant version option edition size plan package model sku"))
)
"""What is no thing of its own: how one has it."""
_OVER: Final = word_set("inactive archived retired expired discontinued sold-out unavailable closed old past")


def sole_ways(readings: Readings, tool: ToolRow | None, named: Mapping[int, Seen]) -> dict[int, Seen]:
    """Return the one way in which a named thing is had, of each kind that a call takes, by index.

    ``named``: what the request names by more than words in common; none of the kind itself.
    """
    if tool is None or not tool.writes:
        return {}
    taken = {
        noun
        for path, row in tool.arguments.items()
        if row.sink == "object" and not row.many
        for noun in map(stem, words(path))
    } & _WAYS
    out: dict[int, Seen] = {}
    groups = readings.register.trusted.items() if taken - nouns_of(tool.name) else ()
    for (server, nouns), group in groups:
        if server != tool.server or not nouns & taken or any(index in named for index in group):
            continue
        known = {form for seen in named.values() if seen.server == server for form in seen.id}
        own = [index for index in group if _is_of(readings.objects[index], known)]
        if not all(explained(readings, readings.objects[index].result, {}, known=known) for index in own):
            continue  # an agent chose by what the request does not say
        if len({readings.objects[index].id for index in own}) == 1:
            out |= {index: readings.objects[index] for index in own}
    return out


def only_one(readings: Readings, tool: ToolRow | None, named: Mapping[int, Seen]) -> dict[int, Seen]:
    """Return the one thing that a lookup by the request's own words shows, where it wants any of its kind.

    *A table at an Italian place in Vienna*: there is one. ``named``: as for `sole_ways`.
    """
    if tool is None or not tool.writes:
        return {}
    paths = [path for path, row in tool.arguments.items() if row.sink == "object" and not row.many]
    taken = {stem(word) for path in paths for word in words(path)}
    out: dict[int, Seen] = {}
    for (server, nouns), group in readings.register.trusted.items() if taken else ():
        objects = [readings.objects[index] for index in group]
        if server != tool.server or not nouns & taken or any(index in named for index in group):
            continue
        if len({seen.id for seen in objects}) != 1 or not all(seen.id_trusted for seen in objects):
            continue
        asked = [readings.results[seen.result].arguments for seen in objects]
        if all(asked) and all(explained(readings, seen.result, {}) for seen in objects):
            said = {word for arguments in asked for argument in arguments for word in words(argument)}
            if _wants_any(readings.request.text, nouns, said):
                out |= dict(zip(group, objects, strict=True))
    return out


def _wants_any(text: str, nouns: AbstractSet[str], said: AbstractSet[str]) -> bool:
    """Return whether a text wants any thing of a kind, of which it says nothing that was not looked for."""
    for match in _ANY.finditer(text):
        before, head = words(match["before"]), stem(match["head"].casefold())
        if _RESTRICTS & set(words(_CLAUSE.split(text[match.end() :])[0])):
            continue
        if head in nouns | _PLACES and set(before) <= said | _GOOD:
            return True
    return False


_ANY: Final = re.compile(
    r"\b(?:an?|any|some) (?P<before>(?:[^\W\d]+ ){0,2}?)(?P<head>[^\W\d]+)\b"
    r"(?=\s*(?:$|[,.;!?)]|(?:in|for|on|at|and|please|from|to|tonight|tomorrow)\b))",
    re.IGNORECASE,
)
_CLAUSE: Final = re.compile(r"[.;!?](?:\s|$)")
_RESTRICTS: Final = word_set(
    "near with by close beside next without under below over opposite behind that which where who whose not"
)
_PLACES: Final = word_set("place spot")
_GOOD: Final = word_set("good nice decent lovely proper great fine")


def _is_of(seen: Seen, known: set[Form]) -> bool:
    """Return whether a thing in use has an identifier of those in a field that no stranger fills."""
    firm = [(path, forms) for path, forms, trust in seen.fields if trust == FIRM and forms]
    if any(
        (form == ("flag", "false") and "active" in words(path)) or (form[0] == "text" and form[1] in _OVER)
        for path, forms in firm
        for form in forms
    ):
        return False
    return any(not set(seen.id) & set(forms) and known & set(forms) for _, forms in firm)
