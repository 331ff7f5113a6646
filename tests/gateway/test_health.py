"""What a worker learns of providers, and what it does with it."""

import asyncio
from pathlib import Path

import msgspec
import openai
import pytest

from podium.adapters.system import HostSecrets
from podium.gateway.probing import LOOK_S, watch_providers
from podium.net.upstream import Pool
from tests.gateway.house import House, house

HI = [{"role": "user", "content": "hi"}]


async def model_of(it: House, route: str, **more: object) -> str:
    create = it.client.chat.completions.with_raw_response.create
    answer = await create(model=route, messages=HI, max_tokens=4, **more)  # type: ignore[arg-type]
    return str(answer.headers["x-podium-model"])


async def test_a_limit_that_the_provider_tells_is_kept(tmp_path: Path) -> None:
    """A model of which nothing is left is not called until its reset: another serves, or 429 says when."""
    async with house(tmp_path) as it:
        assert await model_of(it, "two") == "big"
        it.sim.extra_headers = [
            (b"x-ratelimit-remaining-requests", b"0"),
            (b"x-ratelimit-reset-requests", b"30s"),
        ]
        assert await model_of(it, "two") == "big"
        it.sim.extra_headers = []
        assert await model_of(it, "two") == "small"
        sent = len(it.holds())
        with pytest.raises(openai.RateLimitError) as refused:
            await model_of(it, "big")
        assert refused.value.code == "rate_limited"
        assert 25 <= int(refused.value.response.headers["retry-after"]) <= 31  # 30 s may have been rounded
        assert len(it.holds()) == sent


async def test_a_short_reset_is_waited_for(tmp_path: Path) -> None:
    """Where the reset is nearer than the route waits, the call waits and is served."""
    async with house(tmp_path) as it:
        it.sim.extra_headers = [
            (b"x-ratelimit-remaining-tokens", b"0"),
            (b"x-ratelimit-reset-tokens", b"300ms"),
        ]
        await model_of(it, "big")
        it.sim.extra_headers = []
        assert await model_of(it, "big") == "big"
        first, second = it.holds()
        assert (second.admitted_ns - first.admitted_ns) < 1_000_000_000


async def test_a_429_holds_for_all_calls(tmp_path: Path) -> None:
    """A provider that said when to come back is left alone until then."""
    async with house(tmp_path) as it:
        steer = {"podium_sim": {"status": 429, "retry_after": "20"}}
        with pytest.raises(openai.RateLimitError) as first:
            await model_of(it, "big", extra_body=steer)
        assert first.value.code == "upstream_refused"
        with pytest.raises(openai.RateLimitError) as second:
            await model_of(it, "big")
        assert second.value.code == "rate_limited"
        assert len(it.holds()) == 1


async def test_no_refusal_holds_for_longer_than_an_hour(tmp_path: Path) -> None:
    """A provider that says to come back in 31 years is asked again after an hour."""
    async with house(tmp_path) as it:
        with pytest.raises(openai.RateLimitError) as refused:
            await model_of(it, "big", extra_body={"podium_sim": {"status": 429, "retry_after": "1e9"}})
        assert refused.value.response.headers["retry-after"] == "3600"


async def test_a_stream_in_a_coding_that_nobody_asked_for_is_refused(tmp_path: Path) -> None:
    """No byte of it reaches the client, and the error names the coding."""
    async with house(tmp_path) as it:
        it.sim.extra_headers = [(b"content-encoding", b"gzip")]
        with pytest.raises(openai.APIStatusError, match="sent its stream in gzip") as refused:
            await it.client.chat.completions.create(
                model="big", messages=[{"role": "user", "content": "Hi"}], stream=True
            )
        assert (refused.value.status_code, refused.value.code) == (502, "upstream_broken")


async def test_a_later_answer_does_not_shorten_what_a_429_said(tmp_path: Path) -> None:
    """An answer that was under way tells of a limit that is there again in a second; the refusal holds."""
    async with house(tmp_path) as it:
        it.sim.extra_headers = [
            (b"x-ratelimit-remaining-requests", b"0"),
            (b"x-ratelimit-reset-requests", b"1s"),
        ]
        slow = asyncio.create_task(model_of(it, "big", extra_body={"podium_sim": {"ttft_ms": 500}}))
        while not it.holds():
            await asyncio.sleep(0.005)
        with pytest.raises(openai.RateLimitError):
            await model_of(it, "big", extra_body={"podium_sim": {"status": 429, "retry_after": "20"}})
        await slow
        with pytest.raises(openai.RateLimitError) as refused:
            await model_of(it, "big")
        assert int(refused.value.response.headers["retry-after"]) > 10


async def test_a_provider_that_fails_is_tried_last(tmp_path: Path) -> None:
    """After five failures in a row the next calls begin elsewhere."""
    async with house(tmp_path) as it:
        for _ in range(7):
            assert await model_of(it, "safe") == "small"
        assert [done.attempts for done in it.dones()] == [2, 2, 2, 2, 2, 1, 1]


async def test_repeats_have_a_budget(tmp_path: Path) -> None:
    """A provider that fails is not called thrice for every call; the budget grows with its attempts."""
    async with house(tmp_path) as it:
        for _ in range(12):
            with pytest.raises(openai.InternalServerError):
                await model_of(it, "stubborn", extra_body={"podium_sim": {"status": 500}})
        attempts = [done.attempts for done in it.dones()]
        assert attempts[:4] == [3, 3, 3, 3]
        # 10 repeats at first, and a fifth of all attempts: r = 10 + (12 + r) / 5
        assert 20 <= sum(attempts) <= 28
        assert attempts[-1] <= 2


async def test_a_look_finds_a_dead_provider_before_a_call_does(tmp_path: Path) -> None:
    """A provider that is down is tried last from the start, and first again when it is up."""
    async with house(tmp_path) as it:
        now, health = it.standing.snapshot, it.gateway._health
        providers = dict(now.providers)
        for name in ("dead", "sim"):
            providers[name] = msgspec.structs.replace(
                providers[name], health_path="/models", health_every_s=0.1
            )
        it.standing.apply_snapshot(msgspec.structs.replace(now, providers=providers))
        pool, secrets = Pool(), HostSecrets({"SIM_KEY": "sk-sim"}.get, it.standing.clock.monotonic_ns)
        probed, paces = health.probed, set()

        def noted(provider: str, *, well: bool, again_s: float) -> bool:
            paces.add(again_s)
            return probed(provider, well=well, again_s=again_s)

        health.probed = noted  # type: ignore[method-assign]
        watching = asyncio.create_task(watch_providers(it.standing, health, pool, secrets))
        while not health.is_ejected("dead", it.standing.clock.monotonic_ns()):
            await asyncio.sleep(0.01)
        assert not health.is_ejected("sim", it.standing.clock.monotonic_ns())
        assert await model_of(it, "safe") == "small"
        assert [done.attempts for done in it.dones()] == [1]
        it.standing.apply_snapshot(
            msgspec.structs.replace(
                now,
                providers={**providers, "dead": msgspec.structs.replace(providers["sim"], name="dead")},
            )
        )
        while health.is_ejected("dead", it.standing.clock.monotonic_ns()):
            await asyncio.sleep(0.01)
        watching.cancel()
        await pool.close()
        assert paces == {LOOK_S}  # or it would be tried first again before the next look
