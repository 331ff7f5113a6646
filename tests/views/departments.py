"""A database in which two departments have a row of each kind, and tasks that start one another.

All that is the finance department's bears a mark, or an id of `Side`; so what shows it to others is found.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import msgspec
from sqlalchemy import Boolean, Connection, Engine, LargeBinary, Table, insert, select

from podium.evidence.chain import Entry, digest
from podium.manifest.pipelines import PipelineRow
from podium.manifest.snapshot import encode_snapshot
from podium.ports.database import calls, charges, metadata
from tests.console import seed
from tests.keeper.samples import hold

NOW_NS: Final = 1_800_000_123_000_000_000
MARK: Final = "zzfinancezz"
TOKEN: Final = "podium_ut_of-a-supporter"
SKIPPED: Final = frozenset(
    [
        "calls",
        "cells",
        "chain",
        "charges",
        "checkpoints",
        "facets",
        "incarnations",
        "losses",  # of processes, which serve all departments
        "meta",
        "reconciliations",
        "sessions",
        "snapshots",
        "tasks",
        "tokens",
        "usage_days",
        "usage_hours",
        "usage_tasks",
        "users",
    ]
)
"""Seeded otherwise, or of the whole of Podium."""


@dataclass(frozen=True)
class Side:
    """What one department has; `child` is its task that the other's has started."""

    name: str
    agent: str
    text: str
    number: int

    @property
    def path(self) -> str:
        return f"acme/{self.name}"

    def id(self, kind: str, number: int = 0) -> str:
        return seed.ulid_text(kind, self.number * 1000 + 500 + number)

    @property
    def task(self) -> str:
        return self.id("task")

    @property
    def child(self) -> str:
        return self.id("task", 1)

    @property
    def ids(self) -> dict[str, str]:
        """By the names that parameters of routes have."""
        trace = f"{self.number:032x}"
        return {
            "task_id": self.task, "task": self.task, "case_id": self.id("case"), "run_id": self.id("prun"),
            "run": self.id("prun"), "limit": f"agent/{self.agent}/usd/day", "key": f"agent/{self.agent}",
            "name": self.agent, "agent": self.agent, "department": self.path, "trace_id": trace,
            "trace": trace, "pipeline": self.text, "override_id": self.id("ovr"),
            "token_id": self.id("tok"), "session_id": self.id("ses"), "key_id": f"key_{self.text}",
        }  # fmt: skip


FINANCE: Final = Side("finance", "invoice-reader", MARK, 7)
SUPPORT: Final = Side("support", "ticket-triage", "aasupportaa", 9)


def other_departments(connection: Connection) -> set[str]:
    """Return what only the finance department has: ids of its rows, its agents, and the mark."""
    found = {MARK, "invoice-reader", "report-writer", *FINANCE.ids.values(), FINANCE.child} - {FINANCE.path}
    for table, names in ((calls, ("call_id", "trace_id")), (charges, ("charge_id",))):
        query = select(*(table.c[name] for name in names)).where(table.c.department == FINANCE.path)
        for row in connection.execute(query):
            found |= set(row)
    return found


def fill(engine: Engine) -> None:
    """Fill a database that has the schema."""
    seed.seed_fleet(engine, NOW_NS, hours=0.2)
    rows = {side.text: PipelineRow(side.text, side.agent, side.path, ()) for side in (FINANCE, SUPPORT)}
    newest = msgspec.structs.replace(seed.snapshot(4), pipelines=rows)
    with engine.begin() as connection:
        connection.execute(
            insert(metadata.tables["snapshots"]).values(
                version=4, digest=newest.digest, source="x", in_force_from_ns=NOW_NS - 1,
                document=encode_snapshot(newest),
            )
        )  # fmt: skip
        for side, other in ((FINANCE, SUPPORT), (SUPPORT, FINANCE)):
            for table in metadata.sorted_tables:
                if table.name not in SKIPPED:
                    row = _row(table, side)
                    if table.name == "holds":
                        row["record"] = msgspec.msgpack.encode(
                            hold(agent=side.agent, department=side.path, task_id=side.task)
                        )
                    if table.name == "corrections":
                        own = select(charges.c.charge_id).where(charges.c.department == side.path)
                        row["charge_id"] = connection.execute(own.limit(1)).scalar_one()
                    connection.execute(insert(table).values(**row))
            # Each has started a task of the other's, and that has called a model.
            for name in ("task_identities", "task_runs"):
                started = _row(metadata.tables[name], side)
                started |= {"task_id": side.child, "parent_id": other.task, "root_id": other.task}
                started.pop("pipeline_run_id", None)
                connection.execute(insert(metadata.tables[name]).values(**started))
            _spend(connection, side)
            connection.execute(
                insert(metadata.tables["users"]).values(
                    id=f"usr_{side.name}", name=f"of-{side.name}", created_ns=1,
                    roles='["reader:support","approver:support"]',
                )
            )  # fmt: skip
        connection.execute(
            insert(metadata.tables["tokens"]).values(
                id="tok_1", user_id="usr_support", label="x", sha256=sha256(TOKEN.encode()).hexdigest(),
                created_ns=1, expires_ns=1 << 62,
            )
        )  # fmt: skip
        _chain(connection)


