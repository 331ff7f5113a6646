"""The cases that the tool gateway opens: a call that waits for a person, and a decoy that was touched."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from podium.tools.identity import ToolCaller
from podium.tools.tasks import Step, TaskState
from podium.trust.approvals import EXPIRES_AFTER_NS, describe, shown, spelled
from podium.trust.cases import Case, Choice
from podium.trust.tools import ToolRow
from podium.trust.verdict import Verdict

CALL: Final = "tool.call"
DECOY: Final = "tool.decoy"
DOUBT: Final = "outcome.unknown"
APPROVE: Final = "approve"
EXPIRES_NS: Final = EXPIRES_AFTER_NS
LOST: Final = "the tool gateway ended in between"
MAX_LINES: Final = 60
MAX_LINE_CHARS: Final = 1200


def case_of_call(
    caller: ToolCaller,
    state: TaskState,
    tool: ToolRow,
    arguments: Mapping[str, Any],
    verdict: Verdict,
    at: tuple[str, str],
) -> Case:
    """Return what a person is asked about one call. ``at``: which server it is for, and the address."""
    act = describe(tool, arguments, verdict, state.readings.request)
    return Case(
        id="",
        kind=CALL,
        key=f"{caller.root_id}/{tool.id}/{verdict.arguments_sha256}/{at[0]}",
        title=_line(act.title)[:200],
        why=_line(verdict.reason),
        evidence={
            "task_id": caller.task_id,
            "root_id": caller.root_id,
            "agent": caller.agent.name,
            "tool": tool.id,
            "place": at[0],
            "address": _line(at[1]),
            "effect": tool.effect,
            "rule": verdict.rule,
            "asked": list(verdict.asked),
            "words": _lines(act.words),
            "sources": _lines(act.sources),
            "provenance": _provenance(verdict),
            "irreversible": act.irreversible,
            "differs": _lines(act.differs),
            "questions": _lines(act.questions),
            "request": _line(spelled(act.request)),
            "arguments_sha256": verdict.arguments_sha256,
        },
        choices=(
            Choice(
                APPROVE, "Approve once", "This very call goes through once, if it is repeated.", approves=True
            ),
            Choice("deny", "Deny", "The call is refused whenever it is repeated.", "bad", bulk=True),
        ),
        department=caller.agent.department_path,
        owner="operator",
        otherwise="It is not made.",
        created_ns=0,
        expires_ns=None,
        expiry_choice="deny",
    )


def _provenance(verdict: Verdict) -> list[dict[str, Any]]:
    found = [
        {
            "path": finding.path,
            "value": shown(finding.value),
            "sink": finding.sink,
            "ground": finding.ground,
            "tool": origin.tool,
            "field": origin.path,
            "label": origin.label,
            "at_ns": origin.at_ns,
            "quote": shown(origin.quote),
        }
        for finding in verdict.findings[:MAX_LINES]
        for origin in finding.origins[:3]
    ]
    return found[:MAX_LINES]


def is_for(case: Case, place: str) -> bool:
    """Return whether a case is about a call of this very server: a moved one has nobody's approval.

    A case of an older version does not say of which: it is asked anew.
    """
    return case.evidence.get("place") == place


def answers(case: Case, verdict: Verdict) -> bool:
    """Return whether all that a person would be asked about a call by now was asked in a case of it.

    A case of an older version does not say what was: it is asked anew.
    """
    asked = case.evidence.get("asked")
    return isinstance(asked, list) and set(verdict.asked) <= set(asked)


def case_of_decoy(caller: ToolCaller, name: str, verdict: Verdict) -> Case:
    """Return what a person is told of a decoy that was touched."""
    return Case(
        id="",
        kind=DECOY,
        key=caller.root_id,
        title=f"{caller.agent.name} touched a decoy and is paused"[:200],
        why=f"The call of {_line(name)[:100]} was refused: {_line(verdict.reason)}.",
        evidence={
            "task_id": caller.task_id,
            "root_id": caller.root_id,
            "agent": caller.agent.name,
            "tool": _line(name)[:100],
            "rule": verdict.rule,
            "reason": _line(verdict.reason),
        },
        choices=(
            Choice("kill", "End the task", "Its token is dead for good.", "bad", bulk=True),
            Choice("resume", "Resume", "It goes on where it was.", approves=True),
        ),
        department=caller.agent.department_path,
        owner="operator",
        otherwise="It stays paused.",
        created_ns=0,
        expires_ns=None,
    )


def case_of_doubt(state: TaskState, step: Step, looked: str = "") -> Case:
    """Return what a person is asked about a call of which nobody knows whether it was made.

    ``looked``: in words what its server has said of it; empty: it was not asked.
    """
    call = step.intent.call
    when = datetime.fromtimestamp(call.at_ns / 1e9, UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    why = step.ended.why if step.ended is not None and step.ended.why else LOST
    why = f"{why}; {looked}" if looked else why
    server = call.tool.partition("/")[0]
    return Case(
        id="",
        kind=DOUBT,
        key=f"{step.intent.owner}/{call.call_id}",
        title=f"Was {call.tool} of {call.agent} made?"[:200],
        why=f"It went out to {server} at {when}, and no answer came: {_line(why)}. It is not repeated.",
        evidence={
            "task_id": call.task_id,
            "root_id": call.root_id,
            "agent": call.agent,
            "tool": call.tool,
            "effect": call.effect,
            "call_id": call.call_id,
            "trace_id": call.trace_id,
            "at_ns": call.at_ns,
            "words": _lines(step.intent.words),
            "arguments_digest": call.arguments_digest,
            "idempotency_key": step.intent.named,
            "step_key": step.intent.key,
            "attempt": step.intent.attempt,
            "known": _line(why),
            "approved": step.intent.case_id,
            "request": _line(spelled(state.readings.request.text)),
        },
        choices=(
            Choice("happened", "It happened", "The task is told so, and does not make it again.", "plain"),
            Choice("did_not_happen", "It did not happen", "This very call may go out once more.", "plain"),
            Choice("give_up", "Give up", "It stays unknown, and the task is told so.", "bad"),
        ),
        department=call.department,
        owner="operator",
        otherwise="It stays unknown, and is not repeated.",
        created_ns=0,
        expires_ns=None,
    )


def _lines(lines: tuple[str, ...]) -> list[str]:
    """Return lines as a case holds them; of further ones their number, so that nobody thinks that is all."""
    left = len(lines) - MAX_LINES
    more = [f"… ({left} more, which are not shown)"] if left > 0 else []
    return [*(_line(line) for line in lines[:MAX_LINES]), *more]


def _line(text: str) -> str:
    return text if len(text) <= MAX_LINE_CHARS else f"{text[:MAX_LINE_CHARS]}…"
