"""Limits to look at: a tree of them, with what is charged, what workers hold, and four weeks of history."""

import msgspec
from sqlalchemy import Engine, insert

from podium.keeper.aggregates import Aggregates
from podium.manifest.snapshot import Snapshot, encode_snapshot
from podium.ports.database import incarnations, limit_windows, overrides, slices, snapshots
from podium.spend.limits import Limit, decide_window, limit_id
from tests.console import seed

USD = 10**9
DAY_NS = 86_400_000_000_000
WORKER = "inc_01KASR7QZ4M9T2XB0000000001"


def limit(owner: str, window: str, amount: int, unit: str = "usd", **more) -> Limit:
    return Limit(limit_id(owner, unit, window, None), owner, unit, amount, window, **more)


LIMITS = {
    "acme": (limit("department/acme", "month", 500 * USD, time_zone="Europe/Berlin"),),
    "support": (
        limit("department/support", "month", 40 * USD),
        limit("department/support", "day", 200_000, "reasoning_tokens"),
    ),
    "finance": (limit("department/finance", "week", 9 * USD, hard=False),),
}
AGENT_LIMITS = {"ticket-triage": (limit("agent/ticket-triage", "day", 2 * USD),)}
USED = {
    "department/acme/usd/month": (391 * USD + 123_456_789, 4 * USD),
    "department/support/usd/month": (37 * USD, USD // 2),
    "department/support/reasoning_tokens/day": (200_000, 0),
    "department/finance/usd/week": (USD, 0),
    "agent/ticket-triage/usd/day": (USD, USD // 10),
}


def with_limits() -> Snapshot:
    snapshot = seed.snapshot(4)
    return msgspec.structs.replace(
        snapshot,
        departments={
            name: msgspec.structs.replace(row, limits=LIMITS.get(name, ()))
            for name, row in snapshot.departments.items()
        },
        agents={
            name: msgspec.structs.replace(row, limits=AGENT_LIMITS.get(name, ()))
            for name, row in snapshot.agents.items()
        },
    )


def seed_limits(engine: Engine, now_ns: int) -> None:
    """Bring limits into force and fill their windows."""
    snapshot = with_limits()
    with engine.begin() as connection:
        connection.execute(
            insert(snapshots).values(
                version=4,
                digest=snapshot.digest,
                source="examples/fleet",
                in_force_from_ns=now_ns,
                document=encode_snapshot(snapshot),
            )
        )
        seeder = seed.Seeder(connection, first=500_000)
        for day in range(29, 0, -1):
            for _ in range(4 + day % 7):
                seeder.call(now_ns - day * DAY_NS)
        connection.execute(
            insert(incarnations).values(
                id=WORKER,
                worker="gateway-1",
                pid=1,
                boot_id="b",
                started_ns=now_ns,
                segment=1,
                offset=0,
            )
        )
        for one in snapshot.limits().values():
            charged, outstanding = USED.get(one.id, (395 * USD, 5 * USD))
            window = decide_window(one.window, one.time_zone, now_ns)
            window_id = f"{one.id}@{window.key}"
            connection.execute(
                insert(limit_windows).values(
                    id=window_id,
                    limit_id=one.id,
                    window_key=window.key,
                    unit=one.unit,
                    starts_ns=window.starts_ns,
                    ends_ns=window.ends_ns,
                    charged=charged,
                    outstanding=outstanding,
                    unattributed=0,
                    band=0,
                )
            )
            connection.execute(
                insert(slices).values(
                    incarnation=WORKER,
                    window_id=window_id,
                    band=0,
                    granted=charged + outstanding,
                    returned=0,
                    spent=charged,
                    sequence=0,
                    covered=0,
                    state="out",
                )
            )
        connection.execute(
            insert(overrides).values(
                id="ovr_1",
                limit_id="agent/ticket-triage/usd/day",
                amount=USD,
                from_ns=now_ns - DAY_NS,
                until_ns=now_ns + DAY_NS,
                by="ann",
                reason="launch",
                at_ns=now_ns,
            )
        )
        Aggregates(engine).recount(connection)
