"""The circuit breaker of a key (agent, task, department or all): one table, and one function that reads it.

Every pair of a state and an event has its rows in `TABLE`; the first row whose guard holds says the next
state and what is to be done. Only a person lets a paused key go on: calm alone never does, since a paused key
spends nothing. The caller keeps the `Breaker` (it is plain data), brings about the effects, and measures.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

import msgspec

from podium.kernel.errors import InvalidRequest


class State(StrEnum):
    """What a breaker lets through."""

    CLOSED = "closed"
    """All calls."""
    WARNED = "warned"
    """All calls; the key spends more than it should, and those who look are told."""
    PAUSED = "paused"
    """None until a person has judged the case: Safety Pause."""
    RECOVERING = "recovering"
    """Calls up to a share of the baseline that grows while spend stays calm."""
    STOPPED = "stopped"
    """None until a person starts it again: the emergency stop."""
    KILLED = "killed"
    """None, for good: a task that was ended."""


class On(StrEnum):
    """What happens to a breaker. The first four are measured, the others a person's decisions."""

    CALM = "calm"
    RISING = "rising"
    DEVIATES = "deviates"
    LOOPS = "loops"
    RESUME = "resume"
    RESUME_LIMITED = "resume_limited"
    RAISE_BASELINE = "raise_baseline"
    STOP = "stop"
    KILL = "kill"


class Effect(StrEnum):
    """What the caller brings about."""

    WARN = "warn"
    """Tell those who watch, and prefer the smaller model where the route has one."""
    REFUSE = "refuse"
    """Calls are refused from now on."""
    END_STREAMS = "end_streams"
    """Streams in flight end after their current event, if so configured."""
    OPEN_CASE = "open_case"
    CLOSE_CASE = "close_case"
    ADMIT = "admit"
    """Calls are let through without a limit of rate of the breaker's."""
    ADMIT_SHARE = "admit_share"
    """Calls are let through up to `Breaker.share_pct` of the baseline."""
    FORGET = "forget"
    """The meters begin anew: what led to the pause does not lead to the next."""
    RAISE = "raise"
    """The baseline counts `Breaker.baseline_pct` of itself from now on."""
    REVOKE = "revoke"
    """Tokens of the task are revoked."""
    DECLINE = "decline"
    """Nothing is changed: the person is told that the decision does not fit the state."""


class Event(msgspec.Struct, frozen=True):
    """``at_s``: any clock that only goes on. ``pct``: a share to resume at, or what the baseline becomes."""

    on: On
    at_s: int
    pct: int = 0
    reason: str = ""
    """Why: the signal in words, or what the person wrote. A person's decision needs one."""


class Breaker(msgspec.Struct, frozen=True):
    """Where a breaker is. ``since_s``: when it got there, or when spend was last not calm there."""

    state: State = State.CLOSED
    since_s: int = 0
    share_pct: int = 100
    """While recovering: the share of the baseline that may be spent."""
    baseline_pct: int = 100
    """What a person has raised the baseline to."""
    reason: str = ""


class Pace(msgspec.Struct, frozen=True):
    """How a breaker comes down again."""

    settle_s: int = 60
    """Calm for so long ends a warning."""
    step_s: int = 120
    """Calm for so long lets a recovering key on to its next share, which is twice the last."""


class Row(NamedTuple):
    """One way out of a state: the guard that must hold, the next state, and what is to be done."""

    guard: Callable[[Breaker, Event, Pace], bool]
    to: State
    effects: tuple[Effect, ...] = ()


def _always(_breaker: Breaker, _event: Event, _pace: Pace) -> bool:
    return True


def _settled(breaker: Breaker, event: Event, pace: Pace) -> bool:
    return event.at_s - breaker.since_s >= pace.settle_s


def _step_is_due(breaker: Breaker, event: Event, pace: Pace) -> bool:
    return event.at_s - breaker.since_s >= pace.step_s


def _last_step_is_due(breaker: Breaker, event: Event, pace: Pace) -> bool:
    return _step_is_due(breaker, event, pace) and breaker.share_pct * 2 >= 100


