"""A write that is made of texts alone, of which nothing can be held against the request.

*Put the handover in there* asks for such an act by a verb that people use of anything: whatever a page's
author would write goes by it. So the request has to speak of what the tool makes, use a word of it that says
more, or say the texts itself.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from podium.trust.english.lexicon import PREPOSITIONS, word_set
from podium.trust.english.words import bases
from podium.trust.grounding.record.findings import ONE, TODAY, Finding
from podium.trust.request.nouns import near_nouns, said_in
from podium.trust.request.requests import Request, stem
from podium.trust.tools import ToolRow
from podium.trust.values.forms import words
from podium.trust.values.paths import select

_ANY: Final = (
    word_set(
        "add bring create do drop enter file get give go have keep leave let make move new open place put "
        "send set start submit take write"
    )
    | PREPOSITIONS
)
"""Words that people use of things of every kind."""
_LEFT: Final = frozenset((ONE, TODAY))
"""Why a value is the request's though that says nothing of it."""
_PARTS: Final = word_set("body comment content description detail id message name property rich text title")
"""What any text is called in a call."""


def says_nothing_of(
    request: Request, tool: ToolRow, arguments: Mapping[str, Any], findings: Sequence[Finding]
) -> bool:
    """Return whether a call writes texts, and the request says nothing else of it, nor of what they make.

    What the grant lists, and the day on which it is asked, fit any request.
    """
    if not tool.writes or any(_is_tied(one) for one in findings):
        return False
    texts = list(_texts(tool, arguments))
    if not texts or all(request.covers(text) for text in texts):
        return False
    paths = (path for path, row in tool.arguments.items() if row.sink == "text")
    parts = {word for path in paths for word in words(path)} - _PARTS
    nouns = set(map(stem, near_nouns(tool) | parts))
    if nouns & request.stems:
        return False
    bag = frozenset(word for sentence in request.sentences for word in said_in(tuple(sentence)))
    return not any(_is_said(intent, bag) for intent in tool.intents)


def _is_tied(one: Finding) -> bool:
    """Return whether a value has to do with the request, or is asked about in any case."""
    fits_any = one.sink in {"value", "date", "amount"} and one.ground in {"grant", "field"}
    return not (fits_any or one.why in _LEFT)


def _texts(tool: ToolRow, arguments: Mapping[str, Any]) -> Iterator[str]:
    for path, row in tool.arguments.items():
        for _, value in select(arguments, path) if row.sink == "text" else ():
            yield from (
                one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)
            )


def _is_said(intent: str, said: frozenset[str]) -> bool:
    """Return whether a request says all words of an intent, and one of them is not said of anything."""
    parts = [frozenset(bases(word)) | {word} for word in words(intent)]
    return all(part & said for part in parts) and any(part.isdisjoint(_ANY) for part in parts)
