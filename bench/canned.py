"""The provider of the benches: canned answers from a bare asyncio protocol, as cheap as Python can be.

python bench/canned.py PORT [told]. A request whose body asks for a stream gets 34 events, each a chunk of its
own: in one write; or, if its ``user`` is "one-by-one", each in a write of its own; or, if that is "paced",
one every 5 ms, the first at once. Others get one JSON document, at once; if the ``user`` is "slow", after
100 ms. ``content-length`` is required of requests. ``told``: heads are as long as those of providers are,
with a date, a request's id, limits of rate and a cookie that differ from answer to answer.
"""

import asyncio
import json
import re
import sys

import uvloop

EVENTS = 34
PACE_S = 0.005
SLOW_S = 0.1
_LENGTH = re.compile(rb"content-length: ?(\d+)", re.IGNORECASE)
_STREAM = re.compile(rb'"stream": ?true')
_USER = re.compile(rb'"user": ?"([a-z-]+)"')
_USAGE = {
    "prompt_tokens": 64,
    "completion_tokens": EVENTS - 4,
    "total_tokens": 60 + EVENTS,
    "prompt_tokens_details": {"cached_tokens": 0, "audio_tokens": 0},
    "completion_tokens_details": {"reasoning_tokens": 0, "audio_tokens": 0},
}
_HEAD = {"id": "chatcmpl-canned", "created": 1700000000, "model": "bench-large"}


def _chunk(delta: dict[str, object], finish: str | None = None) -> dict[str, object]:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return {**_HEAD, "object": "chat.completion.chunk", "choices": [choice], "usage": None}


def plain() -> bytes:
    """Return a whole plain answer."""
    message = {"role": "assistant", "content": "la " * (EVENTS - 4), "refusal": None}
    choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}
    body = json.dumps({**_HEAD, "object": "chat.completion", "choices": [choice], "usage": _USAGE}).encode()
    return b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (
        len(body),
        body,
    )


def streamed() -> list[bytes]:
    """Return a streamed answer in 34 writes: role, tokens, finish, usage, [DONE]."""
    documents = [_chunk({"role": "assistant", "content": ""})]
    documents += [_chunk({"content": " la"}) for _ in range(EVENTS - 4)]
    documents.append(_chunk({}, "stop"))
    documents.append({**_HEAD, "object": "chat.completion.chunk", "choices": [], "usage": _USAGE})
    events = [
        b"data: %b\n\n" % json.dumps(document, separators=(",", ":")).encode() for document in documents
    ]
    events.append(b"data: [DONE]\n\n")
    assert len(events) == EVENTS
    head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    frames = [b"%x\r\n%b\r\n" % (len(event), event) for event in events]
    return [head + frames[0], *frames[1:-1], frames[-1] + b"0\r\n\r\n"]


_TOLD = (
    b"HTTP/1.1 200 OK\r\nDate: Fri, 27 Nov 2026 08:%02d:%02d GMT\r\nServer: canned\r\n"
    b"openai-organization: bench\r\nopenai-processing-ms: %d\r\nopenai-version: 2020-10-01\r\n"
    b"x-ratelimit-limit-requests: 30000\r\nx-ratelimit-limit-tokens: 150000000\r\n"
    b"x-ratelimit-remaining-requests: %d\r\nx-ratelimit-remaining-tokens: %d\r\n"
    b"x-ratelimit-reset-requests: 2ms\r\nx-ratelimit-reset-tokens: %dms\r\nx-request-id: req_%032x\r\n"
    b"strict-transport-security: max-age=31536000; includeSubDomains; preload\r\n"
    b"set-cookie: __cf_bm=%032x; path=/; HttpOnly; Secure\r\nCF-RAY: %016x-FRA"
)


def told(number: int, answer: bytes) -> bytes:
    """Return an answer with such a head."""
    _, _, rest = answer.partition(b"\r\n")
    seconds, left = number % 3600, 29_999 - number % 1000
    values = seconds // 60, seconds % 60, 200 + number % 97, left, left * 5000, number % 50
    return b"%b\r\n%b" % (_TOLD % (*values, number, number * 7, number * 11), rest)


class Canned(asyncio.Protocol):
    """One connection."""

    tells = False
    number = 0

    plain = plain()
    pieces = streamed()
    burst = b"".join(pieces)

    def __init__(self) -> None:
        self._buffer = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection."""
        self._transport = transport  # type: ignore[assignment] # TCP gives Transports

    def data_received(self, data: bytes) -> None:
        """Take in what has arrived, and act when it is whole."""
        buffer = self._buffer + data if self._buffer else data
        while True:
            end = buffer.find(b"\r\n\r\n")
            if end < 0:
                break
            found = _LENGTH.search(buffer, 0, end)
            whole = end + 4 + (int(found[1]) if found else 0)
            if len(buffer) < whole:
                break
            self._answer(buffer, end, whole)
            buffer = buffer[whole:]
        self._buffer = buffer

    def _answer(self, buffer: bytes, start: int, end: int) -> None:
        if self._transport is None:
            return
        named = _USER.search(buffer, start, end)
        user = named[1] if named else b""
        loop = asyncio.get_running_loop()
        if not _STREAM.search(buffer, start, end):
            if user == b"slow":
                loop.call_later(SLOW_S, self._write, self.plain)
            else:
                self._write(self.plain)
        elif user == b"one-by-one":
            self._write_from(0)
        elif user == b"paced":
            self._write_paced(0, loop.time())
        else:
            self._write(self.burst)

    def _write(self, data: bytes) -> bool:
        """Write to a client that is still there; return whether it is."""
        if self._transport is None or self._transport.is_closing():
            return False
        if Canned.tells and data.startswith(b"HTTP/"):
            Canned.number += 1
            data = told(Canned.number, data)
        self._transport.write(data)
        return True

    def _write_from(self, place: int) -> None:
        """Write one piece a turn of the loop, because uvloop sends what is written in one turn as one."""
        if self._write(self.pieces[place]) and place + 1 < len(self.pieces):
            asyncio.get_running_loop().call_soon(self._write_from, place + 1)

    def _write_paced(self, place: int, began_s: float) -> None:
        """Write one piece, and the next one when its time has come, however late this one was."""
        if self._write(self.pieces[place]) and place + 1 < len(self.pieces):
            due_s = began_s + PACE_S * (place + 1)
            asyncio.get_running_loop().call_at(due_s, self._write_paced, place + 1, began_s)


async def serve(port: int) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Canned, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    Canned.tells = "told" in sys.argv[2:]
    uvloop.run(serve(int(sys.argv[1])))
