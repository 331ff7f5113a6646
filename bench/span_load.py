"""Spans of an instrumented fleet as OTLP requests, made quickly: what differs is written into ready bodies.

Building a request of 512 spans takes a sender longer than a collector takes to store it. So a few bodies are
built, and ids, times and texts that no two spans share are overwritten in them for each request. It runs as a
process of its own (`bench/collector.py` starts it), so that it waits for no question and none for it.
"""

import argparse
import asyncio
import json
import os
import random
import re
from collections.abc import Callable, Iterator

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ScopeSpans, Span, Status

BATCH = 512
SPANS_A_TRACE = 20
CONTINUED_BATCHES = 8
"""So many requests a long trace goes on for, with what a request has over."""
BODIES = 24
AGENTS = [f"agent-{number}" for number in range(40)]
MODELS = ["gpt-5-mini", "claude-sonnet-5", "gemini-3-flash", "large"]
TOOLS = [f"server-{number % 7}/tool-{number}" for number in range(30)]
PATIENCE_S = 120.0
"""An answer that takes longer, or so long nothing but refusals, ends the bench."""
_REFUSALS = (b"429", b"503")


class Body:
    """A request as bytes, and where in it stands what each sending has of its own."""

    def __init__(self, rng: random.Random) -> None:
        self._raw: list[tuple[int, int, int]] = []
        self._hex: list[tuple[int, int, int]] = []
        self._times: list[tuple[int, int]] = []
        self._pool = bytearray()
        message, traces = self._build(rng)
        self._body = message.SerializeToString()
        self._traces = traces
        self._find()

    def filled(self, rng: random.Random, began_ns: int, going_on: bytes) -> tuple[bytes, list[str]]:
        """Return a request, and the ids of its traces. ``going_on``: id of the last, shorter one."""
        body, pool = bytearray(self._body), bytearray(rng.randbytes(len(self._pool)))
        pool[self._traces[-1] : self._traces[-1] + 16] = going_on
        text = pool.hex().encode()
        for place, length, at in self._raw:
            body[place : place + length] = pool[at : at + length]
        for place, length, at in self._hex:
            body[place : place + length] = text[2 * at : 2 * at + length]
        for place, after_ns in self._times:
            body[place : place + 8] = (began_ns + after_ns).to_bytes(8, "little")
        return bytes(body), [pool[at : at + 16].hex() for at in self._traces]

    def _bytes(self, rng: random.Random, length: int) -> tuple[int, bytes]:
        at = len(self._pool)
        self._pool += rng.randbytes(length)
        return at, bytes(self._pool[at:])

    def _build(self, rng: random.Random) -> tuple[ExportTraceServiceRequest, list[int]]:
        message = ExportTraceServiceRequest()
        holder = message.resource_spans.add()
        for name, value in (
            ("service.name", "fleet"),
            ("telemetry.sdk.language", "python"),
            ("telemetry.sdk.name", "opentelemetry"),
            ("telemetry.sdk.version", "1.45.2"),
        ):
            holder.resource.attributes.add(key=name).value.string_value = value
        spans, traces = holder.scope_spans.add(), []
        for number in range(BATCH):
            place = number % SPANS_A_TRACE
            if place == 0:
                (trace_at, trace), (_, root) = self._bytes(rng, 16), self._bytes(rng, 8)
                traces.append(trace_at)
                agent = rng.choice(AGENTS)
            own = root if place == 0 else self._bytes(rng, 8)[1]
            begin_ns = number * 1_000_000
            span = spans.spans.add(
                trace_id=trace,
                span_id=own,
                parent_span_id=b"" if place == 0 else root,
                kind=3,
                start_time_unix_nano=_MARK + begin_ns,
                end_time_unix_nano=_MARK + begin_ns + rng.randrange(10**6, 3 * 10**9) | 1,
            )
            _say(span, rng, place, agent, trace, lambda: self._bytes(rng, 12)[1])
        return message, traces

    def _find(self) -> None:
        """Find what is overwritten: each entry of the pool, as bytes and as text, and the times."""
        body, holder = self._body, ExportTraceServiceRequest.FromString(self._body)
        at = 0

        def found(what: bytes, since: int) -> int:
            place: int = body.find(what, since)
            if place < 0:
                raise SystemExit("bench/span_load.py: a body has not what it was built of")
            return place

        for span in _spans(holder):
            for raw in (span.trace_id, span.span_id, span.parent_span_id):
                if raw:
                    at = found(raw, at)
                    self._raw.append((at, len(raw), self._pool.index(raw)))
                    at += len(raw)
            for time_ns in (span.start_time_unix_nano, span.end_time_unix_nano):
                at = found(time_ns.to_bytes(8, "little"), at)
                self._times.append((at, time_ns - _MARK))
                at += 8
            for one in span.attributes:
                _, _, digits = one.value.string_value.rpartition(_OF_ID.get(one.key, "\0"))
                if one.key in _OF_ID:
                    at = found(digits.encode(), at)
                    self._hex.append((at, len(digits), self._pool.index(bytes.fromhex(digits))))
                    at += len(digits)


