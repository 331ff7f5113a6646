"""Tool servers: MCP over streamable HTTP, over a program's standard streams, and a fake."""

from podium.adapters.toolservers.http import HttpToolServer
from podium.adapters.toolservers.stdio import StdioToolServer
from podium.manifest.snapshot import ToolServerRow
from podium.net.upstream import Pool
from podium.ports import Secrets
from podium.ports.tools import ToolServer

__all__ = ["HttpToolServer", "StdioToolServer", "open_tool_server"]


def open_tool_server(row: ToolServerRow, pool: Pool, secrets: Secrets) -> ToolServer:
    """Return the tool server of a row. Nothing is connected to before it is asked for something."""
    return StdioToolServer(row, secrets) if row.command else HttpToolServer(row, pool, secrets)
