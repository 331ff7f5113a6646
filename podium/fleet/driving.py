"""Drives runs of pipelines: reads how each stands, decides what is next, and asks the keeper to write it.

Nothing of a run is kept here but what it would find out again: another one that begins anew goes on with it.
"""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any, Final, Protocol

import msgspec
from sqlalchemy import Connection, Engine, func, select
from sqlalchemy.exc import SQLAlchemyError

from podium.fleet.pipelines import Seen, Standing, Unit, decide_next
from podium.fleet.triggers import moment
from podium.kernel.errors import NotFound, PodiumError
from podium.manifest.pipelines import PipelineRow
from podium.manifest.snapshot import decode_snapshot
from podium.ports import Clock
from podium.ports.aggregates import usage_tasks
from podium.ports.database import cases, snapshots, task_identities
from podium.ports.fleet_tables import artifacts, task_runs
from podium.ports.pipeline_tables import pipeline_runs, pipeline_units
from podium.ports.pipelines import AdvancePipeline, UnitState
from podium.ports.run_states import OVER

LOOK_S: Final = 0.25
MAX_RESULT_BYTES: Final = 1 << 20
"""A larger result is not read: what is that large is an artifact."""
KEPT_RESULTS: Final = 256
_APPROVE: Final = "approve"

logger = logging.getLogger(__name__)


class Keeper(Protocol):
    """The keeper's client."""

    async def ask(self, question: Any) -> Any:
        """Ask; raises the error that a refusal means."""
        ...


class Bodies(Protocol):
    """The store of artifacts, by SHA-256 (hexadecimal)."""

    def put(self, body: bytes) -> str:
        """Keep a body, durably, and return its digest. Raises StateError."""
        ...

    def read(self, sha256: str) -> bytes:
        """Return a body. Raises NotFound where it is gone."""
        ...


class PipelineDriver:
    """Drives all runs that are not over."""

    def __init__(self, *, engine: Engine, keeper: Keeper, bodies: Bodies, clock: Clock) -> None:
        self._engine, self._keeper, self._bodies, self._clock = engine, keeper, bodies, clock
        self._definitions: dict[tuple[int, str], PipelineRow | None] = {}
        self._results: dict[str, Any] = {}

    async def run(self) -> None:
        """Look again and again, for ever. Ends by cancellation."""
        await forever("pipelines wait", LOOK_S, self.once)

    async def once(self) -> int:
        """Advance every run as far as it goes now; return how many moves that were."""
        count = 0
        for run_id in await asyncio.to_thread(self._open_runs):
            count += await self._advance(run_id)
        return count

    def _open_runs(self) -> list[str]:
        query = select(pipeline_runs.c.id).where(pipeline_runs.c.state != "over")
        with self._engine.connect() as connection:
            return list(connection.execute(query.order_by(pipeline_runs.c.id)).scalars())

    async def _advance(self, run_id: str) -> int:
        found = await asyncio.to_thread(self._decide, run_id)
        if found is None or not found.moves:
            return 0
        try:
            await self._keeper.ask(found)
        except PodiumError as error:
            logger.warning("run %s of a pipeline does not go on now: %s", run_id, error)
            return 0
        return len(found.moves)

    def _decide(self, run_id: str) -> AdvancePipeline | None:
        now_ns = self._clock.wall_ns()
        with self._engine.connect() as connection:
            run = connection.execute(select(pipeline_runs).where(pipeline_runs.c.id == run_id)).first()
            if run is None or run.state == "over":
                return None
            definition = self._definition(connection, run)
            if definition is None:
                return None
            standing = self._standing(connection, run)
        decision = decide_next(definition, standing, now_ns)
        for body in decision.bodies.values():
            self._bodies.put(body)
        return AdvancePipeline(run.id, run.revision, decision.moves)

    def _definition(self, connection: Connection, run: Any) -> PipelineRow | None:
        key = (run.snapshot_version, run.pipeline)
        if key not in self._definitions:
            query = select(snapshots.c.document).where(snapshots.c.version == run.snapshot_version)
            document = connection.execute(query).scalar()
            found = decode_snapshot(document).pipelines.get(run.pipeline) if document is not None else None
            self._definitions[key] = found
        return self._definitions[key]

    def _standing(self, connection: Connection, run: Any) -> Standing:
        table = pipeline_units
        query = (
            select(
                table,
                task_runs.c.state.label("task_state"),
                task_runs.c.reason.label("task_reason"),
                task_runs.c.ended_ns.label("task_ended_ns"),
                task_runs.c.result_sha256.label("task_result"),
                cases.c.state.label("case_state"),
                cases.c.choice,
                cases.c.answered_by,
                cases.c.reason.label("case_reason"),
            )
            .outerjoin(task_runs, task_runs.c.task_id == table.c.task_id)
            .outerjoin(cases, cases.c.id == table.c.case_id)
            .where(table.c.run_id == run.id)
        )
        rows = connection.execute(query).all()
        made = _artifacts(connection, [row.task_id for row in rows if row.task_id is not None])
        costs = _costs(connection, run.root_id)
        units = tuple(
            Unit(
                step=row.step,
                item=row.item,
                state=row.state,
                attempt=row.attempt,
                allowed=row.allowed,
                reason=row.reason,
                due_ns=row.due_ns,
                seen=self._seen(row) if row.state == "running" else None,
                items=json.loads(row.items) if row.items else (),
                result=self._result(row.result_sha256 or row.task_result),
                artifacts=made.get(row.task_id, {}),
                cost_nano_usd=costs.get(row.task_id, 0),
            )
            for row in rows
        )
        return Standing(
            run_id=run.id,
            pipeline=run.pipeline,
            trigger=run.trigger,
            inputs=json.loads(run.inputs),
            started=moment(run.started_ns),
            deadline_ns=run.deadline_ns,
            units=units,
            cancelling=_cancelling(connection, run),
            budget_nano_usd=run.budget_nano_usd,
            spent_nano_usd=sum(costs.values()),
        )

    def _seen(self, row: Any) -> Seen | None:
        """Return how what a unit has begun is over, None where it is not."""
        if row.case_state is not None:
            if row.case_state == "open":
                return None
            who = row.answered_by or "nobody"
            if row.choice == _APPROVE and row.case_state == "answered":
                told = {"approved": True, "by": who, "reason": row.case_reason or ""}
                return Seen("succeeded", "", self._bodies.put(msgspec.json.encode(told)))
            why = (
                f"{who}: {row.case_reason}"
                if row.case_state == "answered"
                else "Nobody has answered in time."
            )
            return Seen("denied", why)
        if row.task_state not in OVER:
            return None
        late = row.deadline_ns is not None and (row.task_ended_ns or 0) >= row.deadline_ns
        state: UnitState = "timeout" if late and row.task_state != "succeeded" else row.task_state
        return Seen(state, row.task_reason, row.task_result)

    def _result(self, sha256: str | None) -> Any:
        """Return what a step has returned: JSON where it is that, else its text; None where it is neither."""
        if sha256 is None:
            return None
        if sha256 not in self._results:
            while len(self._results) >= KEPT_RESULTS:
                self._results.pop(next(iter(self._results)))
            try:
                self._results[sha256] = _parsed(self._bodies.read(sha256))
            except NotFound:
                self._results[sha256] = None
        return self._results[sha256]


