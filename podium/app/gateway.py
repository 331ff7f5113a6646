"""A gateway worker: ``python -m podium.app.gateway``. Several share one port by SO_REUSEPORT."""

import argparse
import asyncio
import gc
import logging
import os
from pathlib import Path

from podium.adapters.link import KeeperClient
from podium.adapters.system import Entropy, HostSecrets, SystemClock, boot_id, secret_file
from podium.app.process import log_to_stderr, notify, run, stop_event
from podium.gateway.answers import error_body
from podium.gateway.journal import Journal
from podium.gateway.path import Gateway
from podium.gateway.standing import Standing, hello_of, keep_in_step, say_goodbye
from podium.kernel.ids import ulid
from podium.net.server import Server
from podium.net.upstream import Pool
from podium.settings import read_variable
from podium.spend.journal import Header

logger = logging.getLogger("podium.gateway")


async def serve(arguments: argparse.Namespace) -> None:
    """Run one worker from its first question to the keeper to its goodbye."""
    state, clock, entropy = Path(arguments.state), SystemClock(), Entropy()
    stop = stop_event(asyncio.get_running_loop(), lifeline=arguments.notify_fd is not None)
    worker = f"gateway-{arguments.worker}"
    started_ns = clock.wall_ns()
    incarnation = "inc_" + ulid(started_ns // 1_000_000, entropy(16))
    header = Header(incarnation, worker, os.getpid(), boot_id(), 0, started_ns)
    journal = Journal(state / "journals" / incarnation, header)
    standing = Standing(clock)

    def journal_failed(reason: str) -> None:
        logger.error(
            "the journal has failed (%s): no new calls; streams in flight finish, then this worker ends",
            reason,
        )
        standing.failure = f"the journal has failed: {reason}"
        stop.set()

    journal.on_failure = journal_failed
    pool = Pool()
    gateway = Gateway(
        standing=standing,
        journal=journal,
        pool=pool,
        secrets=HostSecrets(read_variable, clock.monotonic_ns),
        clock=clock,
        entropy=entropy,
        digest_key=secret_file(state / "keys" / "digest.key", lambda: os.urandom(32)),
        strict=arguments.durability == "strict",
    )
    server = Server(gateway.handle, error_body=error_body)
    link = KeeperClient(state / "keeper.sock")
    first = asyncio.Event()
    hello = hello_of(worker, incarnation, os.getpid(), header.boot_id)
    asking = asyncio.create_task(keep_in_step(standing, link, hello, journal, on_first=first.set))
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({asyncio.create_task(first.wait()), stopping}, return_when=asyncio.FIRST_COMPLETED)
    if first.is_set():
        await server.listen(host=arguments.host, port=arguments.port, reuse_port=True)
        # What lives now lives for ever; what a call makes is freed by reference counts.
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        notify(arguments.notify_fd, {"ready": worker})
        await stopping
    standing.draining = True
    cut = await server.drain(arguments.grace)
    if cut:
        logger.warning(
            "%d calls did not end within %g s and were cut; their holds are settled", cut, arguments.grace
        )
    await pool.close()
    journal.close()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    await link.close()  # the question under way was cut off, so its connection is of no more use
    await say_goodbye(link, incarnation)
    await link.close()
    journal.release()


def main() -> None:
    """Parse the command line of this process and run it."""
    parser = argparse.ArgumentParser(prog="podium.app.gateway")
    parser.add_argument("--state", required=True)
    parser.add_argument("--worker", type=int, default=0)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8710)
    parser.add_argument("--grace", type=float, default=30.0)
    parser.add_argument("--durability", choices=["group", "strict"], default="group")
    parser.add_argument("--notify-fd", type=int)
    parser.add_argument("--log-level", default="info")
    arguments = parser.parse_args()
    log_to_stderr(f"gateway-{arguments.worker}", arguments.log_level)
    run(serve(arguments))


if __name__ == "__main__":
    main()
