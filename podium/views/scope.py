"""Who sees what of the database: rows of their departments, whatever a view asks for.

A role of a department sees what is that department's and of those below it. That is not asked in each view:
a connection of `seen_by` puts the rows that are theirs in the place of each table that a statement names, as
a common table expression of the table's own name. So a view that is written tomorrow is kept to them too, and
a table for which no rule is written here has no rows.

What stands for the whole of Podium is not kept back: versions of the manifests, workers, users, tools and
their definitions. `narrowed` takes other departments' agents, departments and pipelines out of manifests by
which a view lists figures: one that is not theirs to see must not stand there as nothing.
"""

import re
import threading
from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Select,
    Table,
    TableClause,
    and_,
    column,
    event,
    func,
    or_,
    select,
    union,
)
from sqlalchemy import table as table_clause

from podium.kernel.errors import Forbidden, StateError
from podium.manifest.snapshot import Snapshot, decode_snapshot
from podium.ports.aggregates import usage_tasks
from podium.ports.database import metadata, snapshots, task_identities
from podium.ports.fleet_tables import task_runs
from podium.trust.people import Person
from podium.views.scope_rules import KINDS, MASKS, NONE, RULES

_SCOPE: Final = "podium_scope"
_WHOLE: Final = "podium_whole"
_PART: Final = re.compile(r"\{([a-z]+):([^{}]+)\}")
_TABLE: Final = re.compile(r"\[([a-z_]+)\]")
_PLAIN: Final = re.compile(r"[A-Za-z0-9._@+/-]+")
_WORD: Final = re.compile(r"[a-z_]+")
_READS: Final = re.compile(r"\s*(SELECT|WITH(\s+RECURSIVE)?)\b", re.IGNORECASE)
_BEGINS: Final = ("BEGIN", "COMMIT", "ROLLBACK")
_IDS: Final = 500
_MOST: Final = 2_000
"""Tasks of other departments that are looked for below one task."""


_MOST_KNOWN: Final = 256
"""People, and manifests, of whom it is remembered what they see; the oldest go first."""


class Seen(msgspec.Struct, frozen=True):
    """Whose rows somebody sees: names of departments, and by the manifests in force what belongs to them."""

    name: str
    departments: tuple[str, ...]
    agents: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    """``department/NAME`` and ``agent/NAME``: what limits and breakers are of."""
    pipelines: tuple[str, ...] = ()

    def has(self, path: str) -> bool:
        """Return whether a department is theirs, or below one of theirs."""
        return not set(path.split("/")).isdisjoint(self.departments)


_known: WeakKeyDictionary[Engine, dict[tuple[str, str, tuple[str, ...]], Seen]] = WeakKeyDictionary()
"""What somebody sees by the manifests of a digest: to decode them for each connection takes some ms."""
_knowing: Final = threading.Lock()
"""Whoever looks for the oldest may not meet another who adds one: connections are opened in many threads."""


def seen_by(engine: Engine, person: Person) -> Engine:
    """Return an engine whose connections read what somebody may see. Raises SQLAlchemyError."""
    if person.sees is None:
        return engine
    with engine.connect() as connection:
        seen = _seen(_known.setdefault(engine, {}), connection, person.name, person.sees)
    found = engine.execution_options(**{_SCOPE: seen})
    event.listen(found, "before_cursor_execute", _keep_to, retval=True)
    return found


def _seen(
    known: dict[tuple[str, str, tuple[str, ...]], Seen],
    connection: Connection,
    name: str,
    departments: tuple[str, ...],
) -> Seen:
    newest = select(snapshots.c.version, snapshots.c.digest).order_by(snapshots.c.version.desc()).limit(1)
    row = connection.execute(newest).one_or_none()
    if row is None:
        return Seen(name, departments)
    key = (row.digest, name, departments)
    found = known.get(key)
    if found is None:
        query = select(snapshots.c.document).where(snapshots.c.version == row.version)
        found = _seen_by_manifests(decode_snapshot(connection.execute(query).scalar_one()), name, departments)
        with _knowing:
            while len(known) >= _MOST_KNOWN:
                known.pop(next(iter(known)))
            known[key] = found
    return found


