"""A gateway worker: ``python -m podium.app.gateway``. It inherits the socket that it listens on."""

import argparse
import asyncio
import contextlib
import logging
import os
import shutil
import signal
import socket
from asyncio import FIRST_COMPLETED, Event
from functools import partial
from pathlib import Path

from podium.adapters.content.sending import ContentSender
from podium.adapters.journal import Journal
from podium.adapters.link import KeeperClient, keep_in_step, say_goodbye
from podium.adapters.system import Entropy, HostSecrets, SystemClock, boot_id, secret_file
from podium.app.front import GATEWAY, Front, server_tls, watch_tls
from podium.app.hugepages import use_huge_pages
from podium.app.process import leave_alone_what_lives, log_to_stderr, run, stop_event
from podium.app.watching import say_ready
from podium.gateway.answers import error_body
from podium.gateway.cutting import Cutting
from podium.gateway.health import Health
from podium.gateway.path import Gateway
from podium.gateway.probing import watch_providers
from podium.gateway.recall import Recall
from podium.gateway.standing import Standing, hello_of
from podium.gateway.supply import keep_supplied
from podium.gateway.tasks import TaskDoor
from podium.gateway.waiting import Waiting
from podium.kernel.errors import JournalError
from podium.kernel.ids import ulid
from podium.net.origins import Origin, for_pages, read_origins
from podium.net.proxies import Proxies
from podium.net.server import Server, ServerLimits
from podium.net.upstream import Pool
from podium.settings import read_settings, read_variable
from podium.spend.journal import Header

LEAVE_S = 2.0
"""A worker that has a successor (SIGHUP) still serves its open connections for so long."""
TRY_AGAIN_S = 1.0
ROOM_BYTES = 4 << 20
"""With less room on the disk than this, a worker begins no journal."""
CALLS_END_LOOK_S = 0.05
CONTENT_S = 2.0
"""So long at its end a worker waits for the collector to take what was said."""
CONTENT_ELSEWHERE_S = 70.0
"""Longer than the relay waits for the keeper's answer."""
CONTENT_ELSEWHERE_BYTES = 1 << 20
"""A slow line carries less at a time in that."""
KEYS_LOOK_S = 0.05

logger = logging.getLogger("podium.gateway")


async def serve(arguments: argparse.Namespace) -> None:
    """Run one worker from its first question to the keeper to its goodbye."""
    state, standing = Path(arguments.state), Standing(SystemClock(), Entropy())
    loop = asyncio.get_running_loop()
    stop, leave = stop_event(loop, lifeline=arguments.notify_fd is not None), Event()
    loop.add_signal_handler(signal.SIGHUP, leave.set)
    front = Front.from_text(arguments.front)
    tls = server_tls(front, GATEWAY)
    # Who asks before the keeper has spoken is told so, and does not wait for an answer that may never come.
    handler = for_pages(Waiting(standing).handle, pages())
    server = Server(handler, limits=ServerLimits(**front.limits()), error_body=error_body)
    standing.on_orders = Cutting(standing, server.under_way).look
    listener = socket.socket(fileno=arguments.listen_fd)
    await server.listen(sock=listener, ssl=tls.context if tls is not None else None)
    watching = asyncio.create_task(watch_tls(tls)) if tls is not None else None
    if arguments.await_keys:
        await keys_there(state, standing, stop)
    opened = await open_journal(state, f"gateway-{arguments.worker}", standing, stop)
    if opened is not None:
        await take_calls(arguments, server, standing, *opened, stop, leave)
    else:
        await server.drain(arguments.grace)
    if watching is not None:
        watching.cancel()


async def keys_there(state: Path, standing: Standing, stop: Event) -> None:
    """Wait until the relay has what only the keeper can give. Every call is refused meanwhile."""
    standing.failure = "the keeper has not been reached yet"
    while not stop.is_set() and not (state / "keys" / "digest.key").exists():  # noqa: ASYNC110 - another process makes it
        await asyncio.sleep(KEYS_LOOK_S)
    standing.failure = None


