"""What breakers say, in a live gateway: calls refused, smaller models, streams that end, limits that hold."""

import asyncio
from pathlib import Path
from typing import Any

import anthropic
import httpx
import msgspec
import openai
import pytest

from podium.gateway.choose import smaller_first
from podium.gateway.identity import implicit_task
from podium.manifest.orders import Restraint
from podium.manifest.restraints import Restraints
from podium.manifest.snapshot import AgentRow, Candidate, RouteRow
from podium.ports.tasks import DelegateTask
from podium.spend.limits import Limit
from tests.gateway.house import KEY, House, house
from tests.gateway.test_tasks import code, trusting

HELLO = [{"role": "user", "content": "Hi"}]
CHAT = "/v1/chat/completions"


def restrain(it: House, *found: Restraint) -> None:
    orders = msgspec.structs.replace(it.standing.orders, restraints=found)
    it.standing.apply_orders(orders)


@pytest.mark.parametrize("key", ["agent/triage", "department/support", "department/acme", "all"])
async def test_a_pause_refuses_every_call(tmp_path: Path, key: str) -> None:
    """Paused, stopped or killed: no call is let through, none is to be retried, and each is a row."""
    async with house(tmp_path) as it:
        restrain(it, Restraint(key, "paused", "It loops."))
        with pytest.raises(openai.PermissionDeniedError) as caught:
            await it.client.chat.completions.create(model="big", messages=HELLO)
        assert caught.value.code == "safety_pause"
        assert f"Safety Pause of {key}: It loops." in str(caught.value)
        assert caught.value.response.headers["x-should-retry"] == "false"
        [done] = it.dones()
        assert (done.outcome, done.error_code, done.attempts) == ("refused", "safety_pause", 0)
        restrain(it)
        assert await it.client.chat.completions.create(model="big", messages=HELLO)


async def test_each_client_is_told_in_its_own_words(tmp_path: Path) -> None:
    """Anthropic's and Gemini's clients get a Safety Pause in their shapes."""
    async with house(tmp_path) as it:
        restrain(it, Restraint("all", "stopped", "fire"))
        async with anthropic.AsyncAnthropic(base_url=it.url, api_key=KEY, max_retries=0) as client:
            with pytest.raises(anthropic.PermissionDeniedError, match="emergency stop is on of all: fire"):
                await client.messages.create(
                    model="claude", max_tokens=9, messages=[{"role": "user", "content": "Hi"}]
                )
        async with httpx.AsyncClient(timeout=120) as http:
            answer = await http.post(
                f"{it.url}/v1beta/models/gemini:generateContent",
                json={"contents": [{"parts": [{"text": "Hi"}]}]},
                headers={"x-goog-api-key": KEY},
            )
        assert answer.status_code == 403
        assert answer.json()["error"]["status"] == "PERMISSION_DENIED"


async def test_another_agent_goes_on(tmp_path: Path) -> None:
    """What is said of another key says nothing here."""
    async with house(tmp_path) as it:
        restrain(it, Restraint("agent/other", "paused"), Restraint("department/finance", "stopped"))
        assert await it.client.chat.completions.create(model="big", messages=HELLO)


async def test_a_session_is_paused_alone(tmp_path: Path) -> None:
    """A session's task is refused, and the agent's other calls go on."""
    async with house(tmp_path) as it:
        restrain(it, Restraint(f"task/{implicit_task('triage', 's1', 0)}", "paused"))
        assert await it.client.chat.completions.create(
            model="big", messages=HELLO, extra_headers={"x-podium-session": "s2"}
        )
        with pytest.raises(openai.PermissionDeniedError):
            await it.client.chat.completions.create(
                model="big", messages=HELLO, extra_headers={"x-podium-session": "s1"}
            )


@pytest.mark.parametrize("end", [True, False])
async def test_streams_under_way(tmp_path: Path, end: bool) -> None:
    """Where it is wanted so, a stream ends after its current event, with an error in its words; else not."""
    async with house(tmp_path, itl_ms=40) as it:
        body = {"model": "big", "messages": HELLO, "stream": True, "podium_sim": {"output_tokens": 20}}
        text = ""
        async with (
            httpx.AsyncClient(timeout=120) as client,
            client.stream(
                "POST", it.url + CHAT, json=body, headers={"authorization": f"Bearer {KEY}"}
            ) as answer,
        ):
            async for piece in answer.aiter_text():
                if not text:
                    restrain(it, Restraint("agent/triage", "paused", end_streams=end))
                text += piece
        assert ("safety_pause" in text) is end
        assert ("[DONE]" in text) is not end
        async with asyncio.timeout(60):
            while not it.dones():
                await asyncio.sleep(0.01)
        [settle] = it.settles()
        [hold] = it.holds()
        if end:
            assert settle.cost_nano_usd == hold.hold_nano_usd
            assert settle.estimated
        else:
            assert settle.outcome == "ok"


