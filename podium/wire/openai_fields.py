"""The top level of a request in OpenAI's shape, field by field, with errors that name the field."""

from typing import Final, NoReturn

import msgspec

from podium.kernel.errors import InvalidRequest

_NULL: Final = msgspec.Raw(b"null")
UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What msgspec raises on bytes that are not what they have to be: wrong, no UTF-8, or nested too deep."""
_fields_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_text_decoder = msgspec.json.Decoder(str)
_flag_decoder = msgspec.json.Decoder(bool)
_count_decoder = msgspec.json.Decoder(int)


def decode_fields(body: bytes) -> dict[str, msgspec.Raw]:
    """Return the top level of a JSON object with each value as bytes. Raises InvalidRequest."""
    try:
        return _fields_decoder.decode(body)
    except UNREADABLE as error:
        raise InvalidRequest(
            f"The body is no JSON object: {error}.", fix="Send a JSON object as OpenAI's API takes it."
        ) from error


def given(fields: dict[str, msgspec.Raw], name: str) -> msgspec.Raw | None:
    """Return a field's bytes, or None where it is absent or null: OpenAI's clients send null for unset."""
    raw = fields.get(name)
    return None if raw is None or raw == _NULL else raw


def first_byte(raw: msgspec.Raw) -> int:
    """Return the first byte of a value, which tells its kind."""
    return memoryview(raw)[0]


def decode_route(fields: dict[str, msgspec.Raw]) -> str:
    """Return ``model``, which names a route. Raises InvalidRequest."""
    raw = given(fields, "model")
    if raw is None:
        raise InvalidRequest("model is missing.", fix="GET /v1/models lists yours.", field="model")
    try:
        route = _text_decoder.decode(raw)
    except UNREADABLE as error:
        raise_invalid("model", error, "a string")
    if not route:
        raise InvalidRequest("model is empty.", fix="GET /v1/models lists yours.", field="model")
    return route


def decode_flag(fields: dict[str, msgspec.Raw], name: str) -> bool:
    """Return a boolean field, False where it is not given. Raises InvalidRequest."""
    raw = given(fields, name)
    if raw is None:
        return False
    try:
        return _flag_decoder.decode(raw)
    except UNREADABLE as error:
        raise_invalid(name, error, "true or false")


def decode_positive(fields: dict[str, msgspec.Raw], name: str, *, at_most: int) -> int | None:
    """Return a positive integer field, None where it is not given. Raises InvalidRequest."""
    raw = given(fields, name)
    if raw is None:
        return None
    try:
        count = _count_decoder.decode(raw)
    except UNREADABLE as error:
        raise_invalid(name, error, "a positive integer")
    if not 0 < count <= at_most:
        raise InvalidRequest(f"{name} is {count}.", fix=f"Send 1 to {at_most}.", field=name)
    return count


def json_text(raw: msgspec.Raw, field: str) -> str:
    """Return a value as the text that it is. Raises InvalidRequest where it is no UTF-8."""
    try:
        return bytes(raw).decode()
    except UnicodeDecodeError as error:
        raise InvalidRequest(f"{field} is no UTF-8: {error}.", field=field) from error


def raise_invalid(field: str, error: Exception, expected: str) -> NoReturn:
    """Raise InvalidRequest for a field that is not what it has to be."""
    raise InvalidRequest(f"{field} is not usable: {error}.", fix=f"Send {expected}.", field=field) from error
