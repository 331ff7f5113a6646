"""What is another department's shows on no path: every route of the admin API, every page of the console.

Routes and pages are taken from the tables that the programs themselves use, so that a new one is looked at
without a word here.
"""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import msgspec
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from nicegui import Client, ui

from podium.adapters.artifacts import FileArtifacts
from podium.adapters.evidence_keys import good_signature
from podium.adapters.passwords import Argon2Passwords
from podium.adapters.system import Entropy
from podium.admin.api import create_app
from podium.console.address import Address
from podium.console.app import PAGES, add_files
from podium.console.session import CALLER
from podium.control.door import Door
from podium.kernel.errors import PodiumError
from podium.kernel.spans import Span
from podium.ports.acts import By
from podium.ports.spans import GetTrace, SearchTraces, TraceFilter
from podium.trust.people import OWNER, Person
from podium.views.evidence import Trust
from podium.views.scope import seen_by
from podium.views.traces import asked_by, found_trace, trace_question
from tests.admin.test_api import FixedClock, ListeningKeeper
from tests.console import seed
from tests.console.serve import LocalCollector
from tests.views.departments import FINANCE, NOW_NS, SUPPORT, TOKEN, fill, other_departments

OWNERS = "podium_admin_test"
SHARED = "5ca1ab1e" * 4
"""A trace that goes through both departments."""
SUPPORTER = Person("of-support", ("approver:support", "reader:support"))
FILLED = re.compile(r"\{([a-z_]+)(?::path)?\}")


@dataclass
class World:
    engine: Any
    app: FastAPI
    database: Path
    secrets: set[str]
    ids: tuple[str, ...]
    """Of the finance department: what any path that takes an id is asked with."""


def shared(secrets):
    """Return the spans of a trace through both departments, and note what of it is the other's alone."""
    spans = []
    for number, side in enumerate((SUPPORT, FINANCE, FINANCE, SUPPORT, FINANCE)):
        at = NOW_NS - 10**9 + number * 1_234_567
        attributes = {
            "podium.department": side.path, "gen_ai.agent.name": side.agent, "podium.task": side.task,
            "podium.window.against": f"{number + 0x5ca10000:08x}" * 2, "gen_ai.tool.name": side.text,
        }  # fmt: skip
        ids = [f"{it + 0x5CA10000:08x}" * 2 for it in (number, number - 1)]
        parent = ids[1] if number else None
        spans.append(
            Span(SHARED, ids[0], parent, f"step {side.text}", "CLIENT", at, at + 1, "OK", None, attributes)
        )
        if side is FINANCE:
            secrets.update((ids[0], str(at)))
    return spans


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("departments")
    engine = seed.create(folder / "podium.db")
    fill(engine)
    with engine.connect() as connection:
        secrets = other_departments(connection)
    (folder / "podium.db.spans").write_bytes(msgspec.json.encode(shared(secrets)))
    collector = LocalCollector(engine, folder / "podium.db", folder / "down")
    app = create_app(
        engine=engine, keeper=ListeningKeeper(), door=Door(engine, OWNERS, FixedClock()), clock=FixedClock(),
        entropy=Entropy(), passwords=Argon2Passwords(), trust=Trust(dict, good_signature),
        collector=collector, artifacts=FileArtifacts(folder),
    )  # fmt: skip
    kinds = ("call_[0-9A-Z]+", "chg_[0-9A-Z]+", "[0-9a-f]{32}")
    ids = [next(it for it in sorted(secrets) if re.fullmatch(kind, it)) for kind in kinds]
    ids += [FINANCE.task, FINANCE.child, *(FINANCE.id(kind) for kind in ("case", "prun", "ovr", "tcl"))]
    ids += ["1", "v4", f"agent/{FINANCE.agent}", SHARED]
    yield World(engine, app, folder / "podium.db", secrets, tuple(ids))
    engine.dispose()


def shown(secrets, text, asked):
    """Return what of the other department's a text shows, without what was asked with."""
    parts = {part for it in asked for part in (it, *it.split("/")) if len(part) > 5}
    for it in sorted(parts, key=len, reverse=True):
        text = text.replace(it, "")
    return sorted(it for it in secrets if it in text)


