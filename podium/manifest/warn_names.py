"""What is hardly meant among the `names` of objects: what names something else than is meant."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from podium.kernel.errors import Finding
from podium.manifest.load import Document
from podium.manifest.warn_definitions import objects_at
from podium.trust.english.lexicon import word_set
from podium.trust.request.nouns import nouns_of
from podium.trust.request.requests import stem
from podium.trust.tools import ObjectRow, ToolRow
from podium.trust.values.forms import words


def warn_names(document: Document, at: tuple[str, ...], row: ToolRow) -> Iterator[Finding]:
    """Yield texts among the names of a tool's objects, by one word of which they would be called."""
    for where, found in objects_at(row):
        here = (*at, "returns", *where, "names")
        for number, path in enumerate(found.names):
            if found.vouched is not None and path in found.vouched.fields and last_of(path) in _TEXTS:
                message = (
                    f"one word of a colleague's `{path}` names the thing, and then whoever stands in it is "
                    "taken for the one who is meant."
                )
                yield document.finding((*here, number), message, "Take it out of `names`, or of `vouched`.")


_TEXTS: Final = word_set("text body message comment content note notes remark remarks description")
"""Fields of free words."""


def warn_destinations(document: Document, granted: Sequence[ToolRow]) -> Iterator[Finding]:
    """Yield names that are words for a place to which a tool of the same agent takes such things."""
    for row in granted:
        for _, found in objects_at(row):
            for path in found.names:
                place = _place(last_of(path), nouns_of("" if found.at else row.name, found))
                other = next((it for it in granted if place and _takes(it, row, found, place)), None)
                if other is None:
                    continue
                yield document.finding(
                    ("spec", "tools", row.id),
                    f"what has the word in its `{path}` is meant too where {other.id} takes it as a {place}.",
                    f"Take `{path}` out of the `names` of {row.name}: it is a field all the same.",
                )


def _place(field: str, nouns: frozenset[str]) -> str:
    """Return for which place a field has a word too, empty where for none: `channel` of a person's title."""
    if field == "title":
        return "channel" if _PEOPLE & nouns else ""
    return next((it for it, fields in _PLACES.items() if field in fields), "")


_PEOPLE: Final = frozenset(
    stem(word) for word in ("people", "person", "member", "user", "staff", "employee", "colleague")
)
_PLACES: Final[Mapping[str, frozenset[str]]] = {
    "folder": word_set("folder directory"),
    "channel": word_set("department division job_title"),
}
"""By the word for a place: fields whose words are also those of such places."""
_ENDS: Final[Mapping[str, frozenset[str]]] = {
    "folder": word_set("folder directory destination target"),
    "channel": word_set("channel group"),
}


def _takes(tool: ToolRow, shown: ToolRow, found: ObjectRow, place: str) -> bool:
    """Return whether a tool takes such a thing, or a person, and says a place beside it."""
    if not tool.writes or tool.server != shown.server:
        return False
    of = nouns_of("" if found.at else shown.name, found)
    about = {stem(word) for word in words(tool.name)}
    takers = [
        path
        for path, argument in tool.arguments.items()
        if (argument.sink == "recipient" and place == "channel")
        or (argument.sink == "object" and of & (about | {stem(word) for word in words(path)}))
    ]
    ends = [path for path in tool.arguments if not _ENDS[place].isdisjoint(words(path.replace("_", " ")))]
    return any(one != end for one in takers for end in ends)


def last_of(path: str) -> str:
    """Return the name of a field without those of the objects that hold it."""
    plain = re.split(r"[.\[\]]+", path.removesuffix("[]"))[-1]
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", plain).lower()
