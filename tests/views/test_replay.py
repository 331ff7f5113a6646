"""What a replay is checked against, from a seeded ledger and from a snapshot."""

from pathlib import Path

from sqlalchemy import func, select

from podium.manifest.snapshot import (
    AgentRow,
    Candidate,
    DepartmentRow,
    LlamaRow,
    ModelRow,
    ProviderRow,
    RouteRow,
    Snapshot,
)
from podium.ports.database import charges
from podium.views.replay import FleetAgent, fleet, ledger_since
from tests.console import seed

NOW_NS = 1_800_000_123_000_000_000


def test_the_ledger_is_taken_from_a_moment_on(tmp_path: Path):
    """From the beginning every row is there, from the median on the later half, from the future none."""
    engine = seed.create(tmp_path / "podium.db")
    seed.seed_fleet(engine, NOW_NS, hours=0.1)
    with engine.connect() as connection:
        times = sorted(connection.execute(select(charges.c.admitted_ns)).scalars())
        total = connection.execute(select(func.sum(charges.c.cost_nano_usd))).scalar()
        whole = ledger_since(connection, 0)
        assert len(whole.rows) == len(times)
        assert sum(row.cost_nano_usd for row in whole.rows) == total
        middle = times[len(times) // 2]
        assert len(ledger_since(connection, middle).rows) == sum(at >= middle for at in times)
        assert ledger_since(connection, NOW_NS * 2).rows == ()
    engine.dispose()


def model(name: str, provider: str) -> ModelRow:
    return ModelRow(name, provider, name, None, None, None)


def test_only_routes_whose_every_model_is_simulated_are_replayed():
    """A route with a fallback elsewhere is not, a local one is told apart, and embeddings are neither."""
    here = ProviderRow("here", "openai", "http", "127.0.0.1", 9, "/v1")
    away = ProviderRow("away", "openai", "https", "example.com", 443, "/v1")
    local = ProviderRow("local", "llama", "http", "127.0.0.1", 8, "/v1", llama=LlamaRow("smollm2"))
    models = [model("a", "here"), model("b", "away"), model("c", "local")]
    routes = [
        RouteRow("simulated", "chat", (Candidate("a"),)),
        RouteRow("mixed", "chat", (Candidate("a"),), fallbacks=("b",)),
        RouteRow("local", "chat", (Candidate("c"),)),
        RouteRow("vectors", "embeddings", (Candidate("a"),)),
    ]
    everything = frozenset(route.name for route in routes)
    snapshot = Snapshot(
        version=1,
        digest="",
        organisation="acme",
        providers={row.name: row for row in (here, away, local)},
        models={row.name: row for row in models},
        routes={row.name: row for row in routes},
        departments={"acme": DepartmentRow("acme", None, "acme")},
        agents={
            "scout": AgentRow("scout", "acme", "acme", everything),
            "idle": AgentRow("idle", "acme", "acme", frozenset({"mixed"})),
        },
    )
    found = fleet(snapshot, host="127.0.0.1", port=9)
    assert found.agents == (
        FleetAgent("idle", "acme", (), ()),
        FleetAgent("scout", "acme", ("simulated",), ("local",)),
    )
    assert found.providers == {"here"}
