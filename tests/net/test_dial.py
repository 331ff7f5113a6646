"""New connections to providers: checked addresses, TLS with its authorities, and the way through a proxy."""

import asyncio
import os
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trustme

from podium.kernel.errors import ConnectFailed, StateError
from podium.net.proxies import Proxies
from podium.net.upstream import Origin, Pool
from tests.kernel.test_addresses import ODD_HOSTS
from tests.net.sockets import PATIENT, Provider, providing

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"


async def ask(pool: Pool, origin: Origin) -> bytes:
    reply = await pool.send(origin, method="GET", target="/", headers=(), body=b"", deadlines=PATIENT)
    return await reply.read(100)


async def refused(pool: Pool, origin: Origin) -> ConnectFailed:
    with pytest.raises(ConnectFailed) as failed:
        await ask(pool, origin)
    assert failed.value.sent is False
    return failed.value


def resolve_to(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Make every name resolve to these addresses."""

    async def getaddrinfo(_loop: object, _host: str, port: int, **_: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    loop = type(asyncio.get_running_loop())
    monkeypatch.setattr(loop, "getaddrinfo", getaddrinfo, raising=False)


async def test_a_name_that_resolves_to_a_private_address_is_refused() -> None:
    """localhost as a public provider: the address is named, and the field that would allow it."""
    async with providing(OK) as provider:
        error = await refused(Pool(), Origin("http", "localhost", provider.port))
        assert error.error_code == "address_forbidden"
        assert "this machine's own" in error.message
        assert "network: private" in error.fix
        assert provider.connections == 0
        assert await ask(Pool(), Origin("http", "localhost", provider.port, network="private")) == b"hi"


@pytest.mark.parametrize("address", ["169.254.169.254", "[fd00:ec2::254]", "::ffff:169.254.169.254"])
async def test_metadata_services_are_never_connected_to(address: str) -> None:
    """Not even where the manifest allows private addresses."""
    error = await refused(Pool(), Origin("http", address, 80, network="private"))
    assert "metadata" in error.message


async def test_one_forbidden_address_among_others_is_enough() -> None:
    """All addresses of a name are looked at, so that no order of them lets one through."""
    if not isinstance(asyncio.get_running_loop(), asyncio.SelectorEventLoop):
        pytest.skip("uvloop's getaddrinfo cannot be replaced")
    with pytest.MonkeyPatch.context() as patch:
        resolve_to(patch, "1.1.1.1", "10.0.0.1")
        error = await refused(Pool(), Origin("http", "rebound.example", 80))
        assert "10.0.0.1, to which rebound.example resolves, is private" in error.message


async def test_an_address_that_leads_nowhere_does_not_stand_in_the_way() -> None:
    """The next one is tried beside it, long before the time to connect is over; only one is used."""
    if not isinstance(asyncio.get_running_loop(), asyncio.SelectorEventLoop):
        pytest.skip("uvloop's getaddrinfo cannot be replaced")
    async with providing(OK) as provider:
        with socket.socket() as full, pytest.MonkeyPatch.context() as patch:
            full.bind(("127.0.0.2", provider.port))
            full.listen(0)
            crowd = [socket.socket() for _ in range(4)]  # the kernel drops what comes behind them
            for one in crowd:
                one.setblocking(False)
                one.connect_ex(("127.0.0.2", provider.port))
            resolve_to(patch, "127.0.0.2", "127.0.0.3", "127.0.0.1")
            pool = Pool()
            assert await ask(pool, Origin("http", "many.example", provider.port, network="private")) == b"hi"
            assert provider.connections == 1
            (connection,) = pool._all
            used = connection.transport.get_extra_info("socket")
            assert used.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            await pool.close()
            for one in crowd:
                one.close()


async def test_of_addresses_that_all_fail_the_first_is_told() -> None:
    """Nobody listens at any of them."""
    if not isinstance(asyncio.get_running_loop(), asyncio.SelectorEventLoop):
        pytest.skip("uvloop's getaddrinfo cannot be replaced")
    with socket.socket() as unused, pytest.MonkeyPatch.context() as patch:
        unused.bind(("127.0.0.1", 0))
        resolve_to(patch, "127.0.0.2", "127.0.0.3")
        port = unused.getsockname()[1]
        error = await refused(Pool(), Origin("http", "none.example", port, network="private"))
        assert "127.0.0.2" in error.message


async def test_redirects_are_not_followed() -> None:
    """A provider cannot send the gateway elsewhere: a redirect is its answer."""
    moved = b"HTTP/1.1 302 Found\r\nlocation: http://169.254.169.254/\r\ncontent-length: 0\r\n\r\n"
    async with providing(moved) as provider:
        pool = Pool()
        reply = await pool.send(
            provider.origin, method="GET", target="/", headers=(), body=b"", deadlines=PATIENT
        )
        assert reply.status == 302
        await pool.close()


def server_context(authority: trustme.CA, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def secure(provider: Provider, ca_file: str | None, host: str = "127.0.0.1") -> Origin:
    return Origin("https", host, provider.port, ca_file, "private")


async def test_tls_trusts_the_authorities_of_its_file_alone(tmp_path: Path) -> None:
    """caFile replaces the system's store, and is read again when it changes."""
    authority, other = trustme.CA(), trustme.CA()
    file = tmp_path / "ca.pem"
    async with providing(OK, ssl=server_context(authority)) as provider:
        pool = Pool()
        assert "is not trusted" in (await refused(pool, secure(provider, None))).message
        other.cert_pem.write_to_path(str(file))
        error = await refused(pool, secure(provider, str(file)))
        assert "caFile" in error.fix
        authority.cert_pem.write_to_path(str(file))
        os.utime(file, ns=(1, 1))
        assert await ask(pool, secure(provider, str(file))) == b"hi"
        await pool.close()


async def test_tls_looks_at_the_name(tmp_path: Path) -> None:
    """A certificate for another host is not trusted."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    async with providing(OK, ssl=server_context(authority, "elsewhere.example")) as provider:
        error = await refused(Pool(), secure(provider, str(tmp_path / "ca.pem")))
        assert "127.0.0.1" in error.message


async def test_an_authorities_file_that_is_none(tmp_path: Path) -> None:
    """A file that is missing or holds no certificate is named."""
    (tmp_path / "text.pem").write_text("none")
    for name in ("gone.pem", "text.pem"):
        error = await refused(Pool(), Origin("https", "127.0.0.1", 1, str(tmp_path / name), "private"))
        assert name in error.message


@asynccontextmanager
async def tunnels(
    answer: bytes = b"HTTP/1.1 200 Connected\r\n\r\n",
) -> AsyncIterator[tuple[int, list[bytes]]]:
    """Run a CONNECT proxy on loopback that leads every tunnel to the port that it is asked for."""
    heads: list[bytes] = []
    tasks: set[asyncio.Task[None]] = set()
    writers: list[asyncio.StreamWriter] = []

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writers.append(writer)
        head = await reader.readuntil(b"\r\n\r\n")
        heads.append(head)
        writer.write(answer)
        if b" 200 " not in answer:
            writer.close()
            return
        port = int(head.split(b" ")[1].rsplit(b":", 1)[1])
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        writers.append(far_writer)
        tasks.update(
            {asyncio.create_task(pump(reader, far_writer)), asyncio.create_task(pump(far_reader, writer))}
        )

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], heads
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for writer in writers:
            writer.transport.abort()
        await asyncio.sleep(0.01)


async def test_https_goes_through_the_proxy(tmp_path: Path) -> None:
    """A tunnel by CONNECT with the user's name, TLS with the provider inside, and the connection is kept."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    async with (
        providing(OK, ssl=server_context(authority, "api.example")) as provider,
        tunnels() as (port, heads),
    ):
        pool = Pool(proxies=Proxies(f"http://me:s%40cret@127.0.0.1:{port}"))
        origin = Origin("https", "api.example", provider.port, str(tmp_path / "ca.pem"))
        for _ in range(2):
            assert await ask(pool, origin) == b"hi"
        await pool.close()
    (head,) = heads
    assert head.startswith(f"CONNECT api.example:{provider.port} HTTP/1.1\r\n".encode())
    assert b"proxy-authorization: Basic bWU6c0BjcmV0\r\n" in head


