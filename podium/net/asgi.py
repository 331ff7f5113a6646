"""An ASGI application behind this server: a request becomes a scope, and what is sent becomes its answer.

ASGI 3.0, HTTP 2.3 (https://asgi.readthedocs.io/en/latest/specs/www.html). The application gets a body whole.
It goes on when its client has gone, and is told so when it asks.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, MutableMapping
from email.utils import formatdate
from typing import Any, Final
from urllib.parse import unquote

from podium.net.exchange import Exchange, RequestRefused
from podium.net.heads import Header

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Any, Receive, Send], Coroutine[Any, Any, None]]

_NETS: Final = frozenset({b"connection", b"content-length", b"date", b"keep-alive", b"transfer-encoding"})
"""Headers of an answer that are said here."""

logger = logging.getLogger(__name__)


class AsgiHandler:
    """Has each exchange answered by an application. ``state``: what its lifespan has left for requests.

    ``tasks``: those in which the application is at work.
    """

    def __init__(
        self, application: Application, *, tasks: set[asyncio.Task[None]], state: dict[str, Any]
    ) -> None:
        self._application, self._tasks, self._state = application, tasks, state

    async def __call__(self, exchange: Exchange) -> None:
        """Answer one exchange. Raises what the application raises, and RequestRefused."""
        cycle = _Cycle(exchange)
        scope = _scope(exchange) | {"state": self._state.copy()}
        task = asyncio.create_task(self._application(scope, cycle.receive, cycle.send))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            task.add_done_callback(_tell_of_fault)
            cycle.client_has_gone()
            raise
        fault = task.exception() if not task.cancelled() else None
        if cycle.refused is not None:
            raise cycle.refused
        if fault is not None:
            raise fault


def _tell_of_fault(task: "asyncio.Task[None]") -> None:
    """Log what an application raised whose client has gone."""
    if not task.cancelled() and task.exception() is not None:
        logger.error("a request whose client had gone failed", exc_info=task.exception())


class _Cycle:
    """One exchange, as the application sees it. ``refused``: why net answers it instead."""

    def __init__(self, exchange: Exchange) -> None:
        self.refused: RequestRefused | None = None
        self._exchange = exchange
        self._told = False  # the body
        self._over = asyncio.Event()
        self._head: tuple[int, list[Header]] | None = None

    def client_has_gone(self) -> None:
        """Nothing more comes, and nothing that is sent arrives."""
        self._over.set()
        exchange = self._exchange
        if not exchange._body_done:
            exchange._refused = exchange._refused or RequestRefused(
                400, "client_gone", "The client went away."
            )
        waiter = exchange._waiter
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    async def receive(self) -> Message:
        if not self._told and not self._over.is_set():
            try:
                body = await self._exchange.read_body()
            except RequestRefused as refused:
                self.refused = refused
                self._over.set()
            else:
                self._told = True
                return {"type": "http.request", "body": body, "more_body": False}
        await self._over.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        exchange = self._exchange
        if message.get("more_body", False):
            await asyncio.sleep(0)  # who sends on and on is not alone here, and hears of its client's end
        if self._over.is_set():
            return
        if message["type"] == "http.response.start":
            said = [(name.lower(), value) for name, value in message.get("headers", ())]
            headers = [it for it in said if it[0] not in _NETS]
            headers.append((b"date", formatdate(usegmt=True).encode()))
            if any(name == b"content-length" for name, _ in said):
                self._head = message["status"], headers  # the body is at hand, as a rule all of it
            else:
                exchange.start_stream(message["status"], headers)
            return
        body, more = message.get("body", b""), message.get("more_body", False)
        head, self._head = self._head, None
        if head is not None and not more and exchange.method != "HEAD":
            exchange.respond(*head, bytes(body))
        else:
            if head is not None:
                exchange.start_stream(*head)
            await exchange.write(bytes(body))
        if not more:
            exchange.finish()
            self._over.set()


def _scope(exchange: Exchange) -> dict[str, Any]:
    transport = exchange._connection._transport
    ends = {name: transport.get_extra_info(name) for name in ("peername", "sockname")}
    client, server = (tuple(it[:2]) if isinstance(it, tuple) else None for it in ends.values())
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.0" if exchange._http_1_0 else "1.1",
        "method": exchange.method,
        "scheme": "http" if transport.get_extra_info("sslcontext") is None else "https",
        "path": unquote(exchange.path),
        "raw_path": exchange.path.encode("latin-1"),
        "query_string": exchange.query.encode("latin-1"),
        "root_path": "",
        "headers": list(exchange.headers.items()),
        "client": client,
        "server": server,
    }
