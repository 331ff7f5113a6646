"""All that is where a request has everything taken away: *clear out the done column*, *empty my drafts*.

It says a place, and no word of what is there. What is there a field tells that no stranger fills and that is
called so, of things that were looked up by nothing else.
"""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from podium.trust.english.lexicon import ADVERBS, DETERMINERS, PREPOSITIONS, WH, word_set
from podium.trust.english.vocabulary import COMMON
from podium.trust.grounding.record.readings import Readings, Seen
from podium.trust.grounding.things.choosing import FIRM, PLACES, explained
from podium.trust.grounding.things.parting import is_kind
from podium.trust.grounding.things.sparing import ends
from podium.trust.request.requests import stem
from podium.trust.tools import ToolRow
from podium.trust.values.forms import words

_HOLDS: Final = "column|lane|list|folder|section|stage|status|label|box|tray|pile|queue|category|tray|group"
_WHAT: Final = r"(?:everything|all|whatever|anything|(?:all|the) (?:\w+ )?\w+s)"
_CLEAR: Final = re.compile(
    r"\b(?:clear|empty|clean|sweep|purge|wipe|flush)(?:ing)?(?: out| up)? (?:out )?"
    r"((?:the|my|our|this|that) [^.,;:!?()]{1,60})"
)
_ALL_IN: Final = re.compile(
    rf"\b{_WHAT} (?:(?:(?:that|which) )?(?:is|are|stands?|lies?) |there is |we have |i have |that's |still )?"
    rf"(?:in|on|under|from) ((?:the|my|our|this|that) [^.,;:!?()]{{1,60}})"
)
_IS_ONE: Final = re.compile(rf"\b(?:{_HOLDS})s?\b")
_NAMES: Final = frozenset(_HOLDS.split("|")) | word_set("state phase progress tag place location")
_EMPTY: Final = (
    COMMON | ADVERBS | DETERMINERS | PREPOSITIONS | WH | PLACES | _NAMES | word_set("s is are what whole")
)
MAX_CHARS: Final = 40


def cleared(readings: Readings, tool: ToolRow | None, group: Sequence[int]) -> set[int]:
    """Return all things of a kind in the one place that a request has cleared, for what takes such away."""
    objects, request = readings.objects, readings.request
    nouns = objects[group[0]].nouns if group else frozenset[str]()
    if tool is None or not group or not ends(tool) or not is_kind(tool, objects[group[0]]):
        return set()
    out: set[int] = set()
    for said in (one - nouns for one in _cleared(request.plain)):
        fits = {index for index in group if any(one == said for one in _places(objects[index]))}
        fair = all(explained(readings, result, {}) for result in {objects[index].result for index in fits})
        if not fits or not fair:
            return set()
        out |= fits
    return out


def _places(seen: Seen) -> Iterator[frozenset[str]]:
    """Yield the words of where a thing is, by fields that no stranger fills."""
    for path, forms, trust in seen.fields:
        text = forms[-1][1] if trust == FIRM and forms and _NAMES & set(words(path)[-1:]) else ""
        if text and len(text) <= MAX_CHARS:
            yield frozenset(stem(word) for word in words(text))


@lru_cache(maxsize=256)
def _cleared(plain: str) -> tuple[frozenset[str], ...]:
    """Return the words of each place of which all is taken away."""
    found = [match[1] for one in (_CLEAR, _ALL_IN) for match in one.finditer(plain)]
    said = (
        frozenset(stem(word) for word in words(text) if word not in _EMPTY)
        for text in found
        if _IS_ONE.search(text)
    )
    return tuple(dict.fromkeys(filter(None, said)))
