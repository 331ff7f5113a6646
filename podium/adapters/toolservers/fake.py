"""A tool server in memory: tools are functions, and it can be made to fail."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from podium.kernel.errors import PodiumError
from podium.ports.tools import Listening, Notice

Tool = Callable[[Mapping[str, Any]], Any]


class FakeToolServer:
    """Its tools by name. ``calls`` tells what was called, in order."""

    def __init__(
        self, tools: Mapping[str, Tool], definitions: Mapping[str, dict[str, Any]] | None = None
    ) -> None:
        self.tools = dict(tools)
        self.definitions = dict(definitions or {})
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.listed = 0
        self.failure: PodiumError | None = None
        """Raised instead of an answer."""
        self.offers: dict[str, list[dict[str, Any]]] = {}
        self.contents: dict[str, dict[str, Any]] = {}
        self.notices: list[Notice] = []
        """Said of each call, where somebody listens."""
        self.delay_s = 0.0
        self.connect_s = 0.0
        """How long it takes before a call's first byte goes out."""

    async def list_tools(self) -> list[dict[str, Any]]:
        """Return the definitions of all its tools."""
        self.listed += 1
        return [
            self.definitions.get(name) or {"name": name, "inputSchema": {"type": "object"}}
            for name in self.tools
        ]

    async def call_tool(
        self,
        name: str,
        arguments: Mapping[str, Any],
        on_sent: Callable[[], None] | None = None,
        listening: Listening | None = None,
    ) -> dict[str, Any]:
        """Return what the tool's function returns: structured content, or text."""
        if self.failure is not None and not getattr(self.failure, "sent", True):
            raise self.failure
        if self.connect_s:
            await asyncio.sleep(self.connect_s)
        if on_sent is not None:
            on_sent()
        if self.failure is not None:
            raise self.failure
        self.calls.append((name, dict(arguments)))
        if listening is not None:
            for notice in self.notices:
                listening.heard(notice)
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
        if name not in self.tools:
            return {"content": [{"type": "text", "text": f"Unknown tool: {name}"}], "isError": True}
        found = self.tools[name](arguments)
        if isinstance(found, dict):
            return {"content": [], "structuredContent": found, "isError": False}
        return {"content": [{"type": "text", "text": str(found)}], "isError": False}

    async def list_offers(self, method: str, member: str) -> list[dict[str, Any]]:  # noqa: ARG002 - a method has one list
        """Return what ``offers`` has of a method."""
        return self.offers.get(method, [])

    async def fetch(
        self, method: str, params: Mapping[str, Any], on_sent: Callable[[], None] | None = None
    ) -> dict[str, Any]:
        """Return what ``contents`` has of a URI or a name."""
        if on_sent is not None:
            on_sent()
        asked = str(params.get("uri", params.get("name")))
        self.calls.append((method, dict(params)))
        if asked not in self.contents:
            return {"content": [{"type": "text", "text": "Not found"}], "isError": True}
        return self.contents[asked]

    async def close(self) -> None:
        """Do nothing."""
