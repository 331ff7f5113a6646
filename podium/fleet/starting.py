"""Looks at schedules, conditions and what has occurred once a second, and asks the keeper to start runs."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, select

from podium.fleet.driving import Keeper, forever
from podium.fleet.triggers import (
    NS,
    ConditionMemory,
    Fired,
    OccurrenceMemory,
    ScheduleMemory,
    decide_condition,
    decide_occurrence,
    decide_schedule,
)
from podium.kernel.errors import NotReady, PodiumError, StateError
from podium.manifest.pipelines import PipelineRow, TriggerRow
from podium.manifest.snapshot import Snapshot, decode_snapshot
from podium.ports import Clock
from podium.ports.database import snapshots
from podium.ports.occurrences import last_occurrence, occurred
from podium.ports.pipeline_tables import pipeline_triggers
from podium.ports.pipelines import NoteTrigger, start_of

LOOK_S: Final = 1.0
NOTED_EVERY_NS: Final = 30 * NS
"""A schedule's memory is written so often, well within `triggers.ON_TIME_S`; a condition's as it changes."""

Memory = ScheduleMemory | ConditionMemory | OccurrenceMemory
_Looked = tuple[PipelineRow, TriggerRow, Memory, Memory, Fired | None]
Figures = Callable[[Connection, Mapping[str, Any], int], float | None]
"""(connection, a condition, now) -> its figure, None without a denominator."""

logger = logging.getLogger(__name__)
_schedule_decoder = msgspec.json.Decoder(ScheduleMemory)
_condition_decoder = msgspec.json.Decoder(ConditionMemory)
_occurrence_decoder = msgspec.json.Decoder(OccurrenceMemory)


class Triggers:
    """Starts runs by the clock and by figures."""

    def __init__(self, *, engine: Engine, keeper: Keeper, figures: Figures, clock: Clock) -> None:
        self._engine, self._keeper, self._figures, self._clock = engine, keeper, figures, clock
        self._snapshot: Snapshot | None = None

    async def run(self) -> None:
        """Look again and again, for ever. Ends by cancellation."""
        await forever("triggers of pipelines wait", LOOK_S, self.once)

    async def once(self) -> int:
        """Look at every trigger; return how many runs that has started."""
        started = 0
        for row, trigger, before, after, fired in await asyncio.to_thread(self._look):
            if fired is not None and not await self._start(row, trigger, fired):
                continue  # the same question is asked again
            started += fired is not None
            if fired is not None or _worth_noting(before, after):
                memory = msgspec.json.encode(after).decode()
                await self._keeper.ask(NoteTrigger(row.name, trigger.name, memory))
        return started

    def _look(self) -> list[_Looked]:
        now_ns = self._clock.wall_ns()
        found: list[_Looked] = []
        with self._engine.connect() as connection:
            rows = connection.execute(select(pipeline_triggers)).all()
            known = {(row.pipeline, row.trigger): row.memory for row in rows}
            for row in self._pipelines(connection):
                for trigger in row.triggers:
                    memory, spec = known.get((row.name, trigger.name), "{}"), trigger.spec
                    if trigger.kind == "schedule":
                        seen = _schedule_decoder.decode(memory)
                        after, fired = decide_schedule(trigger.name, spec, seen, now_ns)
                        found.append((row, trigger, seen, after, fired))
                    elif trigger.kind == "condition":
                        held = _condition_decoder.decode(memory)
                        figure = self._figures(connection, spec, now_ns)
                        then, fired = decide_condition(trigger.name, spec, held, figure, now_ns)
                        found.append((row, trigger, held, then, fired))
                    elif trigger.kind == "occurrence":
                        last = _occurrence_decoder.decode(memory)
                        new = occurred(connection, after=last.seen) if last.seen is not None else []
                        newest = last_occurrence(connection)
                        now, fired = decide_occurrence(trigger.name, spec, last, newest, new, now_ns)
                        found.append((row, trigger, last, now, fired))
        return found

    def _pipelines(self, connection: Connection) -> list[PipelineRow]:
        newest = connection.execute(
            select(snapshots.c.version).order_by(snapshots.c.version.desc()).limit(1)
        ).scalar()
        if newest is None:
            return []
        if self._snapshot is None or self._snapshot.version != newest:
            query = select(snapshots.c.document).where(snapshots.c.version == newest)
            document = decode_snapshot(connection.execute(query).scalar_one())
            self._snapshot = msgspec.structs.replace(document, version=newest)
        return list(self._snapshot.pipelines.values())

    async def _start(self, row: PipelineRow, trigger: TriggerRow, fired: Fired) -> bool:
        """Start a run; return whether that is settled, because it is started or will never be."""
        try:
            question = start_of(row, trigger, dict(fired.told), fired.key)
            await self._keeper.ask(question)
        except (NotReady, StateError):
            raise  # the keeper is away
        except PodiumError as error:
            logger.warning("trigger %s of pipeline %s started nothing: %s", trigger.name, row.name, error)
        return True


def _worth_noting(before: Memory, after: Memory) -> bool:
    if isinstance(before, ScheduleMemory) and isinstance(after, ScheduleMemory):
        return before.seen_ns is None or (after.seen_ns or 0) - before.seen_ns >= NOTED_EVERY_NS
    return before != after
