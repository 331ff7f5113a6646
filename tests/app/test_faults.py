"""Faults of the keeper, its database and the disk, over real processes (money protocol, points 14 and 15)."""

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.app.running import Running, podium, running, simulator, until

HANG_S = 20.0
"""No call may take so long, however busy the machine: one that does is counted as one that hangs."""


def call(it: Running, key: str) -> tuple[int, str]:
    """Call on a new connection; return the status, and the code of the error. One that hangs raises."""
    answer = httpx.post(
        it.url + "/v1/chat/completions",
        json={"model": "large", "messages": [{"role": "user", "content": "hi"}], "max_completion_tokens": 4},
        headers={"authorization": f"Bearer {key}"},
        timeout=HANG_S,
    )
    return answer.status_code, "" if answer.status_code == 200 else answer.json()["error"]["code"]


def attempt(it: Running, key: str) -> tuple[int, str]:
    """Call; a connection that ended with its worker is an answer too, but one that hangs is none."""
    try:
        return call(it, key)
    except httpx.TimeoutException:
        raise
    except httpx.TransportError:
        return 0, "broken"


def look(it: Running, path: str) -> tuple[int, str]:
    """Return status and text of a path; a connection that ended with its worker has neither."""
    try:
        answer = httpx.get(it.url + path, timeout=HANG_S)
    except httpx.TimeoutException:
        raise
    except httpx.TransportError:
        return 0, ""
    return answer.status_code, answer.text


def refused_well(it: Running, key: str, why: str) -> None:
    """Calls are refused with not_ready, the worker lives, and /readyz names the reason."""
    for _ in range(4):
        until(lambda: attempt(it, key) == (503, "not_ready"), f"refusals: {why}", 30)
        until(lambda: look(it, "/livez")[0] == 200, "liveness")

    def told() -> bool:
        status, text = look(it, "/readyz")
        return status == 503 and why in text

    until(told, f"/readyz with {why!r}")


def well_again(it: Running, key: str) -> None:
    until(lambda: attempt(it, key) == (200, ""), "calls again")
    until(lambda: look(it, "/readyz")[0] == 200, "readiness again")


@contextmanager
def calls_go_on(it: Running, key: str) -> Iterator[dict[tuple[int, str], int]]:
    """Call without a pause from two threads, and count the answers. A call that hangs fails the test."""
    stop, seen, hung = threading.Event(), dict[tuple[int, str], int](), list[str]()

    def run() -> None:
        while not stop.is_set():
            try:
                answer = attempt(it, key)
                seen[answer] = seen.get(answer, 0) + 1
            except httpx.TimeoutException as error:
                hung.append(repr(error))
            stop.wait(0.01)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert hung == []


def limit_files(pid: int, soft: int) -> None:
    """Let a process write no file longer than this: a disk that is full for it alone."""
    _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))


def everything_is_booked(it: Running, count: Path, answered: int) -> None:
    """Each call that was answered is in the ledger, once, and the provider saw no call that is not."""

    def booked() -> bool:
        rows, seen = it.ledger(), len(count.read_text().splitlines())
        return sum(row["outcome"] == "ok" for row in rows) >= answered and len(rows) >= seen

    until(booked, "the ledger")
    rows = it.ledger()
    assert len({row["charge_id"] for row in rows}) == len(rows)
    assert sum(row["outcome"] == "ok" for row in rows) >= answered
    assert len(count.read_text().splitlines()) <= len(rows)


def test_a_keeper_that_is_killed_comes_back(tmp_path: Path) -> None:
    """kill -9 of the keeper: no call hangs; each is answered or refused with not_ready; it all goes on."""
    with simulator(tmp_path) as (port, count), running(tmp_path, port) as it:
        key = it.key()
        with calls_go_on(it, key) as seen:
            for _ in range(3):
                keeper = it.children()["keeper"]
                os.kill(keeper, signal.SIGKILL)
                until(lambda old=keeper: it.children().get("keeper", old) != old, "another keeper")
                until(lambda: attempt(it, key)[0] == 200, "calls again")
        assert set(seen) <= {(200, ""), (503, "not_ready")}
        everything_is_booked(it, count, seen[(200, "")])


def test_a_database_that_another_process_has_locked(tmp_path: Path) -> None:
    """While the database cannot be written nothing is admitted for long, and afterwards nothing is missing.

    A keeper that is started meanwhile waits and does not end Podium.
    """
    with simulator(tmp_path) as (port, count), running(tmp_path, port) as it:
        key = it.key()
        assert call(it, key)[0] == 200
        other = sqlite3.connect(it.state / "podium.db", isolation_level=None, timeout=60)
        with calls_go_on(it, key) as seen:
            other.execute("BEGIN IMMEDIATE")
            refused_well(it, key, "keeper")
            os.kill(it.children()["keeper"], signal.SIGKILL)
            until(lambda: "cannot be written now" in it.log.read_text(), "a keeper that waits")
            refused_well(it, key, "keeper")
            other.execute("ROLLBACK")
            well_again(it, key)
        other.close()
        assert set(seen) <= {(200, ""), (503, "not_ready")}
        everything_is_booked(it, count, seen[(200, "")])


