"""What a request says anew of a thing, and so does not name one by: *save Bram's address: 8000 Bruges*.

A tool that saves takes an identifier for what it is to overwrite. Of a new address the town is no word for
another one of that town, nor is a new name one for the thing that has it, or a part of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from podium.trust.english.lexicon import word_set
from podium.trust.grounding.record.readings import Seen
from podium.trust.request.requests import Request, stem
from podium.trust.tools import ToolRow
from podium.trust.values.forms import words

_MAKES: Final = word_set("add create enter file make note record register save store")
"""Verbs of which the object is new."""
_NEW: Final = frozenset(("value", "text"))
_TOLD: Final = word_set("subject body message text note comment")
"""What is told to somebody: it says of what it is sent with what that is, and sets nothing."""
_MAX_TEXTS: Final = 16
_OBJECT: Final = 3
"""Words between a verb and its noun: `save the new delivery address`."""


def makes(request: Request, tool: ToolRow, seen: Seen) -> bool:
    """Return whether a request has a thing of a kind made by a tool that overwrites one, too.

    It does where the tool takes what the thing has, and the kind is what the request adds or saves: then only
    a name says that one is there already.
    """
    if not any(row.sink == "object" for row in tool.arguments.values()) or tool.effect == "read":
        return False
    paths = {path.rpartition(".")[2] for path, _, _ in seen.fields}
    taken = {path.rpartition(".")[2] for path, row in tool.arguments.items() if row.sink in _NEW}
    return bool(paths & taken) and any(_is_made(request, at, seen) for at in range(len(request.words)))


def _is_made(request: Request, at: int, seen: Seen) -> bool:
    said = request.words
    if said[at] not in _MAKES:
        return False
    behind = said[at + 1 : at + 2 + _OBJECT]
    noun = next((place for place, word in enumerate(behind) if stem(word) in seen.nouns), None)
    return noun is not None and not {"to", "in", "for", "on", "with", "under"} & set(behind[:noun])


def new_texts(tool: ToolRow, arguments: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    """Return the words of what a call sets, each value's: not of what it acts on, or who gets it."""
    if not any(row.sink == "object" for row in tool.arguments.values()):
        return ()
    sends = any(row.sink == "recipient" for row in tool.arguments.values())
    told = _TOLD if sends else frozenset[str]()
    texts = (
        arguments.get(path)
        for path, row in tool.arguments.items()
        if row.sink in _NEW and told.isdisjoint(words(path))
    )
    found = [words(text) for text in texts if isinstance(text, str) and len(text) > 2]
    return tuple(filter(None, found))[:_MAX_TEXTS]


def only_new(request: Request, name: str, new: Iterable[tuple[str, ...]]) -> bool:
    """Return whether a request has a name, or what it has of it, only in what the call sets anew.

    A value that is the name itself changes none of it.
    """
    there = words(name)
    spans = [span for text in new if text != there for span in _spans(request.words, text)]
    if not spans:
        return False
    parts = set(map(stem, there))
    at = [place for place, word in enumerate(request.words) if stem(word) in parts]
    return bool(at) and all(any(start <= place < end for start, end in spans) for place in at)


def _spans(said: tuple[str, ...], text: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    for at in range(len(said) - len(text) + 1):
        if said[at : at + len(text)] == text:
            yield at, at + len(text)
