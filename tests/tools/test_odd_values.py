"""Calls and results that Podium cannot keep as they are: each has its row, and none stays without an end."""

import json

import httpx2
import pytest

from podium.adapters.toolservers.fake import FakeToolServer
from podium.tools import tasks
from podium.tools.replaying import DECISION
from tests.tools.rig import rig
from tests.tools.test_approvals import REQUEST, TEXT, TO_ANNA, mail

VERSION = "2026-07-28"
META = {
    "io.modelcontextprotocol/protocolVersion": VERSION,
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}


class Odd(FakeToolServer):
    """Answers with what it was told to."""

    result = None

    async def call_tool(self, name, arguments, on_sent=None, listening=None):
        await super().call_tool(name, arguments, on_sent)
        return self.result


def odd(result):
    server = Odd(mail().tools)
    server.result = result
    return server


async def post(it, token, tool, arguments):
    """Call a tool with arguments in bytes of one's own."""
    body = (
        '{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": '
        f'{{"name": "{tool}", "arguments": {arguments}, "_meta": {json.dumps(META)}}}}}'
    )
    headers = {
        "accept": "application/json, text/event-stream",
        "content-type": "application/json",
        "mcp-protocol-version": VERSION,
        "mcp-method": "tools/call",
        "mcp-name": tool,
        "authorization": f"Bearer {token}",
    }
    async with httpx2.AsyncClient() as http:
        return (await http.post(it.url, headers=headers, content=body)).json()


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("18446744073709551616", "a whole number of more than 64 bits"),
        ("1e400", "a number that no double holds"),
        ('"\\ud800"', "no canonical JSON"),
        ("[" + "1," * 10_000 + "1]", "more than 10000 values"),
    ],
)
async def test_arguments_that_cannot_be_kept(tmp_path, value, why):
    """They are refused before anything goes out, in a row of the audit."""
    server = mail()
    async with rig(tmp_path, TEXT, opener=lambda row: server) as it:
        token = await it.task("clerk", REQUEST)
        told = await post(it, token, "mail_send_email", f'{{"to": "anna@acme.example", "body": {value}}}')
        decision = told["result"]["_meta"][DECISION]
        assert (decision["verdict"], decision["rule"]) == ("deny", "invalid_request")
        assert why in decision["reason"]
        (row,) = await it.calls(1)
        assert (row.verdict, row.rule, row.outcome, row.tool) == (
            "deny",
            "invalid_request",
            None,
            "mail/send_email",
        )
        assert server.calls == []


@pytest.mark.parametrize(
    "result",
    [
        {"content": [], "structuredContent": {"id": 2**64}},
        {"content": [{"type": "text", "text": '{"id": 1e400}'}]},
        {"content": [{"type": "text", "text": '{"id": "\\ud800"}'}]},
        {"content": [{"type": "text", "text": "[" * 900 + "]" * 900}]},
        {"content": None, "structuredContent": {}},
    ],
)
async def test_results_that_cannot_be_kept(tmp_path, result):
    """The client gets them as they are; the call has ended, in a row of the audit."""
    async with rig(tmp_path, TEXT, opener=lambda row: odd(result)) as it:
        it.gate.narrowing = it.gate.labels = False
        token = await it.task("clerk", REQUEST)
        async with it.client(token) as client:
            told = await client.call_tool("mail_send_email", TO_ANNA)
        assert not told.is_error
        assert told.structured_content == result.get("structuredContent")
        (row,) = await it.calls(1)
        assert (row.verdict, row.outcome) == ("allow", "succeeded")
        assert it.house.memory.tasks.unfinished() == []


@pytest.mark.parametrize(
    ("result", "why"),
    [
        ({"content": "done"}, "content has another form"),
        ({"content": [{"type": "hologram"}]}, "content.0 has another form"),
        ({"content": [{"type": "text", "text": 5}]}, "content.0 has another form"),
        ({"content": [], "isError": "yes"}, "isError is neither true nor false"),
        ({"content": [], "_meta": 5}, "_meta has another form"),
        (
            {"content": [], "structuredContent": {"a": json.loads("[" * 300 + "]" * 300)}},
            "nests deeper than 200",
        ),
    ],
)
async def test_results_that_are_none(tmp_path, result, why):
    """Nobody knows what a call came to whose answer is no result of MCP's; that is told and written down."""
    async with rig(tmp_path, TEXT, opener=lambda row: odd(result)) as it:
        it.gate.narrowing = it.gate.labels = False
        token = await it.task("clerk", REQUEST)
        async with it.client(token) as client:
            told = await client.call_tool("mail_send_email", TO_ANNA)
        assert told.is_error
        assert told.meta[DECISION]["outcome"] == "unknown"
        assert why in told.content[0].text
        (row,) = await it.calls(1)
        assert (row.outcome, row.error_code) == ("unknown", "upstream_broken")


@pytest.mark.parametrize(("mode", "told"), [("legacy", {"result": [1, 2]}), ("auto", [1, 2])])
async def test_structured_content_that_is_no_object(tmp_path, mode, told):
    """Clients of versions in which it has to be one get an object; the others get it as it is."""
    async with rig(tmp_path, TEXT, opener=lambda row: odd({"structuredContent": [1, 2]})) as it:
        token = await it.task("clerk", REQUEST)
        async with it.client(token, mode=mode) as client:
            assert (await client.call_tool("mail_list_messages", {})).structured_content == told


async def test_a_task_that_has_read_too_much(tmp_path, monkeypatch):
    """What is held of a task is bounded: it is denied further calls, in rows of the audit; others go on."""
    monkeypatch.setattr(tasks, "MAX_HELD_BYTES", 10_000)
    result = {"content": [{"type": "text", "text": "word " * 4000}]}
    async with rig(tmp_path, TEXT, opener=lambda row: odd(result)) as it:
        token = await it.task("clerk", REQUEST)
        async with it.client(token) as client:
            assert not (await client.call_tool("mail_list_messages", {})).is_error
            told = await client.call_tool("mail_list_messages", {})
            assert (told.meta[DECISION]["verdict"], told.meta[DECISION]["rule"]) == ("deny", "reads")
        async with it.client(await it.task("clerk", REQUEST)) as client:
            assert not (await client.call_tool("mail_list_messages", {})).is_error
        assert [row.rule for row in await it.calls(3)][1] == "reads"
