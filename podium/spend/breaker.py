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


_MEASURED: Final = frozenset({On.CALM, On.RISING, On.DEVIATES, On.LOOPS})
DECISIONS: Final = frozenset(On) - _MEASURED

_ROWS: Final[dict[tuple[State, On], tuple[Row, ...]]] = {
    (State.CLOSED, On.CALM): _stay(State.CLOSED),
    (State.CLOSED, On.RISING): (Row(_always, State.WARNED, (_E.WARN,)),),
    (State.CLOSED, On.DEVIATES): _PAUSE,
    (State.CLOSED, On.LOOPS): _PAUSE,
    (State.CLOSED, On.RESUME): _stay(State.CLOSED, _E.DECLINE),
    (State.CLOSED, On.RESUME_LIMITED): _LIMITED,
    (State.CLOSED, On.RAISE_BASELINE): _stay(State.CLOSED, _E.RAISE),
    (State.CLOSED, On.STOP): _STOP,
    (State.CLOSED, On.KILL): _KILL,
    (State.WARNED, On.CALM): (Row(_settled, State.CLOSED), *_stay(State.WARNED)),
    (State.WARNED, On.RISING): _stay(State.WARNED),
    (State.WARNED, On.DEVIATES): _PAUSE,
    (State.WARNED, On.LOOPS): _PAUSE,
    (State.WARNED, On.RESUME): _RESUME,
    (State.WARNED, On.RESUME_LIMITED): _LIMITED,
    (State.WARNED, On.RAISE_BASELINE): _stay(State.CLOSED, _E.RAISE),
    (State.WARNED, On.STOP): _STOP,
    (State.WARNED, On.KILL): _KILL,
    # Paused: charges of calls that were in flight still come in; they change nothing.
    **{(State.PAUSED, event): _stay(State.PAUSED) for event in _MEASURED},
    (State.PAUSED, On.RESUME): _RESUME_CASE,
    (State.PAUSED, On.RESUME_LIMITED): _LIMITED_CASE,
    (State.PAUSED, On.RAISE_BASELINE): (
        Row(_always, State.CLOSED, (_E.RAISE, _E.FORGET, _E.ADMIT, _E.CLOSE_CASE)),
    ),
    (State.PAUSED, On.STOP): _STOP_CASE,
    (State.PAUSED, On.KILL): _KILL_CASE,
    (State.RECOVERING, On.CALM): (
        Row(_last_step_is_due, State.CLOSED, (_E.ADMIT,)),
        Row(_step_is_due, State.RECOVERING, (_E.ADMIT_SHARE,)),
        *_stay(State.RECOVERING),
    ),
    (State.RECOVERING, On.RISING): _stay(State.RECOVERING),
    (State.RECOVERING, On.DEVIATES): _PAUSE,
    (State.RECOVERING, On.LOOPS): _PAUSE,
    (State.RECOVERING, On.RESUME): _RESUME,
    (State.RECOVERING, On.RESUME_LIMITED): _LIMITED,
    (State.RECOVERING, On.RAISE_BASELINE): _stay(State.RECOVERING, _E.RAISE, _E.ADMIT_SHARE),
    (State.RECOVERING, On.STOP): _STOP,
    (State.RECOVERING, On.KILL): _KILL,
    **{(State.STOPPED, event): _stay(State.STOPPED) for event in _MEASURED},
    (State.STOPPED, On.RESUME): _RESUME,
    (State.STOPPED, On.RESUME_LIMITED): _LIMITED,
    (State.STOPPED, On.RAISE_BASELINE): _stay(State.STOPPED, _E.RAISE),
    (State.STOPPED, On.STOP): _stay(State.STOPPED, _E.DECLINE),
    (State.STOPPED, On.KILL): _KILL,
    **{(State.KILLED, event): _stay(State.KILLED) for event in _MEASURED},
    **{(State.KILLED, event): _stay(State.KILLED, _E.DECLINE) for event in DECISIONS},
}
TABLE: Final[Mapping[tuple[State, On], tuple[Row, ...]]] = MappingProxyType(_ROWS)


def step(breaker: Breaker, event: Event, pace: Pace | None = None) -> tuple[Breaker, tuple[Effect, ...]]:
    """Return where an event takes a breaker, and what is to be done, in that order.

    Raises InvalidRequest for a person's decision without a reason, a share outside 1 to 99%, or a baseline
    that is what it was, or below what is forecast.
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
    if event.on is On.RAISE_BASELINE and (event.pct < 100 or event.pct == breaker.baseline_pct):
        raise InvalidRequest(
            f"The baseline counts {breaker.baseline_pct}% of what is forecast; raise it above that, "
            "or take that back with 100.",
            field="pct",
        )
