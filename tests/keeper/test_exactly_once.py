"""Exactly once (point 13): wherever the keeper stops, the ledger ends as if it had never stopped."""

import contextlib
import gzip
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import psycopg
import pytest
from sqlalchemy import event

from podium.adapters.records import open_records
from podium.adapters.spans.memory import MemorySpans
from podium.collector.feed import SpanFeed
from podium.keeper import life as life_module
from podium.keeper import tail as tail_module
from podium.keeper.tail import Tail
from podium.ports.database import calls, charges, holds, incarnations
from tests.keeper.samples import HandClock, Pen, call, done, hello, hold, rows, settle


class Stopped(Exception):
    """The keeper stops here, as if it were killed: nothing behind this point runs."""


def write_two_lives(state):
    """One worker that ends in good order over two segments, one that dies with a hold and a torn frame."""
    first, second = Pen(state, 1), Pen(state, 2)
    first.write(*call(1), hold(2))
    second.write(*call(11), hold(12), hold(13), settle(13, outcome="timeout"))
    yield
    first.roll()
    first.write(settle(2, end=done(2)), *call(3))
    first.end()
    second.write(hold(14, call=13, attempt=2))
    second.write_bytes(b"\x40\x00")
    second.killed()
    yield


def run(state, engine, store):
    """What a keeper does from its start until nothing is left to do."""
    feed = SpanFeed(engine, store, HandClock())
    tail = Tail(state, engine, HandClock())
    try:
        tail.open()
        for number in (1, 2):
            if (state / "journals" / hello(number).incarnation / "lock").exists():
                tail.register(hello(number))
        while tail.step(tuple(tail.lives)):
            feed.flush()
        feed.flush()
    finally:
        tail.close()


def outcome(state, engine, store):
    """Everything that must not depend on where the keeper stopped."""
    return {
        "charges": sorted(
            (row["charge_id"], row["outcome"], row["cost_nano_usd"], row["estimated"])
            for row in rows(engine, charges)
        ),
        "seqs": [row["seq"] for row in rows(engine, charges)],
        "calls": sorted(
            (row["call_id"], row["outcome"], row["attempts"], row["cost_nano_usd"])
            for row in rows(engine, calls)
        ),
        "ends": sorted((row["id"], row["end"]) for row in rows(engine, incarnations)),
        "holds": rows(engine, holds),
        "log": sorted(
            json.loads(line)["call_id"] for line in (state / "log" / "calls.jsonl").read_text().splitlines()
        ),
        "spans": sorted(span["span_id"] for number in range(20) for span in store.of_trace(f"{number:032x}")),
        "folders": sorted(path.name for path in (state / "journals").iterdir()),
    }


class StoppableKeeper:
    """A keeper that stops at its n-th point: before every statement, around every commit and append of spans.

    After a statement is before the next one, or before its commit: the database is the same.
    """

    def __init__(self, state, stop_at):
        self.state, self.stop_at, self.passed = state, stop_at, 0
        self.store = MemorySpans()
        append = self.store.append

        def append_or_stop(spans, cursors):
            self.point()
            append(spans, cursors)
            self.point()

        self.store.append = append_or_stop

    def point(self, *_):
        self.passed += 1
        if self.passed == self.stop_at:
            raise Stopped

    def open(self):
        engine, raw = open_records(self.state), []
        engine.dispose()
        event.listen(engine, "connect", lambda connection, _: raw.append(connection))
        for name in ("before_cursor_execute", "commit"):
            event.listen(engine, name, self.point)
        commit = engine.dialect.do_commit

        def commit_and_maybe_stop(connection):
            commit(connection)
            self.point()

        engine.dialect.do_commit = commit_and_maybe_stop
        return engine, raw

    def live(self):
        engine, raw = self.open()
        try:
            run(self.state, engine, self.store)
        finally:
            for connection in raw:  # as the end of a process does: what is not committed is not
                with contextlib.suppress(sqlite3.ProgrammingError, psycopg.OperationalError):  # it is closed
                    connection.rollback()
                    connection.close()
            engine.dispose()


def play(state, stop_at, place_records):
    """Run to the n-th point where it may stop, begin again, and return the outcome and the points passed."""
    place_records(state)
    keeper = StoppableKeeper(state, stop_at)
    open_records(state).dispose()
    for _ in write_two_lives(state):
        try:
            keeper.live()
        except Stopped:
            keeper.live()
    engine = open_records(state)
    result = outcome(state, engine, keeper.store)
    engine.dispose()
    return result, keeper.passed


