"""Figures of calls for Prometheus, counted from ledger rows as they are committed: workers do nothing for it.

Labels take only names that the manifests in force have; any other becomes ``other``. Sums are integers until
they are told. They begin at zero with each keeper, as Prometheus expects of counters.
"""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Final

from podium.keeper.breaker_figures import BreakerFigures
from podium.keeper.ledger import CALL_COLUMNS, CHARGE_COLUMNS, Row
from podium.keeper.told_counts import ToldCounts
from podium.manifest.snapshot import Snapshot
from podium.ports.link import TOOL_REFUSALS

OTHER: Final = "other"
SECONDS: Final = (0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92)
"""Bounds that OpenTelemetry's GenAI conventions advise for durations."""
TOKENS: Final = (1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304)
"""Bounds that they advise for token counts, up to the longest context there is."""
KINDS: Final = {
    "input": "input_tokens",
    "output": "output_tokens",
    "cache_read": "cache_read_tokens",
    "cache_write": "cache_write_tokens",
    "reasoning": "reasoning_tokens",
}
WHO: Final = ("agent", "route", "provider", "model")
_place: Final = CHARGE_COLUMNS.index
_COST, _ESTIMATED, _END_US, _FIRST_TOKEN_US = map(
    _place, ("cost_nano_usd", "estimated", "end_us", "first_token_us")
)
_KIND_AT: Final = tuple((kind, _place(column)) for kind, column in KINDS.items())
_ATTEMPT: Final = itemgetter(*map(_place, (*WHO, "operation", "outcome")))
"""The labels of an attempt, as its row has them."""
_CALL: Final = itemgetter(*map(CALL_COLUMNS.index, ("agent", "route", "operation", "outcome", "http_status")))

Key = tuple[str, ...]


class Histogram:
    """Counts by bucket, and the sum as an integer of the finest unit."""

    __slots__ = ("_bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0

    def add(self, values: Iterable[int]) -> None:
        """Count values; the bounds are in their unit."""
        counts, bounds = self.counts, self._bounds
        for value in values:
            counts[bisect_left(bounds, value)] += 1
            self.total += value


class CallMetrics:
    """Counters and histograms of what was committed. `add` runs in the database thread, `text` in another."""

    def __init__(self, losses: Callable[[], Mapping[Key, int]] = dict) -> None:
        """``losses`` returns what was lost, by what and process."""
        self._lock = threading.Lock()
        self._known: tuple[frozenset[str], ...] = (frozenset(),) * 4
        self.attempts: dict[Key, int] = {}
        self.calls: dict[Key, int] = {}
        self.tokens: dict[Key, int] = {}
        self.cost_nano_usd: dict[Key, int] = {}
        self.durations: dict[Key, Histogram] = {}
        self.first_tokens: dict[Key, Histogram] = {}
        self.usage: dict[Key, Histogram] = {}
        self.breakers: BreakerFigures | None = None
        self.losses = losses
        self.lane = ToldCounts()
        self.tool_refusals = ToldCounts(TOOL_REFUSALS)

    def know(self, snapshot: Snapshot) -> None:
        """Take note of the names that labels may bear from now on."""
        tables: tuple[Iterable[str], ...] = (
            snapshot.agents,
            snapshot.routes,
            snapshot.providers,
            snapshot.models,
        )
        self._known = tuple(frozenset(table) for table in tables)

    def add(self, charges: Sequence[Row], calls: Sequence[Row]) -> None:
        """Count ledger rows and calls, those together that have the same labels."""
        with self._lock:
            for labels, rows in _grouped(_ATTEMPT, charges).items():
                self._add_attempts(labels, rows)
            for labels, count in Counter(map(_CALL, calls)).items():
                agent, route, operation, outcome, status = labels
                agent, route = self._told((agent, route))
                _count(self.calls, (agent, route, operation, outcome, str(status)), count)

    def _told(self, names: Sequence[str]) -> Key:
        """Return names of agent, route, provider and model as labels take them."""
        return tuple(
            [name if name in known else OTHER for name, known in zip(names, self._known, strict=False)]
        )

    def _add_attempts(self, labels: Key, rows: Sequence[Row]) -> None:
        *names, operation, outcome = labels
        who = self._told(names)
        model = (operation, *who[2:])
        _count(self.attempts, (*who, outcome), len(rows))
        for estimated in (False, True):
            costs = [row[_COST] for row in rows if bool(row[_ESTIMATED]) is estimated]
            if costs:
                _count(self.cost_nano_usd, (*who, "true" if estimated else "false"), sum(costs))
        for kind, at in _KIND_AT:
            tokens = [row[at] for row in rows if row[at] is not None]
            if kind in {"input", "output"}:
                _observe(self.usage, (*model, kind), TOKENS, tokens)
            together = sum(tokens)
            if together:
                _count(self.tokens, (*who, kind), together)
        _observe(self.durations, model, _SECONDS_US, [row[_END_US] for row in rows])
        first = [row[_FIRST_TOKEN_US] for row in rows if row[_FIRST_TOKEN_US] is not None]
        _observe(self.first_tokens, model, _SECONDS_US, first)

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        from podium.keeper.exposition import text  # noqa: PLC0415 - a keeper is ready sooner without

        with self._lock:
            return text(self)


_SECONDS_US: Final = tuple(bound * 1e6 for bound in SECONDS)


def _grouped(labels: Callable[[Row], Key], rows: Iterable[Row]) -> dict[Key, list[Row]]:
    found: dict[Key, list[Row]] = {}
    for row in rows:
        found.setdefault(labels(row), []).append(row)
    return found


def _count(table: dict[Key, int], key: Key, by: int) -> None:
    table[key] = table.get(key, 0) + by


def _observe(table: dict[Key, Histogram], key: Key, bounds: Sequence[float], values: Sequence[int]) -> None:
    if values:
        found = table.get(key)
        if found is None:
            found = table[key] = Histogram(bounds)
        found.add(values)
