"""The keeper: ``python -m podium.app.keeper``. One per database."""

import argparse
import asyncio
import logging
from pathlib import Path

from podium.adapters.records import open_records
from podium.adapters.records.backup import Backups
from podium.adapters.spans.duckdb import DuckSpans
from podium.adapters.system import SystemClock
from podium.app.process import log_to_stderr, notify, run, stop_event
from podium.keeper.server import serve

logger = logging.getLogger("podium.keeper")


async def keep(arguments: argparse.Namespace) -> None:
    """Migrate, then serve until told to stop."""
    state = Path(arguments.state)
    stop = stop_event(asyncio.get_running_loop(), lifeline=arguments.notify_fd is not None)
    engine = open_records(state)
    await serve(
        state=state,
        engine=engine,
        spans=DuckSpans(state / "spans.duckdb"),
        clock=SystemClock(),
        ready=lambda: notify(arguments.notify_fd, {"ready": "keeper"}),
        stop=stop,
        backups=Backups(state),
    )


def main() -> None:
    """Parse the command line of this process and run it."""
    parser = argparse.ArgumentParser(prog="podium.app.keeper")
    parser.add_argument("--state", required=True)
    parser.add_argument("--notify-fd", type=int)
    parser.add_argument("--log-level", default="info")
    arguments = parser.parse_args()
    log_to_stderr("keeper", arguments.log_level)
    run(keep(arguments))


if __name__ == "__main__":
    main()
