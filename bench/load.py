"""A closed loop of connections on bare asyncio protocols: each calls again when it has its answer."""

import asyncio
import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvloop

_LENGTH = re.compile(rb"content-length: ?(\d+)", re.IGNORECASE)
_TRACE = b"0123456789abcdef" * 2
TRACED = f"traceparent: 00-{_TRACE.decode()}-0123456789abcdef-01\r\n"
"""A line for ``headers`` of `request`: the loop makes each call's trace another."""
BODY_LATER_S = 0.01
_STREAM = re.compile(rb"content-type: ?text/event-stream", re.IGNORECASE)
_PROMPT = "note rest bar beat tune tone part page cue solo duet hall score tempo pitch chord " * 4


def request(port: int, key: str, *, stream: bool, user: str = "bench", headers: str = "") -> bytes:
    """Return the bytes of one call: some 700, of which 344 are the prompt. ``headers`` are lines to add."""
    body: dict[str, object] = {
        "model": "large",
        "messages": [{"role": "user", "content": _PROMPT}],
        "user": user,
        "max_completion_tokens": 64,
    }
    if stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    data = json.dumps(body).encode()
    head = (
        f"POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nauthorization: Bearer {key}\r\n"
        f"content-type: application/json\r\n{headers}content-length: {len(data)}\r\n\r\n"
    )
    return head.encode() + data


def good(answer: bytes) -> bool:
    """Return whether a whole answer is a success, and, if it is a stream, has come to its end."""
    if not answer.startswith(b"HTTP/1.1 200"):
        return False
    return b"data: [DONE]" in answer[-64:] or _STREAM.search(answer, 0, 1024) is None


def length_of(buffer: bytes) -> int:
    """Return how long an answer is with its head: 0 while that is not known, -1 where it comes in chunks."""
    end = buffer.find(b"\r\n\r\n")
    if end < 0:
        return 0
    found = _LENGTH.search(buffer, 0, end)
    return end + 4 + int(found[1]) if found else -1


class Loop:
    """What the connections of one run share: how many answers are wanted, and how many there are."""

    def __init__(
        self, message: bytes, *, until_s: float | None, calls: int | None, apart: bool = False
    ) -> None:
        self._pieces = message.split(_TRACE)
        self._number = 0
        self.apart = apart
        """A body is sent later than its head."""
        self.until_s = until_s
        self.left = calls
        self.answered = 0
        self.failed = 0
        self.failure = b""
        """The last answer that was none."""
        self.lost = 0
        self.open = 0
        self.done = asyncio.get_running_loop().create_future()

    def message(self) -> bytes:
        """Return the bytes of the next call."""
        if len(self._pieces) == 1:
            return self._pieces[0]
        self._number += 1
        return (b"%032x" % self._number).join(self._pieces)

    def take(self) -> bool:
        """Return whether another call is wanted, and count it as begun."""
        if self.left is not None:
            self.left -= 1
            return self.left >= 0
        return self.until_s is None or time.monotonic() < self.until_s

    def closed(self) -> None:
        """Count a connection that has ended."""
        self.open -= 1
        if self.open == 0 and not self.done.done():
            self.done.set_result(None)


class Connection(asyncio.Protocol):
    """One connection, one call at a time."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._buffer = b""
        self._whole = 0
        self._busy = False
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection."""
        self._transport = transport  # type: ignore[assignment] # TCP gives Transports
        self._next()

    def _next(self) -> None:
        assert self._transport is not None
        self._buffer, self._whole = b"", 0
        if self._loop.take():
            self._busy = True
            message = self._loop.message()
            if self._loop.apart:
                head, end, body = message.partition(b"\r\n\r\n")
                self._transport.write(head + end)
                asyncio.get_running_loop().call_later(BODY_LATER_S, self._transport.write, body)
            else:
                self._transport.write(message)
        else:
            self._busy = False
            self._transport.close()

    def data_received(self, data: bytes) -> None:
        """Take in what has arrived, and act when it is whole."""
        self._buffer = self._buffer + data if self._buffer else data
        buffer = self._buffer
        if self._whole == 0:
            self._whole = length_of(buffer)
        if len(buffer) >= self._whole > 0 or (self._whole < 0 and buffer.endswith(b"0\r\n\r\n")):
            if good(buffer):
                self._loop.answered += 1
            else:
                self._loop.failed += 1
                self._loop.failure = buffer
            self._next()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        """Count a call that will have no answer."""
        if self._busy:
            self._loop.lost += 1
        self._loop.closed()


async def closed_loop(
    port: int,
    message: bytes,
    *,
    connections: int,
    seconds: float | None = None,
    calls: int | None = None,
    apart: bool = False,
) -> tuple[Loop, float]:
    """Call for so long, or so often; return the counts and the seconds that it took.

    ``apart``: each body is sent a moment later than its head, as many clients do.
    """
    start_s = time.monotonic()
    loop = Loop(message, until_s=None if seconds is None else start_s + seconds, calls=calls, apart=apart)
    running = asyncio.get_running_loop()
    loop.open = connections
    for _ in range(connections):
        await running.create_connection(lambda: Connection(loop), "127.0.0.1", port)
    await loop.done
    return loop, time.monotonic() - start_s


@contextmanager
def runner() -> Iterator[asyncio.Runner]:
    """Yield an asyncio runner on uvloop."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as made:
        yield made
