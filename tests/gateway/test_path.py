"""The life of one call, by the real SDK against the simulated provider."""

import asyncio
import contextlib
from pathlib import Path
from typing import Any

import httpx
import msgspec
import openai
import pytest

from podium.gateway.identity import implicit_task
from podium.kernel.money import usd_text
from podium.net.connection import Connection
from podium.spend.journal import Hold, Settle
from tests.gateway.house import KEY, House, house

HELLO: list[Any] = [{"role": "user", "content": "how many words are these five"}]


def sim(**steer: object) -> dict[str, object]:
    return {"podium_sim": steer}


async def ended(it: House, count: int = 1) -> None:
    """Wait until so many calls have ended."""
    async with asyncio.timeout(60):
        while len(it.dones()) < count:
            await asyncio.sleep(0.01)


async def test_a_plain_answer_carries_its_cost(tmp_path: Path) -> None:
    """The cost stands in the headers and in the body's usage, equal to the hand calculation."""
    async with house(tmp_path) as it:
        raw = await it.client.chat.completions.with_raw_response.create(
            model="big", messages=HELLO, extra_body=sim(output_tokens=7, cached_tokens=2)
        )
        answer = raw.parse()
        # 6 words in, 2 of them cached: 4 x 2500 + 2 x 1250 + 7 x 10000 = 82,500 nano-USD
        assert raw.headers["x-podium-cost-nano-usd"] == "82500"
        assert raw.headers["x-podium-cost-usd"] == "0.0000825"
        assert raw.headers["x-podium-input-tokens"] == "6"
        assert raw.headers["x-podium-output-tokens"] == "7"
        assert raw.headers["x-podium-model"] == "big"
        assert raw.headers["x-podium-provider"] == "sim"
        assert raw.headers["x-podium-region"] == "eu-west"
        usage = answer.usage.model_dump()
        assert usage["cost"] == pytest.approx(0.0000825)
        assert usage["cost_details"]["nano_usd"] == 82_500
        assert b'"cost":0.0000825' in raw.content
        (hold,), (settle,) = it.holds(), it.settles()
        assert raw.headers["x-podium-charge"] == hold.charge_id == settle.charge_id
        assert raw.headers["x-podium-trace-id"] == hold.trace_id
        assert raw.headers["x-podium-task"] == hold.task_id
        assert settle.cost_nano_usd == 82_500
        assert not settle.estimated
        assert not settle.overrun


@pytest.mark.parametrize("asked", [True, False])
async def test_a_stream_carries_its_cost(tmp_path: Path, asked: bool) -> None:
    """Streamed costs what plain costs; it stands in the usage chunk, or else in a comment before [DONE]."""
    async with house(tmp_path) as it:
        body = {
            "model": "big",
            "messages": HELLO,
            "stream": True,
            **sim(output_tokens=7, cached_tokens=2),
            **({"stream_options": {"include_usage": True}} if asked else {}),
        }
        async with httpx.AsyncClient(timeout=120) as client:
            answer = await client.post(
                it.url + "/v1/chat/completions", json=body, headers={"authorization": f"Bearer {KEY}"}
            )
        text = answer.text
        assert answer.headers["x-podium-charge"] == it.holds()[0].charge_id
        assert text.rstrip().endswith("data: [DONE]")
        assert ('"cost":0.0000825' in text) is asked
        assert (": podium cost_nano_usd=82500 " in text) is not asked
        assert it.settles()[0].cost_nano_usd == 82_500


async def test_hold_is_written_before_anything_is_sent(tmp_path: Path) -> None:
    """Point 4: when the provider sees the request, its HOLD is in the journal already."""
    async with house(tmp_path) as it:
        seen: list[bool] = []
        real = it.gateway._pool.send

        async def send(*args: Any, **kwargs: Any) -> Any:
            seen.append(len(it.holds()) == 1 and not it.settles())
            return await real(*args, **kwargs)

        it.gateway._pool.send = send  # type: ignore[method-assign]
        await it.client.chat.completions.create(model="big", messages=HELLO)
        assert seen == [True]


