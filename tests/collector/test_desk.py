"""The collector's answers, over its socket and through every face."""

import asyncio
import json
import threading
from contextlib import asynccontextmanager

import httpx
import pytest
from click.testing import CliRunner
from sqlalchemy import insert

from podium.adapters.link import KeeperClient, answering, call
from podium.adapters.spans.duckdb import DuckSpans
from podium.adapters.system import Entropy, SystemClock
from podium.admin.api import create_app
from podium.app.entry import Composition
from podium.cli.traces import command
from podium.collector import desk as desks
from podium.collector.desk import Desk
from podium.collector.feed import SpanFeed
from podium.control.door import Door, sha256
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound, PodiumError, StateError
from podium.ports.database import tokens, users
from podium.ports.link import GetStatus
from podium.ports.spans import GetOutline, GetStats, GetTrace, RunSql, SearchTraces, TraceFilter
from podium.settings import Settings
from podium.views.evidence import Trust
from podium.views.traces import found_trace, trace_question, tree
from tests.collector.test_feed import booked

TOKEN = "podium_admin_test"


@pytest.fixture
async def desk(tmp_path, engine, clock, monkeypatch):
    monkeypatch.setattr(desks, "LOOK_EVERY_S", 0.02)
    monkeypatch.setattr(desks, "TRY_AGAIN_S", 0.02)
    store = DuckSpans(tmp_path / "spans.duckdb")
    desk = Desk(store, SpanFeed(engine, store, clock))
    async with answering(tmp_path / "collector.sock", desk.answer):
        yield desk
    await desk.close()


@pytest.fixture
async def client(desk, tmp_path):
    client = KeeperClient(tmp_path / "collector.sock")
    yield client
    await client.close()


async def test_a_trace_of_the_last_moment(tmp_path, engine, clock, client):
    """A trace is complete up to the ledger when it is asked for, though nothing has fed the store."""
    booked(tmp_path, engine, clock)
    (span,) = (await client.ask(GetTrace(f"{2:032x}"))).spans
    assert span["name"] == "chat gpt-5-mini"
    assert (await client.ask(GetTrace(f"{9:032x}"))).spans == []


async def test_a_trace_waits_for_nothing_else(tmp_path, engine, clock, desk, client):
    """While spans are written that are not of the database, and long questions asked, a trace is answered."""
    booked(tmp_path, engine, clock)
    trace = GetTrace(f"{2:032x}")
    assert len((await client.ask(trace)).spans) == 1
    done = threading.Event()
    busy = [asyncio.create_task(desk.write(done.wait))]
    busy += [asyncio.create_task(desk.read(lambda it: it.wait(), done)) for _ in range(desks.READERS)]
    try:
        async with asyncio.timeout(30):
            assert len((await client.ask(trace)).spans) == 1
            assert len((await client.ask(GetOutline(trace.trace_id))).spans) == 1
            found = await client.ask(SearchTraces(TraceFilter(trace=trace.trace_id)))
        assert [row.spans for row in found.traces] == [1]
    finally:
        done.set()
        await asyncio.gather(*busy)


async def test_questions(tmp_path, engine, clock, desk, client):
    """What is fed is found, counted and told in rows; what is refused is refused with its reason."""
    feeding = asyncio.create_task(desk.keep_feeding())
    booked(tmp_path, engine, clock)
    async with asyncio.timeout(60):
        while len((found := await client.ask(SearchTraces(TraceFilter(agent="reviewer")))).traces) < 3:
            await asyncio.sleep(0.02)
    feeding.cancel()
    assert {row.cost_nano_usd for row in found.traces} == {3_000}
    (row,) = (await client.ask(GetStats("agent"))).rows
    assert (row.key, row.spans, row.cost_nano_usd) == ("reviewer", 3, 9_000)
    assert (await client.ask(RunSql("SELECT count(*) AS n FROM spans"))).rows == [[3]]
    with pytest.raises(InvalidRequest, match="no view cursors"):
        await client.ask(RunSql("SELECT * FROM cursors"))
    with pytest.raises(PodiumError, match="no question for the collector"):
        await client.ask(GetStatus())


async def test_a_store_that_fails_is_told_once(tmp_path, engine, clock, desk, monkeypatch, caplog):
    """While spans cannot be stored the log says it once; what is missing comes when they can."""
    booked(tmp_path, engine, clock)
    failures, append = [], desk._store.append

    def fail(_spans, _cursors):
        failures.append(1)
        raise StateError("the disk is full")

    monkeypatch.setattr(desk._store, "append", fail)
    feeding = asyncio.create_task(desk.keep_feeding())
    async with asyncio.timeout(60):
        while len(failures) < 3:
            await asyncio.sleep(0.02)
        monkeypatch.setattr(desk._store, "append", append)
        while not (await desk.answer(SearchTraces())).traces:
            await asyncio.sleep(0.02)
    feeding.cancel()
    assert sum("spans cannot be stored now" in record.message for record in caplog.records) == 1


