"""How labels flowed through a task or a trace, from the rows of its calls of tools."""

from functools import cache
from typing import Final

from sqlalchemy import Connection, select

from podium.manifest.snapshot import Snapshot, decode_snapshot
from podium.ports.database import snapshots
from podium.ports.tool_tables import tool_calls
from podium.trust.tools import ReturnsRow
from podium.trust.values.label_flow import FlowCall, FlowStep, label_flow
from podium.trust.values.labels import Label
from podium.views.scope import naming

MAX_CALLS: Final = 500
"""The first ones of a task."""


def label_words(label: Label | None) -> str:
    """Return a label as it is written in manifests: integrity, confidentiality."""
    return f"{label.integrity}, {label.confidentiality}" if label is not None else "–"


def flow_of(connection: Connection, *, task: str | None = None, trace: str | None = None) -> list[FlowStep]:
    """Return the steps of a task, with those below it as a root, or of a trace, in their order."""

    @cache
    def manifests(version: int) -> Snapshot | None:
        query = select(snapshots.c.document).where(snapshots.c.version == version)
        document = connection.execute(query).scalar()
        return decode_snapshot(document) if document is not None else None

    def returns(version: int, tool: str) -> ReturnsRow | None:
        found = manifests(version)
        server, _, name = tool.partition("/")
        row = found.tool_servers.get(server) if found is not None else None
        declared = row.tools.get(name) if row is not None else None
        return declared.returns if declared is not None else None

    of = tool_calls.c
    query = select(tool_calls).order_by(of.at_ns, of.seq).limit(MAX_CALLS)
    if task is not None:
        query = query.where(naming(connection, tool_calls, ("task_id", "root_id"), [task]))
    if trace is not None:
        query = query.where(of.trace_id == trace)
    return label_flow(
        FlowCall(
            call_id=row.call_id,
            task_id=row.task_id,
            agent=row.agent,
            tool=row.tool,
            at_ns=row.at_ns,
            effect=row.effect,
            verdict=row.verdict,
            rule=row.rule,
            outcome=row.outcome,
            returns=returns(row.snapshot_version, row.tool),
        )
        for row in connection.execute(query)
    )
