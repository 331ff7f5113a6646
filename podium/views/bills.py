"""What a provider's bill is held against: its charges as they stand, corrections included."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Select, func, select

from podium.kernel.bill import Bill
from podium.kernel.call import TOKEN_FIELDS, Usage
from podium.kernel.errors import InvalidRequest
from podium.manifest.snapshot import decode_snapshot
from podium.ports.aggregates import CORRECTED, corrections
from podium.ports.database import charges, incarnations, snapshots
from podium.spend.attributing import Lost, decide_explained
from podium.spend.prices import PriceSheet
from podium.spend.reconciling import Comparison, Entry, decide_comparison

_AROUND_NS: Final = 3_600_000_000_000
"""Requests are looked for so far beyond the bill's times: a provider's clock and day may differ from ours."""


class CorrectionRow(msgspec.Struct, frozen=True):
    """A correction of a charge, as it stands in the ledger. Amounts and tokens are signed."""

    correction_id: str
    charge_id: str
    at_ns: int
    provider: str
    export_sha256: str
    line: int
    actor: str
    reason: str
    settled: bool
    cost_nano_usd: int


def corrections_of(connection: Connection, charge_ids: Iterable[str]) -> dict[str, list[CorrectionRow]]:
    """Return the corrections of charges, oldest first."""
    query = (
        select(*(corrections.c[name] for name in CorrectionRow.__struct_fields__))
        .where(corrections.c.charge_id.in_(list(charge_ids)))
        .order_by(corrections.c.at_ns, corrections.c.correction_id)
    )
    found: dict[str, list[CorrectionRow]] = {}
    for row in connection.execute(query).mappings():
        one = CorrectionRow(**{**row, "settled": bool(row["settled"])})
        found.setdefault(one.charge_id, []).append(one)
    return found


def compare(
    connection: Connection,
    bill: Bill,
    provider: str,
    *,
    correct_exact: bool = False,
    complete: bool = False,
) -> Comparison:
    """Hold a provider's bill against the ledger. Raises InvalidRequest for a provider without charges."""
    entries = _entries(connection, bill, provider)
    if not entries:
        _check_known(connection, provider)
    sheets = _sheets(connection, {entry.price_key for entry in entries})
    found = decide_comparison(bill, entries, sheets, correct_exact=correct_exact, complete=complete)
    explained = decide_explained(bill, found, _lost(connection), complete=complete)
    return msgspec.structs.replace(found, corrections=(*found.corrections, *explained))


def _check_known(connection: Connection, provider: str) -> None:
    """Raise InvalidRequest for a provider of which there is no charge, and that no manifest in force has."""
    of = select(charges.c.seq).where(charges.c.provider == provider).limit(1)
    if connection.execute(of).first() is not None:
        return
    newest = select(snapshots.c.document).order_by(snapshots.c.version.desc()).limit(1)
    document = connection.execute(newest).scalar()
    if document is not None and provider in decode_snapshot(document).providers:
        return
    known = connection.execute(select(charges.c.provider).distinct().limit(20)).scalars().all()
    raise InvalidRequest(
        f"The ledger has no charge of a provider {provider!r}.",
        fix=f"It has charges of {', '.join(sorted(known)) or 'none'}.",
        field="provider",
    )


def _lost(connection: Connection) -> list[Lost]:
    """Return the unattributed charges that no bill has settled.

    What a journal cannot show was written behind the last of what it shows; a call may have waited before.
    """
    settled = select(corrections.c.charge_id).where(corrections.c.settled == 1)
    query = select(charges).where(charges.c.unattributed, charges.c.charge_id.not_in(settled))
    found = []
    for row in connection.execute(query):
        began = select(incarnations.c.started_ns).where(incarnations.c.id == row.incarnation)
        started_ns = connection.execute(began).scalar() or 0
        last_ns = connection.execute(
            select(func.max(charges.c.admitted_ns)).where(
                charges.c.incarnation == row.incarnation,
                ~charges.c.unattributed,
                charges.c.admitted_ns.between(started_ns, row.admitted_ns),
            )
        ).scalar()
        since_ns = max(started_ns, (last_ns or 0) - _AROUND_NS)
        found.append(Lost(row.charge_id, since_ns, row.admitted_ns, row.cost_nano_usd))
    return found


def _entries(connection: Connection, bill: Bill, provider: str) -> list[Entry]:
    times = [*((line.since_ns, line.until_ns) for line in bill.lines), *bill.covers]
    if not times:
        return []
    since_ns = min(since for since, _ in times) - _AROUND_NS
    until_ns = max(until for _, until in times) + _AROUND_NS
    within = (
        charges.c.provider == provider,
        charges.c.operation != "count_tokens",  # nobody bills it
        charges.c.admitted_ns >= since_ns,
        charges.c.admitted_ns < until_ns,
    )
    changed: dict[str, dict[str, int]] = {
        row["charge_id"]: {name: int(row[name]) for name in CORRECTED}
        for row in connection.execute(_changes().where(*within)).mappings()
    }
    confirmed = set(
        connection.execute(
            select(corrections.c.charge_id).where(
                corrections.c.charge_id == charges.c.charge_id, corrections.c.settled == 1, *within
            )
        ).scalars()
    )
    names = (
        "charge_id", "admitted_ns", "upstream_model", "reported_model", "upstream_request_id", "upstream_id",
        "cost_nano_usd", "estimated", "overrun", "snapshot_version", "model", *TOKEN_FIELDS,
    )  # fmt: skip
    query = select(*(charges.c[name] for name in names)).where(*within).order_by(charges.c.seq)
    nothing = dict.fromkeys(CORRECTED, 0)
    return [
        _entry(row, changed.get(row["charge_id"], nothing), confirmed=row["charge_id"] in confirmed)
        for row in connection.execute(query).mappings()
    ]


def _changes() -> Select[Any]:
    return (
        select(corrections.c.charge_id, *(func.sum(corrections.c[name]).label(name) for name in CORRECTED))
        .where(corrections.c.charge_id == charges.c.charge_id)
        .group_by(corrections.c.charge_id)
    )


def _entry(row: Any, change: dict[str, int], *, confirmed: bool) -> Entry:
    known = row["input_tokens"] is not None or change["unreported"] < 0
    tokens: dict[str, Any] = {name: (row[name] or 0) + change[name] for name in TOKEN_FIELDS}
    return Entry(
        charge_id=row["charge_id"],
        admitted_ns=row["admitted_ns"],
        models=tuple(dict.fromkeys(name for name in (row["reported_model"], row["upstream_model"]) if name)),
        request_ids=tuple(name for name in (row["upstream_request_id"], row["upstream_id"]) if name),
        cost_nano_usd=row["cost_nano_usd"] + change["cost_nano_usd"],
        usage=Usage(**tokens) if known else None,
        estimated=bool(row["estimated"]) and change["estimated"] == 0,
        overrun=bool(row["overrun"]) and not confirmed,
        price_key=(row["snapshot_version"], row["model"]),
    )


def _sheets(connection: Connection, keys: Iterable[tuple[int, str]]) -> dict[tuple[int, str], PriceSheet]:
    found: dict[tuple[int, str], PriceSheet] = {}
    wanted = set(keys)
    for version in {version for version, _ in wanted}:
        document = connection.execute(
            select(snapshots.c.document).where(snapshots.c.version == version)
        ).scalar()
        if document is None:
            continue
        for name, model in decode_snapshot(document).models.items():
            if (version, name) in wanted and model.prices is not None:
                found[version, name] = model.prices
    return found
