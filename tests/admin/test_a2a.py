"""Agents that Podium runs, asked by the official A2A client."""

import asyncio
import hashlib
import json
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from a2a.client import A2ACardResolver, AgentCardResolutionError, Client, ClientConfig, ClientFactory
from a2a.client.errors import A2AClientError
from a2a.helpers import new_data_part, new_text_part
from a2a.types import (
    AgentCard,
    CancelTaskRequest,
    GetTaskPushNotificationConfigRequest,
    GetTaskRequest,
    ListTasksRequest,
    Message,
    Part,
    Role,
    SendMessageConfiguration,
    SendMessageRequest,
    StreamResponse,
    SubscribeToTaskRequest,
    Task,
    TaskState,
)
from a2a.utils.errors import (
    PushNotificationNotSupportedError,
    TaskNotCancelableError,
    TaskNotFoundError,
    UnsupportedOperationError,
)
from sqlalchemy import insert

from podium.adapters.artifacts import FileArtifacts
from podium.control.door import sha256
from podium.kernel.errors import NotFound
from podium.ports.acts import AddUser, By, IssueToken
from podium.ports.database import cases
from podium.ports.runs import Artifact
from tests.admin.test_runs import ADMIN, running
from tests.keeper.acting import House
from tests.keeper.test_runs import claim, now, report, steer

NOW = SendMessageConfiguration(return_immediately=True)


@dataclass
class Place:
    """The real app, and the SDK's clients of it."""

    house: House
    store: FileArtifacts
    host: str

    @asynccontextmanager
    async def http(self, token: str = ADMIN) -> AsyncIterator[httpx.AsyncClient]:
        headers = {"authorization": f"Bearer {token}"}
        async with httpx.AsyncClient(base_url=self.host, headers=headers, timeout=120) as client:
            yield client

    @asynccontextmanager
    async def client(self, token: str = ADMIN, agent: str = "triage", *, streaming: bool = False) -> Any:
        async with self.http(token) as http:
            card = await A2ACardResolver(http, f"{self.host}/a2a/{agent}").get_agent_card()
            yield ClientFactory(ClientConfig(httpx_client=http, streaming=streaming)).create(card)

    async def card(self, agent: str, token: str = ADMIN) -> AgentCard:
        async with self.http(token) as http:
            return await A2ACardResolver(http, f"{self.host}/a2a/{agent}").get_agent_card()

    def finish(self, task_id: str, result: bytes, **left: bytes) -> None:
        run = claim(self.house, task_id).run if now(self.house, task_id).state == "queued" else None
        run = run or now(self.house, task_id)
        bodies = tuple(
            Artifact(name, self.store.put(body), "text/plain", len(body)) for name, body in left.items()
        )
        report(self.house, run, "succeeded", result_sha256=self.store.put(result), artifacts=bodies)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    with running(tmp_path) as (app, house, store):
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        with socket.create_server(("127.0.0.1", 0)) as listening:
            serving = asyncio.create_task(server.serve([listening]))
            yield Place(house, store, f"http://127.0.0.1:{listening.getsockname()[1]}")
            server.should_exit = True
            await serving


def message(text: str, id_: str, *more: Part, **of: str) -> Message:
    return Message(message_id=id_, role=Role.ROLE_USER, parts=[new_text_part(text), *more], **of)


async def send(client: Client, said: Message, config: SendMessageConfiguration = NOW) -> Task:
    found = [it async for it in client.send_message(SendMessageRequest(message=said, configuration=config))]
    return found[-1].task


