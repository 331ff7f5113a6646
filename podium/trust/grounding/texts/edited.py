"""What stands in a thing that is edited, and stays in it: the words of a message of which one is put right.

Whoever could read them there still can, and nobody else; nothing is obeyed by leaving them. So they do in the
field that they stand in, and only where a call does nothing but put a text there.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from podium.trust.english.lexicon import word_set
from podium.trust.grounding.record.carriers import carriers
from podium.trust.grounding.record.findings import Finding
from podium.trust.grounding.record.readings import Place, Readings
from podium.trust.request.nouns import nouns_of
from podium.trust.tools import ToolRow
from podium.trust.values.forms import forms_of, words

_EDITS: Final = word_set("edit update change modify correct fix rewrite revise reword amend")
"""Verbs with which the name of a tool begins that puts a new text where the old one stood."""


def staying(
    readings: Readings, tool: ToolRow, findings: Sequence[Finding], given: Collection[str]
) -> frozenset[Place]:
    """Return where the texts stand that a call puts anew into the one thing that it edits.

    ``given``: the arguments that it has. One that is neither the thing nor a text may change who reads it.
    """
    sinks = {path: row.sink for path, row in tool.arguments.items()}
    only = all(path in sinks and sinks[path] in {"object", "text"} for path in given)
    on = [one for one in findings if one.sink == "object" and (one.trusted or one.may_ask)]
    if not only or len(findings) != 1 or not on:
        return frozenset()
    return frozenset(_there(readings, tool, findings[0].value, given)) if _edits(tool) else frozenset()


def _edits(tool: ToolRow) -> bool:
    parts = words(re.sub(r"([a-z])([A-Z])|_", r"\1 \2", tool.name))
    return bool(parts) and parts[0] in _EDITS


def _there(readings: Readings, tool: ToolRow, value: str, given: Collection[str]) -> Iterator[Place]:
    forms, kinds = set(forms_of(value)), nouns_of(tool.name)
    every = [(index, readings.objects[index]) for index in carriers(readings, forms)]
    same = [(index, it) for index, it in every if it.server == tool.server and forms & set(it.id)]
    if not all(seen.id_trusted and seen.nouns & kinds for _, seen in same):
        return  # of an issue and a comment of one number nobody knows which it is
    for index, seen in same:
        for place in (readings.places[at] for at in readings.results[seen.result].places):
            if place.object == index and any(in_field(place, path) for path in given):
                yield place


def in_field(place: Place, path: str) -> bool:
    """Return whether a text stands in the field that an argument puts anew."""
    return place.pattern.rpartition(".")[2] == path
