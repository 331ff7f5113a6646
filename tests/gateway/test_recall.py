"""Answers of runs, kept and given again, through a live gateway with the keeper's own book behind it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest
from sqlalchemy import delete, insert, select

from podium.gateway import recall
from podium.gateway.recall import Recall
from podium.kernel.errors import NotReady
from podium.ports.fleet_tables import task_runs
from podium.ports.step_tables import task_keys, task_steps
from podium.ports.steps import KeepSteps
from podium.ports.tasks import TaskQuestion
from tests.gateway.test_side_doors import BODIES
from tests.gateway.test_tasks import BODY, BookLink, Trusting, trusting


class StepLink(BookLink):
    """The keeper's book, which may be away."""

    away = False
    silent: asyncio.Event | None = None
    """Until it is set one who asks that answers are kept hears nothing, and then that the keeper is away."""

    async def ask(self, question: TaskQuestion) -> Any:
        if self.silent is not None and isinstance(question, KeepSteps):
            silent, self.silent = self.silent, None
            await silent.wait()
            raise NotReady("The keeper is away.")
        if self.away:
            raise NotReady("The keeper is away.")
        return await super().ask(question)


class Runs:
    """A gateway that keeps the answers of runs."""

    def __init__(self, it: Trusting) -> None:
        self.it = it
        self.link = StepLink(it.keeper)
        self.recall = Recall(self.link, it.house.standing.clock, b"k" * 32)  # type: ignore[arg-type]
        it.house.gateway._recall = self.recall

    def attempt(self, token: str, number: int) -> str:
        """Return the token of an attempt of the same task."""
        tasks = self.it.keeper.tasks
        claims = msgspec.structs.replace(tasks._verify(token), run_attempt=number)
        return tasks.ring.sign(claims)

    def begin(self, task: dict[str, Any], number: int) -> None:
        """Write that an attempt of a task is under way: an earlier one starts nothing."""
        row = dict.fromkeys(("kind", "step", "item", "spec", "reason", "by"), "")
        row |= {name: task[name] for name in ("task_id", "agent", "department")}
        row |= {"root_id": task["task_id"], "state": "running", "attempt": number, "attempts": 9}
        row |= dict.fromkeys(("priority", "queued_ns", "changed_ns"), 1)
        with self.it.keeper.engine.begin() as connection:
            connection.execute(delete(task_runs).where(task_runs.c.task_id == task["task_id"]))
            connection.execute(insert(task_runs).values(**row))

    async def call(self, token: str, path: str = "/v1/chat/completions", body: Any = None, **headers: str):
        headers = {"authorization": f"Bearer {token}", **headers}
        return await self.it.http.post(path, json=body or BODY, headers=headers)

    @property
    def served(self) -> int:
        return len(self.it.house.holds())

    def steps(self) -> list[Any]:
        with self.it.keeper.engine.connect() as connection:
            return list(connection.execute(select(task_steps)))


@pytest.fixture
async def it(tmp_path) -> AsyncIterator[Runs]:
    async with trusting(tmp_path) as made:
        yield Runs(made)


async def both(it: Runs, **wish: object) -> tuple[str, str]:
    task = await it.it.start(**wish)
    return it.attempt(task["access_token"], 1), it.attempt(task["access_token"], 2)


async def test_every_format_is_answered_again_without_a_call(it: Runs):
    """A second attempt gets the first one's body in each format, plain and streamed; nothing is charged."""
    first, second = await both(it)
    for path, body in BODIES.items():
        shapes = [body, {**body, "stream": True}] if "messages" in body else [body]
        for shape in shapes:
            made = await it.call(first, path, shape)
            assert made.status_code == 200, made.text
            calls = it.served
            again = await it.call(second, path, shape)
            assert (again.status_code, again.content) == (200, made.content)
            assert again.headers["content-type"] == made.headers["content-type"]
            assert again.headers["x-podium-replayed"].startswith("call_")
            assert again.headers["x-podium-cost-nano-usd"] == "0"
            assert "x-podium-replayed" not in made.headers
            assert it.served == calls
            done = it.it.house.dones()[-1]
            assert (done.outcome, done.attempts, done.cost_nano_usd) == ("replayed", 0, 0)


async def test_equal_calls_take_equal_answers_in_order_once_an_attempt(it: Runs):
    """Two equal calls have two answers; an attempt that asks a third time makes a call, and a third attempt
    finds all three."""
    task = await it.it.start()
    tokens = [it.attempt(task["access_token"], number) for number in (1, 2, 3)]
    made = [(await it.call(tokens[0])).json()["id"] for _ in range(2)]
    again = [await it.call(tokens[1]) for _ in range(3)]
    assert [answer.json()["id"] for answer in again[:2]] == made
    assert "x-podium-replayed" not in again[2].headers
    third = [(await it.call(tokens[2])).json()["id"] for _ in range(3)]
    assert third == [*made, again[2].json()["id"]]
    assert it.served == 3


