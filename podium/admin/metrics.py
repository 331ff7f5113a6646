"""``/metrics`` of the admin port: everything for Prometheus, for all processes together.

Figures of calls are the keeper's (`keeper.metrics`); this adds how the processes are. On a loopback address
it is open to whoever can connect; elsewhere it wants a token.
"""

import asyncio
import hmac
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import Response
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from sqlalchemy import Engine

from podium import __version__
from podium.admin.guard import Keeper
from podium.kernel.errors import PodiumError, Unauthenticated
from podium.ports.database import PASSING
from podium.ports.link import GetMetrics, GetStatus, MetricsAre, StatusIs
from podium.views.inbox import open_cases
from podium.views.manifests import manifests

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
LAG_EVERY_S: Final = 1.0
FRESH_MS: Final = 1_000
"""A worker that has asked the keeper so lately admits calls."""

LATE_S: Final = 2.0
"""Who has not answered by then is down for this scrape."""

Figures = Callable[[int], Mapping[str, float] | None]
"""A process id -> its CPU seconds, resident bytes, open files and threads; None where it is gone."""
Family = Callable[[], Mapping[str, int]]
"""-> the processes of this Podium on this machine by name, and their ids."""
_PER_PROCESS: Final = (
    ("podium_process_resident_memory_bytes", "Resident memory.", "resident_bytes"),
    ("podium_process_open_fds", "Open files and sockets.", "open_fds"),
    ("podium_process_threads", "Threads.", "threads"),
)


class LoopLag:
    """How late the event loop of this process is."""

    def __init__(self) -> None:
        self.seconds = 0.0

    async def watch(self) -> None:
        """Measure for ever."""
        loop = asyncio.get_running_loop()
        while True:
            due_s = loop.time() + LAG_EVERY_S
            await asyncio.sleep(LAG_EVERY_S)
            self.seconds = max(0.0, loop.time() - due_s)


