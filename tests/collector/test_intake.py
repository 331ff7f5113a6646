"""Spans on their way into the store: what shares a commit."""

import asyncio
from types import SimpleNamespace

from podium.collector import intake
from podium.collector.intake import LINGER_S, Intake


def test_a_commit_waits_for_requests_that_are_being_read(monkeypatch):
    """Spans of a request that was read while few others waited are stored with them."""
    monkeypatch.setattr(intake, "MOST_LINGER_S", 60.0)
    commits = []

    async def write(act):
        act()

    async def run():
        queue = Intake(SimpleNamespace(write=write), commits.append)
        storing = asyncio.create_task(queue.keep_storing())
        with queue.coming():
            first = asyncio.create_task(queue.put(["a span"]))
            await asyncio.sleep(3 * LINGER_S)
            second = asyncio.create_task(queue.put(["another"]))
            await asyncio.sleep(0)
        await asyncio.gather(first, second)
        storing.cancel()
        await asyncio.gather(storing, return_exceptions=True)

    asyncio.run(run())
    assert commits == [["a span", "another"]]
