"""A tool server that is a program: the `mcp` package's client over its standard streams.

It sees a small environment (PATH, HOME and the like) and the variables that its manifest names, nothing else.
A program that ends is started again by the next question.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

import mcp_types as types
from mcp import Client, MCPError, StdioServerParameters
from pydantic import RootModel

from podium.kernel.errors import BrokenReply, ConnectFailed, UpstreamTimeout
from podium.manifest.runs import VariableRef
from podium.manifest.snapshot import CredentialRef, ToolServerRow
from podium.ports import Secrets

START_S: Final = 15.0
MAX_PAGES: Final = 100

logger = logging.getLogger(__name__)


class _Raw(RootModel[dict[str, Any]]):
    """A result as it came."""


class StdioToolServer:
    """One program, started when it is first asked for something."""

    def __init__(self, row: ToolServerRow, secrets: Secrets) -> None:
        self._row = row
        self._secrets = secrets
        self._starting = asyncio.Lock()
        self._client: Client | None = None
        self._running: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()

    async def list_tools(self) -> list[dict[str, Any]]:
        """Return the definitions of all its tools, as they came."""
        found: list[dict[str, Any]] = []
        cursor: str | None = None
        for _ in range(MAX_PAGES):
            request = types.ListToolsRequest(params=types.PaginatedRequestParams(cursor=cursor))
            result = await self._ask(request)
            tools = result.get("tools")
            if not isinstance(tools, list):
                raise BrokenReply(f"{self._row.name} lists its tools in a way that is not MCP's.", sent=True)
            found += tools
            cursor = result.get("nextCursor")
            if not cursor:
                break
        return found

    async def call_tool(
        self, name: str, arguments: Mapping[str, Any], on_sent: Callable[[], None] | None = None
    ) -> dict[str, Any]:
        """Return the result of a call, as it came. An error of the protocol is a result with ``isError``."""
        params = types.CallToolRequestParams(name=name, arguments=dict(arguments))
        try:
            result = await self._ask(types.CallToolRequest(params=params), on_sent)
        except _RpcError as error:
            return {"content": [{"type": "text", "text": error.text}], "isError": True}
        if result.get("resultType", "complete") != "complete":
            text = "The tool asks for more than its arguments, which Podium does not pass on."
            return {"content": [{"type": "text", "text": text}], "isError": True}
        return result

    async def _ask(self, request: Any, on_sent: Callable[[], None] | None = None) -> dict[str, Any]:
        client = await self._started()
        running = self._running
        if on_sent is not None:
            on_sent()
        asking = asyncio.ensure_future(
            client.session.send_request(request, _Raw, request_read_timeout_seconds=self._row.timeout_s)
        )
        waits = {asking} if running is None else {asking, running}
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED, timeout=self._row.timeout_s)
        finally:
            if not asking.done():
                asking.cancel()
        if asking.cancelled() or not asking.done():
            if running is not None and running.done():
                self._client = None
                raise BrokenReply(f"The program of {self._row.name} ended in the middle.", sent=True)
            raise UpstreamTimeout(f"{self._row.name} did not answer in time.", phase="total")
        try:
            return asking.result().root
        except MCPError as error:
            if self._running is None or self._running.done():
                self._client = None
                raise BrokenReply(
                    f"The program of {self._row.name} ended in the middle.", sent=True
                ) from error
            raise _RpcError(error.error.message) from error
        except Exception as error:
            self._client = None
            raise BrokenReply(
                f"{self._row.name} did not answer: {type(error).__name__}.", sent=True
            ) from error

    async def _started(self) -> Client:
        async with self._starting:
            if self._client is not None and self._running is not None and not self._running.done():
                return self._client
            self._stop = asyncio.Event()
            ready: asyncio.Future[Client] = asyncio.get_running_loop().create_future()
            self._running = asyncio.create_task(self._run(ready, self._stop))
            try:
                async with asyncio.timeout(START_S):
                    self._client = await ready
            except TimeoutError as error:
                self._running.cancel()
                raise ConnectFailed(
                    f"The program of {self._row.name} did not speak MCP within {START_S:g} s."
                ) from error
            return self._client

    async def _run(self, ready: "asyncio.Future[Client]", stop: asyncio.Event) -> None:
        """Hold the program and its client from begin to end, in one task, as their cancel scopes want it."""
        row = self._row
        try:
            environment = {name: self._value(ref) for name, ref in row.env.items()}
            parameters = StdioServerParameters(
                command=row.command[0], args=list(row.command[1:]), env=environment
            )
            async with Client(parameters) as client:
                if not ready.done():
                    ready.set_result(client)
                await stop.wait()
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # noqa: BLE001 - whoever asks is told
            if not ready.done():
                ready.set_exception(
                    ConnectFailed(f"The program of {row.name} cannot be used: {_first(error)}.")
                )
            else:
                logger.warning("the program of %s ended: %s", row.name, _first(error))

    def _value(self, ref: VariableRef) -> str:
        if ref.value is not None:
            return ref.value
        return self._secrets.read(CredentialRef(env=ref.env, file=ref.file))

    async def close(self) -> None:
        """End the program."""
        self._stop.set()
        self._client = None
        if self._running is not None:
            with contextlib.suppress(TimeoutError, asyncio.CancelledError):
                async with asyncio.timeout(START_S):
                    await asyncio.shield(self._running)
            self._running.cancel()


class _RpcError(BrokenReply):
    """The server answered with an error of JSON-RPC, in its own words."""

    def __init__(self, text: str) -> None:
        super().__init__("The tool server refused.", sent=True)
        self.text = text


def _first(error: BaseException) -> str:
    """Return the first cause in a group of failures, in words."""
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    return str(error) or type(error).__name__
