"""The keeper's client for processes: one connection, one question at a time."""

import asyncio
from pathlib import Path

from podium.adapters.link.refusals import check_path, error_of, not_running
from podium.kernel.errors import InvalidRequest, NotReady
from podium.ports.link import FRAME, Question, Refused, Reply, decode_reply, encode, payload_bytes

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class KeeperClient:
    """Asks the keeper over its Unix socket. Questions of several tasks wait for each other.

    A time-out, a cancellation or a broken connection closes it, because an answer may still be under way;
    the next `connect` or `ask` opens another.
    """

    def __init__(self, path: Path, *, connect_timeout_s: float = 2.0, answer_timeout_s: float = 10.0) -> None:
        self._path = path
        self._connect_timeout_s = connect_timeout_s
        self._answer_timeout_s = answer_timeout_s
        self._lock = asyncio.Lock()
        self._streams: Streams | None = None

    async def connect(self) -> None:
        """Connect, unless connected. Raises StateError (not_running) or NotReady."""
        async with self._lock:
            await self._connect()

    async def _connect(self) -> Streams:
        if self._streams is None:
            self._streams = await self._open(self._connect_timeout_s)
        return self._streams

    async def _open(self, timeout_s: float) -> Streams:
        check_path(self._path)
        try:
            async with asyncio.timeout(timeout_s):
                return await asyncio.open_unix_connection(str(self._path))
        except (FileNotFoundError, ConnectionRefusedError) as error:
            raise not_running(self._path) from error
        except (OSError, TimeoutError) as error:
            raise NotReady(f"The keeper cannot be reached: {str(error) or 'it does not accept'}.") from error

    def _patience_s(self, _question: Question) -> float:
        return self._answer_timeout_s

    async def ask(self, question: Question) -> Reply:
        """Ask and wait for the answer, connecting where needed.

        Raises the error that a refusal means, StateError (not_running), or NotReady when there is no answer.
        """
        async with self._lock:
            reader, writer = await self._connect()
            whole, patience_s = False, self._patience_s(question)
            try:
                async with asyncio.timeout(patience_s):
                    writer.write(encode(question))
                    await writer.drain()
                    head = await reader.readexactly(FRAME.size)
                    reply = decode_reply(await reader.readexactly(payload_bytes(head)))
                whole = True
            except TimeoutError as error:
                raise NotReady(f"The keeper did not answer within {patience_s:g} s.") from error
            except (OSError, asyncio.IncompleteReadError) as error:
                raise NotReady("The keeper went away before it answered.", fix="Try again soon.") from error
            except InvalidRequest as error:
                raise NotReady(f"The keeper answered what this Podium cannot read: {error}") from error
            finally:
                if not whole:
                    self._drop()
        if isinstance(reply, Refused):
            raise error_of(reply)
        return reply

    def _drop(self) -> None:
        if self._streams is not None:
            self._streams[1].transport.abort()
            self._streams = None

    async def close(self) -> None:
        """Close the connection. A question under way is cut off."""
        self._drop()


class KeeperClients:
    """Asks over a few connections, so that a quick question does not wait for the answer to a slow one.

    Where all are asked already, a question waits for one of them.
    """

    def __init__(self, path: Path, *, connections: int = 4) -> None:
        self._idle = [KeeperClient(path) for _ in range(connections)]
        self._all = tuple(self._idle)
        self._free = asyncio.Semaphore(connections)

    async def ask(self, question: Question) -> Reply:
        """Ask and wait for the answer, connecting where needed. Raises what `KeeperClient.ask` does."""
        async with self._free:
            client = self._idle.pop()
            try:
                return await client.ask(question)
            finally:
                self._idle.append(client)

    async def close(self) -> None:
        """Close the connections. Questions under way are cut off."""
        for client in self._all:
            await client.close()
