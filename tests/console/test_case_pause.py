"""The evidence of a Safety Pause: whose baseline it is, and why there is none."""

from typing import Any

from podium.console.case_pause import pause_evidence

GIVEN: dict[str, Any] = {
    "key": "task/task_s",
    "baseline_of": "agent/triage",
    "baseline_nano_usd_per_hour": 10_000_000_000,
    "allowed_nano_usd_per_hour": 40_000_000_000,
    "short_s": 60,
    "short_nano_usd_per_hour": 1,
    "long_s": 180,
    "long_nano_usd_per_hour": 2,
    "curve": [(10, 50_000_000_000), (0, 0)],
    "window_s": 360,
    "calls_in_window": 2,
    "cost_in_window_nano_usd": 3,
    "repeated": ["the same"],
    "changed": ["nothing"],
    "calls": [],
    "tasks": [],
}


def test_a_session_is_judged_by_its_agents_baseline() -> None:
    """The page says whose baseline it shows, and marks what of the curve is above what pauses."""
    page = str(pause_evidence(GIVEN))
    assert "USD/h, of agent/triage" in page
    assert page.count("var(--c4)") == 1


def test_without_a_baseline_it_says_why() -> None:
    """A rate that there is none of is no dash with a unit."""
    none = {"baseline_nano_usd_per_hour": None, "allowed_nano_usd_per_hour": None}
    page = str(pause_evidence(GIVEN | none))
    assert page.count("none yet: no expected rate is declared") == 2
    assert "var(--c4)" not in page
