"""What live audits found, and what follows: pause, case, event, each once."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import select, update

from podium.console.audits import results_section
from podium.console.case_evidence import evidence
from podium.evidence.occurrences import cloud_event
from podium.keeper.audits import EVERY_NS, KEPT_NS, KIND, AuditBook, steering
from podium.keeper.ledger import CHARGE_COLUMNS
from podium.keeper.occurrences import SURE_CALLS, Prompts, figure_crossed
from podium.kernel.errors import Forbidden
from podium.manifest.pipelines import PipelineRow, TriggerRow
from podium.ports.acts import AnswerCase, AnswerCases, case_of
from podium.ports.audit_tables import audit_results, occurrences
from podium.ports.audits import DecidingSpan, NoteVerdicts, RuleVerdict
from podium.ports.database import cases
from podium.ports.occurrences import occurred
from podium.ports.pipelines import StartPipeline
from podium.views.audit_results import ResultFilter, rates, results
from podium.views.pipelines import trigger_words
from tests.keeper.acting import House
from tests.keeper.conftest import clock, engine  # noqa: F401 - fixtures
from tests.keeper.test_runs import OWNER, claim, it, now, queue  # noqa: F401 - a fixture

SPAN = DecidingSpan("f" * 32, "1" * 16, "execute_tool bank/pay")


def verdict(**changes: Any) -> RuleVerdict:
    found = RuleVerdict("payments", "few", "at most 3 pays", "safety", "fail", True, "", (SPAN,), "pause")
    return msgspec.structs.replace(found, **changes)


class Desk:
    """The book of a house, and a run that lives in it."""

    def __init__(self, house: House) -> None:
        self.house = house
        steer = steering(house.tasks, house.acts.runs, house.authority)
        self.book = AuditBook(
            house.engine,
            house.chain,
            house.clock,
            house.acts.inbox,
            steer=steer,
            committed=house.authority.reload,
        )
        self.task_id = queue(house).task_id
        claim(house, self.task_id)

    def note(self, *verdicts: RuleVerdict, over: bool = False, task_id: str | None = None) -> Any:
        noting = NoteVerdicts(task_id or self.task_id, "triage", "acme/support", 7, 1, verdicts, over)
        return self.book.do(noting)

    def all(self, table: Any) -> list[Any]:
        with self.house.engine.connect() as connection:
            return list(connection.execute(select(table)).all())


@pytest.fixture
def desk(it: House) -> Desk:  # noqa: F811 - a fixture
    return Desk(it)


def test_a_broken_safety_rule_pauses_once(desk: Desk) -> None:
    """The task is paused, a case has the span that decided; told again, nothing is done again."""
    before = desk.house.authority.in_force.orders_version
    assert msgspec.to_builtins(desk.note(verdict())) == {"type": "verdicts_noted", "new": 1, "paused": True}
    assert desk.house.authority.in_force.orders_version > before
    assert now(desk.house, desk.task_id).state == "paused"
    (case,) = desk.all(cases)
    assert (case.kind, case.task_id, case.department) == (KIND, desk.task_id, "acme/support")
    assert "at most 3 pays. Decided by execute_tool bank/pay (span 1111111111111111)" in case.why
    assert desk.note(verdict()).new == 0
    desk.house.acts.do(AnswerCase(OWNER, case.id, "resume", "It is fine."))
    assert now(desk.house, desk.task_id).state == "running"
    assert desk.note(verdict(), over=True).paused is False
    assert now(desk.house, desk.task_id).state == "running"
    (row,) = desk.house.told("task.audit")
    assert (row["subject"], row["how"], row["case"]) == (desk.task_id, "pause", case.id)
    (found,) = desk.all(audit_results)
    assert (found.verdict, found.final, found.steps, found.case_id) == ("fail", True, 7, case.id)


def test_what_a_failure_does_is_said_by_severity_and_audit(desk: Desk) -> None:
    """An error opens a case, an alert is an event alone, a warning is recorded; none of them pauses."""
    noted = desk.note(
        verdict(rule="a", severity="error"),
        verdict(rule="b", on_fail="alert"),
        verdict(rule="c", severity="warning"),
        verdict(rule="d", on_fail="case"),
        verdict(rule="e", verdict="unknown", final=False),
        verdict(rule="f", final=False),
    )
    assert (noted.new, noted.paused) == (3, False)
    assert now(desk.house, desk.task_id).state == "running"
    assert sorted(case.key.rpartition("/")[2] for case in desk.all(cases)) == ["a", "d"]
    with desk.house.engine.connect() as connection:
        told = occurred(connection, after=0)
    assert [one.data["rule"] for _, one in told] == ["a", "b", "d"]
    event = cloud_event(told[1][1], "https://podium.example/")
    assert (event["specversion"], event["type"], event["subject"]) == (
        "1.0",
        "podium.audit.failed",
        desk.task_id,
    )
    assert event["data"]["evidence"] == f"https://podium.example/fleet/audits?task={desk.task_id}"
    assert event["data"]["spans"][0]["span_id"] == SPAN.span_id
    assert desk.note(verdict(rule="f", final=False), over=True).new == 1


def test_a_case_ends_the_task(desk: Desk) -> None:
    """A person may end what was paused; then its other cases are closed, none is opened, none is answered."""
    desk.note(verdict(), verdict(rule="another"))
    case, other = desk.all(cases)
    desk.house.acts.do(AnswerCase(OWNER, case.id, "kill", "It is wrong."))
    assert now(desk.house, desk.task_id).state == "killed"
    assert desk.note(verdict(rule="more"), over=True).new == 1
    closed = {one.id: (one.state, one.result) for one in desk.all(cases)}
    assert (len(closed), closed[other.id]) == (2, ("expired", "Its task is over."))
    assert {one.rule for one in desk.all(audit_results)} == {"few", "another", "more"}
    with pytest.raises(Forbidden, match=f"The task {desk.task_id} is over \\(killed\\)"):
        desk.house.acts.do(AnswerCase(OWNER, other.id, "kill", "It is wrong."))
    with desk.house.engine.begin() as connection:
        connection.execute(update(cases).where(cases.c.id == other.id).values(state="open"))
    assert desk.house.acts.expire() == 1  # one that was open before its task ended


def test_one_answer_to_all_cases_of_a_task(desk: Desk) -> None:
    """The first of them ends the task, which closes the others; none is refused for that."""
    desk.note(verdict(), verdict(rule="another"))
    ids = tuple(one.id for one in desk.all(cases))
    desk.house.acts.do(AnswerCases(OWNER, ids, "kill", "It is wrong."))
    assert sorted(one.state for one in desk.all(cases)) == ["answered", "expired"]


def test_a_task_without_an_identity(desk: Desk) -> None:
    """It cannot be paused, which its case says; of it failures alone are recorded. Old results go."""
    held = verdict(rule="held", verdict="pass")
    assert desk.note(verdict(), held, task_id="task_of_a_key").paused is False
    assert [row.rule for row in desk.all(audit_results)] == ["few"]
    assert "stop its agent" in desk.all(cases)[0].why
    desk.note(held, over=True)
    desk.book.tidy()
    assert len(desk.all(audit_results)) == 2
    desk.house.clock.now_ns += KEPT_NS + EVERY_NS
    desk.book.tidy()
    assert desk.all(audit_results) == desk.all(occurrences) == []


def test_a_changed_prompt_occurs_once(desk: Desk) -> None:
    """Instructions that an agent has used in some calls, and that are others than before: once, ever."""

    def rows(digest: str, count: int) -> list[Any]:
        fields = dict.fromkeys(CHARGE_COLUMNS) | {
            "agent": "triage", "department": "acme/support", "call_id": "call_1",
            "step": "0" * 16 + digest * 8 + "t" * 8,
        }  # fmt: skip
        return [tuple(fields[name] for name in CHARGE_COLUMNS)] * count

    prompts = Prompts(desk.house.engine, desk.house.clock)
    prompts.counted(rows("a", SURE_CALLS))
    prompts.counted([*rows("b", SURE_CALLS - 1), *rows("a", 1)])
    assert desk.all(occurrences) == []
    prompts.counted(rows("b", 1))
    Prompts(desk.house.engine, desk.house.clock).counted([*rows("b", 9), *rows("a", 9)])
    (found,) = desk.all(occurrences)
    assert (found.type, found.subject) == ("prompt.changed", "agent/triage")
    assert msgspec.json.decode(found.data)["what"] == "instructions"


def test_a_figure_that_starts_a_run_occurs(desk: Desk) -> None:
    """A condition's run is an occurrence, with its figure and bound; a person's or a schedule's is none."""
    spec = {"figure": "tool_failure_rate", "above": 0.2, "tool": "mail/send", "department": "acme/support"}
    condition = TriggerRow("fails", "condition", spec)
    row = PipelineRow("mend", "triage", "acme", (), triggers=(condition, TriggerRow("night", "schedule", {})))
    with desk.house.engine.begin() as connection:
        for trigger in ("fails", "night", "person"):
            told = '{"figure": 0.5, "since": "2026-11-26T00:00:00Z"}'
            start = StartPipeline(OWNER, "mend", trigger=trigger, key=f"{trigger}:1", told=told)
            figure_crossed(connection, row, start, "prun_1", 5)
            figure_crossed(connection, row, start, "prun_1", 6)
    (found,) = desk.all(occurrences)
    assert (found.type, found.department, found.link) == (
        "figure.crossed",
        "acme/support",
        "/ship/pipelines/prun_1",
    )
    data = msgspec.json.decode(found.data)
    assert (data["figure"], data["value"], data["above"]) == ("tool_failure_rate", 0.5, 0.2)
    words = TriggerRow("on", "occurrence", {"type": "audit.failed", "audit": "payments", "cooldown": 1})
    assert trigger_words(words) == "audit.failed of payments"


