"""A look at providers that costs nothing, so that one that is down is known before a call goes there."""

import asyncio
import logging
from typing import Final

from podium.gateway.health import Health
from podium.gateway.plan import authorization
from podium.gateway.standing import Standing
from podium.kernel.errors import PodiumError
from podium.manifest.snapshot import ProviderRow
from podium.net.upstream import Deadlines, Origin, Pool
from podium.ports import Secrets

LOOK_S: Final = 0.5
NONE_S: Final = 2.0
"""While no provider has a health check."""
DEADLINES: Final = Deadlines(connect_s=2.0, first_byte_s=5.0, idle_s=5.0, total_s=10.0)
MAX_BYTES: Final = 1 << 20

logger = logging.getLogger(__name__)


async def watch_providers(standing: Standing, health: Health, pool: Pool, secrets: Secrets) -> None:
    """Look at each provider that has a health check, as often as it says, for ever."""
    looks: dict[str, asyncio.Task[None]] = {}
    due_s: dict[str, float] = {}
    loop = asyncio.get_running_loop()
    while True:
        snapshot = standing.snapshot
        known = snapshot.providers.values() if snapshot is not None else ()
        rows = [row for row in known if row.health_path is not None]
        for row in rows:
            if row.name in looks or loop.time() < due_s.get(row.name, 0.0):
                continue
            due_s[row.name] = loop.time() + row.health_every_s
            looks[row.name] = asyncio.create_task(_look(row, health, pool, secrets))
            looks[row.name].add_done_callback(lambda _, name=row.name: looks.pop(name))  # type: ignore[misc] # a default binds it
        await asyncio.sleep(LOOK_S if rows else NONE_S)


async def _look(row: ProviderRow, health: Health, pool: Pool, secrets: Secrets) -> None:
    reason = ""
    try:
        reply = await pool.send(
            Origin(row.scheme, row.host, row.port, row.ca_file, row.network),
            method="GET",
            target=row.base_path + (row.health_path or ""),
            headers=[(b"accept", b"application/json"), *authorization(row, secrets)],
            body=b"",
            deadlines=DEADLINES,
        )
        try:
            if reply.status >= 500:
                reason = f"status {reply.status}"
            else:
                await reply.read(MAX_BYTES)
        finally:
            reply.abort()
    except PodiumError as error:
        reason = error.message
    if health.probed(row.name, well=not reason, again_s=max(row.health_every_s, LOOK_S)):
        logger.warning(
            "%s is %s", row.name, f"not well ({reason}): it is tried last" if reason else "well again"
        )
