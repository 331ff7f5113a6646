"""Limits of rate on the lane: what a call takes of them, and what it gives back."""

import asyncio
from pathlib import Path

import pytest

from podium.spend.rates import RateLimits
from tests.gateway.house import House
from tests.gateway.steady import known
from tests.gateway.test_path import ended, sim


async def ended_or_held(it: House, count: int) -> None:
    async with asyncio.timeout(60):
        while len(it.holds()) < count:
            await asyncio.sleep(0.01)


async def test_limits_of_rate_count_calls_on_the_lane(tmp_path: Path) -> None:
    """A call takes its bound and gives back what it does not use; beyond a limit the path refuses it."""
    async with known(tmp_path) as client:
        it, standing = client.it, client.it.standing
        standing.limit(
            agent_triage=RateLimits(requests_per_minute=4, concurrency=1),
            route_big=RateLimits(tokens_per_minute=10_000),
            provider_sim=RateLimits(tokens_per_minute=10_000, concurrency=1),
        )
        for number in range(5):
            status, _, _ = await client.call()
            assert status == (200 if number < 4 else 429)
        assert client.taken == [False, True, True, True, False]  # the first has no share yet
        await ended(it, 6)
        gauges = standing.rates._gauges
        used = sum(it.usage.input_tokens + it.usage.output_tokens for it in it.settles()[2:] if it.usage)
        assert gauges["route/big/tokens"].used == gauges["provider/sim/tokens"].used == used > 0
        assert gauges["agent/triage/requests"].used == 4
        assert gauges["agent/triage/concurrency"].used == gauges["provider/sim/concurrency"].used == 0


@pytest.mark.parametrize("steer", [{"status": 500}, {"cut_after_events": 1}, {"itl_ms": 1}, {"hang": True}])
async def test_limits_of_rate_are_given_back_whatever_becomes_of_a_call(
    tmp_path: Path, steer: dict[str, object]
) -> None:
    """Refused, broken, in pieces or left by its client: what nobody used is free, and so is its place."""
    async with known(tmp_path) as client:
        it, standing = client.it, client.it.standing
        many = RateLimits(requests_per_minute=99, tokens_per_minute=10_000, concurrency=1)
        standing.limit(agent_triage=many, provider_sim=many)
        assert (await client.call())[0] == 200
        client.ask(stream=True, **sim(**steer))
        if "hang" in steer:
            await ended_or_held(it, 4)
            client.writer.transport.abort()
        else:
            await client.answer_or_none()
        await ended(it, 4)
        async with asyncio.timeout(60):
            while it.server.in_flight:
                await asyncio.sleep(0.01)
        assert client.taken == [False, True]
        hold, settle = it.holds()[-1], it.settles()[-1]
        usage, gauges = settle.usage, standing.rates._gauges
        last = usage.input_tokens + usage.output_tokens if usage is not None else 0
        if settle.estimated:
            last = hold.input_bound_tokens + hold.output_bound_tokens
        first = it.settles()[2].usage
        assert first is not None
        spent = first.input_tokens + first.output_tokens + last
        for who in ("agent/triage", "provider/sim"):
            assert gauges[f"{who}/concurrency"].used == 0
            assert gauges[f"{who}/requests"].used == 2
            assert gauges[f"{who}/tokens"].used == spent


async def test_limits_of_rate_are_left_alone_where_nothing_is_sent(tmp_path: Path) -> None:
    """Without a connection that is open the path makes one, and a call counts once."""
    async with known(tmp_path) as client:
        it, standing = client.it, client.it.standing
        standing.limit(provider_sim=RateLimits(requests_per_minute=9, concurrency=9))
        assert (await client.call())[0] == 200
        await it.gateway._pool.close()
        assert (await client.call())[0] == 200
        assert client.taken == [False, False]
        gauges = standing.rates._gauges
        assert (gauges["provider/sim/requests"].used, gauges["provider/sim/concurrency"].used) == (2, 0)
