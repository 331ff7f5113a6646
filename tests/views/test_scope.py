"""Who sees what: on both databases, of every table."""

import re
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from sqlalchemy import event, insert, or_, select, text

from podium.adapters.records import open_for_reading, open_records
from podium.app.entry import Composition
from podium.cli import group
from podium.kernel.errors import StateError
from podium.manifest.snapshot import encode_snapshot
from podium.ports.database import chain, metadata, snapshots, task_identities
from podium.ports.fleet_tables import task_runs
from podium.ports.tool_tables import tool_calls
from podium.settings import read_settings
from podium.trust.people import Person
from podium.views import scope
from podium.views.cost import task_cost
from podium.views.explain import tell
from podium.views.explain_tree import every, lines_of
from podium.views.scope import elsewhere, naming, seen_by, seen_of
from podium.views.scope_rules import RULES
from podium.views.tasks import task_detail
from podium.views.tools import tool_call_rows
from tests.console import seed
from tests.views.departments import FINANCE, MARK, NOW_NS, SUPPORT, TOKEN, fill, other_departments

SUPPORTER = Person("of-support", ("reader:support", "approver:support"))
EVERYBODY = Person("ann", ("viewer", "reader:support"))
OF_ALL = {
    "checkpoints", "incarnations", "losses", "meta", "model_memory", "sessions", "snapshots", "tokens",
    "tool_pins", "users",
}  # fmt: skip
OF_NOBODY = {"holds", "model_blocks", "reconciliations"}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def engine(request, tmp_path_factory):
    state = tmp_path_factory.mktemp("departments")
    if request.param == "postgres":
        (state / "database").write_text(request.getfixturevalue("postgres_server").database())
    writer = open_records(state)
    fill(writer)
    reader = open_for_reading(state)
    yield reader
    reader.dispose()
    writer.dispose()


def rows_of(connection, table):
    found = connection.execute(select(table).order_by(*table.primary_key))
    return [tuple(map(str, row)) for row in found]


def test_a_department_sees_its_rows_of_every_table_and_no_others(engine):
    """Every table has a rule, by which who sees one department gets its rows, and they name no other's."""
    assert set(RULES) == set(metadata.tables), "write a rule in podium/views/scope_rules.py"
    with engine.connect() as whole, seen_by(engine, SUPPORTER).connect() as scoped:
        secrets = other_departments(whole)
        for name, table in metadata.tables.items():
            everything, seen = rows_of(whole, table), rows_of(scoped, table)
            if name in OF_ALL:
                assert len(seen) == len(everything), name
                continue
            assert bool(seen) == (name not in OF_NOBODY), name
            assert len(seen) < len(everything), name
            told = {value for row in seen for value in row}
            assert not [it for it in secrets if any(it in value for value in told)], name
        with seen_by(engine, EVERYBODY).connect() as unscoped:
            assert rows_of(whole, chain) == rows_of(unscoped, chain)


def test_no_way_around(engine):
    """SQL as text, subqueries and nested ones are kept to the departments; writing is refused."""
    path = FINANCE.path
    with seen_by(engine, SUPPORTER).connect() as scoped:
        for asked in (
            "SELECT count(*) FROM task_identities WHERE department = :path",
            "SELECT count(*) FROM (SELECT * FROM task_identities AS a WHERE a.department = :path) AS b",
            "WITH RECURSIVE a AS (SELECT * FROM task_runs) SELECT count(*) FROM a WHERE department = :path",
        ):
            assert scoped.execute(text(asked), {"path": path}).scalar_one() == 0
        with pytest.raises(StateError):
            scoped.execute(insert(task_identities).values(task_id="x"))


def test_tasks_of_another_department_below_ones_own_are_counted_and_not_named(engine):
    """A task tells how many of another department it has started, and their cost, but names none of them."""
    with engine.connect() as whole, seen_by(engine, SUPPORTER).connect() as scoped:
        secrets = other_departments(whole)
        others = elsewhere(scoped, [SUPPORT.task])
        assert (others.tasks, others.cost_nano_usd) == (1, 1000 + FINANCE.number)
        assert elsewhere(whole, [SUPPORT.task]).tasks == 0
        sheet = task_cost(scoped, SUPPORT.task, now_ns=NOW_NS)
        full = task_cost(whole, SUPPORT.task, now_ns=NOW_NS)
        assert sheet.total_nano_usd - sheet.sheet.beside_nano_usd == full.sheet.ledger_nano_usd
        story = tell(scoped, SUPPORT.task, None, now_ns=NOW_NS)
        assert [node for node in every(story.tree) if node.title == "1 task of another department"]
        child = tell(scoped, SUPPORT.child, None, now_ns=NOW_NS)
        assert "a task of another department asked for it" in "\n".join(lines_of(child.tree))
        detail = task_detail(scoped, SUPPORT.child, NOW_NS)
        assert (detail.task.parent_id, detail.task.root_id) == (None, SUPPORT.child)
        assert not [it for it in secrets if it in repr((sheet, story, child, detail))]


