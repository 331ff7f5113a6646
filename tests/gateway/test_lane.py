"""Tests of `gateway.lane`: what goes without a task is the call that the path would have made of it."""

import asyncio
import gc
import json
import random
from pathlib import Path

import httpx
import msgspec
import pytest

from podium.gateway.attempt import Attempt
from podium.manifest.orders import Orders, Restraint
from podium.ports.link import LANE_WAYS
from podium.spend.journal import Hold, Settle
from podium.spend.rates import RateLimits
from tests.gateway.house import KEY, House
from tests.gateway.steady import PATH, Client, known
from tests.gateway.test_path import HELLO, ended, sim

OF_ONE_CALL = {"charge_id", "call_id", "trace_id", "span_id", "admitted_ns", "request_digest", "reply_digest"}
OF_ONE_CALL |= {"duration_us", "overhead_us", "sent_us", "first_byte_us", "first_token_us", "end_us", "done"}
OF_ONE_CALL |= {"upstream_id", "upstream_request_id", "hold_nano_usd", "input_bound_tokens", "draws"}


def alike(one: Hold | Settle, other: Hold | Settle) -> bool:
    """Whether two records differ in nothing but what is of one call."""
    first, second = (
        {name: value for name, value in msgspec.structs.asdict(it).items() if name not in OF_ONE_CALL}
        for it in (one, other)
    )
    return first == second


@pytest.mark.parametrize(
    "more", [{}, {"stream": True}, {"stream": True, "stream_options": {"include_usage": True}}]
)
async def test_a_call_on_the_lane_is_the_one_that_the_path_makes(
    tmp_path: Path, more: dict[str, object]
) -> None:
    """Its records, its answer's head and its answer are those of the path, but for ids and times."""
    async with known(tmp_path) as client:
        it = client.it
        by_lane = await client.call(**more)
        assert client.taken == [True]
        it.server.at_once = None
        by_path = await client.call(**more)
        assert client.taken == [True]
        assert by_lane[0] == by_path[0] == 200
        assert list(by_lane[1]) == list(by_path[1])
        own = {"x-podium-trace-id", "x-podium-charge", "x-podium-overhead-us", "content-length"}
        assert [it for it in by_lane[1].items() if it[0] not in own | {"x-request-id"}] == [
            it for it in by_path[1].items() if it[0] not in own | {"x-request-id"}
        ]
        await ended(it, 4)
        hold, other_hold = it.holds()[-2:]
        settle, other_settle = it.settles()[-2:]
        assert alike(hold, other_hold)
        assert alike(settle, other_settle)
        assert settle.done is not None
        assert other_settle.done is not None
        assert msgspec.structs.asdict(settle.done).keys() == msgspec.structs.asdict(other_settle.done).keys()
        assert settle.done.outcome == other_settle.done.outcome == "ok"
        assert settle.done.task_id == other_settle.done.task_id
        assert settle.done.cost_nano_usd == other_settle.done.cost_nano_usd == settle.cost_nano_usd
        for call, (_, headers, body) in ((hold, by_lane), (other_hold, by_path)):
            assert headers["x-podium-charge"] == call.charge_id
            assert headers["x-podium-trace-id"] == call.trace_id
            if not more:
                assert json.loads(body)["usage"]["cost_details"]["charge"] == call.charge_id
        assert it.server.in_flight == 0


async def test_the_hold_is_in_the_journal_before_anything_is_sent(tmp_path: Path) -> None:
    """Point 4 of the money protocol holds on the lane: the provider's connection is written to behind it."""
    async with known(tmp_path) as client:
        it, seen = client.it, list[tuple[int, int]]()
        real = it.gateway._pool.send_at_once

        def send(*given: object) -> object:
            seen.append((len(it.holds()), len(it.settles())))
            return real(*given)  # type: ignore[arg-type]

        it.gateway._pool.send_at_once = send  # type: ignore[method-assign,assignment]
        await client.call()
        assert seen == [(3, 2)]


