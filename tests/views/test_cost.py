"""Cost sheets of tasks, from a ledger that the keeper has written."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, func, insert, select

from podium.cli.task_cost import print_cost
from podium.console.cost_sheet import cost_panel
from podium.keeper.ledger import Batch, Ledger
from podium.kernel.call import Usage
from podium.kernel.errors import NotFound
from podium.manifest.snapshot import (
    AgentRow,
    DepartmentRow,
    LlamaRow,
    ModelRow,
    ProviderRow,
    Snapshot,
    ToolServerRow,
    encode_snapshot,
)
from podium.ports.aggregates import usage_tasks
from podium.ports.database import call_rows, charge_rows, charges, snapshots
from podium.ports.fleet_tables import task_runs
from podium.spend.journal import ToolCall
from podium.spend.machines import MachinePrices
from podium.spend.prices import PriceSheet, Rate, cost
from podium.views.cost import LEFT_OUT, CostReader, task_cost
from tests.keeper.conftest import clock, engine
from tests.keeper.samples import NOW_NS, done, hold, settle
from tests.views.test_breakers import place_records

__all__ = ["clock", "engine", "place_records"]

SHEET = PriceSheet(Rate(Decimal("0.3")), Rate(Decimal("1.7")), cache_read=Rate(Decimal("0.03")))
MACHINE = MachinePrices(Decimal(1000), Decimal(50), None)
SNAPSHOT = Snapshot(
    version=3,
    digest="d",
    organisation="acme",
    providers={
        "simulated": ProviderRow("simulated", "openai", "http", "h", 1, "/v1"),
        "local": ProviderRow("local", "llama", "http", "h", 1, "/v1", llama=LlamaRow("m", threads=4)),
    },
    models={
        "small": ModelRow("small", "simulated", "gpt-5-mini", SHEET, None, None),
        "own": ModelRow("own", "local", "m", SHEET, None, None),
    },
    routes={},
    departments={"acme": DepartmentRow("acme", None, "acme", machine=MACHINE)},
    agents={"coder": AgentRow("coder", "acme", "acme", frozenset(), machine=MACHINE)},
    tool_servers={"kb": ToolServerRow("kb", prices={"search": Decimal(7)})},
)  # fmt: skip


def put_snapshot(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(
            insert(snapshots).values(
                version=3, digest="d", source="t", in_force_from_ns=0, document=encode_snapshot(SNAPSHOT)
            )
        )


def write(engine: Engine, batch: Batch) -> None:
    ledger = Ledger(engine)
    with engine.begin() as connection:
        ledger.open(connection)
        ledger.write(connection, batch)


def run_row(task: str, parent: str | None, **values: object) -> dict[str, object]:
    needed = {
        "task_id": task, "agent": "coder", "department": "acme", "kind": "agent", "parent_id": parent,
        "root_id": "task_0", "step": "", "item": "", "spec": "{}", "priority": 0, "state": "succeeded",
        "reason": "", "attempt": 1, "attempts": 3, "queued_ns": NOW_NS, "started_ns": NOW_NS,
        "ended_ns": NOW_NS + 2_000_000_000, "changed_ns": NOW_NS, "by": "t",
    }  # fmt: skip
    return {**dict.fromkeys(column.name for column in task_runs.columns), **needed, **values}


def called(number: int, tool: str, outcome: str | None) -> ToolCall:
    task = ("0" * 32, "0" * 16, None, "task_1", "task_1", "coder", "acme")
    return ToolCall(f"tc_{number}", *task, tool, "read", 3, NOW_NS, "d", "allow", "r", outcome=outcome)


ATTEMPTS = st.lists(
    st.tuples(
        st.integers(0, 2),  # the task
        st.integers(0, 10**6),
        st.integers(0, 10**5),
        st.sampled_from(["ok", "ok", "broken"]),
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@given(ATTEMPTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_sheet_agrees_with_the_ledger(
    engine: Engine, attempts: list[tuple[int, int, int, str, bool]]
) -> None:
    """Random charges of a tree of tasks: the sheet's lines, the keeper's sums and the rows are one amount."""
    with engine.begin() as connection:
        for table in (charge_rows, call_rows, usage_tasks, task_runs, snapshots):
            connection.execute(delete(table))
        connection.execute(
            insert(task_runs),
            [run_row("task_0", None), run_row("task_1", "task_0"), run_row("task_2", "task_1")],
        )
    put_snapshot(engine)
    batch = Batch(1)
    for number, (task, given_in, gave, outcome, exact) in enumerate(attempts, 1):
        usage = Usage(given_in, gave, cache_read_tokens=given_in // 3)
        amount = int(cost(SHEET, usage).nano_usd) if exact else 12_345
        batch.add_charge(
            hold(number, task_id=f"task_{task}"),
            settle(
                number,
                outcome=outcome,
                cost_nano_usd=amount,
                usage=usage if exact else None,
                estimated=not exact,
            ),
            "inc",
        )
        batch.add_call(done(number, task_id=f"task_{task}", cost=amount))
    write(engine, batch)
    with engine.connect() as connection:
        total = connection.execute(select(func.sum(charges.c.cost_nano_usd))).scalar()
        found = task_cost(connection, "task_0", now_ns=NOW_NS)
        parts = [task_cost(connection, f"task_{it}", now_ns=NOW_NS, tree=False) for it in range(3)]
    assert found.sheet.agrees
    assert (found.sheet.ledger_nano_usd, found.sheet.lines_nano_usd) == (total, total)
    assert sum(it.sheet.lines_nano_usd for it in parts) == total
    assert [it.ledger_nano_usd for it in found.tasks] == [it.sheet.ledger_nano_usd for it in parts]


def test_a_tree_that_is_too_large_says_so(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sheet that leaves tasks out is not whole, and both faces say it; one that leaves none out is."""
    with engine.begin() as connection:
        connection.execute(
            insert(task_runs), [run_row("task_0", None), *(run_row(f"task_{it}", "task_0") for it in (1, 2))]
        )
    for most, whole in ((3, True), (2, False)):
        monkeypatch.setattr("podium.views.cost.MOST_TASKS", most)
        with engine.connect() as connection:
            found = task_cost(connection, "task_0", now_ns=NOW_NS)
        assert (len(found.tasks), found.whole) == (most, whole)
        print_cost(found)
        assert (LEFT_OUT in capsys.readouterr().out) is not whole
        assert (LEFT_OUT in str(cost_panel(found))) is not whole


