"""One task under its audits, while its spans arrive.

A span whose start is behind all that came before is one step more (progression). One that comes late, because
a call ends after another one that began later, or because its program sends in batches, is put where it
belongs and the task is judged anew; so the verdicts are, after every arrival, those of an offline run over
what has arrived.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from podium.evidence.audits.atoms import Evaluator
from podium.evidence.audits.formulas import FALSE
from podium.evidence.audits.ordering import Steps, place_of, step_of
from podium.evidence.audits.rules import Audit, Finding, Run
from podium.kernel.spans import Span

MOST_STEPS: Final = 5_000
"""Of a task that has more, the later ones are taken in the order in which they arrive: judging anew would
cost too much."""


class LiveTask:
    """The steps of a task that have arrived, and how its audits stand."""

    def __init__(
        self,
        audits: Sequence[tuple[str, Audit]],
        judges: Mapping[str, Mapping[str, Evaluator]] | None = None,
    ) -> None:
        """``audits``: each with the name of the manifest that it is of.

        ``judges``: by that name and their own, what says of a step whether they are asked about it.
        """
        self._audits = audits
        self._judges = judges or {}
        self._judged: dict[str, dict[str, dict[str, bool | None]]] = {
            name: {judge: {} for judge in its} for name, its in self._judges.items()
        }
        self.fresh: list[tuple[str, str, Span, int]] = []
        """Audit, judge and step of what is to be judged, 2 surely, 1 perhaps; who asks takes them out."""
        self._runs: list[Run] = [self._run(name, audit) for name, audit in audits]
        self._steps: Steps = Steps()
        self._over: list[Span] = []
        self._names: dict[str, Span] = {}
        self._last = (0, "")
        self._told: set[tuple[int, str]] = set()

    def _run(self, name: str, audit: Audit) -> Run:
        return audit.run(self._judged.get(name))

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
                self._note(step)
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
            self._over.append(step)
            self._note(step)
            self._step([step])

    def _note(self, step: Span) -> None:
        """Have a new step judged, or found to be none that is judged."""
        for name, judges in self._judges.items():
            for judge, evaluate in judges.items():
                meant = evaluate(step)
                if meant == FALSE:
                    self._judged[name][judge][step.span_id] = False
                else:
                    self.fresh.append((name, judge, step, meant))

    def _again(self) -> None:
        self._runs = [self._run(name, audit) for name, audit in self._audits]
        self._names = {}
        self._step([*self._steps.ordered(), *self._over])

    def judge(self, found: Iterable[tuple[str, str, str, bool | None]]) -> list[tuple[str, Finding]]:
        """Take what judges found: audit, judge, span and verdict; return what is violated now, as `take`."""
        changed = set()
        for name, judge, span_id, verdict in found:
            verdicts = self._judged.get(name, {}).get(judge)
            if verdicts is not None and (span_id not in verdicts or verdicts[span_id] != verdict):
                verdicts[span_id] = verdict
                changed.add(name)
        if changed:
            steps = [*self._steps.ordered(), *self._over]
            for place, (name, audit) in enumerate(self._audits):
                if name in changed:
                    run = self._runs[place] = self._run(name, audit)
                    for step in steps:
                        run.step(step)
        return self._news()

    def judged_rules(self) -> list[tuple[str, frozenset[str], Finding]]:
        """Return how the rules that hang on judges stand, each with its audit and the judges."""
        return [
            (name, judges, finding)
            for (name, audit), run in zip(self._audits, self._runs, strict=True)
            if name in self._judged
            for place, finding in enumerate(run.standing())
            if (judges := audit.judges(place))
        ]

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