async def test_a_call_that_is_over_needs_no_collector(tmp_path: Path) -> None:
    """Nothing of it holds itself in a circle: what only the collector frees costs every call a fifth more."""
    async with known(tmp_path) as client:
        gc.collect()
        gc.disable()
        try:
            for _ in range(3):
                await client.call()
            await ended(client.it, 5)
            assert [one for one in gc.get_objects() if isinstance(one, Attempt)] == []
        finally:
            gc.enable()


@pytest.mark.parametrize(
    ("model", "steer", "status", "outcomes"),
    [
        ("big", {"status": 500}, 500, ["refused"]),
        ("two", {"status": 503}, 503, ["refused", "refused"]),
        ("two", {"status": 400}, 400, ["refused"]),
        ("big", {"hang": True}, 504, ["timeout"]),
        ("big", {"cut_after_events": 1}, 502, ["broken"]),
        ("big", {"ttft_ms": 50}, 200, ["ok"]),
        ("big", {"no_usage": True}, 200, ["ok"]),
        ("big", {"output_tokens": 900, "ignore_limit": True}, 200, ["ok"]),
    ],
)
async def test_what_is_not_usual_in_an_answer_goes_on_as_on_the_path(
    tmp_path: Path, model: str, steer: dict[str, object], status: int, outcomes: list[str]
) -> None:
    """Refusals, time-outs and broken answers settle, and another attempt follows where one may."""
    async with known(tmp_path) as client:
        client.it.standing.hurry()
        found = await client.call(model, **sim(**steer))
        assert client.taken == [True]
        assert found[0] == status
        await ended(client.it, 3)
        settles = client.it.settles()[2:]
        assert [it.outcome for it in settles] == outcomes
        assert [it.charge_id for it in settles] == [it.charge_id for it in client.it.holds()[2:]]
        assert client.it.dones()[-1].attempts == len(outcomes)
        assert client.it.server.in_flight == 0
        # The connection goes on, if the answer did not close it.
        if "connection" not in found[1]:
            assert (await client.call())[0] == 200


@pytest.mark.parametrize("stream", [False, True])
async def test_a_client_that_goes_away_is_settled(tmp_path: Path, stream: bool) -> None:
    """The hold of a call on the lane is charged in full, and the provider's connection is closed."""
    async with known(tmp_path) as client:
        it = client.it
        client.ask(stream=stream, **sim(hang=True))
        async with asyncio.timeout(60):
            while len(it.holds()) < 3:
                await asyncio.sleep(0.01)
        assert client.taken == [True]
        client.writer.transport.abort()
        await ended(it, 3)
        hold, settle = it.holds()[-1], it.settles()[-1]
        assert (settle.outcome, settle.estimated, settle.charge_id) == ("aborted", True, hold.charge_id)
        assert settle.cost_nano_usd == hold.hold_nano_usd
        async with asyncio.timeout(60):
            while it.server.in_flight or it.gateway._pool._busy:
                await asyncio.sleep(0.01)
        assert client.resumed == 0


async def test_a_stream_that_comes_piece_by_piece_is_taken_over(tmp_path: Path) -> None:
    """A task goes on with it, and passes on each piece when it comes."""
    async with known(tmp_path) as client:
        status, _, body = await client.call(stream=True, **sim(output_tokens=5, itl_ms=5))
        assert (status, client.taken, client.resumed) == (200, [True], 1)
        assert body.rstrip().endswith(b"data: [DONE]")
        await ended(client.it, 3)
        assert client.it.settles()[-1].outcome == "ok"
        assert (await client.call(stream=True))[0] == 200
        assert client.taken == [True, True]  # on the connection of the stream before


