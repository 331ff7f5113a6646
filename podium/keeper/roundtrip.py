"""The one database thread, how lately the database has answered in it, and whether it comes round."""

import asyncio
import logging
import sys
import threading
import traceback
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
STUCK_NS: Final = 5_000_000_000
"""A thread that is so long at one thing, and asks the database nothing meanwhile, does not come round."""
_WAITS: Final = ("sqlalchemy.", "psycopg", "sqlite3")
"""Modules in which a thread stands that waits for the database."""

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
        self._ident = 0
        self._moved_ns: int | None = None
        """When it was last seen to get on with what it does; None: it does nothing."""
        self._waited_ns = 0
        """When it was last seen to wait for the database."""
        self._told_ns: int | None = None
        self._probing: asyncio.Task[None] | None = None
        self._probed_ns = -PROBE_EVERY_NS
        self.lost: StateError | None = None
        """Why nothing can ever be written here again: another keeper has the database."""
        self.on_lost: Callable[[], None] = lambda: None
        event.listen(engine, "after_cursor_execute", self._answered)

    def _answered(self, *_: object) -> None:
        """Take note that the database has done what it was told. Called in whatever thread told it."""
        self._round_trip_ns = now_ns = self._clock.monotonic_ns()
        if threading.get_ident() == self._ident:
            self._moved_ns = now_ns

    def comes_round(self) -> bool:
        """Return whether the thread gets on, or waits for the database. To be asked about once a second."""
        moved_ns, now_ns = self._moved_ns, self._clock.monotonic_ns()
        if moved_ns is None:
            return True
        frame = sys._current_frames().get(self._ident)  # noqa: SLF001 - there is no other way to look
        if frame is None or frame.f_globals.get("__name__", "").startswith(_WAITS):
            self._waited_ns = now_ns
            return True
        if now_ns - max(moved_ns, self._waited_ns) < STUCK_NS:
            return True
        if self._told_ns != moved_ns:
            self._told_ns = moved_ns
            where = "".join(traceback.format_stack(frame)).rstrip()
            logger.error("the thread of the database does not come round; it is at:\n%s", where)
        return False

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
        self._ident, self._moved_ns = threading.get_ident(), self._clock.monotonic_ns()
        try:
            if self._doubtful:
                self._reload()
                self._doubtful = False
            return work(*arguments)
        except PASSING:
            self._doubtful = True
            raise
        finally:
            self._moved_ns = None

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