EXPECTED = {
    "charges": [
        ("chg_1", "ok", 3_000, False),
        ("chg_11", "ok", 3_000, False),
        ("chg_12", "crashed", 5_000, True),
        ("chg_13", "timeout", 3_000, False),
        ("chg_14", "crashed", 5_000, True),
        ("chg_2", "ok", 3_000, False),
        ("chg_3", "ok", 3_000, False),
    ],
    "seqs": [1, 2, 3, 4, 5, 6, 7],
    "calls": [
        ("call_1", "ok", 1, 3_000),
        ("call_11", "ok", 1, 3_000),
        ("call_12", "crashed", 1, 5_000),
        ("call_13", "crashed", 2, 8_000),
        ("call_2", "ok", 1, 3_000),
        ("call_3", "ok", 1, 3_000),
    ],
    "ends": [(hello(1).incarnation, "clean"), (hello(2).incarnation, "crashed")],
    "holds": [],
    "log": ["call_1", "call_11", "call_12", "call_13", "call_2", "call_3"],
    "spans": sorted(f"{number:016x}" for number in (1, 2, 3, 11, 12, 13, 14)),
    "folders": [],
}


def test_stopped_at_every_point(tmp_path, place_records, request):
    """Stopped before any statement, before or after any commit or append of spans, it ends the same."""
    _, points = play(tmp_path / "whole", 0, place_records)
    assert points > 60
    # PostgreSQL is slow, so not every point is its own there; one database serves all of them.
    in_postgres = (tmp_path / "whole" / "database").exists()
    for stop_at in range(1, points + 1, 5 if in_postgres else 1):
        if in_postgres:
            request.getfixturevalue("postgres").reclaim()
        state = tmp_path / f"stop-{stop_at}"
        assert play(state, stop_at, place_records)[0] == EXPECTED, f"stopped at point {stop_at}"


@pytest.mark.parametrize("broken", ["unlink", "rmtree", "log"])
def test_stopped_between_the_commit_and_what_follows(tmp_path, monkeypatch, broken):
    """Stopped before a segment or a folder is deleted, or while the log is written, it ends the same."""
    engine, store = open_records(tmp_path), MemorySpans()

    def stop(*_, **__):
        raise Stopped

    story = write_two_lives(tmp_path)
    for _ in story:
        with monkeypatch.context() as patched:
            if broken == "unlink":
                patched.setattr(tail_module.Path, "unlink", stop)
            elif broken == "rmtree":
                patched.setattr(tail_module.shutil, "rmtree", stop)
            else:
                write = tail_module.CallLog.append

                def write_and_stop(self, lines, write=write):
                    write(self, lines)
                    raise Stopped

                patched.setattr(tail_module.CallLog, "append", write_and_stop)
            with contextlib.suppress(Stopped):
                run(tmp_path, engine, store)
        run(tmp_path, engine, store)
    assert outcome(tmp_path, engine, store) == EXPECTED
    engine.dispose()


KEEPER = """
import sys, time
from pathlib import Path
from podium.adapters.records import open_records
from podium.adapters.system import SystemClock
from podium.keeper.tail import Tail
from tests.keeper.samples import hello
state = Path(sys.argv[1])
tail = Tail(state, open_records(state), SystemClock())
tail.open()
tail.register(hello())
print("ready", flush=True)
while True:
    if not tail.step():
        time.sleep(0.001)
"""


@pytest.mark.crash
def test_killed_while_a_worker_writes(tmp_path, place_records):
    """Killed with SIGKILL again and again while calls pour in, the ledger has each call once."""
    place_records(tmp_path)
    pen, rolls = Pen(tmp_path), random.Random(7)
    number = 0
    for _ in range(4):
        keeper = subprocess.Popen([sys.executable, "-c", KEEPER, str(tmp_path)], stdout=subprocess.PIPE)
        assert keeper.stdout.readline() == b"ready\n"
        until = time.monotonic() + rolls.uniform(0.02, 0.25)
        while time.monotonic() < until:
            number += 1
            pen.write(*call(number))
            if not number % 50:
                pen.roll()
        os.kill(keeper.pid, signal.SIGKILL)
        keeper.wait()
        keeper.stdout.close()
    pen.killed()
    engine = open_records(tmp_path)
    tail = Tail(tmp_path, engine, HandClock())
    tail.open()
    while tail.step(tuple(tail.lives)):
        pass
    tail.close()
    expected = sorted(f"chg_{n}" for n in range(1, number + 1))
    assert sorted(row["charge_id"] for row in rows(engine, charges)) == expected
    assert len(rows(engine, calls)) == number
    lines = (tmp_path / "log" / "calls.jsonl").read_bytes().splitlines()
    for full in (tmp_path / "log").glob("calls.jsonl.*.gz"):  # a quick machine fills more than one file
        lines += gzip.decompress(full.read_bytes()).splitlines()
    logged = [json.loads(line)["call_id"] for line in lines]
    assert sorted(logged) == sorted(f"call_{n}" for n in range(1, number + 1))
    engine.dispose()


def test_a_read_is_bounded_by_the_largest_frame():
    """Whatever the journal holds, one read takes in at least one whole frame."""
    assert life_module.READ_BYTES > life_module.MAX_RECORD_BYTES + 8