async def test_a_task_from_its_card_to_its_end(place: Place) -> None:
    """A message starts one task however often it comes; it is told, got, listed by pages, and completed."""
    card = await place.card("triage")
    assert [it.url for it in card.supported_interfaces] == [f"{place.host}/a2a/triage"] * 2
    assert card.security_schemes["bearer"].http_auth_security_scheme.scheme == "bearer"
    async with place.client() as client:
        data = new_data_part({"tickets": 2})
        first = await send(client, message("Sort it.", "m1", data, context_id="ours"))
        again = await send(client, message("Sort it.", "m1", data, context_id="ours"))
        assert (first.id, first.context_id) == (again.id, "ours")
        assert first.status.state == TaskState.TASK_STATE_SUBMITTED
        run = now(place.house, first.id)
        assert json.loads(place.store.read(run.input_sha256 or "")) == {"tickets": 2}
        told = await send(client, message("Only the new ones.", "m2", task_id=first.id))
        assert [it.parts[0].text for it in told.history] == ["Sort it.", "Only the new ones."]
        second = await send(client, message("Another.", "m3"))
        assert second.context_id == second.id
        claim(place.house, first.id)
        steer(place.house, first.id, "pause")
        paused = await client.get_task(GetTaskRequest(id=first.id, history_length=1))
        assert paused.status.state == TaskState.TASK_STATE_WORKING
        assert "paused" in paused.status.message.parts[0].text
        assert len(paused.history) == 1
        steer(place.house, first.id, "resume")
        place.finish(first.id, b'{"sorted": 2}', log=b"x" * (65 << 10), notes=b"done")
        done = await client.get_task(GetTaskRequest(id=first.id))
        parts = {it.name: it.parts[0] for it in done.artifacts}
        assert done.status.state == TaskState.TASK_STATE_COMPLETED
        assert parts["result"].data.struct_value["sorted"] == 2
        assert (parts["notes"].text, parts["log"].url) == (
            "done",
            f"{place.host}/podium/v1/runs/{first.id}/artifacts/log",
        )
        assert place.store.remove(hashlib.sha256(b"done").hexdigest(), before_ns=1 << 62)
        done = await client.get_task(GetTaskRequest(id=first.id))
        assert {it.parts[0].WhichOneof("content") for it in done.artifacts} == {"data", "url"}
        page = await client.list_tasks(ListTasksRequest(page_size=1))
        rest = await client.list_tasks(ListTasksRequest(page_size=1, page_token=page.next_page_token))
        assert {it.id for it in (*page.tasks, *rest.tasks)} == {first.id, second.id}
        assert (page.total_size, rest.next_page_token) == (2, "")
        for wish, found in (
            (ListTasksRequest(context_id="ours"), first.id),
            (ListTasksRequest(context_id=second.id), second.id),
            (ListTasksRequest(status=TaskState.TASK_STATE_SUBMITTED), second.id),
        ):
            assert [it.id for it in (await client.list_tasks(wish)).tasks] == [found]
        cancelled = await client.cancel_task(CancelTaskRequest(id=second.id))
        assert cancelled.status.state == TaskState.TASK_STATE_CANCELED
        assert "cancelled by A2A" in cancelled.status.message.parts[0].text
        with pytest.raises(TaskNotCancelableError):
            await client.cancel_task(CancelTaskRequest(id=second.id))
        with pytest.raises(UnsupportedOperationError):
            await send(client, message("Go on.", "m4", task_id=second.id))


async def test_a_stream_tells_until_it_is_over(place: Place) -> None:
    """A stream begins with the task, then has artifacts and statuses; sending waits where it shall."""
    async with place.client(streaming=True) as client:
        events: list[StreamResponse] = []
        wish = SendMessageRequest(message=message("Sort it.", "m1"))
        async for event in client.send_message(wish):
            events.append(event)
            if event.HasField("task"):
                claim(place.house, event.task.id)
            elif event.status_update.status.state == TaskState.TASK_STATE_WORKING:
                place.finish(events[0].task.id, b"All of them.")
        kinds = [event.WhichOneof("payload") for event in events]
        assert kinds == ["task", "status_update", "artifact_update", "status_update"]
        assert events[2].artifact_update.artifact.parts[0].text == "All of them."
        assert events[-1].status_update.status.state == TaskState.TASK_STATE_COMPLETED
        with pytest.raises(UnsupportedOperationError):
            _ = [it async for it in client.subscribe(SubscribeToTaskRequest(id=events[0].task.id))]
    async with place.client() as client:
        waits = asyncio.create_task(send(client, message("Wait.", "m2"), SendMessageConfiguration()))
        while not (found := (await client.list_tasks(ListTasksRequest(status=1))).tasks):
            await asyncio.sleep(0.05)
        place.finish(found[0].id, b"\xff")
        assert (await waits).artifacts[0].parts[0].raw == b"\xff"
        doubtful = await send(client, message("Pay it.", "m3"))
        run = claim(place.house, doubtful.id).run
        with place.house.engine.begin() as connection:
            case = {"id": "case_1", "kind": "pipeline.approval", "key": run.task_id, "choices": "[]"}
            case |= {"evidence": "{}", "created_ns": 1, "state": "open"}
            case |= dict.fromkeys(("title", "why", "department", "owner", "otherwise"), "")
            connection.execute(insert(cases).values(**case))
        asked = await client.list_tasks(ListTasksRequest(status=TaskState.TASK_STATE_AUTH_REQUIRED))
        assert [it.id for it in asked.tasks] == [doubtful.id]
        assert not (await client.list_tasks(ListTasksRequest(status=TaskState.TASK_STATE_WORKING))).tasks


