"""Two traces beside each other: what is the same, changed, missing or added, step by step."""

import asyncio
from collections.abc import Callable
from typing import Any, Final

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.fragment import Fragment
from podium.console.frame import Page, crumbs, empty, reading, segments
from podium.console.live import Ask
from podium.console.markup import Child, element, join, link
from podium.console.tables import Column, Row, table
from podium.evidence.comparing import Pair, Step
from podium.kernel.errors import InvalidRequest
from podium.kernel.money import usd_text
from podium.views.traces import Comparison, Side, compared, found_trace, trace_question

SHOWN: Final = 1_000
"""Steps on a page; the figures above count all."""
_TONES: Final = {"same": "", "changed": "warn", "missing": "bad", "added": "ok"}
_COLUMNS: Final = (
    Column("", hint="What became of it"),
    Column("Step"),
    Column("What differs"),
    Column("Duration", number=True),
    Column("Tokens in", number=True),
    Column("Tokens out", number=True),
    Column("Cost, USD", number=True),
    Column("Verdict"),
)


class TraceDiffPage(Page):
    """Traces ``a`` and ``b`` of the address."""

    title = "Two traces"

    @property
    def interval_s(self) -> float:
        """Seconds between two readings: both are read whole."""
        return 60.0

    @property
    def readers_own(self) -> bool:
        """Whose traces are theirs to see differs."""
        return True

    def build(self) -> None:
        """Make the page's elements."""
        self._body = Fragment(join(_crumbs(), reading()))

    def reader(self) -> Callable[[Connection], None]:
        """Return what reads nothing: the collector has it all."""
        return lambda _connection: None

    def asker(self) -> Ask:
        """Return what asks for both traces, and compares them in a thread."""
        ids = [self.address.get(name) or "" for name in ("a", "b")]

        async def ask() -> Comparison:
            if not all(ids):
                raise InvalidRequest("Two traces are compared.", fix="/fleet/traces/diff?a=ID&b=ID")
            both = [
                (id_, found_trace(await self.frame.ask_collector(trace_question(id_)), id_)) for id_ in ids
            ]
            return await asyncio.to_thread(compared, *both)

        return ask

    def show(self, data: Any) -> None:
        """Show what was compared."""
        found: Comparison = data[1]
        differing = self.address.get("show") != "all"
        pairs = [pair for pair in found.steps if pair.change != "same" or not differing]
        counts = ", ".join(f"{figures.count(number)} {name}" for name, number in found.counts.items())
        head = element(
            "div",
            element("h1", "Two traces", tabindex="-1"),
            element("span", counts, class_="sub"),
            element(
                "div",
                segments(
                    "Which",
                    (("differing", "What differs"), ("all", "All steps")),
                    "differing" if differing else "all",
                    lambda value: self.address.but(show="all" if value == "all" else None),
                ),
                link(self.address.but(a=found.b.trace_id, b=found.a.trace_id), "Swap", class_="button"),
                class_="end",
            ),
            class_="page-head",
        )
        sides = element("div", _side("A", found.a), _side("B", found.b), class_="grid two")
        self._body.show(join(_crumbs(), head, sides, _steps(pairs)))

    def show_missing(self, message: str) -> None:
        """Say which is not there."""
        body = element("section", empty("They cannot be compared", message), class_="panel")
        self._body.show(join(_crumbs(), element("h1", "Two traces", tabindex="-1"), body))


def _crumbs() -> Markup:
    return crumbs(link("/fleet", "Fleet"), link("/fleet/traces", "Traces"))


def _side(name: str, side: Side) -> Markup:
    facts: tuple[tuple[str, Child], ...] = (
        ("Trace", link(f"/fleet/traces/{side.trace_id}", side.trace_id, class_="mono")),
        ("Spans", f"{figures.count(side.spans)}, {figures.count(side.failed)} failed"),
        ("Duration", figures.ms(side.duration_ns / 1000)),
        ("Tokens", f"{figures.count(side.input_tokens)} in, {figures.count(side.output_tokens)} out"),
        ("Cost, USD", figures.usd(side.cost_nano_usd)),
    )
    pairs = (join(element("dt", key), element("dd", value)) for key, value in facts)
    head = element("header", element("h2", f"{name}: {side.name}"))
    return element("section", head, element("dl", *pairs, class_="facts"), class_="panel", aria_label=name)


def _steps(pairs: list[Pair]) -> Markup:
    head = element("header", element("h2", "Steps"))
    if not pairs:
        body = empty("Nothing differs", "Both did the same, in the same order.")
        return element("section", head, body, class_="panel", aria_label="Steps")
    more = (
        f"The first {SHOWN:,} of {len(pairs):,} steps: `podium traces diff` tells all."
        if len(pairs) > SHOWN
        else None
    )
    foot = element("footer", element("span", more)) if more else None
    body = table(_COLUMNS, (_row(number, pair) for number, pair in enumerate(pairs[:SHOWN])), label="Steps")
    return element("section", head, body, foot, class_="panel", aria_label="Steps")


def _row(number: int, pair: Pair) -> Row:
    step = pair.b or pair.a
    assert step is not None  # noqa: S101 - a pair has one at least

    def both(told: Callable[[Step], str]) -> str:
        return " → ".join(dict.fromkeys(told(one) for one in (pair.a, pair.b) if one is not None))

    return Row(
        (
            element("span", pair.change, class_=f"badge {_TONES[pair.change]}".strip()),
            element("span", both(lambda it: it.name), style=f"padding-left:{14 * min(step.depth, 12)}px"),
            ", ".join(pair.fields) or figures.NOTHING,
            both(lambda it: figures.ms(it.duration_ns / 1000)),
            both(lambda it: figures.count(it.input_tokens)),
            both(lambda it: figures.count(it.output_tokens)),
            both(_cost),
            both(lambda it: it.verdict or figures.NOTHING),
        ),
        key=str(number),
    )


def _cost(step: Step) -> str:
    return figures.NOTHING if step.cost_nano_usd is None else usd_text(step.cost_nano_usd)
