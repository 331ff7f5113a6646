"""Takes connections from a listening socket, many in one turn of the loop.

libuv takes one in a turn. A turn is long while many connections are busy, so new clients would wait for
seconds behind a few hundred others in the kernel's queue.
"""

import asyncio
import contextlib
import errno
import logging
import ssl as ssl_module
from collections.abc import Callable
from socket import socket
from typing import Final

AT_ONCE: Final = 64
"""Connections that are taken in one turn at most, so that those that are open are served as well."""
AGAIN_S: Final = 1.0
"""So long it waits when there is no file descriptor or memory for another."""
MAX_OPENING: Final = 512
"""TLS handshakes at the same time. A client's takes milliseconds, so where there is one too many, the oldest
goes: it is the likeliest to stand still."""
HANDSHAKE_S: Final = 10.0
_SCARCE: Final = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})

logger = logging.getLogger(__name__)


class Acceptor:
    """Gives each connection a protocol. Belongs to one loop; owns the socket."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        listener: socket,
        make: Callable[[], asyncio.Protocol],
        ssl: ssl_module.SSLContext | None,
    ) -> None:
        self._loop = loop
        self.listener = listener
        self._make = make
        self._ssl = ssl
        self._opening: dict[asyncio.Task[None], None] = {}  # the oldest first
        self._again: asyncio.TimerHandle | None = None
        listener.setblocking(False)
        loop.add_reader(listener.fileno(), self._accept)

    def close(self) -> None:
        """Stop listening. Connections that were taken stay, in their handshake too."""
        if self._again is not None:
            self._again.cancel()
            self._again = None
        if self.listener.fileno() >= 0:
            self._loop.remove_reader(self.listener.fileno())
            self.listener.close()

    def _accept(self) -> None:
        for _ in range(AT_ONCE):
            try:
                connection, _ = self.listener.accept()
            except (BlockingIOError, InterruptedError, ConnectionAbortedError):
                return
            except OSError as error:
                if error.errno not in _SCARCE:
                    raise
                logger.error("no connection can be taken for %g s: %s", AGAIN_S, error.strerror)  # noqa: TRY400 - for people
                self._loop.remove_reader(self.listener.fileno())
                self._again = self._loop.call_later(AGAIN_S, self._resume)
                return
            connection.setblocking(False)
            if len(self._opening) >= MAX_OPENING and self._ssl is not None:
                oldest = next(iter(self._opening))
                del self._opening[oldest]
                oldest.cancel()
            task = self._loop.create_task(self._open(connection))
            self._opening[task] = None
            task.add_done_callback(self._opened)

    def _resume(self) -> None:
        self._again = None
        self._loop.add_reader(self.listener.fileno(), self._accept)

    def _opened(self, task: asyncio.Task[None]) -> None:
        self._opening.pop(task, None)

    async def _open(self, connection: socket) -> None:
        # A handshake that fails is the client's affair, as with any server.
        with contextlib.suppress(OSError, ssl_module.SSLError, TimeoutError):
            await self._loop.connect_accepted_socket(
                self._make,
                connection,
                ssl=self._ssl,
                ssl_handshake_timeout=HANDSHAKE_S if self._ssl is not None else None,
            )