async def test_settle_is_written_before_the_last_bytes(tmp_path: Path) -> None:
    """Point 5: when the client has the usage chunk, the SETTLE is in the journal already."""
    async with house(tmp_path) as it:
        stream = await it.client.chat.completions.create(
            model="big", messages=HELLO, stream=True, stream_options={"include_usage": True}
        )
        settled = None
        async for chunk in stream:
            if chunk.usage is not None:
                settled = len(it.settles())
        assert settled == 1


@pytest.mark.parametrize("pause_ms", [0, 20])
async def test_the_end_of_a_stream_is_one_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pause_ms: int
) -> None:
    """What came with its end goes out with it, behind the SETTLE; what came before is sent on at once."""
    async with house(tmp_path) as it:
        sent: list[tuple[bytes, int]] = []
        send = Connection.send
        monkeypatch.setattr(
            Connection,
            "send",
            lambda self, data: (
                sent.append((data, len(it.settles()))) if self.server is it.server else None,
                send(self, data),
            )[1],
        )
        stream = await it.client.chat.completions.create(
            model="big", messages=HELLO, stream=True, extra_body=sim(output_tokens=4, itl_ms=pause_ms)
        )
        text = "".join([chunk.choices[0].delta.content or "" async for chunk in stream if chunk.choices])
        assert len(text.split()) == 4
        *before, (last, settled) = sent
        assert bool(before) is (pause_ms > 0)
        assert [count for _, count in before] == [0] * len(before)
        assert settled == 1
        assert last.endswith(b"data: [DONE]\n\n\r\n0\r\n\r\n")


async def test_strict_durability_waits_for_the_disk(tmp_path: Path) -> None:
    """Point 4, strict: a call is answered only after a sync that covers its hold."""
    async with house(tmp_path, strict=True) as it:
        waited: list[int] = []
        real = it.journal.durable

        async def durable() -> None:
            waited.append(len(it.sim.records))
            await real()

        it.journal.durable = durable  # type: ignore[method-assign]
        await it.client.chat.completions.create(model="big", messages=HELLO)
        assert waited == [0]


async def test_hold_pins_price_and_moment(tmp_path: Path) -> None:
    """Point 6: a hold names the snapshot and the moment of admission, whatever comes into force meanwhile."""
    async with house(tmp_path) as it:
        stream = await it.client.chat.completions.create(
            model="big", messages=HELLO, stream=True, extra_body=sim(output_tokens=30, itl_ms=10)
        )
        first = True
        async for _ in stream:
            if first:
                first = False
                snapshot = it.standing.snapshot
                assert snapshot is not None
                free = {
                    name: msgspec.structs.replace(row, prices=None) for name, row in snapshot.models.items()
                }
                it.standing.apply_snapshot(msgspec.structs.replace(snapshot, version=4, models=free))
        (hold,), (settle,) = it.holds(), it.settles()
        assert hold.snapshot_version == 3
        # 6 x 2500 + 30 x 10000
        assert settle.cost_nano_usd == 315_000


async def test_sent_and_no_usage_is_charged_in_full_and_marked(tmp_path: Path) -> None:
    """Point 7: a stream that breaks before its usage is charged its whole hold, estimated."""
    async with house(tmp_path) as it:
        with contextlib.suppress(openai.APIError):
            stream = await it.client.chat.completions.create(
                model="big", messages=HELLO, stream=True, extra_body=sim(output_tokens=20, cut_after_events=4)
            )
            async for _ in stream:
                pass
        await ended(it)
        (hold,), (settle,) = it.holds(), it.settles()
        assert settle.estimated
        assert settle.cost_nano_usd == hold.hold_nano_usd > 0
        assert settle.outcome == "broken"


async def test_a_broken_stream_ends_with_an_error_event(tmp_path: Path) -> None:
    """After the first byte an error is an SSE event, and the SDK raises it; no [DONE] pretends an end."""
    async with house(tmp_path) as it:
        stream = await it.client.chat.completions.create(
            model="big", messages=HELLO, stream=True, extra_body=sim(output_tokens=20, cut_after_events=4)
        )
        with pytest.raises(openai.APIError):
            async for _ in stream:
                pass


