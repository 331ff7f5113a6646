"""A tool server over streamable HTTP: MCP 2026-07-28, or 2025-11-25 and older with a session.

The transport is Podium's own pool, which guards against forbidden addresses as it does for providers, and is
far leaner than a general HTTP client. Names, versions and header rules are those of the `mcp` package.
Sources: https://modelcontextprotocol.io/specification/2026-07-28/basic/transports and 2025-11-25.
"""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from mcp.shared.inbound import (
    MCP_METHOD_HEADER,
    MCP_NAME_HEADER,
    MCP_PROTOCOL_VERSION_HEADER,
    encode_header_value,
    find_invalid_x_mcp_header,
    mcp_param_headers,
    x_mcp_header_map,
)
from mcp_types.version import (
    HANDSHAKE_PROTOCOL_VERSIONS,
    LATEST_HANDSHAKE_VERSION,
    LATEST_MODERN_VERSION,
    MODERN_PROTOCOL_VERSIONS,
)

from podium.adapters.toolservers.speaking import (
    CLIENT,
    MAX_ANSWER_BYTES,
    METHOD_NOT_FOUND,
    complete,
    declined,
    decode,
    envelope,
    falls_back,
    listed,
    notice_of,
    said,
    speaks_modern,
    wishing,
)
from podium.kernel.errors import BrokenReply, PodiumError, UpstreamError, UpstreamRefused, UpstreamTimeout
from podium.manifest.snapshot import ToolServerRow
from podium.net.upstream import Deadlines, Origin, Pool, UpstreamReply
from podium.ports import Secrets
from podium.ports.tools import Listening
from podium.wire.sse import Framer, parse

CONNECT_S: Final = 5.0
SESSION_HEADER: Final = b"mcp-session-id"
_NAMED_BY: Final = {"tools/call": "name", "resources/read": "uri", "prompts/get": "name"}
"""The parameter of a method that a header says too."""
RETRY_S: Final = 1.0
"""Until a stream that its server has closed is asked for again, where the server does not say."""
MIN_RETRY_S: Final = 0.05
MAX_EVENT_ID: Final = 1024


