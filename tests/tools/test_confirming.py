"""A server is asked itself whether a call was made whose answer was lost."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from podium.adapters.toolservers.fake import FakeToolServer
from podium.kernel.errors import BrokenReply, ConnectFailed, PodiumError
from podium.tools.confirming import TRIES
from podium.tools.replaying import DECISION
from tests.tools.rig import Rig, rig, until
from tests.tools.runs import Run, runner
from tests.tools.samples import MANIFESTS

SEND = {"to": "anna@acme.example", "body": "hello"}
REQUEST = "Send a mail to anna@acme.example that says hello."
CONFIRM = """      confirm: {{key: reference, tool: find, argument: id, found: "result.found[].reference"}}
    find: {{effect: read}}
"""
TEXT = MANIFESTS.replace("    list_messages:", CONFIRM + "    list_messages:", 1).format(port=9)
PROPERTIES = {"to": {"type": "string"}, "body": {"type": "string"}, "reference": {"type": "string"}}
DEFINITION = {
    "name": "send_email",
    "inputSchema": {"type": "object", "properties": PROPERTIES, "required": ["to", "reference"]},
}


class Mail:
    """Keeps what it did by the reference that came with it, and loses the answer where it is told to."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.happens = True
        self.away: PodiumError | None = None
        self.looks = 0
        self.bare = False
        """It returns a list, which the official server wraps in ``result``."""
        tools = {"send_email": self._send, "find": self._find, "list_messages": lambda _: "none"}
        self.server = FakeToolServer({**tools, "delete_all": lambda _: "all"}, {"send_email": DEFINITION})

    def _send(self, arguments: Any) -> str:
        if self.happens:
            self.done.append(arguments["reference"])
        raise BrokenReply("The server went away", sent=True)

    def _find(self, arguments: Any) -> dict[str, Any]:
        self.looks += 1
        if self.away is not None:
            raise self.away
        others = [{"reference": "tcl_OF_ANOTHER_CALL"}]
        found = others + [{"reference": it} for it in self.done if it == arguments["id"]]
        return {"result": found} if self.bare else {"found": found}


class It:
    def __init__(self, rig: Rig, mail: Mail, run: Run) -> None:
        self.rig, self.mail, self.run = rig, mail, run


@asynccontextmanager
async def mailing(
    tmp_path: Path, definition: dict[str, Any] = DEFINITION, manifests: str = TEXT
) -> AsyncIterator[It]:
    mail = Mail()
    mail.server.definitions["send_email"] = definition
    async with rig(tmp_path, manifests, opener=lambda _: mail.server) as made, runner(made) as by:
        made.gate.narrowing = False
        yield It(made, mail, await by.start("clerk", REQUEST))


async def test_a_call_that_its_server_knows_was_made_and_nobody_is_asked(tmp_path):
    """The id in the call is found again; the next attempt is told, and the call is not repeated."""
    async with mailing(tmp_path) as it:
        lost = await it.run.call("mail_send_email", SEND)
        assert lost.meta[DECISION]["outcome"] == "unknown"
        (reference,) = it.mail.done
        assert reference == lost.meta[DECISION]["call_id"]
        await until(lambda: it.mail.looks == 1)
        await it.run.again()
        told = await it.run.call("mail_send_email", SEND)
        assert not told.is_error
        assert "Its server says (mail/find) that this call was made." in told.content[0].text
        assert it.mail.done == [reference]
        assert it.rig.cases() == []
        rows = [(row.tool, row.rule, row.outcome, row.reason) for row in await it.rig.calls(3)]
        assert rows[1] == ("mail/find", "confirm", "succeeded", f"{reference} was made")
        assert [(row[0], row[2]) for row in rows] == [
            ("mail/send_email", "unknown"),
            ("mail/find", "succeeded"),
            ("mail/send_email", None),
        ]


async def test_a_server_that_returns_a_list_is_understood(tmp_path):
    """`result[].reference` leads into a result that is a list."""
    async with mailing(tmp_path, manifests=TEXT.replace("result.found[]", "result[]")) as it:
        it.mail.bare = True
        await it.run.call("mail_send_email", SEND)
        await until(lambda: it.mail.looks == 1)
        await it.run.again()
        told = await it.run.call("mail_send_email", SEND)
        assert "this call was made" in told.content[0].text
        assert it.rig.cases() == []


async def test_a_client_that_checks_results_by_their_schema_is_told_too(tmp_path):
    """The official client takes no success without what the tool's schema has: of a write none is shown."""
    schema = {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}
    async with mailing(tmp_path, {**DEFINITION, "outputSchema": schema}) as it:
        await it.run.call("mail_send_email", SEND)
        await until(lambda: it.mail.looks == 1)
        await it.run.again()
        async with it.rig.client(it.run.token) as client:
            await client.list_tools()
            told = await client.call_tool("mail_send_email", SEND)
        assert not told.is_error
        assert "this call was made" in told.content[0].text


async def test_a_call_that_its_server_does_not_know_is_not_repeated_and_a_person_is_asked(tmp_path):
    """That it is not known proves nothing: it may be on its way. The case says who was asked."""
    async with mailing(tmp_path) as it:
        it.mail.happens = False
        await it.run.call("mail_send_email", SEND)
        await until(lambda: len(it.rig.cases()) == 1)
        (case,) = it.rig.cases()
        assert "mail/find was asked for it and does not know it" in case.why
        await it.run.again()
        told = await it.run.call("mail_send_email", SEND)
        assert told.meta[DECISION]["verdict"] == "unknown"
        assert [name for name, _ in it.mail.server.calls].count("send_email") == 1


async def test_a_server_that_cannot_be_asked_is_asked_again_and_then_a_person_is(tmp_path):
    """Three tries; then the case says that nobody could be asked."""
    async with mailing(tmp_path) as it:
        it.mail.away = ConnectFailed("There is no way to it")
        await it.run.call("mail_send_email", SEND)
        await until(lambda: len(it.rig.cases()) == 1)
        assert it.mail.looks == TRIES
        assert "mail/find could not be asked for it: There is no way to it" in it.rig.cases()[0].why


async def test_agents_neither_see_nor_give_the_id(tmp_path):
    """The argument is not in the definition that they get, and a call that has it is refused."""
    async with mailing(tmp_path) as it:
        async with it.rig.client(it.run.token) as client:
            shown = {tool.name: tool for tool in (await client.list_tools()).tools}
        schema = shown["mail_send_email"].input_schema
        assert sorted(schema["properties"]) == ["body", "to"]
        assert schema["required"] == ["to"]
        told = await it.run.call("mail_send_email", {**SEND, "reference": "mine"})
        assert told.is_error
        assert "Podium gives reference itself: leave reference out" in told.content[0].text
        assert it.mail.server.calls == []
