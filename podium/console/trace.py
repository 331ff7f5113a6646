"""One trace by its permalink: its figures, its waterfall, and how labels flowed through it."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.content import ACT, content_panel, content_refused, content_shown
from podium.console.fragment import Fragment
from podium.console.frame import Page, crumbs, empty, live, reading
from podium.console.label_flow import flow_panel
from podium.console.live import Ask
from podium.console.markup import Child, element, join, link
from podium.console.trace_tasks import OfTasks, TaskReader, audits_of, costs_of
from podium.console.waterfall import WaterfallRows
from podium.console.window import window_bars
from podium.kernel.errors import NotFound, PodiumError
from podium.ports.spans import SearchTraces, TraceFilter, TraceRow
from podium.trust.values.label_flow import FlowStep
from podium.views.content import content_question, found_content
from podium.views.label_flow import flow_of
from podium.views.traces import names_of, trace_question

LONG: Final = 2_000
"""Spans: a longer trace is looked at less often, and without its windows."""


class TracePage(Page):
    """A trace."""

    title = "Trace"

    def build(self) -> None:
        """Make the page's elements; rows are fetched by the browser."""
        self._id = self.address.path.rsplit("/", 1)[-1].lower()
        self._spans = 0
        self._tasks = TaskReader(self._id)
        self._head = Fragment(join(_crumbs(), reading()))
        self._rows = WaterfallRows(self._id, self.address.get("span"))
        self._below = Fragment()
        self._foot = Fragment(content_panel(self.frame.caller[1]))

    @property
    def readers_own(self) -> bool:
        """Whose traces are theirs to see differs."""
        return True

    @property
    def interval_s(self) -> float:
        """Seconds between two readings."""
        return 3.0 if self._spans < LONG else 15.0

    def reader(self) -> Callable[[Connection], tuple[list[FlowStep], OfTasks, str | None, int]]:
        """Return what reads how labels flowed, and what there is of the trace's tasks."""
        id_, now_ns, tasks = self._id, self.frame.feeds.now_ns, self._tasks

        def read(connection: Connection) -> tuple[list[FlowStep], OfTasks, str | None, int]:
            read_ns = now_ns()
            found = tasks.read(connection, read_ns)
            name = names_of(connection, {id_: found.tasks}).get(id_)
            return flow_of(connection, trace=id_), found, name, read_ns

        return read

    def asker(self) -> Ask:
        """Return what asks for the trace's figures and, where it has grown, for what filled its windows."""
        id_ = self._id
        windows: tuple[int, Markup | None] = (0, None)

        async def ask() -> tuple[TraceRow, Markup | None]:
            nonlocal windows
            question = trace_question(id_)
            found = await self.frame.ask_collector(SearchTraces(TraceFilter(trace=question.trace_id), 1))
            if not found.traces:
                raise NotFound(f"There is no trace {id_}, or it is not yours to see.")
            row: TraceRow = found.traces[0]
            if windows[0] != row.spans and row.spans <= LONG:
                windows = (row.spans, window_bars((await self.frame.ask_collector(question)).spans))
            return row, windows[1]

        return ask

    def show(self, data: Any) -> None:
        """Show a reading."""
        (steps, tasks, name, read_ns), (row, windows) = data
        self._spans, self._tasks.also = row.spans, tuple(row.tasks)
        self._head.show(join(_crumbs(), _head(row, name, read_ns), _facts(row)))
        self._rows.renew(row.spans, tasks.marks(self._id))
        self._below.show(join(audits_of(tasks, self._id), windows, costs_of(tasks), flow_panel(steps)))

    async def act(self, name: str, fields: dict[str, str]) -> None:  # noqa: ARG002 - every page has them
        """Read what was said, in the name of who looks; the keeper knows whether they may, and notes it."""
        if name != ACT:
            return
        try:
            found = await self.frame.ask_collector(content_question(self._id, self.frame.caller[0]))
        except PodiumError as error:
            self._foot.show(content_refused(str(error)))
            return
        self._foot.show(content_shown(found_content(found)))

    def show_missing(self, message: str) -> None:
        """Say that there is no such trace."""
        body = element("section", empty("No such trace", message), class_="panel")
        self._rows.set_visibility(False)
        self._head.show(join(_crumbs(), element("h1", "Not found", tabindex="-1"), body))


def _crumbs() -> Markup:
    return crumbs(link("/fleet", "Fleet"), link("/fleet/traces", "Traces"))


def _head(row: TraceRow, name: str | None, read_ns: int) -> Markup:
    badge = element("span", f"{row.errors} failed", class_="badge bad") if row.errors else None
    return element(
        "div",
        element("h1", f"Trace of {name}" if name else row.name, tabindex="-1"),
        badge,
        element(
            "div",
            live(read_ns),
            link(f"/fleet/traces?against={row.trace_id}", "Compare with …", class_="button"),
            link(f"/now/explain?id={row.trace_id}", "Its story", class_="button"),
            class_="end",
        ),
        class_="page-head",
    )


def _facts(row: TraceRow) -> Markup:
    facts: list[tuple[str, Child]] = [
        ("Trace", element("span", row.trace_id, class_="mono")),
        ("Began", join(figures.moment(row.start_ns), " · ", figures.ago(row.start_ns))),
        ("Duration", figures.ms((row.end_ns - row.start_ns) / 1000)),
        ("Agents", _names(row.agents)),
        ("Tasks", join(*_between(link(f"/fleet/{task}", task, class_="mono") for task in row.tasks))),
        ("Departments", _names(row.departments)),
        (
            "Calls",
            join(figures.count(row.model_calls), " of models, ", figures.count(row.tool_calls), " of tools"),
        ),
        (
            "Tokens",
            join(
                figures.count(row.input_tokens),
                " in, ",
                figures.count(row.output_tokens),
                " out; programs report ",
                figures.count(row.reported_tokens),
            ),
        ),
        ("Cost, USD", figures.usd(row.cost_nano_usd)),
    ]
    pairs = (join(element("dt", name), element("dd", value)) for name, value in facts)
    head = element("header", element("h2", "What it is"))
    body = element("dl", *pairs, class_="facts two")
    return element("section", head, body, class_="panel", aria_label="What it is")


def _names(names: Sequence[str]) -> str:
    return ", ".join(names) or figures.NOTHING


def _between(parts: Any) -> list[Child]:
    found: list[Child] = []
    for part in parts:
        found += [", ", part] if found else [part]
    return found or [figures.NOTHING]
