"""Feeds the store of spans from the ledger, each row once: its place is kept in the transaction of its spans.

Rows come from memory right after their commit. Where some are missing there (the keeper was restarted, or
the store was slow), they are read from the ledger again. All of this runs in the spans' one thread.
"""

import logging
from collections import deque
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Engine, select

from podium.evidence.spans import decide_span, decide_tool_span
from podium.keeper.ledger import Row, last_seq
from podium.keeper.life import as_mapping
from podium.kernel.spans import Span
from podium.ports import Clock, SpanStore
from podium.ports.database import charges
from podium.ports.tool_tables import tool_calls

SOURCE: Final = "ledger"
"""Name of the cursor in the store; its position is (0, `charges.seq`)."""
TOOLS: Final = "tools"
"""Name of the cursor of calls of tools; its position is (0, `tool_calls.seq`)."""
BATCH_SPANS: Final = 5_000
WAITING_ROWS: Final = 10_000
"""More rows than this are not kept in memory: they are read from the ledger when their turn comes."""

FORGET_EVERY_NS: Final = 3_600_000_000_000

logger = logging.getLogger(__name__)


class SpanFeed:
    """Ledger rows in, spans out."""

    def __init__(self, engine: Engine, store: SpanStore, clock: Clock, *, keep_ns: int | None = None) -> None:
        self._clock = clock
        self._keep_ns = keep_ns
        self._forgot_ns: int | None = None
        self._engine = engine
        self._store = store
        self._waiting: deque[tuple[int, Sequence[Row]]] = deque()
        self._waiting_rows = 0
        self._cursor: int | None = None
        self._tools_cursor: int | None = None
        self._target = 0

    def offer(self, first_seq: int, rows: Sequence[Row]) -> None:
        """Take note of rows that were committed. Called from the database thread."""
        self._target = first_seq + len(rows) - 1
        if self._waiting_rows + len(rows) <= WAITING_ROWS:
            self._waiting_rows += len(rows)
            self._waiting.append((first_seq, rows))

    def flush(self) -> None:
        """Bring the store up to the ledger."""
        if self._cursor is None:
            self._cursor = self._store.cursors().get(SOURCE, (0, 0))[1]
            with self._engine.connect().execution_options(read_only=True) as connection:
                self._target = max(self._target, last_seq(connection))
        while self._waiting:
            first_seq, rows = self._waiting.popleft()
            self._waiting_rows -= len(rows)
            self._catch_up(first_seq - 1)
            if first_seq > self._cursor:
                self._append([decide_span(as_mapping(row)) for row in rows], first_seq + len(rows) - 1)
        self._catch_up(self._target)
        self._catch_up_tools()
        self._forget()

    def _forget(self) -> None:
        """Remove the spans that are too old, once an hour."""
        now_ns = self._clock.wall_ns()
        if self._keep_ns is None or (
            self._forgot_ns is not None and now_ns - self._forgot_ns < FORGET_EVERY_NS
        ):
            return
        self._forgot_ns = now_ns
        removed = self._store.forget(now_ns - self._keep_ns)
        if removed:
            logger.info("%d spans were older than they are kept, and are gone", removed)

    def _catch_up(self, last: int) -> None:
        while self._cursor is not None and self._cursor < last:
            query = (
                select(charges)
                .where(charges.c.seq > self._cursor, charges.c.seq <= last)
                .order_by(charges.c.seq)
                .limit(BATCH_SPANS)
            )
            with self._engine.connect().execution_options(read_only=True) as connection:
                rows = [tuple(row) for row in connection.execute(query)]
            if not rows:
                return
            self._append([decide_span(as_mapping(row)) for row in rows], rows[-1][0])

    def _catch_up_tools(self) -> None:
        """Make the spans of calls of tools, which are few beside those of models."""
        if self._tools_cursor is None:
            self._tools_cursor = self._store.cursors().get(TOOLS, (0, 0))[1]
        while True:
            query = select(tool_calls).where(tool_calls.c.seq > self._tools_cursor).order_by(tool_calls.c.seq)
            with self._engine.connect().execution_options(read_only=True) as connection:
                rows = [dict(row) for row in connection.execute(query.limit(BATCH_SPANS)).mappings()]
            if not rows:
                return
            last: int = rows[-1]["seq"]
            self._store.append([decide_tool_span(row) for row in rows], {TOOLS: (0, last)})
            self._tools_cursor = last

    def _append(self, spans: list[Span], last_seq_in: int) -> None:
        try:
            self._store.append(spans, {SOURCE: (0, last_seq_in)})
        except BaseException:
            self._cursor = None
            raise
        self._cursor = last_seq_in

    def of_trace(self, trace_id: str) -> list[dict[str, Any]]:
        """Return the spans of a trace, those of the last moment included."""
        self.flush()
        return self._store.of_trace(trace_id)

    def close(self) -> None:
        """Bring the store up to the ledger if it is in use, and close it."""
        try:
            if self._cursor is not None or self._waiting:
                self.flush()
        finally:
            self._store.close()
