"""Backup of a running Podium under traffic, and what a restored one knows."""

import threading
from pathlib import Path

import openai

from tests.app.running import Running, podium, running, simulator, until
from tests.app.test_up import ask


def test_a_backup_under_traffic_restores_to_the_truth(tmp_path: Path) -> None:
    """Every charge of the moment of the backup is restored once, none is made up, and it serves."""
    first, second = tmp_path / "one", tmp_path / "two"
    first.mkdir()
    second.mkdir()
    file = tmp_path / "podium.backup"
    with simulator(tmp_path, "--itl-ms", "1") as (port, _):
        with running(first, port, "--workers", "2") as it:
            key, ending = it.key(), threading.Event()
            clients = [it.client(key) for _ in range(4)]

            def call(client: openai.OpenAI) -> None:
                while not ending.is_set():
                    ask(client, max_completion_tokens=4)

            threads = [threading.Thread(target=call, args=(client,)) for client in clients]
            for thread in threads:
                thread.start()
            until(lambda: len(it.ledger()) > 60, "traffic")
            before = {str(row["charge_id"]) for row in it.ledger()}
            done = podium("backup", str(file), state=it.state)
            ending.set()
            for thread in threads:
                thread.join()
            assert done.returncode == 0, done.stderr
            again = podium("backup", str(file), state=it.state)
            assert again.returncode == 4
            assert "exists already" in again.stderr
            calls = len(it.ledger())
            until(lambda: len(it.ledger()) == calls, "the ledger")
            truth = {str(row["charge_id"]): row for row in it.ledger()}
            refused = podium("restore", str(file), state=it.state)
            assert refused.returncode == 4
            assert "is not empty" in refused.stderr
        assert len(truth) > len(before)
        state = second / "state"
        done = podium("restore", str(file), state=state)
        assert done.returncode == 0, done.stderr
        (second / "manifests").mkdir()
        (second / "manifests" / "all.yaml").write_text((first / "manifests" / "all.yaml").read_text())
        with running(second, port) as it:
            _the_ledger_is_true(it, before, truth)
            ask(it.client(key), max_completion_tokens=4)


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


def _lives_of_others(it: Running) -> list[str]:
    """Return the folders of journals but those of the workers that run."""
    return [path.name for path in (it.state / "journals").iterdir()][1:]


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
    done = podium("backup", str(tmp_path / "other"), state=tmp_path / "nothing")
    assert done.returncode != 0
    assert not (tmp_path / "other").exists()
