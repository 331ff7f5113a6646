"""One call at a tool server, and what became of it."""

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

import msgspec

from podium.kernel.errors import ConnectFailed, JournalError, PodiumError, UpstreamRefused
from podium.spend.journal import ToolCall
from podium.tools.servers import Servers
from podium.trust.tools import ToolRow

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
    servers: Servers, tool: ToolRow, arguments: Mapping[str, Any], call_id: str, on_sent: Callable[[], None]
) -> Sent:
    """Make a call, once. ``on_sent`` writes down that it goes out, just before it does.

    ``call_id``: goes with it where the tool takes one (`ConfirmRow`).
    Raises the JournalError with which that fails; then nothing has gone out.
    """
    try:
        keyed = {**arguments, tool.confirm.key: call_id} if tool.confirm is not None else arguments
        result = await servers.get(tool).call_tool(tool.name, keyed, on_sent)
    except JournalError:
        raise
    except ConnectFailed as error:
        return Sent("unsent", {}, error)
    except UpstreamRefused as error:
        return Sent("unknown" if error.status >= 500 else "failed", {}, error)
    except PodiumError as error:
        return Sent("unknown" if getattr(error, "sent", True) else "unsent", {}, error)
    return Sent("failed" if result.get("isError") is True else "succeeded", result)


def unsent(call: ToolCall) -> ToolCall:
    """Return the row of the audit of a call that a crash has kept from going out."""
    return msgspec.structs.replace(call, outcome="failed", error_code=UNSENT_CODE)
