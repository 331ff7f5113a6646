"""Runs of the kinds `tool` and `http`: no program, so the runner does them, and ends them with their task.

Nothing of what goes out or comes back is logged; what comes back is kept in the store of artifacts.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import Engine, select
from sqlalchemy.exc import SQLAlchemyError

from podium.fleet.driving import Bodies, Keeper
from podium.fleet.steps import StepEnd, ToolCaller, call_tool, send_request
from podium.kernel.errors import PodiumError
from podium.manifest.snapshot import decode_snapshot
from podium.net.upstream import Pool
from podium.ports import Clock, Secrets
from podium.ports.database import cases, snapshots
from podium.ports.fleet_tables import task_runs
from podium.ports.run_states import OVER
from podium.ports.runs import Claimed, ClaimRun, RunReport

LOOK_S: Final = 0.25
FRESH_S: Final = 240
"""A token that is older is renewed before it is used."""

Connect = Callable[[str], ToolCaller]
"""A task's token -> the tool gateway as that task reaches it."""


class StepRuns:
    """Does what steps of pipelines want of the runner."""

    def __init__(
        self,
        *,
        engine: Engine,
        keeper: Keeper,
        bodies: Bodies,
        pool: Pool,
        secrets: Secrets,
        connect: Connect,
        clock: Clock,
    ) -> None:
        self._engine, self._keeper, self._bodies = engine, keeper, bodies
        self._pool, self._secrets, self._connect, self._clock = pool, secrets, connect, clock

    def kinds(self) -> Mapping[str, Callable[[Claimed, str], Awaitable[RunReport]]]:
        """Return what does each kind of run."""
        return {"tool": self.tool, "http": self.http}

    async def tool(self, claimed: Claimed, runner: str) -> RunReport:
        """Call a tool with the run's own token."""
        spec = msgspec.json.decode(claimed.run.spec)
        gateway = _Gateway(claimed, runner, self._keeper, self._connect, self._clock)
        reads = await asyncio.to_thread(self._only_reads, spec["tool"])
        return await self._ended(claimed, runner, call_tool(spec, gateway, self._case, reads=reads))

    async def http(self, claimed: Claimed, runner: str) -> RunReport:
        """Send a request, with the run's id as its key."""
        spec = msgspec.json.decode(claimed.run.spec)
        key, trace = claimed.run.task_id, str(spec.get("traceparent", ""))
        work = send_request(spec, self._pool, self._secrets, key=key, traceparent=trace)
        return await self._ended(claimed, runner, work)

    async def _ended(self, claimed: Claimed, runner: str, work: Awaitable[StepEnd]) -> RunReport:
        """Return what is to be reported: how the work ended, or that its task did first."""
        run = claimed.run
        working = asyncio.ensure_future(work)
        watching = asyncio.create_task(self._over(run.task_id, claimed.until_ns))
        try:
            await asyncio.wait({working, watching}, return_when=asyncio.FIRST_COMPLETED)
            if not working.done():
                state, why = watching.result()
                return RunReport(runner, run.task_id, run.attempt, state, why)
            end = working.result()
        finally:
            for task in (working, watching):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError, PodiumError):
                    await task
        sha256 = await asyncio.to_thread(self._bodies.put, end.result) if end.result is not None else None
        return RunReport(runner, run.task_id, run.attempt, end.state, end.reason, result_sha256=sha256)

    async def _over(self, task_id: str, until_ns: int | None) -> tuple[Any, str]:
        """Return, as soon as a run is over, how it is to be reported."""
        while True:
            if until_ns is not None and until_ns <= self._clock.wall_ns():
                return "failed", "Its time is over."
            state = await asyncio.to_thread(self._state, task_id)
            if state in OVER:
                return "killed", f"Its task is {state}."
            await asyncio.sleep(LOOK_S)

    def _state(self, task_id: str) -> str:
        try:
            with self._engine.connect() as connection:
                query = select(task_runs.c.state).where(task_runs.c.task_id == task_id)
                return str(connection.execute(query).scalar())
        except SQLAlchemyError:
            return ""  # a database that does not answer says nothing new

    async def _case(self, case_id: str) -> tuple[str, str | None]:
        def read() -> tuple[str, str | None]:
            query = select(cases.c.state, cases.c.choice).where(cases.c.id == case_id)
            with self._engine.connect() as connection:
                row = connection.execute(query).first()
            return (row.state, row.choice) if row is not None else ("expired", None)

        return await asyncio.to_thread(read)

    def _only_reads(self, tool: str) -> bool:
        query = select(snapshots.c.document).order_by(snapshots.c.version.desc()).limit(1)
        with self._engine.connect() as connection:
            document = connection.execute(query).scalar()
        row = decode_snapshot(document).tool(tool) if document is not None else None
        return row is not None and row.effect == "read"


class _Gateway:
    """The tool gateway for one run, with a token that is renewed in time."""

    def __init__(self, claimed: Claimed, runner: str, keeper: Keeper, connect: Connect, clock: Clock) -> None:
        self._claimed, self._runner, self._keeper = claimed, runner, keeper
        self._connect, self._clock = connect, clock
        self._caller = connect(claimed.token or "")
        self._since_ns = clock.monotonic_ns()

    async def call_tool(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the result of a call. Raises PodiumError."""
        now_ns = self._clock.monotonic_ns()
        if now_ns - self._since_ns > FRESH_S * 1_000_000_000:
            again = await self._keeper.ask(ClaimRun(self._runner, self._claimed.run.task_id))
            self._caller, self._since_ns = self._connect(again.token or ""), now_ns
        return await self._caller.call_tool(name, arguments)
