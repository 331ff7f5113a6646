"""Objects that stand in others: of a claim that the request names the document that it has a word of."""

from collections.abc import Container, Mapping, Sequence

from podium.trust.grounding.record.readings import Place, Readings, Seen


def inside_of(
    objects: Sequence[Seen], nested: Sequence[int], named: Mapping[int, Seen], hinted: Container[int]
) -> set[int]:
    """Return the objects in named ones of which the request has a word, where it fits no other one there.

    Of a kind of which it names one by itself there are none. What it has as an owner's name alone (*Rowe's
    estimate*) counts for what stands in it, where it is the only one of its kind that is called so.
    ``nested``: the objects that stand in others.
    """
    kinds = {seen.nouns for seen in named.values()}
    owners = _owners(objects, nested, kinds)
    found: dict[tuple[int, frozenset[str]], set[int]] = {}
    for index in nested:
        seen = objects[index]
        sure = seen.within in owners or (seen.within in named and seen.within not in hinted)
        if sure and seen.names and seen.id_trusted and seen.nouns not in kinds:
            found.setdefault((seen.within, seen.nouns), set()).add(index)
    alone = (group for group in found.values() if len({objects[index].id for index in group}) == 1)
    return {index for group in alone for index in group}


def _owners(objects: Sequence[Seen], nested: Sequence[int], kinds: Container[frozenset[str]]) -> set[int]:
    """Return what others stand in and the request has by a name that no stranger chooses, one of its kind."""
    found: dict[frozenset[str], set[int]] = {}
    for index in {objects[index].within for index in nested}:
        seen = objects[index]
        if seen.id_trusted and seen.nouns not in kinds and any(one.ours for _, one in seen.names):
            found.setdefault(seen.nouns, set()).add(index)
    alone = (group for group in found.values() if len({objects[index].id for index in group}) == 1)
    return {index for group in alone for index in group}


def around(objects: Sequence[Seen], inner: Sequence[Seen]) -> set[tuple[tuple[str, str], ...]]:
    """Return the identifiers of the objects in which some stand."""
    return {objects[seen.within].id for seen in inner if seen.within >= 0}


def identifiers_at(readings: Readings, pairs: Sequence[tuple[int, Seen]]) -> list[tuple[Place, str]]:
    """Return where the identifiers of objects stand, each with what people call it by."""
    return [
        (place, ", ".join(text for text, _ in seen.names) or form[1])
        for index, seen in pairs
        for form in seen.id[-1:]
        for place in readings.at(form)
        if place.object == index
    ]
