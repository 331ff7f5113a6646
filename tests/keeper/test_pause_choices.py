import pytest

from podium.keeper.breaker_case import pause_case


@pytest.mark.parametrize(
    ("baseline", "of"), [(None, "its floor, as it has no baseline,"), (10**9, "its baseline,")]
)
def test_a_choice_says_of_what_its_share_is(baseline: int | None, of: str) -> None:
    """Without a baseline the floor is what a share is taken of."""
    found = {"tasks": [], "baseline_nano_usd_per_hour": baseline, "baseline_of": "agent/a"}
    case = pause_case("agent/a", "It loops.", found, "acme")
    words = {one.name: one.effect for one in case.choices if one.name.startswith("resume-")}
    assert words["resume-10"].startswith(f"It may spend 10% of {of} twice")
