"""Serves the console from a SQLite file, as the control process does: ``serve.py DATABASE TOKEN``.

Prints its port as one line. The keeper's acts are done in this process; it counts as unreachable while the
file ``DATABASE.keeper-down`` exists.
"""

import argparse
import asyncio
import socket
from pathlib import Path
from typing import Any

import msgspec
import uvicorn
from fastapi import FastAPI
from sqlalchemy import Engine, create_engine

from podium.adapters.artifacts import FileArtifacts
from podium.adapters.evidence_keys import FileKeys, good_signature
from podium.adapters.passwords import Argon2Passwords
from podium.adapters.records import open_records
from podium.adapters.spans.duckdb import DuckSpans
from podium.adapters.spans.memory import MemorySpans
from podium.adapters.system import Entropy, SystemClock
from podium.adapters.task_keys import MemoryTaskKeys
from podium.app.web import ADMIN_LIMITS, WebServer, problem
from podium.collector.desk import Desk
from podium.collector.feed import SpanFeed
from podium.console.app import mount
from podium.console.fleet_start import StartPage
from podium.console.frame import Acting
from podium.control.door import Door
from podium.control.logins import Logins
from podium.control.oidc import Issuer, OidcLogins
from podium.keeper.acts import Acts
from podium.keeper.authority import Authority
from podium.keeper.chain import Chain
from podium.keeper.tasks import TaskBook
from podium.kernel.errors import NotReady
from podium.kernel.spans import Span
from podium.ports import Clock
from podium.ports.acts import LimitTerms, WrittenOff
from podium.ports.content import ContentIs, Piece, ReadContent
from podium.ports.link import Question, Reply
from podium.ports.pipelines import PIPELINE_QUESTIONS
from podium.ports.runs import RUN_QUESTIONS
from podium.ports.spans import SpanQuestion
from podium.trust.people import parse_role_rules
from podium.views.evidence import Trust
from tests.control.issuer import CLIENT, SECRET
from tests.keeper.acting import ISSUER

StartPage.interval_s = 0.5  # type: ignore[assignment,method-assign] # a test waits for another reading


class OneLimit:
    """An authority over one limit, whose overrides it takes."""

    def terms(self, _connection: object, limit: str) -> LimitTerms:
        return LimitTerms(limit, "acme/support", "usd", 5 * 10**9, "a month", 4 * 10**9, 3 * 10**8, None)

    on_blocked = None

    def write_off(self, _connection: object, incarnation: str, _note: str) -> WrittenOff:
        return WrittenOff(1, {"support-monthly": len(incarnation)})

    def override(self, _connection: object, **_given: object) -> None:
        return


class LocalKeeper:
    """The keeper's acts, without its process."""

    def __init__(self, engine: Engine, folder: Path, down: Path) -> None:
        clock = SystemClock()
        chain = Chain(FileKeys(folder / "keys"), clock)
        authority = Authority(engine, clock, chain)
        authority.open()
        self._down, self._authority = down, authority
        tasks = TaskBook(engine, clock, Entropy(), MemoryTaskKeys(), resources=(ISSUER,), authority=authority)
        self._acts = Acts(
            engine, clock, Entropy(), chain, authority=authority, tasks=tasks, limits=OneLimit()
        )

    async def ask(self, question: Question) -> Reply:
        await self.probe()
        if isinstance(question, PIPELINE_QUESTIONS):
            return self._acts.pipelines.do(question, self._acts.as_person)
        if isinstance(question, RUN_QUESTIONS):
            self._authority.reload()  # the test has put manifests in force
            return self._acts.do_run(question)
        return self._acts.do(question)

    async def probe(self) -> None:
        if self._down.exists():
            raise NotReady("nothing listens on keeper.sock")


class LocalCollector:
    """The collector without its process: spans of the ledger, of tool calls, and of ``DATABASE.spans``."""

    def __init__(self, engine: Engine, database: Path, down: Path, store: Path | None = None) -> None:
        self._engine, self._down = engine, down
        self._store = DuckSpans(store) if store is not None else MemorySpans()
        self._file = database.with_name(database.name + ".spans")
        self._seen: tuple[int, int] | None = None
        self._desk: Desk | None = None

    async def ask(self, question: SpanQuestion | ReadContent) -> Any:
        if self._down.exists():
            raise NotReady("nothing listens on collector.sock")
        if isinstance(question, ReadContent):
            said = [{"role": "user", "parts": [{"type": "text", "content": "<b>Refund</b> me"}]}]
            of = ("task_1", "triage", "acme/support", 1, "cky_1")
            return ContentIs((Piece("call_1", "gen_ai.input.messages", "full", said, False, *of),))
        if self._desk is None:
            self._desk = Desk(self._store, SpanFeed(self._engine, self._store, SystemClock()))
        found = self._file.stat() if self._file.exists() else None
        if found is not None and (found.st_mtime_ns, found.st_size) != self._seen:
            self._seen = (found.st_mtime_ns, found.st_size)
            spans = msgspec.json.decode(self._file.read_bytes(), type=list[Span])
            desk = self._desk
            await desk.write(lambda: desk.add(spans))
        await self._desk.write(self._desk._feed.flush)
        return await self._desk.answer(question)


def oidc_of(url: str, clock: Clock, entropy: Entropy) -> OidcLogins:
    rules = parse_role_rules("groups=eng:operator")
    return OidcLogins(Issuer(url, CLIENT, lambda: SECRET, rules), clock, entropy)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("database", type=Path)
    parser.add_argument("token")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--issuer")
    parser.add_argument("--spans", type=Path, help="a file of DuckDB for spans, else they are in memory")
    arguments = parser.parse_args()
    down = arguments.database.with_name(arguments.database.name + ".keeper-down")
    keeper = LocalKeeper(open_records(arguments.database.parent), arguments.database.parent, down)
    app = FastAPI()
    engine = create_engine(f"sqlite:///file:{arguments.database}?mode=ro&uri=true")
    clock, entropy, passwords = SystemClock(), Entropy(), Argon2Passwords()
    door = Door(engine, arguments.token, clock)
    trust = Trust(FileKeys(arguments.database.parent / "keys").public_keys, good_signature)
    logins = Logins(
        engine=engine, door=door, keeper=keeper, clock=clock, entropy=entropy, passwords=passwords
    )
    mount(
        app,
        engine=engine,
        door=door,
        logins=logins,
        acting=Acting(
            keeper,
            entropy,
            passwords,
            trust,
            LocalCollector(engine, arguments.database, down, arguments.spans),
            FileArtifacts(arguments.database.parent),
        ),
        clock=clock,
        probe=keeper.probe,
        oidc=oidc_of(arguments.issuer, clock, entropy) if arguments.issuer else None,
    )
    listener = socket.create_server(("127.0.0.1", arguments.port))
    print(listener.getsockname()[1], flush=True)
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="on")
    server = WebServer(config, ADMIN_LIMITS, problem)
    asyncio.run(server.serve(sockets=[listener]))


if __name__ == "__main__":
    main()
