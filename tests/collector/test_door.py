"""Spans by OTLP over HTTP: the official SDK and exporter, and every way to be refused."""

import asyncio
import gzip
import hashlib
import json
import time
from contextlib import asynccontextmanager

import httpx
import msgspec
import pytest
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from sqlalchemy import StaticPool, create_engine

from podium.adapters.spans.duckdb import DuckSpans
from podium.adapters.system import SystemClock
from podium.collector import door as doors
from podium.collector import intake as intakes
from podium.collector.desk import Desk
from podium.collector.door import LIMITS, SpanDoor
from podium.collector.feed import SpanFeed
from podium.collector.intake import Intake
from podium.collector.standing import CollectorStanding
from podium.evidence import semconv
from podium.kernel.errors import StateError
from podium.manifest.orders import CollectorKey, Orders, TaskOrders
from podium.net.server import Server
from podium.ports.database import metadata
from podium.ports.spans import GetStats
from tests.trust.credentials.test_tokens import CLAIMS, ISSUER, KEY, OTHER

SECRET = "podium_ck_test"
TASK = "task_01M85ME4HS093C32W62N0SCHRC"
FREE = msgspec.structs.replace(CLAIMS, cnf=None)


def orders(*keys):
    known = tuple(
        CollectorKey(f"ckey_{key}", "bench", "acme/lab", hashlib.sha256(key.encode()).hexdigest())
        for key in keys
    )
    return Orders(1, tasks=TaskOrders(ISSUER, (KEY.public,)), collector_keys=known)


class Town:
    """A collector's door on a store of its own."""

    def __init__(self, store, standing, port):
        self.store, self.standing = store, standing
        self.url = f"http://127.0.0.1:{port}/v1/traces"

    async def post(self, body=b"", *, secret=SECRET, kind="application/x-protobuf", **headers):
        bearing = {"authorization": f"Bearer {secret}"} if secret else {}
        async with httpx.AsyncClient(timeout=120) as http:
            return await http.post(
                self.url, content=body, headers={"content-type": kind, **bearing, **headers}
            )


@pytest.fixture
def engine():
    """An empty database: no span here is of the ledger."""
    engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
    metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
async def town(tmp_path, engine):
    async with running(tmp_path, engine) as it:
        yield it


@asynccontextmanager
async def running(tmp_path, engine):
    clock = SystemClock()
    store = DuckSpans(tmp_path / "spans.duckdb")
    desk = Desk(store, SpanFeed(engine, store, clock))
    standing = CollectorStanding(clock)
    standing.apply(None, orders(SECRET))
    standing._asked_ns = 1 << 62  # there is no keeper here
    intake = Intake(desk, desk.add)
    door = SpanDoor(standing, intake)
    server = Server(door.handle, limits=LIMITS)
    await server.listen()
    storing = asyncio.create_task(intake.keep_storing())
    try:
        it = Town(store, standing, server.port)
        it.desk, it.intake = desk, intake
        yield it
    finally:
        await server.drain(1)
        storing.cancel()
        await asyncio.gather(storing, return_exceptions=True)
        door.close()
        await desk.close()


def token(**changes):
    now_s = int(time.time())
    return KEY.sign(msgspec.structs.replace(FREE, **({"iat": now_s - 60, "exp": now_s + 600} | changes)))


def request(*, trace=b"t" * 16, count=1, **attributes):
    message = ExportTraceServiceRequest()
    scope = message.resource_spans.add().scope_spans.add()
    for number in range(count):
        span = scope.spans.add(
            trace_id=trace, span_id=(number + 1).to_bytes(8, "big"), name="chat m",
            start_time_unix_nano=10**18 + number, end_time_unix_nano=10**18 + 500,
        )  # fmt: skip
        for name, value in attributes.items():
            span.attributes.add(key=name.replace("__", ".")).value.string_value = value
    return message


def kept(town, trace=b"t" * 16):
    return town.store.of_trace(trace.hex())


