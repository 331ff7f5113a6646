"""Read models against a seeded ledger: sums are recomputed from rows, one by one."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import Connection, Engine, select, update

from podium.adapters.records import open_records
from podium.kernel.errors import NotFound
from podium.manifest.snapshot import decode_snapshot, encode_snapshot
from podium.ports.database import charge_rows, charges, holds, snapshots
from podium.views.calls import CallFilters, call_detail, call_rows
from podium.views.explain import explain
from podium.views.ledger import DIMENSIONS, ChargeRow, LedgerFilters, ledger_rows, time_key, totals
from podium.views.manifests import manifests
from podium.views.now import now, quantiles
from podium.views.status import status
from podium.views.text import CSV_COLUMNS, charges_csv, iso
from tests.console import seed

SECOND_NS = 1_000_000_000
NOW_NS = 1_800_000_123 * SECOND_NS


@pytest.fixture(scope="module")
def engine(
    tmp_path_factory: pytest.TempPathFactory, place_records_once: Callable[[Path], None]
) -> Iterator[Engine]:
    state = tmp_path_factory.mktemp("ledger")
    place_records_once(state)
    engine = open_records(state)
    seed.seed_fleet(engine, NOW_NS, hours=0.5)
    yield engine
    engine.dispose()


@pytest.fixture
def ledger(engine: Engine) -> Iterator[Connection]:
    """A transaction that is never committed: what a test changes, no other test sees."""
    with engine.connect() as connection:
        yield connection


def all_rows(connection: Connection) -> list[ChargeRow]:
    return ledger_rows(connection, LedgerFilters(), limit=100_000)


def key_of(row: ChargeRow, dimension: str) -> str:
    special = {
        "organisation": row.department.split("/")[0],
        "task": row.task_id,
        "day": time_key(row.admitted_ns, "day"),
        "hour": time_key(row.admitted_ns, "hour"),
    }
    return special.get(dimension) or str(getattr(row, dimension))


@pytest.mark.parametrize("dimension", DIMENSIONS)
def test_totals_equal_recomputation_from_rows(ledger: Connection, dimension: str) -> None:
    """Every total of every dimension is the sum of its rows, to the nano-USD."""
    expected: dict[str, list[ChargeRow]] = {}
    for row in all_rows(ledger):
        expected.setdefault(key_of(row, dimension), []).append(row)
    found = {total.key: total for total in totals(ledger, LedgerFilters(), dimension)}  # type: ignore[arg-type]
    assert found.keys() == expected.keys()
    for key, rows in expected.items():
        total = found[key]
        assert total.charges == len(rows)
        assert total.calls == len({row.call_id for row in rows})
        assert total.cost_nano_usd == sum(row.cost_nano_usd for row in rows)
        assert total.estimated_nano_usd == sum(row.cost_nano_usd for row in rows if row.estimated)
        assert total.input_tokens == sum(row.input_tokens or 0 for row in rows)
        assert total.reasoning_tokens == sum(row.reasoning_tokens or 0 for row in rows)
        assert total.cost_per_call_nano_usd == total.cost_nano_usd // total.calls


def test_totals_of_nothing_have_no_mean(ledger: Connection) -> None:
    """A number without a denominator is None, not zero."""
    (total,) = totals(ledger, LedgerFilters(agent="nobody"))
    assert (total.calls, total.cost_nano_usd, total.cost_per_call_nano_usd) == (0, 0, None)


def test_pages_of_the_ledger_hold_each_row_once(ledger: Connection) -> None:
    """Paging by the last row gives every row once, in order, however small the pages."""
    expected = all_rows(ledger)
    paged: list[ChargeRow] = []
    before = None
    while page := ledger_rows(ledger, LedgerFilters(), limit=7, before=before):
        paged += page
        before = (page[-1].admitted_ns, page[-1].charge_id)
    assert paged == expected
    assert [row.admitted_ns for row in paged] == sorted((row.admitted_ns for row in paged), reverse=True)


@pytest.mark.parametrize(
    "filters",
    [
        LedgerFilters(agent="ticket-triage"),
        LedgerFilters(department="acme/support"),
        LedgerFilters(department="support"),
        LedgerFilters(department="acme"),
        LedgerFilters(estimated=True),
        LedgerFilters(outcome="refused"),
        LedgerFilters(since_ns=NOW_NS - 600 * SECOND_NS),
        LedgerFilters(until_ns=NOW_NS - 600 * SECOND_NS),
    ],
)
def test_filters_keep_what_they_say(ledger: Connection, filters: LedgerFilters) -> None:
    """A filter keeps exactly the rows that it names."""

    def kept(row: ChargeRow) -> bool:
        below = filters.department is None or f"/{filters.department}/" in f"/{row.department}/"
        return (
            below
            and (filters.agent is None or row.agent == filters.agent)
            and (filters.outcome is None or row.outcome == filters.outcome)
            and (filters.estimated is None or row.estimated == filters.estimated)
            and (filters.since_ns is None or row.admitted_ns >= filters.since_ns)
            and (filters.until_ns is None or row.admitted_ns < filters.until_ns)
        )

    expected = [row for row in all_rows(ledger) if kept(row)]
    assert expected
    assert ledger_rows(ledger, filters, limit=100_000) == expected


def test_a_department_is_not_its_namesake(ledger: Connection) -> None:
    """acme/sup is not acme/support, and an underscore is no wildcard."""
    assert not ledger_rows(ledger, LedgerFilters(department="acme/sup"))
    assert not ledger_rows(ledger, LedgerFilters(department="s_pport"))


def test_now_adds_up(ledger: Connection) -> None:
    """The window's sums are its rows', its series' and its departments' alike."""
    window_s = 900
    found = now(ledger, NOW_NS, window_s)
    rows = [row for row in all_rows(ledger) if NOW_NS - window_s * SECOND_NS <= row.admitted_ns <= NOW_NS]
    assert found.cost_nano_usd == sum(row.cost_nano_usd for row in rows)
    assert found.calls == len({row.call_id for row in rows})
    assert sum(bucket.calls for bucket in found.series) == found.calls
    assert sum(share.cost_nano_usd for share in found.by_department) == found.cost_nano_usd
    assert sum(share.calls for share in found.by_agent) == found.calls
    assert found.error_share == found.errors / found.calls


def test_now_without_calls_has_no_shares(ledger: Connection) -> None:
    """An empty window has counts of zero and no quotients."""
    found = now(ledger, NOW_NS + 10**15, 60)
    assert (found.calls, found.error_share, found.time_to_first_token.p50_us) == (0, None, None)


def test_quantiles_are_of_nearest_rank() -> None:
    """p50 and p95 of 1 to 100 are 50 and 95; of one value, that value."""
    assert (quantiles(list(range(1, 101)), sampled=False).p50_us, quantiles([7], sampled=False).p95_us) == (
        50,
        7,
    )
    assert quantiles(list(range(1, 101)), sampled=False).p95_us == 95


def test_explanations_add_up(ledger: Connection) -> None:
    """Each exact charge is worked out line by line from its pinned prices, and verified."""
    exact = [row for row in all_rows(ledger) if row.outcome == "ok"][:20]
    for row in exact:
        story = explain(ledger, row.charge_id, now_ns=NOW_NS)
        (working,) = story.charges
        assert working.verified is True
        assert sum(line.tokens for line in working.lines) == (row.input_tokens or 0) + (
            row.output_tokens or 0
        )
        assert story.departments[0] == "acme"
        assert story.version is not None


def test_uses_of_a_providers_tools_are_lines(ledger: Connection) -> None:
    """What a provider's own tools cost is a line of its own, at the pinned price, and is verified."""
    row = next(row for row in all_rows(ledger) if row.outcome == "ok")
    where = snapshots.c.version == row.snapshot_version
    pinned = decode_snapshot(ledger.execute(select(snapshots.c.document).where(where)).scalar_one())
    model = pinned.models[row.model]
    assert model.prices is not None
    sheet = msgspec.structs.replace(model.prices, tool_uses={"web_search": Decimal(10_000_000)})
    models = {**pinned.models, row.model: msgspec.structs.replace(model, prices=sheet)}
    changed = encode_snapshot(msgspec.structs.replace(pinned, models=models))
    ledger.execute(update(snapshots).where(where).values(document=changed))
    change = update(charge_rows).where(charge_rows.c.charge_id == row.charge_id)
    ledger.execute(change.values(tool_uses='{"web_search":3}', cost_nano_usd=row.cost_nano_usd + 30_000_000))
    (working,) = explain(ledger, row.charge_id, now_ns=NOW_NS).charges
    assert working.verified is True
    line = next(line for line in working.lines if line.kind == "tool_uses.web_search")
    assert (line.tokens, line.nano_usd, line.of_tokens) == (3, 30_000_000, False)


