"""A gateway in this process: real server, pool and journal, the simulated provider, and no keeper."""

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import msgspec
import openai

from podium.adapters.journal import Journal
from podium.adapters.simulator import SimulatorConfig, simulated_provider
from podium.adapters.simulator.provider import SimulatedProvider
from podium.adapters.system import HostSecrets, SystemClock
from podium.gateway.answers import error_body
from podium.gateway.cutting import Cutting
from podium.gateway.path import Gateway
from podium.gateway.standing import Standing
from podium.gateway.supply import keep_supplied
from podium.keeper.shares import ShareBook
from podium.kernel.errors import NotReady
from podium.manifest.orders import Credential, Orders
from podium.manifest.snapshot import (
    AgentRow,
    Candidate,
    CredentialRef,
    DepartmentRow,
    ModelRow,
    ProviderRow,
    RetryRule,
    RouteRow,
    Snapshot,
    Timeouts,
)
from podium.net.server import Server
from podium.net.upstream import Pool
from podium.ports.link import Answer, Draw, Drawn, Grant, Want
from podium.spend.journal import Done, Header, Hold, Record, Settle, check_preamble, decode
from podium.spend.limits import Limit
from podium.spend.prices import PriceSheet, Rate
from podium.spend.rates import RateLimits
from podium.spend.slices import decide_grant

KEY = "podium_sk_test"
SHEET = PriceSheet(
    input=Rate(Decimal(2500)),
    output=Rate(Decimal(10000)),
    cache_read=Rate(Decimal(1250)),
    reasoning=Rate(Decimal(12000)),
)
"""2.50 USD in, 10 USD out, 1.25 USD cached, 12 USD reasoning, each per million tokens."""
CLAUDE = PriceSheet(
    input=Rate(Decimal(3000)),
    output=Rate(Decimal(15000)),
    cache_read=Rate(Decimal(300)),
    cache_write=Rate(Decimal(3750)),
    cache_write_1h=Rate(Decimal(6000)),
    tool_uses={"web_search": Decimal(10_000_000)},
)
"""3 USD in, 15 out, 0.30 cached, 3.75 written, 6 for an hour, per million tokens; 0.01 a search."""
EVERYTHING = frozenset({"tools", "structured_output", "vision", "audio", "documents"})


ABLE = frozenset({"tools", "structured_output", "vision", "documents", "audio"})
"""What a model that can do everything is declared to do."""


PATIENT = Timeouts(connect_s=60, first_byte_s=60, idle_s=60, total_s=60)
"""A machine that stands still for a moment is no provider that is silent."""
QUICK = Timeouts(connect_s=5, first_byte_s=1, idle_s=1, total_s=5)


