"""What goes wrong on a call's way: clients that go away, providers that fail, refuse or do not answer."""

import asyncio
from pathlib import Path

import httpx
import openai
import pytest

from tests.gateway.house import KEY, house
from tests.gateway.test_path import HELLO, ended, sim


async def test_a_client_that_goes_away_cancels_the_upstream_call(tmp_path: Path) -> None:
    """The upstream connection is closed, the hold settles as aborted, in full and estimated."""
    async with house(tmp_path) as it:
        async with httpx.AsyncClient(timeout=120) as client:
            body = {"model": "big", "messages": HELLO, "stream": True, **sim(output_tokens=400, itl_ms=20)}
            headers = {"authorization": f"Bearer {KEY}"}
            async with client.stream(
                "POST", it.url + "/v1/chat/completions", json=body, headers=headers
            ) as answer:
                async for _ in answer.aiter_bytes():
                    break
        await ended(it)
        (hold,), (settle,) = it.holds(), it.settles()
        assert (settle.outcome, settle.estimated) == ("aborted", True)
        assert settle.cost_nano_usd == hold.hold_nano_usd
        async with asyncio.timeout(60):
            while not it.sim.records or it.gateway._pool._busy:
                await asyncio.sleep(0.01)
        assert not it.sim.records[0].completed


async def test_a_client_that_goes_away_before_the_answer_settles_too(tmp_path: Path) -> None:
    """A plain call whose client leaves while the provider thinks is charged as sent."""
    async with house(tmp_path) as it:
        asking = asyncio.create_task(
            it.client.chat.completions.create(model="big", messages=HELLO, extra_body=sim(hang=True))
        )
        async with asyncio.timeout(60):
            while not it.sim.count.totals.in_flight:
                await asyncio.sleep(0.01)
        asking.cancel()
        await ended(it)
        (settle,) = it.settles()
        assert (settle.outcome, settle.estimated) == ("aborted", True)


async def test_fallback_on_a_connection_that_fails(tmp_path: Path) -> None:
    """A dead provider costs nothing and the route's fallback answers: two attempts, one cost."""
    async with house(tmp_path) as it:
        raw = await it.client.chat.completions.with_raw_response.create(model="safe", messages=HELLO)
        assert raw.headers["x-podium-model"] == "small"
        outcomes = [settle.outcome for settle in it.settles()]
        assert outcomes == ["unsent", "ok"]
        (done,) = it.dones()
        assert done.attempts == 2
        assert done.cost_nano_usd == it.settles()[1].cost_nano_usd


@pytest.mark.parametrize("status", [408, 429, 500, 503])
async def test_transient_refusals_try_the_next_model_and_then_give_up(tmp_path: Path, status: int) -> None:
    """Each attempt has a hold and a settlement of its own; the client gets the provider's status."""
    async with house(tmp_path) as it:
        with pytest.raises(openai.APIStatusError) as caught:
            await it.client.chat.completions.create(
                model="two", messages=HELLO, extra_body=sim(status=status)
            )
        assert caught.value.status_code == status
        assert "x-should-retry" not in caught.value.response.headers
        assert [hold.model for hold in it.holds()] == ["big", "small"]
        charged = [settle.cost_nano_usd for settle in it.settles()]
        assert all(cost == 0 for cost in charged) is (status != 408)


async def test_a_refusal_that_a_retry_cannot_cure_is_not_retried(tmp_path: Path) -> None:
    """A provider's 400 goes to the client at once and says x-should-retry: false."""
    async with house(tmp_path) as it:
        with pytest.raises(openai.BadRequestError) as caught:
            await it.client.chat.completions.create(model="two", messages=HELLO, extra_body=sim(status=400))
        assert caught.value.response.headers["x-should-retry"] == "false"
        assert len(it.holds()) == 1


async def test_retry_after_is_passed_on_when_it_is_longer_than_the_route_waits(tmp_path: Path) -> None:
    """429 with a long Retry-After on the only model: no second attempt, and the client is told how long."""
    async with house(tmp_path) as it:
        with pytest.raises(openai.RateLimitError) as caught:
            await it.client.chat.completions.create(
                model="stubborn", messages=HELLO, extra_body=sim(status=429, retry_after="60")
            )
        assert caught.value.response.headers["retry-after"] == "60"
        assert len(it.holds()) == 1


async def test_time_outs_settle_and_answer_504(tmp_path: Path) -> None:
    """A provider that hangs is cut after the first-byte time-out; what was sent is charged in full."""
    async with house(tmp_path) as it:
        it.standing.hurry()
        with pytest.raises(openai.InternalServerError) as caught:
            await it.client.chat.completions.create(model="big", messages=HELLO, extra_body=sim(hang=True))
        assert caught.value.status_code == 504
        assert caught.value.code == "upstream_timeout"
        (settle,) = it.settles()
        assert (settle.outcome, settle.estimated) == ("timeout", True)


async def test_an_idle_stream_is_cut(tmp_path: Path) -> None:
    """A stream that falls silent is cut after the idle time-out, with an error event."""
    async with house(tmp_path) as it:
        it.standing.hurry()
        stream = await it.client.chat.completions.create(
            model="big", messages=HELLO, stream=True, extra_body=sim(output_tokens=9, hang_after_events=3)
        )
        with pytest.raises(openai.APIError, match="silent"):
            async for _ in stream:
                pass
        await ended(it)
        assert it.settles()[0].outcome == "timeout"
