"""Every way to reach a tool server passes one suite, the fake included."""

import json
import sys
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from podium.adapters.toolservers import HttpToolServer, StdioToolServer
from podium.adapters.toolservers.fake import FakeToolServer
from podium.kernel.errors import BrokenReply, ConnectFailed, JournalError
from podium.manifest.runs import VariableRef
from podium.manifest.snapshot import CredentialRef, ToolServerRow
from podium.net.upstream import Pool
from tests.tools.rig import listening
from tests.tools.samples import Post

PROGRAM = "from tests.tools.samples import Post; Post().server().run('stdio')"


class NoSecrets:
    def read(self, ref: CredentialRef) -> str:
        return f"secret of {ref.env}"


def row(port: int, **fields) -> ToolServerRow:
    return ToolServerRow(
        "mail", scheme="http", host="127.0.0.1", port=port, target="/mcp", network="private", **fields
    )


@asynccontextmanager
async def over_http(**settings):
    app, pool = Post().server().streamable_http_app(**settings), Pool()
    async with listening(app) as port:
        server = HttpToolServer(row(port), pool, NoSecrets())
        try:
            yield server
        finally:
            await server.close()
            await pool.close()


@asynccontextmanager
async def over_raw(results):
    """Yield a server of the newest version whose results are what a function of the method says."""

    async def app(scope, receive, send):
        if scope["type"] != "http":
            return
        asked = json.loads((await receive())["body"])
        found = {"supportedVersions": ["2026-07-28"]} if asked["method"] == "server/discover" else None
        result = found or results(asked["method"])
        body = json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": result}).encode()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    pool = Pool()
    async with listening(app) as port:
        yield HttpToolServer(row(port), pool, NoSecrets())
        await pool.close()


@asynccontextmanager
async def as_program():
    root = str(Path(__file__).parents[3])
    server = StdioToolServer(
        ToolServerRow(
            "mail", command=(sys.executable, "-c", PROGRAM), env={"PYTHONPATH": VariableRef(value=root)}
        ),
        NoSecrets(),
    )
    try:
        yield server
    finally:
        await server.close()


@asynccontextmanager
async def fake():
    def refuse(_arguments):
        return "deleted"

    yield FakeToolServer(
        {
            "send_email": lambda arguments: {"result": "sent"},
            "list_messages": lambda arguments: {"result": []},
            "delete_all": refuse,
        }
    )


WAYS = {
    "http": over_http,
    "http, answers as JSON": lambda: over_http(json_response=True),
    "http, without sessions": lambda: over_http(stateless_http=True),
    "program": as_program,
    "fake": fake,
}


@pytest.mark.parametrize("way", WAYS)
async def test_lists_and_calls(way):
    """A tool server lists its definitions, gives a result as it came, and an unknown tool as an error."""
    async with WAYS[way]() as server:
        names = {tool["name"] for tool in await server.list_tools()}
        assert names == {"send_email", "list_messages", "delete_all"}
        result = await server.call_tool("send_email", {"to": "a@b.example", "body": "x"})
        assert result.get("isError", False) is False
        assert result["structuredContent"] == {"result": "sent"}
        assert (await server.call_tool("no_such_tool", {}))["isError"] is True


@pytest.mark.parametrize("way", [name for name in WAYS if "," not in name])
async def test_says_that_a_call_goes_out_just_before_it_does(way):
    """Each call says so once; where that fails, the error passes and nothing has gone out."""
    said = []

    def cannot():
        raise JournalError("the disk is full")

    async with WAYS[way]() as server:
        assert len(await server.list_tools()) == 3
        await server.call_tool("send_email", {"to": "a@b.example", "body": "x"}, lambda: said.append(1))
        assert said == [1]
        with pytest.raises(JournalError):
            await server.call_tool("send_email", {"to": "a@b.example", "body": "y"}, cannot)
        if isinstance(server, FakeToolServer):
            assert len(server.calls) == 1
        again = await server.call_tool("list_messages", {}, lambda: said.append(2))
        assert (again.get("isError", False), said) == (False, [1, 2])


