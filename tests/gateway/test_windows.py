"""What fills the windows of a conversation's calls: a worker counts it, with the provider's own total."""

import json
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from podium.evidence.windows import Window
from podium.gateway.endpoints import MODEL_ENDPOINTS
from podium.gateway.windows import MOST_MARKS, Windows
from podium.kernel.call import Usage
from podium.kernel.window import KINDS
from podium.manifest.orders import Orders, TaskOrders
from podium.manifest.snapshot import ToolServerRow
from podium.trust.tools import ToolRow
from tests.gateway.house import KEY, house
from tests.gateway.house import snapshot as house_snapshot
from tests.gateway.test_side_doors import BODIES

CHAT = MODEL_ENDPOINTS["/v1/chat/completions"]
SNAPSHOT = house_snapshot(1)
GEMINI = "/v1beta/models/gemini:generateContent"
SYSTEM = {"role": "system", "content": "s" * 100}


def said(text: str) -> dict[str, Any]:
    return {"role": "user", "content": text}


def answered(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": text}


class Worker:
    """One worker's memory, asked as the path asks it."""

    def __init__(self) -> None:
        self.windows = Windows()
        self.orders = Orders()
        self.snapshot = SNAPSHOT
        self.calls = 0

    def call(self, *messages: dict[str, Any], tokens: int, task: str = "task_1") -> Window:
        body = json.dumps({"model": "big", "messages": messages}).encode()
        request = CHAT.wire.decode_request(body, "")
        filling = self.windows.begin(task, request, CHAT, self.snapshot, self.orders)
        assert filling is not None
        filling.count()
        self.calls += 1
        found = filling.window(f"{self.calls:016x}", Usage(input_tokens=tokens))
        assert found is not None
        assert sum(found.tokens) == tokens
        return found


def test_a_conversation_grows():
    """The first call has none before it; the next ones grow by what is new, and drop nothing."""
    worker = Worker()
    first = worker.call(SYSTEM, said("a" * 300), tokens=100)
    assert dict(zip(KINDS, first.tokens, strict=True)) == {
        **dict.fromkeys(KINDS, 0), "system": 25, "user": 75,
    }  # fmt: skip
    assert (first.dropped_tokens, first.growth_tokens, first.against) == (None, None, None)
    second = worker.call(SYSTEM, said("a" * 300), answered("b" * 100), said("c" * 100), tokens=150)
    assert (second.dropped_tokens, second.growth_tokens, second.against) == (0, 50, f"{1:016x}")


def test_what_was_dropped_is_said():
    """What the call before had and this one has not is dropped, measured by that call's own tokens."""
    worker = Worker()
    talk = [said("a" * 100), answered("b" * 100), said("c" * 100), answered("d" * 100)]
    worker.call(SYSTEM, *talk[:3], tokens=400)
    found = worker.call(SYSTEM, *talk[2:], said("e" * 50), tokens=350)
    assert (found.dropped_tokens, found.growth_tokens) == (200, -50)


def test_calls_that_another_worker_served_leave_it_unknown():
    """Two answers are new: one call was made elsewhere, so what was dropped since is not known."""
    here, there = Worker(), Worker()
    talk = [said("a"), answered("b"), said("c"), answered("d"), said("e")]
    here.call(*talk[:1], tokens=1)
    there.call(*talk[:3], tokens=3)
    found = here.call(*talk, tokens=5)
    assert (found.dropped_tokens, found.growth_tokens, found.against) == (None, None, None)
    further = here.call(*talk, answered("f"), said("g"), tokens=7)
    assert (further.dropped_tokens, further.growth_tokens) == (0, 2)


def test_conversations_of_a_task_are_held_apart():
    """A call is held against the conversation that it goes on with, not against the last one."""
    worker = Worker()
    worker.call(said("plan"), tokens=10)
    aside = worker.call(said("sum this up"), tokens=99)
    assert aside.against is None
    found = worker.call(said("plan"), answered("b"), said("go"), tokens=30)
    assert (found.growth_tokens, found.against) == (20, f"{1:016x}")


def test_results_of_tools_that_retrieve_are_documents():
    """Where the manifest says that a tool retrieves, what it gave is documents, under any of its names."""
    worker = Worker()
    tools = {name: ToolRow("kb", name, "read") for name in ("search", "book")}
    servers = {"kb": ToolServerRow("kb", tools=tools, retrieves=("search",))}
    worker.snapshot = msgspec.structs.replace(SNAPSHOT, tool_servers=servers)

    def called(id_: str, name: str) -> dict[str, Any]:
        call = {"id": id_, "type": "function", "function": {"name": name, "arguments": ""}}
        return {"role": "assistant", "content": None, "tool_calls": [call]}

    def gave(id_: str) -> dict[str, Any]:
        return {"role": "tool", "tool_call_id": id_, "content": "x" * 100}

    names = {"1": "kb_search", "2": "kb_book", "3": "search"}
    talk = [message for id_, name in names.items() for message in (called(id_, name), gave(id_))]
    found = dict(zip(KINDS, worker.call(*talk, tokens=322).tokens, strict=True))
    assert (found["documents"], found["tool_results"], found["assistant"]) == (200, 100, 22)


def test_a_task_that_has_ended_is_forgotten():
    """What orders say is over is forgotten; at the limit of marks, what was used last longest ago."""
    worker = Worker()
    for task in ("task_1", "task_2"):
        worker.call(said("a"), tokens=1, task=task)
    worker.orders = Orders(2, tasks=TaskOrders(dead=("task_1",)))
    worker.call(said("a"), tokens=1, task="task_3")
    assert [bool(worker.windows.talks(f"task_{number}")) for number in (1, 2, 3)] == [False, True, True]
    many = [said(str(number)) for number in range(3_000)]
    for number in range(MOST_MARKS // 3_000 + 1):
        worker.call(*many, tokens=1, task=f"task_more_{number}")
    assert worker.windows.talks("task_2") == []


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/messages", "/v1/responses", GEMINI])
async def test_calls_of_a_session_settle_with_their_window(tmp_path: Path, path: str) -> None:
    """In every format of chats the window adds up to the settled input tokens; a call of no task has none."""
    async with house(tmp_path) as it, httpx.AsyncClient(base_url=it.url) as http:
        bearer = {"authorization": f"Bearer {KEY}"}
        body = BODIES.get(path, {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]})
        for headers in ({}, {"x-podium-session": "s1"}, {"x-podium-session": "s1"}):
            answer = await http.post(path, json=body, headers=bearer | headers)
            assert answer.status_code == 200, answer.text
        without, first, second = it.settles()
        assert without.window == ()
        for settle in (first, second):
            found = Window.of(settle.window)
            assert found is not None
            assert settle.usage is not None
            assert sum(found.tokens) == settle.usage.input_tokens
        again = Window.of(second.window)
        assert again is not None
        assert (again.dropped_tokens, again.growth_tokens, again.against) == (0, 0, it.holds()[1].span_id)