def test_a_command_line_shows_what_its_token_may_see(engine, tmp_path):
    """Verbs read what is their department's whose token is set; the chain is exported whole, or not."""
    if engine.dialect.name != "sqlite":
        pytest.skip("one database is enough: what reads is the same")
    state = Path(engine.url.database.removeprefix("file:")).parent
    with engine.connect() as whole:
        secrets = other_departments(whole)
    chain_file = str(tmp_path / "chain")
    verbs = (
        *(each.split() for each in ("ledger", "calls", "task list --all", "inbox list --all", "budget list")),
        *(["explain", FINANCE.task], ["evidence", "export", chain_file], ["audit", "results"]),
    )
    told = {}
    for token in (TOKEN, None):
        assert not (tmp_path / "chain").exists() or MARK not in (tmp_path / "chain").read_text()
        composition = Composition(replace(read_settings({}), token=token, state=state))
        for verb in verbs:
            said = CliRunner().invoke(group, verb, obj=composition)
            told[token, verb[0]] = [it for it in secrets if it in said.output and it not in verb]
            assert "Usage:" not in said.output, said.output
    assert not any(told[TOKEN, verb[0]] for verb in verbs)
    assert sum(bool(told[None, verb[0]]) for verb in verbs) >= 5
    assert MARK in (tmp_path / "chain").read_text()  # by the owner


def test_what_is_theirs_follows_the_manifests_in_force(tmp_path):
    """Who sees a department sees an agent from the manifests on that put it there, and is remembered so."""
    engine = open_records(tmp_path)
    decoded = []

    def put(version, agents):
        given = {"version": version, "digest": f"{version:064x}", "source": "test", "in_force_from_ns": 1}
        whole = seed.snapshot(version)
        moved = {name: msgspec.structs.replace(whole.agents["ticket-triage"], name=name) for name in agents}
        document = encode_snapshot(msgspec.structs.replace(whole, agents=moved))
        with engine.begin() as connection:
            connection.execute(insert(snapshots).values(given | {"document": document}))

    def agents():
        with seen_by(engine, SUPPORTER).connect() as connection:
            return seen_of(connection).agents

    def count(_connection, _cursor, statement, *_):
        decoded.append("document" in statement)

    event.listen(engine, "before_cursor_execute", count)
    assert agents() == ()
    put(1, ["ticket-triage"])
    assert [agents(), agents()] == [("ticket-triage",)] * 2
    put(2, ["ticket-triage", "helper"])
    assert [agents(), agents()] == [("helper", "ticket-triage")] * 2
    assert decoded.count(True) == 2 + 2  # written twice, read twice
    engine.dispose()


MASKED = [
    (task_identities, ("parent_id",)),
    (task_identities, ("root_id",)),
    (task_runs, ("parent_id",)),
    (task_runs, ("root_id",)),
    (tool_calls, ("task_id", "root_id")),
]


@pytest.mark.parametrize(("table", "names"), MASKED)
def test_what_names_a_task_is_the_same_by_its_index(engine, table, names):
    """Of every id that a table has: the rows that `naming` finds are those that are seen to name it."""
    with engine.connect() as whole, seen_by(engine, SUPPORTER).connect() as scoped:
        columns = [table.c[name] for name in ("task_id", "parent_id", "root_id") if name in table.c]
        ids = sorted({one for row in whole.execute(select(*columns)) for one in row if one is not None})
        key = next(iter(table.primary_key.columns))
        for one in [[it] for it in ids] + [ids, []]:
            plain = or_(*(table.c[name].in_(one) for name in names))
            expected = set(scoped.execute(select(key).where(plain)).scalars())
            assert (
                set(scoped.execute(select(key).where(naming(scoped, table, names, one))).scalars())
                == expected
            )
        assert expected == set()
        assert len(ids) > 1


def test_no_list_of_what_names_a_task_reads_a_whole_table(tmp_path):
    """Who sees one department has what is of a task's root and parent found by its index, as who sees all."""
    writer = open_records(tmp_path)
    fill(writer)
    said = []
    event.listen(writer, "before_cursor_execute", lambda *it: said.append((it[2], it[3])))
    with seen_by(writer, SUPPORTER).connect() as scoped:
        task_id = scoped.execute(select(task_identities.c.task_id).limit(1)).scalar_one()
        said.clear()
        task_detail(scoped, task_id, NOW_NS)
        task_cost(scoped, task_id, now_ns=NOW_NS)
        tool_call_rows(scoped, task=task_id)
    scanned = set()
    with writer.connect() as whole:
        for sql, given in [it for it in said if it[0].startswith("WITH")]:
            for name in ("task_identities", "task_runs", "tool_calls"):
                if re.search(rf"FROM {name}\b", sql):
                    plan = [str(row[-1]) for row in whole.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", given)]
                    scanned |= {(name, line) for line in plan if re.fullmatch(r"SCAN it\b.*", line)}
    writer.dispose()
    assert scanned == set()


def test_what_is_remembered_of_people_is_changed_by_one_thread_at_a_time(engine, monkeypatch):
    """Two that open connections at once do not meet in what is remembered while the oldest of it goes."""

    class Watched(dict):
        def __iter__(self):
            assert scope._knowing.locked()
            return super().__iter__()

        def __setitem__(self, key, value):
            assert scope._knowing.locked()
            super().__setitem__(key, value)

    known = Watched()
    monkeypatch.setitem(scope._known, engine, known)
    monkeypatch.setattr(scope, "_MOST_KNOWN", 2)
    for name in ("a", "b", "c", "c"):
        seen_by(engine, msgspec.structs.replace(SUPPORTER, name=name))
    assert [name for _, name, _ in known.copy()] == ["b", "c"]
