"""The web server of the control process: uvicorn, which looks up less often whether it is to end."""

import asyncio
import contextlib
from typing import Final

import uvicorn

TICK_S: Final = 1.0
"""So often it says what time it is: answers have a `date` of whole seconds."""


class WebServer(uvicorn.Server):
    """Serves until `end` is called. uvicorn's own would look ten times a second whether somebody did."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._ending = asyncio.Event()

    def end(self) -> None:
        """Take no more connections, and end when those that are open have."""
        self.should_exit = True
        self._ending.set()

    async def main_loop(self) -> None:
        """Tick until the end."""
        while not await self.on_tick(0):
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self._ending.wait()
