"""What a provider's refusal and other errors of an attempt become before anybody reads them."""

import math
from typing import Final

import msgspec

from podium.gateway.plan import Plan
from podium.gateway.told import passed_headers
from podium.kernel.errors import ConnectFailed, PodiumError, StateError, UpstreamError, UpstreamRefused
from podium.manifest.snapshot import ProviderRow
from podium.net.upstream import UpstreamReply
from podium.wire.limit_headers import MAX_RESET_S

MAX_ERROR_BYTES: Final = 1 << 20


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


def _read(body: bytes) -> tuple[str, float | None]:
    """Return a provider's own words, and in how many seconds to come again where its body says so.

    Of OpenAI, Anthropic and Google, whose streams put them into a list, and which tells the time in
    ``google.rpc.RetryInfo``: ``{"retryDelay": "34.5s"}``.
    """
    try:
        found = _body_decoder.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return "", None
    if isinstance(found, list):
        found = found[0] if found else _ProviderErrorBody()
    error = found.error
    if error is None or isinstance(error, str):
        return error or found.message or "", None
    return error.message or "", _retry_delay_s(error.details)


def _retry_delay_s(raw: msgspec.Raw) -> float | None:
    try:
        details = _details_decoder.decode(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None  # not Google's
    return next((_seconds(it.retry_delay.removesuffix("s")) for it in details if it.retry_delay), None)


def _seconds(text: str) -> float | None:
    """Return seconds, an hour at most, or None for what is none.

    A date is rare, and the route's own back-off is safe.
    """
    try:
        found = float(text)
    except ValueError:
        return None
    return min(max(0.0, found), MAX_RESET_S) if math.isfinite(found) else None


def keep_to_ourselves(error: PodiumError, plan: Plan, trace_id: str) -> None:
    """Take out of an error what is not for everybody.

    A provider may quote the key that it was sent: nobody is told that, no journal and no log. Hosts,
    addresses, files and variables are the operator's: the journal has them, and `podium explain` tells them.
    """
    provider = plan.provider
    if isinstance(error, UpstreamError):
        error.message = plan.without_secret(error.message)
        error.told = str(error).replace(f"{provider.host}:{provider.port}", provider.name)
        error.told = error.told.replace(provider.host, provider.name)
    if isinstance(error, ConnectFailed):
        error.told = f"{provider.name} cannot be reached. `podium explain {trace_id}` tells why."
    if isinstance(error, StateError):
        error.told = f"{provider.name} cannot be called with its key. `podium explain {trace_id}` tells why."


async def read_refusal(provider: ProviderRow, reply: UpstreamReply) -> UpstreamRefused:
    """Read a provider's answer that says no. Its words are passed on, but never those of a 401 or 403."""
    body = await reply.read(MAX_ERROR_BYTES)
    # A provider's 401 may quote the key that it was sent.
    words, told_s = _read(body)
    detail = "" if reply.status in {401, 403} else words
    retry_after = reply.header(b"retry-after")
    seconds = told_s if retry_after is None else _seconds(retry_after.decode("latin-1"))
    fix = "Check the Provider's spec.credential." if reply.status in {401, 403} else ""
    message = f"{provider.name} answered {reply.status}" + (f": {detail[:500]}" if detail else ".")
    refused = UpstreamRefused(message, status=reply.status, retry_after_s=seconds, fix=fix)
    refused.passed = passed_headers(reply.headers)
    return refused
