"""A client that says the same head with each request, as most do: what it sends may take the lane."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from podium.gateway.lane import Begun
from podium.net.server import Exchange
from tests.gateway.house import KEY, House, house
from tests.gateway.test_path import HELLO

PATH = "/v1/chat/completions"


class Client:
    """Says the same head with each request, on one connection."""

    def __init__(
        self, it: House, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: str
    ) -> None:
        self.it, self.reader, self.writer, self.head = it, reader, writer, head
        self.taken: list[bool] = []
        """Of each exchange that was offered to the lane, whether it took it."""
        self.resumed = 0

    def ask(self, model: str = "big", **more: object) -> None:
        """Send a request."""
        body = json.dumps({"model": model, "messages": HELLO, "max_tokens": 20, **more}).encode()
        lines = f"POST {PATH} HTTP/1.1\r\nhost: x\r\n{self.head}content-length: {len(body)}\r\n\r\n"
        self.writer.write(lines.encode() + body)

    async def answer(self) -> tuple[int, dict[str, str], bytes]:
        """Return status, header and body of an answer."""
        async with asyncio.timeout(60):
            first, *lines = (await self.reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
            headers = dict(line.split(": ", 1) for line in lines)
            if "content-length" in headers:
                body = await self.reader.readexactly(int(headers["content-length"]))
            else:
                body = b""
                while size := int(await self.reader.readuntil(b"\r\n"), 16):
                    body += (await self.reader.readexactly(size + 2))[:-2]
                await self.reader.readexactly(2)
        return int(first.split()[1]), headers, body

    async def answer_or_none(self) -> None:
        """Wait for an answer that may break off."""
        with suppress(asyncio.IncompleteReadError):
            await self.answer()

    async def call(self, model: str = "big", **more: object) -> tuple[int, dict[str, str], bytes]:
        """Send a request and return its answer."""
        self.ask(model, **more)
        return await self.answer()


@asynccontextmanager
async def known(tmp_path: Path, *, head: str = "") -> AsyncIterator[Client]:
    """A house, and a client whose head it knows."""
    async with house(tmp_path) as it:
        reader, writer = await asyncio.open_connection("127.0.0.1", it.server.port)
        client = Client(it, reader, writer, f"authorization: Bearer {KEY}\r\n{head}")
        at_once = it.gateway.at_once
        assert at_once is not None

        def take(exchange: Exchange) -> bool:
            client.taken.append(at_once(exchange))
            return client.taken[-1]

        it.server.at_once = take
        hand_over = Begun.hand_over

        def counted(begun: Begun) -> None:
            client.resumed += 1
            hand_over(begun)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Begun, "hand_over", counted)
            for _ in range(2):  # by the path: they are read by llhttp, and the first one opens a connection
                assert (await client.call())[0] == 200
            assert client.taken == []
            try:
                yield client
            finally:
                writer.transport.abort()
                await asyncio.sleep(0)