def exported(url, secret, *, compression=Compression.NoCompression):
    """Make spans with the SDK and send them as its exporter does; return the trace's id."""
    exporter = OTLPSpanExporter(
        endpoint=url, headers={"Authorization": f"Bearer {secret}"}, compression=compression
    )
    provider = TracerProvider(
        resource=Resource.create({"service.name": "fleet", "owner": "anna@acme.example"})
    )
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("tests")
    with (  # noqa: PT012 - what is raised ends the span
        pytest.raises(ValueError, match="sesame"),
        tracer.start_as_current_span("invoke_agent planner") as root,
    ):
        root.set_attribute("gen_ai.operation.name", "invoke_agent")
        root.set_attribute("gen_ai.agent.name", "planner")
        with tracer.start_as_current_span("chat") as chat:
            chat.set_attribute("llm.model_name", "gpt-5-mini")
            chat.set_attribute("openinference.span.kind", "LLM")
            chat.set_attribute("llm.token_count.prompt", 12)
            chat.set_attribute("input.value", "open sesame")
            chat.set_attribute("podium.cost.nano_usd", 5)
            chat.add_event("gen_ai.user.message", {"content": "open sesame"})
        raise ValueError("open sesame")
    provider.shutdown()
    return f"{root.get_span_context().trace_id:032x}"


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
async def test_the_official_exporter(town, tmp_path, compression):
    """Spans of opentelemetry-sdk arrive whole and as a tree, under the pinned names, and without content."""
    trace_id = await asyncio.to_thread(exported, town.url, token(), compression=compression)
    chat, root = sorted(town.store.of_trace(trace_id), key=lambda span: span["name"])
    assert (root["parent_span_id"], chat["parent_span_id"]) == (None, root["span_id"])
    assert (root["status"], root["attributes"][semconv.ERROR_TYPE]) == ("ERROR", "ValueError")
    assert root["attributes"]["service.name"] == "fleet"
    told = chat["attributes"]
    assert (told[semconv.OPERATION], told[semconv.REQUEST_MODEL], told[semconv.INPUT_TOKENS]) == (
        "chat",
        "gpt-5-mini",
        12,
    )
    assert semconv.COST_NANO_USD not in told
    for span in (chat, root):
        own = span["attributes"]
        assert (own[semconv.TASK], own[semconv.AGENT]) == (TASK, "triage")
        assert (own[semconv.DEPARTMENT], span["source"]) == ("acme/support", "otlp")
    assert root["attributes"]["podium.reported.agent"] == "planner"
    town.store._abandon()  # closed, so that what is on the disk can be looked at
    written = b"".join(file.read_bytes() for file in tmp_path.glob("spans.duckdb*"))
    assert b"sesame" not in written
    assert b"anna" not in written