class HttpToolServer:
    """One tool server. Any number of calls may be under way at once."""

    def __init__(self, row: ToolServerRow, pool: Pool, secrets: Secrets) -> None:
        self._row = row
        self._pool = pool
        self._secrets = secrets
        self._origin = Origin(row.scheme, row.host, row.port, row.ca_file, row.network)
        self._deadlines = Deadlines(CONNECT_S, row.timeout_s, row.timeout_s, row.timeout_s)
        self._count = 0
        self._version: str | None = None
        self._session: bytes | None = None
        self._connecting = asyncio.Lock()
        self._header_maps: dict[str, dict[tuple[str, ...], str]] = {}
        self._giving_up: set[asyncio.Task[None]] = set()

    async def list_tools(self) -> list[dict[str, Any]]:
        """Return the definitions of all its tools, as they came."""
        try:
            found = await listed(self._row.name, self._ask, self._row.timeout_s)
        except UpstreamRefused:
            await self.close()  # perhaps it speaks another version by now
            raise
        self._header_maps = {tool["name"]: _header_map(tool) for tool in found}
        return found

    async def call_tool(
        self,
        name: str,
        arguments: Mapping[str, Any],
        on_sent: Callable[[], None] | None = None,
        listening: Listening | None = None,
    ) -> dict[str, Any]:
        """Return the result of a call, as it came. An error of the protocol is a result with ``isError``."""
        params = {"name": name, "arguments": dict(arguments)}
        try:
            result = await self._ask("tools/call", params, _Going(on_sent, listening))
        except _RpcError as error:
            return said(error.text)
        return complete(result)

    async def list_offers(self, method: str, member: str) -> list[dict[str, Any]]:
        """Return what it lists beside tools, as it came; nothing where it does not know the method."""
        try:
            return await listed(self._row.name, self._ask, self._row.timeout_s, method, member)
        except _RpcError as error:
            if error.said.get("code") == METHOD_NOT_FOUND:
                return []
            raise

    async def fetch(
        self, method: str, params: Mapping[str, Any], on_sent: Callable[[], None] | None = None
    ) -> dict[str, Any]:
        """Return what it says to a question that changes nothing, as `call_tool` does."""
        try:
            return complete(await self._ask(method, dict(params), _Going(on_sent, None)))
        except _RpcError as error:
            return said(error.text)

    async def close(self) -> None:
        """End the session, where there is one. The connections are the pool's."""
        self._version = self._session = None

    # The protocol

    async def _ask(
        self, method: str, params: dict[str, Any], going: "_Going | None" = None
    ) -> dict[str, Any]:
        if self._version is None:
            await self._connect()
        session = self._session
        try:
            return await self._exchange(method, params, going)
        except UpstreamRefused as error:
            if session is None or error.status != 404:
                raise
        # The server has forgotten the session, and has done nothing: a new one is begun.
        if self._session is session:  # else another call has begun it
            await self.close()
        await self._connect()
        return await self._exchange(method, params, going)

    async def _connect(self) -> None:
        """Find out which version is spoken; begin a session where that version has them."""
        async with self._connecting:
            if self._version is not None:
                return
            if await self._discover():
                self._version = LATEST_MODERN_VERSION
                return
            result, reply = await self._post(
                "initialize",
                {"protocolVersion": LATEST_HANDSHAKE_VERSION, "capabilities": {}, "clientInfo": CLIENT},
                [],
            )
            version = result.get("protocolVersion")
            if version not in HANDSHAKE_PROTOCOL_VERSIONS:
                raise BrokenReply(f"{self._row.name} speaks MCP {version}, which Podium does not.", sent=True)
            self._session = reply.header(SESSION_HEADER)
            self._version = version
            await self._notify({"method": "notifications/initialized"})

    async def _discover(self) -> bool:
        """Return whether the server speaks a version without sessions."""
        version, method = LATEST_MODERN_VERSION, "server/discover"
        try:
            try:
                result, _ = await self._post(method, envelope({}, version), _headers(version, method))
            except _RpcError as error:
                if falls_back(self._row.name, error.said):
                    return False
                result, _ = await self._post(method, envelope({}, version), _headers(version, method))
        except _RpcError:
            raise
        except UpstreamRefused as error:
            if error.status in {401, 403} or error.status >= 500:
                raise
            return False
        return speaks_modern(result)

    async def _exchange(self, method: str, params: dict[str, Any], going: "_Going | None") -> dict[str, Any]:
        version = self._version or LATEST_MODERN_VERSION
        if version in MODERN_PROTOCOL_VERSIONS:
            headers = _headers(version, method)
            name = params.get(_NAMED_BY.get(method, ""))
            if isinstance(name, str):
                headers.append((MCP_NAME_HEADER.encode(), encode_header_value(name).encode()))
            if method == "tools/call" and isinstance(name, str):
                mirrored = mcp_param_headers(self._header_maps.get(name, {}), params["arguments"])
                headers += [(key.encode("latin-1"), value.encode()) for key, value in mirrored.items()]
            result, _ = await self._post(method, params, headers, going, version)
            return result
        result, _ = await self._post(method, params, self._session_headers(version), going)
        return result

    def _session_headers(self, version: str) -> list[tuple[bytes, bytes]]:
        headers = [(MCP_PROTOCOL_VERSION_HEADER.encode(), version.encode())]
        return headers if self._session is None else [*headers, (SESSION_HEADER, self._session)]

    async def _notify(self, message: dict[str, Any]) -> None:
        headers = self._session_headers(self._version or LATEST_HANDSHAKE_VERSION)
        reply = await self._send({"jsonrpc": "2.0", **message}, headers)
        reply.abort()

    async def _post(
        self,
        method: str,
        params: dict[str, Any],
        headers: list[tuple[bytes, bytes]],
        going: "_Going | None" = None,
        version: str | None = None,
    ) -> tuple[dict[str, Any], UpstreamReply]:
        """Send a request; return its result and the answer that held it. Raises _RpcError, UpstreamError.

        ``version``: one without sessions, which each request names.
        """
        self._count += 1
        message_id = self._count
        if going is not None:
            params = wishing(params, message_id, going.listening, modern=version is not None)
        if version is not None:
            params = envelope(params, version)
        body: dict[str, Any] = {"jsonrpc": "2.0", "id": message_id, "method": method, "params": params}
        try:
            return await self._answered(body, headers, going)
        except UpstreamTimeout:
            if self._session is not None and method == "tools/call":
                giving_up = asyncio.create_task(self._give_up(message_id))
                self._giving_up.add(giving_up)
                giving_up.add_done_callback(self._giving_up.discard)
            raise

    async def _give_up(self, message_id: int) -> None:
        """Tell a server with sessions that nobody waits: to it a closed connection is no sign."""
        gone = {"requestId": message_id, "reason": "it did not answer in time"}
        with contextlib.suppress(PodiumError):
            await self._notify({"method": "notifications/cancelled", "params": gone})

    async def _answered(
        self, body: dict[str, Any], headers: list[tuple[bytes, bytes]], going: "_Going | None"
    ) -> tuple[dict[str, Any], UpstreamReply]:
        method, message_id = body["method"], body["id"]
        reply = await self._send(body, headers, going.on_sent if going is not None else None)
        try:
            kind = (reply.header(b"content-type") or b"").partition(b";")[0].strip().lower()
            if kind == b"text/event-stream" and reply.status < 300:
                answer = await self._from_stream(reply, message_id, going)
            elif kind == b"application/json":
                answer = decode(await reply.read(MAX_ANSWER_BYTES), self._row.name)
            else:
                answer = {}
            error = answer.get("error")
            if reply.status >= 300 and (not isinstance(error, dict) or reply.status in {401, 403, 404}):
                raise UpstreamRefused(f"{self._row.name} answered {reply.status}.", status=reply.status)
            if isinstance(error, dict):
                raise _RpcError(error, reply.status)
            result = answer.get("result")
            if not isinstance(result, dict):
                raise BrokenReply(f"{self._row.name} gave no answer to {method}.", sent=True)
            return result, reply
        finally:
            reply.abort()

    async def _send(
        self,
        body: dict[str, Any] | None,
        headers: list[tuple[bytes, bytes]],
        on_sent: Callable[[], None] | None = None,
    ) -> UpstreamReply:
        """Send a message; None: ask for a stream."""
        row = self._row
        sent = [
            (b"content-type", b"application/json"),
            (b"accept", b"application/json, text/event-stream"),
            *headers,
            *((name.encode("latin-1"), value.encode("latin-1")) for name, value in row.headers.items()),
        ]
        if row.credential is not None:
            secret = row.auth_prefix + self._secrets.read(row.credential)
            sent.append((row.auth_header.encode("latin-1"), secret.encode("latin-1")))
        return await self._pool.send(
            self._origin,
            method="POST" if body is not None else "GET",
            target=row.target,
            headers=sent,
            body=msgspec.json.encode(body) if body is not None else b"",
            deadlines=self._deadlines,
            on_sent=on_sent,
        )

    async def _from_stream(
        self, reply: UpstreamReply, message_id: int, going: "_Going | None"
    ) -> dict[str, Any]:
        """Read events up to the answer, also where its server closes the stream to be asked again."""
        place = _Place(going.listening if going is not None else None)
        until = asyncio.get_running_loop().time() + self._row.timeout_s
        answer = await self._heard(reply, message_id, place)
        while answer is None:
            reply.abort()
            why = f"{self._row.name} ended its stream without an answer"
            if not place.event_id or self._session is None:
                raise BrokenReply(f"{why}.", sent=True)
            try:
                async with asyncio.timeout_at(until):
                    await asyncio.sleep(place.retry_s)
                    reply = await self._resumed(place)
                    answer = await self._heard(reply, message_id, place)
            except (PodiumError, TimeoutError) as error:  # the call itself has gone out
                raise BrokenReply(f"{why}, and does not go on with it.", sent=True) from error
            finally:
                reply.abort()
        return answer

    async def _resumed(self, place: "_Place") -> UpstreamReply:
        """Ask for what follows an event of a stream (2025-11-25, resumability)."""
        headers = self._session_headers(self._version or LATEST_HANDSHAKE_VERSION)
        reply = await self._send(None, [*headers, (b"last-event-id", place.event_id)])
        kind = (reply.header(b"content-type") or b"").partition(b";")[0].strip().lower()
        if reply.status != 200 or kind != b"text/event-stream":
            reply.abort()
            raise UpstreamRefused(f"{self._row.name} answered {reply.status}.", status=reply.status)
        return reply

    async def _heard(self, reply: UpstreamReply, message_id: int, place: "_Place") -> dict[str, Any] | None:
        """Return the answer, None where the stream ends without. What a server asks is declined."""
        framer = Framer()
        while chunk := await reply.next_chunk():
            place.taken += len(chunk)
            if place.taken > MAX_ANSWER_BYTES:
                raise BrokenReply(
                    f"{self._row.name} answered with more than {MAX_ANSWER_BYTES} bytes.", sent=True
                )
            for event in framer.feed(chunk).split(b"\n\n"):
                _, data = parse(event + b"\n\n") if event else (b"", None)
                place.note(event)
                if not data:
                    continue
                message = decode(data, self._row.name)
                if "method" in message:
                    if "id" in message:
                        with contextlib.suppress(UpstreamError):  # it says nothing of the call itself
                            await self._notify(declined(message))
                    elif place.listening is not None:
                        notice = notice_of(message, message_id, place.listening, logs=True)
                        if notice is not None:
                            place.listening.heard(notice)
                elif message.get("id") == message_id:
                    return message
        return None


