"""What a provider's refusal and other errors of an attempt become before anybody reads them."""

from typing import Final

from podium.gateway.plan import Plan
from podium.gateway.told import passed_headers
from podium.kernel.errors import ConnectFailed, PodiumError, StateError, UpstreamError, UpstreamRefused
from podium.manifest.snapshot import ProviderRow
from podium.net.upstream import UpstreamReply
from podium.wire.error_words import ToldError, read_error, read_number

MAX_ERROR_BYTES: Final = 1 << 20


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
    words, told_s = read_error(body)
    detail = "" if reply.status in {401, 403} else words
    message = f"{provider.name} answered {reply.status}" + (f": {detail[:500]}" if detail else ".")
    return _refused(reply, reply.status, told_s, message)


def told_refusal(
    provider: ProviderRow, reply: UpstreamReply, error: ToldError, words: str
) -> UpstreamRefused:
    """Return what to raise where a provider has said 200, and then no in its stream before any token."""
    status = error.status or 502
    shown = "" if error.status is None else f" {error.status}"
    if status in {401, 403}:
        words = ""
    message = f"{provider.name} answered{shown} in its stream" + (f": {words[:500]}" if words else ".")
    return _refused(reply, status, error.retry_after_s, message)


def _refused(reply: UpstreamReply, status: int, told_s: float | None, message: str) -> UpstreamRefused:
    retry_after = reply.header(b"retry-after")
    seconds = told_s if retry_after is None else read_number(retry_after.decode("latin-1"))
    fix = "Check the Provider's spec.credential." if status in {401, 403} else ""
    refused = UpstreamRefused(message, status=status, retry_after_s=seconds, fix=fix)
    refused.passed = passed_headers(reply.headers)
    return refused
