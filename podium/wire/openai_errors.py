"""Errors in OpenAI's shape.

Source: the ``ErrorResponse`` schema of OpenAI's OpenAPI document: ``{"error": {"message", "type", "param",
"code"}}``, all four always there.
"""

from typing import Final

import msgspec

from podium.wire import sse
from podium.wire.formats import WireError


class _Error(msgspec.Struct, frozen=True):
    message: str
    type: str
    param: str | None
    code: str


class _Body(msgspec.Struct, frozen=True):
    error: _Error


_encoder = msgspec.json.Encoder()


_TYPES: Final = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "invalid_request_error",
    429: "rate_limit_error",
}


def encode_error(error: WireError) -> bytes:
    """Return the JSON body of an error; ``param`` names the request's field at fault."""
    type_ = _TYPES.get(error.status, "api_error")
    return _encoder.encode(_Body(_Error(error.message, type_, error.field, error.code)))


def encode_stream_error(error: WireError) -> bytes:
    """Return the error event of a stream that broke after its first byte. No ``[DONE]`` follows it."""
    return sse.encode_event(_encoder.encode(_Body(_Error(error.message, "api_error", None, error.code))))
