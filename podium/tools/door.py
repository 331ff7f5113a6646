"""Where MCP clients come in: 2026-07-28, and 2025-11-25 with sessions, as a protected resource.

The `mcp` package speaks the protocol. What stands before it is ours: whose token a request bears, for whom
that is (RFC 8707), whether it must be proved (DPoP), and what a client is told that bears none (RFC 9728).
The token goes no further. A session belongs to the task that began it.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any, Final, cast, get_args

import mcp_types as types
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser, AuthorizationContext
from mcp.server.auth.provider import AccessToken
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.streamable_http import MCP_SESSION_ID_HEADER, StreamableHTTPServerTransport
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.inbound import MCP_PROTOCOL_VERSION_HEADER
from mcp_types.methods import validate_server_result
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from podium.kernel.errors import (
    Forbidden,
    InvalidRequest,
    JournalError,
    NotReady,
    PodiumError,
    Unauthenticated,
)
from podium.kernel.ids import parse_traceparent
from podium.net.origins import Origin, answer_headers, may_ask, preflight_headers
from podium.net.server import ServerLimits
from podium.ports import Entropy
from podium.ports.machines import CARRIED, LOST, RESOURCE
from podium.tools.identity import ToolCaller
from podium.tools.notices import Wanted
from podium.tools.noting import Trace
from podium.tools.offering import Offering
from podium.tools.path import Gate
from podium.tools.refusing import ORIGIN
from podium.tools.replaying import DECISION, read_named
from podium.tools.servers import LISTED
from podium.tools.standing import ToolStanding
from podium.tools.streaming import STREAM, Stream, takes_events
from podium.trust.credentials.bearer import challenge
from podium.trust.credentials.dpop import NeedsNonce
from podium.trust.credentials.identity import MODELS, TOOLS

PATH: Final = "/mcp"
MAX_BODY_BYTES: Final = 4 << 20
LIMITS: Final = ServerLimits(max_body_bytes=MAX_BODY_BYTES)
SESSION_IDLE_S: Final = 1800.0
MAX_SESSIONS: Final = 10_000
MAX_TASK_SESSIONS: Final = 64
MAX_TOKEN_CHARS: Final = 255
LEVELS: Final = get_args(types.LoggingLevel)
_METADATA: Final = ("/.well-known/oauth-protected-resource", f"/.well-known/oauth-protected-resource{PATH}")

_GATEWAYS: Final = frozenset({RESOURCE, CARRIED, LOST})
_CARRIED: Final = "podium.carried"
_LOST: Final = "podium.lost"
_CALLED: Final = "podium.called"
"""Key of a scope: the address by which a client on another machine called. Only `carried` sets these."""
_OF_TASKS: Final = frozenset({"task_ended", "task_paused", "safety_pause", "agent_unknown"})
"""Refusals of tokens that are good: a task is known by them."""
_ASKED: Final = b"access-control-request-headers"
_VERSION: Final = MCP_PROTOCOL_VERSION_HEADER.encode()
_GONE: Final = "its client has gone away"
_COMPLETE: Final = {"resultType": "complete"}
_STRANGE: Final = {
    "jsonrpc": "2.0",
    "error": {
        "code": types.INVALID_REQUEST,
        "message": "Pages of this Origin may not call tools: PODIUM_TOOLS_ORIGINS names those that may.",
    },
}
_Context = ServerRequestContext[Any, Any]


class _Sessions(StreamableHTTPSessionManager):
    """Sessions of which no task has more than its share: its oldest gives way to a new one."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.levels: dict[str, str] = {}
        """The level of the log that a session has set."""

    def set_level(self, session: str, level: str) -> None:
        """Take it down, while the session lasts."""
        if session in self._server_instances:
            self.levels[session] = level

    async def _discard_session(self, session_id: str, transport: StreamableHTTPServerTransport) -> None:
        self.levels.pop(session_id, None)
        await super()._discard_session(session_id, transport)

    def _admit_session(self, requestor: AuthorizationContext | None) -> StreamableHTTPServerTransport | None:
        own = [session for session, owner in self._session_owners.items() if owner == requestor]
        group = cast("Any", self._task_group)
        for session in own[: max(0, len(own) + 1 - MAX_TASK_SESSIONS)]:
            group.start_soon(self._discard_session, session, self._server_instances[session])
        return super()._admit_session(requestor)


