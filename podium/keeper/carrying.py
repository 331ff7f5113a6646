"""Carries what agents on other machines ask of tools to the one tool gateway, which is beside this keeper.

What a task has read and used is known to one process alone, so its calls are decided there, wherever the
agent runs. A gateway elsewhere takes MCP in and opens connections to the keeper for it, over the TLS of both
sides that it has anyway; from then on the keeper looks at no byte.
"""

import asyncio
import contextlib
import json
import logging
from pathlib import Path
from typing import Final

from podium.keeper.connection import Connection
from podium.kernel.errors import Forbidden
from podium.ports import Clock

CHUNK_BYTES: Final = 64 << 10
OPEN_S: Final = 1.0
MAX_CARRIED: Final = 4096
"""Connections at the same time."""
LINGER_S: Final = 5.0
LINGER_BYTES: Final = 8 << 20
"""So much of a request that is refused is read, so that its sender sees the answer and no reset."""

logger = logging.getLogger(__name__)


class Carrying:
    """The connections that are carried. ``tools``: the tool gateway's socket."""

    def __init__(self, tools: Path, clock: Clock) -> None:
        self._tools, self._clock = tools, clock
        self._open: set[asyncio.StreamWriter] = set()

    async def serve_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Carry one connection until one of its sides closes it, or its certificate ends."""
        try:
            connection = Connection(writer)
        except Forbidden as error:
            logger.warning("somebody was sent away: %s", error)
            writer.close()
            return
        self._open.add(writer)
        try:
            with contextlib.suppress(OSError):
                await self._carry(reader, writer, connection)
        finally:
            self._open.discard(writer)
            writer.close()

    async def _carry(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, connection: Connection
    ) -> None:
        if len(self._open) > MAX_CARRIED:
            await _refuse(reader, writer, f"{MAX_CARRIED} connections are carried already.")
            return
        try:
            async with asyncio.timeout(OPEN_S):
                near_reader, near_writer = await asyncio.open_unix_connection(str(self._tools))
        except (OSError, TimeoutError):
            await _refuse(reader, writer, "The tool gateway beside the keeper is not there.")
            return
        ways = {
            asyncio.create_task(_pump(reader, near_writer)),
            asyncio.create_task(_pump(near_reader, writer)),
        }
        try:
            left_s = (connection.expires_s or 0.0) - self._clock.wall_ns() / 1e9
            await asyncio.wait(ways, timeout=max(0.0, left_s), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            near_writer.close()
            await asyncio.gather(*ways, return_exceptions=True)

    def close(self) -> None:
        """Close what is open."""
        for writer in list(self._open):
            writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(CHUNK_BYTES):
        writer.write(data)
        await writer.drain()


async def _refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, why: str) -> None:
    """Answer 503 to a request of which nothing goes further."""
    error = {"code": "not_ready", "message": f"{why} Try again soon."}
    body = json.dumps({"error": error}).encode()
    writer.write(
        b"HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/json\r\nretry-after: 1\r\n"
        b"connection: close\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)
    )
    await writer.drain()
    left = LINGER_BYTES
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(LINGER_S):
            while left > 0 and (data := await reader.read(CHUNK_BYTES)):
                left -= len(data)
