"""The tool gateway: ``python -m podium.app.tools``. It inherits the socket that it listens on."""

import argparse
import asyncio
import logging
import os
import socket
from asyncio import Event
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from podium.adapters.content.sending import ContentSender
from podium.adapters.journal import Journal
from podium.adapters.link import KeeperClient, keep_in_step, private_socket, say_goodbye
from podium.adapters.system import Entropy, HostSecrets, SystemClock, boot_id, secret_file
from podium.adapters.toolservers import open_tool_server
from podium.app.front import TOOLS, Front, serve_with, server_tls
from podium.app.process import calls_end, log_to_stderr, run, stop_event
from podium.app.watching import say_ready
from podium.app.web import WebServer
from podium.kernel.ids import ulid
from podium.manifest.snapshot import ToolServerRow
from podium.net.origins import read_origins
from podium.net.proxies import Proxies
from podium.net.upstream import Pool
from podium.ports.link import PROTOCOL, Hello
from podium.ports.machines import TOOLS_SOCKET
from podium.ports.tools import ToolServer
from podium.settings import read_settings, read_variable
from podium.spend.journal import Header
from podium.tools.door import LIMITS, Door
from podium.tools.doubting import keep_asking
from podium.tools.memory import Memory
from podium.tools.path import Gate
from podium.tools.servers import Servers
from podium.tools.standing import ToolStanding
from podium.tools.tidying import keep_tidy
from podium.tools.undoing import Undoer

WORKER = "tools"
GRACE_S = 5
"""So long streams and other requests may take behind the last call."""
CONTENT_S = 2.0

logger = logging.getLogger("podium.tools")


