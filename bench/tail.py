"""How fast the keeper turns journals into the ledger: ``python -m bench.tail [--calls N] [--instructions]``.

Writes a journal of N calls (one hold and one settlement with the call's end, two records each) and takes
it in with the real database on disk. Then the same with holds that outlive a batch, as streams do. Prints
records per second and CPU per record of the database thread, and then of the spans' thread.

``--instructions``: what a whole keeper (breakers, figures and all) executes for a call instead, counted by
valgrind whatever else runs, where it finds 270 calls each time that it looks, and 30.
"""

import argparse
import asyncio
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from podium.adapters.evidence_keys import FileKeys
from podium.adapters.records import open_records
from podium.adapters.spans.duckdb import DuckSpans
from podium.adapters.system import Entropy, SystemClock, secret_file
from podium.adapters.task_keys import WRAP_BYTES, EncryptedTaskKeys
from podium.app.process import leave_alone_what_lives
from podium.collector.feed import SpanFeed
from podium.keeper.server import Keeper
from podium.keeper.tail import Tail
from podium.kernel.call import Usage
from podium.ports.link import PROTOCOL, Hello
from podium.spend.journal import Done, Header, Hold, Record, Settle, encode, preamble

INCARNATION = "inc_01BENCH0000000000000000000"
TASKS = 12


def call_records(number: int, admitted_ns: int) -> tuple[Hold, Settle]:
    """Return a call's two records."""
    call_id = f"call_01BENCH{number:019d}"
    charge_id = f"chg_01BENCH{number:019d}"
    trace_id = f"{number * 2654435761 % 2**128:032x}"
    task_id = f"task_01BENCH{number % TASKS:019d}"
    hold = Hold(
        charge_id, call_id, trace_id, f"{number:016x}", None, 1, task_id, "session-1", "reviewer",
        "acme/engineering/platform", "fast", "small", "gpt-5-mini", "simulated", "eu-west-1", "openai",
        "chat", True, 3, admitted_ns, 1_250_000, 812, 512, "a" * 32,
    )  # fmt: skip
    done = Done(
        call_id, trace_id, task_id, "session-1", "reviewer", "acme/engineering/platform", "fast", "chat",
        True, 3, admitted_ns, "ok", 200, None, 1, 412_345, 840_000, 210,
    )  # fmt: skip
    settle = Settle(
        charge_id, "ok", 412_345, Usage(700, 210, 128), http_status=200, upstream_id=f"chatcmpl-{number}",
        upstream_model="gpt-5-mini-2026-01-01", upstream_request_id=f"req_{number}", reply_digest="b" * 32,
        finish_reason="stop", sent_us=240, first_byte_us=120_000, first_token_us=121_000, end_us=840_000,
        done=done,
    )  # fmt: skip
    return hold, settle


def journal_of(state: Path) -> tuple[Path, bytes]:
    """Return the journal's file, whose folder is made, and what it begins with."""
    folder = state / "journals" / INCARNATION
    folder.mkdir(parents=True)
    header = Header(INCARNATION, "bench", 1, "boot", 1, time.time_ns())
    return folder / "000001.journal", preamble() + encode(header)


def write_journal(state: Path, calls: int, *, settle_after: int) -> int:
    """Write a journal in which a call settles so many calls after its hold; return the number of records."""
    file, data = journal_of(state)
    now_ns = time.time_ns()
    records: list[Record] = []
    open_settles: list[Settle] = []
    for number in range(calls):
        hold, settle = call_records(number, now_ns + number * 1000)
        records.append(hold)
        open_settles.append(settle)
        if len(open_settles) > settle_after:
            records.append(open_settles.pop(0))
    records.extend(open_settles)
    file.write_bytes(data + b"".join(encode(record) for record in records))
    return len(records)