async def test_orders_are_in_force_with_the_next_call(tmp_path: Path) -> None:
    """A pause, its end and a revoked credential hold on the lane as soon as they are applied."""
    async with known(tmp_path) as client:
        standing = client.it.standing
        orders = standing.orders
        assert (await client.call())[0] == 200
        standing.apply_orders(
            msgspec.structs.replace(orders, restraints=(Restraint("all", "paused", "a test"),))
        )
        assert (await client.call())[0] == 403
        standing.apply_orders(orders)
        assert (await client.call())[0] == 200
        standing.apply_orders(Orders(2, ()))
        assert (await client.call())[0] == 401
        assert client.taken == [True, False, True, False]


async def test_a_snapshot_is_in_force_with_the_next_call(tmp_path: Path) -> None:
    """A route that an agent has lost is refused, and what it costs follows the snapshot."""
    async with known(tmp_path) as client:
        standing = client.it.standing
        snapshot = standing.snapshot
        assert snapshot is not None
        assert (await client.call())[0] == 200
        agent = snapshot.agents["triage"]
        fewer = msgspec.structs.replace(agent, routes=agent.routes - {"big"})
        standing.apply_snapshot(
            msgspec.structs.replace(snapshot, version=4, agents={**snapshot.agents, "triage": fewer})
        )
        assert (await client.call())[0] == 403
        standing.apply_snapshot(msgspec.structs.replace(snapshot, version=5))
        assert (await client.call())[0] == 200
        assert client.it.holds()[-1].snapshot_version == 5
        assert client.taken[0] is True


async def test_a_session_is_the_paths(tmp_path: Path) -> None:
    """A session is taken note of as ever."""
    async with known(tmp_path, head="x-podium-session: s\r\n") as client:
        assert (await client.call())[0] == 200
        assert client.taken == [False]
        assert client.it.holds()[-1].session == "s"


def traced(trace: str, span: str) -> str:
    return f"traceparent: 00-{trace}-{span}-01\r\n"


async def test_a_trace_of_the_clients_goes_on(tmp_path: Path) -> None:
    """Each call on the lane belongs to the trace that it names, as on the path, where there is one."""
    async with known(tmp_path, head=traced("a" * 32, "b" * 16)) as client:
        it, own = client.it, client.head
        for by_lane in (True, False):
            it.server.at_once = it.server.at_once if by_lane else None
            for digit in "cd":
                client.head = own.replace("a" * 32, digit * 32).replace("b" * 16, digit * 16)
                assert (await client.call())[1]["x-podium-trace-id"] == digit * 32
                hold = it.holds()[-1]
                assert (hold.trace_id, hold.parent_span_id) == (digit * 32, digit * 16)
        for wrong in ("0" * 32, "A" * 32, "a" * 31):
            client.head = own.replace("a" * 32, wrong)
            await client.call()
            assert it.holds()[-1].parent_span_id is None
            assert it.holds()[-1].trace_id != wrong
        assert client.taken == [True, True]


async def test_a_malformed_trace_on_the_lane_is_none(tmp_path: Path) -> None:
    """It gets a trace of its own."""
    async with known(tmp_path, head=traced("a" * 32, "b" * 16)) as client:
        client.head = client.head.replace("a" * 32, "0" * 32)
        assert (await client.call())[0] == 200
        assert client.taken == [True]
        hold = client.it.holds()[-1]
        assert hold.parent_span_id is None
        assert hold.trace_id != "0" * 32


async def test_a_trace_that_stays_is_that_of_every_call(tmp_path: Path) -> None:
    """A traceparent that is written as no other is part of the head, and read from it."""
    head = traced("a" * 32, "b" * 16).replace(": ", ": \t")
    async with known(tmp_path, head=head) as client:
        assert (await client.call())[0] == 200
        assert client.taken == [True]
        assert client.it.holds()[-1].parent_span_id == "b" * 16


