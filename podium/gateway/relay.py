"""The keeper's place on a gateway's machine: its Unix socket, behind which the keeper is somewhere else.

Workers speak to it as they do to a keeper beside them. Each of their connections has one of its own to the
keeper, so that nobody's questions wait behind another's.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from podium.gateway.shipping import Shipper
from podium.kernel.errors import InvalidRequest, PodiumError
from podium.ports.link import (
    FRAME,
    Goodbye,
    KeeperLink,
    Question,
    Reply,
    decode_question,
    encode,
    payload_bytes,
    refused,
)

GOODBYE_S: Final = 3.0
"""A worker that ends waits so long for its journal to be shipped; what is left is shipped later."""

logger = logging.getLogger(__name__)


class Relay:
    """Answers workers with the keeper's words. ``connect`` makes a link to the keeper."""

    def __init__(self, connect: Callable[[], KeeperLink], shipper: Shipper) -> None:
        self._connect = connect
        self._shipper = shipper

    async def serve_connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one worker's questions on, in order, until it goes away."""
        link = self._connect()
        try:
            while True:
                payload = await reader.readexactly(payload_bytes(await reader.readexactly(FRAME.size)))
                writer.write(encode(await self._answer(link, decode_question(payload))))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        except InvalidRequest as error:
            logger.warning("a worker spoke wrongly, its connection is closed: %s", error)
        finally:
            writer.close()
            await link.close()

    async def _answer(self, link: KeeperLink, question: Question) -> Reply:
        try:
            if isinstance(question, Goodbye):
                await self._shipper.finish(GOODBYE_S)
            return await link.ask(question)
        except PodiumError as error:
            return refused(error)
