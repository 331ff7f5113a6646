"""A worker that hangs: who sees it, who says it, who replaces it, and what becomes of its calls."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import httpx
import openai
import pytest

from podium.app.up import Child
from podium.app.watching import APART_LOOKS, TELL_LOOKS, Watch, process_state
from tests.app.running import podium, running, simulator, until
from tests.app.test_up import ask


class Process:
    """What a watch does with a process."""

    def __init__(self, pid: int) -> None:
        self.pid, self.returncode, self.signals = pid, None, list[int]()

    def send_signal(self, number: int) -> None:
        self.signals.append(number)

    def kill(self) -> None:
        self.signals.append(signal.SIGKILL)


def worker(number: int) -> Child:
    child = Child(f"gateway-{number}", [], process=cast("Any", Process(100 + number)), silent=0)
    assert child.process is not None
    return child


def signals(*children: Child) -> list[list[int]]:
    return [cast("Process", child.process).signals for child in children]


def test_a_silent_worker_is_told_of_asked_where_it_is_and_killed():
    said, child = list[str](), worker(0)
    watch = Watch(20, said.append)
    for _ in range(19):
        watch.look([child], lambda _: "R")
    assert signals(child) == [[signal.SIGUSR2]]
    watch.look([child], lambda _: "R")
    assert signals(child) == [[signal.SIGUSR2, signal.SIGKILL]]
    assert [line.split(" is silent for ")[1][:4] for line in said] == ["5 s:", "20 s"]
    watch.look([child], lambda _: "R")
    assert len(signals(child)[0]) == 2  # it is dead until its successor speaks


@pytest.mark.parametrize(
    ("name", "does", "killed"),
    [
        ("control", "T", True),
        ("collector", "R", True),
        ("tools", "S", True),
        ("keeper", "T", False),
        ("keeper", "t", False),
        ("keeper", "R", True),
        ("keeper", "D", False),
        ("relay", "T", False),
        ("runner", "R", False),
    ],
)
def test_who_is_replaced_and_who_is_only_told_of(name: str, does: str, killed: bool) -> None:
    said, noted, child = list[str](), list[dict[str, tuple[int, str]]](), worker(0)
    child.name = name
    watch = Watch(20, said.append, noted.append)
    for _ in range(40):
        watch.look([child], lambda _: does)
    assert (signal.SIGKILL in signals(child)[0]) is killed
    assert said[0].startswith(f"podium: {name} (process 100) is silent for 5 s: ")
    assert list(noted[0]) == [name]
    if not killed:
        watch.heard(child)
        watch.look([child], lambda _: "S")
        assert said[-1] == f"podium: {name} answers again, after 40 s"
    assert noted[-1] == {}


@pytest.mark.parametrize("does", ["T", "t"])
def test_who_is_stopped_is_not_asked_where_it_is(does: str) -> None:
    """It would answer when it goes on, and then there is nothing to ask."""
    child = worker(0)
    Watch(0, lambda _: None).look([child] * TELL_LOOKS, lambda _: does)
    assert signals(child) == [[]]


WORKING = """
import asyncio, threading
from podium.app.watching import keep_beating

def deep(left):
    return left and deep(left - 1)

def work():
    while True:
        deep(900)

async def main():
    keep_beating(1)
    for _ in range(8):
        threading.Thread(target=work, daemon=True).start()
    await asyncio.sleep(60)

