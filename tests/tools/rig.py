"""A tool gateway in this process, whole but for `podium up`: a keeper with its database, the gateway on a
loopback port, real MCP servers on others, and the official client.

    async with rig(tmp_path, MANIFESTS) as it:
        token = await it.task("clerk", request="Send the report to anna@acme.example")
        async with it.client(token) as client:
            result = await client.call_tool("mail_send_email", {...})

``MANIFESTS`` is YAML text, or a folder. ``async with serve(server)`` gives the port of an `MCPServer`; with
``opener=`` tool servers are objects instead (`FakeToolServer`), which spares a connection. A task takes two
milliseconds, a client ten, a call some. ``it.gate.labels`` and ``it.gate.narrowing`` are off to
measure what they add. People answer by ``await it.answer(approval_id, "approve")``.
"""

import asyncio
import hashlib
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import uvicorn
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.server import MCPServer
from sqlalchemy import Engine, select

from podium.adapters.evidence_keys import FileKeys
from podium.adapters.link import KeeperClient
from podium.adapters.prices.genai import GenaiPrices
from podium.adapters.records import open_records
from podium.adapters.system import Entropy, SystemClock
from podium.adapters.task_keys import MemoryTaskKeys
from podium.app.tools import House
from podium.app.web import WebServer
from podium.control.reconcile import compile_folder
from podium.keeper import server as keeper
from podium.manifest.snapshot import ToolServerRow, encode_snapshot
from podium.ports.acts import AnswerCase, By, SteerTask
from podium.ports.database import cases
from podium.ports.link import IssueCredential, PutSnapshot, Question
from podium.ports.tasks import FinishTask, StartTask
from podium.ports.tool_tables import tool_calls
from podium.ports.tools import ToolServer
from podium.tools import standing

ISSUER = "http://127.0.0.1:8710"
Opener = Callable[[ToolServerRow], ToolServer]


class Rig:
    """What a test holds of it."""

    def __init__(self, state: Path, engine: Engine, link: KeeperClient, url: str) -> None:
        self.state, self.engine, self.link, self.url = state, engine, link, url
        self.house: House
        self._agents: set[str] = set()

    @property
    def gate(self) -> Any:
        return self.house.gate

    async def ask(self, question: Question) -> Any:
        return await self.link.ask(question)

    async def apply(self, manifests: str | Path) -> None:
        """Put manifests into force, and wait until the gateway has them and has seen their tools."""
        folder = manifests if isinstance(manifests, Path) else self.state.parent / "manifests"
        if isinstance(manifests, str):
            folder.mkdir(exist_ok=True)
            (folder / "all.yaml").write_text(manifests)
        snapshot = compile_folder(folder, prices=GenaiPrices(), at_ns=0)
        told = await self.ask(PutSnapshot("test", encode_snapshot(snapshot)))
        await until(lambda: _version(self) == told.version)
        held = self.house.servers._held
        await until(lambda: all(one.looked_ns is not None for one in held.values()))

    async def task(self, agent: str, request: str | None = None, **wish: Any) -> str:
        """Begin a task; return its token."""
        return (await self.start(agent, request, **wish)).token

    async def start(self, agent: str, request: str | None = None, **wish: Any) -> Any:
        """Begin a task; return all that is told of it."""
        secret = f"podium_sk_{agent}"
        if agent not in self._agents:
            digest = hashlib.sha256(secret.encode()).hexdigest()
            await self.ask(IssueCredential(agent, f"key_{agent}", digest))
            self._agents.add(agent)
        told = await self.ask(StartTask(secret=secret, request=request, **wish))
        await until(lambda: self.house.standing.orders.tasks.keys != ())
        return told

    async def end(self, token: str) -> None:
        await self.ask(FinishTask(token))

    async def steer(self, task_id: str, act: str) -> None:
        await self.ask(SteerTask(By(), task_id, act, "a test"))  # type: ignore[arg-type]

    @asynccontextmanager
    async def client(self, token: str, *, mode: str = "auto", **headers: str) -> AsyncIterator[Client]:
        """Yield the official client, which bears a token."""
        bearing = {"Authorization": f"Bearer {token}", **headers}
        async with (
            httpx2.AsyncClient(headers=bearing, timeout=120) as http,
            Client(streamable_http_client(self.url, http_client=http), mode=mode) as client,
        ):
            yield client

    async def answer(self, case_id: str, choice: str, reason: str = "looked at it") -> Any:
        """Answer a case as the owner does."""
        return (await self.ask(AnswerCase(By(), case_id, choice, reason))).case

    def cases(self) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(select(cases).order_by(cases.c.created_ns)))

    async def calls(self, count: int | None = None) -> list[Any]:
        """Return the rows of the audit, when there are at least so many."""

        def rows() -> list[Any]:
            with self.engine.connect() as connection:
                return list(connection.execute(select(tool_calls).order_by(tool_calls.c.seq)))

        if count is not None:
            await until(lambda: len(rows()) >= count)
        return rows()


def _version(it: Rig) -> int:
    snapshot = it.house.standing.snapshot
    return snapshot.version if snapshot is not None and it.house.standing.refusal() is None else 0


async def until(condition: Callable[[], object], seconds: float = 60.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.01)


@asynccontextmanager
async def listening(app: Any, listener: socket.socket | None = None) -> AsyncIterator[int]:
    """Serve an ASGI application on loopback; yield its port."""
    listener = listener or bound()
    config = uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=1)
    server = WebServer(config)
    serving = asyncio.create_task(server._serve([listener]))
    try:
        await until(lambda: server.started or serving.done())
        yield listener.getsockname()[1]
    finally:
        server.end()
        await serving
        listener.close()


@asynccontextmanager
async def serve(server: MCPServer) -> AsyncIterator[int]:
    """Serve a tool server over streamable HTTP; yield its port. Its address is ``/mcp`` there."""
    async with listening(server.streamable_http_app()) as port:
        yield port


def bound() -> socket.socket:
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(128)
    return listener


@asynccontextmanager
async def keeping(state: Path, url: str) -> AsyncIterator[Engine]:
    """Run a keeper on a state directory."""
    state.mkdir(parents=True, exist_ok=True)  # noqa: ASYNC240 - once, before anything runs
    engine, ready, stop = open_records(state), asyncio.Event(), asyncio.Event()
    running = asyncio.create_task(
        keeper.serve(
            state=state,
            engine=engine,
            clock=SystemClock(),
            entropy=Entropy(),
            keys=FileKeys(state / "keys"),
            task_keys=MemoryTaskKeys(),
            gateway_url=ISSUER,
            tools_url=url,
            ready=lambda _: ready.set(),
            stop=stop,
        )
    )
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        yield engine
    finally:
        stop.set()
        await running


@asynccontextmanager
async def rig(tmp_path: Path, manifests: str | Path, *, opener: Opener | None = None) -> AsyncIterator[Rig]:
    """Run all of it until the block ends."""
    state, listener = tmp_path / "state", bound()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/mcp"
    async with AsyncExitStack() as stack:
        # A machine that stands still for a moment is no keeper that is away.
        stack.enter_context(pytest.MonkeyPatch.context()).setattr(standing, "WAIT_FOR_WORD_S", 60)
        engine = await stack.enter_async_context(keeping(state, url))
        link = KeeperClient(state / "keeper.sock")
        stack.push_async_callback(link.close)
        it = Rig(state, engine, link, url)
        it.house = House(state, opener=opener)
        await stack.enter_async_context(it.house.running())
        await stack.enter_async_context(listening(it.house.door, listener))
        await it.apply(manifests)
        yield it