async def test_nothing_sent_is_released(tmp_path: Path) -> None:
    """Point 7: a provider that cannot be connected to costs nothing."""
    async with house(tmp_path) as it:
        with pytest.raises(openai.InternalServerError) as caught:
            await it.client.chat.completions.create(model="gone", messages=HELLO)
        assert caught.value.status_code == 502
        assert caught.value.code == "upstream_unreachable"
        (settle,) = it.settles()
        assert (settle.outcome, settle.cost_nano_usd, settle.estimated) == ("unsent", 0, False)
        (done,) = it.dones()
        assert (done.outcome, done.attempts) == ("error", 1)


async def test_usage_above_the_hold_is_charged_as_it_is(tmp_path: Path) -> None:
    """Point 8: the truth is charged and marked as an overrun."""
    async with house(tmp_path) as it:
        await it.client.chat.completions.create(
            model="big",
            messages=HELLO,
            max_completion_tokens=3,
            extra_body=sim(output_tokens=5000, ignore_limit=True),
        )
        (hold,), (settle,) = it.holds(), it.settles()
        assert settle.overrun
        assert settle.cost_nano_usd == 6 * 2500 + 5000 * 10000 > hold.hold_nano_usd


async def test_the_output_bound_is_set_where_the_client_set_none(tmp_path: Path) -> None:
    """Point 9: a provider never sees a request without a limit of output, and the hold is its worst price."""
    async with house(tmp_path) as it:
        await it.client.chat.completions.create(
            model="big", messages=HELLO, extra_body=sim(output_tokens=9000)
        )
        (hold,), (settle,) = it.holds(), it.settles()
        assert hold.output_bound_tokens == 4096
        assert settle.usage is not None
        assert settle.usage.output_tokens == 4096
        assert settle.cost_nano_usd <= hold.hold_nano_usd


async def test_a_call_that_cannot_be_bounded_is_refused(tmp_path: Path) -> None:
    """Point 9: no price and no ceiling is a refusal before anything is held or sent."""
    async with house(tmp_path) as it:
        with pytest.raises(openai.BadRequestError) as caught:
            await it.client.chat.completions.create(model="priceless", messages=HELLO)
        assert caught.value.code == "unbounded_cost"
        assert caught.value.response.headers["x-should-retry"] == "false"
        assert not it.holds()
        assert not it.sim.records


@pytest.mark.parametrize(
    ("model", "status", "code"),
    [
        ("nope", 404, "model_not_found"),
        ("forbidden", 403, "route_not_allowed"),
        ("embed", 400, "invalid_request"),
    ],
)
async def test_what_is_not_allowed_is_refused_and_recorded(
    tmp_path: Path, model: str, status: int, code: str
) -> None:
    """A refusal holds nothing, sends nothing, and is a call in the journal all the same."""
    async with house(tmp_path) as it:
        with pytest.raises(openai.APIStatusError) as caught:
            await it.client.chat.completions.create(model=model, messages=HELLO)
        assert (caught.value.status_code, caught.value.code) == (status, code)  # type: ignore[attr-defined]
        assert caught.value.response.headers["x-should-retry"] == "false"
        (done,) = it.dones()
        assert (done.outcome, done.http_status, done.error_code) == ("refused", status, code)
        assert not it.sim.records


@pytest.mark.parametrize(
    ("path", "fix"),
    [
        ("/chat/completions", "It is at /v1/chat/completions: the base URL of OpenAI's SDK ends in /v1."),
        ("/responses", "It is at /v1/responses: the base URL of OpenAI's SDK ends in /v1."),
        ("/v1/v1/messages", "It is at /v1/messages: the base URL of Anthropic's SDK has no /v1."),
        ("/elsewhere", "See docs/gateway.md."),
    ],
)
async def test_a_wrong_base_url_is_told_the_right_one(tmp_path: Path, path: str, fix: str) -> None:
    """SDKs differ in whether the base URL has the version: who mixes them up is told where it is."""
    async with house(tmp_path) as it, httpx.AsyncClient(timeout=120) as client:
        answer = await client.post(it.url + path, headers={"authorization": f"Bearer {KEY}"}, json={})
        assert answer.status_code == 404
        assert answer.json()["error"]["message"].endswith(fix)


