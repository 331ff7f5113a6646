"""What formulas mean, written down as the definition has it: slow, and of the same words as the paper."""

from collections.abc import Sequence

from podium.evidence.audits.formulas import FALSE, TRUE, Formula


def holds(formula: Formula, trace: Sequence[Sequence[int]], at: int = 0) -> int:
    """Return the value at a place of a trace, whose elements are the atoms' values."""
    rest = range(at, len(trace))
    match formula:
        case ("const", value):
            return int(value)
        case ("atom", number):
            return trace[at][number] if at < len(trace) else FALSE
        case ("not_atom", number):
            return 2 - trace[at][number] if at < len(trace) else TRUE
        case ("and", *parts):
            return min(holds(part, trace, at) for part in parts)
        case ("or", *parts):
            return max(holds(part, trace, at) for part in parts)
        case ("next", part):
            return holds(part, trace, at + 1) if at + 1 < len(trace) else FALSE
        case ("weak_next", part):
            return holds(part, trace, at + 1) if at + 1 < len(trace) else TRUE
        case ("eventually", part):
            return max((holds(part, trace, i) for i in rest), default=FALSE)
        case ("always", part):
            return min((holds(part, trace, i) for i in rest), default=TRUE)
        case ("until", part, goal):
            return max(
                (min([holds(goal, trace, i), *(holds(part, trace, j) for j in range(at, i))]) for i in rest),
                default=FALSE,
            )
        case ("release", goal, part):
            return min(
                (max([holds(part, trace, i), *(holds(goal, trace, j) for j in range(at, i))]) for i in rest),
                default=TRUE,
            )
        case ("within", steps, part):
            return max((holds(part, trace, i) for i in rest[:steps]), default=FALSE)
        case ("throughout", steps, part):
            return min((holds(part, trace, i) for i in rest[:steps]), default=TRUE)
        case ("at_most" | "more_than" as operator, most, _, part):
            values = [holds(part, trace, i) for i in rest]
            sure, possible = values.count(TRUE), len(values) - values.count(FALSE)
            value = FALSE if sure > most else TRUE if possible <= most else 1
            return value if operator == "at_most" else 2 - value
    raise AssertionError(formula)