def _spend(connection: Connection, side: Side) -> None:
    hours = metadata.tables["usage_tasks"]
    known = {column.name: 0 for column in hours.columns}
    connection.execute(
        insert(hours).values(
            **known | {"task_id": side.child, "hour": 1, "cost_nano_usd": 1000 + side.number}
        )
    )


def _row(table: Table, side: Side) -> dict[str, Any]:
    """Return a row of a table: what each column must be, else something of its type with the mark in it."""
    special = {
        **side.ids, "id": side.id(table.name[:3]), "root_id": side.task, "parent_id": None,
        "pipeline_run_id": side.id("prun"), "subject": side.task, "approval_id": side.id("case"),
        "charge_id": side.id("chg"), "call_id": side.id("tcl"), "seq": side.number, "notice": side.number,
        "occurrence": side.number, "incarnation": seed.ulid_text("inc", 1), "spans": "[]", "choices": "[]",
        "evidence": "{}", "details": "[]", "memory": "{}", "told": "{}", "spec": "{}", "data": "{}",
        "items": None, "act": None, "retry_of": None, "limit_id": f"agent/{side.agent}/usd/day",
        "window_id": f"{side.text}@1", "unit": "usd", "kind": "agent", "verdict": "fail", "state": "running",
        "severity": "error", "outcome": "success", "effect": "read", "restraint": None, "trigger": "person",
        "document": "{}", "inputs": json.dumps({"what": side.text}), "until_ns": NOW_NS * 2,
        "deadline_ns": NOW_NS * 2, "expires_ns": NOW_NS * 2, "item": "0", "jkt": None, "from_ns": 1,
        "sha256": side.text.ljust(64, "0"), "event": "opened", "ended_ns": None, "by": side.text,
        "user_json": json.dumps({"names": [side.text]}),
    }  # fmt: skip
    if table.name == "cases":
        special |= {"id": side.id("case"), "state": "open", "key": side.text, "expires_ns": None,
                    "answered_by": None, "choice": None, "kind": "approval", "owner": "approver",
                    "escalated": 0, "expiry_choice": None, "requested_by": None}  # fmt: skip
    per = {
        "pipeline_runs": {"id": side.id("prun"), "verdict": None},
        "tool_calls": {"verdict": "deny", "outcome": None},
        "pipeline_units": {"item": -1},
        "limit_windows": {"id": f"{side.text}@1", "window_key": side.text},
        "slices": {"id": side.number, "state": "out"},
        "tool_pins": {"case_id": side.id("case"), "server": side.name, "definition": "{}",
                      "seen_definition": "{}", "pinned_by": "x"},
        "breakers": {"state": "open", "key": f"agent/{side.agent}"},
        "baselines": {"document": '{"hours": 0}'},
        "corrections": {"windows": None},
        "task_undos": {"result": "[]", "state": "done"},
    }  # fmt: skip
    special |= per.get(table.name, {})
    found: dict[str, Any] = {}
    for column in table.columns:
        if column.name in special:
            found[column.name] = special[column.name]
        elif isinstance(column.type, Boolean):
            found[column.name] = False
        elif isinstance(column.type, LargeBinary):
            found[column.name] = b""
        elif column.type.python_type is int:
            found[column.name] = side.number
        else:
            found[column.name] = f"{side.text} {column.name}"
    if table.name == "pin":
        found["sha256"] = ""
    return found


def _chain(connection: Connection) -> None:
    """Write rows about tasks and cases of both; the last is of nobody."""
    before, number = "0" * 64, 0
    for side in (FINANCE, SUPPORT):
        for subject in (side.task, side.child, side.id("case"), f"agent/{side.agent}"):
            number += 1
            body = json.dumps({"reason": side.text})
            row = Entry(number, number, "task.steer", side.text, subject, "done", body, before, "")
            before = digest(row)
            columns = metadata.tables["chain"].columns.keys()
            values = dict(
                zip(columns, (*(getattr(row, it) for it in row.__struct_fields__[:-1]), before), strict=True)
            )
            connection.execute(insert(metadata.tables["chain"]).values(**values))
