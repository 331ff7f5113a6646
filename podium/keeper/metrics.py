"""Figures of calls for Prometheus, counted from ledger rows as they are committed: workers do nothing for it.

Labels take only names that the manifests in force have; any other becomes ``other``. Sums are integers until
they are told. They begin at zero with each keeper, as Prometheus expects of counters.
"""

import threading
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from typing import Final

from podium.keeper.breaker_figures import BreakerFigures
from podium.keeper.ledger import CALL_COLUMNS, CHARGE_COLUMNS, Row
from podium.manifest.snapshot import Snapshot

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
_AT: Final = {name: CHARGE_COLUMNS.index(name) for name in CHARGE_COLUMNS}
_CALL_AT: Final = {name: CALL_COLUMNS.index(name) for name in CALL_COLUMNS}
WHO: Final = ("agent", "route", "provider", "model")
_KIND_AT: Final = tuple((kind, _AT[column]) for kind, column in KINDS.items())

Key = tuple[str, ...]


class Histogram:
    """Counts by bucket, and the sum as an integer of the finest unit."""

    __slots__ = ("_bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        self._bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.total = 0

    def add(self, value: int) -> None:
        """Count a value; the bounds are in its unit."""
        self.counts[bisect_left(self._bounds, value)] += 1
        self.total += value


class CallMetrics:
    """Counters and histograms of what was committed. `add` runs in the database thread, `text` in another."""

    def __init__(self) -> None:
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
        """Count ledger rows and calls."""
        with self._lock:
            for row in charges:
                self._add_charge(row)
            agents, routes = self._known[:2]
            for row in calls:
                agent, route = row[_CALL_AT["agent"]], row[_CALL_AT["route"]]
                _count(
                    self.calls,
                    (
                        agent if agent in agents else OTHER,
                        route if route in routes else OTHER,
                        row[_CALL_AT["operation"]],
                        row[_CALL_AT["outcome"]],
                        str(row[_CALL_AT["http_status"]]),
                    ),
                )

    def _add_charge(self, row: Row) -> None:
        who = tuple(
            [
                row[_AT[name]] if row[_AT[name]] in known else OTHER
                for name, known in zip(WHO, self._known, strict=True)
            ]
        )
        _count(self.attempts, (*who, row[_AT["outcome"]]))
        _count(
            self.cost_nano_usd,
            (*who, "true" if row[_AT["estimated"]] else "false"),
            row[_AT["cost_nano_usd"]],
        )
        model = (row[_AT["operation"]], who[2], who[3])
        for kind, at in _KIND_AT:
            tokens = row[at]
            if tokens is None:
                continue
            if tokens:
                _count(self.tokens, (*who, kind), tokens)
            if kind in {"input", "output"}:
                _histogram(self.usage, (*model, kind), TOKENS).add(tokens)
        _histogram(self.durations, model, _SECONDS_US).add(row[_AT["end_us"]])
        if row[_AT["first_token_us"]] is not None:
            _histogram(self.first_tokens, model, _SECONDS_US).add(row[_AT["first_token_us"]])

    def text(self) -> bytes:
        """Return everything in Prometheus' text format."""
        from podium.keeper.exposition import text  # noqa: PLC0415 - a keeper is ready sooner without

        with self._lock:
            return text(self)


_SECONDS_US: Final = tuple(bound * 1e6 for bound in SECONDS)


def _count(table: dict[Key, int], key: Key, by: int = 1) -> None:
    table[key] = table.get(key, 0) + by


def _histogram(table: dict[Key, Histogram], key: Key, bounds: Sequence[float]) -> Histogram:
    found = table.get(key)
    if found is None:
        found = table[key] = Histogram(bounds)
    return found
