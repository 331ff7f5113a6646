"""What MCP clients ask on a gateway's machine is carried over TLS to the tool gateway's socket, once."""

import asyncio
import ssl

import httpx2
import pytest
from cryptography.x509.oid import ExtendedKeyUsageOID

from podium.adapters.certificates import Authority
from podium.adapters.link import MachineDialer, Remote
from podium.adapters.system import Entropy, SystemClock
from podium.gateway.carrying import Carrier, Word
from podium.keeper.carrying import Carrying
from podium.keeper.connection import Door, listening
from podium.kernel.errors import NotReady
from podium.net.server import Server
from podium.net.tls import TlsFiles
from podium.net.upstream import Origin, Pool
from podium.ports.link import Answer, LookIn
from podium.ports.machines import TOOLS_ALPN
from tests.app.running import free_port

CALL = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "x", "arguments": {}}}


class Tools:
    """Stands where the tool gateway does: keeps what it gets, and answers as ``answer`` says."""

    def __init__(self, path):
        self.path, self.got, self.answer, self.gone = path, [], self.whole, asyncio.Event()

    async def whole(self, writer):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nmcp-session-id: s\r\n\r\n{}")

    async def nothing(self, writer):
        writer.close()

    async def half(self, writer):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n{")
        await writer.drain()
        writer.close()

    async def stream(self, writer):
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        )
        writer.write(b"6\r\nfirst\n\r\n")

    async def serve(self, reader, writer):
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = [line for line in head.split(b"\r\n") if line.startswith(b"content-length: ")]
                body = await reader.readexactly(int(length[0].split()[1])) if length else b""
                self.got.append((head, body))
                await self.answer(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.gone.set()
        finally:
            writer.close()


class House:
    """Both machines in this loop."""

    def __init__(self, folder):
        self.folder = folder
        authority = Authority(folder)
        authority.create()
        authority.issue_keeper(["127.0.0.1"], 1)
        authority.issue_gateway("rack-1", 1)
        authority._issue("stranger", "/stranger/rack-1", [], ExtendedKeyUsageOID.CLIENT_AUTH, 1)
        self.door = Door("127.0.0.1", free_port(), self.files("keeper"))
        self.tools = Tools(folder / "tools.sock")
        self.words = []
        self.refuses = False

    def files(self, name):
        return TlsFiles(self.folder / f"{name}.pem", self.folder / f"{name}.key", self.folder / "ca.pem")

    async def ask(self, question):
        """Be the link to the keeper."""
        self.words.append(question)
        if self.refuses:
            raise NotReady("It is away.")
        return Answer(1, 1)

    async def open_tools(self):
        self.near = await asyncio.start_unix_server(self.tools.serve, str(self.tools.path))


@pytest.fixture
async def house(tmp_path):
    it = House(tmp_path)
    carrying = Carrying(it.tools.path, SystemClock())
    files = [tmp_path / name for name in ("rack-1.pem", "rack-1.key", "ca.pem")]
    pool = Pool(dialer=MachineDialer(Remote("127.0.0.1", it.door.port, *files)))
    word = Word(it, SystemClock(), "https://rack-1.example/mcp")
    origin = Origin("https", "127.0.0.1", it.door.port, network="private")
    server = Server(Carrier(pool, origin, word, "https://rack-1.example/mcp", Entropy()).handle)

    async def serve(_reader, writer):
        writer.close()

    first = asyncio.Event()
    asking = asyncio.create_task(word.keep_asking(first.set))
    await it.open_tools()
    async with listening(tmp_path, it.door, serve, carrying.serve_connection):
        await server.listen()
        await first.wait()
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{server.port}", timeout=30) as it.http:
            yield it
        asking.cancel()
        await server.drain(1)
        await pool.close()
        carrying.close()
        it.near.close()
    await asyncio.sleep(0)


async def test_there_and_back(house):
    """Method, path, body and headers go through as they are; the address that was called is the gateway's
    word, and headers of one connection stay behind."""
    theirs = {"dpop": "p", "podium-resource": "https://evil.example", "te": "trailers"}
    answer = await house.http.post("/mcp?x=1", json=CALL, headers=theirs)
    assert (answer.status_code, answer.text, answer.headers["mcp-session-id"]) == (200, "{}", "s")
    ((head, body),) = house.tools.got
    assert head.startswith(b"POST /mcp?x=1 HTTP/1.1\r\n")
    assert body == answer.request.content
    assert b"\r\ndpop: p\r\n" in head
    assert head.count(b"podium-resource: ") == head.count(b"podium-resource: https://rack-1.example/mcp") == 1
    assert b"\r\nte:" not in head
    assert house.words[0] == LookIn("https://rack-1.example/mcp")


async def test_a_stream_and_who_leaves_it(house):
    """What is streamed arrives as it comes, and the tool gateway sees that its client has gone."""
    house.tools.answer = house.tools.stream
    async with house.http.stream("GET", "/mcp") as answer:
        assert await anext(answer.aiter_bytes()) == b"first\n"
    async with asyncio.timeout(30):
        await house.tools.gone.wait()


def header(got, name):
    """Return the one value of a header that was got, empty where there is none."""
    values = [line.partition(b": ")[2] for line in got[0].split(b"\r\n") if line.startswith(name + b": ")]
    assert len(values) < 2
    return values[0] if values else b""


@pytest.mark.parametrize("how", ["nothing", "half"])
async def test_a_lost_answer(house, how):
    """Whose answer is lost is told that nobody knows, in MCP where it called a tool; it went out once."""
    house.tools.answer = getattr(house.tools, how)
    told = (await house.http.post("/mcp", json=CALL)).json()
    assert (told["id"], told["result"]["isError"]) == (7, True)
    assert told["result"]["_meta"]["podium/decision"]["outcome"] == "unknown"
    assert len(house.tools.got) == 1
    name = header(house.tools.got[0], b"podium-carried")
    assert len(name) == 32
    answer = await house.http.post("/mcp", json={"jsonrpc": "2.0", "id": 8, "method": "ping"})
    assert header(house.tools.got[1], b"podium-lost") == name
    house.tools.answer = house.tools.whole
    assert (await house.http.get("/readyz")).status_code == 200
    assert header(house.tools.got[-1], b"podium-lost") == b""
    for lost in (name if how == "nothing" else b"", b""):  # it is said until it was heard
        assert (await house.http.post("/mcp", json=CALL, headers={"podium-lost": "x"})).status_code == 200
        assert header(house.tools.got[-1], b"podium-lost") == lost
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "answer_lost")


