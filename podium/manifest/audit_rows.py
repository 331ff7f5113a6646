"""What audits compile to, and the rules that are made of that again wherever they are judged."""

from typing import Any, Literal

import msgspec

from podium.evidence.audits.atoms import READY, Evaluator, Judged
from podium.evidence.audits.judging import Ballot, Reads
from podium.evidence.audits.ready import WORDS, ready_audit
from podium.evidence.audits.rules import Audit, Rule, Severity, vocabulary_of
from podium.evidence.audits.steps import Seen

OnFail = Literal["pause", "case", "alert"]


class RuleRow(msgspec.Struct, frozen=True):
    """One sentence."""

    name: str
    says: str
    severity: Severity = "error"
    because: str = ""


class JudgeRow(msgspec.Struct, frozen=True):
    """A model that judges steps by a rubric."""

    name: str
    of: str
    rubric: str
    agent: str
    route: str
    reads: tuple[Reads, ...] = ("output",)
    votes: int = 3
    agreement: float = 0.6
    budget_nano_usd: int = 0

    def ballot(self, data: str) -> Ballot:
        """Return the votes on what is shown of a step."""
        return Ballot(self.rubric, data, self.route, self.votes)


class AuditRow(msgspec.Struct, frozen=True):
    """One audit. ``let`` as it is written. ``departments``: paths, or names; with no agents and none: all."""

    name: str
    rules: tuple[RuleRow, ...] = ()
    ready: tuple[str, ...] = ()
    let: dict[str, Any] = {}
    live: bool = False
    on_fail: OnFail = "pause"
    agents: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    judges: tuple[JudgeRow, ...] = ()

    def holds_for(self, agent: str, department: str) -> bool:
        """Return whether it holds for what an agent of a department (path) does."""
        if not self.agents and not self.departments:
            return True
        below, names = f"{department}/", department.split("/")
        return agent in self.agents or any(
            below.startswith(f"{path}/") or path in names for path in self.departments
        )


def rules_of(row: AuditRow, judged: Judged | None = None) -> list[Audit]:
    """Return an audit's own rules and the ready ones that it takes. Raises InvalidRequest."""
    rules = [Rule(it.name, it.says, it.severity, it.because) for it in row.rules]
    found = {judge.name: (judged or {}).get(judge.name, {}) for judge in row.judges}
    own = [Audit(row.name, rules, vocabulary_of({**WORDS, **row.let}, found))] if rules else []
    return [*own, *(ready_audit(one) for one in row.ready)]


def meant_by(row: AuditRow, judge: JudgeRow) -> Evaluator:
    """Return what says of a step whether a judge of an audit is asked about it: 0 no, 1 perhaps, 2 yes."""
    words = vocabulary_of({**WORDS, **row.let})
    atom = words.let.get(judge.of) or READY[judge.of]
    return atom.begin(Seen())