async def take_calls(
    arguments: argparse.Namespace,
    server: Server,
    standing: Standing,
    header: Header,
    journal: Journal,
    stop: Event,
    leave: Event,
) -> None:
    """Serve until told to stop or to leave, or until the journal fails; then end in good order."""
    state, clock, failed, first = Path(arguments.state), SystemClock(), Event(), Event()

    def journal_failed(reason: str) -> None:
        logger.error("the journal has failed (%s): no new calls; this worker ends behind its streams", reason)
        standing.failure = f"the journal has failed: {reason}"
        failed.set()

    journal.on_failure = journal_failed
    pool, (link, counter, task_link) = make_pool(), (KeeperClient(state / "keeper.sock") for _ in range(3))
    secrets, strict = HostSecrets(read_variable, clock.monotonic_ns), arguments.durability == "strict"
    gateway = Gateway(
        standing=standing,
        journal=journal,
        pool=pool,
        secrets=secrets,
        clock=clock,
        entropy=Entropy(),
        digest_key=digest_key(state),
        strict=strict,
        health=(health := Health(clock)),
        tasks=TaskDoor(standing, task_link),
        content=(content := sender(state, elsewhere=arguments.await_keys)),
        recall=(recall := Recall(KeeperClient(state / "keeper.sock"), clock, digest_key(state))),
    )
    standing.content_lost, standing.ways = lambda: content.lost, gateway.lane.ways
    put_behind(server, gateway)
    gateway.guard.watch(server.loop.time, server.loop.call_later)
    hello = hello_of(header.worker, header.incarnation, header.pid, header.boot_id, strict=strict)
    asking = asyncio.create_task(keep_in_step(standing, link, hello=hello, on_first=first.set))
    supplying = asyncio.create_task(keep_supplied(standing.slices, counter, header.incarnation, clock))
    looking = asyncio.create_task(watch_providers(standing, health, pool, secrets))
    if await first_of(stop, failed, first) is first:
        leave_alone_what_lives()
        use_huge_pages()
        say_ready(arguments.notify_fd, header.worker)
        if await first_of(stop, failed, leave) is leave:
            arguments.grace -= await left(server, stop, arguments.grace / 2)
    looking.cancel()
    if failed.is_set():
        await refuse_while_calls_end(server, stop, arguments.grace)
    await end_in_order(arguments, server, standing, pool, journal)
    asking.cancel()
    supplying.cancel()
    links = counter.close(), task_link.close(), recall.close(), content.finish(CONTENT_S)
    await asyncio.gather(asking, supplying, *links, return_exceptions=True)
    await link.close()  # the question under way was cut off, so its connection is of no more use
    await say_goodbye(link, header.incarnation, content_lost=content.lost)
    await link.close()
    journal.release()