@pytest.mark.parametrize("key", ["", "Bearer wrong", "Basic abc"])
async def test_no_credential_no_call(tmp_path: Path, key: str) -> None:
    """401 for every path that reaches a provider, and nothing is written."""
    async with house(tmp_path) as it, httpx.AsyncClient(timeout=120) as client:
        headers = {"authorization": key} if key else {}
        for path in ("/v1/chat/completions", "/v1/embeddings"):
            answer = await client.post(
                it.url + path, json={"model": "big", "messages": HELLO}, headers=headers
            )
            assert answer.status_code == 401
            assert answer.json()["error"]["code"] == "invalid_api_key"
            assert "podium task token" in answer.json()["error"]["message"]
        assert (await client.get(it.url + "/v1/models", headers=headers)).status_code == 401
        assert not it.holds()
        assert not it.dones()


async def test_a_missing_provider_credential_is_named(tmp_path: Path) -> None:
    """The operator reads which variable is not set, the client whose key is missing; nothing is held."""
    async with house(tmp_path) as it:
        with pytest.raises(openai.InternalServerError, match="keyless cannot be called") as caught:
            await it.client.chat.completions.create(model="locked", messages=HELLO)
        assert "NOT_SET" not in caught.value.response.text
        assert "NOT_SET" in it.dones()[0].message
        assert caught.value.code == "provider_credential_missing"
        assert not it.holds()


async def test_what_reaches_the_provider(tmp_path: Path) -> None:
    """The provider sees its own key and our charge id, never the agent's key."""
    async with house(tmp_path) as it:
        seen: list[Any] = []
        real = it.gateway._pool.send

        async def send(*args: Any, **kwargs: Any) -> Any:
            seen.append(kwargs)
            return await real(*args, **kwargs)

        it.gateway._pool.send = send  # type: ignore[method-assign]
        await it.client.chat.completions.create(model="big", messages=HELLO)
        lines = seen[0]["headers"].removeprefix(b"\r\n").split(b"\r\n")
        headers = dict(line.split(b": ", 1) for line in lines)
        assert headers[b"authorization"] == b"Bearer sk-sim"
        assert headers[b"x-client-request-id"].decode() == it.holds()[0].charge_id
        assert KEY.encode() not in b"".join(headers.values()) + seen[0]["body"]


async def test_tools_structured_output_embeddings_and_models(tmp_path: Path) -> None:
    """What the SDK offers works with only base_url and api_key changed."""
    async with house(tmp_path) as it:
        tool: Any = {"type": "function", "function": {"name": "look_up", "parameters": {"type": "object"}}}
        answer = await it.client.chat.completions.create(
            model="big",
            messages=HELLO,
            tools=[tool],
            tool_choice={"type": "function", "function": {"name": "look_up"}},
        )
        assert answer.choices[0].message.tool_calls[0].function.name == "look_up"
        vectors = await it.client.embeddings.create(model="embed", input=["one two", "three"])
        assert len(vectors.data) == 2
        assert vectors.usage.model_dump()["cost_details"]["nano_usd"] == vectors.usage.prompt_tokens * 2500
        names = [model.id async for model in await it.client.models.list()]
        assert "big" in names
        assert "forbidden" not in names


async def test_a_need_that_no_model_declares_is_refused(tmp_path: Path) -> None:
    """An image to a route without vision is refused before any money is held."""
    async with house(tmp_path) as it:
        image: Any = [
            {
                "role": "user",
                "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64,AA"}}],
            }
        ]
        with pytest.raises(openai.BadRequestError, match="vision"):
            await it.client.chat.completions.create(model="big", messages=image)
        assert not it.holds()


async def test_sessions_and_hours_make_implicit_tasks(tmp_path: Path) -> None:
    """One task per agent and session, else per agent and hour, known to every worker without asking."""
    async with house(tmp_path) as it:
        for session in ("a", "a", "b"):
            await it.client.chat.completions.create(
                model="big", messages=HELLO, extra_headers={"x-podium-session": session}
            )
        await it.client.chat.completions.create(model="big", messages=HELLO)
        tasks = [hold.task_id for hold in it.holds()]
        assert tasks[0] == tasks[1]
        assert len(set(tasks)) == 3
        hour_ns = 3_600_000_000_000
        hour = it.holds()[3].admitted_ns // hour_ns
        assert tasks[3] == implicit_task("triage", None, hour)
        assert implicit_task("x", None, hour) != implicit_task("x", None, hour + 1)
        assert implicit_task("x", None, hour) != implicit_task("y", None, hour)


