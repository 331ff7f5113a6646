"""A ledger to look at: three departments, six agents, two hours of calls, each figure from a fixed seed.

Costs are what the price sheets of the snapshot say, so that an explanation adds up.
"""

import json
import random
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, insert

from podium.adapters.records.schema import create as make_schema
from podium.keeper.aggregates import Aggregates
from podium.keeper.ledger import add_rows
from podium.kernel.call import TOKEN_FIELDS, Usage
from podium.manifest.snapshot import (
    AgentRow,
    Candidate,
    CredentialRef,
    DepartmentRow,
    ModelRow,
    ProviderRow,
    RouteRow,
    Snapshot,
    encode_snapshot,
)
from podium.ports.database import reconciliations, snapshots, tasks
from podium.spend.prices import PriceSheet, Rate, cost

SECOND_NS = 1_000_000_000
AGENTS = {
    "code-reviewer": ("acme/engineering", "code", 0.30),
    "test-writer": ("acme/engineering", "code", 0.24),
    "ticket-triage": ("acme/support", "chat", 0.20),
    "reply-drafter": ("acme/support", "chat", 0.12),
    "invoice-reader": ("acme/finance", "extract", 0.08),
    "report-writer": ("acme/finance", "code", 0.06),
}
ROUTE_MODELS = {"code": ("large", "medium"), "chat": ("medium", "small"), "extract": ("small", "small")}
UPSTREAM = {"large": "sim-large-2026-06", "medium": "sim-medium-2026-03", "small": "sim-small-2026-03"}


def sheet(input_usd: str, output_usd: str, cached_usd: str) -> PriceSheet:
    """USD per million tokens."""
    return PriceSheet(
        input=Rate(Decimal(input_usd) * 1000),
        output=Rate(Decimal(output_usd) * 1000),
        cache_read=Rate(Decimal(cached_usd) * 1000),
    )


PRICES = {
    "large": sheet("3", "15", "0.3"),
    "medium": sheet("0.8", "4", "0.08"),
    "small": sheet("0.1", "0.4", "0.01"),
}


def snapshot(version: int, *, agents: int = 6, large_output_usd: str = "15") -> Snapshot:
    names = list(AGENTS)[:agents]
    prices = PRICES | {"large": sheet("3", large_output_usd, "0.3")}
    return Snapshot(
        version=version,
        digest=f"{version:02x}" + "9f2c4b7d1e6a8035" * 3 + "c41d77a0e2b95f",
        organisation="acme",
        providers={
            name: ProviderRow(
                name=name,
                dialect="openai",
                scheme="http",
                host="127.0.0.1",
                port=port,
                base_path="/v1",
                credential=CredentialRef(env="SIMULATED_KEY"),
                region=region,
            )
            for name, port, region in (("sim-east", 9101, "us-east"), ("sim-west", 9102, "eu-west"))
        },
        models={
            name: ModelRow(
                name=name,
                provider="sim-west" if name == "small" else "sim-east",
                upstream=UPSTREAM[name],
                prices=prices[name],
                context_window_tokens=200_000,
                max_output_tokens=16_384,
            )
            for name in PRICES
        },
        routes={
            name: RouteRow(name=name, operation="chat", candidates=(Candidate(first),), fallbacks=(second,))
            for name, (first, second) in ROUTE_MODELS.items()
        },
        departments={
            path.rsplit("/")[-1]: DepartmentRow(path.rsplit("/")[-1], parent, path)
            for path, parent in (
                ("acme", None),
                ("acme/engineering", "acme"),
                ("acme/support", "acme"),
                ("acme/finance", "acme"),
            )
        },
        agents={
            name: AgentRow(
                name, AGENTS[name][0].rsplit("/")[-1], AGENTS[name][0], frozenset({AGENTS[name][1]})
            )
            for name in names
        },
    )


def ulid_text(kind: str, number: int) -> str:
    alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    digits = ""
    for _ in range(10):
        number, rest = divmod(number, 32)
        digits = alphabet[rest] + digits
    return f"{kind}_01KASR7QZ4M9T2XB{digits}"