class Door:
    """The ASGI application. `running` must be entered before it serves."""

    def __init__(
        self,
        standing: ToolStanding,
        gate: Gate,
        entropy: Entropy,
        *,
        version: str,
        origins: Collection[Origin] = (),
    ) -> None:
        """``origins``: of pages, besides its own, that may ask."""
        self.calls = 0
        """Calls that are under way."""
        self._origins = origins
        self._standing = standing
        self._gate = gate
        self._entropy = entropy
        server: Server[Any] = Server(
            "podium",
            version=version,
            on_list_tools=self._list,
            on_call_tool=self._call,
            get_tool_input_schema=lambda _name: None,
        )
        server.add_request_handler("logging/setLevel", types.SetLevelRequestParams, self._set_level)
        Offering(gate, _caller, self._trace).add_to(server)
        server.middleware.clear()  # spans are made of the journal
        self._sessions = _Sessions(
            app=server,
            json_response=True,
            max_request_body_size=MAX_BODY_BYTES,
            session_idle_timeout=SESSION_IDLE_S,
            max_sessions=MAX_SESSIONS,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Hold the sessions as long as the block lasts."""
        async with self._sessions.run():
            yield

    async def carried(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request that a gateway elsewhere has carried here, with the address that was called."""
        if scope["type"] == "http":
            said = {name: value.decode("latin-1") for name, value in scope["headers"] if name in _GATEWAYS}
            headers = [it for it in scope["headers"] if it[0] not in _GATEWAYS]
            scope = {**scope, "headers": headers, _CALLED: said.get(RESOURCE, "")}
            scope[_CARRIED], scope[_LOST] = said.get(CARRIED), said.get(LOST, "")
        await self(scope, receive, send)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        path = scope["path"]
        said = [value for name, value in scope["headers"] if name == b"origin"]
        try:
            if not may_ask(said, self._resource(scope), self._origins):
                self._gate.refusals.count(ORIGIN)
                await _respond(send, 403, _STRANGE)
                return
            if said:
                send = _to_a_page(send, said[0])
            if said and scope["method"] == "OPTIONS":
                await _answer_preflight(scope, send)
            elif path == PATH:
                await self._standing.admit()
                caller = await self._admitted(scope, receive)
                scope["podium.caller"] = caller
                self._gate.replays.note_unheard(set(filter(None, scope.get(_LOST, "").split(","))))
                # The session manager binds a session to who began it: to the task, whose tokens change.
                access = AccessToken(token=caller.task_id, client_id=caller.task_id, scopes=[])
                scope["user"] = AuthenticatedUser(access)
                stream = Stream(send)
                if takes_events(scope):
                    scope[STREAM] = stream
                try:
                    if _may_give_up(scope):
                        await _while_heard(self._sessions.handle_request, scope, receive, stream.send)
                    else:
                        await self._sessions.handle_request(scope, receive, stream.send)
                finally:
                    stream.close()
            elif path in _METADATA:
                await _respond(send, 200, self._metadata(scope), [(b"cache-control", b"max-age=60")])
            elif path in {"/healthz", "/readyz"}:
                why_not = self._standing.refusal() if path == "/readyz" else None
                body = {"status": "ok"} if why_not is None else {"status": "unavailable", "reason": why_not}
                await _respond(send, 200 if why_not is None else 503, body)
            else:
                await _respond(send, 404, _error("not_found", f"There is nothing at {path[:200]}."))
        except PodiumError as error:
            await self._refuse(scope, send, error)

    def _resource(self, scope: Scope) -> str:
        """Return the address at which this tool gateway was called: its own, or another machine's."""
        called: str = scope.get(_CALLED, "")
        return called or self._standing.orders.tasks.tools

    async def _admitted(self, scope: Scope, receive: Receive) -> ToolCaller:
        """Return who calls. Raises as `_identify` does: then the call of a task that is known is noted."""
        try:
            return self._identify(scope)
        except PodiumError as error:
            if scope["method"] == "POST" and error.error_code in _OF_TASKS:
                headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
                trace = self._trace_of(headers.get(b"traceparent"), scope.get(_CARRIED))
                said = headers.get(b"authorization")
                self._gate.refusals.note_request(said, await _body(receive), trace, error)
            raise

    def _identify(self, scope: Scope) -> ToolCaller:
        values = [value for name, value in scope["headers"] if name == b"authorization"]
        if len(values) > 1 or any(b"," in value for value in values):  # the server joins them
            raise InvalidRequest("There is more than one Authorization header.")
        caller = self._standing.identities.find(values[0].decode("latin-1") if values else None)
        proofs = [value for name, value in scope["headers"] if name == b"dpop"]
        self._standing.prove(
            caller,
            proof=proofs[0].decode("latin-1") if len(proofs) == 1 else None,
            method=scope["method"],
            url=self._resource(scope),
        )
        return caller

    def _metadata(self, scope: Scope) -> dict[str, Any]:
        """Return the metadata of a protected resource (RFC 9728). Raises NotReady before it is known."""
        issuer, resource = self._standing.orders.tasks.issuer, self._resource(scope)
        if not issuer or not resource:
            raise NotReady(
                "The keeper has not said yet how this tool gateway is called.", fix="Try again soon."
            )
        return {
            "resource": resource,
            "authorization_servers": [issuer],
            "jwks_uri": f"{issuer}/.well-known/jwks.json",
            "bearer_methods_supported": ["header"],
            "authorization_details_types_supported": [MODELS, TOOLS],
            "dpop_signing_alg_values_supported": ["Ed25519", "ES256"],
        }

    async def _refuse(self, scope: Scope, send: Send, error: PodiumError) -> None:
        status = _status(error)
        if scope["path"] == PATH:
            self._gate.refusals.count(error.error_code)
        headers: list[tuple[bytes, bytes]] = []
        where = self._resource(scope).removesuffix(PATH) + _METADATA[1]
        if status == 401:
            said = challenge(error.error_code)
            said += f'{"," if "=" in said else ""} resource_metadata="{where}"'
            headers = [(b"www-authenticate", said.encode("latin-1"))]
            if isinstance(error, NeedsNonce):
                headers.append((b"dpop-nonce", error.nonce.encode()))
        elif status == 503:
            headers = [(b"retry-after", b"1")]
        await _respond(send, status, _error(error.error_code, str(error)), headers)

    # What MCP asks

    async def _list(self, context: _Context, _params: types.PaginatedRequestParams | None) -> Any:
        definitions = await self._gate.definitions(_caller(context))
        return LISTED | {"tools": [_fitting(one, context.protocol_version) for one in definitions]}

    async def _call(self, context: _Context, params: types.CallToolRequestParams) -> Any:
        self.calls += 1
        try:
            return await self._answer_call(context, params)
        finally:
            self.calls -= 1

    async def _answer_call(self, context: _Context, params: types.CallToolRequestParams) -> Any:
        caller, trace = _caller(context), self._trace(context)
        try:
            try:
                named = read_named(context.meta)
            except InvalidRequest as error:
                self._gate.note_error(caller, params.name, trace, error)
                raise
            wanted = self._wanted(context)
            result = await self._gate.call(caller, params.name, params.arguments or {}, trace, named, wanted)
        except PodiumError as error:
            decision = {
                "verdict": "deny",
                "rule": error.error_code,
                "reason": str(error),
                "approval_id": None,
            }
            text = f"Podium refused this call ({error.error_code}): {error}"
            result = {
                "content": [{"type": "text", "text": text}],
                "isError": True,
                "_meta": {DECISION: decision},
            }
        held = result.get("structuredContent", {})
        if context.protocol_version in HANDSHAKE_PROTOCOL_VERSIONS and not isinstance(held, dict):
            result = {**result, "structuredContent": {"result": held}}  # older versions take an object alone
        return {"content": [], **result, **_COMPLETE}

    async def _set_level(self, context: _Context, params: types.SetLevelRequestParams) -> types.EmptyResult:
        session = context.request.headers.get(MCP_SESSION_ID_HEADER) if context.request is not None else None
        self._sessions.set_level(session or "", params.level)
        return types.EmptyResult()

    def _wanted(self, context: _Context) -> Wanted | None:
        """Return what a client asks to hear while its call is under way, if it reads streams of events.

        With sessions a client sets the level of the log; who asks for progress alone gets it from `info` on.
        """
        stream = context.request.scope.get(STREAM) if context.request is not None else None
        if context.request is None or stream is None:
            return None
        meta: Any = context.meta or {}
        token = meta.get("progress_token")
        if isinstance(token, str) and len(token) > MAX_TOKEN_CHARS:
            token = None
        level = meta.get(types.LOG_LEVEL_META_KEY)
        if context.protocol_version in HANDSHAKE_PROTOCOL_VERSIONS:
            told = self._sessions.levels.get(context.request.headers.get(MCP_SESSION_ID_HEADER, ""))
            level = told or ("info" if token is not None else None)
        if token is None and level not in LEVELS:
            return None
        return Wanted(
            token,
            level if level in LEVELS else None,
            lambda message, overtakes: stream.offer(message, overtakes=overtakes),
        )

    def _trace(self, context: _Context) -> Trace:
        """Return where a call stands: by its ``_meta`` (SEP-414), else by its header, else in a new trace."""
        meta: Any = context.meta or {}
        given = meta.get("traceparent") if isinstance(meta, dict) else None
        if given is None and context.request is not None:
            given = context.request.headers.get("traceparent")
        return self._trace_of(
            given, context.request.scope.get(_CARRIED) if context.request is not None else None
        )

    def _trace_of(self, given: object, carried: str | None) -> Trace:
        found = parse_traceparent(given) if isinstance(given, str) else None
        trace_id, parent = found if found is not None else (self._entropy(16).hex(), None)
        return Trace(trace_id, parent, carried)


def _to_a_page(send: Send, origin: bytes) -> Send:
    """Return what sends an answer that a page of this origin may read."""

    async def tell(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *answer_headers(origin)]}
        await send(message)

    return tell


