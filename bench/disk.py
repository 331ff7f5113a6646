"""What a call costs on the disk, by part: ``python -m bench.disk [--calls N] [--calls-a-task N]``.

Writes journals of calls with ids, digests and names as long as real ones, takes them in with the real
keeper's parts, and prints bytes a call: each table and index of the database, the log of calls, the spans.
Journals are gone by then, because what is wholly in the ledger is removed.
"""

import argparse
import hashlib
import sqlite3
import string
import tempfile
import time
from pathlib import Path

from podium.adapters.records import open_records
from podium.adapters.spans.duckdb import DuckSpans
from podium.adapters.system import Entropy, SystemClock
from podium.collector.feed import SpanFeed
from podium.keeper.tail import Tail
from podium.kernel.call import Usage
from podium.kernel.ids import ulid
from podium.ports.link import PROTOCOL, Hello
from podium.spend.journal import Done, Header, Hold, Roll, Settle, encode, preamble

BAR_BYTES = 1024
AGENTS = (
    ("reviewer", "acme/engineering/platform"),
    ("release-notes", "acme/engineering/delivery"),
    ("support-triage", "acme/customer-care"),
    ("invoice-reader", "acme/finance/payables"),
)
MODELS = (("fast", "small", "gpt-5-mini"), ("deep", "large", "claude-sonnet-4-5"))
CALLS_A_SECOND = 20
SEGMENT_CALLS = 5_000
_LETTERS = (string.ascii_letters + string.digits).encode() * 4 + b"01234567"


def call_records(number: int, began_ns: int, task_id: str, entropy: Entropy) -> tuple[Hold, Settle]:
    """Return a call's two records: one streamed attempt that was answered."""
    admitted_ns = began_ns + number * 1_000_000_000 // CALLS_A_SECOND
    now_ms = admitted_ns // 1_000_000
    seed = hashlib.sha256(number.to_bytes(8, "big"))
    agent, department = AGENTS[seed.digest()[0] % len(AGENTS)]
    route, model, upstream = MODELS[seed.digest()[1] % len(MODELS)]
    call_id, trace_id = f"call_{ulid(now_ms, entropy(16))}", entropy(16).hex()
    charge_id = f"chg_{ulid(now_ms, entropy(16))}"
    tokens_in, tokens_out = 200 + seed.digest()[2] * 16, 20 + seed.digest()[3] * 3
    cost = tokens_in * 250 + tokens_out * 2_000
    hold = Hold(
        charge_id, call_id, trace_id, entropy(8).hex(), None, 1, task_id, None, agent, department, route,
        model, upstream, "openai-eu", "eu-west-1", "openai", "chat", True, 3, admitted_ns, cost * 3,
        tokens_in * 2, 2_048, seed.hexdigest()[:32],
        # Of the organisation, a department and the agent, from slices of some worker's.
        tuple(part for place in range(3) for part in (4_000 + number // 900 * 3 + place, cost * 3)),
    )  # fmt: skip
    end_us = 400_000 + seed.digest()[4] * 9_000
    done = Done(
        call_id, trace_id, task_id, None, agent, department, route, "chat", True, 3, admitted_ns, "ok", 200,
        None, 1, cost, end_us, 110 + seed.digest()[5],
    )  # fmt: skip
    settle = Settle(
        charge_id, "ok", cost, Usage(tokens_in, tokens_out, tokens_in // 2), http_status=200,
        upstream_id=f"chatcmpl-{entropy(29).translate(_LETTERS).decode()}",
        upstream_model=f"{upstream}-2026-01-01",
        upstream_request_id=f"req_{entropy(16).hex()}", reply_digest=seed.hexdigest()[32:],
        finish_reason="stop", sent_us=240, first_byte_us=120_000 + end_us // 9,
        first_token_us=121_000 + end_us // 9, end_us=end_us, done=done,
    )  # fmt: skip
    return hold, settle


def write_journal(state: Path, calls: int, calls_a_task: int) -> Hello:
    """Write one worker's journal in segments, ended in good order."""
    entropy, clock = Entropy(), SystemClock()
    began_ns = clock.wall_ns()
    name = f"inc_{ulid(began_ns // 1_000_000, entropy(16))}"
    folder = state / "journals" / name
    folder.mkdir(parents=True)
    segment, data, task_id = 0, b"", ""
    for number in range(calls):
        if number % SEGMENT_CALLS == 0:
            segment += 1
            data = preamble() + encode(Header(name, "gateway-1", 1, "boot", segment, began_ns))
        if number % calls_a_task == 0:
            task_id = f"task_{ulid(began_ns // 1_000_000 + number, entropy(16))}"
        data += b"".join(encode(record) for record in call_records(number, began_ns, task_id, entropy))
        if number % SEGMENT_CALLS == SEGMENT_CALLS - 1 or number == calls - 1:
            data += encode(Roll(segment + 1 if number < calls - 1 else None))
            (folder / f"{segment:06d}.journal").write_bytes(data)
    return Hello(PROTOCOL, "gateway-1", name, 1, "boot")


def take_in(state: Path, hello: Hello) -> None:
    """Be the keeper until nothing is left, and close everything."""
    engine = open_records(state)
    store = DuckSpans(state / "spans.duckdb")
    feed = SpanFeed(engine, store, SystemClock())
    tail = Tail(state, engine, SystemClock())
    tail.open()
    tail.register(hello)
    while tail.step():
        feed.flush()
    store.tidy()
    store.close()
    tail.close()
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--calls", type=int, default=150_000)
    parser.add_argument("--calls-a-task", type=int, default=8)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder)
        hello = write_journal(state, arguments.calls, arguments.calls_a_task)
        written = sum(path.stat().st_size for path in state.rglob("*.journal"))
        print(
            f"{arguments.calls:,} calls; {written / arguments.calls:,.0f} bytes of journal a call, until read"
        )
        take_in(state, hello)
        database = sqlite3.connect(state / "podium.db")
        sizes = database.execute(
            "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC"
        ).fetchall()
        database.close()
        for name, size in sizes:
            if size / arguments.calls >= 0.5:
                print(f"  {name:<34} {size / arguments.calls:>8,.1f}")
        total = 0.0
        for path in sorted(path for path in state.rglob("*") if path.is_file()):
            size = path.stat().st_size / arguments.calls
            total += size
            if size >= 0.5:
                print(f"{path.relative_to(state)!s:<36} {size:>8,.1f}")
        print(f"{'all files':<36} {total:>8,.1f} bytes a call; the bar is {BAR_BYTES:,}")


if __name__ == "__main__":
    started = time.perf_counter()
    main()
    print(f"({time.perf_counter() - started:.0f} s)")