@dataclass
class Seeder:
    """Writes calls, numbered from ``first``."""

    connection: Connection
    first: int = 0
    dice: random.Random = None  # type: ignore[assignment] # set below

    def __post_init__(self) -> None:
        self.number = self.first
        self.dice = random.Random(20261124 + self.first)

    def call(self, at_ns: int, **settled: Any) -> str:
        """Write one call and its attempts, return its id; ``settled``: columns of the last attempt."""
        self.number += 1
        number, dice = self.number, self.dice
        names = list(AGENTS)
        agent = settled.pop("agent", None) or dice.choices(names, [AGENTS[name][2] for name in names])[0]
        department, route, _ = AGENTS[agent]
        first, second = ROUTE_MODELS[route]
        kind = (
            settled.pop("kind", None)
            or dice.choices(
                ("ok", "fallback", "estimated", "refused", "timeout"), (0.955, 0.02, 0.01, 0.01, 0.005)
            )[0]
        )
        call_id, trace_id = ulid_text("call", number), f"{number:08x}" * 4
        task = {"task_id": ulid_text("task", hash_of(agent)), "agent": agent, "department": department}
        shared = task | {
            "call_id": call_id,
            "trace_id": trace_id,
            "session": None,
            "route": route,
            "operation": "chat",
            "streamed": dice.random() < 0.8,
            "snapshot_version": 3,
        }
        attempts: list[dict[str, Any]] = []
        start_us = 0
        if kind == "fallback":
            failed = self._attempt(shared, 1, first, at_ns, "error")
            failed |= {"http_status": 503, "error_code": "upstream_refused", "cost_nano_usd": 0}
            failed |= {"reason": "the provider answered 503"}
            attempts.append(failed)
            start_us = failed["end_us"] + 200_000
        model = second if kind == "fallback" else first
        outcome = {"refused": "refused", "timeout": "timeout", "estimated": "broken"}.get(kind, "ok")
        attempts.append(self._attempt(shared, len(attempts) + 1, model, at_ns, outcome, start_us) | settled)
        last = attempts[-1]
        ended = shared | {
            "admitted_ns": at_ns,
            "outcome": last["outcome"],
            "http_status": {"ok": 200, "refused": 400, "timeout": 504}.get(last["outcome"], 502),
            "error_code": last["error_code"],
            "attempts": len(attempts),
            "cost_nano_usd": sum(attempt["cost_nano_usd"] for attempt in attempts),
            "duration_us": last["end_us"] + 120,
            "overhead_us": attempts[0]["sent_us"],
            "message": last["reason"],
        }
        add_rows(self.connection, attempts, [ended])
        return call_id

    def refused(self, at_ns: int) -> None:
        """Write a call that was refused before an attempt."""
        self.number += 1
        department, route, _ = AGENTS["ticket-triage"]
        ended = {
            "call_id": ulid_text("call", self.number),
            "trace_id": f"{self.number:08x}" * 4,
            "task_id": ulid_text("task", hash_of("ticket-triage")),
            "agent": "ticket-triage",
            "department": department,
            "session": None,
            "route": route,
            "operation": "chat",
            "streamed": False,
            "snapshot_version": 3,
            "admitted_ns": at_ns,
            "outcome": "refused",
            "http_status": 403,
            "error_code": "task_paused",
            "attempts": 0,
            "cost_nano_usd": 0,
            "duration_us": 70,
            "overhead_us": 70,
            "message": "It is paused.",
        }
        add_rows(self.connection, [], [ended])

    def _attempt(
        self, shared: dict[str, Any], number: int, model: str, at_ns: int, outcome: str, start_us: int = 0
    ) -> dict[str, Any]:
        dice = self.dice
        input_tokens = int(min(60_000, dice.lognormvariate(7.4, 0.9)))
        cached = input_tokens // 2 if dice.random() < 0.4 else 0
        usage = Usage(input_tokens, int(min(8000, dice.lognormvariate(4.6, 0.9))), cache_read_tokens=cached)
        sent_us = start_us + int(dice.uniform(300, 900))
        first_us = sent_us + int(dice.lognormvariate(12.4, 0.45))
        end_us = first_us + usage.output_tokens * int(dice.uniform(7000, 14000))
        answered = outcome == "ok"
        if outcome in {"error", "refused"}:
            end_us = first_us
        elif outcome == "timeout":
            end_us = sent_us + 120_000_000
        estimated = outcome in {"broken", "timeout"}
        hold = cost(PRICES[model], Usage(input_tokens + 400, 4096)).nano_usd
        price = cost(PRICES[model], usage).nano_usd if answered else hold if estimated else 0
        tokens = {name: getattr(usage, name) if answered else None for name in TOKEN_FIELDS}
        return {
            **shared,
            "charge_id": ulid_text("chg", self.number * 4 + number),
            "span_id": f"{self.number * 4 + number:016x}",
            "parent_span_id": None,
            "attempt": number,
            "model": model,
            "upstream_model": UPSTREAM[model],
            "provider": "sim-west" if model == "small" else "sim-east",
            "region": "eu-west" if model == "small" else "us-east",
            "dialect": "openai",
            "admitted_ns": at_ns,
            "hold_nano_usd": hold,
            "input_bound_tokens": input_tokens + 400,
            "output_bound_tokens": 4096,
            "request_digest": f"{self.number:064x}",
            "cost_nano_usd": price,
            "outcome": outcome,
            "estimated": estimated,
            "overrun": False,
            "reason": {
                "broken": "the stream broke off before its usage: the full hold is charged",
                "timeout": "no first byte within 120 s: the full hold is charged",
                "refused": "the provider answered 400",
            }.get(outcome),
            **tokens,
            "http_status": {"ok": 200, "refused": 400, "broken": 200}.get(outcome),
            "error_code": {
                "broken": "upstream_broken",
                "timeout": "upstream_timeout",
                "refused": "upstream_refused",
            }.get(outcome),
            "upstream_id": f"chatcmpl-{self.number:012x}" if answered else None,
            "reported_model": UPSTREAM[model] if answered else None,
            "upstream_request_id": None,
            "reply_digest": f"{self.number + 7:064x}" if answered else None,
            "finish_reason": "stop" if answered else None,
            "sent_us": sent_us,
            "first_byte_us": first_us - 800 if answered or outcome == "broken" else None,
            "first_token_us": first_us if answered else None,
            "end_us": end_us,
            "incarnation": ulid_text("inc", 1),
        }


