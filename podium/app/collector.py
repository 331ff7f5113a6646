"""The collector: ``python -m podium.app.collector``. The one owner of the store of spans."""

import argparse
import asyncio
import contextlib
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Engine

from podium.adapters.content.store import SqliteContent
from podium.adapters.link import KeeperClient, answering, keep_in_step
from podium.adapters.records import open_for_reading
from podium.adapters.spans.duckdb import DuckSpans
from podium.adapters.system import Entropy, SystemClock, secret_file
from podium.app.front import COLLECTOR, Front, server_tls, watch_tls
from podium.app.priority import Beat, give_way
from podium.app.process import leave_alone_what_lives, log_to_stderr, run, stop_event
from podium.app.watching import say_ready
from podium.collector.auditing import Auditing
from podium.collector.contents import Contents, as_in_force
from podium.collector.desk import Desk
from podium.collector.door import LIMITS, SpanDoor
from podium.collector.export import Exporter, Target, read_target
from podium.collector.feed import SpanFeed
from podium.collector.intake import Intake
from podium.collector.judge_money import JudgeMoney
from podium.collector.judges import LiveJudges
from podium.collector.outbox import Outbox
from podium.collector.standing import CollectorStanding
from podium.kernel.errors import PodiumError
from podium.kernel.ids import ulid
from podium.kernel.spans import Span
from podium.net.proxies import Proxies
from podium.net.server import Server
from podium.net.tls import ServerTls
from podium.net.upstream import Pool
from podium.ports.content import ContentQuestion, KeepContent
from podium.ports.judges import LiveModels
from podium.ports.link import Question, Reply
from podium.settings import read_settings
from podium.trust.credentials.sealing import KEY_BYTES

