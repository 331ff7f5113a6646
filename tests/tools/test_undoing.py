"""Tasks are undone: by a person, in reverse order, once, with what was fixed when the act was done."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from podium.adapters.toolservers.fake import FakeToolServer
from podium.app.tools import House
from podium.kernel.errors import BrokenReply, PodiumError
from podium.ports.acts import By, UndoTask
from podium.ports.database import chain
from podium.tools import tidying
from podium.views.undos import UndoRow, in_words, undo_rows
from tests.tools.rig import Rig, rig, until
from tests.tools.samples import MANIFESTS

TEXT = (
    MANIFESTS.replace(
        "    delete_all:",
        """    book:
      effect: write
      intents: [book]
      arguments: {{name: {{sink: text}}}}
      undo: {{tool: cancel, arguments: {{id: result.booking.id, name: arguments.name}}}}
    cancel: {{effect: write, idempotent: true, arguments: {{id: {{sink: text}}, name: {{sink: text}}}}}}
    mark: {{effect: write, intents: [mark], arguments: {{name: {{sink: text}}}}}}
    delete_all:""",
    )
    + "    mail/book: {{}}\n    mail/mark: {{}}\n"
).format(port=9)


class It:
    def __init__(self, made: Rig, server: FakeToolServer) -> None:
        self.rig, self.server = made, server
        self.task_id = self.token = ""

    async def call(self, tool: str, **arguments: Any) -> Any:
        async with self.rig.client(self.token) as client:
            return await client.call_tool(f"mail_{tool}", arguments)

    async def over(self) -> None:
        """End the task, and wait until the gateway has forgotten it."""
        await self.rig.end(self.token)
        root = self.task_id
        await until(lambda: root not in self.rig.house.memory.tasks.states)

    def row(self) -> UndoRow | None:
        with self.rig.engine.connect() as connection:
            return next(iter(undo_rows(connection, self.task_id)), None)

    async def undone(self) -> list[tuple[str, str]]:
        """Ask for it, wait for it, and return what became of each act."""
        await self.rig.ask(UndoTask(By(), self.task_id, "a test"))
        await until(lambda: self.row().state == "done")
        return [(act.tool, act.outcome) for act in self.row().acts]


@asynccontextmanager
async def booking(tmp_path: Path) -> AsyncIterator[It]:
    def book(arguments: Any) -> dict[str, Any]:
        return {"booking": {"id": f"b{len(server.calls)}"}}

    tools: dict[str, Any] = dict.fromkeys(("list_messages", "delete_all"), lambda _: "done")
    tools |= {"send_email": lambda _: "sent", "cancel": lambda _: "cancelled", "mark": lambda _: "marked"}
    server = FakeToolServer(tools | {"book": book})
    async with rig(tmp_path, TEXT, opener=lambda _: server) as made:
        made.gate.narrowing = False
        it = It(made, server)
        begun = await made.start("clerk", "Send a mail to anna@acme.example, book and mark it.")
        it.task_id, it.token = begun.task_id, begun.token
        yield it


async def test_a_task_is_undone_in_reverse_order_and_says_what_cannot_be(tmp_path):
    """The compensations go out last act first, with values of arguments and results; the audit and the chain
    have them; what has no undo is said; asking again does nothing twice."""
    async with booking(tmp_path) as it:
        for name in ("first", "second"):
            assert not (await it.call("book", name=name)).is_error
        await it.call("mark", name="x")
        await it.call("send_email", to="anna@acme.example", body="hello")
        with pytest.raises(PodiumError, match="End it first"):
            await it.rig.ask(UndoTask(By(), it.task_id, "too early"))
        await it.over()
        made = len(it.server.calls)
        for path in (it.rig.state / "tools").glob("*.journal"):
            await until(lambda path=path: not path.exists() or b"second" not in path.read_bytes())
        expected = [
            ("mail/send_email", "cannot"),
            ("mail/mark", "cannot"),
            ("mail/book", "undone"),
            ("mail/book", "undone"),
        ]
        assert await it.undone() == expected
        assert it.server.calls[made:] == [
            ("cancel", {"id": "b2", "name": "second"}),
            ("cancel", {"id": "b1", "name": "first"}),
        ]
        words = [in_words(act) for act in it.row().acts]
        assert "cannot be undone: it is irreversible" in words[0]
        rows = [row for row in await it.rig.calls(6) if row.rule == "undo"]
        assert [(row.tool, row.outcome, row.approval_id) for row in rows] == [
            ("mail/cancel", "succeeded", it.row().id)
        ] * 2
        with it.rig.engine.connect() as connection:
            kinds = connection.execute(select(chain.c.kind, chain.c.body).order_by(chain.c.seq)).all()
        told = [json.loads(body) for kind, body in kinds if kind == "task.undone"]
        assert [act["outcome"] for act in told[0]["acts"]] == [outcome for _, outcome in expected]
        assert await it.undone() == expected
        assert len(it.server.calls) == made + 2


async def test_an_undo_of_unknown_fate_is_not_repeated(tmp_path):
    """An answer that is lost leaves it unknown, in this life of the gateway and the next."""
    async with booking(tmp_path) as it:
        for name in ("first", "second"):
            await it.call("book", name=name)
        await it.over()
        it.server.failure = BrokenReply("gone", sent=True)
        assert await it.undone() == [("mail/book", "unknown")] * 2
        it.server.failure = None
        assert await it.undone() == [("mail/book", "unknown")] * 2
        assert [name for name, _ in it.server.calls] == ["book", "book"]


async def test_an_undo_goes_on_after_a_crash(tmp_path):
    """A gateway that dies within an undo leaves that one unknown; its successor does the rest, once."""
    async with booking(tmp_path) as it:
        for name in ("first", "second"):
            await it.call("book", name=name)
        await it.over()
        it.server.delay_s = 60.0
        await it.rig.ask(UndoTask(By(), it.task_id, "a test"))
        await until(lambda: len(it.server.calls) == 3)
        it.rig.house.memory.close()
        it.rig.house.journal.release()
        it.server.delay_s = 0.0
        new = House(it.rig.state, opener=lambda _: it.server)
        async with new.running():
            await until(lambda: it.row().state == "done")
        assert [act.outcome for act in it.row().acts] == ["unknown", "undone"]
        assert [arguments["name"] for tool, arguments in it.server.calls if tool == "cancel"] == [
            "second",
            "first",
        ]


async def test_what_undoing_takes_is_erased_some_days_later(tmp_path, monkeypatch):
    """Then the task's acts are told as what cannot be undone any more."""
    monkeypatch.setattr(tidying, "UNDO_NS", 0)
    async with booking(tmp_path) as it:
        await it.call("book", name="first")
        await it.over()
        await until(lambda: not it.rig.house.memory.tasks.left)
        await it.rig.calls(1)
        assert await it.undone() == [("mail/book", "cannot")]