def test_point_15_a_journal_that_cannot_be_written(tmp_path: Path) -> None:
    """A full disk for the journal: the call is refused, no call hangs, and a new worker takes over."""
    with simulator(tmp_path) as (port, count), running(tmp_path, port) as it:
        key = it.key()
        assert call(it, key)[0] == 200
        old = it.children()["gateway"]
        with calls_go_on(it, key) as seen:
            until(lambda: seen.get((200, ""), 0) > 10, "traffic")
            limit_files(old, 1024)
            until(lambda: it.children().get("gateway", old) != old, "another worker")
            well_again(it, key)
        # The call whose hold cannot be written is told by the path, or by the lane, which leaves it to a path
        # that finds the journal closed.
        assert any(status == 503 for status, _ in seen)
        # A connection that was accepted in the moment of the worker's end is the only other thing to meet.
        assert set(seen) <= {(200, ""), (503, "journal_error"), (503, "not_ready"), (0, "broken")}
        assert seen.get((0, "broken"), 0) <= 4
        assert "the journal has failed" in it.log.read_text()
        everything_is_booked(it, count, seen[(200, "")])


def test_a_full_disk_for_the_keepers_files(tmp_path: Path) -> None:
    """The ledger cannot be written: calls are refused, /readyz says why, and nothing is lost."""
    with simulator(tmp_path) as (port, count), running(tmp_path, port) as it:
        key = it.key()
        assert call(it, key)[0] == 200
        with calls_go_on(it, key) as seen:
            keeper = it.children()["keeper"]
            limit_files(keeper, 4096)
            refused_well(it, key, "the ledger cannot be written")
            limit_files(keeper, resource.RLIM_INFINITY)
            well_again(it, key)
        assert it.children()["keeper"] == keeper
        assert set(seen) <= {(200, ""), (503, "not_ready")}
        everything_is_booked(it, count, seen[(200, "")])


@contextmanager
def small_disk_at(folder: Path, megabytes: int) -> Iterator[Path]:
    """Yield a folder on a disk of its own, where this user may mount one."""
    folder.mkdir(parents=True, mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=0700", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Yield a state directory of 24 MB."""
    with small_disk_at(tmp_path / "state", 24) as folder:
        yield folder


@pytest.mark.parametrize("name", ["journals", "log"])
def test_a_disk_that_is_full_for_one_thing(tmp_path: Path, name: str) -> None:
    """Of the journals, or of the log of calls: calls are refused, none is lost, and room mends it."""
    with (
        small_disk_at(tmp_path / "state" / name, 12) as disk,
        simulator(tmp_path) as (port, count),
        running(tmp_path, port) as it,
    ):
        key = it.key()
        assert call(it, key)[0] == 200
        with calls_go_on(it, key) as seen:
            until(lambda: seen.get((200, ""), 0) > 10, "traffic")
            fill(disk / "ballast")
            until(lambda: attempt(it, key)[0] == 503, "a refusal")
            (disk / "ballast").unlink()
            well_again(it, key)
        assert not set(seen) - {(200, ""), (503, "journal_error"), (503, "not_ready"), (0, "broken")}
        everything_is_booked(it, count, seen[(200, "")] - 1)


def test_a_full_disk_for_spans(tmp_path: Path) -> None:
    """Calls go on: their spans are made from the ledger when there is room again."""
    with simulator(tmp_path) as (port, count), running(tmp_path, port) as it:
        key = it.key()
        assert call(it, key)[0] == 200
        until(lambda: "collector" in it.children(), "the collector")
        with calls_go_on(it, key) as seen:
            limit_files(it.children()["collector"], 4096)
            done = seen.get((200, ""), 0)
            until(lambda: seen.get((200, ""), 0) > done + 100, "traffic")
            until(lambda: "spans cannot be stored now" in it.log.read_text(), "a full disk")
            told = podium("traces", "list", state=it.state)
            assert told.returncode != 0
            assert "Free the disk" in told.stderr
            collector = it.children().get("collector")
            if collector is not None:
                limit_files(collector, resource.RLIM_INFINITY)
        assert set(seen) == {(200, "")}
        everything_is_booked(it, count, seen[(200, "")])

        calls = len({row["trace_id"] for row in it.ledger()})

        def traced() -> bool:
            asked = "SELECT count(DISTINCT trace_id) AS n FROM spans"
            told = podium("traces", "sql", "--json", asked, state=it.state)
            return told.returncode == 0 and json.loads(told.stdout)["rows"] == [[calls]]

        until(traced, "the spans")


def test_a_disk_that_is_full_for_everything(tmp_path: Path, small_disk: Path) -> None:
    """Nothing can be written at all: every call is refused and none hangs; with room again all is well.

    Workers and keeper that are started on the full disk refuse too, and go on by themselves.
    """
    with simulator(tmp_path) as (port, count), running(tmp_path, port) as it:
        key = it.key()
        assert call(it, key)[0] == 200
        ballast = small_disk / "ballast"
        with calls_go_on(it, key) as seen:
            until(lambda: seen.get((200, ""), 0) > 10, "traffic")
            fill(ballast)
            until(lambda: attempt(it, key)[0] == 503, "a refusal")
            for child in ("gateway", "keeper"):
                pid = it.children().get(child)
                if pid is not None:
                    os.kill(pid, signal.SIGKILL)
            refused_well(it, key, "KiB left")
            ballast.unlink()
            well_again(it, key)
        assert not set(seen) - {(200, ""), (503, "journal_error"), (503, "not_ready"), (0, "broken")}
        everything_is_booked(it, count, seen[(200, "")] - 1)


def fill(path: Path) -> None:
    """Write until the disk is full."""
    fd = os.open(path, os.O_CREAT | os.O_WRONLY)
    for block in (1 << 20, 4096):
        try:
            while True:
                os.write(fd, bytes(block))
        except OSError:
            continue
    os.close(fd)
