"""New connections are taken though many wait, and whatever else the loop has to do."""

import asyncio
import socket
import ssl

import pytest
import trustme

from podium.net import accept
from podium.net.accept import AT_ONCE
from podium.net.exchange import Exchange
from podium.net.server import Server
from tests.net.sockets import Client, echo, serving, until

CLIENTS = 100


async def test_many_connections_are_taken_in_a_few_turns() -> None:
    """A hundred clients that wait in the kernel are taken in a few turns of the loop."""

    async def handle(exchange: Exchange) -> None:
        exchange.respond(204, [], b"")

    server = Server(handle)
    await server.listen(port=0)
    clients = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(CLIENTS)]
    try:
        turns = 0
        while len(server.connections) < CLIENTS:
            await asyncio.sleep(0)
            turns += 1
            assert turns < CLIENTS // 2, len(server.connections)
        assert AT_ONCE < CLIENTS
    finally:
        for client in clients:
            client.close()
        await server.drain(1)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def server_side(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def client_side(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


async def is_over(client: socket.socket) -> bool:
    """Wait until the server has closed, which it may do with a reset."""
    client.setblocking(False)
    async with asyncio.timeout(60):
        try:
            return await asyncio.get_running_loop().sock_recv(client, 1) == b""
        except ConnectionError:
            return True


async def test_handshakes_that_stand_still_keep_nobody_out(
    monkeypatch: pytest.MonkeyPatch, authority: trustme.CA
) -> None:
    """Where too many handshakes are under way the oldest goes, and a client that does its own is served."""
    monkeypatch.setattr(accept, "MAX_OPENING", 4)
    async with serving(echo, ssl=server_side(authority)) as server:
        assert server._acceptor is not None
        opening = server._acceptor._opening
        silent = []
        for number in range(6):
            silent.append(socket.create_connection(("127.0.0.1", server.port)))
            await until(lambda number=number: len(opening) == min(number + 1, 4))
        assert await is_over(silent[0])
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", server.port, ssl=client_side(authority), server_hostname="127.0.0.1"
        )
        client = Client(reader, writer)
        client.send(b"GET /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        assert (await client.response()).body == b"GET /a "
        assert await client.rest() == b""
        writer.close()
        assert len(opening) <= 4
        for one in silent:
            one.close()
        await until(lambda: not opening)


async def test_a_handshake_has_its_time(monkeypatch: pytest.MonkeyPatch, authority: trustme.CA) -> None:
    """A client that begins no handshake is cut."""
    monkeypatch.setattr(accept, "HANDSHAKE_S", 0.1)
    async with serving(echo, ssl=server_side(authority)) as server:
        client = socket.create_connection(("127.0.0.1", server.port))
        assert await is_over(client)
        assert not server.connections
        client.close()
