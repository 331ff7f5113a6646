"""The answer of one request, which becomes a stream of events when something has to be said before it.

Until then nothing differs: the answer goes out as it comes. What a client does not read is not kept: a number
gives way to the next one, and of what is more than a few messages nothing waits.
"""

import asyncio
from collections import deque
from typing import Any, Final

import msgspec
from starlette.types import Message, Scope, Send

MAX_WAITING: Final = 32
"""Messages that wait for a client that reads slowly."""
STREAM: Final = "podium.stream"
"""Key of a scope: the `Stream` of a request whose client takes one."""
_HEAD: Final = [
    (b"content-type", b"text/event-stream"),
    (b"cache-control", b"no-cache, no-transform"),
    (b"x-accel-buffering", b"no"),
]


def takes_events(scope: Scope) -> bool:
    """Return whether the client of a request reads streams of events."""
    return scope["method"] == "POST" and any(
        name == b"accept" and b"text/event-stream" in value.lower() for name, value in scope["headers"]
    )


class Stream:
    """Stands in the place of ``send`` of one request."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._waiting: deque[tuple[bytes, bool]] = deque()
        self._writing: asyncio.Task[None] | None = None
        self._closed = self._begun = False
        self._answer = bytearray()

    def offer(self, message: dict[str, Any], *, overtakes: bool) -> bool:
        """Say something before the answer; return False where it does not go out.

        ``overtakes``: the one before it need not go out, if that is such a one too.
        """
        if self._closed:
            return False
        if overtakes and self._waiting and self._waiting[-1][1]:
            self._waiting.pop()
        if len(self._waiting) >= MAX_WAITING:
            return False
        self._waiting.append((_event(msgspec.json.encode(message)), overtakes))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        return True

    async def _write(self) -> None:
        if not self._begun:
            self._begun = True
            await self._send({"type": "http.response.start", "status": 200, "headers": _HEAD})
        while self._waiting:
            event, _ = self._waiting.popleft()
            await self._send({"type": "http.response.body", "body": event, "more_body": True})

    async def send(self, message: Message) -> None:
        """Take a part of the answer; nothing is said before it from here on."""
        self._closed = True
        if self._writing is None:
            await self._send(message)
        elif message["type"] == "http.response.body":
            self._answer += message.get("body", b"")
            if not message.get("more_body"):
                await self._writing
                last = _event(bytes(self._answer)) if self._answer else b""
                await self._send({"type": "http.response.body", "body": last, "more_body": False})

    def close(self) -> None:
        """Say nothing more: the request is over, or was given up."""
        self._closed = True
        self._waiting.clear()
        if self._writing is not None:
            self._writing.cancel()


def _event(data: bytes) -> bytes:
    return b"event: message\r\ndata: " + b"".join(data.splitlines()) + b"\r\n\r\n"
