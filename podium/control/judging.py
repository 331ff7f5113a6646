"""Has steps of recorded traces judged by models: known judgements first, else by asking, within a budget."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from podium.evidence.audits.atoms import READY
from podium.evidence.audits.formulas import FALSE, TRUE
from podium.evidence.audits.judging import Judgement, digest, messages, shown, vote_of
from podium.evidence.audits.ready import WORDS
from podium.evidence.audits.rules import vocabulary_of
from podium.evidence.audits.steps import Seen
from podium.kernel.errors import InvalidRequest, PodiumError, StateError
from podium.kernel.spans import Span
from podium.manifest.audit_rows import AuditRow, JudgeRow

logger = logging.getLogger(__name__)

MAX_FILE_BYTES: Final = 64 << 20


class Answer(msgspec.Struct, frozen=True):
    """What a model said, and what that cost, nano-USD."""

    text: str
    cost_nano_usd: int


class Models(Protocol):
    """Asks models through the gateway, in the name of a judge's agent."""

    def ask(self, judge: JudgeRow, messages: Sequence[Mapping[str, str]]) -> Answer:
        """Return an answer. Raises PodiumError."""
        ...


class Judgements:
    """A file of judgements by their digests, one a line: a replay costs nothing and says the same."""

    def __init__(self, path: Path | None) -> None:
        """Read it, where there is one. Raises InvalidRequest for what is none, StateError."""
        self._path = path
        self.known: dict[str, Judgement] = {}
        if path is None or not path.exists():
            return
        try:
            data = path.read_bytes()
        except OSError as error:
            raise StateError(f"{path} cannot be read: {error.strerror}.") from error
        for number, line in enumerate(data.splitlines(), 1):
            if not line.strip():
                continue
            try:
                row = msgspec.json.decode(line)
                self.known[row["digest"]] = msgspec.convert(row["judgement"], Judgement)
            except (msgspec.MsgspecError, KeyError, TypeError) as error:
                raise InvalidRequest(
                    f"{path}:{number}: this is no judgement.", fix="Take the line out; it is asked again."
                ) from error

    def keep(self, name: str, judgement: Judgement) -> None:
        """Keep a judgement, at once."""
        self.known[name] = judgement
        if self._path is not None:
            line = msgspec.json.encode({"digest": name, "judgement": judgement})
            with self._path.open("ab") as file:
                file.write(line + b"\n")


class Told(msgspec.Struct):
    """What came of one judge."""

    audit: str
    judge: str
    yes: int = 0
    no: int = 0
    unknown: int = 0
    votes: int = 0
    asked: int = 0
    """Votes that were asked for now; the others were known."""
    agreement: float = 0.0
    """The mean over the steps that were voted on: 0 to 1."""
    cost_nano_usd: int = 0
    why_unknown: str = ""
    """Of the first step that is unknown."""


class Judging:
    """Judges steps."""

    def __init__(self, known: Judgements, models: Models | None) -> None:
        """``models`` None: nothing is asked, what is not known is unknown."""
        self._known, self._models = known, models
        self.told: list[Told] = []

    def judged(self, row: AuditRow, steps: Sequence[Sequence[Span]]) -> dict[str, dict[str, bool | None]]:
        """Return what an audit's judges find of the steps of some traces, by judge and span."""
        return {judge.name: self._judge(row, judge, steps) for judge in row.judges}

    def _judge(
        self, row: AuditRow, judge: JudgeRow, traces: Sequence[Sequence[Span]]
    ) -> dict[str, bool | None]:
        words = vocabulary_of({**WORDS, **row.let})
        atom = words.let.get(judge.of) or READY[judge.of]
        told = Told(row.name, judge.name)
        found: dict[str, bool | None] = {}
        agreements: list[float] = []
        for steps in traces:
            evaluate = atom.begin(Seen())
            for step in steps:
                meant = evaluate(step)
                if meant == FALSE:
                    found[step.span_id] = False
                    continue
                data = shown(step, judge.reads) if meant == TRUE else None
                judgement = self._vote(judge, data, told)
                if judgement.votes:
                    agreements.append(judgement.agreement)
                verdict = found[step.span_id] = judgement.verdict(judge.agreement)
                told.yes += verdict is True
                told.no += verdict is False
                told.unknown += verdict is None
                if verdict is None and not told.why_unknown:
                    told.why_unknown = judgement.why or "the votes do not agree"
        told.agreement = sum(agreements) / len(agreements) if agreements else 0.0
        self.told.append(told)
        return found

    def _vote(self, judge: JudgeRow, data: str | None, told: Told) -> Judgement:
        if data is None:
            return Judgement((), "its content was not recorded, or is too long")
        name = digest(judge.rubric, data, judge.route, judge.votes)
        known = self._known.known.get(name)
        if known is not None:
            told.votes += len(known.votes)
            return known
        if self._models is None:
            return Judgement((), "it was not judged before, and no model is asked")
        votes: list[bool | None] = []
        why = ""
        for _ in range(judge.votes):
            if told.cost_nano_usd >= judge.budget_nano_usd:
                return Judgement((), "the judge's budget is used up")
            try:
                answer = self._models.ask(judge, messages(judge.rubric, data))
            except PodiumError as error:
                logger.warning("the judge %s did not answer: %s", judge.name, error)
                votes.append(None)
                why = why or f"it did not answer: {error.message}"
            else:
                told.cost_nano_usd += answer.cost_nano_usd
                vote, said = vote_of(answer.text)
                votes.append(vote)
                why = said or why
            told.asked += 1
        told.votes += len(votes)
        judgement = Judgement(tuple(votes), why)
        if None not in votes:
            self._known.keep(name, judgement)  # what failed is asked again
        return judgement


def as_json(told: Sequence[Told]) -> list[Any]:
    """Return what came of judges for programs."""
    return [msgspec.to_builtins(one) for one in told]
