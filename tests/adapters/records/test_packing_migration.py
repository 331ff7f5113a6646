"""The migration that packs the ledger, with rows that the version before it has written."""

import msgspec
import pytest
from sqlalchemy import MetaData, Table, create_engine, insert, inspect, select

from podium.adapters.records.schema import upgrade
from podium.keeper.facets import Facets
from podium.keeper.ledger import CALL_COLUMNS, CALL_FORM, CHARGE_COLUMNS, CHARGE_FORM
from podium.kernel.ids import ulid
from podium.ports.aggregates import TASK_MEASURES, corrections, usage_tasks
from podium.ports.database import calls, charges, facets, tasks
from podium.views.ledger import of_task
from tests.keeper.samples import NOW_NS, done, hold

MORE_THAN_A_BATCH = 5_003


def written_before():
    """Charges and calls as the columns were: most with ids as they are, some with what else there may be."""
    attempts, ended = [], []
    for number in range(MORE_THAN_A_BATCH):
        held = msgspec.structs.asdict(hold(number, hold_nano_usd=10 + number))
        entropy = number.to_bytes(16, "big")
        held |= {"charge_id": f"chg_{ulid(number, entropy)}", "draws": "1:20 900:7" if number % 2 else None}
        attempts.append(
            {
                **dict.fromkeys(CHARGE_COLUMNS),
                **held,
                "seq": number + 1,
                "outcome": "ok" if number % 3 else "broken",
                "estimated": number % 3 == 0,
                "overrun": False,
                "unattributed": number == 7,
                "cost_nano_usd": number,
                "input_tokens": number or None,
                "http_status": 200,
                "reported_model": f"gpt-5-mini-{number % 2}",
                "upstream_request_id": f"req_{number:032x}" if number % 5 else None,
                "reply_digest": "not hexadecimal" if number == 3 else f"{number:032x}",
                "end_us": 5,
                "incarnation": "inc_1",
            }
        )
        ended.append(msgspec.structs.asdict(done(number, call_id=f"call_{ulid(number, entropy)}")))
    attempts[11] |= {"session": "one of theirs", "degraded_from": "large", "degraded_reason": "spent"}
    return attempts, ended


def table_of(name, connection):
    return Table(name, MetaData(), autoload_with=connection)


@pytest.mark.parametrize("database", ["sqlite", "postgres"])
def test_every_row_is_carried_over(request, database):
    """Rows of the version before are read as they were, and new ones find their facets."""
    server = request.getfixturevalue("postgres") if database == "postgres" else None
    engine = create_engine(server.database() if server is not None else "sqlite://")
    attempts, ended = written_before()
    task = {"task_id": f"task_{ulid(5, bytes(16))}", "agent": "a", "department": "d", "session": None}
    task |= {"kind": "implicit", "first_ns": NOW_NS, "last_ns": NOW_NS + 1}
    used = {"hour": 7, "task_id": task["task_id"], **dict.fromkeys(TASK_MEASURES, 3)}
    with engine.begin() as connection:
        upgrade(connection, "0007")
        old = {name: table_of(name, connection) for name in ("charges", "calls", "tasks", "usage_tasks")}
        for name, rows in (
            ("charges", attempts),
            ("calls", ended),
            ("tasks", [task]),
            ("usage_tasks", [used]),
        ):
            connection.execute(
                insert(old[name]), [{c.name: row.get(c.name) for c in old[name].columns} for row in rows]
            )
        corrected = table_of("corrections", connection)
        numbers = {
            column.name: 4 for column in corrected.c if column.name not in {"correction_id", "provider"}
        }
        correction = numbers | {
            "correction_id": "cor_1",
            "provider": "p",
            "charge_id": attempts[2]["charge_id"],
        }
        correction |= {"export_sha256": "ab" * 32, "actor": "ada", "reason": "the bill"}
        connection.execute(insert(corrected).values(**correction))
    with engine.begin() as connection:
        upgrade(connection)
        found = connection.execute(select(charges).order_by(charges.c.seq)).all()
        assert [tuple(row) for row in found] == [
            tuple(row[name] for name in CHARGE_COLUMNS) for row in attempts
        ]
        found = connection.execute(select(calls).order_by(calls.c.call_id)).all()
        expected = sorted(ended, key=lambda row: row["call_id"])
        assert [tuple(row) for row in found] == [
            tuple(row[name] for name in CALL_COLUMNS) for row in expected
        ]
        for table, row in ((tasks, task), (usage_tasks, used), (corrections, correction)):
            found = dict(connection.execute(select(table)).mappings().one())
            assert found == {**dict.fromkeys(found), **row}
        before = connection.execute(select(facets.c.id)).scalars().all()
        known = Facets()
        known.open(connection)
        for form, row in ((CHARGE_FORM, attempts[0]), (CALL_FORM, ended[0])):
            values = tuple(row[name] for name in (CHARGE_COLUMNS if form is CHARGE_FORM else CALL_COLUMNS))
            assert known.number(connection, *form.facets([values])) in before
        left = [name for name in inspect(connection).get_table_names() if name.endswith("_0007")]
        assert left == []
    engine.dispose()


def test_a_query_for_an_id_uses_its_index():
    """SQLite finds a charge by its id, and the newest ones by time, without reading the whole ledger."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        upgrade(connection)
        for query in (
            select(charges).where(charges.c.charge_id == "chg_1"),
            select(charges).where(of_task("task_1")),
            select(charges).where(charges.c.agent == "a").order_by(charges.c.admitted_ns.desc()).limit(5),
            select(calls.c.call_id).where(calls.c.task_id == "task_1").order_by(calls.c.admitted_ns.desc()),
        ):
            said = str(query.compile(engine, compile_kwargs={"render_postcompile": True}))
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {said}", (None,) * said.count("?"))
            steps = [row[3] for row in plan if row[3].startswith(("SEARCH", "SCAN"))]
            assert steps
            assert all(step.startswith("SEARCH") or " USING INDEX" in step for step in steps), steps
    engine.dispose()
