"""The one database thread, and how lately the database has answered in it."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from typing import Final, TypeVar

from sqlalchemy import Engine, event
from sqlalchemy.exc import DBAPIError

from podium.kernel.errors import NotReady, StateError
from podium.ports import Clock
from podium.ports.database import PASSING

FRESH_NS: Final = 500_000_000
"""A worker is answered only if a database round trip completed so recently."""
PROBE_EVERY_NS: Final = 350_000_000
"""After so long without one, a question makes one: late enough that two questions of one worker share it."""
PROBE_WAIT_S: Final = 0.4

_T = TypeVar("_T")
logger = logging.getLogger(__name__)


class DatabaseThread:
    """Runs what touches the database, one thing after the other.

    ``probe`` makes one round trip. ``reload`` reads again what is in force: it is called before the next
    work when one has failed on its way, because the database may have committed it all the same.
    ``give_way``: called in the thread when it begins, so that whoever answers has its turn before it.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        *,
        probe: Callable[[], None],
        reload: Callable[[], None],
        give_way: Callable[[], None] | None = None,
    ) -> None:
        self._clock = clock
        self._make_round_trip = probe
        self._reload = reload
        self._loop = asyncio.get_running_loop()
        self._thread = ThreadPoolExecutor(1, "database", give_way)
        self.beat: AbstractContextManager[None] = nullcontext()
        """Entered while `long` works."""
        self._doubtful = False
        self._round_trip_ns = -FRESH_NS
        self._probing: asyncio.Task[None] | None = None
        self._probed_ns = -PROBE_EVERY_NS
        self.lost: StateError | None = None
        """Why nothing can ever be written here again: another keeper has the database."""
        self.on_lost: Callable[[], None] = lambda: None
        event.listen(engine, "after_cursor_execute", self._answered)

    def _answered(self, *_: object) -> None:
        """Take note that the database has done what it was told. Called in whatever thread told it."""
        self._round_trip_ns = self._clock.monotonic_ns()

    async def do(self, work: Callable[..., _T], *arguments: object) -> _T:
        """Run something."""
        return await self._loop.run_in_executor(self._thread, lambda: self._do(work, *arguments))

    async def long(self, work: Callable[..., _T], *arguments: object) -> _T:
        """Run what may take a while."""
        return await self.do(self._beating, work, *arguments)

    def _beating(self, work: Callable[..., _T], *arguments: object) -> _T:
        with self.beat:
            return work(*arguments)

    def _do(self, work: Callable[..., _T], *arguments: object) -> _T:
        if self._doubtful:
            self._reload()
            self._doubtful = False
        try:
            return work(*arguments)
        except PASSING:
            self._doubtful = True
            raise

    async def freshen(self) -> None:
        """Make sure that the database has answered lately. Raises NotReady where it has not."""
        now_ns = self._clock.monotonic_ns()
        if self._probing is None and now_ns - max(self._probed_ns, self._round_trip_ns) >= PROBE_EVERY_NS:
            self._probed_ns = now_ns
            self._probing = asyncio.create_task(self._probe())
        if now_ns - self._round_trip_ns > FRESH_NS and self._probing is not None:
            await asyncio.wait({self._probing}, timeout=PROBE_WAIT_S)
        if self._clock.monotonic_ns() - self._round_trip_ns > FRESH_NS:
            raise NotReady("The keeper's database has not answered for 500 ms.", fix="Try again soon.")

    async def _probe(self) -> None:
        try:
            await self.do(self._make_round_trip)
        except (*PASSING, OSError) as error:
            logger.warning("the database does not answer: %s", reason(error))
        except StateError as error:
            self.lost = error
            self.on_lost()
        finally:
            self._probing = None

    def shutdown(self) -> None:
        """Let the thread end, when what it has begun is done."""
        self._thread.shutdown()


def reason(error: DBAPIError | OSError) -> str:
    """Return what the database or the system said, on one line."""
    said = str(error.orig) if isinstance(error, DBAPIError) else str(error.strerror or error)
    return " ".join(said.split())
