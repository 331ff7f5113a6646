"""The wall clock is set: it is said once, and how far."""

import pytest

from podium.keeper.clock_steps import ClockSteps


class Clock:
    def __init__(self) -> None:
        self.wall, self.monotonic = 1_795_000_000_000_000_000, 7_000_000_000

    def wall_ns(self) -> int:
        return self.wall

    def monotonic_ns(self) -> int:
        return self.monotonic

    def passes(self, seconds: float, step_s: float = 0) -> None:
        self.monotonic += int(seconds * 1e9)
        self.wall += int((seconds + step_s) * 1e9)


@pytest.mark.parametrize(
    ("step_s", "words"),
    [
        (86_400, "went ahead by 86400 s (it was set, or the machine was suspended)"),
        (-3_600, "went back by 3600 s (it was set)"),
    ],
)
def test_a_step_is_said_once(caplog: pytest.LogCaptureFixture, step_s: float, words: str):
    clock = Clock()
    steps = ClockSteps(clock)
    for step in (0, 0.5, step_s, 0, -0.5):
        clock.passes(1, step)
        steps.look()
    assert [words in record.getMessage() for record in caplog.records] == [True]


def test_time_that_passes_is_no_step(caplog: pytest.LogCaptureFixture):
    clock = Clock()
    steps = ClockSteps(clock)
    clock.passes(90_000)  # however long nobody looked
    steps.look()
    assert caplog.records == []