def addresses(route: APIRoute, ids: tuple[str, ...], *, filters: bool) -> list[tuple[str, dict[str, str]]]:
    """Return a route's addresses: of both departments, with each id that stands for anything, by filters."""
    queries = [it.name for it in route.dependant.query_params]
    for dependant in route.dependant.dependencies:
        queries += [it.name for it in dependant.query_params]
    made: list[tuple[str, dict[str, str]]] = []
    for side in (FINANCE, SUPPORT):
        known = {**side.ids, "server": side.name, "tool": side.text, "call_id": ids[0]}
        path = FILLED.sub(lambda found, known=known, side=side: known.get(found[1], side.text), route.path)
        required = {"a": ids[2], "b": ids[2], "provider": "sim-east", "living": "false", "all": "true"}
        must = {name: value for name, value in required.items() if name in queries}
        made.append((path, must))
        if side is FINANCE and filters:
            made += [(path, {**must, name: side.ids[name]}) for name in queries if name in side.ids]
    if "{trace_id}" in route.path:
        made.append((FILLED.sub(SHARED, route.path), {}))
    if FILLED.findall(route.path) == ["id"]:
        made += [(FILLED.sub(id_, route.path), {}) for id_ in ids]
    return made


async def walked(world: World, token: str, *, filters: bool = True) -> tuple[dict[str, list[str]], list[int]]:
    """Return what each route has shown of the other department's, and all statuses."""
    found: dict[str, list[str]] = {}
    statuses = []
    transport = httpx.ASGITransport(app=world.app)
    headers = {"authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://podium", headers=headers) as client:
        for route in world.app.routes:
            assert isinstance(route, APIRoute), route
            for method in sorted(route.methods if filters else route.methods & {"GET"}):
                body = {"json": {}} if method != "GET" else {}
                for path, query in addresses(route, world.ids, filters=filters and method == "GET"):
                    answer = await client.request(method, path, params=query, **body)
                    statuses.append(answer.status_code)
                    asked = {*query.values(), *path.split("/")}
                    if leaks := shown(world.secrets, answer.text, asked):
                        found.setdefault(f"{method} {route.path}", []).extend(leaks)
    return found, statuses


async def test_no_route_of_the_admin_api_shows_another_departments(world):
    """Who has roles of one department alone is shown nothing of another's by any route, id or filter."""
    found, statuses = await walked(world, TOKEN)
    assert found == {}
    assert 500 not in statuses
    seen, _ = await walked(world, OWNERS, filters=False)
    assert len(seen) > 25  # the walk meets what it looks for, where everything is seen
    told = {it for leaks in seen.values() for it in leaks}
    assert {FINANCE.task, FINANCE.child, FINANCE.id("case"), FINANCE.id("prun"), "invoice-reader"} <= told


async def test_a_trace_through_both_shows_their_own_spans(world):
    """Of a trace through several departments somebody sees their own spans by its id; the others are nodes
    that say how many they are. Lists have it not, and no audit, which would judge a part as the whole."""
    collector = LocalCollector(world.engine, world.database, world.database.with_name("down"))
    answer = await collector.ask(asked_by(SUPPORTER, trace_question(SHARED)))
    rows = [(it.depth, it.span["name"]) for it in found_trace(answer, SHARED)]
    mine = f"step {SUPPORT.text}"
    assert rows == [
        (0, mine), (1, "2 spans of another department"), (2, mine), (3, "1 span of another department"),
    ]  # fmt: skip
    assert not (await collector.ask(asked_by(SUPPORTER, GetTrace(SHARED)))).spans
    listed = (await collector.ask(asked_by(SUPPORTER, SearchTraces()))).traces
    assert SHARED not in {it.trace_id for it in listed}
    found = await collector.ask(asked_by(SUPPORTER, SearchTraces(TraceFilter(trace=SHARED))))
    assert (found.traces[0].agents, found.traces[0].spans) == ((SUPPORT.agent,), 4)
    guess = TraceFilter(trace=SHARED, agent=FINANCE.agent)
    assert not (await collector.ask(asked_by(SUPPORTER, SearchTraces(guess)))).traces


