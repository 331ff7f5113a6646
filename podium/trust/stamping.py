"""Rubber stamps: whoever approves nearly everything, faster than it can be read, is told so.

How long somebody has looked at a case is not recorded. What is known is the most that it can have been: the
time since the case was there, or since the same person's answer before, whichever is shorter. Answers given
at once count as one.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

MORE_THAN: Final = 20
"""Answers of a period below which nothing is said."""
SHARE_PCT: Final = 95
WITHIN_S: Final = 10


class Answered(msgspec.Struct, frozen=True):
    """One answer of a person to a case that could be approved. Times are Unix nanoseconds."""

    created_ns: int
    answered_ns: int
    approved: bool


def looks_s(answers: Iterable[Answered]) -> list[float]:
    """Return the most that a person can have looked before each answer, in seconds, oldest first."""
    found: list[float] = []
    before_ns: int | None = None
    for answer in sorted(answers, key=lambda one: (one.answered_ns, one.created_ns)):
        if answer.answered_ns == before_ns:
            continue
        since_ns = answer.created_ns if before_ns is None else max(answer.created_ns, before_ns)
        found.append((answer.answered_ns - since_ns) / 1e9)
        before_ns = answer.answered_ns
    return found


def median(values: Iterable[float]) -> float | None:
    """Return the middle value, the lower one of two; None where there is none."""
    return rank(values, 0.5)


def rank(values: Iterable[float], share: float) -> float | None:
    """Return the smallest value that so great a share of all does not exceed (nearest rank); None of none."""
    ordered = sorted(values)
    if not ordered:
        return None
    at = max(0, -(-len(ordered) * share // 1) - 1)
    return ordered[min(len(ordered) - 1, int(at))]


def warning(answers: Iterable[Answered]) -> str | None:
    """Return in words that somebody approves without looking, or None."""
    given = list(answers)
    approved = sum(one.approved for one in given)
    looked_s = median(looks_s(given))
    if len(given) <= MORE_THAN or 100 * approved <= SHARE_PCT * len(given):
        return None
    if looked_s is None or looked_s > WITHIN_S:
        return None
    return (
        f"{approved} of {len(given)} answers approved, half of them within {looked_s:.0f} s of the case "
        "or of the answer before: too fast to have looked at the evidence."
    )