async def test_an_older_server_has_a_session():
    """With an older server a session is begun, and begun anew when the server has forgotten it."""
    post = Post().server()
    app = post.streamable_http_app()
    seen = []

    async def old(scope, receive, send):
        if scope["type"] == "http":
            version = dict(scope["headers"]).get(b"mcp-protocol-version", b"")
            if version == b"2026-07-28":
                await send({"type": "http.response.start", "status": 400, "headers": []})
                await send({"type": "http.response.body", "body": b""})
                return
            seen.append(dict(scope["headers"]).get(b"mcp-session-id"))
        await app(scope, receive, send)

    pool = Pool()
    async with listening(old) as port:
        server = HttpToolServer(row(port), pool, NoSecrets())
        assert len(await server.list_tools()) == 3
        assert seen[0] is None
        assert seen[-1] is not None
        server._session = b"forgotten"
        assert (await server.call_tool("list_messages", {}))["isError"] is False
        await pool.close()


@pytest.mark.parametrize(
    ("offered", "then"),
    [
        (["2026-07-28"], ["server/discover", "tools/list"]),
        (["2025-11-25"], ["initialize"]),
        (["2031-01-01"], []),
        (None, ["initialize"]),
    ],
)
async def test_a_server_that_refuses_the_version(offered, then):
    """Who says which versions it speaks is asked by one of these, or the error names them."""
    asked = []

    async def app(scope, receive, send):
        if scope["type"] != "http":
            return
        said = json.loads((await receive())["body"])
        asked.append(said["method"])
        if len(asked) > 1:
            result = {"supportedVersions": ["2026-07-28"], "protocolVersion": "1999-01-01", "tools": []}
            status, body = 200, {"id": said["id"], "result": result}
        else:
            data = {} if offered is None else {"data": {"supported": offered, "requested": "2026-07-28"}}
            status, body = 400, {"id": said["id"], "error": {"code": -32022, "message": "no", **data}}
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps({"jsonrpc": "2.0", **body}).encode()})

    pool = Pool()
    async with listening(app) as port:
        server = HttpToolServer(row(port), pool, NoSecrets())
        if then[-1:] == ["tools/list"]:
            assert await server.list_tools() == []
        else:
            with pytest.raises(BrokenReply, match="1999-01-01" if then else "2031-01-01"):
                await server.list_tools()
        assert asked == ["server/discover", *then]
        await pool.close()


async def test_forbidden_addresses():
    """A name or address that may not be connected to is refused before anything is sent."""
    pool = Pool()
    for host, network in (("169.254.169.254", "private"), ("127.0.0.1", "public")):
        server = HttpToolServer(
            ToolServerRow("mail", scheme="http", host=host, port=9, target="/mcp", network=network),
            pool,
            NoSecrets(),
        )
        with pytest.raises(ConnectFailed) as raised:
            await server.list_tools()
        assert raised.value.error_code == "address_forbidden"
        assert raised.value.sent is False
    await pool.close()


async def test_its_own_credential_goes_along():
    """The tool server gets Podium's credential for it, and nothing of the task's."""
    heads = []
    app = Post().server().streamable_http_app()

    async def noting(scope, receive, send):
        if scope["type"] == "http":
            heads.append(dict(scope["headers"]))
        await app(scope, receive, send)

    pool = Pool()
    async with listening(noting) as port:
        server = HttpToolServer(row(port, credential=CredentialRef(env="MAIL_KEY")), pool, NoSecrets())
        await server.list_tools()
        assert {head[b"authorization"] for head in heads} == {b"Bearer secret of MAIL_KEY"}
        await pool.close()


async def test_a_program_that_is_none():
    """A program that cannot be started is a failure to connect: nothing was sent."""
    server = StdioToolServer(ToolServerRow("mail", command=("/no/such/program",)), NoSecrets())
    with pytest.raises(ConnectFailed):
        await server.list_tools()
    await server.close()
