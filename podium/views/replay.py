"""What a replay is checked against: the ledger's rows since it began, and the fleet that it plays."""

import msgspec
from sqlalchemy import Connection, select

from podium.manifest.snapshot import Snapshot
from podium.ports.database import charges, holds


class ChargeRow(msgspec.Struct, frozen=True):
    """What a comparison reads of a ledger row. Tokens are None where the provider did not say."""

    charge_id: str
    model: str
    cost_nano_usd: int
    estimated: bool
    input_tokens: int | None
    output_tokens: int | None
    provider: str
    agent: str
    department: str


class LedgerPart(msgspec.Struct, frozen=True):
    """The ledger since a moment."""

    rows: tuple[ChargeRow, ...]
    open_holds: int
    """Attempts that the ledger knows to have begun and not to have ended."""


class FleetAgent(msgspec.Struct, frozen=True):
    """An agent of the manifests in force, and the chat routes that it may call."""

    agent: str
    department: str
    replay_routes: tuple[str, ...]
    """Those whose every model is served at the address that was asked about."""
    local_routes: tuple[str, ...]
    """Those whose first model runs on this machine."""


class Fleet(msgspec.Struct, frozen=True):
    """Who can be played, and the names of the providers at the address that was asked about."""

    agents: tuple[FleetAgent, ...]
    providers: frozenset[str]


def ledger_since(connection: Connection, since_ns: int) -> LedgerPart:
    """Return the ledger of what was admitted at ``since_ns`` (Unix) or later."""
    columns = [charges.c[name] for name in ChargeRow.__struct_fields__]
    rows_query = select(*columns).where(charges.c.admitted_ns >= since_ns)
    rows = tuple(ChargeRow(*row) for row in connection.execute(rows_query))
    still_open = select(holds.c.charge_id).where(holds.c.admitted_ns >= since_ns)
    open_holds = len(connection.execute(still_open).all())
    return LedgerPart(rows, open_holds)


def fleet(snapshot: Snapshot, *, host: str, port: int) -> Fleet:
    """Return the agents of the manifests, with the chat routes that a provider at host and port serves."""
    there = frozenset(row.name for row in snapshot.providers.values() if (row.host, row.port) == (host, port))
    replayed: set[str] = set()
    local: set[str] = set()
    for route in snapshot.routes.values():
        if route.operation != "chat":
            continue
        names = [candidate.model for candidate in route.candidates]
        providers = [snapshot.models[name].provider for name in (*names, *route.fallbacks)]
        if all(provider in there for provider in providers):
            replayed.add(route.name)
        elif snapshot.providers[providers[0]].llama is not None:
            local.add(route.name)
    agents = sorted(snapshot.agents.values(), key=lambda agent: (agent.department_path, agent.name))
    return Fleet(
        agents=tuple(
            FleetAgent(
                agent.name,
                agent.department,
                tuple(sorted(agent.routes & replayed)),
                tuple(sorted(agent.routes & local)),
            )
            for agent in agents
        ),
        providers=there,
    )
