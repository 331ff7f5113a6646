"""Calls that went out before, through the whole gateway, by the official client."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import pytest
from sqlalchemy import update

from podium.kernel.errors import BrokenReply
from podium.ports.database import task_identities
from podium.tools.memory import Memory
from podium.tools.replaying import DECISION, NAMED, REPLAYED
from podium.trust.tokens import SigningKey
from tests.tools.rig import Rig, rig, until
from tests.tools.samples import MANIFESTS

SEND = {"to": "anna@acme.example", "body": "Hello"}
REQUEST = "Send an email to anna@acme.example"
EXTRA = """    mark:
      effect: write
      arguments: {{name: {{sink: text}}}}
    put:
      effect: write
      idempotent: true
      arguments: {{name: {{sink: text}}}}
    delete_all:"""


class Server:
    """A tool server that counts, and can lose its answers."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.lose = False

    async def list_tools(self) -> list[dict[str, Any]]:
        names = ("send_email", "list_messages", "delete_all", "mark", "put")
        return [{"name": name, "inputSchema": {"type": "object"}} for name in names]

    async def call_tool(self, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((name, dict(arguments)))
        if self.lose:
            raise BrokenReply("The server went away", sent=True)
        return {"content": [{"type": "text", "text": f"{name} {len(self.calls)}"}]}

    async def close(self) -> None: ...


class Runs:
    """The rig, and the tokens of attempts."""

    def __init__(self, it: Rig, server: Server) -> None:
        self.it, self.server = it, server

    def attempt(self, token: str, number: int) -> str:
        """Return the token of an attempt of the same task."""
        keeper = self.it.keeper_tasks
        claims = msgspec.structs.replace(keeper._verify(token), run_attempt=number)
        return keeper.ring.sign(claims)

    async def call(
        self, token: str, name: str = "mail_send_email", arguments: Any = SEND, key: str | None = None
    ) -> Any:
        async with self.it.client(token) as client:
            meta = {NAMED: key} if key is not None else None
            return await client.call_tool(name, arguments, meta=meta)