async def left(server: Server, stop: Event, at_most_s: float) -> float:
    """Serve open connections until all of them know of it, or told to stop; return how long that took.

    What is within `LEAVE_S` does not count, as it is not of the grace.
    """
    began = server.loop.time()
    waits = asyncio.create_task(server.leave(LEAVE_S, at_most_s)), asyncio.create_task(stop.wait())
    await asyncio.wait(waits, return_when=FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    return max(0.0, server.loop.time() - began - LEAVE_S)


def put_behind(server: Server, gateway: Gateway) -> None:
    """Have a gateway answer what a server hears."""
    may = pages()
    server.handler, gateway.lane.for_pages = for_pages(gateway.handle, may), bool(may)
    server.at_once, gateway.lane.under_way = gateway.at_once, server.under_way


def pages() -> frozenset[Origin]:
    """Return the origins of pages that may call models."""
    return read_origins(read_settings().gateway_origins)


def sender(state: Path, *, elsewhere: bool) -> ContentSender:
    """Return what hands content over: to the collector, or to the keeper elsewhere, who has one beside it."""
    if not elsewhere:
        return ContentSender(KeeperClient(state / "collector.sock")).begin()
    link = KeeperClient(state / "keeper.sock", answer_timeout_s=CONTENT_ELSEWHERE_S)
    return ContentSender(link, batch_bytes=CONTENT_ELSEWHERE_BYTES).begin()


async def end_in_order(
    arguments: argparse.Namespace, server: Server, standing: Standing, pool: Pool, journal: Journal
) -> None:
    """Take no more calls, let those in flight end, and close the journal behind them."""
    standing.draining = True
    cut = await server.drain(arguments.grace)
    if cut:
        logger.warning(
            "%d calls did not end within %g s and were cut; their holds are settled", cut, arguments.grace
        )
    await pool.close()
    journal.close()


def digest_key(state: Path) -> bytes:
    """Return the key of all digests; made where there is none."""
    return secret_file(state / "keys" / "digest.key", lambda: os.urandom(32))


def make_pool() -> Pool:
    """Return the connections to providers, which go the way that the environment says."""
    settings = read_settings()
    return Pool(proxies=Proxies(settings.https_proxy, settings.no_proxy))


def _place(incarnation: str, journal: Journal) -> tuple[str, int, int]:
    """Return the incarnation, and how far its journal reaches."""
    return incarnation, journal.segment, journal.offset


async def open_journal(
    state: Path, worker: str, standing: Standing, stop: Event
) -> tuple[Header, Journal] | None:
    """Return a new incarnation and its journal, when the disk allows for one; None when told to stop first.

    Until then every call is refused, and nothing is worse off than while this worker does not run.
    """
    clock, entropy = SystemClock(), Entropy()
    while not stop.is_set():
        started_ns = clock.wall_ns()
        incarnation = "inc_" + ulid(started_ns // 1_000_000, entropy(16))
        header = Header(incarnation, worker, os.getpid(), boot_id(), 0, started_ns)
        folder = state / "journals" / incarnation
        try:
            check_space(state)
            journal = Journal(folder, header)
        except (OSError, JournalError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            reason = f"no journal can be begun: {getattr(error, 'strerror', None) or error}"
            if standing.failure != reason:
                logger.error("%s; every call is refused until one can", reason)  # noqa: TRY400 - for people
            standing.failure = reason
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TRY_AGAIN_S):
                    await stop.wait()
        else:
            standing.failure = None
            standing.place = partial(_place, incarnation, journal)
            return header, journal
    return None


def check_space(state: Path) -> None:
    """Raise JournalError where the disk has so little room that a journal would soon fail again."""
    disk = os.statvfs(state)
    free_bytes = disk.f_bavail * disk.f_frsize
    if free_bytes < ROOM_BYTES:
        raise JournalError(f"the disk has {free_bytes >> 10} KiB left, {ROOM_BYTES >> 10} KiB are needed")


async def refuse_while_calls_end(server: Server, stop: Event, grace_s: float) -> None:
    """Go on to listen, so that new calls get a refusal and do not wait, while the calls in flight end."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(grace_s):
            while server.in_flight and not stop.is_set():  # noqa: ASYNC110 - the server counts, and has no event
                await asyncio.sleep(CALLS_END_LOOK_S)


async def first_of(*events: Event) -> Event:
    """Wait until one of the events is set, and return it; the first named where there are several."""
    waits = [asyncio.create_task(event.wait()) for event in events]
    await asyncio.wait(waits, return_when=FIRST_COMPLETED)
    for wait in waits:
        wait.cancel()
    return next(event for event in events if event.is_set())


def main() -> None:
    """Parse the command line of this process and run it."""
    parser = argparse.ArgumentParser(prog="podium.app.gateway")
    parser.add_argument("--state", required=True)
    parser.add_argument("--worker", type=int, default=0)
    parser.add_argument("--listen-fd", type=int, required=True)
    parser.add_argument("--front", default="{}")
    parser.add_argument("--grace", type=float, default=30.0)
    parser.add_argument("--durability", choices=["group", "strict"], default="group")
    parser.add_argument("--await-keys", action="store_true")
    parser.add_argument("--notify-fd", type=int)
    parser.add_argument("--log-level", default="info")
    arguments = parser.parse_args()
    log_to_stderr(f"gateway-{arguments.worker}", arguments.log_level)
    run(serve(arguments))


if __name__ == "__main__":
    main()
