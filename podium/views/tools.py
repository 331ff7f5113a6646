"""Tools: their definitions and whether they hold, the calls of them, and a task's calls in words."""

import difflib
import json
from collections.abc import Sequence

import msgspec
from sqlalchemy import ColumnElement, Connection, case, func, select

from podium.kernel.errors import NotFound
from podium.manifest.snapshot import decode_snapshot
from podium.ports.database import snapshots
from podium.ports.tool_tables import tool_calls, tool_pins
from podium.views.scope import naming
from podium.views.text import iso

MAX_TOLD = 50
"""Calls of one task that are told in words."""


class ToolRow(msgspec.Struct, frozen=True):
    """One tool of the manifests in force, or a resource or prompt. Times are Unix nanoseconds."""

    tool: str
    """``SERVER/TOOL``."""
    name: str
    """As clients see it."""
    effect: str
    state: str
    """``approved``; ``pending`` or ``rejected``: its definition has changed; ``unseen``: never listed yet."""
    sha256: str | None
    pinned_ns: int | None
    pinned_by: str | None
    case_id: str | None
    kind: str = "tool"
    uri: str | None = None
    """Of a resource: its URI, or a template."""


class ToolDetail(msgspec.Struct, frozen=True):
    """One tool, the definition that holds and, where it has changed, what its server says now."""

    row: ToolRow
    definition: dict[str, object] | None
    changed: dict[str, object] | None
    diff: str
    """From the definition that holds to the one of now, line by line."""


class ToolUse(msgspec.Struct, frozen=True):
    """How a tool was called in some time; of resources and prompts how they were read."""

    tool: str
    calls: int
    asked: int
    """Of which waited for a person."""
    denied: int
    failed: int
    """Of which were made and failed, or whose fate nobody knows."""
    last_ns: int


class ToolCallRow(msgspec.Struct, frozen=True):
    """One call of a tool. Times are Unix nanoseconds and microseconds."""

    seq: int
    call_id: str
    trace_id: str
    task_id: str
    root_id: str
    agent: str
    department: str
    tool: str
    effect: str | None
    snapshot_version: int
    at_ns: int
    arguments_digest: str
    verdict: str
    rule: str
    reason: str | None
    approval_id: str | None
    outcome: str | None
    error_code: str | None
    duration_us: int
    overhead_us: int | None


_COLUMNS = [tool_calls.c[name] for name in ToolCallRow.__struct_fields__]


def tool_rows(connection: Connection) -> list[ToolRow]:
    """Return the tools of the manifests in force."""
    document = connection.execute(
        select(snapshots.c.document).order_by(snapshots.c.version.desc()).limit(1)
    ).scalar()
    if document is None:
        return []
    pins = {(row.server, row.tool): row for row in connection.execute(select(tool_pins))}
    found = []
    for server in decode_snapshot(document).tool_servers.values():
        for tool in server.tools.values():
            pin = pins.get((server.name, tool.name))
            found.append(
                ToolRow(
                    tool=tool.id,
                    name=tool.client_name,
                    effect=tool.effect,
                    state=pin.state if pin is not None else "unseen",
                    sha256=pin.sha256 if pin is not None else None,
                    pinned_ns=pin.pinned_ns if pin is not None else None,
                    pinned_by=pin.pinned_by if pin is not None else None,
                    case_id=pin.case_id if pin is not None else None,
                    kind=tool.kind,
                    uri=tool.uri or None,
                )
            )
    return sorted(found, key=lambda row: row.tool)


def tool_detail(connection: Connection, tool: str) -> ToolDetail:
    """Return one tool. Raises NotFound."""
    row = next((row for row in tool_rows(connection) if row.tool == tool), None)
    if row is None:
        raise NotFound(f"There is no tool {tool}.", fix="See podium tool list.")
    server, _, name = tool.partition("/")
    pin = connection.execute(
        select(tool_pins).where(tool_pins.c.server == server, tool_pins.c.tool == name)
    ).first()
    if pin is None:
        return ToolDetail(row, None, None, "")
    holds, now = json.loads(pin.definition), json.loads(pin.seen_definition)
    if pin.seen_sha256 == pin.sha256:
        return ToolDetail(row, holds, None, "")
    before, after = (json.dumps(one, indent=2, sort_keys=True).splitlines() for one in (holds, now))
    diff = difflib.unified_diff(before, after, "approved", "now", lineterm="")
    return ToolDetail(row, holds, now, "\n".join(diff))


