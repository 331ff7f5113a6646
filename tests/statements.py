"""Statements are compiled once a process here, whichever engine runs them, those that make the tables too.

An engine keeps what it has compiled, and nearly every test opens a database of its own: a third of what a
test of the keeper costs would be to compile the same statements once more.
"""

from typing import Any

from sqlalchemy import Connection, Dialect, Engine, event
from sqlalchemy.sql.compiler import Compiled

from podium.adapters.records import schema

_MOST = 5_000
"""Statements that are kept; a table of its own makes statements of its own."""


class _Statements(dict[Any, Compiled]):
    """What is compiled, by the dialect's kind where SQLAlchemy asks by the dialect of one engine."""

    def get(self, key: Any, default: Any = None) -> Any:
        return super().get(_of_kind(key), default)

    def __setitem__(self, key: Any, compiled: Compiled) -> None:
        if len(self) >= _MOST:
            self.clear()
        super().__setitem__(_of_kind(key), compiled)


def _of_kind(key: tuple[Any, ...]) -> tuple[Any, ...]:
    dialect: Dialect = key[0]
    return (dialect.name, dialect.driver, dialect.server_version_info, dialect.default_schema_name, *key[1:])


def share_compiled() -> None:
    """From here on every engine asks the same memory, and tables are made as the first ones were."""
    shared, made = _Statements(), Engine.__init__

    def make(engine: Engine, *arguments: Any, **more: Any) -> None:
        made(engine, *arguments, **more)
        engine._compiled_cache = shared

    Engine.__init__ = make  # type: ignore[method-assign] # SQLAlchemy has no other place for it
    compiled, create = {}, schema.create

    def create_again(connection: Connection) -> None:
        kind = (connection.dialect.name, schema.HEAD)
        if kind in compiled:
            for statement, parameters in compiled[kind]:
                connection.exec_driver_sql(statement, parameters)
            return
        heard: list[tuple[str, Any]] = []

        def hear(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
            heard.append((statement, parameters))

        event.listen(connection, "before_cursor_execute", hear)
        create(connection)
        event.remove(connection, "before_cursor_execute", hear)
        compiled[kind] = heard

    schema.create = create_again
