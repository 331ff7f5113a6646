"""Calls under way when their task ends: cut at once, settled as what broke off; nothing is begun for them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from podium.manifest.orders import Restraint
from podium.ports.acts import By, SteerTask
from tests.gateway.house import KEY
from tests.gateway.test_tasks import BODY, Trusting, code, trusting

CHAT = "/v1/chat/completions"


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Trusting]:
    async with trusting(tmp_path) as made:
        yield made


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.005)


def body(model: str = "big", *, stream: bool = False, **steer: object) -> dict[str, Any]:
    return {**BODY, "model": model, "stream": stream, "podium_sim": steer}


def kill(it: Trusting, task_id: str, act: str = "kill") -> None:
    it.keeper.acts.do(SteerTask(By(), task_id, act, "because"))
    it.put_in_force()


async def warm(it: Trusting, token: str, times: int) -> None:
    """Have the lane know the head; with none the path takes what comes."""
    for _ in range(times):
        assert (await it.http.post(CHAT, json=body(), headers=bearing(token))).status_code == 200


def bearing(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def is_cut(it: Trusting) -> None:
    """The last attempt is settled with its whole hold, as an estimate, and its call has one end."""
    hold, settle = it.house.holds()[-1], it.house.settles()[-1]
    assert (settle.charge_id, settle.outcome, settle.error_code) == (hold.charge_id, "broken", "task_ended")
    assert (settle.cost_nano_usd, settle.estimated) == (hold.hold_nano_usd, True)
    [done] = [one for one in it.house.dones() if one.call_id == hold.call_id]
    assert (done.outcome, done.error_code) == ("error", "task_ended")
    assert it.house.server.in_flight == 0
    assert not it.house.gateway._pool._busy


@pytest.mark.parametrize("act", ["kill", "revoke", "end"])
@pytest.mark.parametrize("times", [0, 3])
@pytest.mark.parametrize("stream", [False, True])
async def test_a_call_whose_answer_has_not_begun(it: Trusting, stream: bool, times: int, act: str) -> None:
    """It is refused as the next one would be, by the lane and by the path, and its connection serves on."""
    task, other = await it.start(), await it.start()
    await warm(it, task["access_token"], times)
    asked = it.http.post(
        CHAT, json=body(stream=stream, hang=True), headers=bearing(task["access_token"]), timeout=60
    )
    asking = asyncio.create_task(asked)
    await until(lambda: len(it.house.holds()) == times + 1 and it.house.gateway._pool._busy)
    went = it.house.gateway.lane.left["answer"]
    kill(it, task["task_id"], act)
    answer = await asking
    assert (answer.status_code, code(answer)) == (401, "task_ended")
    assert "under way" in answer.text
    assert it.house.gateway.lane.left["answer"] - went == (times > 0)
    await until(lambda: len(it.house.dones()) == times + 1)
    is_cut(it)
    assert (await it.call(other["access_token"])).status_code == 200


@pytest.mark.parametrize("times", [0, 3])
async def test_a_stream_whose_answer_has_begun(it: Trusting, times: int) -> None:
    """It ends with an error in its client's words, however silent its provider is."""
    task = await it.start()
    await warm(it, task["access_token"], times)
    text = ""
    given = body(stream=True, output_tokens=20, itl_ms=60_000)
    head = bearing(task["access_token"])
    async with it.http.stream("POST", CHAT, json=given, headers=head, timeout=60) as answer:
        async for piece in answer.aiter_text():
            if not text:
                kill(it, task["task_id"])
            text += piece
    assert '"task_ended"' in text
    assert "[DONE]" not in text
    await until(lambda: len(it.house.dones()) == times + 1)
    is_cut(it)


async def test_the_tasks_below_go_with_it_and_others_stay(it: Trusting) -> None:
    """A sub-agent's call is cut with its parent's task; another task's goes on to its end."""
    parent, other = await it.start(), await it.start()
    made = await it.http.post(
        f"/podium/v1/tasks/{parent['task_id']}/tasks",
        json={"agent": "search"},
        headers=bearing(parent["access_token"]),
    )
    it.put_in_force()
    asking = [
        asyncio.create_task(it.http.post(CHAT, json=given, headers=bearing(token), timeout=60))
        for token, given in (
            (made.json()["access_token"], body(hang=True)),
            (other["access_token"], body(ttft_ms=300)),
        )
    ]
    await until(lambda: len(it.house.holds()) == 2)
    kill(it, parent["task_id"])
    below, beside = await asyncio.gather(*asking)
    assert (below.status_code, code(below)) == (401, "task_ended")
    assert beside.status_code == 200


@pytest.mark.parametrize(("act", "refused"), [("pause", "task_paused"), ("kill", "task_ended")])
async def test_no_attempt_begins_behind_an_order(
    it: Trusting, act: str, refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call that waits to be tried again is not, once its task is paused or has ended."""
    task, waits = await it.start(), asyncio.Event()

    async def pause(*_: object) -> bool:
        await waits.wait()
        return True

    monkeypatch.setattr("podium.gateway.path.pause", pause)
    asking = asyncio.create_task(
        it.http.post(
            CHAT, json=body("stubborn", status=503), headers=bearing(task["access_token"]), timeout=60
        )
    )
    await until(it.house.settles)
    kill(it, task["task_id"], act)
    waits.set()
    answer = await asking
    assert code(answer) == refused
    assert len(it.house.holds()) == 1
    [done] = it.house.dones()
    assert (done.error_code, done.attempts, done.cost_nano_usd) == (refused, 1, 0)


async def test_a_stop_ends_a_silent_stream(it: Trusting) -> None:
    """Who wants streams to end does not wait for their next event; a call that is no stream goes on."""
    asking = [
        asyncio.create_task(it.http.post(CHAT, json=given, headers=bearing(KEY), timeout=60))
        for given in (body(stream=True, hang=True), body(ttft_ms=300))
    ]
    await until(lambda: len(it.house.holds()) == 2)
    standing = it.house.standing
    stop = Restraint("agent/triage", "stopped", end_streams=True)
    standing.apply_orders(msgspec.structs.replace(standing.orders, restraints=(stop,)))
    stream, whole = await asyncio.gather(*asking)
    assert (stream.status_code, code(stream)) == (403, "safety_pause")
    assert whole.status_code == 200


async def test_who_has_gone_away_is_no_cut(it: Trusting) -> None:
    """A client that leaves before its task is killed is told of as one that left."""
    task = await it.start()
    with pytest.raises(httpx.ReadTimeout):
        await it.http.post(CHAT, json=body(hang=True), headers=bearing(task["access_token"]), timeout=0.3)
    await until(it.house.dones)
    kill(it, task["task_id"])
    [done] = it.house.dones()
    assert (done.outcome, done.error_code) == ("aborted", "client_gone")
