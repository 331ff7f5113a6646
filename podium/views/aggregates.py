"""Whether the aggregates are what the ledger's rows add up to."""

from typing import Any

import msgspec
from sqlalchemy import Connection, except_, func, select

from podium.ports.aggregates import TABLES, Grain, recounted, stored
from podium.ports.database import calls, charges

SHOWN = 20
"""So many differences are named of each aggregate."""


class Difference(msgspec.Struct, frozen=True):
    """A key of an aggregate whose sums are not those of its rows. None: there is no such key on that side."""

    grain: Grain
    key: list[str | int]
    rows: dict[str, int] | None
    aggregate: dict[str, int] | None


class Check(msgspec.Struct, frozen=True):
    """What was compared, and what differs."""

    charges: int
    calls: int
    keys: dict[str, int]
    """How many rows each aggregate has."""
    differences: list[Difference]


def check(connection: Connection) -> Check:
    """Recompute every aggregate from the rows of the ledger and compare. Reads the whole ledger."""

    def count(of: Any) -> int:
        return connection.execute(select(func.count()).select_from(of)).scalar_one()

    return Check(
        charges=count(charges),
        calls=count(calls),
        keys={grain: count(table) for grain, (table, _) in TABLES.items()},
        differences=[found for grain in TABLES for found in _differences(connection, grain)],
    )


def _differences(connection: Connection, grain: Grain) -> list[Difference]:
    measures = TABLES[grain][1]
    sides = []
    for query in (except_(recounted(grain), stored(grain)), except_(stored(grain), recounted(grain))):
        rows = connection.execute(query.limit(SHOWN)).all()
        sides.append(
            {
                tuple(row[: -len(measures)]): dict(
                    zip(measures, (int(value) for value in row[-len(measures) :]), strict=True)
                )
                for row in rows
            }
        )
    made, kept = sides
    return [Difference(grain, list(key), made.get(key), kept.get(key)) for key in sorted({**made, **kept})]
