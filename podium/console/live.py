"""Feeds: one reading of the database for everybody who looks at the same thing, none when nobody does."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from podium.kernel.errors import NotReady, PodiumError, StateError
from podium.trust.people import Person
from podium.views.scope import seen_by

logger = logging.getLogger("podium.console")

REST: Final = 4.0
"""A feed rests so many times as long as its reading took: a large ledger slows pages, never the machine."""

Read = Callable[[Connection], Any]
Ask = Callable[[], Awaitable[Any]]
"""Asks the collector; raises the error that a refusal means."""
Probe = Callable[[], Awaitable[object]]


@dataclass(frozen=True)
class Reading:
    """What a feed tells its followers. ``value``: the last good one; ``database`` and others: what fails."""

    value: Any = None
    read_ns: int | None = None
    database: str | None = None
    keeper: str | None = None
    collector: str | None = None
    missing: str | None = None
    """The record that was asked for is not there."""
    failed: bool = False
    """A fault of Podium's own; the log has it."""


@dataclass
class Following:
    """One page's interest in a feed; a hidden page pauses it."""

    feed: "_Feed"
    tell: Callable[[Reading], None]

    def pause(self) -> None:
        """Stop being told."""
        self.feed.followers.discard(self.tell)

    def resume(self) -> None:
        """Be told again, with the next reading, which begins now."""
        self.feed.add(self.tell)


@dataclass
class _Feed:
    feeds: "Feeds"
    key: Hashable
    read: Read
    interval_s: float
    who: Person
    ask: Ask | None = None
    followers: set[Callable[[Reading], None]] = field(default_factory=set)
    last: Reading = Reading()
    task: asyncio.Task[None] | None = None
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self, tell: Callable[[Reading], None]) -> None:
        if tell in self.followers:
            return
        self.followers.add(tell)
        self.wake.set()
        if self.task is None:
            self.feeds.running[self.key] = self
            self.task = asyncio.create_task(self._run(), name=f"console feed {self.key}")

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            while self.followers:
                self.wake.clear()
                began_s = loop.time()
                self.last = await self.feeds.reading(self.read, self.last, self.who, self.ask)
                pause_s = max(self.interval_s, REST * (loop.time() - began_s))
                for tell in tuple(self.followers):
                    try:
                        tell(self.last)
                    except Exception:  # one page's failure must not stop the others'
                        logger.exception("a page could not show a reading")
                try:
                    async with asyncio.timeout(pause_s):
                        await self.wake.wait()
                except TimeoutError:
                    pass
        finally:
            self.task = None
            self.feeds.running.pop(self.key, None)


class Feeds:
    """All feeds of the console.

    ``now_ns`` returns Unix nanoseconds; ``probe`` raises when the keeper does not answer.
    """

    def __init__(self, engine: Engine, *, now_ns: Callable[[], int], probe: Probe | None = None) -> None:
        self.now_ns = now_ns
        self.running: dict[Hashable, _Feed] = {}
        self._engine = engine
        self._probe = probe

    def follow(
        self,
        key: Hashable,
        read: Read,
        tell: Callable[[Reading], None],
        *,
        interval_s: float,
        who: Person,
        ask: Ask | None = None,
    ) -> Following:
        """Call ``tell`` now and every ``interval_s`` seconds with what ``read`` returns of what ``who`` sees.

        With ``ask`` it is a pair: what was read, and what the collector answered. Followers with equal keys
        who see the same share one reading.
        """
        key = (key, None if who.sees is None else (who.name, who.sees))
        feed = self.running.get(key) or _Feed(self, key, read, interval_s, who, ask)
        if feed.last.read_ns is not None:
            tell(feed.last)
        feed.add(tell)
        return Following(feed, tell)

    async def look(self, read: Read, who: Person) -> Any:
        """Return what is read of what ``who`` sees, once. Raises what the database raises."""

        def looked() -> Any:
            with seen_by(self._engine, who).connect() as connection:
                return read(connection)

        return await asyncio.to_thread(looked)

    async def reading(self, read: Read, last: Reading, who: Person, ask: Ask | None = None) -> Reading:
        """Return a reading; on failure the last good value, and what fails."""
        found, keeper = await asyncio.gather(
            asyncio.to_thread(self._read, read, last, who), self._keeper_fault()
        )
        if ask is not None and found.read_ns is not None and not (found.database or found.failed):
            found = await self._asked(ask, found, last)
        return replace(found, keeper=keeper)

    async def _asked(self, ask: Ask, found: Reading, last: Reading) -> Reading:
        """Return a reading with what the collector says."""
        try:
            return replace(found, value=(found.value, await ask()))
        except (StateError, NotReady, OSError, TimeoutError) as error:
            return Reading(last.value, last.read_ns, collector=str(error) or "it did not answer")
        except PodiumError as error:
            return Reading(None, found.read_ns, missing=str(error))
        except Exception:  # as below
            logger.exception("a page could not be asked for")
            return Reading(last.value, last.read_ns, failed=True)

    def _read(self, read: Read, last: Reading, who: Person) -> Reading:
        try:
            with seen_by(self._engine, who).connect() as connection:
                return Reading(read(connection), self.now_ns())
        except SQLAlchemyError as error:
            cause = getattr(error, "orig", None) or error
            return Reading(last.value, last.read_ns, database=str(cause).splitlines()[0])
        except PodiumError as error:
            return Reading(None, self.now_ns(), missing=str(error))
        except Exception:  # whatever it is, the page must say that its figures stand still
            logger.exception("a page could not be read")
            return Reading(last.value, last.read_ns, failed=True)

    async def _keeper_fault(self) -> str | None:
        if self._probe is None:
            return None
        try:
            async with asyncio.timeout(1.0):
                await self._probe()
        except (PodiumError, OSError, TimeoutError) as error:
            return str(error) or "it did not answer within 1 s"
        return None
