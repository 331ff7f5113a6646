"""The collector: ``python -m podium.app.collector``. The one owner of the store of spans."""

import argparse
import asyncio
import contextlib
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Engine

from podium.adapters.link import KeeperClient, answering, keep_in_step
from podium.adapters.records import open_for_reading
from podium.adapters.spans.duckdb import DuckSpans
from podium.adapters.system import SystemClock
from podium.app.process import log_to_stderr, notify, run, stop_event
from podium.collector.auditing import Auditing
from podium.collector.desk import Desk
from podium.collector.door import LIMITS, SpanDoor
from podium.collector.feed import SpanFeed
from podium.collector.intake import Intake
from podium.collector.standing import CollectorStanding
from podium.kernel.errors import PodiumError
from podium.kernel.spans import Span
from podium.net.server import Server

DAY_NS = 86_400_000_000_000
TRY_AGAIN_S = 0.2
GRACE_S = 3.0

logger = logging.getLogger("podium.collector")


async def records(state: Path) -> Engine:
    """Return the database to read, as soon as the keeper has made it what it should be."""
    said = False
    while True:
        try:
            return await asyncio.to_thread(open_for_reading, state)
        except PodiumError as error:
            logger.log(logging.DEBUG if said else logging.INFO, "waiting for the database: %s", error)
            said = True
        await asyncio.sleep(TRY_AGAIN_S)


async def collect(arguments: argparse.Namespace) -> None:
    """Feed the store and answer until told to stop."""
    state = Path(arguments.state)
    stop = asyncio.create_task(
        stop_event(asyncio.get_running_loop(), lifeline=arguments.notify_fd is not None).wait()
    )
    opening = asyncio.create_task(records(state))
    await asyncio.wait({opening, stop}, return_when=asyncio.FIRST_COMPLETED)
    if not opening.done():
        opening.cancel()
        return
    engine, store = opening.result(), DuckSpans(state / "spans.duckdb")
    feed = SpanFeed(
        engine,
        store,
        SystemClock(),
        keep_ns=arguments.keep_spans_days * DAY_NS or None,
        keep_bytes=arguments.keep_spans_mb * 1_000_000 or None,
    )
    desk = Desk(store, feed)
    standing, link = CollectorStanding(SystemClock()), KeeperClient(state / "keeper.sock")
    auditing = Auditing(
        engine=engine, spans=desk, keeper=KeeperClient(state / "keeper.sock"), standing=standing
    )
    feeding = asyncio.create_task(desk.keep_feeding())
    asking = asyncio.create_task(keep_in_step(standing, link, on_first=lambda: None))
    judging = asyncio.create_task(auditing.keep_judging())
    listener = socket.socket(fileno=arguments.listen_fd) if arguments.listen_fd is not None else None
    try:
        async with (
            answering(state / "collector.sock", desk.answer),
            taking(desk, listener, standing, auditing),
        ):
            notify(arguments.notify_fd, {"ready": "collector"})
            await asyncio.wait({stop, feeding}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for work in (judging, asking, feeding):
            await end(work)
        await auditing.close()
        await link.close()
        await desk.close()
        engine.dispose()


@asynccontextmanager
async def taking(
    desk: Desk, listener: socket.socket | None, standing: CollectorStanding, auditing: Auditing
) -> AsyncIterator[Server | None]:
    """Take spans by OTLP on a socket until the block ends; without one, take none."""
    if listener is None:
        yield None
        return
    loop = asyncio.get_running_loop()

    def store(spans: list[Span]) -> None:
        desk.add(spans)
        loop.call_soon_threadsafe(auditing.arrived, spans)

    intake = Intake(desk, store)
    door = SpanDoor(standing, intake)
    server = Server(door.handle, limits=LIMITS)
    storing = asyncio.create_task(intake.keep_storing())
    await server.listen(sock=listener)
    try:
        yield server
    finally:
        await server.drain(GRACE_S)
        await end(storing)
        door.close()


async def end(task: "asyncio.Task[None]") -> None:
    """Cancel a task and wait for its end."""
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def main() -> None:
    """Parse the command line of this process and run it."""
    parser = argparse.ArgumentParser(prog="podium.app.collector")
    parser.add_argument("--state", required=True)
    parser.add_argument("--keep-spans-days", type=int, default=0)
    parser.add_argument("--keep-spans-mb", type=int, default=0)
    parser.add_argument("--listen-fd", type=int, help="the socket on which OTLP comes in")
    parser.add_argument("--notify-fd", type=int)
    parser.add_argument("--log-level", default="info")
    arguments = parser.parse_args()
    log_to_stderr("collector", arguments.log_level)
    run(collect(arguments))


if __name__ == "__main__":
    main()
