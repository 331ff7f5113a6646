"""New connections are taken though many wait, and whatever else the loop has to do."""

import asyncio
import socket

from podium.net.accept import AT_ONCE
from podium.net.exchange import Exchange
from podium.net.server import Server

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
