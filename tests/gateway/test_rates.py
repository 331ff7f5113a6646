"""Limits of rate on the path of a call: taken, waited for, given back, refused."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import msgspec
import openai
import pytest
from openai.types.chat import ChatCompletion

from podium.spend.rates import RateLimits
from tests.gateway.house import KEY, House, house

HI = [{"role": "user", "content": "hi"}]


async def call(it: House, model: str = "big", **more: object) -> ChatCompletion:
    return await it.client.chat.completions.create(model=model, messages=HI, max_tokens=4, **more)  # type: ignore[call-overload]


def wait_long(it: House) -> None:
    """Let calls of the route wait for as long as a test may take."""
    now = it.standing.snapshot
    patient = msgspec.structs.replace(now.routes["big"], max_wait_ms=60_000)
    it.standing.apply_snapshot(msgspec.structs.replace(now, routes={**now.routes, "big": patient}))


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.01)


async def test_requests_per_minute(tmp_path: Path) -> None:
    """The call beyond the limit is refused with 429, which limit, and when to try again; it is recorded."""
    async with house(tmp_path) as it:
        it.standing.limit(agent_triage=RateLimits(requests_per_minute=2))
        fast = it.standing.snapshot.routes
        assert fast["big"].max_wait_ms == 1000
        await call(it)
        await call(it)
        with pytest.raises(openai.RateLimitError) as refused:
            await call(it)
        assert refused.value.code == "rate_limited"
        assert "Agent triage is at its limit of 2 requests per minute." in refused.value.message
        assert 55 <= int(refused.value.response.headers["retry-after"]) <= 61
        assert "x-should-retry" not in refused.value.response.headers
        assert [done.error_code for done in it.dones()] == [None, None, "rate_limited"]
        assert len(it.holds()) == 2


async def test_tokens_count_with_their_bound_and_then_with_their_use(tmp_path: Path) -> None:
    """While a call is under way its bound is taken; when it has ended the rest is there for others."""
    async with house(tmp_path) as it:
        it.standing.limit(route_big=RateLimits(tokens_per_minute=300))
        for _ in range(20):  # 5 tokens each, bounded by 4 and the bytes of the request
            await call(it)
        gauge = it.standing.rates._gauges["route/big/tokens"]
        assert gauge.used == 20 * 5


async def test_a_call_that_can_never_fit_is_told_so(tmp_path: Path) -> None:
    """A call whose bound is above the whole limit is not asked to try again."""
    async with house(tmp_path) as it:
        it.standing.limit(agent_triage=RateLimits(tokens_per_minute=50))
        with pytest.raises(openai.BadRequestError) as refused:
            await it.client.chat.completions.create(model="big", messages=HI, max_tokens=100)  # type: ignore[arg-type]
        assert refused.value.code == "rate_limit_too_small"
        assert refused.value.response.headers["x-should-retry"] == "false"


async def test_concurrency_waits_and_goes_on(tmp_path: Path) -> None:
    """Calls beyond the concurrency wait for those before them, and never are more under way."""
    async with house(tmp_path, ttft_ms=20) as it:
        it.standing.limit(provider_sim=RateLimits(concurrency=2))
        wait_long(it)
        answers = await asyncio.gather(*(call(it) for _ in range(8)))
        assert len(answers) == 8
        gauge = it.standing.rates._gauges["provider/sim/concurrency"]
        assert (gauge.used, gauge.want) == (0, 0)
        begun = sorted((hold.admitted_ns, 1) for hold in it.holds())
        assert len(begun) == 8


async def test_another_model_is_taken_before_waiting(tmp_path: Path) -> None:
    """Where a provider is full the next model of the route serves; nobody waits."""
    async with house(tmp_path) as it:
        it.standing.limit(provider_dead=RateLimits(concurrency=1), provider_sim=RateLimits(concurrency=5))
        answer = await it.client.chat.completions.with_raw_response.create(
            model="safe",
            messages=HI,
            max_tokens=4,  # type: ignore[arg-type]
        )
        assert answer.headers["x-podium-model"] == "small"
        assert it.standing.rates._gauges["provider/dead/concurrency"].used == 0


async def test_who_waits_and_goes_away_takes_nothing(tmp_path: Path) -> None:
    """A client that ends its call in the queue leaves no trace in the limits."""
    async with house(tmp_path) as it:
        it.standing.limit(agent_triage=RateLimits(concurrency=1))
        wait_long(it)
        rates, snapshot = it.standing.rates, it.standing.snapshot
        rates.limit(snapshot)
        agent, route = snapshot.agents["triage"], snapshot.routes["big"]
        own, _ = await rates.enter(agent, route, "sim", 5, first=True, patient=True)
        gauge = rates._gauges["agent/triage/concurrency"]
        second = asyncio.create_task(call(it))
        await until(lambda: (gauge.used, gauge.want) == (1, 1))
        second.cancel()
        await until(lambda: (gauge.used, gauge.want) == (1, 0))
        assert own is not None
        own.end(5)
        assert (gauge.used, gauge.want) == (0, 0)
        await call(it)
        assert len(it.holds()) == 1


async def test_departments_are_served_in_equal_parts(tmp_path: Path) -> None:
    """A department with forty calls in the queue does not hold up another with four."""
    async with house(tmp_path) as it:
        it.standing.limit(provider_sim=RateLimits(concurrency=1))
        rates, snapshot = it.standing.rates, it.standing.snapshot
        rates.limit(snapshot)
        route, agent = snapshot.routes["big"], snapshot.agents["triage"]
        served: list[str] = []

        async def one(department: str) -> None:
            who = type(agent)(agent.name, department, department, agent.routes)
            _, lease = await rates.enter(who, route, "sim", 5, first=True, patient=True)
            served.append(department)
            await asyncio.sleep(0)
            lease.end(5)

        many = [asyncio.create_task(one("many")) for _ in range(40)]
        await asyncio.sleep(0)
        few = [asyncio.create_task(one("few")) for _ in range(4)]
        await asyncio.gather(*many, *few)
        assert served.index("few") <= 2
        assert "few" not in served[12:]


async def test_a_failed_attempt_gives_back_what_it_did_not_use(tmp_path: Path) -> None:
    """What was never sent leaves the provider's limits as they were."""
    async with house(tmp_path) as it:
        it.standing.limit(provider_dead=RateLimits(tokens_per_minute=1000, concurrency=3))
        with pytest.raises(openai.APIStatusError):
            await call(it, "gone")
        gauges = it.standing.rates._gauges
        assert gauges["provider/dead/tokens"].used == 0
        assert gauges["provider/dead/concurrency"].used == 0


async def test_streams_hold_their_place_to_the_end(tmp_path: Path) -> None:
    """A stream is under way until its last byte, and a client that goes away ends it."""
    async with house(tmp_path, itl_ms=20) as it:
        it.standing.limit(agent_triage=RateLimits(concurrency=1))
        body = {"model": "big", "messages": HI, "max_tokens": 50, "stream": True}
        headers = {"authorization": f"Bearer {KEY}"}
        async with (
            httpx.AsyncClient(timeout=120) as client,
            client.stream("POST", it.url + "/v1/chat/completions", json=body, headers=headers) as got,
        ):
            async for _ in got.aiter_bytes():
                break
            assert it.standing.rates._gauges["agent/triage/concurrency"].used == 1
        await until(lambda: it.standing.rates._gauges["agent/triage/concurrency"].used == 0)
