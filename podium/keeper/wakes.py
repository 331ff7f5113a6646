"""Tells whoever waits that runs have changed, as soon as it is durable."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeVar

from podium.keeper.runs import RunBook
from podium.ports.runs import AwaitRuns, RunsChanged

PATIENCE_S: Final = 5.0
"""Less than a client waits for any answer."""
_R = TypeVar("_R")


class Wakes:
    """The questions that wait for a change. Lives in the event loop."""

    def __init__(self, runs: RunBook, in_database: Callable[..., Awaitable[Any]]) -> None:
        self._runs = runs
        self._in_database = in_database
        self._seen = 0
        self._changed = asyncio.Event()

    async def do(self, work: Callable[[Any], _R], question: Any) -> _R:
        """Do something in the database thread, and wake whoever waits where it has changed a run."""
        result: _R = await self._in_database(work, question)
        self.look()
        return result

    def look(self) -> None:
        """Wake whoever waits, where something has changed."""
        if self._runs.changes != self._seen:
            self._seen = self._runs.changes
            self.let_go()

    def let_go(self) -> None:
        """Answer whoever waits, as at the keeper's end: who is cut off there is an error in its log."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait(self, question: AwaitRuns) -> RunsChanged:
        """Answer when there is news; at once where the asker has missed some."""
        if question.seen == self._seen:
            try:
                async with asyncio.timeout(PATIENCE_S):
                    await self._changed.wait()
            except TimeoutError:
                pass
        return RunsChanged(self._seen)
