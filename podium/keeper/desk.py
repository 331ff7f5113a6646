"""Where questions about limits are answered: those of workers many at a time, in one transaction."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from podium.keeper.limits import LimitBook
from podium.ports.link import Done, Draw, Drawn, Override, Reply, Unblock, WriteOff

_T = TypeVar("_T")


class InDatabase(Protocol):
    """Runs something in the keeper's database thread."""

    def __call__(self, work: Callable[..., _T], *arguments: object) -> Awaitable[_T]:
        """Return what it returns."""
        ...


class LimitDesk:
    """The questions about limits that wait for the database, and their answers."""

    def __init__(self, book: LimitBook, in_database: InDatabase, refresh_orders: Callable[[], None]) -> None:
        self._book = book
        self._in_database = in_database
        self._refresh_orders = refresh_orders
        self._waiting: list[tuple[Draw, asyncio.Future[Drawn]]] = []
        self._task: asyncio.Task[None] | None = None

    def answers(self) -> dict[type[Any], Callable[[Any, Any], Awaitable[Reply]]]:
        """Return who answers which question."""
        return {
            Draw: self._draw,
            Override: lambda question, _: self._in_database(self._book.override, question),
            WriteOff: lambda question, _: self._in_database(self._book.write_off, question),
            Unblock: lambda question, _: self._in_database(self._unblock, question),
        }

    def _unblock(self, question: Unblock) -> Done:
        done = self._book.unblock(question)
        self._refresh_orders()
        return done

    async def _draw(self, question: Draw, _connection: object) -> Reply:
        """Grant and take back; what comes while a transaction is under way shares the next one."""
        answer: asyncio.Future[Drawn] = asyncio.get_running_loop().create_future()
        self._waiting.append((question, answer))
        if self._task is None:
            self._task = asyncio.create_task(self._draw_all())
        return await answer

    async def _draw_all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting, []
                try:
                    drawn = await self._in_database(self._book.draw, [question for question, _ in batch])
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
