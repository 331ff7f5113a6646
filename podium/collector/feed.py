"""Feeds the store of spans from the database, each row once.

Its place is kept in the transaction of the spans. Calls of models are rows of the ledger, calls of tools rows
of `tool_calls`. All of this runs in the store's one writing thread.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

from sqlalchemy import Engine, FromClause, select

from podium.evidence.spans import decide_span, decide_tool_span
from podium.kernel.spans import Span
from podium.ports import Clock
from podium.ports.database import charges
from podium.ports.spans import SpanStore
from podium.ports.tool_tables import tool_calls

LEDGER: Final = "ledger"
"""Name of the cursor in the store; its position is (0, `charges.seq`)."""
TOOLS: Final = "tools"
"""Name of the cursor of calls of tools; its position is (0, `tool_calls.seq`)."""
SOURCES: Final[tuple[tuple[str, FromClause, Callable[[Mapping[str, Any]], Span]], ...]] = (
    (LEDGER, charges, decide_span),
    (TOOLS, tool_calls, decide_tool_span),
)
_NEWEST: Final = "SELECT (SELECT max(seq) FROM charges), (SELECT max(seq) FROM tool_calls)"
"""Of each source. It is asked every second: as a text it costs a tenth of what building it would."""
BATCH_SPANS: Final = 5_000
FORGET_EVERY_NS: Final = 3_600_000_000_000
TIDY_EVERY_NS: Final = 60_000_000_000
TIDY_ABOVE_SPANS: Final = 100_000

logger = logging.getLogger(__name__)


class SpanFeed:
    """Rows in, spans out; and the store kept in order."""

    def __init__(
        self,
        engine: Engine,
        store: SpanStore,
        clock: Clock,
        *,
        keep_ns: int | None = None,
        keep_bytes: int | None = None,
        copy: Callable[[list[Span]], None] | None = None,
    ) -> None:
        """``copy`` is given spans before they are stored, and again where that had to be repeated."""
        self._clock = clock
        self._copy = copy
        self._keep_ns = keep_ns
        self._keep_bytes = keep_bytes
        self._forgot_ns: int | None = None
        self._tidied_ns = clock.monotonic_ns()
        self._engine = engine
        self._store = store
        self._seen: dict[str, int] | None = None
        self.untidy_spans = 0
        """Added since the store was put in order, by whomever."""

    def behind(self) -> bool:
        """Whether there are rows that are not spans yet. Opens no store that nothing was put into.

        It may be asked beside what writes.
        """
        seen = self._seen
        with self._engine.connect().execution_options(read_only=True) as connection:
            newest = connection.exec_driver_sql(_NEWEST).one()
        return any(
            last is not None and (seen is None or last > seen[source])
            for (source, _, _), last in zip(SOURCES, newest, strict=True)
        )

    def flush(self) -> None:
        """Bring the store up to the database. Raises StateError where it cannot be written."""
        seen = self._seen
        if seen is None:
            known = self._store.cursors()
            seen = {source: known.get(source, (0, 0))[1] for source, _, _ in SOURCES}
        self._seen = None  # where this fails, the store is asked again how far it is
        for source, table, decide in SOURCES:
            while True:
                query = (
                    select(table).where(table.c.seq > seen[source]).order_by(table.c.seq).limit(BATCH_SPANS)
                )
                with self._engine.connect().execution_options(read_only=True) as connection:
                    found = connection.execute(query)
                    names = tuple(found.keys())
                    rows = [dict(zip(names, row, strict=True)) for row in found.all()]
                if not rows:
                    break
                last: int = rows[-1]["seq"]
                spans = [decide(row) for row in rows]
                if self._copy is not None:
                    self._copy(spans)
                self._store.append(spans, {source: (0, last)})
                self.untidy_spans += len(rows)
                seen[source] = last
                if len(rows) < BATCH_SPANS:
                    break
        self._seen = seen

    def tidy(self) -> None:
        """Remove what is too old, once an hour; put what was added in order, once a minute or sooner."""
        now_ns = self._clock.monotonic_ns()
        if self.untidy_spans and (
            self.untidy_spans >= TIDY_ABOVE_SPANS or now_ns - self._tidied_ns >= TIDY_EVERY_NS
        ):
            more = self._store.tidy()
            while self._keep_bytes is not None and (gone := self._store.shrink(self._keep_bytes)):
                logger.info("%d spans were the oldest beyond --keep-spans-mb, and are gone", gone)
            self._tidied_ns, self.untidy_spans = now_ns, 1 if more else 0
        if self._keep_ns is None or (
            self._forgot_ns is not None and now_ns - self._forgot_ns < FORGET_EVERY_NS
        ):
            return
        self._forgot_ns = now_ns
        removed = self._store.forget(self._clock.wall_ns() - self._keep_ns)
        if removed:
            logger.info("%d spans were older than they are kept, and are gone", removed)
