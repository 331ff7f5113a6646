"""Which spans are steps, and in which order: the same for a recorded trace and for a task that runs."""

from collections.abc import Iterable
from typing import Final

import msgspec

from podium.evidence import semconv
from podium.evidence.conventions import normalised
from podium.evidence.spans import ASK
from podium.kernel.spans import Span

REPORTED: Final = "otlp"
"""The source of spans that programs have told; the others are Podium's own."""
_MADE: Final = frozenset({"succeeded", "failed", "unknown"})
"""The outcomes of a call of a tool that went out."""


def step_of(span: Span) -> Span | None:
    """Return a span of a GenAI operation under the pinned names, None for any other."""
    attributes = normalised(span.attributes)
    if semconv.OPERATION not in attributes:
        return None
    return msgspec.structs.replace(span, attributes=attributes)


def place_of(step: Span) -> tuple[int, str]:
    """Return by what steps are ordered: their starts."""
    return step.start_ns, step.span_id


def wait_of(step: Span) -> tuple[object, ...] | None:
    """Return what a step waits for, None where it is no call of a tool that waits for a person.

    It is the same for all repetitions of one call that wait for one approval. Only Podium's own spans wait:
    a program could call its steps so to have them not counted.
    """
    said = step.attributes
    if step.source == REPORTED or said.get(semconv.VERDICT) != ASK or said.get(semconv.OUTCOME) in _MADE:
        return None
    names = (semconv.TASK, semconv.TOOL, semconv.REQUEST_DIGEST, semconv.APPROVAL)
    return tuple(said.get(name) for name in names)


class Steps:
    """The steps of one trace, each once.

    A call that waits for a person is repeated until somebody has answered: it is one step, the first of them.

    A call that a program tells of and that went through Podium is two spans: the program's, and Podium's own
    below it. It is one step: Podium's own, whose figures count.
    """

    def __init__(self) -> None:
        self._steps: dict[str, Span] = {}
        self._told_by: dict[str, object] = {}
        """By the span above one of Podium's own: that one's operation."""
        self.replaced = 0
        """How many steps have made room for others: Podium's own, and earlier ones of the same wait."""
        self._waits: dict[tuple[object, ...], Span] = {}
        """The first call that waits, by what it waits for."""

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._steps)

    def add(self, span: Span) -> Span | None:
        """Take a span in; return the step that it is, None where it makes none, or was there."""
        step = step_of(span)
        if step is None or step.span_id in self._steps:
            return None
        operation = step.attributes[semconv.OPERATION]
        if step.source == REPORTED:
            if self._told_by.get(step.span_id) == operation:
                return None
        elif step.parent_span_id is not None:
            self._told_by[step.parent_span_id] = operation
            above = self._steps.get(step.parent_span_id)
            if (
                above is not None
                and above.source == REPORTED
                and above.attributes[semconv.OPERATION] == operation
            ):
                del self._steps[above.span_id]
                self.replaced += 1
        if self.repeats(step):
            return None
        self._steps[step.span_id] = step
        return step

    def waits_on(self, step: Span) -> bool:
        """Return whether a step only waits on, as one that was taken before does, whichever began first."""
        wait = wait_of(step)
        return wait is not None and self._waits.setdefault(wait, step).span_id != step.span_id

    def repeats(self, step: Span) -> bool:
        """Return whether a step only waits on, as an earlier one does; a later one makes room for it."""
        wait = wait_of(step)
        if wait is None:
            return False
        first = self._waits.get(wait)
        if first is not None and place_of(first) <= place_of(step):
            return first.span_id != step.span_id
        if first is not None and self._steps.pop(first.span_id, None) is not None:
            self.replaced += 1
        self._waits[wait] = step
        return False

    def ordered(self) -> list[Span]:
        """Return them in their order."""
        return sorted(self._steps.values(), key=place_of)


def steps_of(spans: Iterable[Span]) -> list[Span]:
    """Return the steps of one trace, in their order."""
    steps = Steps()
    for span in spans:
        steps.add(span)
    return steps.ordered()
