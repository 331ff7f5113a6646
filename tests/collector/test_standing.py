"""When the collector asks the keeper for its word."""

import asyncio

import pytest

from podium.collector import standing as module
from podium.collector.standing import CollectorStanding
from podium.ports.link import QUIET_ASKS
from tests.keeper.samples import HandClock


async def test_without_spans_the_keeper_is_asked_seldom_and_at_once_by_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever sends ends the quiet, and it goes on asking often."""
    monkeypatch.setattr(module, "ASK_SELDOM_S", 3600.0)
    monkeypatch.setattr(module, "ASK_EVERY_S", 0.001)
    it = CollectorStanding(HandClock())
    it._asked_ns = it.clock.monotonic_ns()
    async with asyncio.timeout(30):
        for _ in range(2):
            for _ in range(QUIET_ASKS):
                await it.pause(told=True)
            resting = asyncio.create_task(it.pause(told=True))
            for _ in range(10):
                await asyncio.sleep(0.001)
            assert not resting.done()
            await it.admit()
            await resting
