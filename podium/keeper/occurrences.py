"""Writes down what occurs, each once: in the transaction of what has made it so."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, delete, insert, select

from podium.evidence.occurrences import Type
from podium.keeper.ledger import CHARGE_COLUMNS, Row
from podium.manifest.pipelines import PipelineRow
from podium.ports import Clock
from podium.ports.audit_tables import known_prompts, occurrence_deliveries, occurrences
from podium.ports.pipelines import StartPipeline

KEPT_NS: Final = 30 * 86_400_000_000_000
"""So long nothing occurs a second time under one id."""
SURE_CALLS: Final = 3
"""So many calls with the same digest make it the agent's: a text made for one call is no change."""
MOST_GUESSED: Final = 20_000
_AGENT, _DEPARTMENT, _STEP, _CALL_ID = map(CHARGE_COLUMNS.index, ("agent", "department", "step", "call_id"))
_PARTS: Final = (("instructions", 16, 24), ("tools", 24, 32))
"""Where in a charge's `step` the digests are (`gateway.steps`)."""


def occur(
    connection: Connection,
    now_ns: int,
    *,
    name: str,
    type_: Type,
    subject: str,
    department: str,
    link: str,
    data: Mapping[str, Any],
    agent: str = "",
) -> bool:
    """Write down that something has occurred; return whether that is new. ``name``: its id."""
    known = connection.execute(select(occurrences.c.seq).where(occurrences.c.id == name)).first()
    if known is not None:
        return False
    connection.execute(
        insert(occurrences).values(
            id=name,
            type=type_,
            subject=subject,
            agent=agent,
            department=department,
            link=link,
            data=msgspec.json.encode(data).decode(),
            at_ns=now_ns,
        )
    )
    return True


def figure_crossed(
    connection: Connection, row: PipelineRow, start: StartPipeline, run_id: str, now_ns: int
) -> None:
    """Write down that a figure has started a run, where that is what has."""
    trigger = next((it for it in row.triggers if it.name == start.trigger), None)
    if trigger is None or trigger.kind != "condition" or start.key is None:
        return
    told = msgspec.json.decode(start.told)
    bound: dict[str, Any] = {name: trigger.spec[name] for name in ("above", "below") if name in trigger.spec}
    occur(
        connection,
        now_ns,
        name=f"figure.crossed/{row.name}/{start.key}",
        type_="figure.crossed",
        subject=f"pipeline/{row.name}",
        agent=trigger.spec.get("agent", ""),
        department=trigger.spec.get("department", row.department),
        link=f"/ship/pipelines/{run_id}",
        data={
            "figure": trigger.spec["figure"],
            "value": told.get("figure"),
            "since": told.get("since"),
            "tool": trigger.spec.get("tool"),
            "route": trigger.spec.get("route"),
            "run": run_id,
            **bound,
        },
    )


def forget(connection: Connection, before_ns: int) -> None:
    """Remove what has occurred before a time (Unix nanoseconds)."""
    old = occurrences.c.at_ns < before_ns
    told = occurrence_deliveries.c.occurrence.in_(select(occurrences.c.seq).where(old))
    connection.execute(delete(occurrence_deliveries).where(told))
    connection.execute(delete(occurrences).where(old))


class Prompts:
    """Notices agents whose instructions, or whose list of tools, are others than before.

    It goes by the digests in the ledger. Called in the database thread, after rows were committed.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._known: dict[tuple[str, str], set[str]] | None = None
        self._guessed: dict[tuple[str, str, str], int] = {}

    def counted(self, rows: Sequence[Row]) -> None:
        """Take in ledger rows that were just committed."""
        if self._known is None:
            self._known = self._read()
        known, same = self._known, set()
        for row in rows:
            agent, step = row[_AGENT], row[_STEP]
            if not step or (agent, step[16:]) in same:
                continue
            parts = [(agent, what, step[low:high]) for what, low, high in _PARTS]
            new = [key for key in parts if key[2] and key[2] not in known.get(key[:2], ())]
            for key in new:
                self._guess(known, key, row)
            if not new:
                same.add((agent, step[16:]))

    def _read(self) -> dict[tuple[str, str], set[str]]:
        found: dict[tuple[str, str], set[str]] = {}
        with self._engine.connect().execution_options(read_only=True) as connection:
            for row in connection.execute(select(known_prompts)):
                found.setdefault((row.agent, row.what), set()).add(row.digest)
        return found

    def _guess(self, known: dict[tuple[str, str], set[str]], key: tuple[str, str, str], row: Row) -> None:
        agent, what, digest = key
        count = self._guessed[key] = self._guessed.pop(key, 0) + 1
        if len(self._guessed) > MOST_GUESSED:
            self._guessed.pop(next(iter(self._guessed)))
        if count < SURE_CALLS:
            return
        del self._guessed[key]
        before = known.setdefault((agent, what), set())
        now_ns = self._clock.wall_ns()
        with self._engine.begin() as connection:
            connection.execute(
                insert(known_prompts).values(agent=agent, what=what, digest=digest, at_ns=now_ns)
            )
            if before:
                occur(
                    connection,
                    now_ns,
                    name=f"prompt.changed/{agent}/{what}/{digest}",
                    type_="prompt.changed",
                    subject=f"agent/{agent}",
                    agent=agent,
                    department=row[_DEPARTMENT],
                    link=f"/now/calls/{row[_CALL_ID]}",
                    data={"what": what, "digest": digest, "call": row[_CALL_ID]},
                )
        before.add(digest)
