"""A call draws, goes down the ladder, waits or is refused: by the real SDK, with the keeper's own rule."""

import asyncio
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import openai
import pytest

from podium.manifest.snapshot import Candidate, RouteRow
from podium.spend.limits import Limit, limit_id
from podium.spend.prices import PriceSheet, Rate
from tests.gateway.house import House, house
from tests.gateway.test_path import HELLO, sim

LADDER = ("frontier", "small")


def limit(amount: int, owner: str = "agent/triage", **changes: Any) -> Limit:
    fields: dict[str, Any] = {"unit": "usd", "window": "day", **changes}
    name = limit_id(owner, fields["unit"], fields["window"], fields.get("tier"))
    return Limit(name, owner, amount=amount, **fields)


def with_ladder(it: House, *, floor: str | None = None) -> None:
    """Have a route `graded` whose models are `big` (frontier) and `small`, at a tenth of the price."""
    now = it.standing.snapshot
    assert now is not None
    big = msgspec.structs.replace(now.models["big"], tier="frontier")
    cheap = PriceSheet(input=Rate(Decimal(250)), output=Rate(Decimal(1000)))
    small = msgspec.structs.replace(now.models["small"], tier="small", prices=cheap)
    route = RouteRow(
        "graded", "chat", (Candidate("big"),), ("small",), ladder=LADDER, floor=floor, max_wait_ms=200
    )
    agent = msgspec.structs.replace(now.agents["triage"], routes=now.agents["triage"].routes | {"graded"})
    it.standing.apply_snapshot(
        msgspec.structs.replace(
            now,
            models={**now.models, "big": big, "small": small},
            routes={**now.routes, "graded": route},
            agents={"triage": agent},
        )
    )


async def ask(it: House, model: str = "big", **steer: Any) -> Any:
    limits = {"max_completion_tokens": steer.pop("most", 100)}
    return await it.client.chat.completions.with_raw_response.create(
        model=model, messages=HELLO, extra_body=sim(**steer), **limits
    )


async def test_the_organisation_always_grants_slices(tmp_path: Path) -> None:
    """Point 2: without any limit a call draws all the same, and its HOLD tells from which slice how much."""
    async with house(tmp_path) as it:
        await ask(it)
        (hold,) = it.holds()
        assert hold.draws == (1, hold.hold_nano_usd)
        assert list(it.bank.given) == [("department/acme/usd/always@now", 0)]


async def test_a_call_draws_on_every_limit_of_its_way(tmp_path: Path) -> None:
    """Agent, department and root, each in its unit: the HOLD pins them all."""
    async with house(tmp_path) as it:
        it.standing.give(
            agent_triage=(limit(10**12), limit(10**9, unit="tokens"), limit(10**12, window="task")),
            department_support=(limit(10**9, "department/support", unit="reasoning_tokens"),),
            department_acme=(limit(10**12, "department/acme", window="month"),),
        )
        await ask(it, output_tokens=7)
        (hold,) = it.holds()
        tokens = hold.input_bound_tokens + hold.output_bound_tokens
        money = hold.hold_nano_usd
        assert hold.draws[1::2] == (money, tokens, money, hold.output_bound_tokens, money, money)
        assert len(set(hold.draws[::2])) == 6


async def test_what_a_call_has_not_used_serves_the_next(tmp_path: Path) -> None:
    """A limit of one call's bound serves many calls, one after the other."""
    async with house(tmp_path) as it:
        it.standing.give(agent_triage=(limit(2_000_000),))
        for _ in range(5):
            await ask(it, output_tokens=1)
        assert len(it.settles()) == 5


async def test_budget_exhausted(tmp_path: Path) -> None:
    """The client's error shape says which limit, how much is left, until when, and who may approve more."""
    async with house(tmp_path) as it:
        it.standing.give(agent_triage=(limit(1_000_000),))
        with pytest.raises(openai.RateLimitError) as refused:
            await ask(it)
        error = refused.value
        assert error.code == "budget_exhausted"
        assert "agent/triage/usd/day has no room for this call" in error.message
        assert "of 0.001 USD" in error.message
        assert (
            "have more approved for agent triage: `podium budget override agent/triage/usd/day`"
            in error.message
        )
        assert error.response.headers["retry-after"] == "60"
        assert error.response.headers["x-should-retry"] == "false"
        assert not it.holds()
        assert [done.error_code for done in it.dones()] == ["budget_exhausted"]


async def test_a_call_goes_down_the_ladder(tmp_path: Path) -> None:
    """In the band of smaller models the answer comes from one, and says from, to and why."""
    async with house(tmp_path) as it:
        with_ladder(it)
        it.standing.give(agent_triage=(limit(1_500_000, window="week"),))
        answer = await ask(it, "graded", most=100)
        assert answer.headers["x-podium-model"] == "small"
        assert answer.headers["x-podium-degraded-from"] == "big"
        assert answer.headers["x-podium-degraded-to"] == "small"
        assert answer.headers["x-podium-degraded-reason"] == (
            "agent/triage/usd/week has no room for a larger model"
        )
        hold = it.holds()[-1]
        assert (hold.model, hold.degraded_from) == ("small", "big")
        assert hold.degraded_reason == answer.headers["x-podium-degraded-reason"]


