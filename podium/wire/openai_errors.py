"""Errors in OpenAI's shape.

Source: the ``ErrorResponse`` schema of OpenAI's OpenAPI document: ``{"error": {"message", "type", "param",
"code"}}``, all four always there.
"""

import msgspec


class _Error(msgspec.Struct, frozen=True):
    message: str
    type: str
    param: str | None
    code: str


class _Body(msgspec.Struct, frozen=True):
    error: _Error


_encoder = msgspec.json.Encoder()


def encode_error(*, message: str, code: str, type_: str, param: str | None = None) -> bytes:
    """Return the JSON body of an error; ``param`` names the request's field at fault."""
    return _encoder.encode(_Body(_Error(message=message, type=type_, param=param, code=code)))
