"""What is said in a call of an agent whose content is kept: heard beside the exchange, and handed over."""

from typing import Any, Final, cast

from podium.evidence.contents.rules import ContentRule
from podium.gateway.attempt import Call
from podium.gateway.endpoints import Endpoint
from podium.net.server import Exchange
from podium.ports.content import MAX_RAW_BYTES, ContentSink, Spoken, Where

USER: Final = b"x-podium-user"
"""Names the end user where the body does not."""
_MAX_USER_CHARS: Final = 512


def hear(exchange: Exchange, call: Call, endpoint: Endpoint, body: bytes, sink: ContentSink) -> Exchange:
    """Return the exchange to go on with; ``call.heard`` is to be ended with the call."""
    rule = call.agent.content
    if rule is None:
        return exchange
    heard = call.heard = Hearing(exchange, call, rule, endpoint.wire.NAME, body, sink)
    return cast("Exchange", heard)


class Hearing:
    """An exchange whose answer is heard. It has what the path needs of one."""

    def __init__(
        self, exchange: Exchange, call: Call, rule: ContentRule, wire: str, body: bytes, sink: ContentSink
    ) -> None:
        self._exchange, self._call, self._sink = exchange, call, sink
        self._rule, self._wire, self._body = rule, wire, body
        self._parts: list[bytes] | None = []
        self._bytes = 0
        self._streamed = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._exchange, name)

    def respond(self, status: int, headers: Any, body: bytes) -> None:
        """Send a whole answer."""
        if status == 200:
            self._note(body)
        self._exchange.respond(status, headers, body)

    def start_stream(self, status: int, headers: Any) -> None:
        """Begin a stream."""
        self._streamed = True
        self._exchange.start_stream(status, headers)

    def push(self, data: bytes) -> bool:
        """Send a piece of a stream."""
        self._note(data)
        return self._exchange.push(data)

    async def write(self, data: bytes) -> None:
        """Send a piece of a stream, and wait for room."""
        self._note(data)
        await self._exchange.write(data)

    async def write_last(self, data: bytes) -> None:
        """Send the last piece of a stream, and its end."""
        self._note(data)
        await self._exchange.write_last(data)

    def _note(self, data: bytes) -> None:
        self._bytes += len(data)
        if self._bytes > MAX_RAW_BYTES:
            self._parts = None
        elif self._parts is not None:
            self._parts.append(data)

    def end(self) -> None:
        """Hand over what was said, if anything has gone out."""
        call = self._call
        if not call.attempts and not self._bytes:
            return
        user = self._exchange.headers.get(USER)
        where = Where(
            call.trace_id,
            call.call_id,
            call.task_id,
            call.agent.name,
            call.agent.department_path,
            call.admitted_ns,
            user.decode("utf-8", "replace")[:_MAX_USER_CHARS] if user else None,
        )
        asked = self._body if len(self._body) <= MAX_RAW_BYTES else None
        answered = b"".join(self._parts) if self._parts is not None else None
        self._sink.put(Spoken(where, self._rule, self._wire, asked, answered, self._streamed))
