"""One call at a tool server, and what became of it."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from podium.kernel.errors import ConnectFailed, PodiumError, UpstreamRefused
from podium.tools.servers import Servers
from podium.trust.tools import ToolRow

Outcome = Literal["succeeded", "failed", "unknown", "unsent"]


class Sent(msgspec.Struct, frozen=True):
    """What came back: a result, or an error."""

    outcome: Outcome
    """``unsent``: nothing went out."""
    result: dict[str, Any]
    error: PodiumError | None = None


async def send(servers: Servers, tool: ToolRow, arguments: Mapping[str, Any]) -> Sent:
    """Make a call, once."""
    try:
        result = await servers.get(tool).call_tool(tool.name, arguments)
    except ConnectFailed as error:
        return Sent("unsent", {}, error)
    except UpstreamRefused as error:
        return Sent("unknown" if error.status >= 500 else "failed", {}, error)
    except PodiumError as error:
        return Sent("unknown" if getattr(error, "sent", True) else "unsent", {}, error)
    return Sent("failed" if result.get("isError") is True else "succeeded", result)
