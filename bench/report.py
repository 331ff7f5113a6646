"""How fast a report is over a large ledger: ``python -m bench.report [--rows N]``.

Writes N rows of the ledger over 90 days, with their calls, straight into a database, has the keeper count
them as it would those of an older Podium, and times reports as `podium report` makes them: caches warm, the
best of five each.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from podium.adapters.records import open_for_reading, open_records
from podium.keeper.aggregates import Aggregates
from podium.keeper.ledger import add_rows
from podium.ports.database import call_rows, charge_rows
from podium.views.report import report

BAR_MS = 200
DAYS = 90
NOW_NS = 1_790_000_000_000_000_000
DAY_NS = 86_400_000_000_000
DEPARTMENTS = 24
AGENTS = 120
MODELS = ("small", "medium", "large", "reasoning")
BATCH = 50_000


def rows(first: int, count: int, of: int) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
    """Yield a charge and its call."""
    dice = Random(first)
    for number in range(first, first + count):
        agent = dice.randrange(AGENTS)
        names = f"agent-{agent:03d}", f"acme/division-{agent % 4}/team-{agent % DEPARTMENTS:02d}"
        model, outcome = MODELS[dice.randrange(4)], "ok" if dice.random() < 0.97 else "timeout"
        admitted_ns = NOW_NS - DAYS * DAY_NS + number * (DAYS * DAY_NS // of)
        task = f"task_{agent:03d}{admitted_ns // 3_600_000_000_000}"
        cost = dice.randrange(10_000, 5_000_000)
        of_charge = {
            "seq": number + 1, "charge_id": f"chg_{number:026d}", "call_id": f"call_{number:026d}",
            "trace_id": f"{number:032x}", "span_id": f"{number:016x}", "attempt": 1, "task_id": task,
            "agent": names[0], "department": names[1], "route": "fast", "model": model,
            "upstream_model": model, "provider": "openai-eu", "dialect": "openai", "operation": "chat",
            "streamed": True, "snapshot_version": 3, "admitted_ns": admitted_ns, "hold_nano_usd": cost,
            "input_bound_tokens": 900, "output_bound_tokens": 512, "request_digest": "d" * 32,
            "cost_nano_usd": cost, "outcome": outcome, "estimated": outcome != "ok", "overrun": False,
            "unattributed": False,
            "input_tokens": 700, "output_tokens": 210, "cache_read_tokens": 128, "cache_write_tokens": 0,
            "cache_write_1h_tokens": 0, "reasoning_tokens": 0, "input_audio_tokens": 0,
            "output_audio_tokens": 0, "cache_audio_read_tokens": 0, "http_status": 200, "end_us": 840_000,
            "first_token_us": 120_000, "incarnation": "inc",
        }  # fmt: skip
        of_call = {
            "call_id": f"call_{number:026d}", "trace_id": f"{number:032x}", "task_id": task,
            "agent": names[0], "department": names[1], "route": "fast", "operation": "chat",
            "streamed": True, "snapshot_version": 3, "admitted_ns": admitted_ns, "outcome": outcome,
            "http_status": 200, "attempts": 1, "cost_nano_usd": cost, "duration_us": 840_000,
            "overhead_us": 150,
        }  # fmt: skip
        yield of_charge, of_call


def seed(state: Path, count: int) -> None:
    """Fill a new database: rows without their indexes first, then these, then the aggregates."""
    engine = open_records(state)
    indexes = [index for table in (charge_rows, call_rows) for index in table.indexes]
    with engine.begin() as connection:
        for index in indexes:
            index.drop(connection)
    for first in range(0, count, BATCH):
        batch = list(rows(first, min(BATCH, count - first), count))
        with engine.begin() as connection:
            add_rows(connection, [charge for charge, _ in batch], [call for _, call in batch])
    started = time.perf_counter()
    with engine.begin() as connection:
        for index in indexes:
            index.create(connection)
    print(f"indexes: {time.perf_counter() - started:.0f} s")
    started = time.perf_counter()
    with engine.begin() as connection:
        Aggregates(engine).open(connection)
    print(f"aggregates, counted from {count:,} charges: {time.perf_counter() - started:.0f} s")
    engine.dispose()


def measure(state: Path) -> None:
    """Time reports, the best of five each."""
    open_records(state).dispose()  # migrates what an earlier run has left
    engine = open_for_reading(state)
    with engine.connect() as connection:
        for table in ("charges", "usage_hours", "usage_days", "usage_tasks", "cells"):
            count = connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar()
            print(f"{table:<12} {count:>10,} rows")
        for name, asked in (
            ("by department, this month v. last", {}),
            ("by department, 90 days", {"period": "90d", "against": "none"}),
            ("by department, this quarter v. last", {"period": "this-quarter"}),
            ("by model, this month v. last", {"by": "model"}),
            ("by agent of a division", {"by": "agent"}),
            ("by department, days of Kolkata", {"zone": "Asia/Kolkata"}),
        ):
            best_ms = cpu_ms = float("inf")
            for _ in range(5):
                started, cpu = time.perf_counter(), time.thread_time()
                found = report(connection, NOW_NS, **asked)  # type: ignore[arg-type] # names of its options
                best_ms = min(best_ms, (time.perf_counter() - started) * 1e3)
                cpu_ms = min(cpu_ms, (time.thread_time() - cpu) * 1e3)
            print(
                f"{name:<38} {best_ms:>8,.1f} ms ({cpu_ms:,.1f} of CPU), {len(found.rows)} groups; "
                f"the bar is {BAR_MS} ms"
            )
    engine.dispose()


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--state", help="Keep the database in this folder, and use it again.")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        state = Path(arguments.state or folder)
        if not (state / "podium.db").exists():
            started = time.perf_counter()
            seed(state, arguments.rows)
            size = os.path.getsize(state / "podium.db") / 1e9  # noqa: PTH202 - a number
            print(f"{arguments.rows:,} rows written in {time.perf_counter() - started:.0f} s, {size:.1f} GB")
        measure(state)


if __name__ == "__main__":
    main()
