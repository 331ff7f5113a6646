"""Has steps of recorded traces judged by models: known judgements first, else by asking, within a budget."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from podium.evidence.audits.formulas import FALSE, TRUE
from podium.evidence.audits.judging import Judgement
from podium.evidence.audits.recorded import Recorded
from podium.kernel.errors import InvalidRequest, PodiumError, StateError
from podium.kernel.spans import Span
from podium.manifest.audit_rows import AuditRow, JudgeRow, meant_by
from podium.ports.judges import Models

logger = logging.getLogger(__name__)

UNCLEAR: Final = "nobody can tell whether it is one of the steps that are judged"


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

    def __init__(self, known: Judgements, models: Models | None, recorded: Recorded | None = None) -> None:
        """``models`` None: nothing is asked, what is not known is unknown.

        ``recorded``: content that is stored beside the spans, and the votes that live audits had on it.
        """
        self._known, self._models = known, models
        self.recorded = recorded if recorded is not None else Recorded()
        self.told: list[Told] = []
        self._spent: dict[tuple[str, str], int] = {}
        """By audit and judge, of the whole run."""

    def judged(self, row: AuditRow, steps: Sequence[Sequence[Span]]) -> dict[str, dict[str, bool | None]]:
        """Return what an audit's judges find of the steps of some traces, by judge and span."""
        return {judge.name: self._judge(row, judge, steps) for judge in row.judges}

    def _judge(
        self, row: AuditRow, judge: JudgeRow, traces: Sequence[Sequence[Span]]
    ) -> dict[str, bool | None]:
        told = Told(row.name, judge.name)
        found: dict[str, bool | None] = {}
        agreements: list[float] = []
        for steps in traces:
            evaluate = meant_by(row, judge)
            for step in steps:
                meant = evaluate(step)
                if meant == FALSE:
                    found[step.span_id] = False
                    continue
                data, why = self.recorded.shown(step, judge.reads) if meant == TRUE else (None, UNCLEAR)
                judgement = self._vote(judge, data, told) if data is not None else Judgement((), why)
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

    def _vote(self, judge: JudgeRow, data: str, told: Told) -> Judgement:
        ballot = judge.ballot(data)
        name = ballot.digest
        known = self._known.known.get(name) or self.recorded.votes.get(name)
        if known is not None:
            told.votes += len(known.votes)
            return known
        if self._models is None:
            return Judgement((), "it was not judged before, and no model is asked")
        while ballot.open:
            if self._spent.get((told.audit, told.judge), 0) >= judge.budget_nano_usd:
                return Judgement((), "the judge's budget is used up")
            try:
                answer = self._models.ask(judge, ballot.messages)
            except PodiumError as error:
                logger.warning("the judge %s did not answer: %s", judge.name, error)
                ballot.fail(error.message)
            else:
                told.cost_nano_usd += answer.cost_nano_usd
                key = (told.audit, told.judge)
                self._spent[key] = self._spent.get(key, 0) + answer.cost_nano_usd
                ballot.take(answer.text)
            told.asked += 1
        judgement = ballot.judgement
        told.votes += len(judgement.votes)
        if not ballot.failed:
            self._known.keep(name, judgement)  # what failed is asked again
        return judgement


def summed(told: Sequence[Told]) -> list[Told]:
    """Return what came of each judge over several runs, as of one."""
    found: dict[tuple[str, str], Told] = {}
    for one in told:
        it = found.get((one.audit, one.judge))
        if it is None:
            found[one.audit, one.judge] = msgspec.structs.replace(one)
            continue
        if it.votes + one.votes:
            share = it.agreement * it.votes + one.agreement * one.votes
            it.agreement = share / (it.votes + one.votes)
        for name in ("yes", "no", "unknown", "votes", "asked", "cost_nano_usd"):
            setattr(it, name, getattr(it, name) + getattr(one, name))
        it.why_unknown = it.why_unknown or one.why_unknown
    return list(found.values())
