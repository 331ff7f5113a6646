"""Figures by name: the documented ones are those that are served, and they are what other views say."""

from pathlib import Path

import pytest

from podium.kernel.errors import InvalidRequest
from podium.manifest.kinds_pipeline import FIGURES
from podium.views.live import READINGS, Scope, figure, of_condition
from podium.views.now import now
from tests.console.seed import create, seed_fleet

DOCS = Path(__file__).parents[2] / "docs" / "pipelines.md"
NOW_NS = 1_790_000_000_000_000_000


def test_every_documented_figure_is_served() -> None:
    """A manifest may name what a view serves, and the docs say what each is."""
    assert set(READINGS) == set(FIGURES)
    text = DOCS.read_text(encoding="utf-8")
    assert [name for name in FIGURES if f"| `{name}` |" not in text] == []


def test_figures_are_those_of_other_views(tmp_path: Path) -> None:
    """Over the same window they count what Now counts; by agent they count that agent's."""
    engine = create(tmp_path / "podium.db")
    seed_fleet(engine, NOW_NS)
    with engine.connect() as connection:
        view = now(connection, NOW_NS, 3600)
        scope = Scope(NOW_NS - 3600 * 10**9, NOW_NS)
        read = {name: figure(connection, name, scope) for name in FIGURES}
        assert read["calls"] == view.calls > 0
        assert read["error_rate"] == pytest.approx(view.error_share)
        assert read["spend_usd"] == pytest.approx(view.cost_nano_usd / 1e9)
        assert read["spend_usd_per_hour"] == pytest.approx(view.cost_nano_usd / 1e9)
        assert read["tokens"] == view.input_tokens + view.output_tokens
        assert read["first_token_p95_ms"] == pytest.approx((view.time_to_first_token.p95_us or 0) / 1000)
        assert read["tool_failure_rate"] is None
        mine = next(row for row in view.by_agent if row.name == "code-reviewer")
        spec = {"figure": "calls", "window": 3_600_000, "agent": "code-reviewer"}
        assert of_condition(connection, spec, NOW_NS) == mine.calls
        above = Scope(scope.since_ns, NOW_NS, department="acme")
        assert figure(connection, "calls", above) == view.calls
        assert figure(connection, "calls", Scope(scope.since_ns, NOW_NS, department="acm")) == 0
        with pytest.raises(InvalidRequest, match="no figure weather"):
            figure(connection, "weather", scope)