async def test_no_file_of_the_console_holds_another_departments(world):
    """What a browser saves or fetches beside a page is kept to the departments of who is logged in."""
    shows = {}
    for who in (SUPPORTER, Person(OWNER, (), owner=True)):
        app = FastAPI()
        collector = LocalCollector(world.engine, world.database, world.database.with_name("down"))
        add_files(app, world.engine, FixedClock(), collector)

        async def known(scope, receive, send, app=app, who=who):
            await app({**scope, CALLER: (By(), who)}, receive, send)

        transport = httpx.ASGITransport(app=known)
        async with httpx.AsyncClient(transport=transport, base_url="http://podium") as client:
            for route in app.routes:
                if isinstance(route, APIRoute):
                    for trace in {world.ids[2], SHARED} if "{trace_id}" in route.path else {""}:
                        path = route.path.replace("{trace_id}", trace).replace("{span_id}", "5ca10001" * 2)
                        answer = await client.get(path, params={"period": "all"} if "charges" in path else {})
                        asked = {world.ids[2], "5ca10001" * 2}
                        shows[who.owner, path] = shown(world.secrets, answer.text, asked)
                        theirs = who.owner or "{span_id}" not in route.path
                        assert trace != SHARED or answer.status_code == (200 if theirs else 404)
    assert not any(found for (owner, _), found in shows.items() if not owner)
    assert sum(bool(found) for (owner, _), found in shows.items() if owner) >= 2


class Tab(SimpleNamespace):
    """What a page needs of a frame to read: who looks, at what address."""

    async def ask_collector(self, question):
        return await self.collector.ask(asked_by(self.caller[1], question))


async def read(world, collector, kind, address, who):
    """Return all that a page has read for somebody, as text."""
    caller = (By(owner=OWNER), who)

    async def look(reads, person):
        with seen_by(world.engine, person).connect() as connection:
            return reads(connection)

    feeds = SimpleNamespace(now_ns=FixedClock().wall_ns, look=look)
    tab = Tab(
        caller=caller, address=Address.parse(address), feeds=feeds,
        trust=Trust(dict, good_signature), artifacts=None, keeper=ListeningKeeper(), entropy=Entropy(),
        collector=collector, client=None,
    )  # fmt: skip
    page = kind(tab)
    said = ""
    with Client(ui.page("")):
        page.build()
    reader, asker = page.reader(), page.asker()
    try:
        if reader is not None:
            with seen_by(world.engine, who).connect() as connection:
                said += repr(await asyncio.to_thread(reader, connection))
        if asker is not None:
            said += repr(await asker())
    except PodiumError as error:
        said += str(error)
    return said


@pytest.mark.parametrize("who", [SUPPORTER, Person(OWNER, (), owner=True)], ids=["supporter", "owner"])
async def test_no_page_of_the_console_reads_another_departments(world, who):
    """What a page is made of has nothing of another department's, whatever its address names."""
    found: dict[str, set[str]] = {}
    collector = LocalCollector(world.engine, world.database, world.database.with_name("down"))
    filters = "&".join(
        f"{name}={value}" for name, value in FINANCE.ids.items() if name not in {"trace", "name"}
    )
    for pattern, kind in PAGES.items():
        asked = world.ids if "{" in pattern else (FINANCE.task,)
        for id_ in asked:
            path = FILLED.sub(id_, pattern)
            addresses = [f"{path}?show=all&state=all"]
            if id_ == FINANCE.task and who is SUPPORTER:
                addresses += [
                    path,
                    f"{path}?{filters}&id={id_}&about={id_}&a={world.ids[2]}&b={world.ids[2]}",
                ]
            for address in addresses:
                said = await read(world, collector, kind, address, who)
                known = {*FINANCE.ids.values(), id_} if "agent=" in address else {id_}
                if leaks := shown(world.secrets, said, known):
                    found.setdefault(pattern, set()).update(leaks)
    if who is SUPPORTER:
        assert found == {}
    else:
        assert len(found) > 12
