"""The servers of all worlds on one port of this machine, each at `/NAME/mcp`."""

import contextlib
import threading
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager

import uvicorn
from mcp.server import MCPServer
from starlette.applications import Starlette
from starlette.routing import Mount

from tests.app.running import free_port, until
from tests.hijack.bare import here


@contextmanager
def serving(servers: Mapping[str, MCPServer]) -> Iterator[int]:
    """Serve them from a thread, over streamable HTTP; yield the port. Their tools run in that thread."""
    for server in servers.values():
        here(server)
    apps = {name: server.streamable_http_app(json_response=True) for name, server in servers.items()}

    @contextlib.asynccontextmanager
    async def alive(_app: Starlette) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            for server in servers.values():
                await stack.enter_async_context(server.session_manager.run())
            yield

    app = Starlette(routes=[Mount(f"/{name}", sub) for name, sub in apps.items()], lifespan=alive)
    port = free_port()
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error", lifespan="on", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        until(lambda: server.started, "the worlds' servers")
        yield port
    finally:
        server.should_exit = True
        thread.join(timeout=120)
