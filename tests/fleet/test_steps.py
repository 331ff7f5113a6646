"""What the runner does itself: calls of tools and their approvals, requests of HTTP and their secrets."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from podium.fleet.steps import StepEnd, call_tool, send_request
from podium.kernel.errors import BrokenReply, ConnectFailed, PodiumError
from podium.manifest.snapshot import CredentialRef
from podium.net.server import Exchange
from podium.net.upstream import Pool
from tests.net.sockets import serving

SPEC = {"tool": "mail/send", "arguments": {"to": "anna@acme.example"}}
ASK = {
    "isError": True,
    "content": [{"type": "text", "text": "refused"}],
    "_meta": {"podium/decision": {"verdict": "ask", "rule": "labels", "approval_id": "case_1"}},
}
DONE = {"content": [{"type": "text", "text": "sent"}], "structuredContent": {"id": 7}}


class Tools:
    """Answers in turn."""

    def __init__(self, *answers: dict[str, Any] | PodiumError) -> None:
        self.answers, self.calls = list(answers), 0

    async def call_tool(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        assert (name, dict(arguments)) == ("mail_send", SPEC["arguments"])
        self.calls += 1
        answer = self.answers.pop(0)
        if isinstance(answer, PodiumError):
            raise answer
        return answer


def play(tools: Tools, *states: tuple[str, str | None], reads: bool = False) -> StepEnd:
    said = list(states)

    async def case_state(case_id: str) -> tuple[str, str | None]:
        assert case_id == "case_1"
        return said.pop(0)

    return asyncio.run(call_tool(SPEC, tools, case_state, reads=reads))


def test_a_tool_is_called() -> None:
    """What it returns is the result: structured where it is, else its text."""
    assert play(Tools(DONE)) == StepEnd("succeeded", result=b'{"id":7}')
    assert play(Tools({"content": [{"type": "text", "text": "plain"}]})).result == b"plain"


def test_an_approval_is_waited_for() -> None:
    """The call is made once more when a person has approved it, and never where they have not."""
    tools = Tools(ASK, DONE)
    assert play(tools, ("open", None), ("answered", "approve")).state == "succeeded"
    tools = Tools(ASK)
    assert "not approved" in play(tools, ("expired", "deny")).reason
    assert tools.calls == 1


def test_what_is_denied_says_why() -> None:
    """The rule is in the reason."""
    no = {"isError": True, "_meta": {"podium/decision": {"verdict": "deny", "rule": "grant", "reason": "no"}}}
    assert play(Tools(no)) == StepEnd("failed", "grant: no")


def test_a_lost_answer_is_unknown_unless_the_tool_only_reads() -> None:
    """Nothing is called twice of which it is not known whether it was done."""
    tools = Tools(BrokenReply("gone", sent=True))
    assert play(tools).state == "unknown"
    assert tools.calls == 1
    tools = Tools(BrokenReply("gone", sent=True), ConnectFailed("away"), DONE)
    assert play(tools, reads=True).state == "succeeded"


class Keys:
    def read(self, ref: CredentialRef) -> str:
        assert ref == CredentialRef(env="HOOK")
        return "s3cret"


def served(handler: Any, **more: Any) -> StepEnd:
    spec = {
        "method": "POST",
        "headers": {"X-Mine": "1"},
        "body": {"a": 1},
        "credential": {"env": "HOOK"},
        "auth_header": "authorization",
        "auth_prefix": "Bearer ",
        "network": "private",
        **more,
    }

    async def sent() -> StepEnd:
        pool = Pool()
        async with serving(handler) as server:
            url = f"http://127.0.0.1:{server.port}/x?y=1"
            try:
                return await send_request(
                    {"url": url, **spec}, pool, Keys(), key="task_1", traceparent="00-a-b-01"
                )
            finally:
                await pool.close()

    return asyncio.run(sent())


def test_a_request_carries_its_secret_and_tells_none() -> None:
    """Headers, body, key and trace go out; status, some headers and the body come back."""
    seen: dict[str, Any] = {}

    async def handler(exchange: Exchange) -> None:
        seen["target"] = exchange.target
        seen["headers"] = dict(exchange.headers)
        seen["body"] = json.loads(await exchange.read_body())
        headers = [(b"content-type", b"application/json"), (b"set-cookie", b"session=s")]
        exchange.respond(201, headers, b'{"ok": true}')

    end = served(handler)
    assert end.state == "succeeded"
    told = msgspec.json.decode(end.result or b"")
    assert told == {"status": 201, "headers": {"content-type": "application/json"}, "body": {"ok": True}}
    assert seen["body"] == {"a": 1}
    assert seen["headers"][b"authorization"] == b"Bearer s3cret"
    assert seen["headers"][b"idempotency-key"] == b"task_1"
    assert seen["headers"][b"x-mine"] == b"1"


@pytest.mark.parametrize(("expect", "state"), [((), "failed"), ([404], "succeeded")])
def test_a_status_is_a_success_or_not(expect: Any, state: str) -> None:
    """200 to 299 is one, or what the step expects."""

    async def handler(exchange: Exchange) -> None:
        await exchange.read_body()
        exchange.respond(404, [], b"")

    end = served(handler, expect=expect)
    assert end.state == state
    assert "s3cret" not in end.reason


def test_addresses_are_guarded() -> None:
    """What may only be of the internet is not connected to on this machine."""

    async def handler(exchange: Exchange) -> None:
        raise AssertionError(exchange)

    end = served(handler, network="public")
    assert end.state == "failed"
    assert "s3cret" not in end.reason