async def test_json(town):
    """OTLP's JSON is taken and answered in JSON."""
    span = {
        "traceId": "74" * 16, "spanId": "01" * 8, "name": "chat",
        "startTimeUnixNano": "5", "endTimeUnixNano": "6",
        "attributes": [{"key": "gen_ai.system", "value": {"stringValue": "openai"}}],
    }  # fmt: skip
    body = {"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}
    answer = await town.post(json.dumps(body).encode(), kind="application/json; charset=utf-8")
    assert (answer.status_code, answer.json()) == (200, {})
    assert kept(town)[0]["attributes"][semconv.PROVIDER] == "openai"
    assert kept(town)[0]["attributes"][semconv.DEPARTMENT] == "acme/lab"
    broken = await town.post(b"{", kind="application/json")
    assert (broken.status_code, broken.headers["content-type"]) == (400, "application/json")


async def test_some_spans_are_rejected(town):
    """The good spans of a request are kept; the answer says how many were not, and why the first was not."""
    message = request(count=3)
    spans = message.resource_spans[0].scope_spans[0].spans
    spans[0].attributes.add(key="podium.task").value.string_value = "task_of_somebody_else"
    spans[1].span_id = b""
    answer = await town.post(message.SerializeToString(), secret=token())
    partial = ExportTraceServiceResponse.FromString(answer.content).partial_success
    assert (answer.status_code, partial.rejected_spans) == (200, 2)
    assert "no usable ids" in partial.error_message
    assert len(kept(town)) == 1
    spans[1].span_id, spans[1].end_time_unix_nano = b"x" * 8, 1
    partial = ExportTraceServiceResponse.FromString(
        (await town.post(message.SerializeToString(), secret=token())).content
    ).partial_success
    assert (partial.rejected_spans, "task_of_somebody_else" in partial.error_message) == (2, True)


async def test_who_may_send(town):
    """A task until a day after its token's end, and keys in force; nobody else."""
    now_s = int(time.time())
    body = request().SerializeToString()
    for secret in (token(), token(iat=now_s - 9000, exp=now_s - 3600), SECRET):
        assert (await town.post(body, secret=secret)).status_code == 200
    for secret in (
        None,
        "podium_ck_other",
        token(iat=now_s - 99_000, exp=now_s - 86_500),
        token(aud="https://elsewhere.example"),
        OTHER.sign(msgspec.structs.replace(FREE, iat=now_s, exp=now_s + 60)),
        "a.b.c",
    ):
        answer = await town.post(body, secret=secret)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    bound = await town.post(body, secret=token(cnf=CLAIMS.cnf))
    assert bound.status_code == 403
    stolen = msgspec.structs.replace(orders(SECRET).tasks, revoked=(TASK,))
    town.standing.apply(None, msgspec.structs.replace(orders(SECRET), tasks=stolen))
    assert (await town.post(body, secret=token())).status_code == 401
    town.standing.apply(None, orders())
    assert (await town.post(body)).status_code == 401


async def test_what_is_refused(town, monkeypatch):
    """Other paths, methods, types and encodings, bodies that are none or too long, each by its status."""
    body = request().SerializeToString()
    async with httpx.AsyncClient() as http:
        assert (await http.get(town.url)).status_code == 405
        assert (await http.post(town.url.replace("traces", "logs"))).status_code == 404
    assert (await town.post(body, kind="text/plain")).status_code == 415
    assert (await town.post(body, **{"content-encoding": "br"})).status_code == 415
    assert (await town.post(b"\xff\xff")).status_code == 400
    zipped = {"content-encoding": "gzip"}
    assert (await town.post(body, **zipped)).status_code == 400
    assert (await town.post(gzip.compress(body)[:-4], **zipped)).status_code == 400
    assert (await town.post(gzip.compress(body) * 2, **zipped)).status_code == 400
    monkeypatch.setattr(doors, "MAX_INFLATED_BYTES", 10_000)
    bomb = await town.post(gzip.compress(b"\0" * 100_000), **zipped)
    assert (bomb.status_code, b"longer than" in bomb.content) == (413, True)
    monkeypatch.setattr(doors, "MAX_SPANS", 2)
    assert (await town.post(request(count=3).SerializeToString())).status_code == 413
    assert kept(town) == []


async def test_a_silent_keeper(town, monkeypatch):
    """Without the keeper's word nobody is known, so nothing is taken: try again."""
    monkeypatch.setattr("podium.collector.standing.WAIT_FOR_WORD_S", 0.01)
    town.standing._asked_ns = 0
    answer = await town.post(request().SerializeToString())
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


async def test_a_full_queue_and_a_full_disk(town, monkeypatch):
    """More than may wait is answered 429; while nothing can be stored 503; nothing of either is kept."""
    gate = asyncio.Event()
    write = town.desk.write

    async def held(act):
        await gate.wait()
        return await write(act)

    monkeypatch.setattr(town.desk, "write", held)
    monkeypatch.setattr(intakes, "MAX_WAITING_SPANS", 5)
    first = asyncio.create_task(town.post(request(count=5).SerializeToString()))
    while town.intake._waiting_spans < 5:
        await asyncio.sleep(0.01)
    answer = await town.post(request(count=4).SerializeToString())
    assert answer.status_code == 429
    assert answer.headers["retry-after"] == "1"
    gate.set()
    assert (await first).status_code == 200

    def full(_spans, _cursors):
        raise StateError("the disk is full")

    monkeypatch.setattr(town.store, "append", full)
    refused = await town.post(request(trace=b"u" * 16).SerializeToString())
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert kept(town, b"u" * 16) == []


async def test_one_bad_request_spoils_no_other(town, monkeypatch):
    """Where a commit fails for one request's sake, the others in it are stored."""
    append = town.store.append

    def picky(spans, cursors):
        if any(span.trace_id == (b"v" * 16).hex() for span in spans):
            raise ValueError("no text")
        append(spans, cursors)

    monkeypatch.setattr(town.store, "append", picky)
    answers = await asyncio.gather(
        *(town.post(request(trace=name * 16).SerializeToString()) for name in (b"t", b"v", b"w"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 200, 400]
    assert [len(kept(town, name * 16)) for name in (b"t", b"v", b"w")] == [1, 0, 1]


async def test_a_request_that_is_sent_again(town):
    """An exporter that did not hear the answer sends again: that is answered, and not stored twice."""
    body = request(count=4).SerializeToString()
    for _ in range(2):
        assert (await town.post(body)).status_code == 200
    assert (await town.post(body, secret=token())).status_code == 200
    assert town.store.stats(GetStats("operation")).rows[0].spans == 8