def test_a_changed_ledger_row_is_seen(ledger: Connection) -> None:
    """A cost that its lines do not give is said to be so."""
    row = next(row for row in all_rows(ledger) if row.outcome == "ok")
    change = update(charge_rows).where(charge_rows.c.charge_id == row.charge_id)
    ledger.execute(change.values(cost_nano_usd=row.cost_nano_usd + 1))
    (working,) = explain(ledger, row.charge_id, now_ns=NOW_NS).charges
    assert working.verified is False
    assert any("do not add up" in sentence for sentence in working.words)


def test_an_estimate_is_called_one(ledger: Connection) -> None:
    """An estimated charge is not verified by lines; the words say why."""
    row = next(row for row in all_rows(ledger) if row.estimated)
    (working,) = explain(ledger, row.charge_id, now_ns=NOW_NS).charges
    assert working.verified is None
    assert any("estimate" in sentence for sentence in working.words)


def test_tasks_and_traces_are_explained(ledger: Connection) -> None:
    """A task's total is the sum of its charges; a trace of one call tells that call."""
    row = all_rows(ledger)[0]
    task = explain(ledger, row.task_id, now_ns=NOW_NS)
    assert task.total is not None
    assert task.total.cost_nano_usd == sum(
        r.cost_nano_usd for r in all_rows(ledger) if r.task_id == row.task_id
    )
    trace = explain(ledger, row.trace_id, now_ns=NOW_NS)
    assert trace.call is not None
    assert trace.call.call.call_id == row.call_id