def test_machines_and_tools_stand_beside(engine: Engine) -> None:
    """Programs, a share of a model server and priced tools are in the sheet and not in the ledger's line."""
    put_snapshot(engine)
    with engine.begin() as connection:
        connection.execute(
            insert(task_runs),
            [run_row("task_1", None, cpu_ms=500, peak_memory_bytes=10**9, gpu_how="foreign")],
        )
    batch = Batch(1)
    local = {"dialect": "llama", "provider": "local", "model": "own", "admitted_ns": NOW_NS}
    for number, task in enumerate(("task_1", "task_2"), 1):
        timed = {"sent_us": 0, "first_byte_us": 1, "first_token_us": 2, "end_us": 1_000_000}
        batch.add_charge(
            hold(number, task_id=task, **local),
            settle(number, usage=None, estimated=True, cost_nano_usd=9, **timed),
            "inc",
        )
        batch.add_call(done(number, task_id=task, admitted_ns=NOW_NS))
    for number, (tool, outcome) in enumerate(
        [("kb/search", "succeeded"), ("kb/other", "failed"), ("kb/search", None)]
    ):
        batch.tool_calls.append(
            (called(number, tool, outcome), "inc")
        )  # fmt: skip
    write(engine, batch)
    with engine.connect() as connection:
        found = task_cost(connection, "task_1", now_ns=NOW_NS)
        assert CostReader("task_1").read(connection, NOW_NS) == found
        assert CostReader("task_none").read(connection, NOW_NS) is None
        with pytest.raises(NotFound):
            task_cost(connection, "task_none", now_ns=NOW_NS)
    sheet = found.sheet
    lines = {
        (line.what, line.kind): (line.quantity, line.amount_nano_usd, line.unknown) for line in sheet.lines
    }
    assert lines == {
        ("own", "estimate"): (1, 9, None),
        ("kb/search", "call"): (1, 7, None),
        ("kb/other", "call"): (1, None, "no price"),
        ("coder", "cpu"): (Decimal("0.5"), 500, None),
        ("coder", "memory"): (2, 100, None),
        ("coder", "gpu"): (None, None, "not measured"),
        # Half of a second that two tasks share, on four threads.
        ("local", "cpu"): (2, 2000, None),
        ("local", "memory"): (None, None, "not measured"),
        ("local", "gpu"): (0, 0, None),
    }
    assert (sheet.ledger_nano_usd, sheet.beside_nano_usd, sheet.total_nano_usd, sheet.unknown) == (
        9,
        2607,
        2616,
        3,
    )
    shown = str(cost_panel(found))
    assert "no price" in shown
    assert "not measured: a GPU was in its reach of which nothing is told" in shown
    assert "Together" in shown
