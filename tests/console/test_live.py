"""Feeds: who reads the database, when, and what is told when it fails."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, text

from podium.console.live import Feeds, Following, Reading
from podium.kernel.errors import NotFound, NotReady
from podium.trust.people import Person

OWNER = Person("admin.token", (), owner=True)


class Follower:
    """Keeps what it was told."""

    def __init__(self) -> None:
        self.told: list[Reading] = []
        self.news = asyncio.Event()

    def tell(self, reading: Reading) -> None:
        self.told.append(reading)
        self.news.set()

    async def next(self) -> Reading:
        self.news.clear()
        await asyncio.wait_for(self.news.wait(), 60)
        return self.told[-1]


def feeds(probe: Callable[[], Any] | None = None, path: str = "") -> Feeds:
    return Feeds(create_engine(f"sqlite:///{path}"), now_ns=lambda: 7, probe=probe)


def one(connection: Connection) -> int:
    return int(connection.execute(text("select 1")).scalar_one())


async def end(following: Following) -> None:
    following.pause()
    assert following.feed.task is not None
    following.feed.wake.set()
    await following.feed.task


async def test_two_pages_share_one_reading() -> None:
    """Pages that show the same read the database once."""
    reads = 0

    def read(connection: Connection) -> int:
        nonlocal reads
        reads += 1
        return one(connection)

    both, first, second = feeds(), Follower(), Follower()
    following = both.follow("key", read, first.tell, interval_s=60, who=OWNER)
    also = both.follow("key", read, second.tell, interval_s=60, who=Person("ann", ("viewer",)))
    await first.next()
    assert [reading.value for reading in (*first.told, *second.told)] == [1, 1]
    assert reads == 1
    also.pause()
    await end(following)


async def test_nobody_looks_nothing_reads() -> None:
    """When the last page goes or hides, its feed ends; when it is shown again, it reads at once."""
    alone, follower = feeds(), Follower()
    following = alone.follow("key", one, follower.tell, interval_s=60, who=OWNER)
    await follower.next()
    await end(following)
    assert alone.running == {}
    following.resume()
    assert (await follower.next()).value == 1
    await end(following)


async def test_a_broken_database_keeps_what_was_read(tmp_path: Path) -> None:
    """While the database fails, the last good value stays and the fault is told; then it is gone."""
    broken = False

    def read(connection: Connection) -> int:
        return (
            one(connection)
            if not broken
            else int(connection.execute(text("select * from gone")).scalar_one())
        )

    some, follower = feeds(), Follower()
    following = some.follow("key", read, follower.tell, interval_s=0.01, who=OWNER)
    await follower.next()
    broken = True
    while (told := await follower.next()).database is None:
        pass
    assert (told.value, told.read_ns, told.database) == (1, 7, "no such table: gone")
    broken = False
    while (told := await follower.next()).database is not None:
        pass
    assert told.value == 1
    await end(following)


async def test_an_unreachable_keeper_is_no_reason_not_to_read() -> None:
    """When the keeper does not answer, its fault is told beside what was read."""

    async def probe() -> None:
        raise NotReady("nothing listens on keeper.sock")

    some, follower = feeds(probe), Follower()
    following = some.follow("key", one, follower.tell, interval_s=60, who=OWNER)
    told = await follower.next()
    assert (told.value, told.keeper) == (1, "nothing listens on keeper.sock")
    await end(following)


async def test_what_is_not_there_is_told() -> None:
    """A record that does not exist is told in the view's own words."""

    def read(_: Connection) -> None:
        raise NotFound("There is no call x.", fix="List calls.")

    some, follower = feeds(), Follower()
    following = some.follow("key", read, follower.tell, interval_s=60, who=OWNER)
    assert (await follower.next()).missing == "There is no call x. List calls."
    await end(following)


async def test_a_fault_of_ours_ends_no_feed(caplog: pytest.LogCaptureFixture) -> None:
    """A view that fails is logged and told, and the feed goes on; so it does past a page that fails."""
    faulty = True

    def read(connection: Connection) -> int:
        return one(connection) // (0 if faulty else 1)

    def fail(_: Reading) -> None:
        raise ValueError("a page's fault")

    some, follower = feeds(), Follower()
    failing = some.follow("key", read, fail, interval_s=0.01, who=OWNER)
    following = some.follow("key", read, follower.tell, interval_s=0.01, who=OWNER)
    assert (await follower.next()).failed
    faulty = False
    while (told := await follower.next()).failed:
        pass
    assert told.value == 1
    assert "a page could not be read" in caplog.text
    failing.pause()
    await end(following)