async def test_nothing_was_sent(house):
    """Without the tool gateway, or the keeper's word, a request is refused, and so is readiness."""
    house.near.close()
    house.tools.path.unlink()
    refused = await house.http.post("/mcp", json=CALL)
    assert (refused.status_code, refused.json()["error"]["code"]) == (503, "not_ready")
    house.refuses = True
    async with asyncio.timeout(30):
        while "It is away" not in (answer := await house.http.get("/readyz")).text:
            await asyncio.sleep(0.02)
    assert answer.status_code == 503
    refused = await house.http.post("/mcp", json=CALL)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert "Nothing was sent" in refused.json()["error"]["message"]
    assert (await house.http.get("/livez")).status_code == 200
    assert house.tools.got == []


async def test_only_gateways_are_carried(house, tmp_path):
    """Whoever shows another certificate of the same authority reaches nothing behind the keeper."""
    context = ssl.create_default_context(cafile=tmp_path / "ca.pem")
    context.load_cert_chain(tmp_path / "stranger.pem", tmp_path / "stranger.key")
    context.set_alpn_protocols([TOOLS_ALPN])
    reader, writer = await asyncio.open_connection("127.0.0.1", house.door.port, ssl=context)
    writer.write(b"GET /mcp HTTP/1.1\r\nhost: x\r\n\r\n")
    async with asyncio.timeout(20):
        assert await reader.read() == b""
    writer.close()
    assert house.tools.got == []