async def test_a_body_that_comes_later_than_its_head_is_for_the_lane(tmp_path: Path) -> None:
    """Many clients write head and body one after the other."""
    async with known(tmp_path) as client:
        body = json.dumps({"model": "big", "messages": HELLO, "max_tokens": 20}).encode()
        lines = f"POST {PATH} HTTP/1.1\r\nhost: x\r\n{client.head}content-length: {len(body)}\r\n\r\n"
        for piece in (lines.encode(), body[:10], body[10:]):
            client.writer.write(piece)
            await asyncio.sleep(0.02)
        assert (await client.answer())[0] == 200
        assert client.taken == [True]


async def test_what_a_provider_tells_is_passed_on_and_learned(tmp_path: Path) -> None:
    """Of heads that differ in what they tell: each answer has its own, and a limit that is near counts."""
    async with known(tmp_path) as client:
        it = client.it
        for left in (9000, 8999, 900, 0):
            it.sim.extra_headers = [
                (b"x-ratelimit-remaining-requests", b"%d" % left),
                (b"x-ratelimit-reset-requests", b"30s"),
                (b"cf-ray", b"%d" % left),
            ]
            status, headers, _ = await client.call()
            assert (status, headers["x-ratelimit-remaining-requests"]) == (200, str(left))
            assert headers["x-request-id"] == it.settles()[-1].upstream_request_id
            assert "cf-ray" not in headers
            assert bool(it.gateway._health.allowances.limits) is (left < 1000)
        assert len({settle.upstream_request_id for settle in it.settles()}) == 6
        assert (await client.call())[0] == 429
        assert client.taken == [True, True, True, False, False]


async def test_a_request_that_is_wrong_is_refused_by_the_path(tmp_path: Path) -> None:
    """The lane leaves it as it was."""
    async with known(tmp_path) as client:
        assert (await client.call(max_tokens=-1))[0] == 400
        assert (await client.call("nothing"))[0] == 404
        assert (await client.call("forbidden"))[0] == 403
        assert client.taken == [False] * 3
        assert len(client.it.holds()) == 2
        assert (await client.call())[0] == 200


async def test_a_journal_that_fails_lets_nothing_through(tmp_path: Path) -> None:
    """Without a hold nothing is sent, and what was drawn is free again."""
    async with known(tmp_path) as client:
        it = client.it
        sent, free = len(it.sim.records), free_of(it)
        it.journal.failure = "a test"
        assert (await client.call())[0] == 503
        assert len(it.sim.records) == sent
        assert free_of(it) == free
        it.journal.failure = None


async def test_a_settlement_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """Where the journal fails between hold and settlement, the client learns it and no answer goes out."""
    async with known(tmp_path) as client:
        it = client.it
        real = it.journal.write

        def write(record: object) -> None:
            if isinstance(record, Settle):
                it.journal.failure = "a test"
            real(record)  # type: ignore[arg-type]

        it.journal.write = write  # type: ignore[method-assign]
        assert (await client.call())[0] == 503
        assert client.taken == [True]
        assert it.server.in_flight == 0
        it.journal.failure = None


async def test_requests_behind_one_another_are_answered_in_order(tmp_path: Path) -> None:
    """Requests that are sent ahead go by the lane too, each when its turn comes."""
    async with known(tmp_path) as client:
        for number in range(1, 6):
            client.ask(**sim(output_tokens=number))
            await asyncio.sleep(0.002)
        found = [await client.answer() for _ in range(5)]
        assert [it[1]["x-podium-output-tokens"] for it in found] == ["1", "2", "3", "4", "5"]
        assert True in client.taken


