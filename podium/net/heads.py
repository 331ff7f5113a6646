"""What both sides know about the head of a message: names, first lines, and how one is written.

RFC 9110 (semantics) and RFC 9112 (HTTP/1.1 syntax). Reading is llhttp's work; see `connection` and `reply`.
"""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

Header = tuple[bytes, bytes]

PARSED_AT_ONCE_BYTES: Final = 16 << 10
"""llhttp is fed at most so much at a time, so that limits are looked at before much can have been kept."""

_STATUS_LINES: Final = {status.value: f"HTTP/1.1 {status.value} {status.phrase}" for status in HTTPStatus}
STATUS_LINES: Final = {
    status: line.encode()
    for status, line in (_STATUS_LINES | {499: "HTTP/1.1 499 Client Closed Request"}).items()
}


is_host: Final = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+;=%-]*)(?::[0-9]*)?").fullmatch
"""Whether a value of the header host is one: ``uri-host [":" port]`` (RFC 9110, 7.2), but for the comma, with
which a list of two would pass for one."""


class BadHead(ValueError):
    """A head that was to be written would not have been one: a line break or a NUL is in it."""


def status_line(status: int) -> bytes:
    """Return a response's first line, without its end. An unknown status has an empty reason."""
    return STATUS_LINES.get(status) or b"HTTP/1.1 %d " % status


def write_head(first_line: bytes, headers: Sequence[Header] | bytes) -> bytes:
    """Return the lines without the last line's end. Raises BadHead on CR, LF or NUL inside a line.

    ``headers`` may be lines that `render` has made, to which the caller may have added lines of its own whose
    values it knows: then nothing is looked at again.

    The line breaks are counted in the whole and not looked for in each value: it is the same proof, and
    a tenth of the work.
    """
    if isinstance(headers, bytes):
        return first_line + headers
    head = b"\r\n".join([first_line, *map(b": ".join, headers)])
    count = len(headers)
    if head.count(b"\n") != count or head.count(b"\r") != count or b"\0" in head:
        for name, value in headers:
            if any(byte in name + value for byte in b"\r\n\0"):
                raise BadHead(f"The header {name.decode('latin-1')} holds a line break or a NUL.")
        raise BadHead("The first line holds a line break or a NUL.")
    return head


def render(headers: Sequence[Header]) -> bytes:
    """Return the lines of headers that many heads have in common, each with the line break before it.

    Raises BadHead on CR, LF or NUL inside a line.
    """
    return write_head(b"", headers)


def has_token(value: bytes, token: bytes) -> bool:
    """Return whether a comma-separated header value has this (lower-case) token."""
    return any(part.strip(b" \t").lower() == token for part in value.split(b","))


def origin_form(target: str) -> str:
    """Return path and query of ``http://host/path?query``; ``*`` stays what it is (RFC 9112, 3.2).

    What has another scheme stays too, and names nothing that there is.
    """
    scheme, mark, rest = target.partition("://")
    if not mark or scheme.lower() not in {"http", "https"}:
        return target
    at = min([i for i in (rest.find("/"), rest.find("?")) if i >= 0], default=len(rest))
    path = rest[at:]
    return path if path.startswith("/") else "/" + path


_ADVICE: Final = {408: b"", 500: b"", 429: b"retry-after: 1\r\n", 503: b"retry-after: 1\r\n"}
"""What is said of another try; of any other status, that it is of no use."""


def refusal_head(status: int, body_bytes: int) -> bytes:
    """Return the head of an error in JSON, behind which the connection is closed."""
    return (
        status_line(status)
        + b"\r\ncontent-type: application/json\r\n"
        + _ADVICE.get(status, b"x-should-retry: false\r\n")
        + b"connection: close\r\ncontent-length: %d\r\n\r\n" % body_bytes
    )


def without_upgrade(first_line: bytes, headers: dict[bytes, bytes]) -> bytes:
    """Return a request's head as one that asks for no other protocol; these are taken out of ``headers``."""
    close = has_token(headers.pop(b"connection"), b"close")
    del headers[b"upgrade"]
    lines = [first_line, *map(b": ".join, headers.items()), *([b"connection: close"] if close else [])]
    return b"\r\n".join(lines) + b"\r\n\r\n"
