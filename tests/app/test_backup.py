"""Backup of a running Podium under traffic, and what a restored one knows."""

import collections
import fcntl
import json
import sqlite3
import subprocess
import threading
from pathlib import Path

import openai
import pytest

from podium.app.holding import StateLock, hold_stopped
from podium.kernel.errors import StateError
from podium.ports.packing import unpack_ulid
from podium.spend.journal import Hold, Settle, check_preamble, decode
from tests.app.running import Running, podium, running, simulator, until
from tests.app.test_up import ask


def test_a_backup_under_traffic_restores_to_the_truth(tmp_path: Path) -> None:
    """Ledger rows of the moment are restored once, the rest of its journals exactly once, and it serves."""
    first, second = tmp_path / "one", tmp_path / "two"
    first.mkdir()
    second.mkdir()
    file = tmp_path / "podium.backup"
    with simulator(tmp_path, "--itl-ms", "10") as (port, _):  # so that calls are under way at any time
        with running(first, port, "--workers", "2") as it:
            key, ending = it.key(), threading.Event()
            clients = [it.client(key) for _ in range(4)]
            made: list[openai.OpenAI] = []

            def call(client: openai.OpenAI) -> None:
                while not ending.is_set():
                    ask(client, max_completion_tokens=4)
                    made.append(client)

            threads = [threading.Thread(target=call, args=(client,)) for client in clients]
            for thread in threads:
                thread.start()
            until(lambda: len(it.ledger()) > 60, "traffic")
            before = {str(row["charge_id"]) for row in it.ledger()}
            done = podium("backup", str(file), "--manifests", str(it.manifests), state=it.state)
            ending.set()
            for thread in threads:
                thread.join()
            assert done.returncode == 0, done.stderr
            again = podium("backup", str(file), state=it.state)
            assert again.returncode == 4
            assert "exists already" in again.stderr
            until(lambda: len(it.ledger()) == len(made), "the ledger")
            truth = {str(row["charge_id"]): row for row in it.ledger()}
            refused = podium("restore", str(file), state=it.state)
            assert refused.returncode == 4
            assert "A podium up runs on" in refused.stderr
        refused = podium("restore", str(file), state=first / "state")
        assert refused.returncode == 4
        assert "is not empty" in refused.stderr
        assert len(truth) > len(before)
        state = second / "state"
        done = podium("restore", str(file), state=state)
        assert done.returncode == 0, done.stderr
        assert f"--manifests {state / 'manifests'}" in done.stdout
        (state / "manifests").rename(second / "manifests")
        expected = _expected(file, tmp_path / "unpacked")
        with running(second, port) as it:
            _the_ledger_is_true(it, before, truth)
            assert {str(row["charge_id"]): row["cost_nano_usd"] for row in it.ledger()} == expected
            ask(it.client(key), max_completion_tokens=4)
            until(lambda: len(it.ledger()) == len(expected) + 1, "the new call")
            _each_call_has_one_line(state)


def _the_ledger_is_true(it: Running, before: set[str], truth: dict[str, dict[str, object]]) -> None:
    """What was in the ledger is there; what came from the journals is as it was, or charged with its hold."""
    until(lambda: not _lives_of_others(it), "the journals of the backup")
    rows = it.ledger()
    found = {str(row["charge_id"]): row for row in rows}
    assert len(found) == len(rows)
    assert before <= set(found) <= set(truth)
    cut = [row for row in rows if row["cost_nano_usd"] != truth[str(row["charge_id"])]["cost_nano_usd"]]
    assert len(cut) <= 4
    assert all(row["estimated"] for row in cut)