_E = Effect
_PAUSE: Final = (Row(_always, State.PAUSED, (_E.REFUSE, _E.END_STREAMS, _E.OPEN_CASE)),)
_STOP: Final = (Row(_always, State.STOPPED, (_E.REFUSE, _E.END_STREAMS)),)
_STOP_CASE: Final = (Row(_always, State.STOPPED, (_E.REFUSE, _E.END_STREAMS, _E.CLOSE_CASE)),)
_KILL: Final = (Row(_always, State.KILLED, (_E.REFUSE, _E.END_STREAMS, _E.REVOKE)),)
_KILL_CASE: Final = (Row(_always, State.KILLED, (_E.REFUSE, _E.END_STREAMS, _E.REVOKE, _E.CLOSE_CASE)),)
_RESUME: Final = (Row(_always, State.CLOSED, (_E.FORGET, _E.ADMIT)),)
_RESUME_CASE: Final = (Row(_always, State.CLOSED, (_E.FORGET, _E.ADMIT, _E.CLOSE_CASE)),)
_LIMITED: Final = (Row(_always, State.RECOVERING, (_E.FORGET, _E.ADMIT_SHARE)),)
_LIMITED_CASE: Final = (Row(_always, State.RECOVERING, (_E.FORGET, _E.ADMIT_SHARE, _E.CLOSE_CASE)),)


def _stay(state: State, *effects: Effect) -> tuple[Row, ...]:
    return (Row(_always, state, effects),)


def _table() -> Mapping[tuple[State, On], tuple[Row, ...]]:
    s, on = State, On
    measured = (on.CALM, on.RISING, on.DEVIATES, on.LOOPS)
    decided = (on.RESUME, on.RESUME_LIMITED, on.RAISE_BASELINE, on.STOP, on.KILL)
    rows: dict[tuple[State, On], tuple[Row, ...]] = {
        (s.CLOSED, on.CALM): _stay(s.CLOSED),
        (s.CLOSED, on.RISING): (Row(_always, s.WARNED, (_E.WARN,)),),
        (s.CLOSED, on.DEVIATES): _PAUSE,
        (s.CLOSED, on.LOOPS): _PAUSE,
        (s.CLOSED, on.RESUME): _stay(s.CLOSED, _E.DECLINE),
        (s.CLOSED, on.RESUME_LIMITED): _LIMITED,
        (s.CLOSED, on.RAISE_BASELINE): _stay(s.CLOSED, _E.RAISE),
        (s.CLOSED, on.STOP): _STOP,
        (s.CLOSED, on.KILL): _KILL,
        (s.WARNED, on.CALM): (Row(_settled, s.CLOSED), *_stay(s.WARNED)),
        (s.WARNED, on.RISING): _stay(s.WARNED),
        (s.WARNED, on.DEVIATES): _PAUSE,
        (s.WARNED, on.LOOPS): _PAUSE,
        (s.WARNED, on.RESUME): _RESUME,
        (s.WARNED, on.RESUME_LIMITED): _LIMITED,
        (s.WARNED, on.RAISE_BASELINE): _stay(s.CLOSED, _E.RAISE),
        (s.WARNED, on.STOP): _STOP,
        (s.WARNED, on.KILL): _KILL,
        # Paused: charges of calls that were in flight still come in; they change nothing.
        **{(s.PAUSED, event): _stay(s.PAUSED) for event in measured},
        (s.PAUSED, on.RESUME): _RESUME_CASE,
        (s.PAUSED, on.RESUME_LIMITED): _LIMITED_CASE,
        (s.PAUSED, on.RAISE_BASELINE): (
            Row(_always, s.CLOSED, (_E.RAISE, _E.FORGET, _E.ADMIT, _E.CLOSE_CASE)),
        ),
        (s.PAUSED, on.STOP): _STOP_CASE,
        (s.PAUSED, on.KILL): _KILL_CASE,
        (s.RECOVERING, on.CALM): (
            Row(_last_step_is_due, s.CLOSED, (_E.ADMIT,)),
            Row(_step_is_due, s.RECOVERING, (_E.ADMIT_SHARE,)),
            *_stay(s.RECOVERING),
        ),
        (s.RECOVERING, on.RISING): _stay(s.RECOVERING),
        (s.RECOVERING, on.DEVIATES): _PAUSE,
        (s.RECOVERING, on.LOOPS): _PAUSE,
        (s.RECOVERING, on.RESUME): _RESUME,
        (s.RECOVERING, on.RESUME_LIMITED): _LIMITED,
        (s.RECOVERING, on.RAISE_BASELINE): _stay(s.RECOVERING, _E.RAISE, _E.ADMIT_SHARE),
        (s.RECOVERING, on.STOP): _STOP,
        (s.RECOVERING, on.KILL): _KILL,
        **{(s.STOPPED, event): _stay(s.STOPPED) for event in measured},
        (s.STOPPED, on.RESUME): _RESUME,
        (s.STOPPED, on.RESUME_LIMITED): _LIMITED,
        (s.STOPPED, on.RAISE_BASELINE): _stay(s.STOPPED, _E.RAISE),
        (s.STOPPED, on.STOP): _stay(s.STOPPED, _E.DECLINE),
        (s.STOPPED, on.KILL): _KILL,
        **{(s.KILLED, event): _stay(s.KILLED) for event in measured},
        **{(s.KILLED, event): _stay(s.KILLED, _E.DECLINE) for event in decided},
    }
    return MappingProxyType(rows)


