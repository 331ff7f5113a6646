"""What is written down of calls, and how it is told."""

import json

from podium.adapters.spans.memory import MemorySpans
from podium.collector.feed import SpanFeed
from podium.console.case_evidence import evidence
from podium.console.task_tools import tool_calls
from podium.ports.acts import case_of
from podium.tools.replaying import DECISION
from podium.views.explain import explain
from podium.views.tools import tool_call_rows, tool_detail, tool_rows
from tests.tools.rig import rig
from tests.tools.test_approvals import REQUEST, TEXT, TO_ANNA, TO_STRANGER, mail

TRACE = "0af7651916cd43dd8448eb211c80319c"


async def test_calls_are_told(tmp_path):
    """Each call is a row, a span of the client's trace, and a sentence of its task; no row has its values."""
    async with rig(tmp_path, TEXT, opener=lambda row: mail()) as it:
        told = await it.start("clerk", REQUEST)
        async with it.client(told.token, traceparent=f"00-{TRACE}-b7ad6b7169203331-01") as client:
            await client.call_tool("mail_list_messages", {})
            await client.call_tool("mail_send_email", TO_ANNA)
            refused = await client.call_tool("mail_send_email", TO_STRANGER)
        assert refused.meta[DECISION]["verdict"] in {"ask", "deny"}
        rows = await it.calls(3)
        assert "eve@evil" not in str(rows)
        assert [row.outcome for row in rows] == ["succeeded", "succeeded", None]
        store = MemorySpans()
        SpanFeed(it.engine, store, it.house.standing.clock).flush()
        spans = store.of_trace(TRACE)
        assert {span["name"] for span in spans} == {
            "execute_tool mail/list_messages",
            "execute_tool mail/send_email",
        }
        with it.engine.connect() as connection:
            now_ns = it.house.standing.clock.wall_ns()
            story = explain(connection, told.task_id, now_ns=now_ns)
            assert any("mail/send_email was allowed" in words for words in story.words)
            assert any("3 calls of tools" in words for words in story.words)
            one = explain(connection, rows[0].call_id, now_ns=now_ns)
            assert one.task_id == told.task_id
            assert [row.state for row in tool_rows(connection)] == ["approved"] * 3
            assert tool_detail(connection, "mail/send_email").definition["name"] == "send_email"
            assert len(tool_call_rows(connection, task=told.task_id, verdict="allow")) == 2
            shown = tool_calls(tool_call_rows(connection, task=told.task_id))
            assert shown is not None
            assert "mail/list_messages" in shown


async def test_a_case_tells_the_act(tmp_path):
    """The case of a call has the act, the request and the arguments' hash, and the Inbox shows them."""
    async with rig(tmp_path, TEXT, opener=lambda row: mail()) as it:
        it.gate.narrowing = False
        token = await it.task("clerk", REQUEST)
        async with it.client(token) as client:
            for _ in range(3):
                last = await client.call_tool("mail_send_email", TO_ANNA)
        (row,) = it.cases()
        assert row.id == last.meta[DECISION]["approval_id"]
        given = json.loads(row.evidence)
        assert given["request"] == REQUEST
        assert "to: anna@acme.example" in given["words"]
        page = evidence(case_of(row._mapping))
        assert "anna@acme.example" in page
        assert given["arguments_sha256"] in page