async def test_the_socket(tmp_path, desk, client):
    """Only its owner may connect; who speaks wrongly is told and sent away; it goes with the collector."""
    path = tmp_path / "collector.sock"
    assert path.stat().st_mode & 0o777 == 0o600
    reader, writer = await asyncio.open_unix_connection(str(path))
    writer.write(b"\x04\x00\x00\x00junk")
    assert b"refused" in await reader.read()
    writer.close()
    assert (await client.ask(SearchTraces())).traces == ()


@asynccontextmanager
async def served(engine, client):
    """The admin API, in the owner's name."""
    app = create_app(
        engine=engine, keeper=client, door=Door(engine, TOKEN, SystemClock()), clock=SystemClock(),
        entropy=Entropy(), passwords=None, trust=Trust(dict, lambda *_: True), collector=client,
    )  # fmt: skip
    transport, headers = httpx.ASGITransport(app=app), {"authorization": f"Bearer {TOKEN}"}
    async with httpx.AsyncClient(
        transport=transport, base_url="http://podium/podium/v1", headers=headers
    ) as api:
        yield api


def user(engine, name, *roles):
    """Return the token of a new user."""
    secret = f"podium_user_{name}"
    with engine.begin() as connection:
        connection.execute(
            insert(users).values(id=f"usr_{name}", name=name, roles=json.dumps(roles), created_ns=1)
        )
        connection.execute(
            insert(tokens).values(
                id=f"tok_{name}", user_id=f"usr_{name}", label="ci", sha256=sha256(secret), created_ns=1,
                expires_ns=2**62,
            )
        )  # fmt: skip
    return secret


READERS = {
    "sue": (("approver:support",), False),
    "eva": (("approver:engineering",), True),
    "ann": (("approver:acme",), True),
    "vic": (("approver:support", "viewer"), True),
    "oli": (("operator",), True),
}
"""Roles, and whether the traces of acme/engineering are theirs to see."""


async def test_who_sees_a_trace(tmp_path, engine, clock, desk, client):
    """Who only decides for other departments finds none of a department's traces: not by REST, not with
    their token on the command line; nor may who decides for some ask SQL, whose views hold them all."""
    booked(tmp_path, engine, clock)
    await desk.write(desk._feed.flush)
    trace, other = f"{1:032x}", f"{2:032x}"
    async with served(engine, client) as api:
        for name, (roles, sees) in READERS.items():
            token = user(engine, name, *roles)
            api.headers["authorization"] = f"Bearer {token}"
            assert bool((await api.get("/traces")).json()["traces"]) is sees
            assert bool((await api.get("/traces/stats")).json()["rows"]) is sees
            assert (await api.get(f"/traces/{trace}")).status_code == (200 if sees else 404)
            compared = await api.get("/traces/diff", params={"a": trace, "b": other})
            assert compared.status_code == (200 if sees else 404)
            whole = "approver:" not in roles[-1]
            asked = await api.post("/traces/sql", json={"sql": "SELECT count(*) FROM spans"})
            assert asked.status_code == (200 if whole else 403)
            by = Composition(Settings(state=tmp_path, token=token))
            listed = await asyncio.to_thread(by.ask_collector, SearchTraces())
            shown = await asyncio.to_thread(by.ask_collector, GetTrace(trace))
            assert (bool(listed.traces), bool(shown.spans)) == (sees, sees)
            if not whole:
                with pytest.raises(Forbidden, match=f"{name} may not ask SQL"):
                    await asyncio.to_thread(by.ask_collector, RunSql("SELECT 1"))
    owner = Composition(Settings(state=tmp_path))
    assert (await asyncio.to_thread(owner.ask_collector, GetTrace(trace))).spans