asyncio.run(main())
"""


def test_who_is_asked_where_it_is_lives_on() -> None:
    """Its other threads work while its stack is written, again and again."""
    with subprocess.Popen(
        [sys.executable, "-c", WORKING], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as it:
        assert it.stdout is not None
        it.stdout.readline()
        try:
            for _ in range(2000):
                it.send_signal(signal.SIGUSR2)
                time.sleep(0.001)
            assert it.poll() is None
        finally:
            it.kill()


def test_who_speaks_is_left_alone_and_who_has_never_spoken_too():
    said, child, starting = list[str](), worker(0), worker(1)
    starting.silent = None
    watch = Watch(20, said.append)
    for look in range(100):
        watch.look([child, starting], lambda _: "S")
        if look % 15 == 14:  # slow, but it comes round
            watch.heard(child)
    assert signals(child, starting) == [[signal.SIGUSR2] * 7, []]
    assert said.count("podium: gateway-0 answers again, after 15 s") == 6


def test_workers_that_hang_together_are_killed_one_after_the_other():
    children = [worker(0), worker(1), worker(2)]
    watch = Watch(20, lambda _: None)
    killed_at = dict[str, int]()
    for look in range(1, 40):
        watch.look(children, lambda _: "T")
        for child in children:
            if signal.SIGKILL in signals(child)[0]:
                killed_at.setdefault(child.name, look)
    assert killed_at == {"gateway-0": 20, "gateway-1": 20 + APART_LOOKS, "gateway-2": 20 + 2 * APART_LOOKS}


@pytest.mark.parametrize(("hung_after_s", "state"), [(0.0, "R"), (20.0, "D")])
def test_who_waits_for_the_disk_is_not_killed_nor_anybody_where_that_is_off(hung_after_s: float, state: str):
    said, child = list[str](), worker(0)
    watch = Watch(hung_after_s, said.append)
    for _ in range(100):
        watch.look([child], lambda _: state)
    assert signals(child) == [[signal.SIGUSR2]]
    assert len(said) == 1


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield process
    process.kill()
    process.wait()


def test_what_a_process_does_is_read(sleeper: subprocess.Popen[bytes]):
    until(lambda: process_state(sleeper.pid) == "S", "its sleep")
    sleeper.send_signal(signal.SIGSTOP)
    until(lambda: process_state(sleeper.pid) == "T", "its stop")
    assert process_state(2**22 + 1) == ""


@pytest.mark.crash
def test_a_stopped_worker_is_replaced_and_its_call_is_charged(tmp_path: Path) -> None:
    """SIGSTOP in the middle of a stream: the hold is settled as of a crash, and the next call is served."""
    with (
        simulator(tmp_path, "--itl-ms", "100", "--tokens", "600") as (port, _),
        running(tmp_path, port, "--hung-after", str(TELL_LOOKS + 1)) as it,
    ):
        client = it.client(it.key())
        stream = client.chat.completions.create(
            model="large", messages=[{"role": "user", "content": "hi"}], stream=True
        )
        next(iter(stream))
        (pid,) = it.workers()
        os.kill(pid, signal.SIGSTOP)
        until(
            lambda: f"gateway-0 (process {pid}) is silent for 5 s: it is stopped" in it.log.read_text(),
            "word",
        )
        status = podium("status", state=it.state).stdout
        assert " s: hangs or stopped" in status, status
        with pytest.raises((openai.APIError, httpx.TransportError)):
            list(stream)
        until(lambda: "gateway-0 died of SIGKILL; starting it again" in it.log.read_text(), "the replacement")
        it.wait_ready()
        until(lambda: any(row["outcome"] == "crashed" for row in it.ledger()), "the charge")
        (row,) = it.ledger()
        assert row["estimated"] is True
        assert cast("int", row["cost_nano_usd"]) > 0


@pytest.mark.crash
def test_a_stopped_keeper_is_waited_for_and_a_stopped_console_replaced(tmp_path: Path) -> None:
    """Calls are refused while the keeper is stopped, and are served when it goes on, by the same one."""
    with (
        simulator(tmp_path) as (port, _),
        running(tmp_path, port, "--hung-after", str(TELL_LOOKS + 1)) as it,
    ):
        client, children = it.client(it.key()), it.children()
        ask(client)
        os.kill(children["keeper"], signal.SIGSTOP)
        told = f"keeper (process {children['keeper']}) is silent for 5 s: it is stopped"
        until(lambda: told in it.log.read_text(), "word")
        with pytest.raises(openai.InternalServerError) as refused:
            ask(client)
        assert refused.value.status_code == 503
        status = podium("status", state=it.state)
        assert f"SILENT: keeper, process {children['keeper']}: it is stopped" in status.stdout
        time.sleep(2 * TELL_LOOKS)
        assert it.children()["keeper"] == children["keeper"]
        os.kill(children["keeper"], signal.SIGCONT)
        until(lambda: "keeper answers again" in it.log.read_text(), "its return")
        it.wait_ready()
        ask(client)
        until(lambda: "SILENT" not in podium("status", state=it.state).stdout, "the end of the alarm")
        assert it.children()["keeper"] == children["keeper"]
        os.kill(children["control"], signal.SIGSTOP)
        until(lambda: "control died of SIGKILL; starting it again" in it.log.read_text(), "the replacement")
        until(lambda: it.children().get("control") not in {None, children["control"]}, "another")
        ask(client)


HANGS = """
import os, signal, sys, threading, time

def lock_up(*_):
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()

def beside(*_):
    thread = sys.modules["podium.keeper.roundtrip"].DatabaseThread
    do = thread._do
    thread._do = lambda self, work, *arguments: do(self, lock_up)

def spin(*_):
    while True:
        pass

if "podium.app.keeper" in sys.orig_argv:
    for number, act in enumerate((spin, lock_up, beside)):
        signal.signal(signal.SIGRTMIN + number, act)
"""
"""What Python runs first: the keeper computes for ever, or locks itself up, in its loop or beside it."""


@pytest.mark.crash
@pytest.mark.parametrize("number", range(3))
def test_a_keeper_that_hangs_by_itself_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """Every call is refused meanwhile, and not left to wait; then all goes on, and no charge is lost."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(HANGS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    with (
        simulator(tmp_path) as (port, _),
        running(tmp_path, port, "--hung-after", str(TELL_LOOKS + 1)) as it,
    ):
        client, keeper, served = it.client(it.key()), it.children()["keeper"], 0
        ask(client)
        os.kill(keeper, signal.SIGRTMIN + number)

        def status() -> int:
            nonlocal served
            try:
                ask(client)
            except openai.InternalServerError as error:
                return error.status_code
            served += 1
            return 200

        until(lambda: status() == 503, "a refusal")
        until(lambda: it.children().get("keeper") not in {None, keeper}, "another keeper")
        assert (
            f"keeper (process {keeper}) is silent for {TELL_LOOKS + 1} s and is killed" in it.log.read_text()
        )
        it.wait_ready()
        ask(client)
        until(lambda: len(it.ledger()) == served + 2, "every charge")
        assert not [row for row in it.ledger() if row["outcome"] != "ok"]


@pytest.mark.crash
def test_a_machine_that_stood_still_goes_on_with_the_same_workers(tmp_path: Path) -> None:
    """Everything is stopped for longer than a worker may be silent, supervisor first and last to go on."""
    with (
        simulator(tmp_path) as (port, _),
        running(tmp_path, port, "--hung-after", "3", "--workers", "2") as it,
    ):
        key, workers = it.key(), it.workers()
        frozen = [it.process.pid, *it.children().values(), *workers]
        for pid in frozen:
            os.kill(pid, signal.SIGSTOP)
        time.sleep(5)
        for pid in reversed(frozen):
            os.kill(pid, signal.SIGCONT)
        time.sleep(2)
        it.wait_ready()
        ask(it.client(key))
        assert it.workers() == workers
        assert "is silent" not in it.log.read_text()
