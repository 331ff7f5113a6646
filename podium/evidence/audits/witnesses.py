"""Which steps decided: the places of a trace to which a verdict points.

A formula's values at every place are worked out from the end, then the reasons are walked from the start: of
"always" the first step at which it does not hold, of "eventually" the first at which it does, of an "and" the
part that failed.
"""

from collections.abc import Sequence
from typing import Final

from podium.evidence.audits.formulas import FALSE, TRUE, UNKNOWN, Formula, ended

MOST: Final = 20
"""Steps named for one verdict; of more, the first."""


def witnesses(formula: Formula, letters: Sequence[int]) -> list[int]:
    """Return the places, in order, that make a formula's value at the first step what it is."""
    tables = _Tables(letters)
    found: set[int] = set()
    waiting = [(formula, 0)]
    seen = set(waiting)
    while waiting and len(found) < MOST:
        one, place = waiting.pop()
        if place >= len(letters):
            continue
        for reason in _reasons(one, place, tables, found):
            if reason not in seen:
                seen.add(reason)
                waiting.append(reason)
    return sorted(found)


class _Tables:
    """The values of formulas at every place, each worked out once."""

    def __init__(self, letters: Sequence[int]) -> None:
        self.count = len(letters)
        self._letters = letters
        self._known: dict[Formula, list[int]] = {}

    def of(self, formula: Formula) -> list[int]:
        return _values(formula, self._letters, self._known)

    def first(self, formula: Formula, place: int, value: int) -> list[int]:
        """Return the first place from here on at which a formula has a value, if there is one."""
        values = self.of(formula)
        return next(([at] for at in range(place, self.count) if values[at] == value), [])


def _values(formula: Formula, letters: Sequence[int], tables: dict[Formula, list[int]]) -> list[int]:
    """Return the values at every place, and behind the last one, of a formula; worked out once each."""
    known = tables.get(formula)
    if known is not None:
        return known
    count = len(letters)
    values = [ended(formula)] * (count + 1)
    match formula:
        case ("const", int(value)):
            values = [value] * (count + 1)
        case ("atom", int(number)):
            values[:count] = [letter >> 2 * number & 3 for letter in letters]
        case ("not_atom", int(number)):
            values[:count] = [2 - (letter >> 2 * number & 3) for letter in letters]
        case ("and" | "or" as operator, *parts):
            tables_of = [_values(part, letters, tables) for part in parts]
            pick = min if operator == "and" else max
            values = [pick(column) for column in zip(*tables_of, strict=True)]
        case ("next" | "weak_next" as operator, part):
            inner = _values(part, letters, tables)
            beyond = FALSE if operator == "next" else TRUE
            values[:count] = [inner[place + 1] if place + 1 < count else beyond for place in range(count)]
        case ("eventually" | "always" as operator, part):
            inner, pick = _values(part, letters, tables), max if operator == "eventually" else min
            for place in range(count - 1, -1, -1):
                values[place] = pick(inner[place], values[place + 1])
        case ("until", part, goal):
            left, right = _values(part, letters, tables), _values(goal, letters, tables)
            for place in range(count - 1, -1, -1):
                values[place] = max(right[place], min(left[place], values[place + 1]))
        case ("release", goal, part):
            right, left = _values(goal, letters, tables), _values(part, letters, tables)
            for place in range(count - 1, -1, -1):
                values[place] = min(left[place], max(right[place], values[place + 1]))
        case ("within" | "throughout" as operator, int(steps), part):
            inner, pick = _values(part, letters, tables), max if operator == "within" else min
            beyond = FALSE if operator == "within" else TRUE
            for place in range(count):
                seen = inner[place : min(place + steps, count)]
                values[place] = pick(pick(seen), beyond) if len(seen) < steps else pick(seen)
        case ("at_most" | "more_than" as operator, int(sure), int(possible), part):
            inner = _values(part, letters, tables)
            for place in range(count - 1, -1, -1):
                sure -= inner[place] == TRUE
                possible -= inner[place] != FALSE
                kept = FALSE if sure < 0 else TRUE if possible >= 0 else UNKNOWN
                values[place] = kept if operator == "at_most" else TRUE - kept
    tables[formula] = values
    return values


def _reasons(formula: Formula, place: int, tables: "_Tables", found: set[int]) -> list[tuple[Formula, int]]:
    """Return what of a formula made its value at a place; atoms are found there."""
    value = tables.of(formula)[place]
    match formula:
        case ("atom" | "not_atom", _):
            found.add(place)
        case ("and" | "or" as operator, *parts):
            deciding = [part for part in parts if tables.of(part)[place] == value]
            one_is_enough = value == (FALSE if operator == "and" else TRUE)
            return [(part, place) for part in (deciding[:1] if one_is_enough else deciding)]
        case ("next" | "weak_next", part):
            return [(part, place + 1)]
        case ("eventually" | "always" | "within" | "throughout" as operator, *_, part):
            good = TRUE if operator in ("eventually", "within") else FALSE
            if value in (good, UNKNOWN):
                return [(part, at) for at in tables.first(part, place, value)]
        case ("until", part, goal):
            if value == TRUE:
                return [(goal, at) for at in tables.first(goal, place, TRUE)]
            return [(part, at) for at in tables.first(part, place, value)]
        case ("release", _, part):
            if value != TRUE:
                return [(part, at) for at in tables.first(part, place, value)]
        case ("at_most" | "more_than", _, _, part):
            held = tables.of(part)
            counted = [
                at for at in range(place, tables.count) if held[at] == TRUE or held[at] == value == UNKNOWN
            ]
            return [(part, at) for at in counted[-MOST:]]
    return []
