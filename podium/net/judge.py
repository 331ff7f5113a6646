"""What llhttp lets pass in a request's head and this server does not."""

from typing import Final

from podium.net.exchange import BodyTooLarge, Exchange, RequestRefused
from podium.net.heads import is_host

_HASH: Final = ord("#")
_MAX_DIGITS: Final = 20
"""Of a length: llhttp reads leading zeros without end, and Python only so many."""


def judge(exchange: Exchange, url: bytes, version: str, known_host: bytes, max_body_bytes: int) -> bytes:
    """Refuse what has to be, and note what the head asks for; return the host. Raises RequestRefused.

    ``known_host``: one that this connection has named before.
    """
    headers = exchange.headers
    if version != "1.1":
        if version != "1.0":
            raise RequestRefused(505, "version_not_supported", f"HTTP/{version} is not spoken here.")
        exchange._http_1_0 = True
    host = headers.get(b"host")
    if host is None:
        if not exchange._http_1_0:
            raise RequestRefused(400, "bad_request", "The header host is missing.")
        host = known_host
    elif host != known_host and not is_host(host):
        raise RequestRefused(400, "bad_request", "The header host holds no host.")
    if _HASH in url:
        raise RequestRefused(400, "bad_request", "The target has a fragment.")
    encoding = headers.get(b"transfer-encoding")
    if encoding is not None:
        if exchange._http_1_0:
            raise RequestRefused(400, "bad_request", "HTTP/1.0 has no transfer encodings.")
        if encoding.lower() != b"chunked":
            raise RequestRefused(
                501, "encoding_not_supported", "No transfer encoding but chunked is supported."
            )
    length = headers.get(b"content-length")
    if length is not None:
        if len(length) > _MAX_DIGITS:
            raise RequestRefused(400, "bad_request", "The header content-length has too many digits.")
        if int(length) > max_body_bytes:
            raise BodyTooLarge(max_body_bytes)
    if b"expect" in headers and not exchange._http_1_0:
        if headers[b"expect"].lower() != b"100-continue":
            raise RequestRefused(417, "expectation_failed", "Nothing but 100-continue can be expected.")
        exchange._expects = True
    return host