def snapshot(port: int, *, dead_port: int = 1) -> Snapshot:
    key = CredentialRef(env="SIM_KEY")
    providers = (
        ProviderRow(
            "sim",
            "openai",
            "http",
            "127.0.0.1",
            port,
            "/v1",
            region="eu-west",
            timeouts=PATIENT,
            credential=key,
            network="private",
        ),
        ProviderRow(
            "dead", "openai", "http", "127.0.0.1", dead_port, "/v1", timeouts=PATIENT, network="private"
        ),
        ProviderRow(
            "sim-responses",
            "openai-responses",
            "http",
            "127.0.0.1",
            port,
            "/v1",
            timeouts=PATIENT,
            credential=key,
            network="private",
        ),
        ProviderRow(
            "keyless",
            "openai",
            "http",
            "127.0.0.1",
            port,
            "/v1",
            network="private",
            credential=CredentialRef(env="NOT_SET"),
        ),
        ProviderRow(
            "anthropic",
            "anthropic",
            "http",
            "127.0.0.1",
            port,
            "/v1",
            timeouts=PATIENT,
            credential=key,
            auth_header="x-api-key",
            auth_prefix="",
            network="private",
        ),
        ProviderRow(
            "google",
            "gemini",
            "http",
            "127.0.0.1",
            port,
            "/v1beta",
            timeouts=PATIENT,
            credential=key,
            auth_header="x-goog-api-key",
            auth_prefix="",
            network="private",
        ),
    )
    models = (
        ModelRow(
            "big",
            "sim",
            "sim-big",
            SHEET,
            128_000,
            4096,
            capabilities=frozenset({"tools", "structured_output"}),
        ),
        ModelRow("small", "sim", "sim-small", SHEET, 128_000, 4096),
        ModelRow("responses", "sim-responses", "sim-responses", SHEET, 128_000, 4096, capabilities=ABLE),
        ModelRow("able", "sim", "sim-able", SHEET, 128_000, 4096, capabilities=ABLE),
        ModelRow("gone", "dead", "sim-gone", SHEET, 128_000, 4096),
        ModelRow("locked", "keyless", "sim-locked", SHEET, 128_000, 4096),
        ModelRow("priceless", "sim", "sim-x", None, 128_000, 4096),
        ModelRow("embed", "sim", "sim-embed", SHEET, 8192, None),
        ModelRow("claude", "anthropic", "claude-sim-5", CLAUDE, 200_000, 8192, capabilities=ABLE),
        ModelRow("gemini", "google", "gemini-3-pro", SHEET, 1_000_000, 4096, capabilities=EVERYTHING),
        ModelRow("gemini-embedding-001", "google", "gemini-embedding-001", SHEET, 8192, None),
    )
    once = RetryRule(max_attempts=1)
    quickly = RetryRule(max_attempts=3, backoff_ms=1)
    routes = (
        RouteRow("big", "chat", (Candidate("big"),), retry=once),
        RouteRow("stubborn", "chat", (Candidate("big"),), retry=quickly),
        RouteRow("safe", "chat", (Candidate("gone"),), ("small",), quickly),
        RouteRow("two", "chat", (Candidate("big"),), ("small",), RetryRule(max_attempts=2, backoff_ms=1)),
        RouteRow("gone", "chat", (Candidate("gone"),), retry=once),
        RouteRow("locked", "chat", (Candidate("locked"),), retry=once),
        RouteRow("priceless", "chat", (Candidate("priceless"),), retry=once),
        RouteRow("responses", "chat", (Candidate("responses"),), retry=once),
        RouteRow("able", "chat", (Candidate("able"),), retry=once),
        RouteRow("embed", "embeddings", (Candidate("embed"),), retry=once),
        RouteRow("claude", "chat", (Candidate("claude"),), retry=once),
        RouteRow("gemini", "chat", (Candidate("gemini"),), retry=once),
        RouteRow("team/fast:1.5", "chat", (Candidate("gemini"),), retry=once),
        RouteRow("gemini-embedding-001", "embeddings", (Candidate("gemini-embedding-001"),), retry=once),
        RouteRow("forbidden", "chat", (Candidate("big"),), retry=once),
    )
    allowed = frozenset(route.name for route in routes if route.name != "forbidden")
    return Snapshot(
        version=3,
        digest="d",
        organisation="acme",
        providers={row.name: row for row in providers},
        models={row.name: row for row in models},
        routes={row.name: row for row in routes},
        departments={
            "acme": DepartmentRow("acme", None, "acme"),
            "support": DepartmentRow("support", "acme", "acme/support"),
        },
        agents={"triage": AgentRow("triage", "support", "acme/support", allowed)},
    )


class SteadyStanding(Standing):
    """A standing whose keeper always answers."""

    def refusal(self) -> str | None:
        self._asked_ns = self.clock.monotonic_ns()
        return super().refusal()

    def hurry(self) -> None:
        """Have the simulated provider's calls time out soon: for tests of time-outs."""
        now = self.snapshot
        providers = {**now.providers, "sim": msgspec.structs.replace(now.providers["sim"], timeouts=QUICK)}
        self.apply_snapshot(msgspec.structs.replace(now, providers=providers))

    def limit(self, **rates: RateLimits) -> None:
        """Put limits of rate into the snapshot: agent, route_big, provider_sim and the like."""
        now = self.snapshot
        tables = {"agent": now.agents, "route": now.routes, "provider": now.providers}
        changed: dict[str, dict[str, object]] = {}
        for key, limits in rates.items():
            kind, _, name = key.partition("_")
            table = changed.setdefault(f"{kind}s", dict(tables[kind]))
            table[name] = msgspec.structs.replace(table[name], rates=limits)
        self.apply_snapshot(msgspec.structs.replace(now, **changed))

    def give(self, **limits: tuple[Limit, ...]) -> None:
        """Put limits of money into the snapshot: agent_triage, department_acme and the like."""
        now = self.snapshot
        tables = {"agent": now.agents, "department": now.departments}
        changed: dict[str, dict[str, object]] = {}
        for key, found in limits.items():
            kind, _, name = key.partition("_")
            table = changed.setdefault(f"{kind}s", dict(tables[kind]))
            table[name] = msgspec.structs.replace(table[name], limits=found)
        self.apply_snapshot(msgspec.structs.replace(now, **changed))

    async def keep_shares(self) -> None:
        """Give shares as the keeper does, for ever."""
        book = ShareBook((), 0)
        while True:
            claims = self.rates.claims()
            self.hungry.clear()
            shares, _ = book.answer("here", claims, self.clock.monotonic_ns())
            self.rates.hear(claims, shares)
            await self.hungry.wait()


