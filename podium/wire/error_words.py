"""The words of a provider that has not answered as it should, whatever form they come in. Pure."""

import html
import math
import re
from typing import Final

import msgspec

from podium.wire.limit_headers import MAX_RESET_S

MAX_WORDS: Final = 500
_TITLE: Final = re.compile(rb"<title[^>]*>([^<]{1,500})<", re.IGNORECASE)
_UNREADABLE: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


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
