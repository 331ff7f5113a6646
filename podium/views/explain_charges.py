"""Explain how the cost of a charge comes about, line by line."""

from collections.abc import Sequence
from decimal import Decimal

import msgspec
from sqlalchemy import Connection, select

from podium.kernel.call import TOKEN_FIELDS, Usage
from podium.kernel.money import EXACT, ceil_nano, usd_text
from podium.manifest.snapshot import Snapshot, decode_snapshot
from podium.ports.database import snapshots
from podium.spend.prices import CostLine, cost_lines, sheet_of
from podium.views.bills import CorrectionRow, corrections_of
from podium.views.ledger import ChargeRow
from podium.views.text import iso


class Working(msgspec.Struct, frozen=True):
    """How the cost of one charge comes about.

    ``verified``: the lines, added exactly and rounded up once, are the row's cost. None where there is
    nothing to add: nothing was sent, or the charge is an estimate.
    """

    charge: ChargeRow
    lines: tuple[CostLine, ...]
    price_source: str | None
    verified: bool | None
    words: list[str]
    corrections: list[CorrectionRow]
    """What providers' bills have changed, oldest first."""
    stands_nano_usd: int
    """The charge with its corrections."""


def _snapshot(connection: Connection, version: int, cache: dict[int, Snapshot | None]) -> Snapshot | None:
    if version not in cache:
        document = connection.execute(
            select(snapshots.c.document).where(snapshots.c.version == version)
        ).scalar()
        cache[version] = decode_snapshot(document) if document is not None else None
    return cache[version]


def usage_of(charge: ChargeRow) -> Usage | None:
    """Return a charge's usage, or None where the provider gave none."""
    if charge.input_tokens is None and charge.output_tokens is None:
        return None
    counts = {name: getattr(charge, name) or 0 for name in TOKEN_FIELDS}
    uses: dict[str, int] = msgspec.json.decode(charge.tool_uses or "{}", type=dict[str, int])
    return Usage(**counts, tool_uses=tuple(sorted(uses.items())))


def workings_of(connection: Connection, rows: Sequence[ChargeRow]) -> list[Working]:
    """Return how each charge's cost comes about, corrections by bills included."""
    cache: dict[int, Snapshot | None] = {}
    corrected = corrections_of(connection, [row.charge_id for row in rows])
    return [_work_out(connection, row, cache, corrected.get(row.charge_id, [])) for row in rows]


def _work_out(
    connection: Connection,
    charge: ChargeRow,
    cache: dict[int, Snapshot | None],
    corrected: list[CorrectionRow],
) -> Working:
    snapshot = _snapshot(connection, charge.snapshot_version, cache)
    model = snapshot.models.get(charge.model) if snapshot is not None else None
    usage = usage_of(charge)
    sheet = sheet_of(charge.operation, model.prices) if model is not None else None
    lines: tuple[CostLine, ...] = ()
    verified: bool | None = None
    if sheet is not None and usage is not None and not charge.estimated:
        lines = cost_lines(sheet, usage)
        total = Decimal(0)
        for line in lines:
            total = EXACT.add(total, line.nano_usd)
        verified = ceil_nano(total) == charge.cost_nano_usd
    stands_nano_usd = charge.cost_nano_usd + sum(one.cost_nano_usd for one in corrected)
    return Working(
        charge,
        lines,
        sheet.source if sheet is not None else None,
        verified,
        [*_charge_words(charge, verified), *_correction_words(corrected, stands_nano_usd)],
        corrected,
        stands_nano_usd,
    )


def _correction_words(corrected: Sequence[CorrectionRow], stands_nano_usd: int) -> list[str]:
    words = []
    for one in corrected:
        place = f"line {one.line} of " if one.line > 0 else ""
        change = f"changed it by {usd_text(one.cost_nano_usd)} USD" if one.cost_nano_usd else "confirmed it"
        words.append(
            f"A bill of {one.provider} {change} ({place}export {one.export_sha256[:12]}, applied by "
            f"{one.actor} at {iso(one.at_ns)[:19]}Z). {one.reason}"
        )
    if corrected:
        exact = "exact" if any(one.settled for one in corrected) else "a share of a sum that is exact"
        words.append(f"With that it stands at {usd_text(stands_nano_usd)} USD, {exact}.")
    return words


def _charge_words(charge: ChargeRow, verified: bool | None) -> list[str]:
    if charge.unattributed:
        return [charge.reason or ""]
    words = [
        (
            f"Attempt {charge.attempt} went to {charge.provider} ({charge.region or 'no region declared'}) "
            f"as {charge.upstream_model}: {OUTCOMES.get(charge.outcome, charge.outcome)}."
        )
    ]
    words.append(
        f"Before it was sent {usd_text(charge.hold_nano_usd)} USD were held: at most "
        f"{charge.input_bound_tokens} tokens in and {charge.output_bound_tokens} out."
    )
    if charge.reason:
        words.append(charge.reason)
    if charge.estimated:
        words.append("The charge is an estimate: the provider's own count is not known.")
    if charge.degraded_from is not None:
        words.append(f"{charge.degraded_from} would have served, but {charge.degraded_reason}.")
    if charge.overrun:
        words.append(
            "The provider counted more than was held: the truth is charged, and marked as an overrun."
        )
    if verified is False:
        words.append(
            "The lines do not add up to the charge: the ledger or the manifests' record was changed."
        )
    return words


OUTCOMES = {
    "ok": "it was answered",
    "replayed": "it was answered as in an earlier attempt of its task",
    "refused": "the provider refused",
    "error": "it failed",
    "broken": "the answer broke off",
    "timeout": "it timed out",
    "aborted": "the client went away",
    "unsent": "nothing was sent",
    "crashed": "the worker died before it was settled",
}
