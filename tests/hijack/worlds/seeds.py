"""What worlds know at first: tables of YAML, the rows of each keyed by their first field."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.hijack.model import State

FOLDER = Path(__file__).parent / "seeds"


def sown(name: str, *empty: str, **more: dict[str, Any]) -> State:
    """Return a new state: the tables of `seeds/NAME.yaml`, an empty list for each of `empty`.

    `more` names a table whose rows get fields that all begin with.
    """
    tables = deepcopy(_tables(name))
    state: State = {table: {} for table in tables}
    for table, (head, *rows) in tables.items():
        for row in rows:
            state[table][row[0]] = {**dict(zip(head, row, strict=True)), **_fresh(more.get(table, {}))}
    return {**state, **{part: [] for part in empty}}


@cache
def _tables(name: str) -> dict[str, Any]:
    """Return the tables of a file, read once: to parse one takes longer than an attack."""
    tables: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return tables


def _fresh(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: list(value) if isinstance(value, list) else value for name, value in fields.items()}