def pinned_definitions(connection: Connection) -> dict[str, dict[str, object] | None]:
    """Return the definitions that hold, as MCP has them, by the tools' ids.

    None of a tool in force of which its server has shown nothing, though others of it.
    """
    columns = (tool_pins.c.server, tool_pins.c.tool, tool_pins.c.definition)
    rows = connection.execute(select(*columns)).all()
    seen = {f"{row.server}/{row.tool}": json.loads(row.definition) for row in rows}
    newest = select(snapshots.c.document).order_by(snapshots.c.version.desc()).limit(1)
    document = connection.execute(newest).scalar()
    servers = decode_snapshot(document).tool_servers if document is not None else {}
    shown = [servers[name] for name in {row.server for row in rows} if name in servers]
    return dict.fromkeys(tool.id for server in shown for tool in server.tools.values()) | seen


def tool_uses(connection: Connection, *, since_ns: int) -> list[ToolUse]:
    """Return how each tool was called since a time, by its name; what was called that is none, too."""
    at = tool_calls.c

    def of(which: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((which, 1), else_=0)), 0)

    columns = (
        at.tool,
        func.count(),
        of(at.verdict == "ask"),
        of(at.verdict == "deny"),
        of(at.outcome.in_(("failed", "unknown"))),
        func.max(at.at_ns),
    )
    query = select(*columns).where(at.at_ns >= since_ns).group_by(at.tool).order_by(at.tool)
    return [ToolUse(*row) for row in connection.execute(query)]


def tool_call_rows(
    connection: Connection,
    *,
    task: str | None = None,
    agent: str | None = None,
    tool: str | None = None,
    verdict: str | None = None,
    limit: int = 100,
    before: int | None = None,
) -> list[ToolCallRow]:
    """Return calls of tools, newest first. ``task``: its own, and those of all tasks below it as a root.

    ``before``: only those with a smaller `seq`, for the next page.
    """
    query = select(*_COLUMNS).order_by(tool_calls.c.seq.desc()).limit(limit)
    if task is not None:
        query = query.where(naming(connection, tool_calls, ("task_id", "root_id"), [task]))
    for column, value in (
        (tool_calls.c.agent, agent),
        (tool_calls.c.tool, tool),
        (tool_calls.c.verdict, verdict),
    ):
        if value is not None:
            query = query.where(column == value)
    if before is not None:
        query = query.where(tool_calls.c.seq < before)
    return [ToolCallRow(*row) for row in connection.execute(query)]


def tool_calls_of(connection: Connection, trace_id: str) -> list[ToolCallRow]:
    """Return the calls of tools of a trace, newest first."""
    query = select(*_COLUMNS).where(tool_calls.c.trace_id == trace_id).order_by(tool_calls.c.seq.desc())
    return [ToolCallRow(*row) for row in connection.execute(query.limit(MAX_TOLD))]


def tool_calls_of_tasks(connection: Connection, task_ids: Sequence[str], *, limit: int) -> list[ToolCallRow]:
    """Return the calls of tools of tasks, newest first."""
    query = select(*_COLUMNS).where(tool_calls.c.task_id.in_(task_ids)).order_by(tool_calls.c.seq.desc())
    return [ToolCallRow(*row) for row in connection.execute(query.limit(limit))]


def find_tool_call(connection: Connection, call_id: str) -> ToolCallRow:
    """Return one call of a tool. Raises NotFound."""
    row = connection.execute(select(*_COLUMNS).where(tool_calls.c.call_id == call_id)).first()
    if row is None:
        raise NotFound(f"There is no call of a tool {call_id}.", fix="List them with `podium tool calls`.")
    return ToolCallRow(*row)


def tool_words(connection: Connection, task_id: str) -> list[str]:
    """Return in sentences what a task did with tools, oldest first; none where it did nothing."""
    rows = tool_call_rows(connection, task=task_id, limit=MAX_TOLD)
    if not rows:
        return []
    where = naming(connection, tool_calls, ("task_id", "root_id"), [task_id])
    count = connection.execute(select(func.count()).select_from(tool_calls).where(where)).scalar_one()
    more = f" The last {MAX_TOLD} of them:" if count > MAX_TOLD else ""
    return [f"{count} calls of tools.{more}", *(call_words(row) for row in reversed(rows))]


def call_words(row: ToolCallRow) -> str:
    """Return one call in a sentence."""
    said = {"allow": "was allowed", "ask": "waits for a person", "deny": "was denied"}[row.verdict]
    how = f" by {row.rule}" if row.rule else ""
    why = f": {row.reason.rstrip('.')}" if row.reason else ""
    end = f" It {row.outcome}." if row.outcome in {"succeeded", "failed"} else ""
    if row.outcome == "unknown":
        end = " Nobody knows whether it was made; it is not repeated."
    case = f" ({row.approval_id})" if row.approval_id else ""
    return f"{iso(row.at_ns)[:19]}Z {row.tool} {said}{how}{why}{case}.{end}"