def test_unknown_ids_say_what_ids_look_like(ledger: Connection) -> None:
    """Nonsense and unknown ids are NotFound with what to do; a charge in flight says what is held."""
    for wrong in ("", "x", "chg_none", "call_none", "task_none", "0" * 32):
        with pytest.raises(NotFound) as caught:
            explain(ledger, wrong, now_ns=NOW_NS)
        assert caught.value.fix
    ledger.execute(
        holds.insert().values(
            charge_id="chg_now", incarnation="i", admitted_ns=1, hold_nano_usd=5, record=b""
        )
    )
    with pytest.raises(NotFound, match=r"in flight: 0\.000000005 USD"):
        explain(ledger, "chg_now", now_ns=NOW_NS)


def test_a_call_has_its_attempts_and_timeline(ledger: Connection) -> None:
    """A call that fell back shows both attempts in order, and its moments begin with its admission."""
    call_id = ledger.execute(select(charges.c.call_id).where(charges.c.attempt == 2)).scalars().first()
    detail = call_detail(ledger, str(call_id))
    assert [attempt.attempt for attempt in detail.attempts] == [1, 2]
    assert detail.timeline[0].name == "admitted"
    assert detail.timeline[-1].name == "done"


def test_calls_are_found_by_text_and_failure(ledger: Connection) -> None:
    """Text looks into ids and codes; failed keeps all but ok."""
    failed = call_rows(ledger, CallFilters(failed=True), limit=1000)
    assert failed
    assert all(row.call.outcome != "ok" for row in failed)
    (one,) = call_rows(ledger, CallFilters(text=failed[0].call.call_id.lower()))
    assert one == failed[0]
    assert not call_rows(ledger, CallFilters(text="100%"))


def test_manifests_and_status(ledger: Connection) -> None:
    """The version in force, what it changed, and the refusal that is the newest word."""
    found = manifests(ledger)
    assert found.in_force is not None
    assert found.in_force.version == 3
    assert {change.kind for change in found.changes} == {"models", "agents", "providers"} & {
        change.kind for change in found.changes
    }
    assert found.refused is not None
    assert "agents.yaml:41" in found.refused.findings[0]
    assert status(ledger).charges == len(all_rows(ledger))


def test_csv_has_every_field_and_no_formulas(ledger: Connection) -> None:
    """A line a charge, stable columns, exact amounts, empty cells for what is not known."""
    rows = all_rows(ledger)[:50]
    lines = list(charges_csv(rows))
    assert lines[0].strip().split(",") == list(CSV_COLUMNS)
    assert len(lines) == 51
    evil = msgspec.structs.replace(rows[0], agent="=HYPERLINK(1)")
    assert "'=HYPERLINK" in list(charges_csv([evil]))[1]
    assert iso(1_700_000_000_123_456_789) == "2023-11-14T22:13:20.123456Z"
