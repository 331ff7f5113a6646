"""The breaker's table."""

from dataclasses import dataclass

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.errors import InvalidRequest
from podium.spend.breaker import DECISIONS, TABLE, Breaker, Effect, Event, On, Pace, State, step

PACE = Pace(settle_s=60, step_s=120)
EXPECTED = """
closed      calm            closed
closed      rising          warned      warn
closed      deviates        paused      refuse end_streams open_case
closed      loops           paused      refuse end_streams open_case
closed      resume          closed      decline
closed      resume_limited  recovering  forget admit_share
closed      raise_baseline  closed      raise
closed      stop            stopped     refuse end_streams
closed      kill            killed      refuse end_streams revoke
warned      calm            closed
warned      rising          warned
warned      deviates        paused      refuse end_streams open_case
warned      loops           paused      refuse end_streams open_case
warned      resume          closed      forget admit
warned      resume_limited  recovering  forget admit_share
warned      raise_baseline  closed      raise
warned      stop            stopped     refuse end_streams
warned      kill            killed      refuse end_streams revoke
paused      calm            paused
paused      rising          paused
paused      deviates        paused
paused      loops           paused
paused      resume          closed      forget admit close_case
paused      resume_limited  recovering  forget admit_share close_case
paused      raise_baseline  closed      raise forget admit close_case
paused      stop            stopped     refuse end_streams close_case
paused      kill            killed      refuse end_streams revoke close_case
recovering  calm            recovering  admit_share
recovering  rising          recovering
recovering  deviates        paused      refuse end_streams open_case
recovering  loops           paused      refuse end_streams open_case
recovering  resume          closed      forget admit
recovering  resume_limited  recovering  forget admit_share
recovering  raise_baseline  recovering  raise admit_share
recovering  stop            stopped     refuse end_streams
recovering  kill            killed      refuse end_streams revoke
stopped     calm            stopped
stopped     rising          stopped
stopped     deviates        stopped
stopped     loops           stopped
stopped     resume          closed      forget admit
stopped     resume_limited  recovering  forget admit_share
stopped     raise_baseline  stopped     raise
stopped     stop            stopped     decline
stopped     kill            killed      refuse end_streams revoke
killed      calm            killed
killed      rising          killed
killed      deviates        killed
killed      loops           killed
killed      resume          killed      decline
killed      resume_limited  killed      decline
killed      raise_baseline  killed      decline
killed      stop            killed      decline
killed      kill            killed      decline
"""


@dataclass
class Line:
    state: State
    on: On
    to: State
    effects: tuple[Effect, ...]


LINES = [
    Line(State(state), On(on), State(to), tuple(Effect(effect) for effect in effects))
    for state, on, to, *effects in (line.split() for line in EXPECTED.strip().splitlines())
]


def event(on: On, at_s: int = 0) -> Event:
    pct = {On.RESUME_LIMITED: 10, On.RAISE_BASELINE: 200}.get(on, 0)
    return Event(on, at_s, pct, "looked at it")


def test_the_table_is_whole() -> None:
    """Every state answers every event, the last row always, and this file knows each pair once."""
    assert set(TABLE) == {(state, on) for state in State for on in On}
    assert len(LINES) == len(TABLE) == len({(line.state, line.on) for line in LINES})
    for rows in TABLE.values():
        assert rows[-1].guard(Breaker(), event(On.CALM), PACE)


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.state}-{line.on}")
def test_each_pair(line: Line) -> None:
    """After long enough in a state each event leads where the table above says, its effects in order."""
    breaker = Breaker(line.state, 0, share_pct=10)
    found, effects = step(breaker, event(line.on, 1000), PACE)
    assert (found.state, effects) == (line.to, line.effects)


def test_the_table_cannot_be_changed() -> None:
    """The table is frozen."""
    with pytest.raises(TypeError):
        TABLE[State.PAUSED, On.CALM] = ()