class _Going(NamedTuple):
    """What goes with a call: what is done just before it goes out, and who listens to it."""

    on_sent: Callable[[], None] | None
    listening: Listening | None


class _Place:
    """How far a stream was read, and who listens to what else it says."""

    def __init__(self, listening: Listening | None = None) -> None:
        self.listening = listening
        self.taken = 0
        self.event_id = b""
        self.retry_s = RETRY_S

    def note(self, event: bytes) -> None:
        """Take an event's id, and when its server wants to be asked again."""
        for line in event.split(b"\n"):
            name, _, value = line.partition(b":")
            value = value.removeprefix(b" ")
            if name == b"id" and len(value) <= MAX_EVENT_ID and value.isascii():
                self.event_id = value
            elif name == b"retry" and value.isdigit() and len(value) < 10:
                self.retry_s = max(MIN_RETRY_S, int(value) / 1000)


class _RpcError(UpstreamRefused):
    """The server answered with an error of JSON-RPC, in its own words."""

    def __init__(self, said: Mapping[str, Any], status: int) -> None:
        super().__init__("The tool server refused.", status=status)
        self.said = said
        self.text = str(said.get("message", "The tool server refused."))


def _headers(version: str, method: str) -> list[tuple[bytes, bytes]]:
    return [
        (MCP_PROTOCOL_VERSION_HEADER.encode(), version.encode()),
        (MCP_METHOD_HEADER.encode(), method.encode()),
    ]


def _header_map(tool: Mapping[str, Any]) -> dict[tuple[str, ...], str]:
    schema = tool.get("inputSchema")
    return {} if find_invalid_x_mcp_header(schema) is not None else x_mcp_header_map(schema)