async def test_what_is_not_known_is_never_told_as_failed(place: Place) -> None:
    """A task whose last act may have been done waits for a person; it goes on, or is cancelled, by its id."""
    async with place.client() as client:
        doubtful = await send(client, message("Pay it.", "m1"))
        report(place.house, claim(place.house, doubtful.id).run, "unknown")
        waits = SendMessageConfiguration()
        found = await send(client, message("Pay it.", "m1"), waits)
        assert (found.id, found.status.state) == (doubtful.id, TaskState.TASK_STATE_AUTH_REQUIRED)
        assert "not known" in found.status.message.parts[0].text
        asked = await client.list_tasks(ListTasksRequest(status=TaskState.TASK_STATE_AUTH_REQUIRED))
        assert [it.id for it in asked.tasks] == [doubtful.id]
        assert not (await client.list_tasks(ListTasksRequest(status=TaskState.TASK_STATE_FAILED))).tasks
        cancelled = await client.cancel_task(CancelTaskRequest(id=doubtful.id))
        assert cancelled.status.state == TaskState.TASK_STATE_CANCELED


async def test_who_may_not_and_what_is_not_there(place: Place) -> None:
    """A wrong token, an agent that is not run, another agent's task, a viewer who starts: all refused."""
    for agent, token, status in (("triage", "wrong", 401), ("idle", ADMIN, 404), ("nobody", ADMIN, 404)):
        with pytest.raises(AgentCardResolutionError) as refused:
            await place.card(agent, token)
        assert refused.value.status_code == status
    async with place.http() as http:
        answer = await http.post("/a2a/idle", json={})
        assert (answer.status_code, answer.json()["field"]) == (404, "agent")
        old = {"message": {"messageId": "m0", "role": "user", "parts": [{"kind": "text", "text": "Old."}]}}
        old["configuration"] = {"blocking": False}
        call = {"jsonrpc": "2.0", "id": 1, "method": "message/send", "params": old}
        answer = await http.post("/a2a/triage", json=call)
        assert answer.json()["result"]["status"]["state"] == "submitted"
    async with place.client(agent="search") as client:
        with pytest.raises(TaskNotFoundError):
            await client.get_task(GetTaskRequest(id=answer.json()["result"]["id"]))
        with pytest.raises(PushNotificationNotSupportedError):
            await client.get_task_push_notification_config(
                GetTaskPushNotificationConfigRequest(task_id="task_1", id="x")
            )
    house, secret = place.house, "podium_user_vera"
    house.acts.do(AddUser(By(), "vera", ("viewer",), "$argon2id$vera"))
    house.acts.do(IssueToken(By(), "vera", sha256(secret), "ci", house.clock.wall_ns() + 10**12))
    async with place.client(secret) as client:
        assert len((await client.list_tasks(ListTasksRequest())).tasks) == 1
        task_id = answer.json()["result"]["id"]
        for refused in (
            send(client, message("Sort it.", "m1", new_data_part({"mine": 1}))),
            send(client, message("Faster.", "m2", task_id=task_id)),
            client.cancel_task(CancelTaskRequest(id=task_id)),
        ):
            with pytest.raises(A2AClientError, match="403"):
                await refused
            assert house.rows()[-1].outcome == "refused"
    async with place.http(secret) as http:
        answer = await http.post("/a2a/triage", json=call)
        assert "it wants the role operator" in answer.json()["error"]["message"]  # in the words of 0.3
    assert now(house, task_id).state == "queued"
    with pytest.raises(NotFound):
        place.store.read(hashlib.sha256(b'{"mine": 1}').hexdigest())  # nor is anything kept of it


def test_nobody_pays_who_does_not_ask() -> None:
    """The admin API does not import the SDK before somebody asks for it."""
    code = "import sys, podium.admin.api; print([it for it in sys.modules if it.split('.')[0] == 'a2a'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=200)
    assert done.stdout == "[]\n"
