"""What both ways to reach a tool server have in common: how its words are read, and what it may not do."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeGuard, get_args

import mcp_types as types
import msgspec
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS

from podium.kernel.errors import BrokenReply, UpstreamTimeout
from podium.ports.tools import Listening, Notice
from podium.trust.values.bounds import too_deep

MAX_ANSWER_BYTES: Final = 16 << 20
MAX_PAGES: Final = 100
MAX_TOOLS: Final = 10_000
CLIENT: Final[dict[str, Any]] = {"name": "podium", "version": "1"}
METHOD_NOT_FOUND: Final = -32601
LEVELS: Final[tuple[str, ...]] = get_args(types.LoggingLevel)

Ask = Callable[[str, dict[str, Any]], Awaitable[dict[str, Any]]]


async def listed(
    server: str, ask: Ask, timeout_s: float, method: str = "tools/list", member: str = "tools"
) -> list[dict[str, Any]]:
    """Return the definitions on all pages of a server's list, as they came.

    Raises BrokenReply for a list without end or of another form, and UpstreamTimeout.
    """
    found: list[dict[str, Any]] = []
    params: dict[str, Any] = {}
    try:
        async with asyncio.timeout(timeout_s):
            for _ in range(MAX_PAGES):
                result = await ask(method, params)
                tools = result.get(member)
                if not isinstance(tools, list) or not all(_is_tool(one) for one in tools) or too_deep(tools):
                    raise BrokenReply(f"{server} lists its {member} in a way that is not MCP's.", sent=True)
                found += tools
                if len(found) > MAX_TOOLS:
                    raise BrokenReply(f"{server} lists more than {MAX_TOOLS} {member}.", sent=True)
                cursor = result.get("nextCursor")
                if not isinstance(cursor, str) or not cursor:
                    return found
                params = {"cursor": cursor}
    except TimeoutError as error:
        raise UpstreamTimeout(
            f"{server} did not list its {member} within {timeout_s:g} s.", phase="total"
        ) from error
    raise BrokenReply(f"{server} lists its {member} on more than {MAX_PAGES} pages.", sent=True)


def complete(result: dict[str, Any]) -> dict[str, Any]:
    """Return the result of a call; one that asks for more than its arguments is an error."""
    if result.get("resultType", "complete") == "complete":
        return result
    return said("The tool asks for more than its arguments, which Podium does not pass on.")


def said(text: str) -> dict[str, Any]:
    """Return an error in words as a tool's result."""
    return {"content": [{"type": "text", "text": text}], "isError": True}


def decode(data: bytes, server: str) -> dict[str, Any]:
    """Return a message. Raises BrokenReply."""
    try:
        found = msgspec.json.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenReply(f"{server} answered with what is no JSON.", sent=True) from error
    if not isinstance(found, dict):
        raise BrokenReply(f"{server} answered with what is no JSON-RPC message.", sent=True)
    return found


def envelope(params: dict[str, Any], version: str) -> dict[str, Any]:
    """Return the parameters of a request by itself."""
    meta = {
        **params.get("_meta", {}),
        types.PROTOCOL_VERSION_META_KEY: version,
        types.CLIENT_INFO_META_KEY: CLIENT,
        types.CLIENT_CAPABILITIES_META_KEY: {},
    }
    return {**params, "_meta": meta}


def wishing(
    params: dict[str, Any], number: int, listening: Listening | None, *, modern: bool
) -> dict[str, Any]:
    """Return the parameters of a request that asks for what is listened to. ``number``: the request's id.

    Servers with sessions are asked for no log: what one of them says of it is for all that is under way.
    """
    meta: dict[str, Any] = {}
    if listening is not None and listening.progress:
        meta["progressToken"] = number
    if listening is not None and listening.level is not None and modern:
        meta[types.LOG_LEVEL_META_KEY] = listening.level
    return {**params, "_meta": meta} if meta else params


def notice_of(message: Mapping[str, Any], number: int, listening: Listening, *, logs: bool) -> Notice | None:
    """Return what a message says of the request with an id; None: nothing of what is listened to.

    ``logs``: whether a line of the log can be of no other request.
    """
    params = message.get("params")
    if not isinstance(params, dict):
        return None
    if message["method"] == "notifications/progress" and listening.progress:
        token, done, total = params.get("progressToken"), params.get("progress"), params.get("total")
        if type(token) is not int or token != number or not _is_number(done):
            return None
        said = params.get("message")
        return Notice(done, total if _is_number(total) else None, said if isinstance(said, str) else None)
    if message["method"] == "notifications/message" and logs and listening.level is not None:
        level, name = params.get("level"), params.get("logger")
        if level not in LEVELS or LEVELS.index(level) < LEVELS.index(listening.level):
            return None
        return Notice(level=level, logger=name if isinstance(name, str) else None, data=params.get("data"))
    return None


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and abs(value) < 2**53


def speaks_modern(result: dict[str, Any]) -> bool:
    """Return whether a server that was asked what it speaks speaks a version without sessions."""
    supported = result.get("supportedVersions")
    return isinstance(supported, list) and any(one in MODERN_PROTOCOL_VERSIONS for one in supported)


def falls_back(server: str, error: Mapping[str, Any]) -> bool:
    """Return whether a server that refused to say what it speaks is asked as older ones are; else once more.

    One that speaks versions without sessions says so in its refusal. Raises BrokenReply where it speaks none
    that Podium does.
    """
    data = error.get("data")
    offered = data.get("supported") if isinstance(data, dict) else None
    if error.get("code") != types.UNSUPPORTED_PROTOCOL_VERSION or not isinstance(offered, list):
        return True
    if any(one in MODERN_PROTOCOL_VERSIONS for one in offered):
        return False
    if any(one in HANDSHAKE_PROTOCOL_VERSIONS for one in offered):
        return True
    named = ", ".join(str(one)[:20] for one in offered[:5]) or "no version"
    raise BrokenReply(f"{server} speaks MCP {named}, which Podium does not.", sent=True)


def declined(message: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to what a server asks of its client: nothing but pings."""
    if message["method"] == "ping":
        return {"id": message["id"], "result": {}}
    return {"id": message["id"], "error": {"code": METHOD_NOT_FOUND, "message": "Podium does not do that."}}


def _is_tool(one: object) -> bool:
    return isinstance(one, dict) and isinstance(one.get("name"), str)
