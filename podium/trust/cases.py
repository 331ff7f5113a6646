"""Cases: what waits for a person, and who may answer it how."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from podium.kernel.errors import Forbidden, InvalidRequest
from podium.trust.people import Person, Right, check_reason

State = Literal["open", "answered", "expired"]
Level = Literal[0, 1, 2]
Tone = Literal["good", "bad", "plain"]
Rule = Literal["always", "whenPossible", "never"]
"""Whether an override wants somebody else's approval: see `decide_second_person`."""

KINDS: Final = (
    "audit.failed",
    "breaker.pause",
    "breaker.warning",
    "budget.override",
    "budget.warning",
    "model.blocked",
    "outcome.unknown",
    "pipeline.approval",
    "pipeline.failed",
    "tool.call",
    "tool.changed",
    "tool.decoy",
)
"""All that there are (docs/inbox.md)."""
SEEN: Final = "seen"
"""The one choice of a notice: a case that only wants to be known."""
MAX_EVIDENCE_BYTES: Final = 256 << 10
MAX_AT_ONCE: Final = 100
"""Cases that one answer can be given to."""
_MS: Final = 1_000_000


class Choice(msgspec.Struct, frozen=True):
    """One answer: its name in commands, what it is called, and what it does, in words."""

    name: str
    label: str
    effect: str
    tone: Tone = "plain"
    approves: bool = False
    """It lets go on what was held; one whose tone is good does too."""
    bulk: bool = False
    """It may be given to many cases at once: it denies, or can be taken back. Notices are seen so too."""


class Escalation(msgspec.Struct, frozen=True):
    """How long a case waits for its department alone; None: it is not escalated there."""

    parent_ms: int | None = 15 * 60_000
    """Then it is with the approvers of the department above too."""
    admins_ms: int | None = 60 * 60_000
    """Then with the admins too."""


class Case(msgspec.Struct, frozen=True):
    """One decision that waits for a person. Times are Unix nanoseconds."""

    id: str
    kind: str
    """``budget.override``, and the kinds of later features."""
    key: str
    """What it is about: no two open cases of a kind have the same."""
    title: str
    """What, in words: one line."""
    why: str
    """Why a person is asked, in a sentence or two."""
    evidence: dict[str, object]
    """What a person needs to decide; its kind knows how to show it."""
    choices: tuple[Choice, ...]
    department: str
    """Path of the department that it belongs to."""
    owner: Literal["approver", "operator", "admin"]
    """Who answers: an approver of the department, an operator, or an admin."""
    otherwise: str
    """In words: what happens if nobody answers."""
    created_ns: int
    expires_ns: int | None
    """None: it waits for ever."""
    expiry_choice: str | None = None
    """The choice that expiry makes; None: expiry makes none of them."""
    requested_by: str | None = None
    """Who asked for it; they may not answer. None: Podium itself did."""
    state: State = "open"
    answered_ns: int | None = None
    answered_by: str | None = None
    choice: str | None = None
    reason: str | None = None
    result: str | None = None
    """In words: what the answer has done."""
    task_id: str | None = None
    """The task that it is about, where it is about one."""
    escalated: Level = 0
    """Whom it is with: 0: its department; 1: the one above too; 2: the admins too."""
    escalated_ns: int | None = None


def is_notice(case: Case) -> bool:
    """Return whether a case asks only to be seen: it wants no reason, and webhooks are told once."""
    return [one.name for one in case.choices] == [SEEN]


def approves(case: Case) -> bool:
    """Return whether the answer of a case lets go on what was held."""
    chosen = next((one for one in case.choices if one.name == case.choice), None)
    return chosen is not None and (chosen.approves or chosen.tone == "good")


def can_approve(case: Case) -> bool:
    """Return whether one of a case's answers would let go on what was held."""
    return any(one.approves or one.tone == "good" for one in case.choices)


def decide_escalation(case: Case, rule: Escalation, now_ns: int) -> Level:
    """Return whom an open case is with by now. A notice stays; above the organisation there is none."""
    if case.state != "open" or is_notice(case):
        return case.escalated
    waited_ns = now_ns - case.created_ns
    if rule.admins_ms is not None and waited_ns >= rule.admins_ms * _MS:
        return 2
    if "/" in case.department and rule.parent_ms is not None and waited_ns >= rule.parent_ms * _MS:
        return max(case.escalated, 1)
    return case.escalated


def next_escalation_ns(case: Case, rule: Escalation) -> int | None:
    """Return from when on (Unix nanoseconds) `decide_escalation` says something else; None: never."""
    if case.state != "open" or is_notice(case):
        return None
    after_ms = [rule.admins_ms] if case.escalated < 2 else []
    if case.escalated < 1 and "/" in case.department:
        after_ms.append(rule.parent_ms)
    return min((case.created_ns + it * _MS for it in after_ms if it is not None), default=None)


