"""Errors in Google's shape.

Source: AIP-193 (https://google.aip.dev/193) and ``google.rpc.Code``, whose comments map codes to HTTP
statuses: ``{"error": {"code", "message", "status", "details": [...]}}``. ``ErrorInfo.reason`` bears Podium's
own code.
"""

from typing import Final

import msgspec

from podium.wire import sse
from podium.wire.formats import WireError

_STATUSES: Final = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "UNIMPLEMENTED",
    408: "DEADLINE_EXCEEDED",
    409: "ABORTED",
    413: "INVALID_ARGUMENT",
    415: "INVALID_ARGUMENT",
    422: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    502: "UNAVAILABLE",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
    529: "UNAVAILABLE",
}
_SERVER_ERROR: Final = 500
_encoder = msgspec.json.Encoder()


def encode_error(error: WireError) -> bytes:
    """Return the JSON body of an error; a field at fault stands in ``BadRequest.fieldViolations``."""
    details: list[dict[str, object]] = [
        {
            "@type": "type.googleapis.com/google.rpc.ErrorInfo",
            "reason": error.code.upper(),
            "domain": "podium",
        }
    ]
    if error.field is not None:
        violation = {"field": error.field, "description": error.message}
        details.append({"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]})
    status = _STATUSES.get(
        error.status, "INTERNAL" if error.status >= _SERVER_ERROR else "FAILED_PRECONDITION"
    )
    return _encoder.encode(
        {
            "error": {
                "code": error.status,
                "message": error.message,
                "status": status,
                "details": details,
            }
        }
    )


def encode_stream_error(error: WireError) -> bytes:
    """Return the error event of a stream that broke. Google's SDK wants ``error`` as its first field."""
    return sse.encode_event(encode_error(error))