async def test_what_is_warned_is_served_by_a_smaller_model(tmp_path: Path) -> None:
    """Warned, a route with a ladder serves by its smaller model first, and says why."""
    async with house(tmp_path) as it:
        now = it.standing.snapshot
        models = dict(now.models)
        for name, tier in (("big", "frontier"), ("small", "small")):
            models[name] = msgspec.structs.replace(models[name], tier=tier)
        route = msgspec.structs.replace(now.routes["two"], ladder=("frontier", "small"))
        it.standing.apply_snapshot(
            msgspec.structs.replace(now, models=models, routes={**now.routes, "two": route})
        )
        answer = await it.client.chat.completions.with_raw_response.create(model="two", messages=HELLO)
        assert answer.headers["x-podium-model"] == "big"
        restrain(it, Restraint("agent/triage", "warned", "It rises."))
        answer = await it.client.chat.completions.with_raw_response.create(model="two", messages=HELLO)
        assert answer.headers["x-podium-model"] == "small"
        assert answer.headers["x-podium-degraded-from"] == "big"
        assert answer.headers["x-podium-degraded-reason"] == "the breaker of agent/triage is warned"
        assert it.holds()[-1].degraded_from == "big"


async def test_a_session_that_recovers_draws_on_its_limit(tmp_path: Path) -> None:
    """A session that was let go on at a limited rate draws on that limit, and no other call does."""
    async with house(tmp_path) as it:
        key = f"task/{implicit_task('triage', 's1', 0)}"
        limit = Limit(f"breaker/{key}/1-10", key, "usd", 1, "always", bands=(), per_hour=10**9)
        restrain(it, Restraint(key, "recovering", limit=limit))
        assert await it.client.chat.completions.create(model="big", messages=HELLO)
        with pytest.raises(openai.RateLimitError, match=r"1-10 has no room"):
            await it.client.chat.completions.create(
                model="big", messages=HELLO, extra_headers={"x-podium-session": "s1"}
            )


async def test_what_recovers_draws_on_its_limit(tmp_path: Path) -> None:
    """While it recovers a call draws on the breaker's limit too, and is refused where that has no room."""
    async with house(tmp_path) as it:
        for amount in (10**9, 1):
            limit = Limit(
                f"breaker/agent/triage/1-{amount}",
                "agent/triage",
                "usd",
                amount,
                "always",
                bands=(),
                per_hour=10**9,
            )
            restrain(it, Restraint("agent/triage", "recovering", limit=limit))
            if amount > 1:
                assert await it.client.chat.completions.create(model="big", messages=HELLO)
                assert len(it.holds()[-1].draws) == 4  # its own slice, and the organisation's
        with pytest.raises(openai.RateLimitError, match=r"breaker/agent/triage/1-1 has no room"):
            await it.client.chat.completions.create(model="big", messages=HELLO)
        restrain(it)
        assert await it.client.chat.completions.create(model="big", messages=HELLO)


def test_restraints_by_key() -> None:
    """All that is said on the way to the root holds, and nothing else."""
    agent = AgentRow("a", "b", "top/b", frozenset())
    limit = Limit("x", "department/b", "usd", 1, "always")
    found = Restraints(
        (
            Restraint("department/b", "recovering", limit=limit),
            Restraint("task/t", "killed"),
            Restraint("agent/other", "stopped", end_streams=True),
        )
    )
    held = found.of(agent, "t")
    assert held.refused is not None
    assert held.refused.key == "task/t"
    assert held.limits == (limit,)
    assert found.of(agent).refused is None
    assert found.ending
    assert found.ends(agent, "t") is None
    assert Restraints().of(agent) is Restraints().of(agent)


def test_without_a_ladder_the_order_stays() -> None:
    """A route without a ladder has no smaller model."""
    route = RouteRow("r", "chat", (Candidate("a"),))
    assert smaller_first(route, []) == []


async def test_what_is_said_of_those_above_holds(tmp_path: Path) -> None:
    """A stop of an agent, or of a task in the middle, stops what it has started, a stream that is under way
    too; and a route that one above has no more is none for those below."""
    async with trusting(tmp_path) as it:
        parent = await it.start()
        middle: Any = it.keeper.tasks.do(DelegateTask(parent["access_token"], "search"))
        below: Any = it.keeper.tasks.do(DelegateTask(middle.token, "search"))
        it.put_in_force()
        identities, standing = it.house.standing._identities, it.house.standing
        for key in ("agent/triage", f"task/{middle.task_id}"):
            held = msgspec.structs.replace(standing.orders, restraints=(Restraint(key, "stopped", "", True),))
            standing.apply_orders(held)
            answer = await it.call(below.token)
            assert (answer.status_code, code(answer)) == (403, "safety_pause")
            agent = identities.find(f"Bearer {below.token}".encode()).agent
            assert standing.restraints.ends(agent, "task_of_its_own") is not None
            standing.apply_orders(msgspec.structs.replace(held, restraints=()))
        assert (await it.call(below.token)).status_code == 200
        now = standing.snapshot
        assert now is not None
        poorer = msgspec.structs.replace(now.agents["triage"], routes=frozenset({"two"}))
        standing.apply_snapshot(msgspec.structs.replace(now, agents={**now.agents, "triage": poorer}))
        assert identities.find(f"Bearer {below.token}".encode()).agent.routes == {"two"}
        assert (await it.call(below.token)).status_code == 403
        standing.apply_snapshot(msgspec.structs.replace(now, agents={"search": now.agents["search"]}))
        assert code(await it.call(below.token)) == "agent_unknown"
