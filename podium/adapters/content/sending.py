"""The way from a gateway to the collector: a bounded queue in memory, sent beside the calls.

No call waits for it. What does not fit is lost, and so is what waits when the process dies: the log says so.
"""

import asyncio
import logging
from typing import Final, Self

from podium.kernel.errors import InvalidRequest, PodiumError
from podium.ports.content import MAX_BATCH_BYTES, Handed, KeepContent, Spoken
from podium.ports.link import KeeperLink

MAX_WAITING_BYTES: Final = 32 << 20
PAUSE_S: Final = 0.5
COMPLAIN_AT: Final = 60
"""Tries in vain, one after the other, before the log says so."""
_OVERHEAD_BYTES: Final = 512
"""Of one message besides its texts."""

logger = logging.getLogger(__name__)


class ContentSender:
    """`podium.ports.content.ContentSink` over a connection of its own."""

    def __init__(
        self, link: KeeperLink, *, batch_bytes: int = MAX_BATCH_BYTES, pause_s: float = PAUSE_S
    ) -> None:
        """Take a link. ``batch_bytes`` go at once, or one message. ``pause_s``: until it is asked again."""
        self._batch_bytes = batch_bytes
        self._link = link
        self._pause_s = pause_s
        self._waiting: list[tuple[Handed, int]] = []
        self._waiting_bytes = 0
        self._work = asyncio.Event()
        self._sent = asyncio.Event()
        self._sent.set()
        self._sending: asyncio.Task[None] | None = None
        self.lost = 0
        """What did not fit, or could not be taken."""

    def put(self, handed: Handed) -> None:
        """Hand content over. Never waits, and never raises."""
        size = _bytes(handed)
        if self._waiting_bytes + size > MAX_WAITING_BYTES:
            self._lose(1, "too much waits for the collector")
            return
        self._waiting.append((handed, size))
        self._waiting_bytes += size
        self._sent.clear()
        self._work.set()

    async def keep_sending(self) -> None:
        """Send what waits, for ever. Ends by cancellation."""
        failures = 0
        while True:
            await self._work.wait()
            batch = self._next()
            try:
                await self._link.ask(KeepContent(tuple(handed for handed, _ in batch)))
            except InvalidRequest as error:
                self._lose(len(batch), str(error))
            except (PodiumError, OSError) as error:
                failures += 1
                if failures == COMPLAIN_AT:  # it begins after the gateways do
                    logger.warning("content waits for the collector: %s", error)
                await asyncio.sleep(self._pause_s)
                continue
            else:
                failures = 0
            del self._waiting[: len(batch)]
            self._waiting_bytes -= sum(size for _, size in batch)
            if not self._waiting:
                self._work.clear()
                self._sent.set()

    def _next(self) -> list[tuple[Handed, int]]:
        count = total = 0
        for _, size in self._waiting:
            if count and total + size > self._batch_bytes:
                break
            count, total = count + 1, total + size
        return self._waiting[:count]

    def _lose(self, count: int, why: str) -> None:
        self.lost += count
        if self.lost.bit_count() == 1 or count > 1:  # at one, two, four, eight …
            logger.warning("content of %d calls is not kept: %s", self.lost, why)

    def begin(self) -> Self:
        """Send what is put, from here on."""
        self._sending = asyncio.create_task(self.keep_sending())
        return self

    async def finish(self, patience_s: float) -> None:
        """Wait until all is sent, for so long at the most; then close the connection."""
        try:
            async with asyncio.timeout(patience_s):
                await self._sent.wait()
        except TimeoutError:
            self._lose(len(self._waiting), "the collector did not take it in time")
        if self._sending is not None:
            self._sending.cancel()
            await asyncio.gather(self._sending, return_exceptions=True)
        await self._link.close()


def _bytes(handed: Handed) -> int:
    if isinstance(handed, Spoken):
        return _OVERHEAD_BYTES + len(handed.asked or b"") + len(handed.answered or b"")
    return _OVERHEAD_BYTES + sum(len(name) + len(value) for name, value in handed.values.items())
