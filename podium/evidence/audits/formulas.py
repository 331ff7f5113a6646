"""Linear temporal logic on finite traces, in three values, by progression.

The semantics are those of LTLf (De Giacomo and Vardi, "Linear Temporal Logic and Linear Dynamic Logic on
Finite Traces", IJCAI 2013) with Kleene's strong three-valued connectives: what cannot be seen (a call whose
arguments were not recorded) is unknown, and makes a verdict unknown only where the verdict hangs on it.
Progression is that of Bacchus and Kabanza ("Planning for Temporally Extended Goals", 1998): what is left to
hold of the rest of the trace after one step. Formulas are in negation normal form, so what can be left
over is finite, and a progression that was made once is looked up.

A value is 0 (false), 1 (unknown) or 2 (true): "and" is the least, "or" the greatest, "not" is 2 minus it.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

FALSE: Final = 0
UNKNOWN: Final = 1
TRUE: Final = 2

Formula = tuple[Any, ...]
"""Hashable: an operator's name and its operands, equal where they say the same."""

NO: Final[Formula] = ("const", FALSE)
MAYBE: Final[Formula] = ("const", UNKNOWN)
YES: Final[Formula] = ("const", TRUE)
_CONSTANTS: Final = (NO, MAYBE, YES)

Values = Callable[[int], int]
"""The value of an atom, by its number, at the step at hand."""


def atom(number: int) -> Formula:
    """Return "the atom holds at this step"."""
    return ("atom", number)


def all_of(parts: Sequence[Formula]) -> Formula:
    """Return that all hold."""
    return _joined("and", parts, NO, YES)


def any_of(parts: Sequence[Formula]) -> Formula:
    """Return that one at least holds."""
    return _joined("or", parts, YES, NO)


def _joined(operator: str, parts: Sequence[Formula], absorbing: Formula, neutral: Formula) -> Formula:
    found: dict[Formula, None] = {}
    for part in parts:
        if part == absorbing:
            return absorbing
        if part == neutral:
            continue
        if part[0] == operator:
            found.update(dict.fromkeys(part[1:]))
        else:
            found[part] = None
    kept = _without_implied(operator, found)
    if not kept:
        return neutral
    if len(kept) == 1:
        return kept[0]
    return (operator, *sorted(kept, key=repr))


def _without_implied(operator: str, found: dict[Formula, None]) -> list[Formula]:
    """Drop deadlines that another one makes: "within 3" is all that is left of "within 3 and within 5".

    Without it, what may be left over of a deadline of n steps had 2 to the n forms.
    """
    tightest: dict[tuple[object, object], Formula] = {}
    kept = []
    for part in found:
        if part[0] not in ("within", "throughout"):
            kept.append(part)
            continue
        key, fewer = (part[0], part[2]), (part[0] == "within") == (operator == "and")
        other = tightest.get(key)
        if other is None or (part[1] < other[1]) == fewer:
            tightest[key] = part
    return [*kept, *tightest.values()]


def later(part: Formula) -> Formula:
    """Return that there is a next step, and it holds there (strong next)."""
    return ("next", part)


def eventually(part: Formula) -> Formula:
    """Return that it holds at this step or a later one."""
    return part if part in _CONSTANTS else ("eventually", part)


def always(part: Formula) -> Formula:
    """Return that it holds at this step and all later ones."""
    return part if part in _CONSTANTS else ("always", part)


def until(part: Formula, goal: Formula) -> Formula:
    """Return that the goal comes, and part holds at every step before it."""
    return ("until", part, goal)


def unless(part: Formula, goal: Formula) -> Formula:
    """Return that part holds at every step before the goal, which need not come (weak until)."""
    return ("release", goal, any_of((part, goal)))


def within(steps: int, part: Formula) -> Formula:
    """Return that it holds at one of so many steps, of which this is the first."""
    return NO if steps <= 0 else ("within", steps, part)


def at_most(count: int, part: Formula) -> Formula:
    """Return that it holds at no more than so many steps. Part speaks of one step alone."""
    return NO if count < 0 else ("at_most", count, count, part)


def at_least(count: int, part: Formula) -> Formula:
    """Return that it holds at so many steps or more. Part speaks of one step alone."""
    return negated(at_most(count - 1, part))


def negated(formula: Formula) -> Formula:
    """Return that it does not hold, with the negation pushed down to the atoms."""
    operator, *operands = formula
    match operator:
        case "const":
            return _CONSTANTS[2 - operands[0]]
        case "atom":
            return ("not_atom", *operands)
        case "not_atom":
            return ("atom", *operands)
        case "and" | "or":
            parts = [negated(part) for part in operands]
            return any_of(parts) if operator == "and" else all_of(parts)
        case "within" | "throughout":
            return ("throughout" if operator == "within" else "within", operands[0], negated(operands[1]))
        case "at_most" | "more_than":
            return ("more_than" if operator == "at_most" else "at_most", *operands)
        case _:
            return (_DUAL[str(operator)], *(negated(part) for part in operands))


