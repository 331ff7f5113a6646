"""The store of spans and its threads: one that writes, and a few that answer questions beside it.

Questions for one trace have a thread of their own: they are quick, and wait for no long one.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

from sqlalchemy.exc import SQLAlchemyError

from podium.collector.feed import SpanFeed
from podium.collector.veiling import veiled_outline, veiled_row, veiled_trace
from podium.evidence.veiled import is_of
from podium.kernel.errors import InvalidRequest, PodiumError
from podium.kernel.spans import Span
from podium.ports.link import Question, Reply
from podium.ports.spans import (
    ExportIs,
    GetExport,
    GetOutline,
    GetStats,
    GetTaskSpans,
    GetTrace,
    OutlineIs,
    RunSql,
    SearchTraces,
    SpanStore,
    SumTraces,
    TraceIs,
    TracesAre,
)

LOOK_EVERY_S: Final = 1.0
READERS: Final = 2
TRY_AGAIN_S: Final = 5.0

logger = logging.getLogger(__name__)
T = TypeVar("T")


class Desk:
    """Answers questions about spans, and keeps the store up to the database."""

    def __init__(
        self,
        store: SpanStore,
        feed: SpanFeed,
        *,
        copy: Callable[[list[Span]], None] | None = None,
        export: Callable[[], ExportIs] | None = None,
    ) -> None:
        """``copy`` is given what is added, before it is; ``export`` says how what it was given fares."""
        self._store = store
        self._copy = copy
        self._export = export
        self._feed = feed
        self._loop = asyncio.get_running_loop()
        self._writing = ThreadPoolExecutor(1, "spans")
        self._reading = ThreadPoolExecutor(READERS, "questions")
        self._quick = ThreadPoolExecutor(1, "traces")
        self._failing = False

    async def write(self, act: Callable[[], T]) -> T:
        """Do what writes, in the one thread that may."""
        return await self._loop.run_in_executor(self._writing, act)

    async def read(self, act: Callable[[Any], T], question: Any) -> T:
        """Answer a question beside what is written."""
        return await self._loop.run_in_executor(self._reading, act, question)

    async def _read_quickly(self, act: Callable[[Any], T], question: Any) -> T:
        return await self._loop.run_in_executor(self._quick, act, question)

    async def answer(self, question: Question) -> Reply:
        """Answer one question. Raises PodiumError."""
        match question:
            case GetTrace():
                await self._catch_up()
                return TraceIs(await self._read_quickly(self._trace, question))
            case GetOutline():
                await self._catch_up()
                return await self._read_quickly(self._outline, question)
            case SumTraces():
                return await self.read(self._store.sums, question)
            case GetTaskSpans():
                spans = await self.of_task(question)
                within = question.within
                return TraceIs(spans if within is None or all(is_of(span, within) for span in spans) else [])
            case SearchTraces():
                read = self.read if question.where.trace is None else self._read_quickly
                return await read(self._search, question)
            case GetStats():
                return await self.read(self._store.stats, question)
            case RunSql():
                return await self.read(self._store.sql, question)
            case GetExport():
                return self._export() if self._export is not None else ExportIs(None)
        raise InvalidRequest(f"{type(question).__name__} is no question for the collector.")

    def _trace(self, question: GetTrace) -> list[dict[str, object]]:
        found = self._store.of_trace(question.trace_id, span_id=question.span_id, within=question.within)
        if found or question.within is None or not question.veiled:
            return found
        return veiled_trace(self._store, question.trace_id, question.within, question.span_id)

    def _outline(self, question: GetOutline) -> OutlineIs:
        found = self._store.outline(question)
        if found.spans or question.within is None:
            return found
        return veiled_outline(self._store, question.trace_id, question.within)

    def _search(self, question: SearchTraces) -> TracesAre:
        found = self._store.search(question)
        if found.traces or question.within is None:
            return found
        return veiled_row(self._store, question.where, question.within)

    async def _catch_up(self) -> None:
        """Take the spans of the last moment in too; where they cannot be had now, those that are there do.

        What writes may be busy with programs' spans: it is waited for only where the database has more.
        """
        with contextlib.suppress(PodiumError, SQLAlchemyError):
            if await self._loop.run_in_executor(self._quick, self._feed.behind):
                await self.write(self._feed.flush)

    async def of_task(self, question: GetTaskSpans) -> list[dict[str, object]]:
        """Return a task's spans, those of the last moment too."""
        await self._catch_up()
        return await self.read(lambda it: self._store.of_task(it.task_id, it.since_ns), question)

    def add(self, spans: list[Span]) -> None:
        """Add spans in one durable transaction. Called in the writing thread."""
        if self._copy is not None:
            self._copy(spans)
        self._store.append(spans, {})
        self._feed.untidy_spans += len(spans)

    async def keep_feeding(self) -> None:
        """Turn new rows into spans, for ever. Ends by cancellation."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.write(self._feed_once)
                self._failing = False
            except Exception:
                # The database has everything, so nothing is lost; the next look tries again.
                if not self._failing:
                    logger.exception("spans cannot be stored now; they will be made of the ledger later")
                self._failing = True
                await asyncio.sleep(TRY_AGAIN_S)

    def _feed_once(self) -> None:
        if self._feed.behind():
            self._feed.flush()
        self._feed.tidy()

    async def close(self) -> None:
        """Bring the store up to the database if it is in use, and close it."""
        try:
            await self.write(self._feed_once)
        except (PodiumError, SQLAlchemyError) as error:
            logger.warning("spans that are missing are made at the next start: %s", error)
        finally:
            await self.write(self._store.close)
            self._writing.shutdown()
            self._reading.shutdown()
            self._quick.shutdown()