def hash_of(text: str) -> int:
    """A number that is the same in every run, unlike `hash`."""
    return int.from_bytes(text.encode()[:6], "big")


def seed_manifests(connection: Connection, now_ns: int, *, bad: bool = True) -> None:
    """Three versions; afterwards, if ``bad``, one that does not compile."""
    history = (
        (snapshot(1, agents=4, large_output_usd="18"), 26 * 3600),
        (snapshot(2, agents=5, large_output_usd="18"), 5 * 3600),
        (snapshot(3), 3 * 3600),
    )
    for one, age_s in history:
        at_ns = now_ns - age_s * SECOND_NS
        connection.execute(
            insert(snapshots).values(
                version=one.version,
                digest=one.digest,
                source="examples/fleet",
                in_force_from_ns=at_ns,
                document=encode_snapshot(one),
            )
        )
        connection.execute(
            insert(reconciliations).values(
                at_ns=at_ns, source="examples/fleet", version=one.version, ok=True, findings="[]"
            )
        )
    if bad:
        findings = [
            "examples/fleet/agents.yaml:41: spec.routes[1]: route 'cod' is not defined. Did you mean 'code'?",
            "examples/fleet/models.yaml:12: spec.price: unknown field 'inputt'. Known fields: input, output.",
        ]
        connection.execute(
            insert(reconciliations).values(
                at_ns=now_ns - 1500 * SECOND_NS,
                source="examples/fleet",
                version=3,
                ok=False,
                findings=json.dumps(findings),
            )
        )


def seed_fleet(engine: Engine, now_ns: int, *, hours: float = 2.0, mean_gap_s: float = 6.0) -> None:
    """Fill a database with traffic that swells and ebbs, up to ``now_ns``."""
    with engine.begin() as connection:
        seed_manifests(connection, now_ns)
        seeder = Seeder(connection)
        for agent, (department, _, _) in AGENTS.items():
            connection.execute(
                insert(tasks).values(
                    task_id=ulid_text("task", hash_of(agent)),
                    agent=agent,
                    department=department,
                    kind="implicit",
                    first_ns=now_ns - int(hours * 3600) * SECOND_NS,
                    last_ns=now_ns,
                )
            )
        age_s = hours * 3600
        while age_s > 2:
            seeder.call(now_ns - int(age_s * SECOND_NS))
            swell = 1.0 + 0.8 * ((age_s // 420) % 3 - 1) * 0.6
            age_s -= seeder.dice.expovariate(1 / mean_gap_s) / swell
        Aggregates(engine).open(connection)


def create(path: Path) -> Engine:
    """Return an engine on a new database with empty tables, as `podium up` makes it."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        make_schema(connection)
    return engine
