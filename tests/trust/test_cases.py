"""Who answers what."""

from typing import Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from podium.kernel.errors import Forbidden, InvalidRequest
from podium.trust.cases import (
    Case,
    Choice,
    Escalation,
    Level,
    check_case,
    decide_answer,
    decide_escalation,
    decide_second_person,
    may_answer,
    next_escalation_ns,
    responsible,
)
from podium.trust.people import Person

CASE = Case(
    id="case_1",
    kind="budget.override",
    key="support-monthly",
    title="100 USD more for support",
    why="ann asks",
    evidence={"amount": 100},
    choices=(Choice("approve", "Approve", "It is given.", "good"), Choice("deny", "Deny", "Nothing.", "bad")),
    department="acme/support",
    owner="approver",
    otherwise="Nothing is given.",
    created_ns=10,
    expires_ns=100,
    requested_by="ann",
)
ANN = Person("ann", ("admin",))
BOB = Person("bob", ("approver:support",))
OWNER = Person("admin.token", (), owner=True)


def answer(case: Case = CASE, person: Person = BOB, choice: str = "approve", now_ns: int = 50) -> str:
    return decide_answer(case, person, choice, " ok ", now_ns=now_ns, others=True)


def test_another_answers() -> None:
    """An approver of the department who did not ask answers."""
    assert answer() == "ok"


@pytest.mark.parametrize("person", [ANN, Person("ann", ("approver:acme",))])
def test_nobody_answers_their_own_request(person: Person) -> None:
    """Not even an admin."""
    with pytest.raises(Forbidden, match="their own request"):
        answer(person=person)


@pytest.mark.parametrize(
    "roles", [("viewer",), ("operator",), ("approver:finance",), ("approver:mail", "operator")]
)
def test_who_does_not_decide_there(roles: tuple[str, ...]) -> None:
    """A case for approvers is answered by those of its department or above."""
    with pytest.raises(Forbidden, match="acme/support"):
        answer(person=Person("eve", roles))


def test_the_owner_bears_no_name() -> None:
    """The owner answers a request only where no user can; what Podium asks itself at any time."""
    assert may_answer(CASE, OWNER, others=True) is not None
    assert may_answer(CASE, OWNER, others=False) is None
    assert may_answer(msgspec.structs.replace(CASE, requested_by=None), OWNER, others=True) is None
    own = msgspec.structs.replace(CASE, requested_by="admin.token")
    assert may_answer(own, OWNER, others=False) is not None


def test_operators_cases() -> None:
    """A case for operators is answered by operators, and by those who decide for its department."""
    case = msgspec.structs.replace(CASE, owner="operator", requested_by=None)
    for roles, may in ((("operator",), True), (("approver:support",), True), (("viewer",), False)):
        assert (may_answer(case, Person("x", roles), others=True) is None) is may
    admin = msgspec.structs.replace(case, owner="admin")
    assert may_answer(admin, Person("x", ("operator",)), others=True) is not None


def test_once_and_in_time() -> None:
    """What is answered or over is not answered again, also in the moment before the keeper has said so."""
    with pytest.raises(Forbidden, match="answered by bob"):
        answer(msgspec.structs.replace(CASE, state="answered", answered_by="bob"))
    with pytest.raises(Forbidden, match="expired"):
        answer(now_ns=100)
    with pytest.raises(InvalidRequest, match="approve, deny"):
        answer(choice="perhaps")


@pytest.mark.parametrize(
    ("rule", "person", "others", "waits"),
    [
        ("always", BOB, False, True),
        ("always", BOB, True, True),
        ("whenPossible", BOB, True, True),
        ("whenPossible", BOB, False, False),
        ("never", BOB, True, False),
        ("never", Person("eve", ("operator",)), False, True),
        ("whenPossible", Person("eve", ("operator",)), False, True),
        ("whenPossible", OWNER, False, False),
    ],
)
def test_when_a_second_person_is_wanted(rule: str, person: Person, others: bool, waits: bool) -> None:
    """The department's rule decides; who does not decide there themselves always waits."""
    assert decide_second_person(rule, person, "acme/support", others=others) is waits  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [
        {"choices": ()},
        {"choices": (CASE.choices[0], CASE.choices[0])},
        {"title": " "},
        {"expires_ns": 10},
        {"expiry_choice": "perhaps"},
        {"evidence": {"x": "y" * 300_000}},
    ],
)
def test_cases_that_nobody_could_answer(change: dict[str, object]) -> None:
    """A case without choices, words or time is refused when it is made."""
    check_case(CASE)
    with pytest.raises(InvalidRequest):
        check_case(msgspec.structs.replace(CASE, **change))


@pytest.mark.parametrize(
    ("department", "waited_s", "rule", "level"),
    [
        ("acme/support", 899, Escalation(), 0),
        ("acme/support", 900, Escalation(), 1),
        ("acme/support", 3600, Escalation(), 2),
        ("acme/support", 10**6, Escalation(None, None), 0),
        ("acme/support", 10**6, Escalation(60_000, None), 1),
        ("acme", 900, Escalation(), 0),
        ("acme", 3600, Escalation(), 2),
    ],
)
def test_escalation_is_by_time(department: str, waited_s: int, rule: Escalation, level: int) -> None:
    """To the department above, then to the admins, as its department says; a notice stays where it is."""
    case = msgspec.structs.replace(CASE, department=department, created_ns=0)
    assert decide_escalation(case, rule, waited_s * 10**9) == level
    notice = msgspec.structs.replace(case, choices=(Choice("seen", "Seen", "It is known."),))
    assert decide_escalation(notice, rule, waited_s * 10**9) == 0


_AFTER_MS = st.none() | st.integers(1, 5)


@given(
    department=st.sampled_from(["acme", "acme/support"]),
    rule=st.builds(Escalation, _AFTER_MS, _AFTER_MS),
    level=st.sampled_from([0, 1, 2]),
    state=st.sampled_from(["open", "answered"]),
    notice=st.booleans(),
)
def test_it_is_known_when_a_case_is_escalated_next(
    *, department: str, rule: Escalation, level: Level, state: Literal["open", "answered"], notice: bool
) -> None:
    """Before that moment a case stays with whom it is, from then on it does not; or it stays for ever."""
    case = msgspec.structs.replace(CASE, department=department, created_ns=7, escalated=level, state=state)
    if notice:
        case = msgspec.structs.replace(case, choices=(Choice("seen", "Seen", "It is known."),))
    moment_ns = next_escalation_ns(case, rule)
    changes = [at for at in range(0, 10**7, 10**5) if decide_escalation(case, rule, at) != level]
    if moment_ns is None:
        assert not changes
    else:
        assert decide_escalation(case, rule, moment_ns) != level
        assert all(at >= moment_ns for at in changes)


@pytest.mark.parametrize(
    ("level", "department", "names"),
    [
        (0, "acme/support", ["bob"]),
        (1, "acme/support", ["bob", "carl"]),
        (2, "acme/support", ["bob", "carl", "dora"]),
        (0, "acme/finance/tax", ["carl"]),
        (0, "other", ["dora"]),
    ],
)
def test_whom_a_case_is_with(level: int, department: str, names: list[str]) -> None:
    """The nearest approvers, then those above, then admins; admins where there is no approver; never ann."""
    carl, dora = Person("carl", ("approver:acme",)), Person("dora", ("admin",))
    case = msgspec.structs.replace(CASE, department=department, escalated=level)
    assert responsible(case, [ANN, BOB, carl, dora]) == names