DAY_NS = 86_400_000_000_000
TRY_AGAIN_S = 0.2
GRACE_S = 3.0
SWITCH_S = 0.0005
"""Who answers waits so long at most, each time, for the thread that decodes spans or makes columns of them.

With CPython's 5 ms the slowest twentieth of questions for one trace took half as long again while 10,000
spans a second came in; the CPU of a span is the same.
"""

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
    outbox = exporter = None
    target = target_of(arguments)
    if target is not None:
        outbox = Outbox(state / "export", arguments.export_spans_mb * 1_000_000)
        settings = read_settings()
        pool = Pool(proxies=Proxies(settings.https_proxy, settings.no_proxy))
        exporter = Exporter(target, outbox, pool)
    copy = outbox.put if outbox is not None else None
    feed = SpanFeed(
        engine,
        store,
        SystemClock(),
        keep_ns=arguments.keep_spans_days * DAY_NS or None,
        keep_bytes=arguments.keep_spans_mb * 1_000_000 or None,
        copy=copy,
        beat=Beat(),
    )
    desk = Desk(store, feed, copy=copy, export=exporter.figures if exporter is not None else None)
    asker, link = KeeperClient(state / "keeper.sock"), KeeperClient(state / "keeper.sock")
    contents = contents_at(state, asker, arguments)
    standing = standing_of(contents, outbox)
    auditing = auditing_on(engine, desk, contents, standing, arguments)
    feeding, tidying = asyncio.create_task(desk.keep_feeding()), asyncio.create_task(contents.keep_tidy())
    asking = asyncio.create_task(keep_in_step(standing, link, on_first=lambda: None))
    judging = asyncio.create_task(auditing.keep_judging())
    sending = asyncio.create_task(exporter.run()) if exporter is not None else None
    listener = socket.socket(fileno=arguments.listen_fd) if arguments.listen_fd is not None else None
    tls = server_tls(Front.from_text(arguments.front), COLLECTOR)
    try:
        async with (
            answering(state / "collector.sock", answers_of(desk, contents, standing)),
            taking(desk, contents, listener, standing, auditing, tls=tls),
        ):
            leave_alone_what_lives()
            say_ready(arguments.notify_fd, "collector")
            await asyncio.wait({stop, feeding}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for work in (judging, asking, feeding, tidying, *([sending] if sending is not None else [])):
            await end(work)
        await auditing.close()
        await link.close()
        await desk.close()
        await contents.close()
        await asker.close()
        engine.dispose()


def standing_of(contents: Contents, outbox: Outbox | None) -> CollectorStanding:
    """Return what may be relied on, and what tells the keeper what was lost here in this life."""
    clock = SystemClock()
    standing = CollectorStanding(clock, f"collector-{ulid(clock.wall_ns() // 1_000_000, Entropy()(16))}")
    standing.content_lost = lambda: contents.lost
    if outbox is not None:
        standing.export_lost = lambda: outbox.dropped
    return standing


def auditing_on(
    engine: Engine, desk: Desk, contents: Contents, standing: CollectorStanding, arguments: argparse.Namespace
) -> Auditing:
    """Return who judges tasks while they run, and has their steps judged through the gateway."""
    socket_path = Path(arguments.state) / "keeper.sock"

    def models() -> LiveModels:
        from podium.adapters.judge import GatewayJudge

        logging.getLogger("httpx2").setLevel(logging.WARNING)  # a line a vote tells nobody anything
        return GatewayJudge(arguments.gateway_url, ca_file=arguments.gateway_ca)

    def judges(wake: Callable[[], None]) -> LiveJudges:
        return LiveJudges(
            money=JudgeMoney(engine, standing.clock),
            contents=contents,
            keeper=KeeperClient(socket_path),
            models=models,
            standing=standing,
            wake=wake,
        )

    return Auditing(
        engine=engine,
        spans=desk,
        keeper=KeeperClient(socket_path),
        standing=standing,
        judges=judges if arguments.gateway_url else None,
    )


def contents_at(state: Path, link: KeeperClient, arguments: argparse.Namespace) -> Contents:
    """Return the store of content of a state. Its keys are wrapped by the key that wraps those of tasks."""
    wrap = secret_file(arguments.key_file or state / "keys" / "wrap.key", lambda: os.urandom(KEY_BYTES))
    clock = SystemClock()
    return Contents(
        SqliteContent(state / "content.db", wrap, clock, Entropy()),
        link.ask,
        clock,
        keep_ns=arguments.keep_content_days * DAY_NS or None,
        keep_bytes=arguments.keep_content_mb * 1_000_000 or None,
    )


def answers_of(
    desk: Desk, contents: Contents, standing: CollectorStanding
) -> Callable[[Question], Awaitable[Reply]]:
    """Return who answers: about content its own desk, about spans theirs."""

    async def answer(question: Question) -> Reply:
        if isinstance(question, KeepContent) and question.gateway is not None:
            await standing.admit()
            question = KeepContent(tuple(as_in_force(question.handed, standing.snapshot)))
        if isinstance(question, ContentQuestion):
            return await contents.answer(question)
        return await desk.answer(question)

    return answer


@asynccontextmanager
async def taking(
    desk: Desk,
    contents: Contents,
    listener: socket.socket | None,
    standing: CollectorStanding,
    auditing: Auditing,
    *,
    tls: ServerTls | None = None,
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
    door = SpanDoor(standing, intake, contents)
    server = Server(door.handle, limits=LIMITS)
    storing = asyncio.create_task(intake.keep_storing())
    await server.listen(sock=listener, ssl=tls.context if tls is not None else None)
    watching = asyncio.create_task(watch_tls(tls)) if tls is not None else None
    try:
        yield server
    finally:
        if watching is not None:
            await end(watching)
        await server.drain(GRACE_S)
        await end(storing)
        door.close()


def target_of(arguments: argparse.Namespace) -> Target | None:
    """Return where spans are exported to. Raises InvalidRequest."""
    if not arguments.export_spans:
        return None
    file = arguments.export_spans_headers
    return read_target(arguments.export_spans, Path(file) if file else None)


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
    parser.add_argument("--export-spans", help="where a collector takes OTLP/HTTP")
    parser.add_argument("--export-spans-headers")
    parser.add_argument("--export-spans-mb", type=int, default=256)
    parser.add_argument("--keep-content-days", type=int, default=0)
    parser.add_argument("--keep-content-mb", type=int, default=0)
    parser.add_argument("--key-file", type=Path)
    parser.add_argument("--gateway-url", default="", help="where judges of live audits ask")
    parser.add_argument("--gateway-ca", help="who certifies that address, where the host does not know it")
    parser.add_argument("--listen-fd", type=int, help="the socket on which OTLP comes in")
    parser.add_argument("--front", default="{}", help="its TLS (app.front)")
    parser.add_argument("--notify-fd", type=int)
    parser.add_argument("--log-level", default="info")
    arguments = parser.parse_args()
    log_to_stderr("collector", arguments.log_level)
    sys.setswitchinterval(SWITCH_S)
    give_way()
    run(collect(arguments))


if __name__ == "__main__":
    main()
