"""Unattributed charges, resolved by what all providers' bills say of them together."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from podium.manifest.snapshot import decode_snapshot
from podium.ports.aggregates import corrections
from podium.ports.database import incarnations, snapshots
from podium.spend.attributing import decide_rest
from podium.spend.reconciling import Correction, Explained


def resolve(
    connection: Connection, charge: Mapping[str, Any], stands_nano_usd: int, provider: str, asked: Correction
) -> Correction:
    """Return the correction that follows from what a provider's bill says, and from what others have said.

    It changes nothing until each provider has sent a bill that is complete for the time, and nothing once it
    has settled the charge.
    """
    query = select(
        corrections.c.provider,
        corrections.c.explained_nano_usd,
        corrections.c.complete,
        corrections.c.settled,
    ).where(corrections.c.charge_id == charge["charge_id"])
    told = [(provider, asked.explained)] if asked.explained is not None else []
    for row in connection.execute(query):
        if row.settled:
            return asked
        told.append((row.provider, Explained(row.explained_nano_usd or 0, bool(row.complete))))
    said: dict[str, Explained] = {}
    for name, one in told:
        # Of several bills of one provider the larger amount counts: they may overlap.
        known = said.get(name, Explained(0, complete=False))
        said[name] = Explained(max(known.nano_usd, one.nano_usd), known.complete or one.complete)
    rest = decide_rest(stands_nano_usd, _providers(connection, charge), said)
    if rest is None:
        return asked
    reason = f"{asked.reason} With it the bills of every provider are there, and the rest was not spent."
    return msgspec.structs.replace(asked, delta_nano_usd=rest - stands_nano_usd, settled=True, reason=reason)


def _providers(connection: Connection, charge: Mapping[str, Any]) -> frozenset[str]:
    """Return the providers that a worker may have called: of every manifest that was in force in its life.

    A model on the machine itself sends no bill and costs nothing.
    """
    began = select(incarnations.c.started_ns).where(incarnations.c.id == charge["incarnation"])
    since_ns = connection.execute(began).scalar() or 0
    query = (
        select(snapshots.c.document, snapshots.c.in_force_from_ns)
        .where(snapshots.c.in_force_from_ns <= charge["admitted_ns"])
        .order_by(snapshots.c.version.desc())
    )
    found: set[str] = set()
    for row in connection.execute(query):
        providers = decode_snapshot(row.document).providers.values()
        found |= {it.name for it in providers if it.llama is None}
        if row.in_force_from_ns <= since_ns:
            break
    return frozenset(found)