_MARK = 1 << 60
"""Times of a body that is not filled yet."""
_OF_ID = {
    "gen_ai.conversation.id": "conversation-",
    "gen_ai.response.id": "chatcmpl-",
    "gen_ai.tool.call.id": "call_",
}
"""Attributes with an id of their own, and what stands before it."""


def _spans(message: ExportTraceServiceRequest) -> Iterator[Span]:
    scope: ScopeSpans
    for resource in message.resource_spans:
        for scope in resource.scope_spans:
            yield from scope.spans


def _say(
    span: Span, rng: random.Random, place: int, agent: str, trace: bytes, some: Callable[[], bytes]
) -> None:
    """Give a span the name and the attributes that the GenAI conventions have for its kind."""
    texts = {"gen_ai.agent.name": agent, "gen_ai.conversation.id": "conversation-" + trace[:6].hex()}
    numbers: dict[str, int] = {}
    if place == 0:
        span.name = f"invoke_agent {agent}"
        texts["gen_ai.operation.name"] = "invoke_agent"
    elif place % 2:
        model = rng.choice(MODELS)
        span.name = f"chat {model}"
        texts |= {
            "gen_ai.operation.name": "chat",
            "gen_ai.provider.name": "openai",
            "gen_ai.request.model": model,
            "gen_ai.response.model": model,
            "gen_ai.response.id": "chatcmpl-" + some().hex(),
            "server.address": "127.0.0.1",
        }
        numbers = {
            "gen_ai.usage.input_tokens": rng.randrange(9000),
            "gen_ai.usage.output_tokens": rng.randrange(900),
            "gen_ai.request.max_tokens": 1024,
            "server.port": 8710,
        }
    else:
        tool = rng.choice(TOOLS)
        span.name = f"execute_tool {tool}"
        texts |= {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": tool,
            "gen_ai.tool.call.id": "call_" + some().hex(),
            "gen_ai.tool.type": "function",
        }
        if rng.random() < 0.05:
            span.status.code = Status.STATUS_CODE_ERROR
            texts["error.type"] = "TimeoutError"
    for name, value in texts.items():
        span.attributes.add(key=name).value.string_value = value
    for key, count in numbers.items():
        span.attributes.add(key=key).value.int_value = count


class Load:
    """So many spans by a few senders, as if they came evenly between two times."""

    def __init__(self, port: int, spans: int, times_ns: tuple[int, int]) -> None:
        self._port, self._spans, self._times_ns = port, spans, times_ns
        self._asked = self.sent = self.refused = 0
        self.traces: list[str] = []
        """Of what was sent since the last report, one a request."""

    async def send(self, key: str, rng: random.Random, bodies: list[Body]) -> None:
        """Send requests over one connection until enough were sent. Ends where they are not taken."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        began_ns, until_ns = self._times_ns
        going_on, requests = rng.randbytes(16), 0
        while self._asked < self._spans:
            at_ns = began_ns + (until_ns - began_ns) * self._asked // self._spans
            if requests % CONTINUED_BATCHES == 0:
                going_on = rng.randbytes(16)
            self._asked, requests = self._asked + BATCH, requests + 1
            body, ids = rng.choice(bodies).filled(rng, at_ns, going_on)
            await self._post(reader, writer, key, body)
            self.sent += BATCH
            self.traces.append(rng.choice(ids))
        writer.close()

    async def _post(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, key: str, body: bytes
    ) -> None:
        head = (
            f"POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\n"
            f"authorization: Bearer {key}\r\ncontent-length: {len(body)}\r\n\r\n"
        ).encode()
        async with asyncio.timeout(PATIENCE_S):
            while True:
                writer.write(head + body)
                answer = await reader.readuntil(b"\r\n\r\n")
                (length,) = re.findall(rb"content-length: *(\d+)", answer.lower())
                said = await reader.readexactly(int(length))
                status = answer.split(b" ", 2)[1]
                if status == b"200" and not said:
                    return
                if status not in _REFUSALS:
                    raise SystemExit(f"spans were not taken: {answer.decode()}{said!r}")
                self.refused += 1
                await asyncio.sleep(1)

    async def report(self) -> None:
        """Write a line of JSON each half second, for ever."""
        while True:
            await asyncio.sleep(0.5)
            self.say()

    def say(self) -> None:
        """Write how far it is, and traces that may be asked for."""
        line = {"sent": self.sent, "refused": self.refused, "traces": self.traces}
        self.traces = []
        print(json.dumps(line), flush=True)


async def run(arguments: argparse.Namespace) -> None:
    """Send everything."""
    keys = os.environ["SPAN_KEYS"].split(",")
    bodies = [Body(random.Random(arguments.seed + number)) for number in range(BODIES)]
    load = Load(arguments.port, arguments.spans, (arguments.began_ns, arguments.until_ns))
    telling = asyncio.create_task(load.report())
    await asyncio.gather(
        *(
            load.send(keys[number % len(keys)], random.Random(arguments.seed + number), bodies)
            for number in range(arguments.senders)
        )
    )
    telling.cancel()
    load.say()


def main() -> None:
    """Parse the command line and send."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    for name in ("port", "spans", "senders", "began-ns", "until-ns", "seed"):
        parser.add_argument(f"--{name}", type=int, required=True)
    asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    main()
