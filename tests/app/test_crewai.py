"""CrewAI in an environment of its own, for its pins are not those of the tests: `make crewai` runs this."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.app.running import until
from tests.app.test_examples import EXAMPLES, Desk
from tests.app.test_examples import desk as desk  # noqa: PLC0414 - the fixture

PYTHON = os.environ.get("PODIUM_TEST_CREWAI", "")
pytestmark = pytest.mark.skipif(not PYTHON, reason="make crewai")
OFFLINE = {
    "CREWAI_DISABLE_TELEMETRY": "true", "CREWAI_TRACING_ENABLED": "false", "CREWAI_TESTING": "true",
    "CREWAI_STORAGE_DIR": "crew", "HF_HUB_OFFLINE": "1",
}  # fmt: skip
"""It asks nobody but the gateway."""


def test_a_crew_of_two(desk: Desk, tmp_path: Path) -> None:
    """One tree, in which each call of the gateway's, of a model and of a tool, is below the agent that made
    it. Its network reaches Podium alone.

    CrewAI offers its tools by native function calling and leaves the choice to the model (``auto``), so the
    simulated model is told to call one.
    """
    text = (EXAMPLES / "crewai_crew.py").read_text()
    assert len(text.splitlines()) < 40
    (tmp_path / "crew.py").write_text(text)
    python = Path(PYTHON)
    program = ["env", *(f"{name}={value}" for name, value in OFFLINE.items())]
    program += [str(python.with_name("opentelemetry-instrument")), PYTHON, "crew.py"]
    reads = [python.parents[1], python.resolve().parents[1]]
    request = 'Which tickets are open? <podium_sim>{"call": true}</podium_sim>'
    done = desk.run(request, *program, folder=tmp_path, reads=reads)
    assert done.returncode == 0, done.stderr
    assert desk.charges(done) > 0
    spans: list[dict[str, Any]] = []

    def arrived() -> bool:
        spans[:] = desk.spans(done)
        return {"ledger", "otlp", "tools"} <= {span["source"] for span in spans}

    until(arrived, "the spans")
    by_id = {span["span_id"]: span for span in spans}
    found: dict[str, set[str]] = {}
    for span in spans:
        above, one = [span["name"]], span
        while one["parent_span_id"] in by_id:
            one = by_id[one["parent_span_id"]]
            above.append(one["name"])
        assert above[-1].endswith(".kickoff"), above
        agents = {name.partition(".")[0] for name in above if name.endswith("._execute_core")}
        found.setdefault(span["source"], set()).update(agents)
    both = {"reader", "writer"}
    assert found == {"otlp": both, "ledger": both, "tools": {"reader"}}
    (call,) = [span for span in spans if span["source"] == "tools"]
    assert call["attributes"]["podium.outcome"] == "succeeded"
    assert by_id[by_id[call["parent_span_id"]]["parent_span_id"]]["name"] == "search_tickets.run"
