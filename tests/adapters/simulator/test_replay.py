import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.adapters.simulator import SimulatorConfig, simulated_provider
from podium.adapters.simulator.replay import (
    ReplayOptions,
    assign,
    cost_of,
    encode_call,
    last_events,
    origin_of,
    prompt_of,
    replay,
)
from podium.adapters.simulator.replay import _Usage as ReplayUsage
from podium.adapters.simulator.tally import Caller, Tally
from podium.adapters.simulator.trace import Arrival
from podium.kernel.errors import InvalidRequest
from podium.net.server import Exchange, Server

CALLERS = [
    Caller("scout", "key-1", "fast", "research"),
    Caller("clerk", "key-2", "cheap", "office", weight=3),
]


def arrivals(count: int, every_us: int = 1000) -> list[Arrival]:
    return [Arrival(i * every_us, 3, 2) for i in range(count)]


async def run(
    gateway: str,
    calls: list[Arrival],
    *,
    stop: asyncio.Event | None = None,
    speed: float = 100,
    max_in_flight: int = 64,
    watch: Callable[[Tally], None] = lambda _: None,
) -> Tally:
    options = ReplayOptions(gateway=gateway, speed=speed, max_in_flight=max_in_flight)
    return await replay(calls, CALLERS, options, stop=stop or asyncio.Event(), watch=watch)


@asynccontextmanager
async def gateway_of(answer: Callable[[Exchange, dict[str, object]], list[bytes]]) -> AsyncIterator[str]:
    """A stand-in for a gateway: streams the events that ``answer`` gives."""

    async def handle(exchange: Exchange) -> None:
        body = msgspec.json.decode(await exchange.read_body())
        events = answer(exchange, body)
        headers = [
            (b"content-type", b"text/event-stream"),
            (b"x-podium-charge", b"chg_" + exchange.headers[b"authorization"][-1:]),
            (b"x-podium-overhead-us", b"120"),
        ]
        exchange.start_stream(200, headers)
        for event in events:
            await exchange.write(event)
        exchange.finish()

    server = Server(handle)
    await server.listen(host="127.0.0.1", port=0)
    try:
        yield f"http://127.0.0.1:{server.port}"
    finally:
        await server.drain(0)


TOKEN = b'data: {"choices":[{"index":0,"delta":{"content":"la"}}]}\n\n'
USAGE = b'data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"cost":0.000000011}}\n\n'
DONE = b"data: [DONE]\n\n"


async def test_every_call_is_sent_as_its_agent_and_counted():
    """Calls carry the agent's key and route, and are summed by department, agent and in all."""
    seen: list[tuple[bytes, object, object]] = []

    def answer(exchange: Exchange, body: dict[str, object]) -> list[bytes]:
        seen.append((exchange.headers[b"authorization"], body["model"], body["max_completion_tokens"]))
        return [TOKEN, TOKEN, USAGE, DONE]

    async with gateway_of(answer) as url:
        tally = await run(url, arrivals(40))
    assert set(seen) == {(b"Bearer key-1", "fast", 2), (b"Bearer key-2", "cheap", 2)}
    total = tally.total
    assert (total.calls, total.errors, total.input_tokens, total.output_tokens) == (40, 0, 120, 80)
    assert total.cost_nano_usd == 40 * 11
    assert total.cost_per_call_nano_usd == 11
    assert sum(sums.calls for sums in tally.departments.values()) == 40
    assert tally.agents["office", "clerk"].calls > tally.agents["research", "scout"].calls > 0
    assert tally.charges == {"chg_1": 11, "chg_2": 11}
    assert len(total.first_token_us) == 40
    assert total.first_token_us == sorted(total.first_token_us)
    assert set(total.overhead_us) == {120}
    assert not tally.interrupted


async def test_a_replay_into_the_simulated_provider_agrees_with_its_count():
    """Tokens sent and generated are those of the trace, and the provider counts the same."""
    async with simulated_provider(SimulatorConfig(port=0, tokens=10_000)) as sim:
        calls = [Arrival(i * 500, 10 * i + 1, i % 7 + 1) for i in range(50)]
        tally = await run(sim.base_url, calls)
    totals = sim.count.totals
    assert tally.total.errors == 0
    assert totals.prompt_tokens == tally.total.input_tokens == sum(a.input_tokens for a in calls)
    assert totals.completion_tokens == tally.total.output_tokens == sum(a.output_tokens for a in calls)
    assert tally.total.uncosted == 50


@pytest.mark.parametrize(
    ("events", "code"),
    [
        ([TOKEN, USAGE], "stream_without_end"),
        ([TOKEN, DONE], "stream_without_usage"),
        ([TOKEN, b'data: {"error":{"code":"upstream_broken","message":"x"}}\n\n'], "upstream_broken"),
    ],
)
async def test_a_stream_that_does_not_end_well_is_an_error(events: list[bytes], code: str):
    """A missing end, missing usage and an error event are counted under their names."""
    async with gateway_of(lambda *_: events) as url:
        tally = await run(url, arrivals(1))
    assert tally.errors == {code: 1}


