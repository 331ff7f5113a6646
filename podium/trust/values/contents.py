"""The content of MCP tool results, as it is read."""

import base64
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import msgspec

from podium.trust.values.bounds import excess
from podium.trust.values.member_names import is_data

_MEMBERS: Final = frozenset({"content", "structuredContent", "isError", "resultType"})
"""Of a result, that are read as what they are, or say nothing."""
_OF_PARTS: Final = frozenset({"type", "text", "data", "mimeType", "resource", "annotations", "_meta"})
"""The same of a part of its content."""
_OF_RESOURCES: Final = frozenset({"contents", "resultType", "ttlMs", "cacheScope"})
_OF_CONTENTS: Final = frozenset({"text", "blob"})
_ANNOTATIONS: Final = frozenset({"audience", "priority", "lastModified"})
_RESERVED: Final = ("io.modelcontextprotocol/", "podium/")


def read_json(text: str) -> Any:
    """Return the value of a text that is an object or a list in JSON, else the text.

    It stays a text too where its value could not be kept (`excess`).
    """
    if text[:1] not in {"{", "["}:
        return text
    try:
        value = msgspec.json.decode(text)
    except (ValueError, RecursionError):
        return text
    return text if excess(value) else value


def read_mcp(
    result: Mapping[str, Any], read: Callable[[str], Any] = read_json
) -> tuple[Any, tuple[str, ...]]:
    """Return the content of an MCP tool result, and texts beside it that say something else.

    Of what nobody can read here (a picture, a sound) there is its kind, so that it counts as the whole does;
    of ``_meta`` and of members that MCP does not know their texts.
    """
    content, extra = _read(result, read)
    beside = tuple(_beside(result))
    return content, (*extra, "\n".join(beside)) if beside else extra


def read_resource(
    result: Mapping[str, Any], read: Callable[[str], Any] = read_json
) -> tuple[Any, tuple[str, ...]]:
    """Return the contents of a resource that was read, likewise: of bytes what they say as text."""
    parts = [one for one in result.get("contents") or () if isinstance(one, dict)]
    texts = [_said_by(one) for one in parts]
    beside = [
        text for one in parts for text in _texts({k: v for k, v in one.items() if k not in _OF_CONTENTS})
    ]
    beside += _texts({name: value for name, value in result.items() if name not in _OF_RESOURCES})
    extra = ("\n".join(beside),) if beside else ()
    if len(texts) == 1:
        return read(texts[0]), extra
    values = [read(text) for text in texts]
    if values and not any(isinstance(value, str) for value in values) and excess(values) is None:
        return values, extra
    return "\n".join(texts), extra


def read_prompt(
    result: Mapping[str, Any], read: Callable[[str], Any] = read_json
) -> tuple[Any, tuple[str, ...]]:
    """Return the content of a prompt that was got, likewise."""
    messages = [one for one in result.get("messages") or () if isinstance(one, dict)]
    content, extra = read_mcp({"content": [one.get("content") for one in messages]}, read)
    beside = [text for one in messages for text in _texts({k: v for k, v in one.items() if k != "content"})]
    beside += _texts({name: value for name, value in result.items() if name != "messages"})
    return content, (*extra, "\n".join(beside))


def _said_by(part: Mapping[str, Any]) -> str:
    if isinstance(part.get("text"), str):
        return str(part["text"])
    coded = str(part.get("blob", ""))
    try:
        return base64.b64decode(coded, validate=True).decode()
    except ValueError:
        return coded


def _beside(result: Mapping[str, Any]) -> Iterator[str]:
    for part in result.get("content") or ():
        if isinstance(part, dict):
            kind = part.get("type")
            if kind in {"image", "audio"}:
                yield str(part.get("mimeType"))
            yield from _texts(part.get("_meta"))
            if isinstance(notes := part.get("annotations"), dict):
                yield from _texts({name: it for name, it in notes.items() if name not in _ANNOTATIONS})
            if kind != "resource_link":  # read as a whole
                yield from _texts({name: it for name, it in part.items() if name not in _OF_PARTS})
    yield from _texts({name: value for name, value in result.items() if name not in _MEMBERS})


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts in a value, names that are values too, but for what MCP itself has to say."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            if not str(name).startswith(_RESERVED):
                if is_data(str(name)):
                    yield str(name)
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _read(result: Mapping[str, Any], read: Callable[[str], Any]) -> tuple[Any, tuple[str, ...]]:
    """Return what the texts and the structured content of a result say.

    A text that ``read`` makes a value of is that value, so that a server without structured content has
    fields too: so is what the official SDK makes as ``{"result": "…"}`` of a returned text. What could not be
    kept (`excess`) is one text.
    """
    texts = [
        part["text"] if isinstance(part.get("text"), str) else json.dumps(part.get("resource", part))
        for part in result.get("content") or ()
        if isinstance(part, dict) and (part.get("type") in {"text", "resource", "resource_link"})
    ]
    values = [read(text) for text in texts]
    content = result.get("structuredContent")
    if content is None:
        if len(values) == 1:
            return values[0], ()
        if values and not any(isinstance(value, str) for value in values) and excess(values) is None:
            return values, ()  # the official SDK gives each element of a list a block of its own
        return "\n".join(texts), ()
    if isinstance(content, dict) and list(content) == ["result"] and isinstance(content["result"], str):
        content = {"result": read(content["result"])}
    same = [content, content.get("result") if isinstance(content, dict) else None]
    listed = same[1] if isinstance(same[1], list) else []
    extra = [
        text for text, value in zip(texts, values, strict=True) if value not in same and value not in listed
    ]
    if excess(content):
        content = json.dumps(content, ensure_ascii=False)
    return content, ("\n".join(extra),) if excess(extra) else tuple(extra)
