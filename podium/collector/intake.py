"""Spans on their way into the store: a bounded queue, and commits that many requests share."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from podium.collector.desk import Desk
from podium.kernel.errors import InvalidRequest, NotReady, StateError
from podium.kernel.spans import Span

MAX_WAITING_SPANS: Final = 60_000
COMMIT_SPANS: Final = 20_000
"""At the most in one transaction."""

FEW_SPANS: Final = 2_000
LINGER_S: Final = 0.02
"""So long it is waited for more where few spans have come."""
MOST_LINGER_S: Final = 0.1
"""So long at the most where requests are being read meanwhile: what a commit costs is nearly the same for 500
spans and for 2,000."""
LOOK_S: Final = 0.004

logger = logging.getLogger(__name__)


class QueueFull(NotReady):
    """As many spans wait as there may: try again in a second."""


class Intake:
    """Takes spans, and says when they are durable."""

    def __init__(self, desk: Desk, store: Callable[[list[Span]], None]) -> None:
        """``store`` adds spans in one durable transaction; it is called in the desk's writing thread."""
        self._desk = desk
        self._store = store
        self._waiting: list[tuple[list[Span], asyncio.Future[None]]] = []
        self._waiting_spans = 0
        self._work = asyncio.Event()
        self._coming = 0

    @contextmanager
    def coming(self) -> Iterator[None]:
        """Say that a request that has arrived is being read: a commit waits a moment for its spans."""
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1

    async def put(self, spans: list[Span]) -> None:
        """Return when spans are durable. Raises QueueFull, NotReady, InvalidRequest for what is no text."""
        if not spans:
            return
        if self._waiting_spans and self._waiting_spans + len(spans) > MAX_WAITING_SPANS:
            raise QueueFull(f"{self._waiting_spans} spans wait to be stored.", fix="Try again in a second.")
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((spans, done))
        self._waiting_spans += len(spans)
        self._work.set()
        await done

    async def keep_storing(self) -> None:
        """Store what comes, for ever. Ends by cancellation; what waits then is refused."""
        try:
            while True:
                await self._work.wait()
                await self._linger()
                await self._commit(self._next())
                if not self._waiting:
                    self._work.clear()
        finally:
            for _, done in self._waiting:
                if not done.done():
                    done.set_exception(NotReady("The collector is ending.", fix="Try again soon."))

    async def _linger(self) -> None:
        """Wait a little where few spans have come."""
        if self._waiting_spans >= FEW_SPANS:
            return
        await asyncio.sleep(LINGER_S)
        for _ in range(int((MOST_LINGER_S - LINGER_S) / LOOK_S)):
            if not self._coming or self._waiting_spans >= FEW_SPANS:
                return
            await asyncio.sleep(LOOK_S)

    def _next(self) -> list[tuple[list[Span], asyncio.Future[None]]]:
        taken, count = 0, 0
        for spans, _ in self._waiting:
            if taken and count + len(spans) > COMMIT_SPANS:
                break
            taken, count = taken + 1, count + len(spans)
        batch, self._waiting = self._waiting[:taken], self._waiting[taken:]
        return batch

    async def _commit(self, batch: list[tuple[list[Span], asyncio.Future[None]]]) -> None:
        try:
            await self._desk.write(lambda: self._store([span for spans, _ in batch for span in spans]))
            result: Exception | None = None
        except StateError as error:
            logger.error("spans cannot be stored now: %s", error)  # noqa: TRY400 - for people
            result = NotReady(f"Spans cannot be stored now: {error.message}", fix="Try again soon.")
        except Exception as error:  # noqa: BLE001 - whatever it is, each request hears of it
            if len(batch) > 1:  # one of them is to blame: the others must not suffer
                for one in batch:
                    await self._commit([one])
                return
            logger.warning("a request's spans cannot be stored: %r", error)
            result = InvalidRequest("These spans cannot be stored.", fix="Send valid texts and numbers.")
        for spans, done in batch:
            self._waiting_spans -= len(spans)
            if done.done():
                continue
            if result is None:
                done.set_result(None)
            else:
                done.set_exception(result)
