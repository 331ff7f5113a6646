"""Which webhooks are to be told now of what has occurred."""

from collections.abc import Iterable

import msgspec
from sqlalchemy import Connection, select

from podium.evidence.occurrences import Occurrence
from podium.manifest.snapshot import WebhookRow
from podium.ports.audit_tables import occurrence_deliveries, occurrences
from podium.ports.occurrences import occurrence_of


class DueEvent(msgspec.Struct, frozen=True):
    """One occurrence that one webhook is to be told of."""

    place: int
    attempts: int
    occurrence: Occurrence
    webhook: WebhookRow


def due_events(
    connection: Connection, webhooks: Iterable[WebhookRow], now_ns: int, given_up_ns: int
) -> list[DueEvent]:
    """Return what is to be told now, oldest first. ``given_up_ns``: what is older is told no more."""
    hooks = [hook for hook in webhooks if hook.events]
    if not hooks:
        return []
    since = occurrences.c.at_ns > now_ns - given_up_ns
    told = {
        (row.occurrence, row.webhook): row
        for row in connection.execute(
            select(occurrence_deliveries)
            .join(occurrences, occurrences.c.seq == occurrence_deliveries.c.occurrence)
            .where(since)
        )
    }
    found = []
    for row in connection.execute(select(occurrences).where(since).order_by(occurrences.c.seq)):
        for hook in hooks:
            before = told.get((row.seq, hook.name))
            if before is not None and (before.next_ns is None or before.next_ns > now_ns):
                continue
            if row.type in hook.events and _theirs(hook, row.department):
                attempts = before.attempts if before is not None else 0
                found.append(DueEvent(row.seq, attempts, occurrence_of(row), hook))
    return found


def _theirs(hook: WebhookRow, department: str) -> bool:
    return hook.department is None or f"{department}/".startswith(f"{hook.department}/")
