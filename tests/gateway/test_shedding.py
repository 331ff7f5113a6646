"""Load is shed when the loop is late: in fair parts, and no longer than needed."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import httpx
from hypothesis import given
from hypothesis import strategies as st

from podium.gateway.shedding import (
    CALM_TICKS,
    FEWEST_PER_S,
    LATE_TICKS,
    QUIET_TICKS,
    TICK_S,
    LoadGuard,
    decide_level,
)
from tests.gateway.house import KEY, house


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=20), st.integers(1, 5000))
def test_the_level_is_max_min_fair(demands: list[int], budget: int) -> None:
    """All within the level fit the budget, and a higher level would not while somebody wants more."""
    level = decide_level(demands, budget)
    assert sum(min(demand, level) for demand in demands) <= budget + 1e-6
    if sum(demands) > budget:
        assert sum(min(demand, level) for demand in demands) >= budget - 1e-6


def run(guard: LoadGuard, now_s: float, late_s: float, calls: dict[str, int]) -> dict[str, int]:
    """Let a tick's calls come, and the tick; return how many were taken by agent."""
    taken = {agent: sum(not guard.refuses(agent) for _ in range(count)) for agent, count in calls.items()}
    guard.tick(now_s + TICK_S + late_s)
    return taken


def test_a_timely_loop_sheds_nothing() -> None:
    """Without lag everything is taken, however much it is."""
    guard, now_s = LoadGuard(), 1.0
    guard.tick(now_s)
    for _ in range(50):
        assert run(guard, now_s, 0.0, {"a": 500}) == {"a": 500}
        now_s += TICK_S


def test_the_flood_is_shed_and_the_trickle_is_not() -> None:
    """Under lag the agent that floods is cut back; one that calls now and then loses nothing."""
    guard, now_s = LoadGuard(), 1.0
    guard.tick(now_s)
    for _ in range(30):
        taken = run(guard, now_s, 0.3, {"quiet": 1, "flood": 400})
        now_s += TICK_S + 0.3
    assert taken["quiet"] == 1
    assert taken["flood"] < 100
    assert guard.per_s is not None
    assert guard.per_s >= FEWEST_PER_S
    for _ in range(CALM_TICKS + 5):
        run(guard, now_s, 0.0, {"quiet": 1})
        now_s += TICK_S
    assert guard.per_s is None
    assert run(guard, now_s, 0.0, {"flood": 400}) == {"flood": 400}


class Loop:
    """A loop's clock and its one timer, by hand."""

    def __init__(self) -> None:
        self.now_s, self.timer = 1.0, None

    def later(self, pause_s: float, work: Callable[[], None]) -> None:
        assert (pause_s, self.timer) == (TICK_S, None)
        self.timer = work

    def turn(self, late_s: float = 0.0) -> bool:
        """Let the timer fire; return whether there was one."""
        self.now_s += TICK_S + late_s
        work, self.timer = self.timer, None
        if work is not None:
            work()
        return work is not None


def test_without_calls_nobody_looks_at_the_clock() -> None:
    """Ticks end a second after the last call, and begin with the next; the time between is not lateness."""
    guard, loop = LoadGuard(), Loop()
    guard.watch(lambda: loop.now_s, loop.later)
    for _ in range(2):
        assert not guard.refuses("a")
        ticks = 0
        while loop.turn():
            ticks += 1
        assert ticks == QUIET_TICKS + 1
        loop.now_s += 3600
        assert not guard.refuses("a")
        for _ in range(LATE_TICKS - 1):
            loop.turn(0.3)
            guard.refuses("a")
        assert guard.per_s is None
    loop.turn(0.3)
    assert guard.per_s is not None
    for _ in range(2 * QUIET_TICKS):  # while load is shed it ticks on: somebody has to let all in again
        assert loop.turn(0.3)
        assert guard.per_s is not None


async def test_a_shed_call_is_told_to_come_again(tmp_path: Path) -> None:
    """It is answered 503 with retry-after before its body is looked at, and nothing is recorded or sent."""
    async with house(tmp_path) as it:
        guard = it.gateway.guard
        guard.per_s, guard._level = 1.0, 0.0
        async with httpx.AsyncClient(timeout=120) as client:
            answer = await client.post(
                it.url + "/v1/chat/completions", headers={"authorization": f"Bearer {KEY}"}, content=b"{}"
            )
        assert answer.status_code == 503
        assert answer.json()["error"]["code"] == "overloaded"
        assert answer.headers["retry-after"] == "1"
        assert it.dones() == []


async def test_a_running_loop_that_is_held_up_begins_to_shed(tmp_path: Path) -> None:
    """A loop that stands still for a while is noticed by the watch itself."""
    loop, guard, shed = asyncio.get_running_loop(), LoadGuard(), []

    def later(pause_s: float, work: Callable[[], None]) -> None:
        def held_up() -> None:
            time.sleep(0.3)
            work()
            shed.append(guard.per_s is not None)

        loop.call_later(pause_s, held_up)

    guard.watch(loop.time, later)
    async with asyncio.timeout(60):
        while len(shed) < LATE_TICKS:
            await asyncio.sleep(0)
    assert shed[:LATE_TICKS] == [False] * (LATE_TICKS - 1) + [True]
