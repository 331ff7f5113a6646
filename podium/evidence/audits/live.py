"""One task under its audits, while its spans arrive.

A span whose start is behind all that came before is one step more (progression). One that comes late, because
a call ends after another one that began later, or because its program sends in batches, is put where it
belongs and the task is judged anew; so the verdicts are, after every arrival, those of an offline run over
what has arrived.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from podium.evidence.audits.ordering import Steps, place_of, step_of
from podium.evidence.audits.rules import Audit, Finding, Run
from podium.kernel.spans import Span

MOST_STEPS: Final = 5_000
"""Of a task that has more, the later ones are taken in the order in which they arrive: judging anew would
cost too much."""


class LiveTask:
    """The steps of a task that have arrived, and how its audits stand."""

    def __init__(self, audits: Sequence[tuple[str, Audit]]) -> None:
        """``audits``: each with the name of the manifest that it is of."""
        self._audits = audits
        self._runs: list[Run] = [audit.run() for _, audit in audits]
        self._steps: Steps = Steps()
        self._names: dict[str, Span] = {}
        self._last = (0, "")
        self._told: set[tuple[int, str]] = set()

    def take(self, spans: Iterable[Span]) -> list[tuple[str, Finding]]:
        """Take in what has arrived; return what is now violated for good and was not told before."""
        new: list[Span] = []
        over: list[Span] = []
        replaced, anew = self._steps.replaced, False
        for span in sorted(spans, key=place_of):
            if len(self._steps) >= MOST_STEPS:
                over.append(span)
                continue
            step = self._steps.add(span)
            if step is not None:
                anew = anew or place_of(step) < self._last
                self._last = max(self._last, place_of(step))
                new.append(step)
        if anew or self._steps.replaced != replaced:
            self._again()
        else:
            self._step(new)
        for span in over:
            self._take_over(span)
        return self._news()

    def _take_over(self, span: Span) -> None:
        step = step_of(span)
        if step is not None and span.span_id not in self._names and not self._steps.waits_on(step):
            self._step([step])

    def _again(self) -> None:
        self._runs = [audit.run() for _, audit in self._audits]
        self._names = {}
        self._step(self._steps.ordered())

    @property
    def taken(self) -> int:
        """How many steps were judged."""
        return len(self._names)

    def _step(self, steps: Sequence[Span]) -> None:
        for step in steps:
            self._names[step.span_id] = step
            for run in self._runs:
                run.step(step)

    def _news(self) -> list[tuple[str, Finding]]:
        found = []
        for place, run in enumerate(self._runs):
            name = self._audits[place][0]
            for finding in run.violated():
                key = (place, finding.rule.name)
                if key not in self._told:
                    self._told.add(key)
                    found.append((name, finding))
        return found

    def standing(self) -> list[tuple[str, Finding]]:
        """Return every verdict as it is if the task ends here."""
        return [
            (name, finding)
            for (name, _), run in zip(self._audits, self._runs, strict=True)
            for finding in run.standing()
        ]

    def span(self, span_id: str) -> Span:
        """Return a step that a verdict points at."""
        return self._names[span_id]
