"""OTLP/HTTP: ``POST /v1/traces`` (https://opentelemetry.io/docs/specs/otlp/#otlphttp).

A request is answered when its spans are durable. Statuses that an exporter tries again after: 429 and 503,
with Retry-After.
"""

import asyncio
import hashlib
import zlib
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec

from podium.collector.contents import Contents
from podium.collector.intake import Intake, QueueFull
from podium.collector.standing import CollectorStanding
from podium.evidence.contents.rules import ContentRule
from podium.evidence.contents.spans import contents_of, user_of
from podium.evidence.taking import Sender, Taken, take
from podium.kernel.errors import Forbidden, InvalidRequest, NotReady, PodiumError, Unauthenticated
from podium.kernel.spans import Span
from podium.net.server import Exchange, ServerLimits
from podium.ports.content import Said, Where
from podium.wire.otlp import decode_request_json
from podium.wire.otlp_proto import decode_request, encode_answer, encode_status

PATH: Final = "/v1/traces"
MAX_BODY_BYTES: Final = 8 << 20
MAX_INFLATED_BYTES: Final = 16 << 20
MAX_SPANS: Final = 20_000
"""In one request."""
LIMITS: Final = ServerLimits(
    max_body_bytes=MAX_BODY_BYTES, max_connections=1024, max_in_flight=256, max_held_body_bytes=64 << 20
)
REMEMBERED: Final = 4096
"""Requests that were taken, so that one that is sent again is not stored again."""
_PROTOBUF: Final = b"application/x-protobuf"
_JSON: Final = b"application/json"
_RETRY: Final = (b"retry-after", b"1")


class _Refused(Exception):
    """An HTTP status with a message."""

    def __init__(self, status: int, message: str, *headers: tuple[bytes, bytes]) -> None:
        super().__init__(message)
        self.status, self.message, self.headers = status, message, headers


class SpanDoor:
    """Answers exporters."""

    def __init__(self, standing: CollectorStanding, intake: Intake, contents: Contents | None = None) -> None:
        self._standing = standing
        self._intake = intake
        self._contents = contents
        self._decoding = ThreadPoolExecutor(1, "decoding")
        self._taken: OrderedDict[bytes, tuple[int, str]] = OrderedDict()

    async def handle(self, exchange: Exchange) -> None:
        """Answer one request."""
        kind = exchange.headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
        as_json = kind == _JSON
        try:
            rejected, why = await self._take(exchange, kind)
        except _Refused as error:
            self._refuse(exchange, error, as_json=as_json)
        except Unauthenticated as error:
            refused = _Refused(401, str(error), (b"www-authenticate", b"Bearer"))
            self._refuse(exchange, refused, as_json=as_json)
        except PodiumError as error:
            self._refuse(exchange, _refusal(error), as_json=as_json)
        else:
            body = _json_answer(rejected, why) if as_json else encode_answer(rejected, why)
            exchange.respond(200, ((b"content-type", kind),), body)

    async def _take(self, exchange: Exchange, kind: bytes) -> tuple[int, str]:
        if exchange.path != PATH:
            raise _Refused(404, f"There is nothing here: POST {PATH}.")
        if exchange.method != "POST":
            raise _Refused(405, f"POST {PATH}.", (b"allow", b"POST"))
        await self._standing.admit()
        sender = self._standing.sender(exchange.headers.get(b"authorization"))
        if kind not in {_PROTOBUF, _JSON}:
            raise _Refused(415, "Send application/x-protobuf or application/json.")
        encoding = exchange.headers.get(b"content-encoding", b"identity").strip().lower()
        if encoding not in {b"identity", b"gzip"}:
            raise _Refused(415, "Send the body as it is, or with gzip.", (b"accept-encoding", b"gzip"))
        body = await exchange.read_body()
        loop = asyncio.get_running_loop()
        rule = self._standing.rule_of(sender) if self._contents is not None else None
        now_ns = self._standing.clock.wall_ns()
        with self._intake.coming():
            name, taken, handed = await loop.run_in_executor(
                self._decoding, _read, body, encoding == b"gzip", kind == _JSON, sender, rule, now_ns
            )
        known = self._taken.get(name)
        if known is not None:
            return known
        if handed and self._contents is not None:
            # Before its spans: sent again, content takes its own place, and no span is counted twice.
            await self._contents.keep(handed)
        await self._intake.put(taken.spans)
        self._taken[name] = answer = (taken.rejected, taken.why)
        if len(self._taken) > REMEMBERED:
            self._taken.popitem(last=False)
        return answer

    def _refuse(self, exchange: Exchange, error: _Refused, *, as_json: bool) -> None:
        body = msgspec.json.encode({"message": error.message}) if as_json else encode_status(error.message)
        kind = _JSON if as_json else _PROTOBUF
        exchange.respond(error.status, ((b"content-type", kind), *error.headers), body)

    def close(self) -> None:
        """Stop the thread."""
        self._decoding.shutdown()


