"""The step journal, on a real database."""

from hashlib import sha256
from typing import Any

import msgspec
import pytest
from sqlalchemy import Engine, select

from podium.keeper import stepbook
from podium.keeper.stepbook import KEY_KEPT_NS
from podium.manifest.snapshot import AgentRow, Snapshot, encode_snapshot
from podium.ports.link import IssueCredential, PutSnapshot
from podium.ports.step_tables import task_keys, task_steps
from podium.ports.steps import FindStep, GetTaskKey, KeepSteps, Step
from podium.ports.tasks import FinishTask, StartTask
from podium.trust.credentials.sealing import unseal
from tests.keeper.acting import House
from tests.keeper.samples import HandClock

SECRET = "podium_sk_triage"


class Runs:
    """A keeper with an agent, and the tokens of its task's attempts."""

    def __init__(self, engine: Engine, clock: HandClock, house: House) -> None:
        self.engine, self.clock, self.house = engine, clock, house
        self.task = house.tasks.start(StartTask(secret=SECRET, life_s=600))

    def token(self, attempt: int) -> str:
        assert self.task.token is not None
        claims = msgspec.structs.replace(self.house.tasks._verify(self.task.token), run_attempt=attempt)
        return self.house.tasks.ring.sign(claims)

    def keep(self, attempt: int, text: bytes, key: str = "a", *, named: bool = False) -> str | None:
        now_s = self.clock.wall_ns() // 1_000_000_000
        step = Step(self.token(attempt), now_s, key, named, text)
        return self.house.tasks.steps.keep(KeepSteps((step,))).refused[0]

    def find(self, attempt: int, key: str = "a", *, named: bool = False) -> bytes | None:
        return self.house.tasks.steps.find(FindStep(self.token(attempt), key, named)).text

    def rows(self, table: Any) -> list[Any]:
        with self.engine.connect() as connection:
            return list(connection.execute(select(table)))


@pytest.fixture
def it(engine: Engine, clock: HandClock, tmp_path) -> Runs:
    house = House(engine, clock, tmp_path)
    document = house.authority.in_force.snapshot_document
    assert document is not None
    agent = AgentRow("triage", "support", "acme/support", frozenset())
    snapshot = msgspec.structs.replace(
        msgspec.json.decode(document, type=Snapshot),
        digest="d2",
        agents={"triage": agent},
        trust_domain="acme",
    )
    house.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(snapshot)))
    house.authority.issue(IssueCredential("triage", "key_1", sha256(SECRET.encode()).hexdigest()))
    return Runs(engine, clock, house)


def test_equal_answers_are_taken_in_order_once_an_attempt(it: Runs) -> None:
    """An attempt takes what earlier ones were answered, the oldest first, and never its own."""
    assert [it.keep(1, text) for text in (b"one", b"two")] == [None, None]
    assert it.find(1) is None
    assert [it.find(2) for _ in range(3)] == [b"one", b"two", None]
    it.keep(2, b"three")
    assert [it.find(3) for _ in range(4)] == [b"one", b"two", b"three", None]
    assert it.find(2, "b") is None


def test_a_named_answer_is_one(it: Runs) -> None:
    """The first answer under a name stays, and every attempt gets it, as often as it asks."""
    assert [it.keep(1, text, named=True) for text in (b"one", b"two")] == [None, None]
    assert [it.find(number, named=True) for number in (1, 1, 2)] == [b"one"] * 3


def test_answers_are_sealed_and_erased_with_the_task(it: Runs) -> None:
    """Rows are sealed with the task's key; they go when it ends, the key some days later."""
    it.keep(1, b"what was said")
    (row,) = it.rows(task_steps)
    assert b"what was said" not in row.sealed
    steps = it.house.tasks.steps
    key = steps.key_of(GetTaskKey(it.task.task_id)).key
    assert key is not None
    assert key not in it.rows(task_keys)[0].wrapped
    assert unseal(key, row.sealed, f"{row.task_id} {row.key} {row.ordinal}") == b"what was said"
    assert it.task.token is not None
    it.house.tasks.finish(FinishTask(it.task.token))
    assert it.rows(task_steps) == []
    assert it.keep(1, b"too late") == "the task has ended"
    assert steps.key_of(GetTaskKey(it.task.task_id)).key == key
    it.clock.now_ns += KEY_KEPT_NS + 1
    other = it.house.tasks.start(StartTask(secret=SECRET))
    assert other.token is not None
    it.house.tasks.finish(FinishTask(other.token))
    assert it.rows(task_keys) == []
    assert steps.key_of(GetTaskKey(it.task.task_id)).key is None


def test_answers_of_a_task_whose_life_is_over_are_erased(it: Runs) -> None:
    """Nobody has to end it: the next task that begins sweeps them away."""
    it.keep(1, b"one")
    it.clock.now_ns += 601_000_000_000
    it.house.tasks.start(StartTask(secret=SECRET))
    assert it.rows(task_steps) == []


def test_a_task_has_room_for_so_much(it: Runs, monkeypatch) -> None:
    """An answer, or a task's answers together, above the limit are not kept, and it is said why."""
    monkeypatch.setattr(stepbook, "MAX_ANSWER_BYTES", 10)
    monkeypatch.setattr(stepbook, "MAX_TASK_BYTES", 15)
    assert "longer" in str(it.keep(1, b"x" * 11))
    assert it.keep(1, b"x" * 10) is None
    assert "already" in str(it.keep(1, b"x" * 10))
    assert len(it.rows(task_steps)) == 1


def test_only_a_run_has_steps(it: Runs) -> None:
    """A token without an attempt keeps nothing; one that has expired since its call began still does."""
    assert it.task.token is not None
    now_s = it.clock.wall_ns() // 1_000_000_000
    plain = Step(it.task.token, now_s, "a", named=False, text=b"one")
    late = msgspec.structs.replace(plain, token=it.token(1))
    it.clock.now_ns += 700_000_000_000
    found = it.house.tasks.steps.keep(KeepSteps((plain, late)))
    assert found.refused == ("The token is none of a run.", None)
