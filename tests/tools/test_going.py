"""Calls of tools that wait, or are under way, while their task is killed, paused, or outlives its token."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from podium.adapters.toolservers.fake import FakeToolServer
from podium.kernel.errors import PodiumError
from podium.ports.tools import Listening
from podium.tools.path import Trace
from podium.tools.replaying import DECISION
from tests.tools.rig import Rig, rig, until
from tests.tools.test_approvals import REQUEST, TO_ANNA, mail
from tests.tools.test_decoys import DECOYED

TRACE = Trace("0" * 32, None)
CANARY = {"to": "anna@acme.example", "body": "canary-4f1c9d7e20ab"}


class Waiting(FakeToolServer):
    """Waits at a place until it is let go on: looked at, before the first byte, or with the answer."""

    def __init__(self) -> None:
        super().__init__(mail().tools)
        self.place = ""
        self.reached = False
        self.on = asyncio.Event()

    async def _wait(self, place: str) -> None:
        if place == self.place:
            self.reached = True
            await self.on.wait()

    async def list_tools(self) -> list[dict[str, Any]]:
        await self._wait("look")
        return await super().list_tools()

    async def call_tool(
        self,
        name: str,
        arguments: Mapping[str, Any],
        on_sent: Callable[[], None] | None = None,
        listening: Listening | None = None,
    ) -> dict[str, Any]:
        await self._wait("connect")
        result = await super().call_tool(name, arguments, on_sent, listening)
        await self._wait("answer")
        return result


@asynccontextmanager
async def waiting(tmp_path: Path) -> AsyncIterator[tuple[Rig, Waiting]]:
    server = Waiting()
    async with rig(tmp_path, DECOYED, opener=lambda _row: server) as it:
        it.gate.narrowing = False
        yield it, server


def why(it: Rig, token: str) -> str | None:
    try:
        it.house.standing.identities.find(f"Bearer {token}")
    except PodiumError as error:
        return error.error_code
    return None


@pytest.mark.parametrize(("act", "refused"), [("kill", "task_ended"), ("pause", "task_paused")])
@pytest.mark.parametrize("place", ["look", "connect", "answer"])
async def test_a_call_that_waits_is_not_made_behind_an_order(
    tmp_path: Path, place: str, act: str, refused: str
) -> None:
    """Whatever it waits for, nothing goes out; what went out before has its end in the audit, no answer."""
    async with waiting(tmp_path) as (it, server):
        told = await it.start("clerk", REQUEST)
        caller = it.house.standing.identities.find(f"Bearer {told.token}")
        await it.gate.state_of(caller)
        server.place = place
        calling = asyncio.create_task(it.gate.call(caller, "mail_send_email", TO_ANNA, TRACE))
        await until(lambda: server.reached)
        await it.steer(told.task_id, act)
        await until(lambda: why(it, told.token) == refused)
        server.on.set()
        with pytest.raises(PodiumError) as raised:
            await calling
        assert raised.value.error_code == refused
        assert [name for name, _ in server.calls] == ["send_email"] * (place == "answer")
        if place != "look":
            [row] = await it.calls(1)
            assert (row.outcome, row.error_code) == (
                ("succeeded", None) if place == "answer" else ("failed", refused)
            )
        if act == "pause":
            await it.steer(told.task_id, "resume")
            await until(lambda: why(it, told.token) is None)
            uses = it.gate._memory.tasks.states[caller.root_id].uses
            assert uses.get("mail/send_email", 0) == (place == "answer")


async def test_a_call_that_waits_is_not_made_behind_a_decoy(tmp_path: Path) -> None:
    """The task that touches one is paused here at once, for what it has begun before as well."""
    async with waiting(tmp_path) as (it, server):
        told = await it.start("clerk", REQUEST)
        caller = it.house.standing.identities.find(f"Bearer {told.token}")
        await it.gate.state_of(caller)
        server.place = "connect"
        calling = asyncio.create_task(it.gate.call(caller, "mail_send_email", TO_ANNA, TRACE))
        await until(lambda: server.reached)
        touched = await it.gate.call(caller, "mail_send_email", CANARY, TRACE)
        assert touched["_meta"][DECISION]["rule"] == "decoy"
        server.on.set()
        with pytest.raises(PodiumError) as raised:
            await calling
        assert raised.value.error_code == "task_paused"
        assert server.calls == []


async def test_a_call_that_outlives_its_token_has_its_answer(tmp_path: Path) -> None:
    """It was made: to be told that its token is not valid, its agent would make it again."""
    async with waiting(tmp_path) as (it, server):
        token = await it.task("clerk", REQUEST)
        identities = it.house.standing.identities
        caller = identities.find(f"Bearer {token}")
        server.place = "answer"
        calling = asyncio.create_task(it.gate.call(caller, "mail_send_email", TO_ANNA, TRACE))
        await until(lambda: server.reached)
        clock = identities._clock

        class Later:
            def wall_ns(self) -> int:
                return clock.wall_ns() + 700 * 10**9

        identities._clock = Later()  # type: ignore[assignment]
        assert why(it, token) == "invalid_token"
        server.on.set()
        assert (await calling)["isError"] is False
        assert [name for name, _ in server.calls] == ["send_email"]