async def test_ways_are_counted_by_why_a_call_left_the_lane(tmp_path: Path) -> None:
    """Each call counts once: by the lane, or by what made it the path's."""
    async with known(tmp_path) as client:
        it, standing = client.it, client.it.standing
        lane = it.gateway.lane

        def ways() -> dict[str, int]:
            return {way: count for way, count in zip(LANE_WAYS, lane.ways(), strict=True) if count}

        assert ways() == {"head": 2}
        await client.call()
        await client.call(**sim(status=500))
        await client.call("nothing")
        await client.call(stream=True, **sim(output_tokens=5, itl_ms=5))
        assert ways() == {"head": 2, "lane": 1, "answer": 2, "request": 1}
        orders = standing.orders
        standing.apply_orders(
            msgspec.structs.replace(orders, restraints=(Restraint("all", "paused", "a test"),))
        )
        await client.call()
        standing.apply_orders(orders)
        await it.gateway._pool.close()
        await client.call()
        standing.limit(agent_triage=RateLimits(requests_per_minute=1))
        await client.call()
        await client.call()
        snapshot = standing.snapshot
        assert snapshot is not None
        it.gateway._health._paused_until_ns["sim", snapshot.models["big"].upstream] = 1
        await client.call()
        assert ways() == {
            "head": 2, "lane": 1, "answer": 2, "request": 1, "caller": 1, "connection": 1, "rates": 2,
            "provider": 1,
        }  # fmt: skip
        assert standing.question(again=False).ways == ()
        standing.ways = lane.ways
        assert standing.question(again=False).ways == lane.ways()


async def test_a_session_counts_as_one(tmp_path: Path) -> None:
    """What is no call of a model counts as nothing."""
    async with known(tmp_path, head="x-podium-session: s\r\n") as client:
        await client.call()
        async with httpx.AsyncClient() as other:
            await other.get(client.it.url + "/v1/models", headers={"authorization": f"Bearer {KEY}"})
        assert client.it.gateway.lane.ways()[:4] == (0, 2, 1, 0)


def free_of(it: House) -> list[int]:
    """Return what is free of each slice."""
    meters = it.standing.slices._meters.values()
    return [one.free for meter in meters for purse in meter.purses.values() for one in purse.slices]


async def test_nothing_is_left_open_whatever_goes_wrong(tmp_path: Path) -> None:
    """Clients leave, answers fail, break off, come late or in pieces: every hold is settled once."""
    chance = random.Random(7)
    steers: list[dict[str, object]] = [
        {}, {}, {}, {}, {}, {"status": 500}, {"cut_after_events": 1}, {"ttft_ms": 3}, {"itl_ms": 1},
        {"no_usage": True}, {"output_tokens": 900, "ignore_limit": True},
    ]  # fmt: skip

    async def use(it: House) -> None:
        for _ in range(3):
            reader, writer = await asyncio.open_connection("127.0.0.1", it.server.port)
            client = Client(it, reader, writer, f"authorization: Bearer {KEY}\r\n")
            try:
                for _ in range(chance.randint(3, 8)):
                    steer = sim(**chance.choice(steers))
                    client.ask(chance.choice(["big", "two"]), stream=chance.random() < 0.5, **steer)
                    if chance.random() < 0.15:
                        await asyncio.sleep(chance.random() * 0.004)
                        break
                    if chance.random() < 0.8:
                        await client.answer()
            except (asyncio.IncompleteReadError, ConnectionError):
                pass  # a stream that broke, or an answer behind which the connection was closed
            writer.transport.abort()
            await asyncio.sleep(0)

    async with known(tmp_path) as client:
        it = client.it
        await asyncio.gather(*[use(it) for _ in range(6)])
        async with asyncio.timeout(60):
            while it.server.in_flight or it.gateway._pool._busy:
                await asyncio.sleep(0.01)
        holds, settles = it.holds(), it.settles()
        assert sorted(hold.charge_id for hold in holds) == sorted(settle.charge_id for settle in settles)
        assert len({hold.charge_id for hold in holds}) == len(holds)
        ends = [done.call_id for done in it.dones()]
        assert len(set(ends)) == len(ends)
        assert {hold.call_id for hold in holds} <= set(ends)
        slices = it.standing.slices._meters.values()
        assert all(purse.idle for meter in slices for purse in meter.purses.values())
        assert client.taken.count(True) > 5
        assert client.resumed > 0
        assert {settle.outcome for settle in settles} >= {"ok", "aborted", "refused"}
