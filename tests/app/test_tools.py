"""Tools through a whole `podium up`: its own process, a real MCP server, the official client."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import httpx2
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client

from podium.tools.replaying import DECISION
from tests.app.running import Running, environment, free_port, running, until
from tests.tools.samples import MANIFESTS

SERVER = """
import sys
from tests.tools.samples import Post
post = Post()
server = post.server()
if len(sys.argv) > 1:
    import uvicorn
    uvicorn.run(server.streamable_http_app(), port=int(sys.argv[1]), log_level="error")
else:
    server.run("stdio")
"""


@contextmanager
def mail_server():
    """Run the mail server as a program; yield its port."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(port)], env=environment())
    try:

        def answers() -> bool:
            try:
                return httpx.get(f"http://127.0.0.1:{port}/").status_code == 404
            except httpx.TransportError:
                return False

        until(answers, "the mail server")
        yield port
    finally:
        process.terminate()
        process.wait(timeout=120)


def start_task(it: Running, key: str, request: str) -> dict[str, object]:
    answer = httpx.post(
        f"{it.url}/podium/v1/tasks", headers={"Authorization": f"Bearer {key}"}, json={"request": request}
    )
    assert answer.status_code == 201, answer.text
    told: dict[str, object] = answer.json()
    return told


def call(it: Running, token: object, name: str, arguments: dict[str, object]):
    async def main():
        async with httpx2.AsyncClient(headers={"Authorization": f"Bearer {token}"}, timeout=120) as http:
            url = f"http://127.0.0.1:{it.tools_port}/mcp"
            async with Client(streamable_http_client(url, http_client=http)) as client:
                return await client.call_tool(name, arguments)

    return asyncio.run(main())


def write(folder: Path, text: str) -> None:
    (folder / "manifests").mkdir()
    (folder / "manifests" / "all.yaml").write_text(text)


def tools_ready(it: Running) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{it.tools_port}/readyz").status_code == 200
    except httpx.TransportError:
        return False


@pytest.mark.crash
def test_tools_through_podium_up(tmp_path):
    """A task calls a granted tool of a real server through `podium up` and is refused another; a process that
    was killed is replaced, and goes on."""
    with mail_server() as port:
        write(tmp_path, MANIFESTS.format(port=port))
        with running(tmp_path, 9) as it:
            until(lambda: tools_ready(it), "the tool gateway")
            task = start_task(it, it.key("clerk"), "List my messages.")
            token = task["access_token"]
            result = call(it, token, "mail_list_messages", {})
            assert not result.is_error, result
            refused = call(it, token, "mail_delete_all", {})
            assert refused.is_error
            assert refused.meta[DECISION]["verdict"] == "deny"
            os.kill(it.children()["tools"], signal.SIGKILL)
            assert not call(it, token, "mail_list_messages", {}).is_error
            assert it.stop() == 0


def test_a_program_as_tool_server(tmp_path):
    """A tool server that is a program is started by the tool gateway, and sees only its own variables."""
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    text = MANIFESTS.format(port=0)
    command = json.dumps([sys.executable, str(script)])
    root = str(Path(__file__).parents[2])
    text = text.replace(
        "  url: http://127.0.0.1:0/mcp\n", f"  command: {command}\n  env: {{PYTHONPATH: {{value: {root}}}}}\n"
    )
    write(tmp_path, text)
    with running(tmp_path, 9) as it:
        until(lambda: tools_ready(it), "the tool gateway")
        token = start_task(it, it.key("clerk"), "List my messages.")["access_token"]
        result = call(it, token, "mail_list_messages", {})
        assert not result.is_error, result


SLOW = """
import sys
import anyio
import uvicorn
from mcp.server import MCPServer

made = MCPServer("mail", log_level="ERROR")

@made.tool()
async def list_messages() -> list[str]:
    open(sys.argv[2], "w").close()
    await anyio.sleep(8)
    return ["the end"]

uvicorn.run(made.streamable_http_app(), port=int(sys.argv[1]), log_level="error")
"""


@pytest.mark.crash
def test_a_call_under_way_ends_before_its_gateway_does(tmp_path):
    """SIGTERM, twice, in the middle of a call that takes longer than a stream may: its client is answered."""
    port, begun = free_port(), tmp_path / "begun"
    write(tmp_path, MANIFESTS.format(port=port))
    server = subprocess.Popen([sys.executable, "-c", SLOW, str(port), str(begun)], env=environment())
    try:
        with running(tmp_path, 9) as it, ThreadPoolExecutor(1) as pool:
            until(lambda: tools_ready(it), "the tool gateway")
            token = start_task(it, it.key("clerk"), "List my messages.")["access_token"]
            said = pool.submit(post, it, token, "mail_list_messages")
            until(begun.exists, "the call")
            it.process.send_signal(signal.SIGTERM)
            it.process.send_signal(signal.SIGTERM)
            assert said.result()["structuredContent"] == {"result": ["the end"]}
            assert it.process.wait(timeout=120) == 0
    finally:
        server.kill()
        server.wait()


def post(it: Running, token: object, tool: str) -> dict[str, object]:
    """Return the result of a call that is all that its client asks."""
    headers = {
        "authorization": f"Bearer {token}",
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": "2025-11-25",
    }
    with httpx.Client(timeout=120, headers=headers) as http:
        url = f"http://127.0.0.1:{it.tools_port}/mcp"
        params = {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "t", "version": "1"},
        }
        begun = http.post(url, json={"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params})
        http.headers["mcp-session-id"] = begun.headers["mcp-session-id"]
        http.post(url, json={"jsonrpc": "2.0", "method": "notifications/initialized"})
        asked = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": tool, "arguments": {}}}
        result: dict[str, object] = http.post(url, json=asked).json()["result"]
        return result
