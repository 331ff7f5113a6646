"""The words of a provider that has not answered as it should, whatever form they come in. Pure."""

import html
import math
import re
from typing import Final

import msgspec

from podium.wire import sse
from podium.wire.limit_headers import MAX_RESET_S

MAX_WORDS: Final = 500
_TITLE: Final = re.compile(rb"<title[^>]*>([^<]{1,500})<", re.IGNORECASE)
_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


_STATUSES: Final = {
    "invalid_request_error": 400, "authentication_error": 401, "billing_error": 402, "permission_error": 403,
    "not_found_error": 404, "request_too_large": 413, "rate_limit_error": 429, "api_error": 500,
    "timeout_error": 504, "overloaded_error": 529,
    "context_length_exceeded": 400, "invalid_prompt": 400, "content_filter": 400, "invalid_api_key": 401,
    "model_not_found": 404, "rate_limit_exceeded": 429, "insufficient_quota": 429, "server_error": 500,
    "internal_server_error": 500, "server_is_overloaded": 503, "slow_down": 503, "service_unavailable": 503,
    "invalid_argument": 400, "failed_precondition": 400, "out_of_range": 400, "unauthenticated": 401,
    "permission_denied": 403, "not_found": 404, "aborted": 409, "resource_exhausted": 429, "internal": 500,
    "unknown": 500, "unimplemented": 501, "unavailable": 503, "deadline_exceeded": 504,
}  # fmt: skip
"""What an error's name stands for: types of Anthropic's and OpenAI's, codes, statuses of Google's."""
_NAMES: Final = ("status_code", "status", "code", "type")
"""Where providers put that, or its number, the surest first."""


class ToldError(msgspec.Struct, frozen=True):
    """An error that a stream told. ``status``: that it stands for; None: nobody knows."""

    status: int | None
    retry_after_s: float | None


class _Detail(msgspec.Struct, rename="camel"):
    retry_delay: str | None = None


class _ProviderError(msgspec.Struct):
    message: str | None = None
    details: msgspec.Raw = msgspec.Raw(b"[]")


class _ProviderErrorBody(msgspec.Struct):
    error: _ProviderError | str | None = None
    message: str | None = None


_details_decoder = msgspec.json.Decoder(list[_Detail])
_body_decoder = msgspec.json.Decoder(_ProviderErrorBody | list[_ProviderErrorBody])


def read_error(body: bytes) -> tuple[str, float | None]:
    """Return a provider's own words, and in how many seconds to come again where its body says so.

    Of OpenAI, Anthropic and Google, whose streams put them into a list, and which tells the time in
    ``google.rpc.RetryInfo``: ``{"retryDelay": "34.5s"}``.
    """
    try:
        found = _body_decoder.decode(body)
    except _UNREADABLE:
        return "", None
    if isinstance(found, list):
        found = found[0] if found else _ProviderErrorBody()
    error = found.error
    if error is None or isinstance(error, str):
        return error or found.message or "", None
    return error.message or "", _retry_delay_s(error.details)


def find_error(stream: bytes) -> ToldError | None:
    """Return the first error of a stream: as an event of any format, or as it is; None: there is none."""
    for event in stream.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n\n"):
        kind, data = sse.parse(event + b"\n\n")
        data = event.strip() if data is None else data
        try:
            found = msgspec.json.decode(data)
        except _UNREADABLE:
            found = None
        if isinstance(found, list) and found:
            found = found[0]
        if not isinstance(found, dict):
            if kind == b"error":
                return ToldError(None, None)
            continue
        inside = found.get("response")
        if found.get("type") == "response.failed" and isinstance(inside, dict):
            found = inside
        elif kind != b"error" and found.get("type") != "error" and found.get("error") is None:
            continue
        error = found.get("error")
        status = _status_of(error) or (_status_of(found) if found is not inside else None)
        return ToldError(status, read_error(data)[1])
    return None


def _status_of(error: object) -> int | None:
    """Return the status that an object of JSON stands for, by a number or by a name."""
    if not isinstance(error, dict):
        return None
    for name in _NAMES:
        said = error.get(name)
        if isinstance(said, str):
            said = _STATUSES.get(said.lower()) or (int(said) if said.isdecimal() and len(said) == 3 else None)
        if isinstance(said, int) and 400 <= said <= 599:
            return said
    return None


def page_words(content_type: bytes, body: bytes) -> str:
    """Return what a body that is no answer says: an error's words, a page's title, or a text's first line."""
    words, _ = read_error(body)
    kind = content_type.partition(b";")[0].strip().lower()
    if not words and kind == b"text/html":
        title = _TITLE.search(body)
        words = "" if title is None else html.unescape(title[1].decode(errors="replace"))
    elif not words and kind == b"text/plain":
        words = body[:2000].decode(errors="replace").strip().partition("\n")[0]
    return _one_line(words)


def last_words(tail: bytes) -> str:
    """Return the words of an error that stands at a stream's end as it is, and not as an event."""
    text = tail.replace(b"\r\n", b"\n").rstrip().rpartition(b"\n\n")[2].strip()
    return _one_line(read_error(text.removeprefix(b"data:"))[0])


def _one_line(words: str) -> str:
    shown = "".join([it if it.isprintable() else " " for it in words[: 2 * MAX_WORDS]])
    return " ".join(shown.split())[:MAX_WORDS]


def _retry_delay_s(raw: msgspec.Raw) -> float | None:
    try:
        details = _details_decoder.decode(raw)
    except _UNREADABLE:
        return None  # not Google's
    return next((read_number(it.retry_delay.removesuffix("s")) for it in details if it.retry_delay), None)


def read_number(text: str) -> float | None:
    """Return seconds, an hour at most, or None for what is none.

    A date is rare, and the route's own back-off is safe.
    """
    try:
        found = float(text)
    except ValueError:
        return None
    return min(max(0.0, found), MAX_RESET_S) if math.isfinite(found) else None
