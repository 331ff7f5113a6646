"""The states of a run and what moves it from one to another: a table, and nothing of it anywhere else."""

from typing import Final, Literal, get_args

import msgspec

RunState = Literal["queued", "running", "paused", "succeeded", "failed", "killed", "unknown"]
"""``paused``: by a person or a breaker, with its program or before it has one. ``unknown``: it cannot go on,
because the fate of an act that cannot be taken back is not known; a person says how it goes on."""
RunEvent = Literal[
    "claim", "pause", "resume", "succeed", "fail", "kill", "doubt", "let_go", "lose", "go_on", "give_up"
]
"""``let_go``: its runner ends in good order. ``lose``: its runner has died. ``go_on`` and ``give_up``: what a
person answers where it is unknown."""
STATES: Final[tuple[RunState, ...]] = get_args(RunState)
EVENTS: Final[tuple[RunEvent, ...]] = get_args(RunEvent)
OVER: Final[frozenset[str]] = frozenset({"succeeded", "failed", "killed"})
"""Nothing follows on these."""


class Standing(msgspec.Struct, frozen=True):
    """What decides: the state, whether a runner has its program, and which of its attempts this is."""

    state: RunState
    held: bool = False
    attempt: int = 1
    attempts: int = 1
    """The most of them."""


_ENDS: Final[dict[RunEvent, RunState]] = {
    "succeed": "succeeded",
    "fail": "failed",
    "kill": "killed",
    "doubt": "unknown",
}
_MOVES: Final[dict[tuple[RunState, RunEvent], RunState]] = {
    ("queued", "claim"): "running",
    ("queued", "pause"): "paused",
    ("queued", "fail"): "failed",
    ("queued", "kill"): "killed",
    ("running", "pause"): "paused",
    ("running", "let_go"): "queued",
    ("running", "lose"): "queued",
    **{("running", event): state for event, state in _ENDS.items()},
    ("paused", "resume"): "queued",
    ("paused", "let_go"): "paused",
    ("paused", "lose"): "paused",
    **{("paused", event): state for event, state in _ENDS.items()},
    ("unknown", "go_on"): "queued",
    ("unknown", "give_up"): "failed",
    ("unknown", "kill"): "killed",
}
_OF_A_RUNNER: Final[frozenset[RunEvent]] = frozenset({"succeed", "doubt", "let_go", "lose"})
"""They happen only to what a runner has."""


def decide_move(now: Standing, event: RunEvent) -> Standing | None:
    """Return how a run stands after an event, None where it cannot happen to it.

    A run that loses its runner begins its next attempt, or fails where that was the last one. One that is let
    go begins another, too, which does not count.
    """
    state = _MOVES.get((now.state, event))
    if state is None or (event in _OF_A_RUNNER and not now.held):
        return None
    attempt, attempts = now.attempt, now.attempts
    if event in {"let_go", "go_on"}:
        attempt, attempts = attempt + 1, attempts + 1
    elif event == "lose":
        attempt += 1
        if attempt > attempts:
            return Standing("failed", held=False, attempt=now.attempt, attempts=attempts)
    if event == "resume" and now.held:
        state = "running"
    held = state == "running" or (state == "paused" and now.held and event == "pause")
    return Standing(state, held, attempt, attempts)
