"""The web servers of control and of the tool gateway: ASGI applications behind the server of all ports.

From uvicorn are the order of beginning and end, who says what a proxy in front has said, and WebSockets.
"""

import asyncio
import contextlib
import json
import socket
import sys
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

import uvicorn

from podium.net.asgi import AsgiHandler
from podium.net.server import ErrorBody, Server, ServerLimits

TICK_S: Final = 1.0
"""So often it says what time it is: the answers to WebSockets have a `date` of whole seconds."""
MAX_WEBSOCKETS: Final = 1024
ADMIN_LIMITS: Final = ServerLimits(
    max_body_bytes=4 << 20, max_connections=2048, max_in_flight=1024, max_held_body_bytes=64 << 20
)
"""What people send are forms, and programs small documents."""


def problem(status: int, code: str, message: str) -> bytes:
    """Return an error as the admin API has them (RFC 9457)."""
    title = HTTPStatus(status).phrase
    told = {"type": "about:blank", "title": title, "status": status, "detail": message, "code": code}
    return json.dumps(told).encode()


class WebServer(uvicorn.Server):
    """Serves until `end` is called. uvicorn's own would look ten times a second whether somebody did.

    HTTP/1.1 is `net`'s, with its strictness, its limits and its time-outs: uvicorn sets a head no bounds,
    neither of size nor of time.
    """

    def __init__(
        self, config: uvicorn.Config, limits: ServerLimits | None = None, error_body: ErrorBody | None = None
    ) -> None:
        super().__init__(config)
        self._limits, self._error_body = limits, error_body
        self._ending = asyncio.Event()
        self._fronts: list[Server] = []

    def stop_listening(self) -> None:
        """Leave new connections to a successor."""
        for front in self._fronts:
            front.stop_listening()

    def end(self) -> None:
        """Take no more connections, and end when those that are open have."""
        self.should_exit = True
        self._ending.set()

    async def startup(self, sockets: Sequence[socket.socket] | None = None) -> None:
        """Begin the application and listen. It needs sockets."""
        await self.lifespan.startup()
        if self.lifespan.should_exit:
            sys.exit(1)
        self.servers = []
        handler = AsgiHandler(
            self.config.loaded_app,
            tasks=self.server_state.tasks,
            state=self.lifespan.state,
        )
        for listening in sockets or ():
            front = Server(handler, limits=self._limits, error_body=self._error_body)
            front.websocket = self._websocket if self.config.ws_protocol_class is not None else None
            await front.listen(sock=listening, ssl=self.config.ssl)
            self._fronts.append(front)
        self.started = True

    def _websocket(self) -> asyncio.Protocol | None:
        """Return who speaks WebSocket on one more connection; None where there are too many."""
        made = self.config.ws_protocol_class
        if made is None or len(self.server_state.connections) >= MAX_WEBSOCKETS:
            return None
        return made(  # type: ignore[call-arg] # those of uvicorn take these
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )

    async def main_loop(self) -> None:
        """Tick until the end."""
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self._ending.wait()

    async def shutdown(self, sockets: Sequence[socket.socket] | None = None) -> None:  # noqa: ARG002 - its signature
        """Let what is under way end, for as long as it may, and then the application."""
        grace_s = float(self.config.timeout_graceful_shutdown or 0)
        draining = [front.drain(grace_s) for front in self._fronts]
        await asyncio.gather(*draining, super().shutdown())
