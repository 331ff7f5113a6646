"""A provider's complete answer that says no, as an error of ours."""

from typing import Final

import msgspec

from podium.kernel.errors import UpstreamRefused
from podium.manifest.snapshot import ProviderRow
from podium.net.upstream import UpstreamReply

MAX_ERROR_BYTES: Final = 1 << 20


class _ProviderError(msgspec.Struct):
    message: str | None = None


class _ProviderErrorBody(msgspec.Struct):
    error: _ProviderError | str | None = None


async def read_refusal(provider: ProviderRow, reply: UpstreamReply) -> UpstreamRefused:
    """Read a provider's answer that says no. Its words are passed on, but never those of a 401 or 403."""
    body = await reply.read(MAX_ERROR_BYTES)
    detail = ""
    if reply.status not in {401, 403}:  # a provider's 401 may quote the key that it was sent
        try:
            error = msgspec.json.decode(body, type=_ProviderErrorBody).error
            detail = (error if isinstance(error, str) else error.message if error is not None else "") or ""
        except msgspec.MsgspecError:
            detail = ""
    retry_after = reply.header(b"retry-after")
    seconds: float | None = None
    if retry_after is not None:
        try:
            seconds = max(0.0, float(retry_after))
        except ValueError:
            seconds = None  # an HTTP date: rare, and the route's own back-off is safe
    fix = "Check the Provider's spec.credential." if reply.status in {401, 403} else ""
    message = f"{provider.name} answered {reply.status}" + (f": {detail[:500]}" if detail else ".")
    return UpstreamRefused(message, status=reply.status, retry_after_s=seconds, fix=fix)
