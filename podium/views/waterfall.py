"""A trace as a waterfall: the rows of its tree, column by column, as small as a browser can take them.

A trace of 20,000 spans is about a megabyte so. What a span's attributes say is asked for when it is chosen.
"""

from collections.abc import Iterable, Sequence
from typing import Final

import msgspec

from podium.ports.spans import OutlineSpan
from podium.views.traces import tree_order

SOURCES: Final = ("ledger", "tools", "otlp")
"""Who made a span: the gateway, the tool gateway, a program."""


class Waterfall(msgspec.Struct, frozen=True):
    """The rows, in the order of the tree: each list has one entry a row. Times are microseconds.

    ``texts`` holds every text once; ``name``, ``agent``, ``what`` and ``verdict`` are places in it, -1 for
    none. ``after`` is the place of the first row that is not below a row.
    """

    trace_id: str
    start_ms: float
    """Unix time of the first span's start, milliseconds."""
    length_us: int
    """From the first span's start to the last one's end."""
    texts: list[str]
    ids: list[str]
    depth: list[int]
    after: list[int]
    name: list[int]
    agent: list[int]
    what: list[int]
    verdict: list[int]
    source: list[int]
    """A place in `SOURCES`."""
    failed: list[int]
    at: list[int]
    """From the first span's start."""
    took: list[int]
    input: list[int]
    output: list[int]
    """Tokens; -1 where they are not known."""
    cost: list[int]
    """Nano-USD; -1 where there is none."""


class _Texts:
    """Gives each text its place."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def of(self, values: Iterable[str | None]) -> list[int]:
        """Return the places of texts."""
        places = self.places
        return [-1 if value is None else places.setdefault(value, len(places)) for value in values]


def waterfall(trace_id: str, spans: Sequence[OutlineSpan]) -> Waterfall:
    """Return a trace, which has a span at least, as a waterfall."""
    order = tree_order([(span.span_id, span.parent_span_id) for span in spans])
    rows = [spans[place] for _, place in order]
    depths = [depth for depth, _ in order]
    start_ns = min(span.start_ns for span in spans)
    end_ns = max(span.start_ns + span.duration_ns for span in spans)
    texts = _Texts()

    def figures(values: Iterable[int | None]) -> list[int]:
        return [-1 if value is None else value for value in values]

    columns = {
        "name": texts.of(row.name for row in rows),
        "agent": texts.of(row.agent for row in rows),
        "what": texts.of(row.what for row in rows),
        "verdict": texts.of(row.verdict for row in rows),
        "source": [SOURCES.index(row.source) if row.source in SOURCES else 2 for row in rows],
        "failed": [int(row.failed) for row in rows],
        "at": [(row.start_ns - start_ns) // 1000 for row in rows],
        "took": [(row.duration_ns + 500) // 1000 for row in rows],
        "input": figures(row.input_tokens for row in rows),
        "output": figures(row.output_tokens for row in rows),
        "cost": figures(row.cost_nano_usd for row in rows),
    }
    return Waterfall(
        trace_id=trace_id,
        start_ms=start_ns / 1e6,
        length_us=(end_ns - start_ns + 500) // 1000,
        texts=list(texts.places),
        ids=[row.span_id for row in rows],
        depth=depths,
        after=_after(depths),
        **columns,
    )


def _after(depths: Sequence[int]) -> list[int]:
    """Return for each row the place of the next one that is no deeper."""
    found = [len(depths)] * len(depths)
    open_rows: list[int] = []
    for place, depth in enumerate(depths):
        while open_rows and depths[open_rows[-1]] >= depth:
            found[open_rows.pop()] = place
        open_rows.append(place)
    return found