async def test_an_idempotency_key_finds_its_answer_in_the_same_attempt_too(it: Runs):
    """A call with the same key gets the same answer, and another question with it is refused."""
    first, second = await both(it)
    made = await it.call(first, **{"idempotency-key": "a"})
    for token in (first, second, second):
        again = await it.call(token, **{"idempotency-key": "a"})
        assert again.json()["id"] == made.json()["id"]
    assert it.served == 1
    wrong = await it.call(second, body={**BODY, "max_tokens": 3}, **{"idempotency-key": "a"})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, "idempotency_key_reused")
    unusable = await it.call(second, **{"idempotency-key": "x" * 256})
    assert unusable.status_code == 400


async def test_only_answers_that_went_well_of_runs_are_kept(it: Runs):
    """A refusal, a call of an agent's key and a task that is no run leave no step."""
    task = await it.it.start()
    assert (await it.call(task["access_token"])).status_code == 200
    run = it.attempt(task["access_token"], 1)
    assert (await it.call(run, body={**BODY, "model": "gone"})).status_code >= 500
    assert it.steps() == []
    assert (await it.call(run)).status_code == 200
    assert len(it.steps()) == 1


async def test_answers_are_sealed_and_erased_when_the_task_ends(it: Runs):
    """No word of an answer is in the database; at the task's end no answer is, and none comes after it."""
    task = await it.it.start()
    run = it.attempt(task["access_token"], 1)
    text = (await it.call(run)).json()["choices"][0]["message"]["content"]
    (row,) = it.steps()
    assert text.encode() not in row.sealed
    with it.it.keeper.engine.connect() as connection:
        assert connection.execute(select(task_keys.c.ended_ns)).scalar_one() is None
    await it.it.http.delete(
        f"/podium/v1/tasks/{task['task_id']}", headers={"authorization": f"Bearer {task['access_token']}"}
    )
    assert it.steps() == []
    # The worker's orders are old yet: the call goes through, and its answer is not kept.
    assert (await it.call(run)).status_code == 200
    assert it.steps() == []


async def test_an_answer_that_cannot_be_kept_goes_on(it: Runs, caplog):
    """Without a keeper an answer goes out and the log says that it is not kept; a second attempt, which
    cannot know whether it was answered, is refused and may try again."""
    first, second = await both(it)
    it.link.away = True
    with caplog.at_level(logging.WARNING):
        assert (await it.call(first)).status_code == 200
    assert "is not kept: the keeper did not answer within" in caplog.text
    refused = await it.call(second)
    assert refused.status_code == 503
    it.link.away = False
    assert "x-podium-replayed" not in (await it.call(second)).headers
    assert it.served == 2


async def test_an_answer_that_went_on_is_not_kept_afterwards(it: Runs, monkeypatch):
    """What the log called not kept is not sent when the keeper is there again, so no attempt finds it."""
    monkeypatch.setattr(recall, "KEEP_S", 0.05)
    monkeypatch.setattr(recall, "AGAIN_S", 0)
    first, second = await both(it)
    it.link.silent = silent = asyncio.Event()
    assert (await it.call(first)).status_code == 200
    sending = it.recall._sending
    assert sending is not None
    silent.set()
    await sending
    assert it.steps() == []
    assert "x-podium-replayed" not in (await it.call(second)).headers


async def test_a_long_answer_is_not_kept(it: Runs, monkeypatch):
    """An answer above the limit goes out whole and leaves no step, streamed or not."""
    monkeypatch.setattr(recall, "MAX_ANSWER_BYTES", 64)
    first, _ = await both(it)
    for stream in (False, True):
        answer = await it.call(first, body={**BODY, "stream": stream})
        assert answer.status_code == 200
        assert len(answer.content) > 64
    assert it.steps() == []


async def test_the_end_of_a_stream_waits_for_its_answer_to_be_kept(it: Runs):
    """When a client has read the last event, the answer is in the journal."""
    first, _ = await both(it)
    headers = {"authorization": f"Bearer {first}"}
    async with it.it.http.stream(
        "POST", "/v1/chat/completions", json={**BODY, "stream": True}, headers=headers
    ) as answer:
        async for line in answer.aiter_lines():
            if line == "data: [DONE]":
                break
        assert len(it.steps()) == 1


async def test_a_sub_agents_answers_are_found_by_its_successor(it: Runs):
    """The task that a second attempt delegates anew finds what the first one's sub-agent was answered."""
    task = await it.it.start()
    ids = set()
    for number in (1, 2):
        it.begin(task, number)
        answer: httpx.Response = await it.it.http.post(
            f"/podium/v1/tasks/{task['task_id']}/tasks",
            json={"agent": "search"},
            headers={"authorization": f"Bearer {it.attempt(task['access_token'], number)}"},
        )
        ids.add((await it.call(answer.json()["access_token"])).json()["id"])
    assert len(ids) == 1
    assert it.served == 1