def measure(calls: int, *, settle_after: int) -> None:
    """Take in one journal and print the figures."""
    with tempfile.TemporaryDirectory() as name:
        state = Path(name)
        engine = open_records(state)
        records = write_journal(state, calls, settle_after=settle_after)
        tail = Tail(state, engine, SystemClock())
        tail.open()
        tail.register(Hello(PROTOCOL, "bench", INCARNATION, 1, "boot"))
        leave_alone_what_lives()
        steps, started, cpu = 0, time.perf_counter(), resource.getrusage(resource.RUSAGE_THREAD)
        longest_s = 0.0
        more = True
        while more:
            begun = time.perf_counter()
            more = tail.step()
            longest_s = max(longest_s, time.perf_counter() - begun)
            steps += 1
        wall_s = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_THREAD)
        cpu_s = after.ru_utime + after.ru_stime - cpu.ru_utime - cpu.ru_stime
        print(
            f"ledger, settled {settle_after} calls later: {records / wall_s:,.0f} records/s, "
            f"{cpu_s / records * 1e6:.1f} us CPU a record, {steps} commits, longest {longest_s * 1e3:.0f} ms"
        )
        store = DuckSpans(state / "spans.duckdb")
        store.cursors()
        store.append([], {})
        feed = SpanFeed(engine, store, SystemClock())
        started, cpu_s = time.perf_counter(), time.thread_time()
        feed.flush()
        print(
            f"spans: {calls / (time.perf_counter() - started):,.0f} spans/s, "
            f"{(time.thread_time() - cpu_s) / calls * 1e6:.1f} us CPU a span"
        )
        store.close()
        tail.close()
        engine.dispose()


async def keep(calls: int, batch: int) -> None:
    """Have a keeper take in ``batch`` calls at a time while callgrind counts."""
    with tempfile.TemporaryDirectory() as name:
        state = Path(name)
        engine = open_records(state)
        wrap = secret_file(state / "keys" / "wrap.key", lambda: os.urandom(WRAP_BYTES))
        keeper = Keeper(
            state=state,
            engine=engine,
            clock=SystemClock(),
            entropy=Entropy(),
            keys=FileKeys(state / "keys"),
            task_keys=EncryptedTaskKeys(state / "keys" / "tasks.enc", wrap),
            gateway_url="http://127.0.0.1:1",
        )
        await keeper.open()
        file, begin = journal_of(state)
        file.write_bytes(begin)
        tail = keeper._tail  # noqa: SLF001 - its steps alone are counted
        tail.register(Hello(PROTOCOL, "bench", INCARNATION, 1, "boot"))
        now_ns = time.time_ns()
        pairs = [call_records(number, now_ns + number * 1000) for number in range(calls + batch)]
        data = [encode(hold) + encode(settle) for hold, settle in pairs]
        leave_alone_what_lives()
        for start in range(0, calls + batch, batch):
            if start == batch:  # the first is to warm it up
                control("-i", "on")
            with file.open("ab") as journal:
                journal.write(b"".join(data[start : start + batch]))
            tail.step()
        control("-d")
        await keeper.close()
        engine.dispose()


def control(*command: str) -> None:
    """Tell the valgrind that this process runs under."""
    subprocess.run(["callgrind_control", *command, str(os.getpid())], check=True, capture_output=True)


def count(calls: int, batch: int) -> None:
    """Print the instructions of a call."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name) / "out"
        command = ["valgrind", "--tool=callgrind", "--instr-atstart=no", f"--callgrind-out-file={out}"]
        command += [sys.executable, "-m", "bench.tail", "--keep", str(calls), str(batch)]
        environment = os.environ | {"PYTHONHASHSEED": "0"}
        subprocess.run(command, check=True, capture_output=True, env=environment)
        found = re.search(r"^totals: (\d+)", out.with_name("out.1").read_text(), re.MULTILINE)
    if found is None:
        raise SystemExit("callgrind counted nothing")
    print(f"{batch} calls at a time: {int(found[1]) / calls:,.0f} instructions a call")


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--calls", type=int, default=50_000)
    parser.add_argument("--instructions", action="store_true")
    parser.add_argument("--keep", nargs=2, type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.keep:
        asyncio.run(keep(*arguments.keep))
        return
    if arguments.instructions:
        for batch in (270, 30):
            count(10 * batch, batch)
        return
    for settle_after in (0, 2_000):
        measure(arguments.calls, settle_after=settle_after)


if __name__ == "__main__":
    main()
