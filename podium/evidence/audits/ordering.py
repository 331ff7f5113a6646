"""Which spans are steps, and in which order: the same for a recorded trace and for a task that runs."""

from collections.abc import Iterable
from typing import Final

import msgspec

from podium.evidence import semconv
from podium.evidence.conventions import normalised
from podium.kernel.spans import Span

REPORTED: Final = "otlp"
"""The source of spans that programs have told; the others are Podium's own."""


def step_of(span: Span) -> Span | None:
    """Return a span of a GenAI operation under the pinned names, None for any other."""
    attributes = normalised(span.attributes)
    if semconv.OPERATION not in attributes:
        return None
    return msgspec.structs.replace(span, attributes=attributes)


def place_of(step: Span) -> tuple[int, str]:
    """Return by what steps are ordered: their starts."""
    return step.start_ns, step.span_id


class Steps:
    """The steps of one trace, each once.

    A call that a program tells of and that went through Podium is two spans: the program's, and Podium's own
    below it. It is one step: Podium's own, whose figures count.
    """

    def __init__(self) -> None:
        self._steps: dict[str, Span] = {}
        self._told_by: dict[str, object] = {}
        """By the span above one of Podium's own: that one's operation."""
        self.replaced = 0
        """How many steps that were told have made room for Podium's own."""

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
        self._steps[step.span_id] = step
        return step

    def ordered(self) -> list[Span]:
        """Return them in their order."""
        return sorted(self._steps.values(), key=place_of)


def steps_of(spans: Iterable[Span]) -> list[Span]:
    """Return the steps of one trace, in their order."""
    steps = Steps()
    for span in spans:
        steps.add(span)
    return steps.ordered()