_DUAL: Final = {
    "next": "weak_next",
    "weak_next": "next",
    "eventually": "always",
    "always": "eventually",
    "until": "release",
    "release": "until",
    "some_step": "no_step",
    "no_step": "some_step",
}
_SOME_STEP: Final[Formula] = ("some_step",)
"""That the trace goes on."""
_NO_STEP: Final[Formula] = ("no_step",)
"""That it does not."""


def progress(formula: Formula, value: Values) -> Formula:
    """Return what has to hold of the rest of the trace, after a step in which atoms had these values."""
    operator = formula[0]
    match formula:
        case ("const", _):
            return formula
        case ("atom", int(number)):
            return _CONSTANTS[value(number)]
        case ("not_atom", int(number)):
            return _CONSTANTS[2 - value(number)]
        case ("and", *parts):
            return all_of([progress(part, value) for part in parts])
        case ("or", *parts):
            return any_of([progress(part, value) for part in parts])
        case ("next", part):
            return all_of((part, _SOME_STEP))
        case ("weak_next", part):
            return any_of((part, _NO_STEP))
        case ("some_step",):
            return YES
        case ("no_step",):
            return NO
        case ("eventually", part):
            return any_of((progress(part, value), formula))
        case ("always", part):
            return all_of((progress(part, value), formula))
        case ("until", part, goal):
            return any_of((progress(goal, value), all_of((progress(part, value), formula))))
        case ("release", goal, part):
            return all_of((progress(part, value), any_of((progress(goal, value), formula))))
        case ("within", int(steps), part):
            return any_of((progress(part, value), within(steps - 1, part)))
        case ("throughout", int(steps), part):
            rest = ("throughout", steps - 1, part) if steps > 1 else YES
            return all_of((progress(part, value), rest))
        case ("at_most" | "more_than", int(sure), int(possible), part):
            seen = progress(part, value)
            sure -= seen == YES
            possible -= seen != NO
            if sure < 0:
                return NO if operator == "at_most" else YES
            return (operator, sure, possible, part)
    raise AssertionError(formula)


def ended(formula: Formula) -> int:
    """Return the value of what is left when the trace has no further step."""
    match formula:
        case ("const", int(value)):
            return value
        case ("and", *parts):
            return min(ended(part) for part in parts)
        case ("or", *parts):
            return max(ended(part) for part in parts)
        case ("at_most", int(_), int(possible), _):
            return TRUE if possible >= 0 else UNKNOWN
        case ("more_than", int(_), int(possible), _):
            return FALSE if possible >= 0 else UNKNOWN
        case (operator, *_) if operator in _TRUE_OF_NOTHING:
            return TRUE
    return FALSE


_TRUE_OF_NOTHING: Final = frozenset(
    {"not_atom", "weak_next", "no_step", "always", "release", "throughout"},
)
"""What holds where no step is left; its duals do not."""


def atoms_of(formula: Formula) -> frozenset[int]:
    """Return the numbers of the atoms that it speaks of."""
    if formula[0] in ("atom", "not_atom"):
        return frozenset((int(formula[1]),))
    return frozenset().union(*(atoms_of(part) for part in formula[1:] if isinstance(part, tuple)))


class Automaton:
    """Progressions of one formula, made as a trace asks for them, and then looked up.

    A state is a number; `step` is one look-up once a state has seen such a step. A letter has the atoms'
    values at a step, two bits an atom at the place of its number; `mask` has those that the formula looks at.
    """

    LARGEST: Final = 100_000
    """Progressions kept; then they are made anew."""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula
        self.mask = sum(3 << 2 * number for number in atoms_of(formula))
        self._numbers: dict[Formula, int] = {}
        self.states: list[Formula] = []
        self._moves: dict[tuple[int, int], int] = {}
        self.start = self._number(self.formula)

    def _number(self, formula: Formula) -> int:
        number = self._numbers.get(formula)
        if number is None:
            number = self._numbers[formula] = len(self.states)
            self.states.append(formula)
        return number

    def step(self, state: int, letter: int) -> int:
        """Return the state after a step. The letter has no bits beside the mask's."""
        to = self._moves.get((state, letter))
        if to is not None:
            return to
        if len(self._moves) >= self.LARGEST:
            self._moves.clear()  # states keep their numbers: runs hold them
        after = progress(self.states[state], lambda number: letter >> 2 * number & 3)
        to = self._moves[state, letter] = self._number(after)
        return to

    def decided(self, state: int) -> int | None:
        """Return the verdict that no further step can change, or None."""
        formula = self.states[state]
        return int(formula[1]) if formula[0] == "const" else None

    def ended(self, state: int) -> int:
        """Return the verdict if the trace ends in this state."""
        return ended(self.states[state])
