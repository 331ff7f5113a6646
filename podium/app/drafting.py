"""Asks one MCP server for its tools, for a draft of its policy: as the tools process would, without one."""

import asyncio
import logging
from typing import Any, Final, cast

from podium.adapters.system import HostSecrets, SystemClock
from podium.adapters.toolservers import open_tool_server
from podium.kernel.errors import ManifestError, UpstreamTimeout
from podium.manifest.compile_tools import tool_server
from podium.manifest.kinds_tools import ToolServer
from podium.manifest.load import load
from podium.manifest.snapshot import ToolServerRow
from podium.net.proxies import Proxies
from podium.net.upstream import Pool
from podium.ports.tools import LISTS
from podium.settings import read_settings, read_variable

MAX_S: Final = 60.0
"""For all pages of a server's answer."""


def definitions_of(manifest: str) -> dict[str, list[dict[str, Any]]]:
    """Return what the server of a manifest says of its tools, and of what it offers beside them.

    Raises ManifestError where it makes no sense, or the server's error.
    """
    logging.getLogger("mcp").setLevel(logging.CRITICAL)
    return asyncio.run(_ask(_row(manifest)))


def _row(manifest: str) -> ToolServerRow:
    loaded = load([("the command line", manifest)])
    found = [(one.name, one.manifest) for one in loaded.documents]
    if loaded.findings or not found:
        raise ManifestError(loaded.findings)
    name, server = found[0]
    return tool_server(name, cast("ToolServer", server).spec)


async def _ask(row: ToolServerRow) -> dict[str, list[dict[str, Any]]]:
    settings = read_settings()
    pool = Pool(proxies=Proxies(settings.https_proxy, settings.no_proxy))
    server = open_tool_server(row, pool, HostSecrets(read_variable, SystemClock().monotonic_ns))
    try:
        async with asyncio.timeout(MAX_S):
            found = {"tools": await server.list_tools()}
            for lists in LISTS.values():
                for method, member, _ in lists:
                    found[member] = await server.list_offers(method, member)
            return found
    except TimeoutError as error:
        raise UpstreamTimeout(f"{row.name} did not list its tools in {MAX_S:g} s.", phase="total") from error
    finally:
        await server.close()
        await pool.close()
