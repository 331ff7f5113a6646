"""The logic of audits, held against its definition."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from podium.evidence.audits import formulas as f
from podium.evidence.audits.witnesses import witnesses
from tests.evidence.audits.naive import holds

ATOMS = 3
PLAIN = st.recursive(
    st.integers(0, ATOMS - 1).map(f.atom),
    lambda inner: st.one_of(
        inner.map(f.negated),
        st.lists(inner, min_size=2, max_size=3).map(f.all_of),
        st.lists(inner, min_size=2, max_size=3).map(f.any_of),
    ),
    max_leaves=3,
)
FORMULAS = st.recursive(
    PLAIN | st.builds(f.at_most, st.integers(0, 3), PLAIN) | st.builds(f.at_least, st.integers(0, 3), PLAIN),
    lambda inner: st.one_of(
        inner.map(f.negated),
        st.lists(inner, min_size=2, max_size=3).map(f.all_of),
        st.lists(inner, min_size=2, max_size=3).map(f.any_of),
        inner.map(f.later),
        inner.map(f.eventually),
        inner.map(f.always),
        st.builds(f.until, inner, inner),
        st.builds(f.unless, inner, inner),
        st.builds(f.within, st.integers(1, 4), inner),
    ),
    max_leaves=6,
)
TRACES = st.lists(st.tuples(*[st.sampled_from((0, 1, 2))] * ATOMS), max_size=7)


def letter(values: tuple[int, ...]) -> int:
    return sum(value << 2 * place for place, value in enumerate(values))


@given(FORMULAS, TRACES)
def test_a_step_at_a_time_is_the_definition(formula: Any, trace: list[tuple[int, ...]]) -> None:
    """Progression and the definition agree on each prefix; a final verdict is that of all longer ones."""
    automaton = f.Automaton(formula)
    state, final = automaton.start, automaton.decided(automaton.start)
    for length in range(len(trace) + 1):
        value = automaton.ended(state)
        assert value == holds(formula, trace[:length])
        assert final is None or value == final
        if length < len(trace):
            state = automaton.step(state, letter(trace[length]) & automaton.mask)
            final = automaton.decided(state)


@given(FORMULAS, TRACES)
def test_what_is_not_recorded_changes_no_sure_verdict(formula: Any, trace: list[tuple[int, ...]]) -> None:
    """A verdict that is not unknown is the same however the unknown values turn out."""
    sure = holds(formula, trace)
    for filled in (0, 2):
        known = [tuple(filled if value == 1 else value for value in step) for step in trace]
        value = holds(formula, known)
        assert sure in (1, value)


@given(FORMULAS, TRACES)
def test_a_negation_is_the_opposite(formula: Any, trace: list[tuple[int, ...]]) -> None:
    """Twice negated it is itself; once, its value is the other one."""
    assert holds(f.negated(formula), trace) == 2 - holds(formula, trace)
    assert holds(f.negated(f.negated(formula)), trace) == holds(formula, trace)


@given(FORMULAS, TRACES)
def test_the_witnesses_are_steps_of_the_trace(formula: Any, trace: list[tuple[int, ...]]) -> None:
    """What a verdict points at is there, in order, and each once."""
    found = witnesses(formula, [letter(step) for step in trace])
    assert found == sorted(set(found))
    assert all(0 <= place < len(trace) for place in found)


def test_deadlines_do_not_multiply() -> None:
    """Of a deadline of 40 steps what can be left over has about 40 forms, not 2 to the 40."""
    automaton = f.Automaton(f.always(f.any_of((f.negated(f.atom(0)), f.later(f.within(40, f.atom(1)))))))
    state = automaton.start
    for number in range(2_000):
        state = automaton.step(state, letter((2 if number % 3 == 0 else 0, 2 if number % 7 == 6 else 0)))
    assert len(automaton.states) < 200
