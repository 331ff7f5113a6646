"""How much memory this process has had, and telling the keeper: it lives in a model server's process."""

import asyncio
import contextlib
from pathlib import Path
from typing import Final

from podium.kernel.errors import PodiumError
from podium.ports.link import KeeperLink, NoteModelMemory

EVERY_S: Final = 10.0
STEP: Final = 1.01
"""It is told again when it has grown by a hundredth: of one life there are a few hundred notes at most."""


def peak_bytes(status: Path = Path("/proc/self/status")) -> int | None:
    """Return the most memory that this process has had, resident, shared files of weights among it.

    Linux' ``VmHWM`` (proc_pid_status(5)). None where it is not told.
    """
    with contextlib.suppress(OSError, ValueError):
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return None


async def keep_telling(link: KeeperLink, provider: str, life: str, status: Path | None = None) -> None:
    """Tell the keeper what is more than before, for ever. Ends by cancellation."""
    told = 0
    while True:
        peak = peak_bytes(status) if status is not None else peak_bytes()
        if peak is not None and peak > told * STEP:
            with contextlib.suppress(PodiumError, OSError):  # the next look tries again
                await link.ask(NoteModelMemory(provider, life, peak))
                told = peak
        await asyncio.sleep(EVERY_S)
