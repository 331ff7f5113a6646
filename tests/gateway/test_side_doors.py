"""No way to a provider but through admission, hold, settlement and span."""

import ast
import json
from pathlib import Path

import httpx
import pytest

from podium.gateway import endpoints
from podium.spend.journal import Hold, Settle
from tests.gateway.house import KEY, House, house

ROOT = Path(__file__).parent.parent.parent
MESSAGE = {"role": "user", "content": "Hi"}
BODIES: dict[str, object] = {
    "/v1/chat/completions": {"model": "big", "messages": [MESSAGE]},
    "/v1/messages": {"model": "big", "max_tokens": 16, "messages": [MESSAGE]},
    "/v1/messages/count_tokens": {"model": "claude", "messages": [MESSAGE]},
    "/v1/embeddings": {"model": "embed", "input": "Hi"},
    "/v1/responses": {"model": "responses", "input": "Hi"},
}
"""For every endpoint a request that it serves: a new endpoint needs one here."""
NOT_SERVED = (
    *("/v1/completions", "/v1/files", "/v1/batches", "/v1/images/generations", "/v1/audio/speech"),
    *("/v1/audio/transcriptions", "/v1/moderations", "/v1/fine_tuning/jobs", "/v1/assistants", "/v1/threads"),
    *("/v1/vector_stores", "/v1/uploads", "/v1/realtime/sessions", "/v1/complete", "/v1/messages/batches"),
    *("/v1/responses/resp_1", "/v1/responses/resp_1/cancel", "/v1/responses/resp_1/input_items"),
    *("/v1/responses/input_tokens", "/v1/responses/compact", "/v1/conversations", "/v1/prompts"),
    *("/v1beta/cachedContents", "/v1beta/files", "/v1beta/tunedModels", "/upload/v1beta/files", "/proxy"),
    *("/", "/v1", "/v1/", "//v1/chat/completions", "/v1/chat/completions/"),
    *("/V1/chat/completions", "/v1/chat/completions%2f", "/openai/v1/chat/completions", "/count"),
)
"""Paths of providers' APIs that are not served, and others by which one might slip past."""


def seen(it: House) -> int:
    return len(it.sim.records)


async def post(client: httpx.AsyncClient, it: House, path: str, body: object) -> httpx.Response:
    # The target goes out as it is written here.
    url = httpx.URL(it.url).copy_with(raw_path=path.encode())
    return await client.post(url, content=json.dumps(body), headers={"authorization": f"Bearer {KEY}"})


async def test_every_endpoint_holds_settles_and_stands_in_the_journal(tmp_path):
    """Each endpoint's call reaches the provider once, behind one HOLD, which one SETTLE ends."""
    assert set(BODIES) == set(endpoints.MODEL_ENDPOINTS)
    async with house(tmp_path) as it, httpx.AsyncClient(timeout=120) as client:
        for number, (path, body) in enumerate(BODIES.items(), 1):
            answer = await post(client, it, path, body)
            assert answer.status_code == 200, (path, answer.text)
            assert seen(it) == number
            holds = [record.charge_id for record in it.records() if isinstance(record, Hold)]
            settles = [record for record in it.records() if isinstance(record, Settle)]
            assert len(holds) == number
            assert [record.charge_id for record in settles] == holds
            assert settles[-1].done is not None  # of which the keeper makes call, span and log line


@pytest.mark.parametrize("path", BODIES)
async def test_without_a_credential_nothing_reaches_a_provider(tmp_path, path):
    """No credential, or a wrong one: 401, and the provider has seen nothing."""
    async with house(tmp_path) as it, httpx.AsyncClient(timeout=120) as client:
        for headers in ({}, {"authorization": "Bearer podium_sk_wrong"}, {"x-api-key": "podium_sk_wrong"}):
            answer = await client.post(it.url + path, json=BODIES[path], headers=headers)
            assert answer.status_code == 401
        assert (seen(it), it.records()[1:]) == (0, [])


@pytest.mark.parametrize("path", BODIES)
async def test_while_admission_refuses_nothing_reaches_a_provider(tmp_path, path):
    """A worker that is not in step with its keeper answers 503, and the provider has seen nothing."""
    async with house(tmp_path) as it, httpx.AsyncClient(timeout=120) as client:
        it.standing.failure = "the keeper is silent"
        answer = await post(client, it, path, BODIES[path])
        assert answer.status_code == 503
        assert (seen(it), it.holds()) == (0, [])


async def test_what_is_not_known_is_not_forwarded(tmp_path):
    """Any other path, and any other method on a known one, is refused: 404 or 405, and nothing is sent."""
    async with house(tmp_path) as it, httpx.AsyncClient(timeout=120) as client:
        body = BODIES["/v1/chat/completions"]
        for path in NOT_SERVED:
            answer = await post(client, it, path, body)
            assert answer.status_code in {400, 404}, path
        for path in BODIES:
            for method in ("GET", "PUT", "PATCH", "DELETE", "OPTIONS"):
                answer = await client.request(
                    method, it.url + path, headers={"authorization": f"Bearer {KEY}"}
                )
                assert answer.status_code == 405, (method, path)
        assert (seen(it), it.holds()) == (0, [])


async def test_realtime_and_websockets_are_refused_clearly(tmp_path):
    """A WebSocket's handshake is answered with an error that says what to use instead."""
    async with house(tmp_path) as it, httpx.AsyncClient(timeout=120) as client:
        headers = {
            "authorization": f"Bearer {KEY}",
            "connection": "upgrade",
            "upgrade": "websocket",
            "sec-websocket-version": "13",
            "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
        }
        answer = await client.get(it.url + "/v1/realtime?model=big", headers=headers)
        assert answer.status_code == 404
        assert answer.json()["error"]["code"] == "websocket_not_served"
        assert seen(it) == 0


def sends(source: Path) -> bool:
    """Return whether a file sends a request to a provider: `Pool.send` is what takes deadlines."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "send"
        and any(keyword.arg == "deadlines" for keyword in node.keywords)
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
    )


def test_only_the_path_and_the_looks_send_to_providers():
    """In the gateway's source, one place sends a call to a provider, and one looks at its health.

    The carrier of tools sends too: to the one address that it is made with, the keeper's.
    """
    sources = sorted((ROOT / "podium" / "gateway").rglob("*.py"))
    assert [source.name for source in sources if sends(source)] == ["carrying.py", "path.py", "probing.py"]
    carrier = ast.parse((ROOT / "podium" / "app" / "carrier.py").read_text())
    carried = [
        node
        for node in ast.walk(carrier)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Origin"
    ]
    assert [ast.unparse(call.args[1]) for call in carried] == ["host"]