TABLE: Final = _table()
DECISIONS: Final = frozenset({On.RESUME, On.RESUME_LIMITED, On.RAISE_BASELINE, On.STOP, On.KILL})


def step(breaker: Breaker, event: Event, pace: Pace | None = None) -> tuple[Breaker, tuple[Effect, ...]]:
    """Return where an event takes a breaker, and what is to be done, in that order.

    Raises InvalidRequest for a person's decision without a reason, a share outside 1 to 99%, or a baseline
    that is not raised.
    """
    _check(breaker, event)
    pace = pace or Pace()
    for guard, to, effects in TABLE[breaker.state, event.on]:
        if guard(breaker, event, pace):
            return _moved(breaker, event, to, effects), effects
    raise AssertionError("unreachable: the last row of each pair has no guard")


def _moved(breaker: Breaker, event: Event, to: State, effects: tuple[Effect, ...]) -> Breaker:
    share_pct = 100
    if to is State.RECOVERING:
        share_pct = breaker.share_pct
        if event.on is On.RESUME_LIMITED:
            share_pct = event.pct
        elif event.on is On.CALM and Effect.ADMIT_SHARE in effects:
            share_pct = breaker.share_pct * 2
    # What is not calm puts off the next step; a stay that does nothing else leaves all as it was.
    restless = event.on is On.RISING and to in {State.WARNED, State.RECOVERING}
    anew = to is not breaker.state or Effect.ADMIT_SHARE in effects or restless
    told = to is not breaker.state or (event.on in DECISIONS and Effect.DECLINE not in effects)
    return Breaker(
        to,
        event.at_s if anew else breaker.since_s,
        share_pct,
        event.pct if Effect.RAISE in effects else breaker.baseline_pct,
        event.reason if told else breaker.reason,
    )


def _check(breaker: Breaker, event: Event) -> None:
    if event.on not in DECISIONS:
        return
    if not event.reason.strip():
        raise InvalidRequest("A decision about a breaker needs a reason in words.", field="reason")
    if event.on is On.RESUME_LIMITED and not 1 <= event.pct <= 99:
        raise InvalidRequest("The share to resume at is 1 to 99 percent of the baseline.", field="pct")
    if event.on is On.RAISE_BASELINE and event.pct <= breaker.baseline_pct:
        raise InvalidRequest(
            f"The baseline counts {breaker.baseline_pct}% of what is forecast; raise it above that.",
            field="pct",
        )
