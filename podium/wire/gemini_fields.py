"""What all of Google's requests have in common: the model and the method in the path, names in two spellings.

Source: Google's API reference, ``POST /v1beta/{model=models/*}:generateContent``; ProtoJSON takes a field by
its name in camelCase or as it is in the proto (https://protobuf.dev/programming-guides/json/).
"""

from typing import Final, NamedTuple, NoReturn
from urllib.parse import parse_qsl, unquote

import msgspec

from podium.kernel.errors import InvalidRequest
from podium.wire.openai_fields import UNREADABLE

MARK: Final = "/models/"
"""What stands before the model in every path of Google's."""
NULL: Final = msgspec.Raw(b"null")
MAX_COUNT: Final = 2**31 - 1
_LONGEST_COUNT_BYTES: Final = 12
_fields_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_list_decoder = msgspec.json.Decoder(list[dict[str, msgspec.Raw]] | dict[str, msgspec.Raw])
_text_decoder = msgspec.json.Decoder(str)
_count_decoder = msgspec.json.Decoder(int | str)


class Where(NamedTuple):
    """What a target says: the route, the method, and whether events are asked for."""

    route: str
    method: str
    events: bool


def find_method(path: str) -> str:
    """Return the method at the end of a path, or an empty text."""
    return unquote(path).rpartition(":")[2]


def read_target(target: str) -> Where:
    """Return route and method of a target such as ``/v1beta/models/a/b:generateContent?alt=sse``.

    A route may hold ``/``, ``:`` and ``.``, percent-encoded or not. Raises InvalidRequest.
    """
    path, _, query = target.partition("?")
    name, _, method = unquote(path.partition(MARK)[2]).rpartition(":")
    if not name:
        raise InvalidRequest("The path names no model.", fix="GET /v1beta/models lists yours.", field="model")
    events = (
        "alt=" in query and dict(parse_qsl(query)).get("alt", dict(parse_qsl(query)).get("$alt")) == "sse"
    )
    return Where(name, method, events)


def camel(name: str) -> str:
    """Return a proto's field name in camelCase."""
    first, *others = name.split("_")
    return first + "".join(other[:1].upper() + other[1:] for other in others)


def canonical(fields: dict[str, msgspec.Raw], known: frozenset[str], at: str = "") -> dict[str, msgspec.Raw]:
    """Return fields with those of ``known`` in camelCase; null says nothing, as ProtoJSON has it.

    Raises InvalidRequest where a field is there in both spellings.
    """
    if known.issuperset(fields):
        return fields
    found: dict[str, msgspec.Raw] = {}
    for name, raw in fields.items():
        spelt = camel(name) if "_" in name else name
        if spelt not in known:
            spelt = name
        if spelt in found:
            raise InvalidRequest(
                f"{at}{spelt} is there in two spellings.", fix="Send one of them.", field=f"{at}{spelt}"
            )
        found[spelt] = raw
    return found


def decode_top(body: bytes, known: frozenset[str]) -> dict[str, msgspec.Raw]:
    """Return the top level of a body with each value as bytes. Raises InvalidRequest."""
    try:
        fields = _fields_decoder.decode(body)
    except UNREADABLE as error:
        raise InvalidRequest(
            f"The body is no JSON object: {error}.", fix="Send a JSON object as Google's API takes it."
        ) from error
    return canonical(fields, known)


def decode_object(raw: msgspec.Raw, field: str, known: frozenset[str]) -> dict[str, msgspec.Raw]:
    """Return an object's fields. Raises InvalidRequest that names ``field``."""
    try:
        fields = _fields_decoder.decode(raw)
    except UNREADABLE as error:
        raise_invalid(field, error, "an object")
    return canonical(fields, known, f"{field}.")


def decode_objects(raw: msgspec.Raw, field: str) -> list[dict[str, msgspec.Raw]]:
    """Return a list of objects; Google takes one object for a list of one. Raises InvalidRequest."""
    try:
        found = _list_decoder.decode(raw)
    except UNREADABLE as error:
        raise_invalid(field, error, "a list of objects")
    return found if isinstance(found, list) else [found]


def given(fields: dict[str, msgspec.Raw], name: str) -> msgspec.Raw | None:
    """Return a field's bytes, or None where it is absent or null."""
    raw = fields.get(name)
    return None if raw is None or raw == NULL else raw


def decode_count(
    fields: dict[str, msgspec.Raw], name: str, at: str, *, at_most: int = MAX_COUNT
) -> int | None:
    """Return a positive integer, which ProtoJSON also takes as a text. Raises InvalidRequest."""
    raw = given(fields, name)
    if raw is None:
        return None
    try:
        found = _count_decoder.decode(raw)
        count = int(found) if isinstance(found, int) or len(found) <= _LONGEST_COUNT_BYTES else 0
    except (*UNREADABLE, ValueError) as error:
        raise_invalid(at + name, error, "a positive integer")
    if not 0 < count <= at_most:
        raise InvalidRequest(f"{at}{name} is {count}.", fix=f"Send 1 to {at_most}.", field=at + name)
    return count


def decode_text(raw: msgspec.Raw | None) -> str | None:
    """Return a JSON string's text, or None for any other value."""
    if raw is None:
        return None
    try:
        return _text_decoder.decode(raw)
    except UNREADABLE:
        return None


def raise_invalid(field: str, error: Exception, expected: str) -> NoReturn:
    """Raise InvalidRequest for a field that is not what it has to be."""
    raise InvalidRequest(f"{field} is not usable: {error}.", fix=f"Send {expected}.", field=field) from error