def test_it_recovers_step_by_step() -> None:
    """Resumed at a tenth, a calm key gets 20, 40 and 80% of its baseline and then all, a step at a time."""
    breaker, _ = step(Breaker(State.PAUSED), event(On.RESUME_LIMITED, 1000), PACE)
    shares = []
    for second in range(1001, 2000):
        breaker, effects = step(breaker, Event(On.CALM, second), PACE)
        if effects:
            shares.append((second - 1000, breaker.share_pct, breaker.state))
    assert shares == [
        (120, 20, State.RECOVERING),
        (240, 40, State.RECOVERING),
        (360, 80, State.RECOVERING),
        (480, 100, State.CLOSED),
    ]


def test_restlessness_puts_off_the_next_step() -> None:
    """While a recovering key is not calm its share stays, and the time to the next step begins anew."""
    breaker = Breaker(State.RECOVERING, 0, share_pct=10)
    breaker, effects = step(breaker, Event(On.RISING, 119), PACE)
    assert (effects, breaker.share_pct) == ((), 10)
    breaker, effects = step(breaker, Event(On.CALM, 238), PACE)
    assert (effects, breaker.share_pct) == ((), 10)
    breaker, effects = step(breaker, Event(On.CALM, 239), PACE)
    assert (effects, breaker.share_pct) == ((Effect.ADMIT_SHARE,), 20)


def test_a_warning_ends_when_it_has_been_calm() -> None:
    """A warning outlives a calm second, and ends after a calm minute."""
    breaker, _ = step(Breaker(), Event(On.RISING, 0), PACE)
    breaker, _ = step(breaker, Event(On.RISING, 10), PACE)
    breaker, _ = step(breaker, Event(On.CALM, 69), PACE)
    assert breaker.state is State.WARNED
    assert step(breaker, Event(On.CALM, 70), PACE)[0].state is State.CLOSED


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (Event(On.RESUME, 0), "reason"),
        (Event(On.KILL, 0, reason="  "), "reason"),
        (Event(On.RESUME_LIMITED, 0, 0, "why"), "pct"),
        (Event(On.RESUME_LIMITED, 0, 100, "why"), "pct"),
        (Event(On.RAISE_BASELINE, 0, 100, "why"), "pct"),
    ],
)
def test_decisions_are_checked(wrong: Event, field: str) -> None:
    """A decision needs a reason, a share below all of it, and a baseline above what it is."""
    with pytest.raises(InvalidRequest) as raised:
        step(Breaker(State.PAUSED), wrong)
    assert raised.value.field == field


EVENTS = st.builds(event, st.sampled_from(On), st.integers(0, 10_000)).filter(
    lambda found: found.on is not On.RAISE_BASELINE
)


@given(st.lists(EVENTS, max_size=30))
def test_only_a_person_lets_it_go_on(events: list[Event]) -> None:
    """Whatever is measured, a paused or stopped key stays so; nothing brings a killed one back; shares are 1
    to 100%, all of it unless recovering; and the breaker is plain data that reads back equal."""
    breaker = Breaker()
    for found in sorted(events, key=lambda found: found.at_s):
        before = breaker
        breaker, effects = step(breaker, found, PACE)
        if before.state in {State.PAUSED, State.STOPPED} and found.on not in DECISIONS:
            assert (breaker, effects) == (before, ())
        if before.state is State.KILLED:
            assert breaker == before
        assert 1 <= breaker.share_pct <= 100
        assert breaker.state is State.RECOVERING or breaker.share_pct == 100
        assert (Effect.REFUSE in effects) == (
            breaker.state in {State.PAUSED, State.STOPPED, State.KILLED} and breaker.state is not before.state
        )
        assert msgspec.json.decode(msgspec.json.encode(breaker), type=Breaker) == breaker


def test_a_raised_baseline_stays_raised() -> None:
    """What a person raised counts through later pauses, until a person takes it back."""
    breaker, _ = step(Breaker(State.PAUSED), Event(On.RAISE_BASELINE, 0, 300, "a launch"))
    breaker, _ = step(breaker, Event(On.DEVIATES, 5, reason="10 times"))
    assert (breaker.state, breaker.baseline_pct, breaker.reason) == (State.PAUSED, 300, "10 times")
    for pct in (99, 300):
        with pytest.raises(InvalidRequest):
            step(breaker, Event(On.RAISE_BASELINE, 6, pct, "a launch"))
    breaker, _ = step(breaker, Event(On.RAISE_BASELINE, 6, 100, "the launch is over"))
    assert breaker.baseline_pct == 100
