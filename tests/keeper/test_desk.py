"""Cases that nobody answers go on to others; several are answered at once where that is safe."""

import msgspec
import pytest

from podium.adapters.records import open_records
from podium.kernel.errors import Forbidden, InvalidRequest
from podium.ports.acts import AnswerCases, By
from podium.ports.database import cases, notices
from podium.trust.cases import Choice
from podium.views.inbox import InboxFilters, case_rows, with_now
from podium.views.inbox_figures import inbox_figures, own_warning
from tests.keeper.acting import House
from tests.keeper.samples import rows
from tests.keeper.test_inbox import CASE, OneLimit, answer, opened

MINUTE_NS = 60 * 10**9
CALL = msgspec.structs.replace(
    CASE,
    kind="tool.call",
    choices=(
        Choice("approve", "Approve once", "It goes through.", approves=True),
        Choice("deny", "Deny", "It does not.", "bad", bulk=True),
    ),
    evidence={"task_id": "task_1"},
)


@pytest.fixture
def house(tmp_path, clock, place_records):
    place_records(tmp_path)
    engine = open_records(tmp_path)
    yield House(engine, clock, tmp_path, limits=OneLimit())
    engine.dispose()


def calls(house, count):
    return [opened(house, msgspec.structs.replace(CALL, key=f"call {number}")) for number in range(count)]


def at_once(house, some, choice="deny", by=None):
    ids = tuple(case.id for case in some)
    return house.acts.do(AnswerCases(by or By(), ids, choice, "not today")).cases


def test_a_case_goes_on_to_others(house, clock):
    """After a quarter of an hour to the department above, after an hour to the admins: once each."""
    house.user("anna", "approver:support")
    house.user("paul", "approver:acme")
    house.user("ann", "admin")
    case = opened(house)
    assert case.escalated == 0
    found = []
    for waited_min in (14, 15, 16, 60, 61):
        clock.now_ns = case.created_ns + waited_min * MINUTE_NS
        house.acts.each_second()
        with house.engine.connect() as connection:
            (now,) = case_rows(connection, InboxFilters(), limit=9)
            found.append((now.escalated, with_now(connection, [now])[now.id]))
            mine = case_rows(connection, InboxFilters(mine="paul"), limit=9)
        assert bool(mine) is (waited_min >= 15)
    assert found == [
        (0, ["anna"]),
        (1, ["anna", "paul"]),
        (1, ["anna", "paul"]),
        (2, ["ann", "anna", "paul"]),
        (2, ["ann", "anna", "paul"]),
    ]
    assert [told["to"] for told in house.told("case.escalated")] == ["parent", "admins"]
    events = [row["event"] for row in rows(house.engine, notices)]
    assert events == ["opened", "escalated:parent", "escalated:admins"]
    assert house.verdict().fault is None


def test_several_denials_at_once(house):
    """One reason, and a row of the chain for each case; what they are about stands in the table."""
    some = calls(house, 3)
    otto = house.user("otto", "operator")
    assert [case.state for case in at_once(house, some, by=otto)] == ["answered"] * 3
    told = house.told("case.answered")
    assert [(row["actor"], row["reason"], row["at_once"]) for row in told] == [("otto", "not today", 3)] * 3
    assert {row["task_id"] for row in rows(house.engine, cases)} == {"task_1"}
    assert house.verdict().fault is None


@pytest.mark.parametrize("mixed", [False, True])
def test_what_is_not_safe_is_not_answered_at_once(house, mixed):
    """An approval, or cases of two kinds: nothing is answered, whatever the page offered."""
    some = calls(house, 2)
    with pytest.raises((Forbidden, InvalidRequest), match="kinds" if mixed else "neither denies"):
        at_once(house, [*some, opened(house)] if mixed else some, "deny" if mixed else "approve")
    assert {row["state"] for row in rows(house.engine, cases)} == {"open"}
    answer(house, some[0], By(), "approve")


def test_all_or_none(house):
    """Where one of them was answered already, none is."""
    some = calls(house, 2)
    answer(house, some[1], By(), "deny")
    with pytest.raises(Forbidden, match="was answered"):
        at_once(house, some)
    assert sorted(row["state"] for row in rows(house.engine, cases)) == ["answered", "open"]


def test_figures_have_denominators(house, clock):
    """Waiting times, load and shares of a period are what the rows say; of nothing they are null."""
    began_ns = clock.now_ns
    otto, anna = house.user("otto", "operator"), house.user("anna", "approver:support")
    first, second, third = calls(house, 3)
    for case, by, choice, waited_s in ((first, otto, "approve", 10), (second, anna, "deny", 100)):
        clock.now_ns = began_ns + waited_s * 10**9
        answer(house, case, by, choice)
    who = house.acts.as_person(otto, "x", "", lambda _c, who: who)
    with house.engine.connect() as connection:
        until_ns = clock.now_ns + 1
        found = inbox_figures(connection, since_ns=began_ns, until_ns=until_ns)
        none = inbox_figures(connection, since_ns=began_ns, until_ns=until_ns, kind="other")
        theirs = inbox_figures(connection, since_ns=began_ns, until_ns=until_ns, who=who)
    total = found.total
    assert (total.opened, total.open, total.answered, total.approved_share) == (3, 1, 2, 0.5)
    assert (total.waited_median_s, total.waited_p90_s) == (10, 100)
    assert {one.name: (one.answered, one.approved_share) for one in found.people} == {
        "anna": (1, 0.0),
        "otto": (1, 1.0),
    }
    assert (none.total.approved_share, none.total.waited_median_s, none.people) == (None, None, [])
    assert {one.name: one.approved_share for one in theirs.people} == {"anna": None, "otto": 1.0}
    assert third.state == "open"


def test_a_rubber_stamp_is_told_so(house, clock):
    """Who approves 21 cases within seconds each is told; who denies two of them is not."""
    otto = house.user("otto", "operator")
    some = calls(house, 23)
    for case in some[:21]:
        clock.now_ns += 3 * 10**9
        answer(house, case, otto, "approve")
    who = house.acts.as_person(otto, "x", "", lambda _c, who: who)
    with house.engine.connect() as connection:
        said = own_warning(connection, who, now_ns=clock.now_ns)
    assert said is not None
    assert said.startswith("21 of 21 answers approved, half of them within 3 s")
    for case in some[21:]:
        answer(house, case, otto, "deny")
    with house.engine.connect() as connection:
        assert own_warning(connection, who, now_ns=clock.now_ns) is None
