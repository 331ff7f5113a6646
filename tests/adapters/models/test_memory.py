"""The memory of a model server, as its own process tells."""

import asyncio
from pathlib import Path
from typing import Any

from podium.adapters.models.memory import keep_telling, peak_bytes
from podium.kernel.errors import NotReady
from podium.ports.link import NoteModelMemory


class Link:
    """A keeper that is away the first time, and a process that grows with each look."""

    def __init__(self, status: Path) -> None:
        self.status, self.told, self.asked = status, [], 0

    async def ask(self, question: Any) -> None:
        """Take a note."""
        self.asked += 1
        if self.asked == 1:
            raise NotReady("away")
        self.told.append(question)


async def test_what_is_more_than_before_is_told(tmp_path: Path, monkeypatch) -> None:
    """At once, again where the keeper was away, and then only when it has grown by more than a hundredth."""
    monkeypatch.setattr("podium.adapters.models.memory.EVERY_S", 0)
    status = tmp_path / "status"
    status.write_text("Name:\tpython\nVmHWM:\t  1000 kB\n")
    link = Link(status)
    telling = asyncio.create_task(keep_telling(link, "local", "01A", status))  # type: ignore[arg-type] # it is asked
    async with asyncio.timeout(60):
        for kilobytes in (1000, 1005, 2000):
            status.write_text(f"VmHWM:\t  {kilobytes} kB\n")
            for _ in range(20):
                await asyncio.sleep(0)
    telling.cancel()
    assert link.told == [NoteModelMemory("local", "01A", it * 1024) for it in (1000, 2000)]


def test_its_own(tmp_path: Path) -> None:
    """This process has some; where the kernel does not tell, nothing is made up."""
    assert 1e6 < (peak_bytes() or 0) < 1e12
    assert peak_bytes(tmp_path / "none") is None