def _seen_by_manifests(whole: Snapshot, name: str, departments: tuple[str, ...]) -> Seen:
    seen = Seen(name, departments)
    below = [it.name for it in whole.departments.values() if seen.has(it.path)]
    agents = [it.name for it in whole.agents.values() if seen.has(it.department_path)]
    return msgspec.structs.replace(
        seen,
        agents=tuple(sorted(agents)),
        owners=tuple(sorted([f"department/{it}" for it in below] + [f"agent/{it}" for it in agents])),
        pipelines=tuple(sorted(it.name for it in whole.pipelines.values() if seen.has(it.department))),
    )


def seen_of(connection: Connection) -> Seen | None:
    """Return whose rows a connection reads, None for everybody's."""
    return connection.get_execution_options().get(_SCOPE)


_Query = TypeVar("_Query", bound=Select[Any])


def unscoped(query: _Query) -> _Query:
    """Return a query that reads all rows, for what may be told of all: whether a chain verifies, a sum."""
    return query.execution_options(**{_WHOLE: True})


def naming(
    connection: Connection, table: Table, names: Sequence[str], ids: Collection[str]
) -> ColumnElement[bool]:
    """Return the condition that one of some columns names one of some ids, found by the columns' indexes.

    What is written in the place of ``parent_id`` or ``root_id`` of another department has no index. It is the
    id that is there, the row's own ``task_id``, or nothing: so only rows where one of these truly names one
    of the ids can meet the condition, and whether they do is asked of them alone.
    """
    condition = or_(*(table.c[name].in_(ids) for name in names))
    if seen_of(connection) is None:
        return condition
    (key,) = table.primary_key.columns
    whole = _whole(table, connection.dialect.default_schema_name or "main")
    near = (
        select(whole.c[key.name]).where(whole.c[name].in_(ids)) for name in dict.fromkeys((*names, "task_id"))
    )
    return and_(key.in_(union(*near)), condition)


@cache
def _whole(table: Table, schema: str) -> TableClause:
    """Return a table by its full name, in whose place nothing is put."""
    return table_clause(table.name, *(column(it.name, it.type) for it in table.columns), schema=schema)


def only_whole(name: str, what: str) -> Forbidden:
    """Return what to raise for whom not everything is theirs to see; ``what`` completes "may not"."""
    return Forbidden(
        f"{name} may not {what}: it holds what is of every department.",
        fix="Ask an admin for the role viewer (podium user role).",
    )


def narrowed(connection: Connection, whole: Snapshot) -> Snapshot:
    """Return manifests without the departments, agents and pipelines that are not seen by a connection."""
    seen = seen_of(connection)
    if seen is None:
        return whole
    return msgspec.structs.replace(
        whole,
        departments={name: it for name, it in whole.departments.items() if seen.has(it.path)},
        agents={name: it for name, it in whole.agents.items() if seen.has(it.department_path)},
        pipelines={name: it for name, it in whole.pipelines.items() if seen.has(it.department)},
        webhooks={
            name: it
            for name, it in whole.webhooks.items()
            if it.department is None or seen.has(it.department)
        },
    )


class Elsewhere(msgspec.Struct, frozen=True):
    """Tasks of other departments below some tasks: how many, and what their calls of models have cost."""

    tasks: int = 0
    cost_nano_usd: int = 0

    @property
    def words(self) -> str:
        """What stands in their place."""
        return (
            "1 task of another department"
            if self.tasks == 1
            else f"{self.tasks:,} tasks of other departments"
        )


def elsewhere(connection: Connection, task_ids: Sequence[str], *, deep: bool = True) -> Elsewhere:
    """Return what tasks have started that is not seen by a connection, with all below it (2,000 at most).

    ``deep``: below what they have started and is seen, too. Nothing where everything is seen.
    """
    seen = seen_of(connection)
    if seen is None or not task_ids:
        return Elsewhere()
    known, hidden, below = set(task_ids), set[str](), list(task_ids)
    while below and len(hidden) < _MOST:
        part, below = below[:_IDS], below[_IDS:]
        for table in (task_identities, task_runs):
            of = table.c
            query = select(of.task_id, of.department, of.parent_id).where(of.parent_id.in_(part))
            for row in connection.execute(unscoped(query)).all():
                other = row.parent_id in hidden or not seen.has(row.department)
                if row.task_id in known or not (other or deep):
                    continue
                known.add(row.task_id)
                below.append(row.task_id)
                if other:
                    hidden.add(row.task_id)
    cost, ids = 0, sorted(hidden)
    for start in range(0, len(ids), _IDS):
        of = usage_tasks.c
        sums = select(func.coalesce(func.sum(of.cost_nano_usd), 0)).where(
            of.task_id.in_(ids[start : start + _IDS])
        )
        cost += int(connection.execute(unscoped(sums)).scalar_one())
    return Elsewhere(len(hidden), cost)