def _refusal(error: PodiumError) -> _Refused:
    match error:
        case QueueFull():
            return _Refused(429, str(error), _RETRY)
        case NotReady():
            return _Refused(503, str(error), _RETRY)
        case Forbidden():
            return _Refused(403, str(error))
        case InvalidRequest():
            return _Refused(400, str(error))
    return _Refused(500, str(error))


def _read(
    body: bytes, zipped: bool, as_json: bool, sender: Sender, rule: ContentRule | None, now_ns: int
) -> tuple[bytes, Taken, list[Said]]:
    """Return a request's name, by its content and sender, its spans, and their content. Raises _Refused."""
    wanted = rule is not None
    if zipped:
        body = inflate(body)
    name = hashlib.blake2b(body, digest_size=16, key=hashlib.sha256(repr(sender).encode()).digest()).digest()
    if as_json:
        spans, wrong, why = decode_request_json(body, events=wanted), 0, ""
    else:
        spans, wrong, why = decode_request(body, events=wanted)
    if len(spans) > MAX_SPANS:
        raise _Refused(
            413, f"A request of {len(spans)} spans; the limit is {MAX_SPANS}. Send smaller batches."
        )
    taken = take(spans, sender)
    handed = [] if rule is None else _contents(spans, taken, sender, rule, now_ns)
    return name, Taken(taken.spans, taken.rejected + wrong, why or taken.why), handed


def _contents(spans: list[Span], taken: Taken, sender: Sender, rule: ContentRule, now_ns: int) -> list[Said]:
    """Return the content of the spans that are taken."""
    ours = {(span.trace_id, span.span_id) for span in taken.spans}
    handed = []
    for span in spans:
        values = contents_of(span) if (span.trace_id, span.span_id) in ours else {}
        if values:
            where = Where(
                span.trace_id, span.span_id, sender.task or "", sender.agent or "", sender.department,
                min(span.start_ns, now_ns), user_of(span),
            )  # fmt: skip
            handed.append(Said(where, rule, {name: msgspec.json.encode(it) for name, it in values.items()}))
    return handed


def inflate(body: bytes) -> bytes:
    """Return what gzip has packed, of one member, up to the limit. Raises _Refused."""
    unpacking = zlib.decompressobj(wbits=31)
    try:
        found = unpacking.decompress(body, MAX_INFLATED_BYTES + 1)
    except zlib.error as error:
        raise _Refused(400, f"The body is no gzip: {error}.") from error
    if len(found) > MAX_INFLATED_BYTES:
        raise _Refused(
            413, f"The unpacked body is longer than {MAX_INFLATED_BYTES} bytes. Send smaller batches."
        )
    if not unpacking.eof or unpacking.unused_data:
        raise _Refused(400, "The body is no whole gzip of one member.")
    return found


def _json_answer(rejected: int, why: str) -> bytes:
    if not rejected and not why:
        return b"{}"
    return msgspec.json.encode({"partialSuccess": {"rejectedSpans": str(rejected), "errorMessage": why}})
