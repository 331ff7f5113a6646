"""The breaker loop, on a real database, with spend that is written into the ledger."""

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert, select

from podium.keeper.metrics import CallMetrics
from podium.kernel.call import Usage
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound
from podium.manifest.orders import Orders
from podium.manifest.snapshot import (
    AgentRow,
    BreakerRow,
    DepartmentRow,
    Snapshot,
    encode_snapshot,
)
from podium.ports.acts import AnswerCase, SteerBreaker
from podium.ports.aggregates import cells, usage_hours
from podium.ports.database import baselines, cases, task_identities
from podium.ports.link import PutSnapshot
from tests.keeper.spending import HOUR_S, NS, OWNER, USD, Spending


@pytest.fixture
def house(engine, clock, tmp_path):
    house = Spending(engine, clock, tmp_path)
    house.breakers.open()
    return house


def test_a_runaway_is_warned_then_paused_and_a_case_opens(house) -> None:
    """An agent at ten times its expected rate is warned, then paused: in the orders, chain and Inbox."""
    assert house.spend(10, 300) is None
    assert house.restraints() == {}
    paused_after = house.spend(100, 120)
    assert paused_after is not None
    assert paused_after <= 90
    assert house.restraints() == {"agent/triage": "paused"}
    [case] = house.open_cases()
    assert (case.kind, case.key, case.department) == ("breaker.pause", "agent/triage", "acme/support")
    assert "4 times its baseline of 10.00 USD an hour" in case.why
    assert case.evidence["baseline_nano_usd_per_hour"] == 10 * USD
    assert [
        it.split(".")[0] + ":" + house.told(it)[0]["subject"] for it in ("breaker.warned", "breaker.paused")
    ]
    assert house.verdict().fault is None


def test_what_usually_is_spent_does_not_pause(house) -> None:
    """At 3.5 times the baseline an agent is warned and goes on; calm again, the warning ends."""
    assert house.spend(10, 300) is None
    assert house.spend(35, 240) is None
    assert house.restraints() == {"agent/triage": "warned"}
    assert house.spend(10, 200) is None
    assert house.restraints() == {}


def test_a_warning_is_told_once_an_episode(house) -> None:
    """A notice opens for each stretch above the warning, and webhooks are told of it then, and no more."""
    house.spend(10, 300)
    house.spend(35, 240)
    assert house.warnings() == [("agent/triage", "open", None)]
    [case] = [it for it in house.events() if it[0] == "breaker.warning"]
    assert case == ("breaker.warning", "opened")
    house.spend(10, 200)
    assert house.warnings() == [("agent/triage", "expired", "agent/triage is closed.")]
    house.spend(35, 240)
    assert [state for _, state, _ in house.warnings()] == ["expired", "open"]
    assert house.spend(100, 120) is not None
    assert house.warnings()[1] == ("agent/triage", "expired", "agent/triage is paused.")
    assert house.events() == [
        ("breaker.warning", "opened"),
        ("breaker.warning", "opened"),
        ("breaker.pause", "opened"),
    ]


def test_a_warning_that_was_seen_is_not_told_again(house) -> None:
    """Seen, it leaves the Inbox, and stays away while the episode goes on and over a restart."""
    house.spend(10, 300)
    house.spend(35, 240)
    with house.engine.connect() as connection:
        case_id = connection.execute(select(cases.c.id)).scalar_one()
    house.acts.do(AnswerCase(OWNER, case_id, "seen", ""))
    house.acts.breakers = house.started_again()
    house.spend(35, 120)
    assert house.where() == "warned"
    assert [state for _, state, _ in house.warnings()] == ["answered"]


