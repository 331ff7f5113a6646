"""What a program writes to its standard error: a line of the log each, the last ones where it has ended."""

import asyncio
import logging
from collections import deque
from typing import Final

LAST: Final = 20
"""Lines that are told again when the program ends in the middle."""
MAX_CHARS: Final = 1000
"""Of a line; the rest of it is left out."""
_CHUNK: Final = 1 << 16
_SOON_S: Final = 0.5
"""For what was written before the end to arrive."""

logger = logging.getLogger(__name__)


class Murmurs:
    """Reads the standard error of one program until it closes, so that it never waits for a reader."""

    def __init__(self, name: str, stream: asyncio.StreamReader) -> None:
        self._name, self._stream = name, stream
        self._last: deque[str] = deque(maxlen=LAST)
        self._reading = asyncio.create_task(self._read())

    async def last(self) -> str:
        """Return the last lines, each on one of its own; empty: it has said nothing."""
        await asyncio.wait({self._reading}, timeout=_SOON_S)
        return "".join(f"\n  {line}" for line in self._last)

    async def stop(self) -> None:
        """Read what is still there, and no more."""
        await asyncio.wait({self._reading}, timeout=_SOON_S)
        self._reading.cancel()
        await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self) -> None:
        begun = b""
        while chunk := await self._stream.read(_CHUNK):
            *lines, begun = (begun + chunk).split(b"\n")
            for line in lines:
                self._say(line)
            begun = begun[: 4 * MAX_CHARS]
            await asyncio.sleep(0)
        self._say(begun)

    def _say(self, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip()
        plain = "".join(char if char.isprintable() else " " for char in text)[:MAX_CHARS]
        if plain.strip():
            self._last.append(plain)
            logger.info("%s: %s", self._name, plain)
