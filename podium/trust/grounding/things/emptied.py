"""What a call takes away by an empty value: `insurer_id: ""` of a loan that there is.

A value that a call leaves out stays as it is. One that it gives as an empty text or list is a choice like any
other, where something that there is gets changed; null is taken for left out, as clients write it. So is a
text of blanks alone that is all a file is to hold, or that is to stand in the place of a passage: what it
held is gone.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from podium.trust.english.lexicon import word_set
from podium.trust.grounding.grounds import Grounds
from podium.trust.grounding.record.findings import Finding
from podium.trust.request.nouns import nouns_of
from podium.trust.request.requests import stem
from podium.trust.tools import GUARDED, ToolRow
from podium.trust.values.paths import select

_CHANGING: Final = word_set("change update set edit adjust modify amend alter correct assign move")
"""Words of a tool that changes something for good; other such acts, an answer, begin something new."""
_CLEARING: Final = frozenset(
    map(
        stem,
        word_set(
            "remove clear empty delete erase drop strip blank unset cancel revoke release take off without "
            "no none nobody nothing lift wipe scratch free"
        ),
    )
)
"""Words of a request that wants something taken away."""
_WHOLE: Final = word_set("content contents body text data")
"""What an argument is called by that says all of what a file holds."""
_WIPING: Final = frozenset(map(stem, word_set("empty clear blank wipe erase truncate placeholder")))
"""Words of a request that wants a file with nothing in it."""

_OLD: Final = word_set("old old_text old_string old_str old_content find search passage original")
_NEW: Final = word_set("new new_text new_string new_str new_content replace replacement replace_with")
"""What the arguments of an edit are called by: the passage that there is, and what is to stand there."""
_CUTTING: Final = frozenset(
    map(
        stem,
        word_set(
            "remove clear empty delete erase drop strip take off cut strike cross omit leave redact wipe"
        ),
    )
)
"""Words of a request that wants a passage taken out."""

_STEP: Final = re.compile(r"\[\]|\.")


def emptied(tool: ToolRow, grounds: Grounds, arguments: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield the doubts about empty values of a call that changes something that there is."""
    if not tool.writes or not _changes(tool) or not _there_is(tool, arguments):
        return
    seen: set[str] = set()
    if (cut := _cut_out(tool, arguments)) and not _CUTTING & grounds.request.stems:
        why = "a passage would be taken out, and the request does not ask for that"
        yield Finding(cut, "", "text", "nowhere", True, why)
    for path, row in tool.arguments.items():
        whole = row.sink == "text" and path in _WHOLE and _is_file(tool)
        empty = _empty_at(arguments, path) if whole or row.sink in GUARDED else ""
        if not empty or empty in seen:
            continue
        if not (_WIPING & grounds.request.stems if whole else _asked(grounds, path)):
            seen.add(empty)
            why = "it is empty, and the request does not ask to take anything away there"
            yield Finding(empty, "", row.sink, "nowhere", True, why)


def _cut_out(tool: ToolRow, arguments: Mapping[str, Any]) -> str:
    """Return where an edit has nothing in the place of a passage; empty where it has."""
    texts = [path for path, row in tool.arguments.items() if row.sink == "text"]
    given = {path: [value for _, value in select(arguments, path)] for path in texts}
    old = any(not _is_empty(value) for path in texts if path in _OLD for value in given[path])
    return next((it for it in texts if old and it in _NEW and any(map(_is_empty, given[it]))), "")


def _empty_at(arguments: Mapping[str, Any], path: str) -> str:
    """Return where a value, or the list or object in which it would stand, is empty; empty where none is."""
    above = [path[: match.start()] for match in _STEP.finditer(path) if match.start()]
    return next(
        (it for it in (*above, path) if any(_is_empty(value) for _, value in select(arguments, it))), ""
    )


def _changes(tool: ToolRow) -> bool:
    words = {word for intent in tool.intents for word in intent.casefold().split()}
    return tool.effect == "write" or not _CHANGING.isdisjoint(words | set(tool.name.casefold().split("_")))


def _there_is(tool: ToolRow, arguments: Mapping[str, Any]) -> bool:
    """Return whether a call says on what it acts."""
    return any(
        row.sink in {"object", "path"} and any(not _is_empty(value) for _, value in select(arguments, path))
        for path, row in tool.arguments.items()
    )


def _is_file(tool: ToolRow) -> bool:
    """Return whether a tool writes what a path leads to, and no object that has more than a text."""
    sinks = {row.sink for row in tool.arguments.values()}
    return "path" in sinks and "object" not in sinks


def _is_empty(value: Any) -> bool:
    return (isinstance(value, str) and not value.strip()) or (isinstance(value, (list, dict)) and not value)


def _asked(grounds: Grounds, path: str) -> bool:
    """Return whether a request asks to take away what an argument is called by."""
    stems = grounds.request.stems
    return bool(_CLEARING & stems) and bool({stem(noun) for noun in nouns_of(path)} & stems)