async def test_a_refusal_is_counted_by_its_code():
    """Of an HTTP error the stable code is kept."""
    async with simulated_provider(SimulatorConfig(port=0, error_rate=1, error_status=503)) as sim:
        tally = await run(sim.base_url, arrivals(3))
    assert tally.errors == {"simulated": 3}


async def test_a_gateway_that_is_not_there_is_counted_not_raised():
    """A replay against nothing ends with one error a call."""
    async with simulated_provider() as sim:
        url = sim.base_url
    tally = await run(url, arrivals(2))
    assert tally.errors == {"upstream_unreachable": 2}


async def test_a_stop_ends_the_replay_and_what_is_under_way():
    """After the stop no call is sent; those that hang are cut and counted as interrupted."""
    stop = asyncio.Event()
    async with simulated_provider(SimulatorConfig(port=0, hang_rate=1)) as sim:

        def watch(tally: Tally) -> None:
            if tally.started >= 5:
                stop.set()

        tally = await run(sim.base_url, [*arrivals(5), Arrival(60000000000, 1, 1)], stop=stop, watch=watch)
    assert tally.interrupted
    assert tally.errors == {"interrupted": 5}
    assert tally.in_flight == 0


async def test_a_call_that_finds_no_room_waits_and_is_counted_as_late():
    """With room for one call, the others start later than due, and the tally says so."""
    async with simulated_provider(SimulatorConfig(port=0, ttft_ms=40)) as sim:
        tally = await run(sim.base_url, arrivals(4, every_us=0), max_in_flight=1)
    assert tally.total.calls == 4
    assert tally.late_starts >= 2
    assert tally.longest_late_us > 50_000


async def test_the_watcher_sees_the_end():
    """The last tally that is shown is the whole one."""
    shown: list[int] = []
    async with gateway_of(lambda *_: [TOKEN, USAGE, DONE]) as url:
        await run(url, arrivals(7), watch=lambda tally: shown.append(tally.total.calls))
    assert shown[-1] == 7


def test_arrivals_are_drawn_by_weight_and_seed():
    """The same seed draws the same agents; an agent of thrice the weight gets about thrice the calls."""
    drawn = assign(arrivals(4000), CALLERS, 1)
    assert drawn == assign(arrivals(4000), CALLERS, 1) != assign(arrivals(4000), CALLERS, 2)
    assert 2800 < sum(caller.agent == "clerk" for caller in drawn) < 3200


def test_options_that_make_no_sense_are_refused():
    """No agent and no gateway are errors that say what to give."""
    with pytest.raises(InvalidRequest, match="no agent"):
        assign(arrivals(1), [], 0)
    with pytest.raises(InvalidRequest, match="no gateway"):
        origin_of("http://")


async def test_a_speed_of_zero_is_refused():
    """Time must pass."""
    with pytest.raises(InvalidRequest, match="speed"):
        await run("http://127.0.0.1:1", arrivals(1), speed=0)


@pytest.mark.parametrize(
    ("gateway", "host", "port", "prefix"),
    [
        ("127.0.0.1:8710", "127.0.0.1", 8710, ""),
        ("http://h:1/v1/", "h", 1, ""),
        ("https://h/podium", "h", 443, "/podium"),
    ],
)
def test_a_gateway_is_named_by_its_url(gateway: str, host: str, port: int, prefix: str):
    """With or without a scheme, a path and the /v1 that SDKs want."""
    origin, found = origin_of(gateway)
    assert (origin.host, origin.port, found) == (host, port, prefix)


@given(nano_usd=st.integers(0, 10**15))
def test_the_cost_in_an_answer_is_read_exactly(nano_usd: int):
    """USD as a decimal JSON number becomes the same nano-USD, whatever its size."""
    text = f"{nano_usd // 10**9}.{nano_usd % 10**9:09d}"
    (document,) = last_events(b'data: {"usage":{"cost":%b}}\n\n' % text.encode())
    assert document.usage
    assert cost_of(document.usage) == nano_usd


def test_a_cost_with_a_fraction_of_a_nano_usd_is_an_error():
    """Rounding would hide it."""
    with pytest.raises(ValueError, match="no whole number"):
        cost_of(ReplayUsage(cost=Decimal("1e-10")))


@given(tokens=st.integers(1, 300))
async def test_a_prompt_has_as_many_words_as_the_trace_had_tokens(tokens: int):
    """What the simulated provider counts is what was recorded."""
    assert len(prompt_of(tokens).split(" ")) == tokens
    body = msgspec.json.decode(encode_call(Arrival(0, tokens, 0), "r"))
    assert body["max_completion_tokens"] == 1
    assert body["stream_options"] == {"include_usage": True}


def test_a_tail_that_begins_inside_an_event_is_read_from_the_next_one():
    """Of a long stream only the end is kept; half an event at its beginning is skipped."""
    tail = TOKEN[20:] + TOKEN + USAGE.replace(b"\n\n", b"\r\n\r\n") + b": podium cost\n\n" + DONE
    documents = last_events(tail)
    assert [document.usage is not None for document in documents] == [False, True]
