"""Whether the thread of the database comes round."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine

from podium.keeper.roundtrip import STUCK_NS, DatabaseThread


class Hands:
    """A clock that is set."""

    now_ns = 10 * STUCK_NS

    def monotonic_ns(self) -> int:
        return self.now_ns

    def wall_ns(self) -> int:
        return self.now_ns


@asynccontextmanager
async def database(tmp_path: Path) -> AsyncIterator[tuple[DatabaseThread, Engine, Hands]]:
    engine, clock = create_engine(f"sqlite:///{tmp_path / 'db'}", connect_args={"timeout": 60}), Hands()
    thread = DatabaseThread(engine, clock, probe=lambda: None, reload=lambda: None)
    yield thread, engine, clock
    thread.shutdown()
    engine.dispose()


async def begun(work: threading.Event) -> None:
    while not work.is_set():
        await asyncio.sleep(0.01)


async def test_a_thread_that_hangs_is_seen(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Where it hangs by itself, whatever the loop beside it does; the log says where, once."""
    async with database(tmp_path) as (thread, engine, clock):
        assert thread.comes_round()
        at_work, go_on = threading.Event(), threading.Event()

        def hang() -> None:
            with engine.connect() as connection:
                connection.exec_driver_sql("SELECT 1")
            at_work.set()
            go_on.wait()

        doing = asyncio.create_task(thread.do(hang))
        await begun(at_work)
        assert thread.comes_round()
        clock.now_ns += STUCK_NS - 1
        assert thread.comes_round()
        clock.now_ns += 1
        assert not thread.comes_round()
        assert not thread.comes_round()
        assert [it.getMessage().count("in hang") for it in caplog.records] == [1]
        go_on.set()
        await doing
        clock.now_ns += 2 * STUCK_NS
        assert thread.comes_round()


async def test_a_thread_that_gets_on_is_left_alone(tmp_path: Path) -> None:
    """Work that asks the database now and then may take long."""
    async with database(tmp_path) as (thread, engine, clock):

        def work() -> None:
            for _ in range(10):
                clock.now_ns += STUCK_NS - 1
                with engine.connect() as connection:
                    connection.exec_driver_sql("SELECT 1")
                assert thread.comes_round()

        await thread.do(work)


async def test_who_waits_for_the_database_is_left_alone(tmp_path: Path) -> None:
    """Another keeper would wait as this one does."""
    async with database(tmp_path) as (thread, engine, clock):
        with engine.connect() as other:
            other.exec_driver_sql("BEGIN IMMEDIATE")
            at_work = threading.Event()

            def wait() -> None:
                with engine.connect() as connection:
                    at_work.set()
                    connection.exec_driver_sql("BEGIN IMMEDIATE")

            doing = asyncio.create_task(thread.do(wait))
            await begun(at_work)
            await asyncio.sleep(0.2)  # until it stands in the driver
            for _ in range(5):
                clock.now_ns += 2 * STUCK_NS
                assert thread.comes_round()
            other.exec_driver_sql("ROLLBACK")
            await doing