async def test_traceparent_joins_the_callers_trace(tmp_path: Path) -> None:
    """A W3C traceparent becomes the trace and the parent of the span."""
    async with house(tmp_path) as it:
        trace, span = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
        headers = {"traceparent": f"00-{trace}-{span}-01"}
        await it.client.chat.completions.create(model="big", messages=HELLO, extra_headers=headers)
        (hold,) = it.holds()
        assert (hold.trace_id, hold.parent_span_id) == (trace, span)


async def test_prompts_and_answers_are_not_stored(tmp_path: Path) -> None:
    """The journal holds keyed digests, and no word of what was said."""
    async with house(tmp_path) as it:
        secret: Any = [{"role": "user", "content": "xyzzy-plugh"}]
        answer = await it.client.chat.completions.create(model="big", messages=secret)
        data = b"".join(path.read_bytes() for path in it.folder.glob("*.journal"))
        assert b"xyzzy" not in data
        said = answer.choices[0].message.content or ""
        assert said
        assert said.encode() not in data
        assert len(it.holds()[0].request_digest) == 32
        assert len(it.settles()[0].reply_digest or "") == 32


async def test_a_failed_journal_takes_no_calls(tmp_path: Path) -> None:
    """Point 15: without a journal nothing is sent: 503, and liveness stays green."""
    async with house(tmp_path) as it, httpx.AsyncClient(timeout=120) as client:
        it.journal._fail("fdatasync: Input/output error")
        with pytest.raises(openai.InternalServerError) as caught:
            await it.client.chat.completions.create(model="big", messages=HELLO)
        assert caught.value.status_code == 503
        assert not it.sim.records
        assert (await client.get(it.url + "/livez")).status_code == 200


async def test_unknown_paths_and_methods_are_refused(tmp_path: Path) -> None:
    """What is not known is 404 and never forwarded."""
    async with house(tmp_path) as it, httpx.AsyncClient(timeout=120) as client:
        for method, path in (
            ("GET", "/"),
            ("POST", "/v1/completions"),
            ("GET", "/v1/chat/completions"),
            ("PUT", "/v1/models"),
        ):
            answer = await client.request(method, it.url + path)
            known = path in {"/v1/chat/completions", "/v1/models"}
            assert answer.status_code == (405 if known else 404), (method, path)
            assert answer.headers["x-should-retry"] == "false"
        assert not it.sim.records


async def test_a_call_has_one_hold_one_settle_and_one_end(tmp_path: Path) -> None:
    """Forty concurrent calls, some of them broken: every hold settles once, every call ends once."""
    async with house(tmp_path, cut_rate=0.3, error_rate=0.2, seed=5) as it:

        async def one(number: int) -> None:
            with contextlib.suppress(openai.APIError):
                stream = await it.client.chat.completions.create(
                    model="two", messages=HELLO, stream=bool(number % 2), max_completion_tokens=20
                )
                if number % 2:
                    async for _ in stream:  # type: ignore[union-attr]
                        pass

        await asyncio.gather(*(one(number) for number in range(40)))
        await ended(it, 40)
        holds = [record.charge_id for record in it.records() if isinstance(record, Hold)]
        settles = [record.charge_id for record in it.records() if isinstance(record, Settle)]
        assert sorted(holds) == sorted(settles)
        assert len(set(holds)) == len(holds)
        assert len({done.call_id for done in it.dones()}) == len(it.dones()) == 40
        assert {record.request_id for record in it.sim.records} <= set(holds)
        by_call: dict[str, int] = {}
        costs = {settle.charge_id: settle.cost_nano_usd for settle in it.settles()}
        for hold in it.holds():
            by_call[hold.call_id] = by_call.get(hold.call_id, 0) + costs[hold.charge_id]
        assert by_call == {done.call_id: done.cost_nano_usd for done in it.dones() if done.attempts}


def test_usd_text_is_exact() -> None:
    """The text of an amount has every digit and no more."""
    assert [usd_text(n) for n in (0, 1, 82_500, 1_000_000_000, -1)] == [
        "0.00",
        "0.000000001",
        "0.0000825",
        "1.00",
        "-0.000000001",
    ]
