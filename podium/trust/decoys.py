"""Decoys: what no honest task needs. Whoever touches one is not the agent that its author wrote."""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from podium.trust.tools import DecoyRow
from podium.trust.values.encodings import decodings, turned
from podium.trust.values.forms import plain, squash
from podium.trust.values.paths import select

LEAST_CREDENTIAL: Final = 8
"""Squashed characters; a shorter credential is looked for only as it is written."""
LEAST_DOCUMENT: Final = 10
"""The same of a document's name; a shorter one is touched only by an argument that is nothing else."""


def touched(decoys: Sequence[DecoyRow], tool: str, arguments: Mapping[str, Any]) -> DecoyRow | None:
    """Return the decoy that a call touches. ``tool``: as the client named it, or ``server/tool``.

    A decoy tool by its call, a document by the argument that names it, a credential wherever it is carried:
    re-spelled, encoded, or in pieces over the arguments.
    """
    if not decoys:
        return None
    texts = [*_texts(arguments), *_keys(arguments)]
    for decoy in decoys:
        if decoy.kind == "tool" and decoy.tool == tool:
            return decoy
        if (
            decoy.kind == "document"
            and decoy.tool == tool
            and any(_names(value, decoy.text) for _, value in select(arguments, decoy.argument))
        ):
            return decoy
        if decoy.kind == "credential" and carries(decoy.text, texts):
            return decoy
    return None


def carried(decoys: Sequence[DecoyRow], texts: Sequence[str]) -> DecoyRow | None:
    """Return the decoy whose credential is in one of the texts: a bearer, a header, a body."""
    return next((d for d in decoys if d.kind == "credential" and carries(d.text, texts)), None)


def carries(credential: str, texts: Sequence[str]) -> bool:
    """Return whether a credential is in texts, however it is spelled."""
    if not credential:
        return False
    if any(credential in text for text in texts):
        return True
    needle = squash(credential)
    if len(needle) < LEAST_CREDENTIAL:
        return False
    for text in (*texts, "".join(texts)):
        for raw in (text, *decodings(text)):
            squashed = squash(raw)
            if needle in squashed or any(needle in other for other in turned(squashed)):
                return True
    return False


def _names(value: object, text: str) -> bool:
    """Return whether an argument names a document, by whatever path or spelling."""
    wanted, bare = posixpath.normpath(plain(text)), squash(text)
    for one in _texts([value]):
        for raw in (one, *decodings(one)):
            path = posixpath.normpath(plain(raw))
            if path.lstrip("/") == wanted.lstrip("/") or path.endswith(f"/{wanted.lstrip('/')}"):
                return True
            if bare and (bare == squash(raw) or (len(bare) >= LEAST_DOCUMENT and bare in squash(raw))):
                return True
    return False


def _keys(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _keys(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _keys(item)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts(item)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