def test_results_as_they_are_shown(desk: Desk) -> None:
    """Newest first, by every filter, within what somebody sees; and how often each rule held."""
    desk.note(verdict(), verdict(rule="held", verdict="pass", final=False), over=True)
    with desk.house.engine.connect() as connection:
        assert [it.rule for it in results(connection, ResultFilter())] == ["held", "few"]
        for where, count in (
            (ResultFilter(task=desk.task_id, verdict="fail", audit="payments", agent="triage"), 1),
            (ResultFilter(trace="f" * 32), 2),
            (ResultFilter(trace="e" * 32), 0),
            (ResultFilter(department="acme"), 2),
            (ResultFilter(department="acme/finance"), 0),
            (ResultFilter(within=("support",)), 2),
            (ResultFilter(within=("finance",)), 0),
            (ResultFilter(within=()), 0),
            (ResultFilter(since_ns=desk.house.clock.now_ns + 1), 0),
        ):
            assert len(results(connection, where)) == count, where
        first = results(connection, ResultFilter(), limit=1)[0]
        assert [it.rule for it in results(connection, ResultFilter(), before=first.seq)] == ["few"]
        assert [(it.rule, it.passed, it.failed) for it in rates(connection, ResultFilter())] == [
            ("few", 0, 1),
            ("held", 1, 0),
        ]
        for nothing in (("finance",), ()):
            assert occurred(connection, after=0, within=nothing) == []
        shown = results_section(results(connection, ResultFilter()), "/fleet/audits")
    assert "execute_tool bank/pay" in str(shown)
    assert "at most 3 pays" in str(evidence(case_of(desk.all(cases)[0]._mapping)))
