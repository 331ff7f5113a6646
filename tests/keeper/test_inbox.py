"""Cases, and overrides, their first kind."""

import json

import msgspec
import pytest

from podium.adapters.records import open_records
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound
from podium.ports.acts import AnswerCase, AnswerCases, AskOverride, By, LimitTerms, OpenCase, UnblockModel
from podium.ports.database import cases, notices, override_requests
from podium.trust.cases import Case, Choice
from tests.keeper.acting import HOUR_NS, House
from tests.keeper.samples import rows

CASE = Case(
    id="",
    kind="model.blocked",
    key="large",
    title="The model large is blocked",
    why="A call cost more than it could.",
    evidence={"model": "large"},
    choices=(Choice("unblock", "Unblock", "Calls go on."), Choice("keep", "Keep", "It stays blocked.")),
    department="acme/support",
    owner="operator",
    otherwise="It stays blocked.",
    created_ns=0,
    expires_ns=None,
)


class OneLimit:
    """An authority over one limit."""

    def __init__(self):
        self.given = []
        self.blocked = set()
        self.on_blocked = None

    def unblock(self, connection, model):
        if model not in self.blocked:
            raise NotFound(f"The model {model} is not blocked.")
        self.blocked.discard(model)

    def terms(self, connection, limit):
        if limit != "support-monthly":
            raise NotFound(f"There is no limit {limit}.")
        return LimitTerms(limit, "acme/support", "usd", 5 * 10**9, "a month", 4 * 10**9, 10**9, None)

    def override(self, connection, *, limit, amount, until_ns, override_id, by, reason):
        if amount == 13:
            raise InvalidRequest("This is no amount.")
        self.given.append((limit, amount, tuple(by)))


