"""Raw clients and scripted providers on loopback sockets."""

import asyncio
import ssl as ssl_module
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from podium.net.server import Exchange, Handler, Server, ServerLimits
from podium.net.upstream import Deadlines, Origin

PATIENT = Deadlines(connect_s=10, first_byte_s=10, idle_s=10, total_s=30)


@dataclass(frozen=True)
class Response:
    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """A client that says exactly what a test makes it say."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer

    def send(self, data: bytes) -> None:
        self.writer.write(data)

    async def response(self, *, head_only: bool = False) -> Response:
        """Read one response, whole."""
        async with asyncio.timeout(60):
            head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head[:-4].split("\r\n")
            headers = dict(line.lower().split(": ", 1) for line in lines)
            status = int(first.split(" ")[1])
            body = b""
            if head_only or status < 200 or status in {204, 304}:
                pass
            elif "content-length" in headers:
                body = await self.reader.readexactly(int(headers["content-length"]))
            elif "transfer-encoding" in headers:
                while size := int(await self.reader.readline(), 16):
                    body += (await self.reader.readexactly(size + 2))[:-2]
                assert await self.reader.readline() == b"\r\n"
            else:
                body = await self.reader.read()
            return Response(status, headers, body)

    async def rest(self) -> bytes:
        """Read until the server closes."""
        async with asyncio.timeout(60):
            return await self.reader.read()

    def close(self) -> None:
        self.writer.close()

    def reset(self) -> None:
        self.writer.transport.abort()


@asynccontextmanager
async def connected(port: int, *, limit: int = 1 << 24) -> AsyncIterator[Client]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=limit)
    try:
        yield Client(reader, writer)
    finally:
        writer.transport.abort()


@asynccontextmanager
async def serving(
    handler: Handler, *, limits: ServerLimits | None = None, ssl: ssl_module.SSLContext | None = None
) -> AsyncIterator[Server]:
    server = Server(handler, limits=limits)
    await server.listen(ssl=ssl)
    try:
        yield server
    finally:
        await server.drain(0)
        assert server.in_flight == 0
        assert not server.connections


async def echo(exchange: Exchange) -> None:
    """Answer with method, target and body."""
    body = await exchange.read_body()
    exchange.respond(200, [], f"{exchange.method} {exchange.target} ".encode() + body)


async def until(condition: Callable[[], object]) -> None:
    """Wait until a condition holds."""
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.002)


@dataclass
class Provider:
    """What a scripted provider has seen."""

    port: int = 0
    connections: int = 0
    open: int = 0
    heads: list[bytes] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    @property
    def origin(self) -> Origin:
        return Origin("http", "127.0.0.1", self.port, network="private")


Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


async def read_request(reader: asyncio.StreamReader, seen: Provider) -> None:
    """Take in one request. Raises IncompleteReadError when the client has closed."""
    head = await reader.readuntil(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    seen.heads.append(head)
    seen.bodies.append(await reader.readexactly(int(lengths[0].split(b":")[1]) if lengths else 0))


@asynccontextmanager
async def providing(
    *answers: bytes,
    close: bool = False,
    script: Script | None = None,
    ssl: ssl_module.SSLContext | None = None,
) -> AsyncIterator[Provider]:
    """Run a provider that gives these answers in turn, the last one again and again.

    ``close``: it closes after each. ``script`` replaces what it does after a request has come in.
    """
    seen = Provider()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.connections += 1
        seen.open += 1
        tasks.add(asyncio.current_task())  # type: ignore[arg-type] # a callback of a stream server is a task
        try:
            while True:
                await read_request(reader, seen)
                if script is not None:
                    await script(reader, writer)
                    continue
                writer.write(answers[min(len(seen.heads), len(answers)) - 1])
                if close:
                    return
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            seen.open -= 1
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=ssl)
    seen.port = server.sockets[0].getsockname()[1]
    try:
        yield seen
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
