"""A gateway worker: ``python -m podium.app.gateway``. It inherits the socket that it listens on."""

import argparse
import asyncio
import gc
import logging
import os
import signal
import socket
from pathlib import Path

from podium.adapters.link import KeeperClient
from podium.adapters.system import Entropy, HostSecrets, SystemClock, boot_id, secret_file
from podium.app.front import Front, server_tls
from podium.app.process import log_to_stderr, notify, run, stop_event
from podium.gateway.answers import error_body
from podium.gateway.journal import Journal
from podium.gateway.path import Gateway
from podium.gateway.standing import Standing, hello_of, keep_in_step, say_goodbye
from podium.kernel.errors import StateError
from podium.kernel.ids import ulid
from podium.net.proxies import Proxies
from podium.net.server import Server, ServerLimits
from podium.net.tls import ServerTls
from podium.net.upstream import Pool
from podium.settings import read_settings, read_variable
from podium.spend.journal import Header

TLS_CHECK_S = 1.0
LEAVE_S = 2.0
"""A worker that has a successor (SIGHUP) still serves its open connections for so long."""

logger = logging.getLogger("podium.gateway")


async def serve(arguments: argparse.Namespace) -> None:
    """Run one worker from its first question to the keeper to its goodbye."""
    state, clock, entropy = Path(arguments.state), SystemClock(), Entropy()
    loop = asyncio.get_running_loop()
    stop, leave = stop_event(loop, lifeline=arguments.notify_fd is not None), asyncio.Event()
    loop.add_signal_handler(signal.SIGHUP, leave.set)
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
    gateway, pool = make_gateway(arguments, standing, journal, clock, entropy)
    front = Front.from_text(arguments.front)
    tls = server_tls(front)
    server = Server(gateway.handle, limits=ServerLimits(**front.limits()), error_body=error_body)
    link = KeeperClient(state / "keeper.sock")
    first = asyncio.Event()
    hello = hello_of(worker, incarnation, os.getpid(), header.boot_id)
    asking = asyncio.create_task(keep_in_step(standing, link, hello, journal, on_first=first.set))
    stopping = asyncio.create_task(stop.wait())
    # Who asks before the keeper has spoken is told so, and does not wait for an answer that may never come.
    listener = socket.socket(fileno=arguments.listen_fd)
    await server.listen(sock=listener, ssl=tls.context if tls is not None else None)
    watching = asyncio.create_task(watch_tls(tls)) if tls is not None else None
    await asyncio.wait({asyncio.create_task(first.wait()), stopping}, return_when=asyncio.FIRST_COMPLETED)
    if first.is_set():
        # What lives now lives for ever; what a call makes is freed by reference counts.
        gc.collect()
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        notify(arguments.notify_fd, {"ready": worker})
        await serve_on(server, leave, stopping)
    standing.draining = True
    if watching is not None:
        watching.cancel()
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


async def serve_on(server: Server, leave: asyncio.Event, stopping: "asyncio.Task[bool]") -> None:
    """Serve until the worker is to stop, or has a successor and its clients have gone over to that."""
    leaving = asyncio.create_task(leave.wait())
    await asyncio.wait({leaving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not stopping.done():
        left = asyncio.create_task(server.leave(LEAVE_S))
        await asyncio.wait({left, stopping}, return_when=asyncio.FIRST_COMPLETED)


def make_gateway(
    arguments: argparse.Namespace, standing: Standing, journal: Journal, clock: SystemClock, entropy: Entropy
) -> tuple[Gateway, Pool]:
    """Return the gateway of this worker, and its connections to providers."""
    settings = read_settings()
    pool = Pool(proxies=Proxies(settings.https_proxy, settings.no_proxy))
    digest_key = secret_file(Path(arguments.state) / "keys" / "digest.key", lambda: os.urandom(32))
    gateway = Gateway(
        standing=standing,
        journal=journal,
        pool=pool,
        secrets=HostSecrets(read_variable, clock.monotonic_ns),
        clock=clock,
        entropy=entropy,
        digest_key=digest_key,
        strict=arguments.durability == "strict",
    )
    return gateway, pool


async def watch_tls(tls: ServerTls) -> None:
    """Put a certificate that has changed into use, for ever; a broken one is told, and the old one stays."""
    while True:
        await asyncio.sleep(TLS_CHECK_S)
        try:
            if tls.refresh():
                logger.info("the TLS certificate was read again")
        except StateError as error:
            logger.error("the old TLS certificate stays in use: %s", error)  # noqa: TRY400 - for people


def main() -> None:
    """Parse the command line of this process and run it."""
    parser = argparse.ArgumentParser(prog="podium.app.gateway")
    parser.add_argument("--state", required=True)
    parser.add_argument("--worker", type=int, default=0)
    parser.add_argument("--listen-fd", type=int, required=True)
    parser.add_argument("--front", default="{}")
    parser.add_argument("--grace", type=float, default=30.0)
    parser.add_argument("--durability", choices=["group", "strict"], default="group")
    parser.add_argument("--notify-fd", type=int)
    parser.add_argument("--log-level", default="info")
    arguments = parser.parse_args()
    log_to_stderr(f"gateway-{arguments.worker}", arguments.log_level)
    run(serve(arguments))


if __name__ == "__main__":
    main()