def begun_elsewhere(connection: Connection, task_id: str) -> bool:
    """Return whether a task of a department that is not seen by a connection has started a task."""
    seen = seen_of(connection)
    if seen is None:
        return False
    for table in (task_identities, task_runs):
        above = table.alias("above")
        query = select(above.c.department).join_from(table, above, above.c.task_id == table.c.parent_id)
        found = connection.execute(unscoped(query.where(table.c.task_id == task_id))).scalar()
        if found is not None:
            return not seen.has(found)
    return False


def _keep_to(
    connection: Connection, _cursor: Any, statement: str, parameters: Any, context: Any, _many: bool
) -> tuple[str, Any]:
    """Put what is seen in the place of each table that a statement names. Raises StateError if it writes."""
    if statement.startswith(_BEGINS) or (context is not None and context.execution_options.get(_WHOLE)):
        return statement, parameters
    reads = _READS.match(statement)
    seen = seen_of(connection)
    if reads is None or seen is None:
        raise StateError("A connection that is kept to departments reads and does nothing else.")
    tables = [name for name in metadata.tables if name in set(_WORD.findall(statement))]
    if not tables:
        return statement, parameters
    dialect = connection.dialect
    writing = _Writing(seen, dialect.name, dialect.default_schema_name or "main")
    parts = ", ".join(f"{name} AS NOT MATERIALIZED ({writing.rows(name)})" for name in tables)
    if reads.group(1).upper() == "SELECT":
        return f"WITH {parts} {statement}", parameters
    return f"{reads.group(1)} {parts}, {statement[reads.end() :]}", parameters


class _Writing:
    """Writes what somebody sees of a table as SQL."""

    def __init__(self, seen: Seen, dialect: str, schema: str) -> None:
        self._seen = seen
        self._finds = "instr" if dialect == "sqlite" else "strpos"
        self._schema = schema

    def rows(self, name: str) -> str:
        """Return the SELECT of what is seen of a table; of one without a rule no row."""
        masks = MASKS.get(name, {})
        columns = "it.*"
        if masks:
            columns = ", ".join(
                f"{self._filled(masks.get(one, f'it.{_named(one)}'))} AS {_named(one)}"
                for one in metadata.tables[name].columns.keys()  # noqa: SIM118 - a collection of columns
            )
        where = self._filled(RULES.get(name, NONE))
        return f"SELECT {columns} FROM {self._table(name)} it WHERE {where}"  # noqa: S608 - nothing of others

    def _table(self, name: str) -> str:
        return f'"{self._schema}".{name}'

    def _filled(self, rule: str) -> str:
        return _PART.sub(lambda found: self._part(found[1], found[2]), rule)

    def _part(self, what: str, column: str) -> str:
        seen = self._seen
        if what in KINDS:
            text = KINDS[what].replace("?", column)
            return self._filled(_TABLE.sub(lambda found: self._table(found[1]), text))
        if what == "of":
            path = f"'/' || {column} || '/'"
            return _either(f"{self._finds}({path}, {_quoted(f'/{name}/')}) > 0" for name in seen.departments)
        if what == "limit":
            return _either(f"{self._finds}({column}, {_quoted(f'{it}/')}) = 1" for it in seen.owners)
        names = {"agent": seen.agents, "owner": seen.owners, "pipeline": seen.pipelines, "who": (seen.name,)}
        return _either(f"{column} = {_quoted(name)}" for name in names[what])


def _named(column: str) -> str:
    return f'"{column}"'


def _either(conditions: Iterable[str]) -> str:
    return f"({' OR '.join(conditions) or NONE})"


def _quoted(text: str) -> str:
    """Return a name as SQL has it. Raises StateError for one with signs that mean something to a driver."""
    if not _PLAIN.fullmatch(text):
        raise StateError(f"{text!r} is no name that can be asked for.")
    return f"'{text}'"
