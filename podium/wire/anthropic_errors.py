"""Errors in Anthropic's shape.

Source: https://docs.anthropic.com/en/api/errors: ``{"type": "error", "error": {"type", "message"}}``, and the
type of each status. ``code`` and ``param`` are Podium's; the SDK hands them on in the error's body.
"""

from typing import Final

import msgspec

from podium.wire.formats import WireError

NO_THREADS: Final = "thread_unsupported_request"
"""The beta's own code for a request whose conversation is not kept: the SDK then sends all of it."""


class _Details(msgspec.Struct, frozen=True):
    error_code: str


class _Error(msgspec.Struct, frozen=True, omit_defaults=True):
    type: str
    message: str
    param: str | None
    code: str
    details: _Details | None = None


class _Body(msgspec.Struct, frozen=True):
    error: _Error
    type: str = "error"


_encoder = msgspec.json.Encoder()
_TYPES: Final = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    405: "invalid_request_error",
    409: "invalid_request_error",
    413: "request_too_large",
    422: "invalid_request_error",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
    529: "overloaded_error",
}


def encode_error(error: WireError) -> bytes:
    """Return the JSON body of an error; ``param`` names the request's field at fault."""
    type_ = _TYPES.get(error.status, "api_error")
    details = _Details(NO_THREADS) if error.code == NO_THREADS else None
    return _encoder.encode(_Body(_Error(type_, error.message, error.field, error.code, details)))


def encode_stream_error(error: WireError) -> bytes:
    """Return the event of an error behind the first byte of a stream. No ``message_stop`` follows it."""
    return b"event: error\ndata: " + encode_error(error) + b"\n\n"
