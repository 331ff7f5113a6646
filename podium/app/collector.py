"""The collector: ``python -m podium.app.collector``. The one owner of the store of spans."""

import argparse
import asyncio
import contextlib
import logging
from pathlib import Path

from sqlalchemy import Engine

from podium.adapters.link import answering
from podium.adapters.records import open_for_reading
from podium.adapters.spans.duckdb import DuckSpans
from podium.adapters.system import SystemClock
from podium.app.process import log_to_stderr, notify, run, stop_event
from podium.collector.desk import Desk
from podium.collector.feed import SpanFeed
from podium.kernel.errors import PodiumError

DAY_NS = 86_400_000_000_000
TRY_AGAIN_S = 0.2

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
    feed = SpanFeed(engine, store, SystemClock(), keep_ns=arguments.keep_spans_days * DAY_NS or None)
    desk = Desk(store, feed)
    feeding = asyncio.create_task(desk.keep_feeding())
    try:
        async with answering(state / "collector.sock", desk.answer):
            notify(arguments.notify_fd, {"ready": "collector"})
            await asyncio.wait({stop, feeding}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        feeding.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await feeding
        await desk.close()
        engine.dispose()


def main() -> None:
    """Parse the command line of this process and run it."""
    parser = argparse.ArgumentParser(prog="podium.app.collector")
    parser.add_argument("--state", required=True)
    parser.add_argument("--keep-spans-days", type=int, default=0)
    parser.add_argument("--notify-fd", type=int)
    parser.add_argument("--log-level", default="info")
    arguments = parser.parse_args()
    log_to_stderr("collector", arguments.log_level)
    run(collect(arguments))


if __name__ == "__main__":
    main()
