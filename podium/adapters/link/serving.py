"""A Unix socket on which questions of the keeper's language are answered, for processes beside the keeper."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from podium.adapters.link.refusals import check_path
from podium.kernel.errors import InvalidRequest, PodiumError
from podium.ports.link import FRAME, Question, Reply, decode_question, encode, payload_bytes, refused

logger = logging.getLogger(__name__)

Answering = Callable[[Question], Awaitable[Reply]]
"""Raises PodiumError, which is told as a refusal."""


@asynccontextmanager
async def answering(path: Path, answer: Answering) -> AsyncIterator[None]:
    """Answer on a socket that only its owner may connect to, until the block ends.

    Each connection's questions are answered in order, those of several at the same time. Raises StateError
    for a path that no Unix socket can have.
    """
    listener = private_socket(path)
    open_: set[asyncio.StreamWriter] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_.add(writer)
        try:
            await _serve(reader, writer, answer)
        finally:
            open_.discard(writer)
            writer.close()

    server = await asyncio.start_unix_server(serve, sock=listener)
    try:
        yield
    finally:
        server.close()
        for writer in list(open_):
            writer.close()
        path.unlink(missing_ok=True)  # noqa: ASYNC240 - once, at the end


def private_socket(path: Path) -> socket.socket:
    """Return a bound Unix socket that only its owner may connect to. Raises StateError."""
    check_path(path)
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(str(path))
    path.chmod(0o600)  # before listen(), so nobody can have connected
    listener.setblocking(False)
    return listener


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Answering) -> None:
    try:
        while True:
            payload = await reader.readexactly(payload_bytes(await reader.readexactly(FRAME.size)))
            writer.write(encode(await _answer(decode_question(payload), answer)))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    except InvalidRequest as error:
        logger.warning("a client spoke wrongly, its connection is closed: %s", error)
        writer.write(encode(refused(error)))


async def _answer(question: Question, answer: Answering) -> Reply:
    try:
        return await answer(question)
    except PodiumError as error:
        return refused(error)
    except Exception as error:
        logger.exception("%s was not answered", type(question).__name__)
        return refused(PodiumError(f"It failed: {error!r}.", fix="See the log."))