async def test_the_floor_of_a_route_is_kept(tmp_path: Path) -> None:
    """Rather than below its floor a call is refused."""
    async with house(tmp_path) as it:
        with_ladder(it, floor="frontier")
        it.standing.give(agent_triage=(limit(1_500_000),))
        with pytest.raises(openai.RateLimitError, match="can be had by big"):
            await ask(it, "graded", most=100)


async def test_a_warning_stands_in_the_head(tmp_path: Path) -> None:
    """From 80% on answers say so; a soft limit refuses nothing."""
    async with house(tmp_path) as it:
        it.standing.give(agent_triage=(limit(1_600_000),))
        answer = await ask(it, most=100)
        assert answer.headers["x-podium-budget-warning"].startswith("agent/triage/usd/day is over")


async def test_near_a_limit_the_bound_is_certain(tmp_path: Path) -> None:
    """Point 9: where an edge is near the input counts as many tokens as the body has bytes."""
    async with house(tmp_path) as it:
        for _ in range(25):
            await ask(it, most=10)
        learnt = it.holds()[-1].input_bound_tokens
        it.standing.give(agent_triage=(limit(900_000),))
        await ask(it, most=10)
        await ask(it, most=10)
        assert it.holds()[-1].input_bound_tokens > learnt


async def test_a_call_waits_for_what_others_hold(tmp_path: Path) -> None:
    """Room for one call at a time: five at once are all served, one after the other."""
    async with house(tmp_path) as it:
        now = it.standing.snapshot
        assert now is not None
        patient = msgspec.structs.replace(now.routes["big"], max_wait_ms=5000)
        it.standing.apply_snapshot(msgspec.structs.replace(now, routes={**now.routes, "big": patient}))
        it.standing.give(agent_triage=(limit(2_000_000),))
        answers = await asyncio.gather(*[ask(it, output_tokens=1) for _ in range(5)])
        assert len(answers) == 5
        assert len(it.settles()) == 5


async def test_without_the_keepers_word_a_call_is_refused(tmp_path: Path) -> None:
    """A keeper that does not grant is no reason to spend: 503, and nothing is sent."""
    async with house(tmp_path) as it:
        it.bank.silent = True
        it.standing.give(agent_triage=(limit(10**12),))
        with pytest.raises(openai.InternalServerError, match="cannot decide on limits"):
            await ask(it)
        assert not it.holds()
        it.bank.silent = False
        await ask(it)


async def test_slices_bridge_a_silent_keeper(tmp_path: Path) -> None:
    """Point 14: what a worker holds it may spend while the keeper is away for a moment."""
    async with house(tmp_path) as it:
        await ask(it)
        it.bank.silent = True
        await ask(it)
        assert len(it.settles()) == 2


async def test_an_overrun_beyond_a_certain_bound_blocks_the_model(tmp_path: Path) -> None:
    """Point 8: the truth is charged, and under a hard limit the model serves no more; without one it does."""
    async with house(tmp_path) as it:
        it.standing.give(agent_triage=(limit(10**12),))
        await ask(it, most=5, output_tokens=4000, ignore_limit=True)
        (settle,) = it.settles()
        assert settle.overrun
        assert settle.beyond
        with pytest.raises(openai.BadRequestError, match="above its bound"):
            await ask(it)
        it.standing.give(agent_triage=())
        await ask(it)


async def test_an_abort_gives_back_what_it_may(tmp_path: Path) -> None:
    """Nothing sent: all of it is free again, so that a limit of one call serves the next."""
    async with house(tmp_path) as it:
        it.standing.give(agent_triage=(limit(2_000_000),))
        for _ in range(3):
            with pytest.raises(openai.InternalServerError):
                await ask(it, "gone")
        await ask(it, output_tokens=1)


async def test_what_lies_idle_or_is_recalled_is_given_back(tmp_path: Path) -> None:
    """What another worker needs comes back at once; what nobody used for a while, too."""
    async with house(tmp_path) as it:
        it.standing.give(agent_triage=(limit(10**9),))
        await ask(it, output_tokens=1)
        row = next(row for (name, _), row in it.bank.given.items() if name.startswith("agent/"))
        before = row[1] - row[2]
        it.standing.slices.tick(["agent/triage/usd/day@now"])
        async with asyncio.timeout(60):
            while row[1] - row[2] == before:
                await asyncio.sleep(0.01)
        used = it.settles()[0].cost_nano_usd
        assert row[1] - row[2] == used
