"""What was recorded of what steps say, beside their spans: found again for judges, with their votes.

Content is bound to a span, or to the call of which a span is one attempt. Only what is there as it was said,
or redacted, and whole, can be judged.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from podium.evidence import semconv
from podium.evidence.audits.judging import Judgement, Reads, shown
from podium.evidence.audits.steps import CONTENTS
from podium.kernel.spans import Span

JUDGEMENT: Final = "podium.judgement"
"""The name of a piece that holds votes."""
_JUDGED: Final = "judged:"
OWN: Final = "ledger"
"""The source of Podium's own spans of calls of models."""
HASHED: Final = "of its content only hashes are kept (spec.content.record)"
CUT: Final = "its content is kept in part: it was too long"
ABSENT: Final = "its content was not recorded, or is too long"


class KeptJudgement(msgspec.Struct, frozen=True):
    """Votes, by the digest of what was judged."""

    digest: str
    judgement: Judgement


def judged_place(digest: str) -> str:
    """Return to what the votes on something are bound; no program can call a span so, and forge them."""
    return f"{_JUDGED}{digest}"


class Recorded:
    """The content of steps, and votes that were kept with it."""

    def __init__(self) -> None:
        self._said: dict[tuple[str, str, str], dict[str, Any]] = {}
        self._why: dict[tuple[str, str, str], str] = {}
        self.votes: dict[str, Judgement] = {}
        """By digest."""

    def add(
        self, trace_id: str, bound: str, name: str, value: Any, *, task: str, record: str, cut: bool
    ) -> None:
        """Take a piece of a task. ``bound``: id of its span, or of its call. ``value``: JSON's."""
        if name == JUDGEMENT and bound.startswith(_JUDGED):
            try:
                kept = msgspec.convert(value, KeptJudgement)
            except msgspec.ValidationError:
                return  # of another Podium: it is judged again
            self.votes[kept.digest] = kept.judgement
            return
        place = (task, trace_id, bound)
        if record == "hashed" or cut:
            self._why[place] = HASHED if record == "hashed" else CUT
            return
        self._said.setdefault(place, {})[name] = value

    @staticmethod
    def places(step: Span) -> tuple[str, ...]:
        """Return to what the content of a step is bound: its call, for one of Podium's own of a model."""
        call = step.attributes.get(semconv.CALL)
        return (call,) if step.source == OWN and isinstance(call, str) else (step.span_id,)

    def _of(self, found: Mapping[tuple[str, str, str], Any], step: Span) -> Any:
        task = str(step.attributes.get(semconv.TASK, ""))
        places = ((task, step.trace_id, bound) for bound in self.places(step))
        return next((found[place] for place in places if place in found), None)

    def of(self, step: Span) -> Mapping[str, Any]:
        """Return what is recorded of a step, by names of attributes. A failed attempt has no answer."""
        found = dict(self._of(self._said, step) or {})
        if step.source == OWN and step.status == "ERROR":
            found.pop(semconv.OUTPUT_MESSAGES, None)
        return found

    def shown(self, step: Span, reads: Sequence[Reads]) -> tuple[str | None, str]:
        """Return what a judge is shown of a step, or None and why."""
        data = shown(step, reads, self.of(step))
        return (data, "") if data is not None else (None, self._of(self._why, step) or ABSENT)

    def lacks(self, step: Span, reads: Sequence[Reads]) -> bool:
        """Return whether something that a judge reads has not come, and nothing says that it never will."""
        recorded = self.of(step)
        names = [CONTENTS[name] for name in reads]
        missing = any(name not in recorded and name not in step.attributes for name in names)
        return missing and self._of(self._why, step) is None