@pytest.mark.parametrize("host", ODD_HOSTS)
async def test_an_address_in_an_odd_notation_is_refused(host: str) -> None:
    """A proxy resolves names: what it may take for an address never reaches it; nor is it looked up."""
    async with tunnels() as (port, heads):
        for pool in (Pool(proxies=Proxies(f"http://127.0.0.1:{port}")), Pool()):
            error = await refused(pool, Origin("https", host, 443, network="private"))
            assert error.error_code == "address_forbidden"
            assert "192.0.2.7" in error.fix
    assert heads == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n", "user and password"),
        (b"HTTP/1.1 403 Forbidden\r\n\r\n", "403 Forbidden"),
        (b"", "closed the connection"),
        (b"HTTP/1.1 200 OK\r\n\r\nmore", "no clear answer"),
    ],
)
async def test_a_proxy_that_refuses(answer: bytes, said: str) -> None:
    """What the proxy says is told; its password is not."""
    async with tunnels(answer) as (port, _):
        pool = Pool(proxies=Proxies(f"http://me:secret@127.0.0.1:{port}"))
        error = await refused(pool, Origin("https", "api.example", 443))
        assert said in str(error)
        assert "secret" not in str(error)


@pytest.mark.parametrize(
    ("host", "port", "direct"),
    [
        ("api.example.com", 443, False),
        ("example.com", 443, True),
        ("eu.example.com", 443, False),
        ("deep.internal", 443, True),
        ("internal", 443, True),
        ("notinternal", 443, False),
        ("10.1.2.3", 443, True),
        ("11.1.2.3", 443, False),
        ("odd.example", 8443, True),
        ("odd.example", 443, False),
        ("localhost", 443, True),
        ("LocalHost.", 443, True),
        ("api.localhost", 443, True),
        ("notlocalhost", 443, False),
        ("127.0.0.1", 443, True),
    ],
)
def test_no_proxy(host: str, port: int, direct: bool) -> None:
    """Hosts, domains with all below them, networks and ports, as curl reads NO_PROXY."""
    no_proxy = "host.example, .internal,10.0.0.0/8 ,odd.example:8443,=x"
    proxies = Proxies("http://proxy:3128", no_proxy + (",example.com" if host == "example.com" else ""))
    assert (proxies.of("https", host, port) is None) is direct
    assert proxies.of("http", host, port) is None
    assert Proxies("http://proxy:3128", "*").of("https", host, port) is None
    assert Proxies(None, no_proxy).of("https", host, port) is None


@pytest.mark.parametrize("text", ["socks5://proxy:1080", "https://proxy", "http://", "http://proxy:port"])
def test_a_proxy_that_is_none(text: str) -> None:
    """HTTPS_PROXY is named, and what it should look like."""
    with pytest.raises(StateError, match="HTTPS_PROXY"):
        Proxies(text)