@pytest.fixture
def engine(tmp_path, place_records):
    """On both databases."""
    place_records(tmp_path)
    engine = open_records(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
def limits():
    return OneLimit()


@pytest.fixture
def house(engine, clock, tmp_path, limits):
    return House(engine, clock, tmp_path, limits=limits)


def opened(house, case=CASE, by=None, after_ns=None):
    return house.acts.do(OpenCase(by or By(), case, after_ns)).case


def answer(house, case, by, choice="keep", reason="as agreed"):
    return house.acts.do(AnswerCase(by, case.id, choice, reason)).case


def test_a_case_is_answered_once(house):
    """An answer is kept with who, what and why, in the table and in the chain; the second one is refused."""
    case = opened(house)
    otto, anna = house.user("otto", "operator"), house.user("anna", "approver:support")
    done = answer(house, case, otto, reason=" looked at it ")
    assert (done.state, done.answered_by, done.choice, done.reason) == (
        "answered",
        "otto",
        "keep",
        "looked at it",
    )
    with pytest.raises(Forbidden, match="answered by otto"):
        answer(house, case, anna)
    (row,) = rows(house.engine, cases)
    assert json.loads(row["evidence"]) == {"model": "large"}
    assert [row["event"] for row in rows(house.engine, notices)] == ["opened", "answered"]
    (told,) = house.told("case.answered")
    assert (told["actor"], told["choice"], told["reason"]) == ("otto", "keep", "looked at it")
    assert house.verdict().fault is None


def test_the_same_is_not_asked_twice(house):
    """While a case is open, its kind and key open no other; when it is answered, they do."""
    first = opened(house)
    assert opened(house).id == first.id
    assert opened(house, msgspec.structs.replace(CASE, key="small")).id != first.id
    answer(house, first, By())
    assert opened(house).id != first.id


def test_expiry_is_the_keepers(house, clock):
    """A case whose time is over is closed by the keeper, with the choice that it was opened with."""
    case = opened(house, msgspec.structs.replace(CASE, expiry_choice="keep"), after_ns=HOUR_NS)
    assert case.expires_ns == clock.now_ns + HOUR_NS
    assert house.acts.expire() == 0
    clock.now_ns += HOUR_NS
    with pytest.raises(Forbidden, match="expired"):
        answer(house, case, By())
    assert (house.acts.expire(), house.acts.expire()) == (1, 0)
    (row,) = rows(house.engine, cases)
    assert (row["state"], row["choice"], row["answered_by"]) == ("expired", "keep", None)
    assert [t["actor"] for t in house.told("case.expired")] == ["podium"]


def test_cases_that_make_no_sense(house):
    """What nobody could answer is refused, and so is an answer to what is not there."""
    with pytest.raises(InvalidRequest):
        opened(house, msgspec.structs.replace(CASE, choices=()))
    with pytest.raises(NotFound):
        house.acts.do(AnswerCase(By(), "case_none", "keep", "x"))
    with pytest.raises(Forbidden):
        opened(house, by=house.user("vera", "viewer"))


def test_a_person_cannot_answer_what_they_opened(house):
    """A case that a person opens is a request of theirs."""
    otto = house.user("otto", "operator")
    case = opened(house, by=otto)
    with pytest.raises(Forbidden, match="their own request"):
        answer(house, case, otto)
    assert house.told("case.answer")[0]["outcome"] == "refused"


# Overrides


def ask(house, by, amount=2 * 10**9, limit="support-monthly", hours=24):
    until_ns = house.clock.now_ns + int(hours * HOUR_NS)
    return house.acts.do(AskOverride(by, limit, amount, until_ns, "launch day"))


def request(house):
    (row,) = rows(house.engine, override_requests)
    return row


def test_another_person_approves(house, limits):
    """Asked by one, given by another: nothing is given before, and the chain names both."""
    otto, anna = house.user("otto", "operator"), house.user("anna", "approver:support")
    done = ask(house, otto)
    assert limits.given == []
    assert "waits in the Inbox for anna" in done.text
    (row,) = rows(house.engine, cases)
    assert (row["requested_by"], row["department"]) == ("otto", "acme/support")
    house.acts.do(AnswerCase(anna, row["id"], "approve", "go"))
    assert limits.given == [("support-monthly", 2 * 10**9, ("otto", "anna"))]
    assert (request(house)["state"], request(house)["decided_by"]) == ("granted", "anna")
    (told,) = house.told("override.granted")
    assert (told["requested_by"], told["approved_by"], told["amount"]) == ("otto", "anna", 2 * 10**9)
    assert rows(house.engine, cases)[0]["result"] == "2.00 USD more of support-monthly are given."


@pytest.mark.parametrize("role", ["admin", "approver:acme", "approver:support"])
def test_nobody_approves_their_own_request(house, limits, role):
    """Whatever their role: somebody else who may is wanted, and the owner is no way around it."""
    ann = house.user("ann", role)
    house.user("bob", "admin")
    ask(house, ann)
    (case,) = rows(house.engine, cases)
    for by in (ann, By(), By("admin.token")):
        with pytest.raises(Forbidden, match=r"their own request|in a name"):
            house.acts.do(AnswerCase(by, case["id"], "approve", "go"))
    assert limits.given == []


def test_who_is_alone_decides_alone(house, limits):
    """Where nobody else could approve, who decides for the department gives it, and the chain says so."""
    assert "are given" in ask(house, By()).text
    assert limits.given == [("support-monthly", 2 * 10**9, ("command line",))]
    assert house.told("override.granted")[0]["approved_by"] is None
    house.user("otto", "operator")  # decides nowhere
    assert "are given" in ask(house, By()).text


@pytest.mark.parametrize(("rule", "given"), [("always", False), ("whenPossible", False), ("never", True)])
def test_the_department_says_whether(engine, clock, tmp_path, limits, rule, given):
    """`never` lets who decides there give it alone; `always` waits even where nobody could approve."""
    house = House(engine, clock, tmp_path, rule=rule, limits=limits)
    anna = house.user("anna", "approver:support")
    if rule == "whenPossible":
        house.user("ann", "admin")
    ask(house, anna)
    assert bool(limits.given) is given
    assert request(house)["state"] == ("granted" if given else "waiting")


def test_an_operator_always_waits(engine, clock, tmp_path, limits):
    """Who does not decide there asks somebody who does, also under `never`; the owner, where no user does."""
    house = House(engine, clock, tmp_path, rule="never", limits=limits)
    ask(house, house.user("otto", "operator"))
    assert limits.given == []
    (case,) = rows(house.engine, cases)
    house.acts.do(AnswerCase(By(), case["id"], "approve", "go"))
    assert limits.given == [("support-monthly", 2 * 10**9, ("otto", "command line"))]


def test_denied_and_expired_give_nothing(house, clock, limits):
    """A denial and a silence leave the limit as it is; a request does not wait beyond its own end."""
    otto, anna = house.user("otto", "operator"), house.user("anna", "approver:support")
    ask(house, otto)
    (case,) = rows(house.engine, cases)
    house.acts.do(AnswerCase(anna, case["id"], "deny", "too much"))
    assert request(house)["state"] == "denied"
    clock.now_ns += 1
    ask(house, house.session("otto", "later"), hours=0.5)
    clock.now_ns += HOUR_NS
    house.acts.expire()
    assert sorted(row["state"] for row in rows(house.engine, override_requests)) == ["denied", "expired"]
    assert limits.given == []


def test_an_approval_that_cannot_be_carried_out_is_none(house, limits):
    """Where the authority refuses, the case stays open and the request waits: one transaction."""
    ask(house, house.user("otto", "operator"), amount=13)
    anna = house.user("anna", "approver:support")
    (case,) = rows(house.engine, cases)
    with pytest.raises(InvalidRequest):
        house.acts.do(AnswerCase(anna, case["id"], "approve", "go"))
    assert rows(house.engine, cases)[0]["state"] == "open"
    assert request(house)["state"] == "waiting"
    assert house.verdict().fault is None


@pytest.mark.parametrize(
    "wrong", [{"amount": 0}, {"amount": 10**19}, {"hours": -1}, {"hours": 10_000}, {"limit": "other"}]
)
def test_requests_that_make_no_sense(house, limits, wrong):
    """Nothing, too much, the past, for ever, and limits that there are not."""
    with pytest.raises((InvalidRequest, NotFound)):
        ask(house, By(), **wrong)
    assert limits.given == []
    assert rows(house.engine, override_requests) == []


def test_who_may_ask(house):
    """A viewer does not ask; an approver asks only where they decide."""
    with pytest.raises(Forbidden, match="operator or approver"):
        ask(house, house.user("vera", "viewer"))
    with pytest.raises(Forbidden, match="it is of acme/support"):
        ask(house, house.user("fred", "approver:finance", "viewer"))
    with pytest.raises(NotFound, match="There is no limit support-monthly"):
        ask(house, house.user("fay", "approver:finance"))


def test_a_case_of_another_department_is_none(house):
    """Who does not see a case is told of it what is told of one that there is not, whatever became of it."""
    case, fay = opened(house), house.user("fay", "approver:finance")
    own = opened(house, msgspec.structs.replace(CASE, key="own", department="acme/finance"))

    def refused():
        for ids in ((case.id,), (own.id, case.id)):
            with pytest.raises(NotFound, match=f"There is no case {case.id}"):
                house.acts.do(AnswerCases(fay, ids, "keep", "why not"))
        with pytest.raises(NotFound, match=f"There is no case {case.id}"):
            answer(house, case, fay)

    refused()
    answer(house, case, house.user("otto", "operator"))
    refused()
    assert house.told("case.answer") == []
    assert answer(house, own, fay).answered_by == "fay"


# Models that are blocked


def block(house, limits, model="large"):
    limits.blocked.add(model)
    with house.engine.begin() as connection:
        limits.on_blocked(connection, model, "chg_1")
    return next(row for row in rows(house.engine, cases) if row["key"] == model and row["state"] == "open")


def test_a_blocked_model_is_a_case(house, limits):
    """It opens with the block, in the organisation, once; its answer unblocks, and keeping it keeps it."""
    case = block(house, limits)
    assert (case["kind"], case["department"], case["requested_by"]) == ("model.blocked", "acme", None)
    house.acts.do(AnswerCase(house.user("otto", "operator"), case["id"], "unblock", "the price is mended"))
    assert limits.blocked == set()
    kept = block(house, limits)
    house.acts.do(AnswerCase(By(), kept["id"], "keep", "not yet"))
    assert limits.blocked == {"large"}


def test_unblocking_elsewhere_answers_the_case(house, limits):
    """Who unblocks by the verb has answered; without an open case the model is unblocked all the same."""
    block(house, limits)
    house.acts.do(UnblockModel(By(), "large", "the price is mended"))
    assert limits.blocked == set()
    assert [row["state"] for row in rows(house.engine, cases)] == ["answered"]
    limits.blocked.add("small")
    house.acts.do(UnblockModel(By(), "small", "the price is mended"))
    assert limits.blocked == set()
    with pytest.raises(NotFound):
        house.acts.do(UnblockModel(By(), "small", "again"))
