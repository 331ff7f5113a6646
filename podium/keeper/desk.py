"""Where workers' questions about limits are answered: many at a time, in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from podium.keeper.authority import Authority
from podium.keeper.limits import LimitBook
from podium.manifest.snapshot import decode_snapshot
from podium.ports.link import Draw, Drawn, PutSnapshot, Reply, SnapshotIs


class InDatabase(Protocol):
    """Runs something in the keeper's database thread."""

    def __call__(
        self, work: Callable[[Sequence[Draw]], list[Drawn]], questions: Sequence[Draw], /
    ) -> Awaitable[list[Drawn]]:
        """Return what it returns."""
        ...


class LimitDesk:
    """The authority of limits beside that of manifests and orders, and the questions that wait for it."""

    def __init__(self, book: LimitBook, authority: Authority) -> None:
        self.book = book
        self._authority = authority
        self._waiting: list[tuple[Draw, asyncio.Future[Drawn]]] = []
        self._task: asyncio.Task[None] | None = None

    # In the database thread

    def know(self) -> None:
        """Go by the limits in force."""
        document = self._authority.in_force.snapshot_document
        if document is not None:
            self.book.know(decode_snapshot(document))

    def reload(self) -> None:
        """Read again what is in force."""
        self._authority.reload()
        self.know()

    def put_snapshot(self, question: PutSnapshot) -> SnapshotIs:
        """Bring a snapshot into force, and its limits."""
        before = self._authority.in_force.snapshot_version
        is_now = self._authority.put_snapshot(question)
        if is_now.version != before:
            self.know()
        return is_now

    def look_for_blocks(self) -> None:
        """Tell workers of models that were blocked, or let go."""
        if self.book.has_blocked:
            self.book.has_blocked = False
            self._authority.refresh_orders()

    # In the event loop

    async def draw(self, question: Draw, in_database: InDatabase) -> Reply:
        """Grant and take back; what comes while a transaction is under way shares the next one."""
        answer: asyncio.Future[Drawn] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if self._task is None:
            self._task = asyncio.create_task(self._draw_all(in_database))
        return await answer

    async def _draw_all(self, in_database: InDatabase) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                try:
                    drawn = await in_database(self.book.draw, [question for question, _ in batch])
                except Exception as error:  # noqa: BLE001 - whoever asked is told
                    for _, answer in batch:
                        if not answer.done():
                            answer.set_exception(error)
                    continue
                for (_, answer), given in zip(batch, drawn, strict=True):
                    if not answer.done():
                        answer.set_result(given)
        finally:
            self._task = None