def responsible(case: Case, people: Sequence[Person]) -> list[str]:
    """Return the names of the users whom an open case is with now, sorted.

    Approvers of its department, or of the nearest one above that has any; escalated also those of the next
    one above it; then the admins too. Where there is none of them: the admins.
    """
    names = case.department.split("/")
    admins = {one.name for one in people if "admin" in one.roles}
    found: set[str] = set()
    wanted = 0 if case.owner == "admin" else min(case.escalated, 1) + 1
    for name in reversed(names):
        here = {one.name for one in people if f"approver:{name}" in one.roles}
        found |= here
        wanted -= 1 if here else 0
        if wanted <= 0:
            break
    if case.escalated == 2 or case.owner == "admin" or not found - {case.requested_by}:
        found |= admins
    return sorted(found - {case.requested_by})


def why_not_at_once(case: Case, choice: str) -> str | None:
    """Return in words why a choice of a case is not given to many at once, or None where it may be."""
    one = next((one for one in case.choices if one.name == choice), None)
    if one is None:
        return f"{choice!r} is no choice of {case.id}"
    if one.bulk or is_notice(case):
        return None
    return f"{one.label!r} of {case.id} neither denies nor can be taken back"


def check_at_once(cases: Sequence[Case], choice: str) -> None:
    """Raise InvalidRequest or Forbidden where one answer may not be given to all of these cases at once."""
    if not cases or len(cases) > MAX_AT_ONCE or len({case.id for case in cases}) != len(cases):
        raise InvalidRequest(f"Name 1 to {MAX_AT_ONCE} cases, each once.", field="case_ids")
    if len(cases) == 1:
        return
    kinds = sorted({case.kind for case in cases})
    if len(kinds) > 1:
        raise InvalidRequest(
            f"These cases are of {len(kinds)} kinds: {', '.join(kinds)}.",
            field="case_ids",
            fix="Answer the cases of one kind at a time.",
        )
    for case in cases:
        why_not = why_not_at_once(case, choice)
        if why_not is not None:
            raise Forbidden(f"Not given at once: {why_not}.", fix="Look at each case, and answer it alone.")


def may_answer(case: Case, person: Person, *, others: bool) -> str | None:
    """Return in words why a person may not answer a case, or None where they may.

    ``others``: whether a user other than the requester may answer it. Nobody answers their own request, and
    the owner, who bears no name, answers a request only where no user can.
    """
    role = {
        "approver": person.decides(case.department),
        "operator": person.may(Right.OPERATE) or person.decides(case.department),
        "admin": person.may(Right.ADMINISTER),
    }[case.owner]
    if not role:
        of = f" of {case.department} or above" if case.owner == "approver" else ""
        return f"it is for an {case.owner}{of}, which {person.name} is not"
    if case.requested_by is None:
        return None
    if person.name == case.requested_by:
        return "nobody answers their own request"
    if person.owner and others:
        return "a request is answered in a name: somebody with a user of their own can"
    return None


def decide_answer(case: Case, person: Person, choice: str, reason: str, *, now_ns: int, others: bool) -> str:
    """Return the reason as it is kept. Raises Forbidden, or InvalidRequest for a choice that there is not."""
    if case.state != "open" or (case.expires_ns is not None and now_ns >= case.expires_ns):
        by = f" by {case.answered_by}" if case.answered_by else ""
        what = f"was answered{by}" if case.state == "answered" else "has expired"
        raise Forbidden(f"The case {case.id} {what}.", fix=f"See podium inbox show {case.id}.")
    why_not = may_answer(case, person, others=others)
    if why_not is not None:
        raise Forbidden(f"{person.name} may not answer {case.id}: {why_not}.", fix="Ask somebody who may.")
    if choice not in {one.name for one in case.choices}:
        raise InvalidRequest(
            f"{choice!r} is no choice of {case.id}.",
            field="choice",
            fix=f"Choose one of {', '.join(one.name for one in case.choices)}.",
        )
    if is_notice(case) and not reason.strip():
        return SEEN
    return check_reason(reason)


def decide_second_person(rule: Rule, person: Person, department: str, *, others: bool) -> bool:
    """Return whether an override that a person asks for must wait for another person.

    ``always`` and ``never`` say it. ``whenPossible`` wants it as soon as a user other than the requester can
    approve for the department (``others``). Who does not decide there always waits.
    """
    if not person.decides(department):
        return True
    if rule == "whenPossible":
        return others
    return rule == "always"


def check_case(case: Case) -> None:
    """Raise InvalidRequest for a case that could not be shown or answered."""
    if not case.choices or len({one.name for one in case.choices}) != len(case.choices):
        raise InvalidRequest("A case has choices, each with a name of its own.", field="choices")
    if case.expiry_choice is not None and case.expiry_choice not in {one.name for one in case.choices}:
        raise InvalidRequest("What expiry chooses is one of the choices.", field="expiry_choice")
    if not (case.title.strip() and case.why.strip() and case.otherwise.strip()):
        raise InvalidRequest("A case says what, why, and what happens if nobody answers.", field="title")
    if case.expires_ns is not None and case.expires_ns <= case.created_ns:
        raise InvalidRequest("A case expires after it was made.", field="expires_ns")
    if len(msgspec.json.encode(case.evidence)) > MAX_EVIDENCE_BYTES:
        raise InvalidRequest(f"Evidence has at most {MAX_EVIDENCE_BYTES} bytes.", field="evidence")