async def _answer_preflight(scope: Scope, send: Send) -> None:
    asked = next((value for name, value in scope["headers"] if name == _ASKED), None)
    await send({"type": "http.response.start", "status": 204, "headers": preflight_headers(asked)})
    await send({"type": "http.response.body", "body": b""})


def _may_give_up(scope: Scope) -> bool:
    """Return whether who goes away gives a request up: not with sessions, nor for a gateway elsewhere."""
    version = next((value for name, value in scope["headers"] if name == _VERSION), b"").decode("latin-1")
    return version in MODERN_PROTOCOL_VERSIONS and scope["method"] == "POST" and scope.get(_CARRIED) is None


async def _while_heard(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one request; cancel that when its client goes away. What has gone out to a server goes on."""
    serving, taken, over = asyncio.current_task(), asyncio.Event(), asyncio.Event()

    async def take() -> Message:
        message = await receive()
        if not message.get("more_body"):
            taken.set()
        return message

    async def tell(message: Message) -> None:
        if message["type"] == "http.response.body" and not message.get("more_body"):
            over.set()
        await send(message)

    async def watch() -> None:
        await taken.wait()
        while (await receive())["type"] != "http.disconnect":
            pass
        if serving is not None and not over.is_set():
            over.set()
            serving.cancel(_GONE)

    watching = asyncio.create_task(watch())
    try:
        await app(scope, take, tell)
    except asyncio.CancelledError as cancelled:
        if cancelled.args != (_GONE,) or serving is None:
            raise
        serving.uncancel()
    finally:
        watching.cancel()


async def _body(receive: Receive) -> bytes:
    """Return a request's body, which the server has bounded."""
    found = bytearray()
    while True:
        message = await receive()
        found += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body"):
            return bytes(found)


def _fitting(definition: dict[str, Any], version: str) -> dict[str, Any]:
    """Return a definition; its name and words alone where a client's version has no place for the rest."""
    try:
        validate_server_result("tools/list", version, LISTED | {"tools": [definition]})
    except ValidationError:
        words = {"name": definition["name"], "inputSchema": {"type": "object"}}
        return words | {key: definition[key] for key in ("description",) if key in definition}
    return definition


def _caller(context: _Context) -> ToolCaller:
    """Return whose request this is. Raises Unauthenticated where nobody's token came with it."""
    caller = context.request.scope.get("podium.caller") if context.request is not None else None
    if not isinstance(caller, ToolCaller):
        raise Unauthenticated("This call bears no credential.")
    return caller


def _status(error: PodiumError) -> int:
    kinds: tuple[tuple[type[PodiumError], int], ...] = (
        (Unauthenticated, 401),
        (Forbidden, 403),
        (InvalidRequest, 400),
        (NotReady, 503),
        (JournalError, 503),
    )
    return next((status for kind, status in kinds if isinstance(error, kind)), 500)


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}


async def _respond(
    send: Send, status: int, body: dict[str, Any], headers: list[tuple[bytes, bytes]] | None = None
) -> None:
    data = json.dumps(body).encode()
    head = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(data)), *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": data})