class SmallBank:
    """The keeper's authority in memory, for one worker: it grants by the same rule."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.charged: dict[str, int] = {}
        self.given: dict[tuple[str, int], list[int]] = {}
        """By window and band: slice, granted, returned."""
        self.asked: list[Draw] = []
        self.silent = False

    async def connect(self) -> None:
        """It is always there."""

    async def close(self) -> None:
        """It stays."""

    async def ask(self, question: object) -> Drawn:
        assert isinstance(question, Draw)
        if self.silent:
            raise NotReady("The keeper is silent.")
        self.asked.append(question)
        for it in question.returns:
            for row in self.given.values():
                if row[0] == it.slice:
                    row[2] = it.returned
        return Drawn(tuple(self._grant(want) for want in question.wants))

    def _grant(self, want: Want) -> Grant:
        restrained = {limit.id: limit for limit in self.standing.restraints.limits}
        limit = (self.standing.snapshot.limits() | restrained)[want.limit]
        window = f"{want.limit}@{want.task or 'now'}"
        edges = None if limit.amount is None else limit.edges(limit.amount)
        out = sum(row[1] - row[2] for (name, _), row in self.given.items() if name == window)
        found = decide_grant(edges, out, need=want.need, want=want.want, last_band=want.last_band)
        if found is None:
            left = edges[want.last_band] - self.charged.get(window, 0)
            return Grant(want.task or "now", 60_000_000_000, amount=limit.amount, left=left)
        row = self.given.setdefault((window, found.band), [len(self.given) + 1, 0, 0])
        row[1] += found.amount
        return Grant(
            want.task or "now", 60_000_000_000, row[0], found.band, row[1], found.single, limit.amount
        )


@dataclass
class House:
    """What a test holds of it."""

    sim: SimulatedProvider
    gateway: Gateway
    server: Server
    standing: Standing
    journal: Journal
    bank: SmallBank
    folder: Path
    client: openai.AsyncOpenAI

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.port}"

    def records(self) -> list[Record]:
        found: list[Record] = []
        for path in sorted(self.folder.glob("*.journal")):
            data = path.read_bytes()
            found += [record for record, _ in decode(data, check_preamble(data))]
        return found

    def holds(self) -> list[Hold]:
        return [record for record in self.records() if isinstance(record, Hold)]

    def settles(self) -> list[Settle]:
        return [record for record in self.records() if isinstance(record, Settle)]

    def dones(self) -> list[Done]:
        inside = [record.done for record in self.settles() if record.done is not None]
        return inside + [record for record in self.records() if isinstance(record, Done)]


@asynccontextmanager
async def house(tmp_path: Path, *, strict: bool = False, **faults: object) -> AsyncIterator[House]:
    clock = SystemClock()
    config = SimulatorConfig(port=0, **faults)  # type: ignore[arg-type]
    async with simulated_provider(config) as sim:
        port = int(sim.base_url.rsplit(":", 1)[1].split("/")[0])
        standing = SteadyStanding(clock, os.urandom)
        standing.apply_snapshot(snapshot(port))
        digest = hashlib.sha256(KEY.encode()).hexdigest()
        standing.apply_orders(Orders(1, (Credential("key_1", "triage", digest),)))
        standing.in_step(Answer(3, 1), clock.monotonic_ns())
        folder = tmp_path / "inc_T"
        journal = Journal(folder, Header("inc_T", "gateway-0", os.getpid(), "boot", 0, clock.wall_ns()))
        pool = Pool()
        secrets = HostSecrets({"SIM_KEY": "sk-sim"}.get, clock.monotonic_ns)
        gateway = Gateway(
            standing=standing,
            journal=journal,
            pool=pool,
            secrets=secrets,
            clock=clock,
            entropy=os.urandom,
            digest_key=b"k" * 32,
            strict=strict,
        )
        keeping = asyncio.create_task(standing.keep_shares())
        bank = SmallBank(standing)
        supplying = asyncio.create_task(keep_supplied(standing.slices, bank, "inc_T", clock))
        server = Server(gateway.handle, error_body=error_body)
        server.at_once = gateway.at_once
        gateway.lane.under_way = server.under_way
        standing.on_orders = Cutting(standing, server.under_way).look
        await server.listen(port=0)
        client = openai.AsyncOpenAI(base_url=f"http://127.0.0.1:{server.port}/v1", api_key=KEY, max_retries=0)
        try:
            yield House(sim, gateway, server, standing, journal, bank, folder, client)
        finally:
            supplying.cancel()
            keeping.cancel()
            await client.close()
            await server.drain(1)
            await pool.close()
            journal.close()
            journal.release()