class House:
    """The parts of one tool gateway, put together. What a test starts too."""

    def __init__(self, state: Path, *, opener: Callable[[ToolServerRow], ToolServer] | None = None) -> None:
        """Take the state's locks. ``opener``: another way to reach tool servers than their rows say."""
        clock, entropy = SystemClock(), Entropy()
        settings = read_settings()
        self.pool = Pool(proxies=Proxies(settings.https_proxy, settings.no_proxy))
        secrets = HostSecrets(read_variable, clock.monotonic_ns)
        self.links = [KeeperClient(state / "keeper.sock") for _ in range(4)]
        asking, working, *_ = self.links
        started_ns = clock.wall_ns()
        incarnation = "inc_" + ulid(started_ns // 1_000_000, entropy(16))
        header = Header(incarnation, WORKER, os.getpid(), boot_id(), 0, started_ns)
        self.hello = Hello(PROTOCOL, WORKER, incarnation, os.getpid(), header.boot_id)
        self.memory = Memory(state / "tools", boot_id=header.boot_id, now_ns=header.started_ns)
        self.journal = Journal(state / "journals" / incarnation, header)
        self.standing = ToolStanding(clock, entropy)
        self.standing.place = lambda: (incarnation, self.journal.segment, self.journal.offset)
        self.servers = Servers(
            opener or (lambda row: open_tool_server(row, self.pool, secrets)), working, clock
        )
        self.content = ContentSender(KeeperClient(state / "collector.sock"))
        self.standing.content_lost = lambda: self.content.lost
        digest_key = secret_file(state / "keys" / "digest.key", lambda: os.urandom(32))
        self.gate = Gate(
            standing=self.standing,
            memory=self.memory,
            journal=self.journal,
            servers=self.servers,
            link=working,
            clock=clock,
            entropy=entropy,
            digest_key=digest_key,
            content=self.content,
        )
        self.standing.refused = lambda: self.gate.refusals.counts
        self.undoer = Undoer(
            standing=self.standing,
            memory=self.memory,
            journal=self.journal,
            servers=self.servers,
            replays=self.gate.replays,
            link=self.links[3],
            clock=clock,
            entropy=entropy,
            digest_key=digest_key,
        )
        named = read_origins(settings.tools_origins)
        self.door = Door(self.standing, self.gate, entropy, version=version("podium"), origins=named)
        self.failed, self.first = Event(), Event()
        """A journal has failed; the keeper has spoken for the first time."""
        self.standing.on_change = self._changed
        self.journal.on_failure = self.memory.on_failure = self._journal_failed
        self._asking = asking

    def _changed(self) -> None:
        if self.standing.snapshot is not None:
            self.servers.apply(self.standing.snapshot)

    def _journal_failed(self, reason: str) -> None:
        logger.error("a journal has failed (%s): no new calls; this process ends", reason)
        self.standing.failure = f"a journal has failed: {reason}"
        self.failed.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Ask the keeper until the block ends; then end in order."""
        self.gate.settle_the_unfinished()
        self.undoer.settle_the_unfinished()
        tasks = [
            asyncio.create_task(
                keep_in_step(self.standing, self._asking, hello=self.hello, on_first=self.first.set)
            ),
            asyncio.create_task(keep_tidy(self.standing, self.memory, self.links[2])),
            asyncio.create_task(keep_asking(self.standing, self.memory, self.gate.replays)),
            asyncio.create_task(self.undoer.keep_undoing()),
        ]
        try:
            self.content.begin()
            async with self.door.running():
                yield
                self.standing.draining = True
        finally:
            await self.content.finish(CONTENT_S)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.servers.close()
            await self.pool.close()
            self.journal.close()
            self.memory.close()
            await self._asking.close()  # the question under way was cut off
            await say_goodbye(self._asking, self.hello.incarnation, content_lost=self.content.lost)
            for link in self.links:
                await link.close()
            self.journal.release()


async def serve(arguments: argparse.Namespace) -> None:
    """Serve until told to stop, or until a journal fails."""
    stop = stop_event(asyncio.get_running_loop(), lifeline=arguments.notify_fd is not None)
    state = Path(arguments.state)
    house = House(state)
    async with house.running():
        config = _config(house.door)
        watching = serve_with(server_tls(Front.from_text(arguments.front), TOOLS), config)
        servers = [WebServer(config, LIMITS), WebServer(_config(house.door.carried), LIMITS)]
        listeners = [socket.socket(fileno=arguments.listen_fd), private_socket(state / TOOLS_SOCKET)]
        serving = [
            asyncio.create_task(server._serve([listener]))  # noqa: SLF001 - serve() would take the signals
            for server, listener in zip(servers, listeners, strict=True)
        ]
        ends = {asyncio.create_task(stop.wait()), asyncio.create_task(house.failed.wait()), *serving}
        first = asyncio.create_task(house.first.wait())
        await asyncio.wait({*ends, first}, return_when=asyncio.FIRST_COMPLETED)
        if first.done():
            say_ready(arguments.notify_fd, WORKER)
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        first.cancel()
        if watching is not None:
            watching.cancel()
        house.standing.draining = True
        for server in servers:
            server.stop_listening()
        if not house.failed.is_set():
            await calls_end(lambda: house.door.calls, arguments.grace)
        for server in servers:
            server.end()
        await asyncio.gather(*serving)


def _config(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        interface="asgi3",  # of a method it guesses wrongly
        ws="none",
        log_config=None,
        access_log=False,
        lifespan="off",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )


def main() -> None:
    """Parse the command line of this process and run it."""
    parser = argparse.ArgumentParser(prog="podium.app.tools")
    parser.add_argument("--state", required=True)
    parser.add_argument("--listen-fd", type=int, required=True)
    parser.add_argument("--front", default="{}")
    parser.add_argument("--grace", type=float, default=30.0)
    parser.add_argument("--notify-fd", type=int)
    parser.add_argument("--log-level", default="info")
    arguments = parser.parse_args()
    log_to_stderr(WORKER, arguments.log_level)
    logging.getLogger("mcp").setLevel(logging.WARNING)
    run(serve(arguments))


if __name__ == "__main__":
    main()