def _expected(file: Path, folder: Path) -> dict[str, int]:
    """Return what each charge must cost, read by hand: the ledger, and what the journals add."""
    folder.mkdir(exist_ok=True)
    subprocess.run(["tar", "-xf", file, "-C", folder], check=True)
    database = sqlite3.connect(folder / "podium.db")
    query = "SELECT charge_id, cost_nano_usd FROM charges"
    found = {unpack_ulid(id_, "chg_"): cost for id_, cost in database.execute(query)}
    held: dict[str, int] = dict(database.execute("SELECT charge_id, hold_nano_usd FROM holds"))
    database.close()
    settled = {}
    for path in sorted((folder / "journals").glob("*/*.journal")):
        data = path.read_bytes()
        for record, _ in decode(data, check_preamble(data)):
            if isinstance(record, Hold):
                held[record.charge_id] = record.hold_nano_usd
            elif isinstance(record, Settle):
                settled[record.charge_id] = record.cost_nano_usd
    # The backup was made under traffic: its journals do reach further than its ledger.
    assert settled.keys() | held.keys() > found.keys()
    return held | settled | found


def _calls_and_lines(state: Path) -> tuple[set[str], collections.Counter[str]]:
    """Return the calls of the database, and how often each is in the log of calls."""
    database = sqlite3.connect(state / "podium.db")
    calls = {unpack_ulid(id_, "call_") for (id_,) in database.execute("SELECT call_id FROM calls")}
    database.close()
    lines = (state / "log" / "calls.jsonl").read_text().splitlines()
    return calls, collections.Counter(json.loads(line)["call_id"] for line in lines)


def _is_logged(state: Path) -> bool:
    """Whether calls and lines are as many: a line is written before its call is committed."""
    calls, logged = _calls_and_lines(state)
    return set(logged) == calls


def _each_call_has_one_line(state: Path) -> None:
    """The log of calls has each call of the database once."""
    until(lambda: _is_logged(state), "the log")
    _, logged = _calls_and_lines(state)
    assert set(logged.values()) == {1}


def _lives_of_others(it: Running) -> list[str]:
    """Return the folders of journals but those of the workers that run."""
    return [path.name for path in (it.state / "journals").iterdir()][1:]


def test_a_backup_while_the_keeper_is_away_says_to_try_again(tmp_path: Path) -> None:
    """Where Podium runs and its keeper has just ended, nobody is told to stop Podium."""
    held = StateLock(tmp_path)
    with pytest.raises(StateError, match=r"its keeper is not there now, .* Try again when"):
        hold_stopped(tmp_path)
    held.release()
    hold_stopped(tmp_path).release()


def test_a_backup_of_a_podium_that_stands_still(tmp_path: Path) -> None:
    """A stopped Podium is backed up as well; an empty state directory has nothing to back up."""
    file = tmp_path / "podium.backup"
    with simulator(tmp_path) as (port, _):
        with running(tmp_path, port) as it:
            ask(it.client(it.key()), max_completion_tokens=4)
            until(lambda: len(it.ledger()) == 1, "the ledger")
        done = podium("backup", str(file), state=it.state)
        assert done.returncode == 0, done.stderr
        assert "1 charges" in done.stdout
        folder = tmp_path / "backups"
        folder.mkdir()
        left, theirs = folder / "podium-20261124T093000Z.tar.gz.unfinished", folder / "notes.unfinished"
        writing = folder / "podium-20261124T093001Z.tar.gz.unfinished"
        for path in (left, theirs, writing):
            path.write_bytes(b"half")
        with writing.open("rb") as other:
            fcntl.flock(other.fileno(), fcntl.LOCK_EX)
            done = podium("backup", str(folder), state=it.state)
        assert done.returncode == 0, done.stderr
        assert f"removed {left}, which a killed backup has left" in done.stderr
        assert sorted(folder.glob("*.unfinished")) == [theirs, writing]
        (made,) = folder.glob("podium-????????T??????Z.tar.gz")
        assert str(made) in done.stdout
        assert not (it.state / "backup").exists()
    done = podium("backup", str(tmp_path / "other"), state=tmp_path / "nothing")
    assert done.returncode != 0
    assert not (tmp_path / "other").exists()
