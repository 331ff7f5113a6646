"""Whether and when a call that failed is tried again."""

import asyncio

from podium.gateway import answers
from podium.kernel.errors import PodiumError, UpstreamError, UpstreamRefused
from podium.manifest.snapshot import RouteRow


def may_try_another(error: PodiumError) -> bool:
    """Return whether another model may serve a call that failed so."""
    if isinstance(error, UpstreamRefused):
        return answers.is_transient(error.status)
    if isinstance(error, UpstreamError):
        return not error.received
    return True


async def pause(error: PodiumError, turn: int, route: RouteRow) -> bool:
    """Wait before a second turn; False when the provider asks for longer than the route waits."""
    wait_s = route.retry.backoff_ms / 1000 * 2 ** max(turn, 0)
    if isinstance(error, UpstreamRefused) and error.retry_after_s is not None:
        if error.retry_after_s > route.retry.max_retry_after_s:
            return False
        wait_s = max(wait_s, error.retry_after_s)
    await asyncio.sleep(wait_s)
    return True
