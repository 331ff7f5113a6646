"""Cheap loops."""

import random

from hypothesis import given
from hypothesis import strategies as st

from podium.spend.loops import Loop, LoopKind, LoopRule, LoopWatch, Step, shape


def run(steps: list[Step], rule: LoopRule | None = None) -> tuple[int, Loop] | None:
    watch = LoopWatch(rule or LoopRule())
    for number, step in enumerate(steps, 1):
        loop = watch.take(step)
        if loop:
            return number, loop
    return None


def test_the_same_call_over_and_over() -> None:
    """The tenth equal call with an equal outcome is a loop, also with other steps between."""
    assert run([Step(b"search", b"nothing")] * 30) == (10, Loop(LoopKind.REPEATS, 10, (b"search",)))
    mixed = [
        step
        for turn in range(20)
        for step in (
            Step(b"search", b"nothing"),
            Step(b"read", b"page %d" % turn),
            Step(b"note", b"%d" % turn),
        )
    ]
    number, loop = run(mixed)
    assert (number, loop.kind) == (28, LoopKind.REPEATS)


def test_a_cycle_of_steps() -> None:
    """Two agents that hand a task to and fro are a cycle after five turns, told in its order."""
    steps = [Step(b"ask reviewer", b"please fix"), Step(b"ask author", b"please review")] * 10
    assert run(steps) == (10, Loop(LoopKind.CYCLE, 5, (b"ask reviewer", b"ask author")))


def test_no_progress() -> None:
    """Ever other questions that bring only known answers are no progress after 40 steps."""
    dice = random.Random(3)
    steps = [Step(b"query %d" % turn, dice.choice([b"empty", b"error", b"busy"])) for turn in range(80)]
    number, loop = run(steps)
    assert loop.kind is LoopKind.NO_PROGRESS
    assert 40 < number < 46


def test_a_graph_that_does_not_end() -> None:
    """Calls within calls past 16, or more than 256 at once, are a loop at the first such call."""
    deep = [Step(b"spawn %d" % depth, b"spawned %d" % depth, depth=depth) for depth in range(40)]
    assert run(deep) == (18, Loop(LoopKind.DEEP, 17, (b"spawn 17",)))
    wide = [Step(b"spawn %d" % count, b"spawned %d" % count, open_calls=count) for count in range(400)]
    assert run(wide) == (258, Loop(LoopKind.WIDE, 257, (b"spawn 257",)))


def test_work_is_no_loop() -> None:
    """An agent that edits and runs the same tests again, with results that change, goes on for as long as it
    likes; so does one that polls with a tool that is there for it."""
    work = [
        step
        for turn in range(200)
        for step in (Step(b"edit %d" % turn, b"diff %d" % turn), Step(b"run tests", b"%d failed" % turn))
    ]
    assert run(work) is None
    assert run([Step(b"status", b"pending", waits=True)] * 500) is None


def test_shapes() -> None:
    """A prompt's shape does not change with numbers, ids and spacing, and changes with its words."""
    first = shape("Retry 3 of order 4bf92f3577b34da6a3ce929d0e0e4736:  failed at 12:01")
    assert first == shape("retry 14 of order 00f067aa0ba902b7aaaa929d0e0e4736: failed at 13:59\n")
    assert first != shape("Refund 3 of order 4bf92f3577b34da6a3ce929d0e0e4736: failed at 12:01")
    assert len(first) == 8


@given(st.lists(st.integers(0, 5), max_size=300))
def test_parts_that_are_off_say_nothing(asked: list[int]) -> None:
    """With every part off nothing is a loop, and new outcomes alone are none with every part on."""
    off = LoopRule(repeats=0, cycle_turns=0, stale_steps=0, depth=0, open_calls=0)
    assert run([Step(b"%d" % number, b"same", 99, 999) for number in asked], off) is None
    assert run([Step(b"%d" % number, b"new %d" % turn) for turn, number in enumerate(asked)]) is None


def test_memory_stays() -> None:
    """A task of any length keeps the same number of steps and outcomes."""
    watch = LoopWatch(LoopRule())
    for turn in range(5000):
        watch.take(Step(b"%d" % turn, b"%d" % turn))
    assert len(watch._recent) == len(watch._counts) == 48
    assert len(watch._outcomes) <= 4 * 48
