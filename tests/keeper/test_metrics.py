"""Figures of calls, from rows to Prometheus' text."""

from prometheus_client.parser import text_string_to_metric_families

from podium.keeper.ledger import Batch
from podium.keeper.metrics import CallMetrics
from podium.manifest.snapshot import AgentRow, Snapshot
from tests.keeper.samples import done, hold, settle


def test_labels_are_bounded_by_the_manifests():
    """A name that the manifests do not have is told as other, however many there are."""
    metrics = CallMetrics()
    agent = AgentRow("reviewer", "engineering", "acme/engineering", frozenset())
    metrics.know(Snapshot(1, "d", "acme", {}, {}, {}, {}, {"reviewer": agent}))
    batch = Batch(1)
    for number in range(1, 51):
        batch.add_charge(hold(number, agent=f"a{number}", model=f"m{number}"), settle(number), "inc")
        batch.add_call(done(number, agent="reviewer" if number == 1 else f"a{number}"))
    metrics.add(batch.charges, batch.calls)
    families = {family.name: family for family in text_string_to_metric_families(metrics.text().decode())}
    (attempts,) = [one for one in families["podium_attempts"].samples if one.name.endswith("_total")]
    assert attempts.value == 50
    assert attempts.labels == dict.fromkeys(("agent", "route", "provider", "model"), "other") | {
        "outcome": "ok"
    }
    calls = {one.labels["agent"]: one.value for one in families["podium_calls"].samples}
    assert calls == {"reviewer": 1, "other": 49}
    (total,) = [
        one.value
        for one in families["gen_ai_client_token_usage"].samples
        if one.name.endswith("_sum") and one.labels["gen_ai_token_type"] == "output"
    ]
    assert total == 50 * 7