def _parsed(body: bytes) -> Any:
    if len(body) > MAX_RESULT_BYTES:
        return None
    try:
        return msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError):
        try:
            return body.decode()
        except UnicodeDecodeError:
            return None


def _artifacts(connection: Connection, task_ids: list[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for row in connection.execute(select(artifacts).where(artifacts.c.task_id.in_(task_ids))):
        one = {"artifact": row.name, "sha256": row.sha256, "media_type": row.media_type, "bytes": row.bytes}
        found.setdefault(row.task_id, {})[row.name] = one
    return found


def _costs(connection: Connection, root_id: str) -> dict[str, int]:
    """Return what each task below a root has spent on models, in nano-USD."""
    tasks = list(
        connection.execute(
            select(task_identities.c.task_id).where(task_identities.c.root_id == root_id)
        ).scalars()
    )
    query = select(usage_tasks.c.task_id, func.sum(usage_tasks.c.cost_nano_usd))
    rows = connection.execute(query.where(usage_tasks.c.task_id.in_(tasks)).group_by(usage_tasks.c.task_id))
    return {str(task_id): int(cost) for task_id, cost in rows}


def _cancelling(connection: Connection, run: Any) -> str | None:
    """Return why a run goes on no more, None where it does."""
    if run.state == "cancelling":
        return str(run.reason)
    root = connection.execute(select(task_runs).where(task_runs.c.task_id == run.root_id)).first()
    if root is not None and root.state in OVER:
        return f"Its root task is {root.state}{f': {root.reason}' if root.reason else ''}."
    return None


async def forever(trouble: str, pause_s: float, work: Callable[[], Any]) -> None:
    """Do something again and again; what stands in its way is said once. Ends by cancellation."""
    failing = False
    while True:
        try:
            await work()
            failing = False
        except (SQLAlchemyError, PodiumError, OSError) as error:
            if not failing:
                logger.warning("%s: %s", trouble, error)
            failing = True
        await asyncio.sleep(pause_s)
