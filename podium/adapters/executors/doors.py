"""The doors of a program: sockets that listen in its own network and are served out here."""

import asyncio
import contextlib
import resource
import socket
from typing import Final

from podium.ports.executor import Door

MOST_JOINED: Final = 512
_SHARE: Final = 8
"""One program has so small a part of the connections that this process has open files for."""
_CHUNK_BYTES: Final = 1 << 16
_RETRY_S: Final = 0.1
_LINGER_S: Final = 5.0
"""So long a program may go on to send where nobody reads, and keep the connection's place."""


def most_joined() -> int:
    """Return how many connections one program has at a time; further ones wait in its own network."""
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return MOST_JOINED if files == resource.RLIM_INFINITY else max(1, min(MOST_JOINED, files // _SHARE))


class Served:
    """A door as it is served out here: what connects in there is joined with its address."""

    def __init__(self, door: Door, listening: socket.socket, room: asyncio.Semaphore) -> None:
        """``room``: for the connections of all doors of a program."""
        self._door = door
        self._listening = listening
        self._listening.setblocking(False)
        self._room = room
        self._joined: set[asyncio.Task[None]] = set()
        self._taking = asyncio.create_task(self._take())

    async def _take(self) -> None:
        """Take what connects, for ever: no more at a time than there is room for."""
        loop = asyncio.get_running_loop()
        while True:
            await self._room.acquire()
            try:
                taken, _ = await loop.sock_accept(self._listening)
            except OSError:  # no more files can be opened, or who connected is gone
                self._room.release()
                await asyncio.sleep(_RETRY_S)
                continue
            except asyncio.CancelledError:
                self._room.release()
                raise
            task = asyncio.create_task(self._join(taken))
            self._joined.add(task)
            task.add_done_callback(self._left)

    def _left(self, task: asyncio.Task[None]) -> None:
        self._joined.discard(task)
        self._room.release()

    async def _join(self, taken: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=taken)
        try:
            onward = await asyncio.open_connection(self._door.host, self._door.port)
        except OSError:
            writer.transport.abort()
            return
        asking = asyncio.create_task(_carry(reader, onward[1]))
        try:
            await _carry(onward[0], writer)
            await asyncio.wait([asking], timeout=_LINGER_S)
        finally:
            asking.cancel()
            for one in (writer, onward[1]):
                one.close()
                with contextlib.suppress(OSError):
                    await one.wait_closed()

    async def close(self) -> None:
        """Cut every connection."""
        for task in (self._taking, *self._joined):
            task.cancel()
        await asyncio.gather(self._taking, *self._joined, return_exceptions=True)
        self._listening.close()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes one way until their end."""
    try:
        while data := await reader.read(_CHUNK_BYTES):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()
    except (ConnectionError, OSError):
        writer.transport.abort()