class Records:
    """What is scraped from the database. One that hangs is asked once, not again at each scrape."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._asking: asyncio.Task[list[Metric]] | None = None

    async def families(self) -> list[Metric]:
        """Return what there is to tell; a database that does not answer soon is down."""
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(asyncio.to_thread(self._read))
        try:
            async with asyncio.timeout(LATE_S):
                return await asyncio.shield(self._asking)
        except (*PASSING, TimeoutError):
            return [_database_up(up=False)]

    def _read(self) -> list[Metric]:
        with self._engine.connect() as connection:
            now = manifests(connection, history=1)
            waiting = open_cases(connection)
        waits = GaugeMetricFamily("podium_cases_open", "Cases that wait for a person.", labels=("kind",))
        for kind, count in waiting.items():
            waits.add_metric((kind,), count)
        found = [_database_up(up=True), waits]
        if now.in_force is not None:
            found.append(_gauge("podium_manifests_version", "Version in force.", now.in_force.version))
        findings = len(now.refused.findings) if now.refused is not None else 0
        help_ = "Findings in manifests refused since; 0: none."
        return [*found, _gauge("podium_manifests_findings", help_, findings)]


def add_metrics(
    app: FastAPI,
    *,
    engine: Engine,
    keeper: Keeper,
    family: Family,
    figures: Figures,
    tokens: Callable[[], Sequence[str]] | None,
    lag: LoopLag,
    silent: Callable[[], Collection[str]] = tuple,
) -> None:
    """Serve ``/metrics``. ``tokens``: what a scraper may bear; None where nobody is asked.

    ``silent``: which processes do not come round.
    """
    records = Records(engine)

    @app.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        if tokens is not None:
            scheme, _, given = request.headers.get("authorization", "").partition(" ")
            known = [
                token for token in tokens() if hmac.compare_digest(given.strip().encode(), token.encode())
            ]
            if scheme.lower() != "bearer" or not known:
                raise Unauthenticated(
                    "The token is missing or wrong.",
                    fix="Send `Authorization: Bearer` with the admin token, or that of --metrics-token-file.",
                )
        (status, calls), of_records = await asyncio.gather(_told(keeper), records.families())
        own = await asyncio.to_thread(_own_text, of_records, status, family, figures, lag, silent)
        return Response(own + calls, headers={"content-type": CONTENT_TYPE})


async def _told(keeper: Keeper) -> tuple[StatusIs | None, bytes]:
    """Return what the keeper says. That one stands still is to be seen, not to make the scrape fail."""
    status, calls = None, b""
    try:
        async with asyncio.timeout(LATE_S):
            status = await keeper.ask(GetStatus())
            answer = await keeper.ask(GetMetrics())
        calls = answer.text if isinstance(answer, MetricsAre) else b""
    except (PodiumError, TimeoutError):
        pass
    return (status if isinstance(status, StatusIs) else None), calls


class _Once:
    """A collector of families that are made already."""

    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Sequence[Metric]:
        return self._families


def _own_text(
    of_records: Sequence[Metric],
    status: StatusIs | None,
    family: Family,
    figures: Figures,
    lag: LoopLag,
    silent: Callable[[], Collection[str]] = tuple,
) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    families = [
        *of_records,
        *_of_podium(status),
        *_of_processes(status, family(), figures, lag),
        _silent(silent(), family()),
    ]
    registry.register(_Once(families))
    return generate_latest(registry)


def _gauge(name: str, help_: str, value: float) -> Metric:
    family = GaugeMetricFamily(name, help_)
    family.add_metric((), value)
    return family


def _database_up(*, up: bool) -> Metric:
    return _gauge("podium_database_up", "Whether the database answers.", 1 if up else 0)


def _of_podium(status: StatusIs | None) -> Iterator[Metric]:
    build = GaugeMetricFamily("podium_build_info", "Version of Podium.", labels=("version",))
    build.add_metric((__version__,), 1)
    yield build
    yield _gauge("podium_keeper_up", "Whether the keeper answers.", 1 if status is not None else 0)
    if status is None:
        return
    yield _gauge("podium_keeper_lag_bytes", "Journal bytes not in the ledger yet.", status.lag_bytes)
    ready = GaugeMetricFamily("podium_worker_ready", "Whether the worker admits calls.", labels=("worker",))
    holds = GaugeMetricFamily("podium_open_holds", "Attempts under way.", labels=("worker",))
    held = GaugeMetricFamily("podium_held_usd", "The most that they can cost.", labels=("worker",))
    for worker, of in _newest(status).items():
        asked = of["asked_ms_ago"]
        ready.add_metric((worker,), 1 if isinstance(asked, int) and asked < FRESH_MS else 0)
        holds.add_metric((worker,), _number(of, "open_holds"))
        held.add_metric((worker,), _number(of, "held_nano_usd") / 1e9)
    yield from (ready, holds, held)


def _number(of: Mapping[str, object], name: str) -> float:
    value = of.get(name)
    return float(value) if isinstance(value, (int, float)) else 0.0


def _newest(status: StatusIs) -> dict[str, Mapping[str, object]]:
    """Return workers by name; the newest incarnation where one is being replaced."""
    by_age = sorted(status.workers, key=lambda worker: str(worker["incarnation"]))
    return {str(worker["worker"]): worker for worker in by_age}


def _silent(silent: Collection[str], family: Mapping[str, int]) -> Metric:
    help_ = "1 while its event loop has not come round for 5 s."
    found = GaugeMetricFamily("podium_process_silent", help_, labels=("process",))
    for name in family:
        found.add_metric((name,), float(name in silent))
    return found


def _of_processes(
    status: StatusIs | None, family: Mapping[str, int], figures: Figures, lag: LoopLag
) -> Iterator[Metric]:
    late = GaugeMetricFamily(
        "podium_event_loop_lag_seconds", "How late the loop woke last.", labels=("process",)
    )
    late.add_metric(("control",), lag.seconds)
    for name, of in _newest(status).items() if status is not None else ():
        late.add_metric((name,), _number(of, "loop_lag_us") / 1e6)
    # Not by the ids that workers tell the keeper: those of other machines are other processes here.
    pids = {"control": os.getpid(), "supervisor": os.getppid(), **family}
    found = {name: known for name, pid in pids.items() if (known := figures(pid)) is not None}
    cpu = CounterMetricFamily("podium_process_cpu_seconds", "CPU time.", labels=("process",))
    for name, of_process in found.items():
        cpu.add_metric((name,), of_process["cpu_seconds"])
    yield from (late, cpu)
    for metric, help_, key in _PER_PROCESS:
        gauge = GaugeMetricFamily(metric, help_, labels=("process",))
        for name, of_process in found.items():
            gauge.add_metric((name,), of_process[key])
        yield gauge
