"""Prompts of a tool server: what a task may get, and that their text counts as read, and asks for nothing."""

import pytest

from podium.tools.offering import REFUSED
from podium.tools.replaying import DECISION
from tests.tools.library import INNER, LIBRARY
from tests.tools.test_approvals import decision
from tests.tools.test_door import post
from tests.tools.test_resources import BILL, EVE, OURS, library, read, refused, shelf


@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_what_is_granted_is_listed_and_got(tmp_path, mode):
    """In both versions, by names as tools have them, with what its server says of its arguments."""
    async with library(tmp_path) as it, it.client(await it.task("reader", BILL), mode=mode) as client:
        prompts = (await client.list_prompts()).prompts
        assert [(one.name, one.title, one.description) for one in prompts] == [
            ("docs_hint", None, "Say what people ask."),
            ("docs_letter", None, "Write to somebody."),
            ("docs_review", "Review", "Look at a bill."),
        ]
        assert [(one.name, one.required) for one in prompts[1].arguments] == [("to", True)]
        got = await client.get_prompt("docs_letter", {"to": "Anna"})
        assert got.messages[0].content.text.startswith("Dear Anna")
        assert it.library.asked == ["letter to Anna"]
        rows = await it.calls(1)
        assert [(row.tool, row.effect, row.verdict, row.outcome) for row in rows] == [
            ("docs/letter", "read", "allow", "succeeded")
        ]


async def test_what_is_not_granted_is_as_what_is_not_there(tmp_path):
    """Also by the name that its server has for it, and for another agent's task; it is no tool either."""
    async with library(tmp_path) as it:
        async with it.client(await it.task("reader", BILL)) as client:
            for name in ("docs_draft", "docs_nothing", "write-letter", "docs/letter", "prompt:docs/letter"):
                error = await refused(client.get_prompt(name, {"to": "Anna"}))
                assert (error.code, error.data[DECISION]["rule"]) == (-32602, "grant")
            assert decision(await client.call_tool("docs_letter", {"to": "Anna"}))["rule"] == "grant"
            error = await refused(client.get_prompt("docs_letter", {"to": "A" * 21}))
            assert (error.code, error.data[DECISION]["rule"]) == (REFUSED, "tools.docs/letter.arguments")
        async with it.client(await it.task("other", BILL)) as client:
            assert (await client.list_prompts()).prompts == []
            assert (await refused(client.get_prompt("docs_review"))).code == -32602
        ask = {"jsonrpc": "2.0", "id": 1, "method": "prompts/get", "params": {"name": "docs_review"}}
        assert (await post(it, None, ask)).status_code == 401
        assert it.library.asked == []
        assert [row.tool for row in await it.calls(6)][:2] == ["prompts/get", "prompts/get"]


async def test_what_a_prompt_says_pays_nobody_that_its_label_does_not_vouch_for(tmp_path):
    """It is text that was read: neither the user's request nor an order."""
    async with library(tmp_path) as it, it.client(await it.task("reader", BILL)) as client:
        await client.get_prompt("docs_letter", {"to": "Anna"})
        no = decision(await client.call_tool("docs_pay", {"iban": EVE, "amount": 40}))
        assert no["rule"] == "labels.payee"
        await client.get_prompt("docs_review")
        assert not (await client.call_tool("docs_pay", {"iban": OURS, "amount": 40})).is_error
        assert it.library.paid == [OURS]


async def test_a_prompt_opens_nothing_that_the_request_does_not(tmp_path):
    """Whoever has written it."""
    asked = "Tell me what is new."
    async with library(tmp_path) as it, it.client(await it.task("reader", asked)) as client:
        await client.get_prompt("docs_review")
        no = decision(await client.call_tool("docs_pay", {"iban": OURS, "amount": 40}))
        assert no["verdict"] == "deny"


async def test_what_is_private_does_not_go_into_a_prompt_that_anybody_may_read(tmp_path):
    """Its arguments go to its server, as those of a tool do; one that no manifest lists does not."""
    rule = """---
apiVersion: podium/v1
kind: Policy
metadata: {{name: no-letters}}
spec:
  cedar: |
    forbid (principal, action == Action::"docs/letter", resource)
    when {{ context.arguments has to && context.arguments.to == "Eve" }};
    forbid (principal, action == Action::"docs/hint", resource)
    when {{ context.read.confidentiality == "secret" }};
"""
    contents = read("docs://pages/plan", {"text": INNER})
    message = {"role": "user", "content": {"type": "text", "text": "none"}}
    contents["hint"] = {"messages": [message]}
    listed = [{"name": "hint", "arguments": [{"name": "topic"}]}]
    async with shelf(tmp_path, contents, LIBRARY + rule, offers={"prompts/list": listed}) as it:
        async with it.client(await it.task("reader", "Post the news.")) as client:
            await client.get_prompt("docs_hint", {"topic": "trade"})
            error = await refused(client.get_prompt("docs_hint", {"topic": "trade", "more": "x"}))
            assert error.data[DECISION]["rule"] == "invalid_request"
            await client.read_resource("docs://pages/plan")
            error = await refused(client.get_prompt("docs_hint", {"topic": INNER}))
            assert (error.code, error.data[DECISION]["verdict"]) == (REFUSED, "deny")
            error = await refused(client.get_prompt("docs_letter", {"to": "Anna"}))
            assert error.data[DECISION]["rule"] == "pins"  # its server does not list it
        assert [asked for asked, _ in it.fake.calls] == ["prompts/get", "resources/read"]
