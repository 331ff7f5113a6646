"""One call at a tool server, and what became of it."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

import mcp_types as types
import msgspec
from pydantic import ValidationError

from podium.kernel.errors import (
    BrokenReply,
    ConnectFailed,
    JournalError,
    PodiumError,
    RequestError,
    UpstreamRefused,
)
from podium.ports.tools import Listening
from podium.spend.journal import ToolCall
from podium.tools.servers import Servers
from podium.trust.tools import Kind, ToolRow
from podium.trust.values.bounds import MAX_DEPTH, too_deep
from podium.trust.values.uris import expanded

UNSENT_CODE: Final = "worker_crashed"
"""Why a call was not made that was decided and had not gone out when the process died."""
Outcome = Literal["succeeded", "failed", "unknown", "unsent"]


class Sent(msgspec.Struct, frozen=True):
    """What came back: a result, or an error."""

    outcome: Outcome
    """``unsent``: nothing went out."""
    result: dict[str, Any]
    error: PodiumError | None = None


async def send(
    servers: Servers,
    tool: ToolRow,
    arguments: Mapping[str, Any],
    call_id: str,
    on_sent: Callable[[], None],
    listening: Listening | None = None,
) -> Sent:
    """Make a call, once. ``on_sent`` writes down that it goes out, just before it does.

    ``call_id``: goes with it where the tool takes one (`ConfirmRow`). ``listening`` hears what is said of it.
    Raises the JournalError with which that fails: nothing has gone out. Nor has it behind a RequestError.
    """
    try:
        server = servers.get(tool)
        if tool.kind == "resource":
            uri = expanded(tool.uri, {name: str(value) for name, value in arguments.items()})
            result = await server.fetch("resources/read", {"uri": uri}, on_sent)
        elif tool.kind == "prompt":
            params = {"name": tool.uri, "arguments": dict(arguments)}
            result = await server.fetch("prompts/get", params, on_sent)
        else:
            keyed = {**arguments, tool.confirm.key: call_id} if tool.confirm is not None else arguments
            result = await server.call_tool(tool.name, keyed, on_sent, listening)
    except JournalError:
        raise
    except (ConnectFailed, RequestError) as error:
        return Sent("unsent", {}, error)
    except UpstreamRefused as error:
        return Sent("unknown" if error.status >= 500 else "failed", {}, error)
    except PodiumError as error:
        return Sent("unknown" if getattr(error, "sent", True) else "unsent", {}, error)
    result = {key: value for key, value in result.items() if value is not None}
    fault = _fault(result, tool.kind)
    if fault is not None:
        return Sent(
            "unknown", {}, BrokenReply(f"{tool.server} answered with what is no result: {fault}.", sent=True)
        )
    return Sent("failed" if result.get("isError") is True else "succeeded", result)


def _fault(result: Mapping[str, Any], kind: Kind) -> str | None:
    """Return why a result cannot be handed to a client as MCP has it, or None."""
    if not isinstance(result.get("isError", False), bool):
        return "isError is neither true nor false"
    try:
        if kind != "tool" and not result.get("isError"):
            shape = types.ReadResourceResult if kind == "resource" else types.GetPromptResult
            shape.model_validate(result, by_name=False)
        else:
            types.CallToolResult.model_validate({"content": [], **result}, by_name=False)
    except ValidationError as error:
        where = [str(step) for step in error.errors(include_input=False, include_url=False)[0]["loc"]]
        return f"{'.'.join(where[:2])} has another form"
    return f"it nests deeper than {MAX_DEPTH}" if too_deep(result) else None


def unsent(call: ToolCall) -> ToolCall:
    """Return the row of the audit of a call that a crash has kept from going out."""
    return msgspec.structs.replace(call, outcome="failed", error_code=UNSENT_CODE)