def test_below_the_floor_nothing_is_said(house) -> None:
    """Up to 1 USD an hour nothing is said, whatever the baseline."""
    house.configure(expected_nano_usd_per_hour=USD // 100)
    assert house.spend(0.9, 400) is None
    assert house.restraints() == {}


def test_without_a_baseline_nothing_is_judged(house) -> None:
    """An agent of which nothing was declared or learned is not judged by its velocity."""
    assert house.spend(500, 300, agent="other") is None


def test_a_case_that_is_answered_lets_go(house) -> None:
    """Resumed fully, an agent goes on and its windows begin anew."""
    house.spend(100, 120)
    [case] = house.open_cases()
    done = house.acts.do(AnswerCase(OWNER, case.id, "resume", "it was a load test"))
    assert done.case.result == "agent/triage goes on."
    assert house.restraints() == {}
    assert house.spend(30, 60) is None
    assert house.told("breaker.closed")[0]["reason"] == "it was a load test"


def test_a_limited_resume_recovers_step_by_step(house) -> None:
    """Resumed at 10% it may spend a tenth of the baseline, twice as much after every two calm minutes."""
    house.spend(100, 120)
    [case] = house.open_cases()
    house.acts.do(AnswerCase(OWNER, case.id, "resume-10", "let us see"))
    orders = msgspec.msgpack.decode(house.authority.in_force.orders_document, type=Orders)
    [restraint] = orders.restraints
    assert restraint.state == "recovering"
    assert restraint.limit.per_hour == 1 * USD
    assert restraint.limit.amount_at(house.clock.now_ns + 1800 * NS) == USD // 2 + USD // 60
    shares = []
    for _ in range(600):
        house.spend(1, 1)
        share = house.breakers.book.state_of("agent/triage").share_pct
        if not shares or shares[-1] != share:
            shares.append(share)
    assert shares == [10, 20, 40, 80, 100]
    assert house.restraints() == {}


def test_the_limit_of_what_recovers_is_granted_in_slices(house) -> None:
    """The authority grants what may be spent by now, and no more: over all workers together."""
    house.spend(100, 120)
    house.acts.do(SteerBreaker(OWNER, "agent/triage", "resume_limited", "slowly", 50))
    [limit] = house.limits._restrained.values()
    assert limit.id.startswith("breaker/agent/triage/")
    assert house.limits.amount_of(limit, house.clock.now_ns + HOUR_S * NS, ()) == 5 * USD + 5 * USD // 60


def test_a_raised_baseline_lets_more_count_as_usual(house) -> None:
    """Raised to 400%, ten times the old baseline is no runaway any more."""
    house.spend(100, 120)
    [case] = house.open_cases()
    house.acts.do(AnswerCase(OWNER, case.id, "raise-400", "the new campaign"))
    assert house.spend(100, 240) is None
    with pytest.raises(InvalidRequest, match="raise it above"):
        house.acts.do(SteerBreaker(OWNER, "agent/triage", "raise_baseline", "more", 400))


def test_a_task_that_spends_it_all_is_paused_alone(house) -> None:
    """The narrowest key is paused without which the rest is calm: a task, not its agent."""
    house.task("task_b")
    house.spend(8, 300)
    for second in range(1, 200):
        house.clock.now_ns += NS
        if second % 5 == 0:
            house.charge(8 * 5 / HOUR_S)
            if house.where("task/task_b") != "paused":
                house.charge(100 * 5 / HOUR_S, task="task_b")
        house.breakers.evaluate()
    assert house.where("agent/triage") in {"closed", "warned"}
    assert house.restraints()["task/task_b"] == "paused"
    [case] = house.open_cases()
    assert case.title == "Safety Pause of a task of triage"
    assert case.why.startswith("The spend of the task is over 4 times its baseline")
    assert (case.key, case.evidence["agent"]) == ("task/task_b", "triage")
    assert [one.name for one in case.choices][-2:] == ["kill", "stop"]
    house.acts.do(AnswerCase(OWNER, case.id, "kill", "it loops"))
    with house.engine.connect() as connection:
        assert connection.execute(select(task_identities.c.state)).scalar() == "killed"
    assert house.where("task/task_b") == "killed"


def test_a_session_that_repeats_itself_is_paused(house) -> None:
    """The same words with the same outcome ten times over pause a session, however cheap."""
    for _ in range(12):
        house.charge(0.000001, task="task_s", session="s", step="a" * 32, usage=Usage(50, 3))
    house.breakers.evaluate()
    assert house.restraints() == {"task/task_s": "paused"}
    [case] = house.open_cases()
    assert case.why == "It asked the same, with the same outcome, 10 times"
    assert "12 of 12 calls end with the same words" in case.evidence["repeated"][0]
    limited = ["resume-10", "resume-25", "resume-50"]
    assert [one.name for one in case.choices] == ["resume", *limited, "kill", "stop"]
    found = case.evidence
    assert (found["baseline_of"], found["baseline_nano_usd_per_hour"]) == ("agent/triage", 10 * USD)
    assert found["long_nano_usd_per_hour"] == 12 * 1000 * HOUR_S // 180
    assert len(found["curve"]) == 36
    assert sum(height for _, height in found["curve"]) * 10 // HOUR_S == 12 * 1000


def test_a_session_recovers_step_by_step(house) -> None:
    """A session is resumed at a share of its agent's baseline, as a task is, and gets on to all of it."""
    for _ in range(12):
        house.charge(0.000001, task="task_s", session="s", step="a" * 32, usage=Usage(50, 3))
    house.breakers.evaluate()
    [case] = house.open_cases()
    house.acts.do(AnswerCase(OWNER, case.id, "resume-25", "let us see"))
    [limit] = [it.limit for it in house.held()]
    assert (limit.owner, limit.per_hour) == ("task/task_s", 10 * USD // 4)
    assert house.spend(2, 290, task="task_s", session="s") is None
    assert house.where("task/task_s") == "closed"
    house.acts.do(SteerBreaker(OWNER, "task/task_s", "resume_limited", "again", 10))
    assert house.spend(100, 200, task="task_s", session="s") is not None
    assert house.restraints()["task/task_s"] == "paused"


def test_what_fails_is_no_loop(house) -> None:
    """A provider that is down, and is tried again, pauses nobody."""
    for _ in range(30):
        house.charge(0, task="task_s", session="s", step="a" * 32, outcome="broken", usage=None)
    house.breakers.evaluate()
    assert house.restraints() == {}


def test_an_hour_of_an_agent_is_no_loop(house) -> None:
    """The same call over and over, outside of tasks and sessions, says nothing."""
    for _ in range(60):
        house.charge(0.000001, step="a" * 32, usage=Usage(50, 3))
    house.breakers.evaluate()
    assert house.restraints() == {}


def test_the_emergency_stop(house) -> None:
    """Whoever operates stops an agent, a department or all, and releases it; with a reason, in the chain."""
    house.acts.do(SteerBreaker(OWNER, "all", "stop", "fire"))
    house.acts.do(SteerBreaker(OWNER, "agent/triage", "stop", "smoke"))
    assert house.restraints() == {"all": "stopped", "agent/triage": "stopped"}
    with pytest.raises(Forbidden):
        house.acts.do(SteerBreaker(OWNER, "all", "stop", "again"))
    with pytest.raises(InvalidRequest, match="Only a task is killed"):
        house.acts.do(SteerBreaker(OWNER, "agent/triage", "kill", "no"))
    house.acts.do(SteerBreaker(OWNER, "all", "resume", "it is out"))
    assert house.restraints() == {"agent/triage": "stopped"}
    assert house.told("breaker.stopped")[0]["reason"] == "fire"
    with pytest.raises(NotFound):
        house.acts.do(SteerBreaker(OWNER, "agent/nobody", "stop", "?"))
    with pytest.raises(InvalidRequest):
        house.acts.do(SteerBreaker(OWNER, "agent/triage", "resume", " "))
    sue = house.user("sue", "approver:support")
    with pytest.raises(NotFound, match="There is no department/acme"):  # not hers to see: as if it were not
        house.acts.do(SteerBreaker(sue, "department/acme", "stop", "why not"))
    with pytest.raises(Forbidden, match="it is of acme"):
        house.acts.do(SteerBreaker(sue, "all", "stop", "why not"))
    ann = house.user("ann", "viewer")
    with pytest.raises(Forbidden):
        house.acts.do(SteerBreaker(ann, "agent/triage", "resume", "please"))
    assert house.told("breaker.steer")[0]["outcome"] == "refused"


def test_deciding_by_name_closes_the_case(house) -> None:
    """A decision from the command line answers the case that waits."""
    house.spend(100, 120)
    house.acts.do(SteerBreaker(OWNER, "agent/triage", "resume_limited", "slowly", 15))
    assert house.open_cases() == []
    with house.engine.connect() as connection:
        row = connection.execute(select(cases).where(cases.c.kind == "breaker.pause")).one()
    assert (row.state, row.choice, row.result) == (
        "answered",
        "resume_limited-15",
        "agent/triage is recovering.",
    )


def test_a_keeper_that_starts_again_knows_what_was(house) -> None:
    """States, restraints and the windows outlive a keeper."""
    house.spend(10, 200)
    house.spend(100, 30)
    house.acts.breakers = house.started_again()
    assert 20 <= (house.spend(100, 60) or 99) <= 60
    assert house.started_again().book.is_paused("agent/triage")


def test_what_has_changed_is_told(house) -> None:
    """The case says what is different from the last calm hour: instructions, model, manifests, pace."""
    for _ in range(20):
        house.clock.now_ns += 60 * NS
        house.charge(0.1, step="1" * 16 + "2" * 8 + "0" * 8)
    house.clock.now_ns += 400 * NS
    for _ in range(40):
        house.clock.now_ns += 2 * NS
        house.charge(0.5, step="3" * 16 + "4" * 8 + "0" * 8)
        house.breakers.evaluate()
    [case] = house.open_cases()
    told = "\n".join(case.evidence["changed"])
    assert "instructions: " in told
    assert "digest 44444444" in told
    assert "calls a minute: 0.3 before" in told
    assert len(case.evidence["calls"]) == 8


def test_what_has_changed_is_seen_against_the_last_calm_hour(house) -> None:
    """Hours that spent more than is allowed are passed over: the one before them is what it was like."""
    for _ in range(20):
        house.clock.now_ns += 60 * NS
        house.charge(0.1, step="1" * 16 + "2" * 8 + "0" * 8)
    for _ in range(600):
        house.clock.now_ns += 12 * NS
        house.charge(0.5, step="3" * 16 + "4" * 8 + "0" * 8)
    house.breakers.evaluate()
    house.clock.now_ns += NS
    house.charge(0.5, step="3" * 16 + "4" * 8 + "0" * 8)
    house.breakers.evaluate()
    [case] = house.open_cases()
    told = "\n".join(case.evidence["changed"])
    assert "digest 44444444" in told
    assert "calls a minute: 0.2 before" in told
    assert house.clock.now_ns - case.evidence["compared_from_ns"] > 2 * HOUR_S * NS


def test_hours_of_the_ledger_are_learned(house) -> None:
    """After a day of the ledger a baseline is known without anything declared."""
    with house.engine.begin() as connection:
        connection.execute(
            insert(cells).values(
                id=1000,
                department="acme/support",
                agent="other",
                route="r",
                model="",
                provider="",
                outcome="",
            )
        )
        this_hour = house.clock.now_ns // NS // HOUR_S
        columns = {c.name: 0 for c in usage_hours.columns}
        connection.execute(
            insert(usage_hours),
            [
                {**columns, "hour": hour, "cell": 1000, "cost_nano_usd": 6 * USD}
                for hour in range(this_hour - 30, this_hour)
            ],
        )
    for _ in range(40):
        house.breakers.evaluate()
    with house.engine.connect() as connection:
        known = {row.key for row in connection.execute(select(baselines))}
    assert known == {"agent/other", "department/support", "department/acme"}
    assert house.spend(300, 120, agent="other") is not None
    [case] = house.open_cases()
    assert case.key == "agent/other"
    assert abs(case.evidence["baseline_nano_usd_per_hour"] - 6 * USD) < USD // 10


def test_a_pause_of_a_department_is_for_what_no_agent_explains(house) -> None:
    """Two agents of a department that together run away are paused by their department."""
    rows = {
        "acme": DepartmentRow("acme", None, "acme"),
        "support": DepartmentRow(
            "support", "acme", "acme/support", breaker=BreakerRow(expected_nano_usd_per_hour=10 * USD)
        ),
    }
    agents = {name: AgentRow(name, "support", "acme/support", frozenset()) for name in ("triage", "other")}
    house.authority.put_snapshot(
        PutSnapshot("dir", encode_snapshot(Snapshot(0, "two", "acme", {}, {}, {}, rows, agents)))
    )
    for second in range(1, 120):
        house.clock.now_ns += NS
        if second % 5 == 0 and not house.open_cases():
            house.charge(50 * 5 / HOUR_S)
            house.charge(50 * 5 / HOUR_S, agent="other")
        house.breakers.evaluate()
    assert house.restraints() == {"department/support": "paused"}


def test_one_burn_is_told_once(house) -> None:
    """An agent and its department that rise together are one warning, of the agent; what is above is said."""
    own = BreakerRow(expected_nano_usd_per_hour=10 * USD)
    rows = {
        "acme": DepartmentRow("acme", None, "acme"),
        "support": DepartmentRow("support", "acme", "acme/support", breaker=own),
    }
    agents = {"triage": AgentRow("triage", "support", "acme/support", frozenset(), breaker=own)}
    snapshot = Snapshot(0, "two", "acme", {}, {}, {}, rows, agents)
    house.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(snapshot)))
    house.spend(10, 300)
    house.spend(35, 240)
    assert house.restraints() == {"agent/triage": "warned"}
    assert [(key, state) for key, state, _ in house.warnings()] == [("agent/triage", "open")]
    [warned] = house.told("breaker.warned")
    assert warned["reason"].endswith("With it, department/support spends more than usual.")
    house.spend(60, 120)
    assert house.restraints() == {"agent/triage": "paused"}
    [case] = house.open_cases()
    assert "With it, department/support spends more than usual." in case.why


def test_what_breakers_do_is_in_the_metrics(house) -> None:
    """States and moves are counted by department; the age says since when nobody was judged."""
    house.spend(10, 300)
    house.spend(100, 120)
    house.clock.now_ns += 3 * NS
    metrics = CallMetrics()
    metrics.breakers = house.breakers.figures
    found = {
        sample.name: (sample.labels, sample.value)
        for family in text_string_to_metric_families(metrics.text().decode())
        for sample in family.samples
        if "breaker" in sample.name and sample.labels.get("signal") != "rising"
    }
    department = {"department": "acme/support"}
    assert found == {
        "podium_breakers_open": ({"state": "paused"} | department, 1),
        "podium_breaker_moves_total": ({"signal": "deviates"} | department, 1),
        "podium_breaker_evaluation_age_seconds": ({}, 3),
    }
