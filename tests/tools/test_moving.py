"""A tool server whose address, command or credential changes is another one: nothing goes over to it."""

import asyncio
from contextlib import asynccontextmanager

import msgspec
import pytest

from podium.manifest.snapshot import CredentialRef, ToolServerRow
from podium.tools.servers import place_of
from podium.trust.tools import ToolRow
from tests.tools.rig import rig
from tests.tools.test_approvals import REQUEST, TEXT, TO_ANNA, decision, mail
from tests.tools.test_confirming import SEND, mailing
from tests.tools.test_undoing import booking

URL = "url: http://127.0.0.1:9/mcp"
MOVES = {
    "address": (URL, "url: http://127.0.0.1:10/mcp"),
    "command": (URL, "command: [/bin/mail]"),
    "credential": (URL, f"{URL}\n  credential: {{env: OTHER_KEY}}"),
    "header": (URL, f"{URL}\n  headers: {{x-account: other}}"),
}


@asynccontextmanager
async def moving(tmp_path):
    """Yield a gateway whose servers are kept by the port of their address, in the order they were opened."""
    opened = []

    def opener(row):
        opened.append(mail())
        return opened[-1]

    async with rig(tmp_path, TEXT, opener=opener) as it:
        it.opened = opened
        yield it


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("answered", [True, False])
async def test_an_approval_is_for_the_server_that_it_was_asked_about(tmp_path, move, answered):
    """Neither what a person has approved, nor what they approve later, goes to a server that has moved."""
    async with moving(tmp_path) as it:
        it.gate.narrowing = False
        token = await it.task("clerk", REQUEST)
        async with it.client(token) as client:
            for body in "12":  # its uses
                assert not (await client.call_tool("mail_send_email", TO_ANNA | {"body": body})).is_error
            asked = decision(await client.call_tool("mail_send_email", TO_ANNA))["approval_id"]
            if answered:
                await it.answer(asked, "approve")
            await it.apply(TEXT.replace(*MOVES[move]))
            again = decision(await client.call_tool("mail_send_email", TO_ANNA))
            assert (again["verdict"], again["approval_id"] != asked) == ("ask", True)
            if not answered:
                await it.answer(asked, "approve")
                assert decision(await client.call_tool("mail_send_email", TO_ANNA)) == again
            await it.answer(again["approval_id"], "approve")
            assert not (await client.call_tool("mail_send_email", TO_ANNA)).is_error
        assert [len(server.calls) for server in it.opened] == [2, 1]
        assert "127.0.0.1:9/mcp" in it.cases()[0].evidence


async def test_its_definitions_are_looked_at_before_anything_is_called(tmp_path):
    """Also of a tool that only reads: who has moved is held to the definitions that were approved."""
    async with moving(tmp_path) as it:
        token = await it.task("clerk", REQUEST)
        async with it.client(token) as client:
            assert not (await client.call_tool("mail_list_messages", {})).is_error
            it.house.servers._open = lambda row: other
            other = mail()
            changed = {"description": "Tell all.", "inputSchema": {"type": "object"}}
            other.definitions["list_messages"] = {"name": "list_messages", **changed}
            await it.apply(TEXT.replace(*MOVES["address"]))
            assert decision(await client.call_tool("mail_list_messages", {}))["rule"] == "pins"
            assert not other.calls


async def test_a_call_that_was_decided_does_not_go_to_another_server(tmp_path):
    """One that was let through before the server has moved is not made, and gives its use back."""
    async with moving(tmp_path) as it:
        token = await it.task("clerk", REQUEST)
        durable, go_on = it.house.memory.durable, asyncio.Event()

        async def slowly():
            await go_on.wait()
            await durable()

        it.house.memory.durable = slowly
        async with it.client(token) as client:
            calling = asyncio.create_task(client.call_tool("mail_send_email", TO_ANNA))
            while not it.house.memory.tasks.states or not it.house.gate.replays.under_way:
                await asyncio.sleep(0.01)
            await it.apply(TEXT.replace(*MOVES["address"]))
            go_on.set()
            result = await calling
            assert result.is_error
            assert "another server" in result.content[0].text
            assert "not made" in result.content[0].text
            assert not (await client.call_tool("mail_send_email", TO_ANNA)).is_error
        assert [len(server.calls) for server in it.opened] == [0, 1]
        assert [row.error_code for row in await it.calls(2)] == ["tool_server_changed", None]


async def test_another_server_is_not_asked_whether_a_call_was_made(tmp_path):
    """It does not know the call, which says nothing: a person is told that nobody was asked."""
    async with mailing(tmp_path) as it:
        hear = it.rig.gate.replays.hear

        async def deaf(_state, _step):
            await asyncio.sleep(0)

        it.rig.gate.replays.hear = deaf
        await it.run.call("mail_send_email", SEND)
        text = (tmp_path / "manifests" / "all.yaml").read_text()
        await it.rig.apply(text.replace(*MOVES["address"]))
        it.rig.gate.replays.hear = hear
        while not it.rig.cases():
            await asyncio.sleep(0.01)
        assert "is another server by now" in it.rig.cases()[0].why
        assert it.mail.looks == 0


async def test_another_server_takes_nothing_back(tmp_path):
    """What it has under that name is another thing: the person who asks for it is told so."""
    async with booking(tmp_path) as it:
        assert not (await it.call("book", name="Ada")).is_error
        await it.over()
        text = (tmp_path / "manifests" / "all.yaml").read_text()
        await it.rig.apply(text.replace(*MOVES["address"]))
        assert await it.undone() == [("mail/book", "failed")]
        assert "another server" in it.row().acts[0].why
        assert [name for name, _ in it.server.calls] == ["book"]


async def test_an_edit_of_its_tools_ends_no_server(tmp_path):
    """What is said of its tools is not how it is reached: it goes on, with the calls that are under way."""
    async with moving(tmp_path) as it:
        token = await it.task("clerk", REQUEST)
        first = it.opened[0]
        await it.apply(TEXT.replace("integrity: public", "integrity: organisation"))
        async with it.client(token) as client:
            assert not (await client.call_tool("mail_list_messages", {})).is_error
        assert it.opened == [first]
        assert len(first.calls) == 1


def test_what_makes_another_server():
    """How it is reached and as whom, and nothing else."""
    row = ToolServerRow("mail", host="mail.example", port=443)
    others = (
        {"timeout_s": 5.0},
        {"tools": {"find": ToolRow("mail", "find", "read")}},
        {"network": "private"},
    )
    assert {place_of(msgspec.structs.replace(row, **one)) for one in others} == {place_of(row)}
    for one in ({"credential": CredentialRef(env="KEY")}, {"ca_file": "ca.pem"}, {"target": "/other"}):
        assert place_of(msgspec.structs.replace(row, **one)) != place_of(row)
