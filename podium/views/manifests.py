"""Manifests: the version in force, those before it, what changed, and the last one that was refused."""

import json

import msgspec
from sqlalchemy import Connection, select

from podium.manifest.snapshot import Snapshot, decode_snapshot
from podium.ports.database import reconciliations, snapshots
from podium.views.scope import narrowed


class VersionRow(msgspec.Struct, frozen=True):
    """One version. ``in_force_from_ns``: Unix nanoseconds."""

    version: int
    digest: str
    source: str
    in_force_from_ns: int


class Change(msgspec.Struct, frozen=True):
    """What one version did to one kind of manifest, by names."""

    kind: str
    added: list[str]
    removed: list[str]
    changed: list[str]


class Refusal(msgspec.Struct, frozen=True):
    """A set of manifests that did not come into force."""

    at_ns: int
    source: str
    findings: list[str]
    """``file:line: field: message``."""


class Manifests(msgspec.Struct, frozen=True):
    """What is in force. ``refused`` is set while the newest manifests are not the ones in force."""

    in_force: VersionRow | None
    snapshot: Snapshot | None
    counts: dict[str, int]
    changes: list[Change]
    """What the version in force changed against the one before."""
    history: list[VersionRow]
    refused: Refusal | None


KINDS = (
    *("providers", "models", "routes", "departments", "agents", "webhooks"),
    *("tool_servers", "pipelines", "audits"),
)


def manifests(connection: Connection, *, history: int = 20) -> Manifests:
    """Return the versions, newest first."""
    columns = (snapshots.c.version, snapshots.c.digest, snapshots.c.source, snapshots.c.in_force_from_ns)
    query = select(*columns).order_by(snapshots.c.version.desc()).limit(history)
    rows = [VersionRow(*row) for row in connection.execute(query)]
    now = snapshot_of(connection, rows[0].version) if rows else None
    before = snapshot_of(connection, rows[1].version) if len(rows) > 1 else None
    return Manifests(
        in_force=rows[0] if rows else None,
        snapshot=now,
        counts=now.counts() if now is not None else {},
        changes=changes(before, now) if now is not None and before is not None else [],
        history=rows,
        refused=_refused(connection),
    )


def snapshot_of(connection: Connection, version: int) -> Snapshot | None:
    """Return a version's snapshot, of who sees some departments alone with those; or None."""
    document = connection.execute(select(snapshots.c.document).where(snapshots.c.version == version)).scalar()
    return narrowed(connection, decode_snapshot(document)) if document is not None else None


def changes(before: Snapshot, after: Snapshot) -> list[Change]:
    """Return what differs between two snapshots, kind by kind; kinds without a difference are left out."""
    found = []
    for kind in KINDS:
        old, new = getattr(before, kind), getattr(after, kind)
        change = Change(
            kind,
            added=sorted(new.keys() - old.keys()),
            removed=sorted(old.keys() - new.keys()),
            changed=sorted(name for name in new.keys() & old.keys() if new[name] != old[name]),
        )
        if change.added or change.removed or change.changed:
            found.append(change)
    return found


def _refused(connection: Connection) -> Refusal | None:
    query = select(reconciliations).order_by(reconciliations.c.id.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    if row is None or row.ok:
        return None
    return Refusal(row.at_ns, row.source, [str(finding) for finding in json.loads(row.findings)])