async def test_two_traces_are_compared(tmp_path, engine, clock, desk, client):
    """The diff is the same by REST and on the command line; equal steps are told where asked for."""
    booked(tmp_path, engine, clock)
    await desk.write(desk._feed.flush)
    ids = [f"{number:032x}" for number in (1, 2)]
    async with served(engine, client) as api:
        found = (await api.get("/traces/diff", params=dict(zip("ab", ids, strict=True)))).json()
        assert (await api.get("/traces/diff", params={"a": ids[0], "b": "f" * 32})).status_code == 404
    (pair,) = found["steps"]
    assert (pair["a"]["name"], pair["b"]["name"]) == ("chat gpt-5-mini", "chat gpt-5-mini")
    assert found["a"]["cost_nano_usd"] == found["b"]["cost_nano_usd"] == 3_000

    async def run(*arguments):
        obj = Asking(tmp_path / "collector.sock", engine)
        return await asyncio.to_thread(
            lambda: (
                CliRunner()
                .invoke(command, ["diff", *ids, *arguments], obj=obj, catch_exceptions=False)
                .output
            )
        )

    assert json.loads(await run("--json")) == found
    assert "chat gpt-5-mini" in await run("--all")
    assert "A: 1 spans, 0 failed" in await run()


async def test_the_admin_api(tmp_path, engine, clock, desk, client):
    """The REST face has search, one trace, figures and SQL, and says what is wrong."""
    booked(tmp_path, engine, clock)
    await desk.write(desk._feed.flush)
    async with served(engine, client) as api:
        page = (await api.get("/traces", params={"agent": "reviewer", "limit": 2})).json()
        assert len(page["traces"]) == 2
        rest = (await api.get("/traces", params={"limit": 2, "after": page["next"]})).json()
        assert (len(rest["traces"]), rest["next"]) == (1, None)
        trace = (await api.get(f"/traces/{1:032x}")).json()
        assert [(it["depth"], it["span"]["name"]) for it in trace["spans"]] == [(0, "chat gpt-5-mini")]
        assert (await api.get("/traces/stats", params={"by": "model"})).json()["rows"][0]["spans"] == 3
        asked = await api.post("/traces/sql", json={"sql": "SELECT count(*) FROM traces"})
        assert asked.json()["rows"] == [[3]]
        refused = await api.post("/traces/sql", json={"sql": "DROP TABLE spans"})
        assert (refused.status_code, refused.json()["code"]) == (400, "invalid_request")
        assert (await api.get(f"/traces/{9:032x}")).status_code == 404
        assert (await api.get("/traces", headers={"authorization": "Bearer wrong"})).status_code == 401


class Asking:
    """The part of a composition that `podium traces` uses."""

    def __init__(self, path, engine):
        self.path, self.clock, self.engine = path, SystemClock(), lambda: engine

    def ask_collector(self, question):
        return call(self.path, question)


async def test_the_command_line(tmp_path, engine, clock, desk):
    """`podium traces` lists, shows, counts and asks; JSON and tables."""
    booked(tmp_path, engine, clock)
    await desk.write(desk._feed.flush)

    async def run(*arguments):
        obj = Asking(tmp_path / "collector.sock", engine)
        return await asyncio.to_thread(
            lambda: CliRunner().invoke(command, arguments, obj=obj, catch_exceptions=False).output
        )

    listed = await run("list", "--agent", "reviewer", "--min-usd", "0.000001", "--limit", "2")
    assert (listed.count("chat gpt-5-mini"), "more: --after" in listed) == (2, True)
    assert f"{3:032x}" in await run("list", "--json")
    assert "chat gpt-5-mini" in await run("show", f"{1:032x}")
    assert '"depth":0' in await run("show", f"{1:032x}", "--json")
    assert "reviewer\t3\t0" in await run("stats")
    assert "\t3\t0" in await run("stats", "--by", "hour", "--since", "9999d")
    assert (await run("sql", "SELECT count(*) AS n FROM spans")).splitlines() == ["n", "3"]
    with pytest.raises(NotFound):
        await run("show", "nothing")


def span(number, parent, start_ns):
    ids = [f"{one:016x}" if one else None for one in (number, parent)]
    return {"span_id": ids[0], "parent_span_id": ids[1], "start_ns": start_ns, "name": str(number)}


def test_a_tree():
    """Spans stand below their parents in the order of their starts; orphans are roots, circles are broken."""
    spans = [
        span(1, None, 0),
        span(4, 9, 1),
        span(2, 1, 2),
        span(3, 2, 3),
        span(5, 1, 4),
        span(6, 7, 5),
        span(7, 6, 6),
    ]
    assert [(it.depth, it.span["name"]) for it in tree(spans)] == [
        (0, "1"), (1, "2"), (2, "3"), (1, "5"), (0, "4"), (0, "6"), (1, "7"),
    ]  # fmt: skip
    with pytest.raises(NotFound):
        trace_question("x" * 32)
    with pytest.raises(NotFound):
        found_trace(None, "x")
