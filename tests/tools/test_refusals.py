"""Calls that were refused before they could be decided are rows too, within bounds; nobody's are counted."""

import asyncio
import json

import httpx2
import pytest

from podium.keeper.metrics import CallMetrics
from podium.ports.link import TOOL_REFUSALS
from podium.tools import refusing
from podium.tools.replaying import NAMED
from tests.tools.rig import rig, until
from tests.tools.test_approvals import REQUEST, TEXT, TO_ANNA, decision, mail
from tests.tools.test_door import HEADERS, post

CALL = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {"name": "mail_send_email", "arguments": TO_ANNA},
}


def told(rows):
    return [(row.tool, row.effect, row.verdict, row.rule, row.outcome) for row in rows]


async def test_a_malformed_key_is_a_row(tmp_path):
    """A call whose idempotency key cannot be used is refused, and noted."""
    async with rig(tmp_path, TEXT, opener=lambda row: mail()) as it:
        async with it.client(await it.task("clerk", REQUEST)) as client:
            for key in ("", 7, "x" * 4000):
                result = await client.call_tool("mail_send_email", TO_ANNA, meta={NAMED: key})
                assert decision(result)["rule"] == "invalid_request"
        rows = await it.calls(3)
        assert told(rows) == [("mail/send_email", "irreversible", "deny", "invalid_request", None)] * 3
        assert all(row.task_id and row.agent == "clerk" and row.department == "acme" for row in rows)


async def test_calls_of_a_task_that_may_make_none_are_rows(tmp_path):
    """One that is paused, then one that has ended; what else they ask, and what is no call, makes none."""
    async with rig(tmp_path, TEXT, opener=lambda row: mail()) as it:
        task = await it.start("clerk", REQUEST)
        await it.steer(task.task_id, "pause")
        await until(lambda: it.house.standing.orders.tasks.paused)
        answer = await post(it, task.token, CALL, traceparent=f"00-{'7' * 32}-{'8' * 16}-01")
        assert (answer.status_code, answer.json()["error"]["code"]) == (403, "task_paused")
        for other in ({**CALL, "method": "tools/list"}, {**CALL, "params": {}}, [CALL], 7):
            assert (await post(it, task.token, other)).status_code == 403
        await it.steer(task.task_id, "kill")
        await until(lambda: it.house.standing.orders.tasks.dead)
        odd = {**CALL, "params": {"name": "no/such tool"}}
        assert (await post(it, task.token, odd)).status_code == 401
        rows = await it.calls(2)
        assert told(rows) == [
            ("mail/send_email", "irreversible", "deny", "task_paused", None),
            ("no/such tool", None, "deny", "task_ended", None),
        ]
        assert rows[0].trace_id == "7" * 32
        assert {row.task_id for row in rows} == {task.task_id}
        assert it.house.gate.refusals.counts[TOOL_REFUSALS.index("task_paused")] == 5


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
async def test_a_call_that_is_given_up_is_a_row(tmp_path, mode):
    """Its client has cancelled it, or gone away, before it was decided: it is not made."""
    server = mail()
    async with rig(tmp_path, TEXT, opener=lambda row: server) as it:
        token, check, going = await it.task("clerk", REQUEST), it.house.servers.check, asyncio.Event()

        async def slowly(tool):
            going.set()
            await asyncio.sleep(60)
            return await check(tool)

        it.house.servers.check = slowly
        async with it.client(token, mode=mode) as client:
            calling = asyncio.create_task(client.call_tool("mail_send_email", TO_ANNA))
            await going.wait()
            calling.cancel()
            rows = await it.calls(1)
        assert told(rows) == [("mail/send_email", "irreversible", "deny", "cancelled", None)]
        assert not server.calls


async def test_a_call_that_has_gone_out_is_not_given_up(tmp_path):
    """Its client has gone away: its outcome is noted all the same, once."""
    server = mail()
    server.delay_s = 0.2
    async with rig(tmp_path, TEXT, opener=lambda row: server) as it:
        async with it.client(await it.task("clerk", REQUEST), mode="2026-07-28") as client:
            calling = asyncio.create_task(client.call_tool("mail_send_email", TO_ANNA))
            await until(lambda: server.calls)
            calling.cancel()
        rows = await it.calls(1)
        async with it.client(await it.task("clerk", REQUEST)) as client:
            assert not (await client.call_tool("mail_list_messages", {})).is_error
        assert told([*rows, *(await it.calls(2))[1:]]) == [
            ("mail/send_email", "irreversible", "allow", "tools.mail/send_email", "succeeded"),
            ("mail/list_messages", "read", "allow", "tools.mail/list_messages", "succeeded"),
        ]


async def test_a_flood_fills_nothing(tmp_path, monkeypatch):
    """Who bears no good token makes no row, and a task has its share of them; all are counted."""
    monkeypatch.setattr(refusing, "PER_MINUTE", 3)
    monkeypatch.setattr(refusing, "_MINUTE_NS", 10**18)
    async with rig(tmp_path, TEXT, opener=lambda row: mail()) as it:
        task = await it.start("clerk", REQUEST)
        size = it.house.journal.offset
        async with httpx2.AsyncClient(headers=HEADERS) as http:
            for bearing in (
                {},
                {"authorization": f"Bearer {task.token}x"},
                {"authorization": "Bearer a.b.c"},
            ):
                for _ in range(10):
                    answer = await http.post(it.url, headers=bearing, content=json.dumps(CALL))
                    assert answer.status_code == 401
        assert it.house.journal.offset == size
        await it.steer(task.task_id, "pause")
        await until(lambda: it.house.standing.orders.tasks.paused)
        for _ in range(8):
            await post(it, task.token, CALL)
        await it.steer(task.task_id, "resume")
        await until(lambda: not it.house.standing.orders.tasks.paused)
        async with it.client(task.token) as client:
            assert not (await client.call_tool("mail_send_email", TO_ANNA)).is_error
        assert [row.rule for row in await it.calls(4)][:3] == ["task_paused"] * 3
        counts = dict(zip(TOOL_REFUSALS, it.house.gate.refusals.counts, strict=True))
        assert {name: count for name, count in counts.items() if count} == {
            "invalid_api_key": 10,
            "invalid_token": 20,
            "task_paused": 8,
        }


def test_the_metric_has_each_code():
    """Every code begins at zero, and counts what was told since."""
    metrics = CallMetrics()
    metrics.tool_refusals.told("one", (0,) * len(TOOL_REFUSALS))
    metrics.tool_refusals.told("one", (3,) + (0,) * (len(TOOL_REFUSALS) - 1))
    text = metrics.text().decode()
    assert 'podium_tool_refusals_total{code="invalid_api_key"} 3.0' in text
    assert 'podium_tool_refusals_total{code="task_ended"} 0.0' in text
