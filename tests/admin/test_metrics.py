"""What a scrape tells when something does not answer, and of which processes."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from podium.adapters.records import open_for_reading, open_records
from podium.admin import metrics
from podium.admin.metrics import LoopLag, Records, _own_text
from podium.app.process import family
from podium.ports.link import StatusIs


def up(families: list[metrics.Metric]) -> float:
    return next(family.samples[0].value for family in families if family.name == "podium_database_up")


def test_a_database_that_hangs_is_down_and_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scrapes are answered while it hangs, and do not pile up behind it; when it goes on, it is up."""
    monkeypatch.setattr(metrics, "LATE_S", 0.01)
    asked, goes_on = list[int](), threading.Event()

    class Hanging(Records):
        def _read(self) -> list[metrics.Metric]:
            asked.append(1)
            goes_on.wait()
            return [metrics._database_up(up=True)]

    async def scrape() -> None:
        records = Hanging(create_engine("sqlite://"))
        for _ in range(3):
            assert up(await records.families()) == 0
        assert len(asked) == 1
        goes_on.set()
        monkeypatch.setattr(metrics, "LATE_S", 100.0)
        assert up(await records.families()) == 1

    asyncio.run(scrape())


def test_a_database_that_refuses_is_down(tmp_path: Path) -> None:
    """One that answers is up, with the cases that wait; one that cannot be asked is down."""
    open_records(tmp_path).dispose()
    engine = open_for_reading(tmp_path)
    found = asyncio.run(Records(engine).families())
    assert up(found) == 1
    assert "podium_cases_open" in {family.name for family in found}
    engine.dispose()

    class Refused(Records):
        def _read(self) -> list[metrics.Metric]:
            raise OperationalError("SELECT", {}, ConnectionRefusedError())

    assert up(asyncio.run(Refused(engine).families())) == 0


def test_a_worker_elsewhere_is_no_process_of_this_machine() -> None:
    """What a worker of another machine calls its process id is another process here, and is not read."""
    worker: dict[str, object] = {"worker": "rack-1/gateway-0", "incarnation": "inc_A", "pid": 4711}
    workers: list[dict[str, object]] = [{**worker, "asked_ms_ago": 5}]
    status = StatusIs(1, 1, 1, 1, 1, workers, 0, "0001")
    read = list[int]()

    def figures(pid: int) -> dict[str, float]:
        read.append(pid)
        return {"cpu_seconds": 1.0, "resident_bytes": 2.0, "open_fds": 3.0, "threads": 4.0}

    text = _own_text([], status, lambda: {"collector": 12}, figures, LoopLag()).decode()
    assert 12 in read
    assert 4711 not in read
    assert 'podium_process_open_fds{process="collector"} 3.0' in text
    assert 'podium_worker_ready{worker="rack-1/gateway-0"} 1.0' in text


@contextmanager
def sleeping(*words: str) -> Iterator[int]:
    """Run a process of which the command line is that of a child of `podium up`."""
    command = [sys.executable, "-c", "print(flush=True); input()", *words]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield process.pid
    finally:
        process.communicate(b"\n")


def test_processes_bear_the_names_that_their_supervisor_has_for_them() -> None:
    """Workers by number, models by provider, others by what they run; of two with one name, the newer."""
    with (
        sleeping("-m", "podium.app.keeper", "--state", "x") as keeper,
        sleeping("-m", "podium.app.gateway", "--state", "x", "--worker", "1"),
        sleeping("-m", "podium.app.gateway", "--state", "x", "--worker", "1") as newer,
        sleeping("-m", "podium.app.model", "--provider", "smol") as model,
        sleeping("something", "else"),
    ):
        assert family(os.getpid()) == {"keeper": keeper, "gateway-1": newer, "model-smol": model}
    assert family(os.getpid()) == {}
    assert family(0) == {}
