"""What is shown of breakers."""

import pytest

from podium.console.breakers import state_badge
from podium.console.case_evidence import evidence
from podium.ports.acts import By, SteerBreaker
from podium.views.breakers import breaker, breaker_views
from tests.keeper.conftest import clock, engine
from tests.keeper.spending import USD, Spending
from tests.keeper.test_breakers import house

__all__ = ["clock", "engine", "house"]


@pytest.fixture(params=["sqlite"])
def place_records(request: pytest.FixtureRequest):
    """One database is enough here."""
    return lambda _state: None


def test_velocity_stands_beside_its_baseline(house: Spending) -> None:
    """Velocities are those of both windows; the baseline is declared; a pause and its case come first."""
    house.spend(10, 200)
    with house.engine.connect() as connection:
        found = {it.key: it for it in breaker_views(connection, house.clock.now_ns)}
    triage = found["agent/triage"]
    assert triage.state == "closed"
    assert abs(triage.long_nano_usd_per_hour - 10 * USD) < USD
    assert triage.baseline_nano_usd_per_hour == 10 * USD
    assert triage.pauses_at_nano_usd_per_hour == 40 * USD
    assert found["department/acme"].long_nano_usd_per_hour == triage.long_nano_usd_per_hour
    assert found["department/acme"].baseline_nano_usd_per_hour is None
    house.spend(100, 120)
    with house.engine.connect() as connection:
        first = breaker_views(connection, house.clock.now_ns, everything=False)[0]
        detail = breaker(connection, "agent/triage", house.clock.now_ns)
    assert (first.key, first.state, first.held) == ("agent/triage", "paused", True)
    assert first.case_id == house.open_cases()[0].id
    assert max(height for _, height in detail.curve) > 40 * USD
    assert "paused" in state_badge(first)


def test_a_task_and_all_are_shown_while_they_are_held(house: Spending) -> None:
    """What is no agent or department is shown as long as something is said of it."""
    house.task("task_b")
    house.acts.do(SteerBreaker(By(), "task/task_b", "stop", "drill"))
    house.acts.do(SteerBreaker(By(), "all", "stop", "drill"))
    with house.engine.connect() as connection:
        keys = {it.key for it in breaker_views(connection, house.clock.now_ns, everything=False)}
    assert keys == {"task/task_b", "all"}
    house.acts.do(SteerBreaker(By(), "all", "resume", "over"))
    with house.engine.connect() as connection:
        keys = {it.key for it in breaker_views(connection, house.clock.now_ns)}
    assert "all" not in keys


def test_the_evidence_of_a_pause_is_drawn(house: Spending) -> None:
    """The case has curve, baseline, repeats, changes, calls and tasks in words and columns."""
    house.spend(10, 60)
    house.spend(100, 120)
    [case] = house.open_cases()
    drawn = str(evidence(case))
    for text in ("Baseline", "Repeated steps", "Since the calm hour", "Calls by cost", "no identity"):
        assert text in drawn
    assert drawn.count("<i ") == 36
    assert "var(--c4)" in drawn
