"""A provider's complete answer that says no, as an error of ours."""

from typing import Final

import msgspec

from podium.gateway.answers import passed_headers
from podium.kernel.errors import UpstreamRefused
from podium.manifest.snapshot import ProviderRow
from podium.net.upstream import UpstreamReply

MAX_ERROR_BYTES: Final = 1 << 20


class _ProviderError(msgspec.Struct):
    message: str | None = None


class _ProviderErrorBody(msgspec.Struct):
    error: _ProviderError | str | None = None
    message: str | None = None


_body_decoder = msgspec.json.Decoder(_ProviderErrorBody | list[_ProviderErrorBody])


def _words(body: bytes) -> str:
    """Return a provider's own words: of OpenAI, Anthropic and Google, whose streams put them into a list."""
    try:
        found = _body_decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return ""
    if isinstance(found, list):
        found = found[0] if found else _ProviderErrorBody()
    error = found.error
    return (error if isinstance(error, str) else error.message if error is not None else found.message) or ""


async def read_refusal(provider: ProviderRow, reply: UpstreamReply) -> UpstreamRefused:
    """Read a provider's answer that says no. Its words are passed on, but never those of a 401 or 403."""
    body = await reply.read(MAX_ERROR_BYTES)
    # A provider's 401 may quote the key that it was sent.
    detail = "" if reply.status in {401, 403} else _words(body)
    retry_after = reply.header(b"retry-after")
    seconds: float | None = None
    if retry_after is not None:
        try:
            seconds = max(0.0, float(retry_after))
        except ValueError:
            seconds = None  # an HTTP date: rare, and the route's own back-off is safe
    fix = "Check the Provider's spec.credential." if reply.status in {401, 403} else ""
    message = f"{provider.name} answered {reply.status}" + (f": {detail[:500]}" if detail else ".")
    refused = UpstreamRefused(message, status=reply.status, retry_after_s=seconds, fix=fix)
    refused.passed = passed_headers(reply.headers)
    return refused
