"""What a replay is checked against: the ledger's rows since it began, and the fleet that it plays."""

from collections.abc import Collection

import msgspec
from sqlalchemy import Engine, select

from podium.manifest.snapshot import decode_snapshot
from podium.ports.database import charges, holds, snapshots


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
    """An agent of the manifests in force, and the chat routes that remote providers serve it."""

    agent: str
    department: str
    routes: tuple[str, ...]


def ledger_since(engine: Engine, since_ns: int, agents: Collection[str] | None = None) -> LedgerPart:
    """Return the ledger of what was admitted at ``since_ns`` (Unix) or later, of these agents if given."""
    columns = [charges.c[name] for name in ChargeRow.__struct_fields__]
    rows_query = select(*columns).where(charges.c.admitted_ns >= since_ns)
    if agents is not None:
        rows_query = rows_query.where(charges.c.agent.in_(agents))
    with engine.connect() as connection:
        rows = tuple(ChargeRow(*row) for row in connection.execute(rows_query))
        still_open = select(holds.c.charge_id).where(holds.c.admitted_ns >= since_ns)
        open_holds = len(connection.execute(still_open).all())
    return LedgerPart(rows, open_holds)


def fleet(engine: Engine) -> tuple[FleetAgent, ...]:
    """Return the agents of the manifests in force, with the chat routes that no local model serves."""
    query = select(snapshots.c.document).order_by(snapshots.c.version.desc()).limit(1)
    with engine.connect() as connection:
        document = connection.execute(query).scalar()
    if document is None:
        return ()
    snapshot = decode_snapshot(document)
    remote = {
        route.name
        for route in snapshot.routes.values()
        if route.operation == "chat"
        and all(
            snapshot.providers[snapshot.models[candidate.model].provider].llama is None
            for candidate in route.candidates
        )
    }
    return tuple(
        FleetAgent(agent.name, agent.department, tuple(sorted(agent.routes & remote)))
        for agent in sorted(snapshot.agents.values(), key=lambda agent: (agent.department_path, agent.name))
    )
