"""Ship, pipelines: those in force and their runs; and one run with its graph, live."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.address import Address
from podium.console.fragment import Fragment
from podium.console.frame import Page, crumbs, empty, live, reading
from podium.console.graph import badge, graph
from podium.console.markup import Child, element, join, link
from podium.console.reason import reason_field, submit_row
from podium.console.ship_tabs import ship_tabs
from podium.console.tables import Choice, Column, Row, filter_form, table
from podium.kernel.errors import PodiumError
from podium.ports.pipelines import CancelPipeline, RetryPipeline
from podium.trust.people import Right
from podium.views.pipelines import (
    LIVE,
    PipelineView,
    RunDetail,
    RunRow,
    StepView,
    UnitView,
    pipeline_views,
    run_detail,
    run_rows,
)

ROWS: Final = 50
STATES: Final = ("running", "cancelling", "succeeded", "failed", "cancelled")
_RUN_COLUMNS: Final = (
    Column("Started"),
    Column("Pipeline"),
    Column("State"),
    Column("Trigger"),
    Column("Took", number=True),
    Column("USD", number=True, hint="Of all its tasks on models"),
    Column("Why"),
)


@dataclass(frozen=True)
class Listed:
    """Pipelines and runs, and when they were read."""

    pipelines: list[PipelineView]
    runs: list[RunRow]
    read_ns: int


class PipelinesPage(Page):
    """The pipelines in force, and the runs, newest first."""

    title = "Pipelines"

    def build(self) -> None:
        """Make the page's elements."""
        self._body = Fragment(join(_list_head(None), reading()))

    def reader(self) -> Callable[[Connection], Listed]:
        """Return what reads pipelines and runs."""
        now_ns, pipeline = self.frame.feeds.now_ns, self.address.get("pipeline")
        state = self.address.get("state")

        def read(connection: Connection) -> Listed:
            known = state if state in STATES else None
            rows = run_rows(connection, pipeline=pipeline, state=known, limit=ROWS)
            return Listed(pipeline_views(connection), rows, now_ns())

        return read

    def show(self, data: Listed) -> None:
        """Show a reading."""
        self._body.show(join(_list_head(data.read_ns), _in_force(data.pipelines), _runs(self.address, data)))


def _list_head(read_ns: int | None) -> Markup:
    return element(
        "div",
        element("h1", "Ship", tabindex="-1"),
        ship_tabs("/ship/pipelines"),
        element("div", live(read_ns) if read_ns is not None else None, class_="end"),
        class_="page-head",
    )


def _in_force(views: list[PipelineView]) -> Markup:
    if not views:
        words = join("Write a manifest of kind ", element("code", "Pipeline"), " (docs/pipelines.md).")
        body = empty("No pipelines", words)
    else:
        body = table(
            (
                Column("Pipeline"),
                Column("Agent"),
                Column("Steps", number=True),
                Column("Started by"),
                Column("Newest run"),
            ),
            (
                Row(
                    (
                        link(Address("/ship/pipelines").but(pipeline=view.name), view.name),
                        view.agent,
                        figures.count(view.steps),
                        ", ".join([*view.triggers, "people"]),
                        join(badge(view.last.state), " ", link(_path(view.last.id), "look"))
                        if view.last is not None
                        else figures.NOTHING,
                    ),
                    key=view.name,
                )
                for view in views
            ),
            label="Pipelines in force",
        )
    head = element("header", element("h2", "In force"))
    return element("section", head, body, class_="panel", aria_label="Pipelines")


def _runs(address: Address, data: Listed) -> Markup:
    names = sorted({view.name for view in data.pipelines} | {row.pipeline for row in data.runs})
    filters = filter_form(
        address, (Choice("pipeline", "Any pipeline", names), Choice("state", "Any state", STATES))
    )
    head = element("header", element("h2", "Runs"), element("div", filters, class_="end"))
    if data.runs:
        rows = (_run_row(row, data.read_ns) for row in data.runs)
        body = table(_RUN_COLUMNS, rows, label="Runs, newest first")
    else:
        body = empty("No runs", join("Start one with ", element("code", "podium pipeline run NAME"), "."))
    return element("section", head, body, class_="panel", aria_label="Runs", data_rows=True)


def _run_row(row: RunRow, read_ns: int) -> Row:
    return Row(
        (
            link(_path(row.id), figures.day_time(row.started_ns), class_="row", title=row.id),
            row.pipeline,
            badge(row.state),
            row.trigger,
            figures.length((row.ended_ns or read_ns) - row.started_ns),
            figures.usd(row.cost_nano_usd),
            row.reason or figures.NOTHING,
        ),
        key=row.id,
    )


def _path(run_id: str) -> str:
    return f"/ship/pipelines/{run_id}"


@dataclass(frozen=True)
class Seen:
    """A run, and when it was read."""

    detail: RunDetail
    read_ns: int


class PipelineRunPage(Page):
    """One run: its graph, its steps, and what a person may do to it."""

    title = "Pipeline run"

    def build(self) -> None:
        """Make the page's elements. The form is apart, so that a reading leaves alone what is typed."""
        self._id = self.address.path.rsplit("/", 1)[-1]
        self._state = ""
        self._body = Fragment(join(_crumbs(), reading()))
        self._form = Fragment()
        self._said = Fragment().props('aria-live="polite"')

    @property
    def interval_s(self) -> float:
        """Seconds between two readings."""
        return 1.0

    def reader(self) -> Callable[[Connection], Seen]:
        """Return what reads the run."""
        id_, now_ns = self._id, self.frame.feeds.now_ns
        return lambda connection: Seen(run_detail(connection, id_), now_ns())

    def show(self, data: Seen) -> None:
        """Show a reading; the form changes with the run's state alone."""
        chosen = self.address.get("step")
        run = data.detail.run
        steps = [step for step in data.detail.steps if chosen in {None, step.name}]
        self._body.show(
            join(
                _crumbs(),
                _head(run, data.read_ns),
                _drawing(data.detail.steps, self.address, chosen),
                _facts(data.detail, data.read_ns),
                _steps(steps),
            )
        )
        if run.state != self._state:
            self._state = run.state
            self._form.show(_acts(run.state, may=self.frame.caller[1].may(Right.OPERATE)))

    def show_missing(self, message: str) -> None:
        """Say that there is no such run."""
        body = element("section", empty("No such run", message), class_="panel")
        self._body.show(join(_crumbs(), element("h1", "Not found", tabindex="-1"), body))
        self._form.show(Markup())

    async def act(self, name: str, fields: dict[str, str]) -> None:
        """Cancel or retry, in the name of who looks; the keeper knows whether they may."""
        by, reason, choice = self.frame.caller[0], fields.get("reason", ""), fields.get("choice")
        if name != "pipeline" or choice not in {"cancel", "retry"}:
            return
        act: CancelPipeline | RetryPipeline = RetryPipeline(by, self._id, reason)
        if choice == "cancel":
            act = CancelPipeline(by, self._id, reason)
        try:
            await self.frame.keeper.ask(act)
        except PodiumError as error:
            self._said.show(element("p", str(error), class_="field-error said", role="alert"))
            return
        self._said.show(Markup())
        self.follow()


def _crumbs() -> Markup:
    return crumbs(link("/ship/pipelines", "Pipelines"))


def _head(run: RunRow, read_ns: int) -> Markup:
    return element(
        "div",
        element("h1", f"Run of {run.pipeline}", tabindex="-1"),
        badge(run.state),
        element("div", live(read_ns), class_="end"),
        class_="page-head",
    )


def _facts(detail: RunDetail, read_ns: int) -> Markup:
    run = detail.run
    budget = join(" of ", figures.usd(run.budget_nano_usd)) if run.budget_nano_usd is not None else None
    facts: list[tuple[str, Child]] = [
        ("Run", element("span", run.id, class_="mono")),
        ("Department", run.department),
        ("Started", join(figures.moment(run.started_ns), " · ", figures.ago(run.started_ns))),
        ("By", f"{run.by} ({run.trigger})"),
        ("Took", figures.length((run.ended_ns or read_ns) - run.started_ns)),
        ("Cost", join(figures.usd(run.cost_nano_usd), budget, " USD on models")),
        ("Root task", link(f"/fleet/{run.root_id}", run.root_id, class_="mono")),
        ("Trace", link(f"/fleet/traces/{run.trace_id}", run.trace_id, class_="mono")),
        (
            "Manifests",
            link(Address("/ship").but(version=str(run.snapshot_version)), f"version {run.snapshot_version}"),
        ),
    ]
    if run.reason:
        facts.insert(0, ("Why", run.reason))
    pairs = (join(element("dt", name), element("dd", value)) for name, value in facts)
    head = element("header", element("h2", "What it is"))
    body = element("dl", *pairs, class_="facts")
    return element("section", head, body, class_="panel", aria_label="What it is")


def _drawing(steps: list[StepView], address: Address, chosen: str | None) -> Markup:
    head = element("header", element("h2", "Graph"))
    return element("section", head, graph(steps, address, chosen), class_="panel", aria_label="Graph")


def _steps(steps: list[StepView]) -> Markup:
    columns = (
        Column("Step"),
        Column("Entry", style="clip"),
        Column("State"),
        Column("Attempt", number=True),
        Column("Took", number=True),
        Column("USD", number=True),
        Column("Task or case"),
        Column("Why", style="words"),
    )
    rows = [row for step in steps for row in _rows(step)]
    head = element("header", element("h2", "Steps"))
    body = table(columns, rows, label="Steps")
    return element("section", head, body, class_="panel", aria_label="Steps", data_rows=True)


def _rows(step: StepView) -> list[Row]:
    if not step.units:
        dash = figures.NOTHING
        return [Row((step.name, dash, badge(step.state), dash, dash, dash, dash, dash), key=step.name)]
    return [_unit_row(step, unit) for unit in step.units]


def _unit_row(step: StepView, unit: UnitView) -> Row:
    took = figures.NOTHING
    if unit.began_ns is not None and unit.ended_ns is not None:
        took = figures.ms((unit.ended_ns - unit.began_ns) / 1000)
    where: Child = figures.NOTHING
    if unit.task_id is not None:
        where = link(f"/fleet/{unit.task_id}", unit.task_id, class_="mono")
    elif unit.case_id is not None:
        where = link(f"/inbox/{unit.case_id}", unit.case_id, class_="mono")
    return Row(
        (
            step.name,
            unit.entry or figures.NOTHING,
            badge(unit.state),
            figures.count(unit.attempt) if unit.attempt else figures.NOTHING,
            took,
            figures.usd(unit.cost_nano_usd),
            where,
            link("/inbox", unit.reason) if unit.waits_for == "person" else unit.reason or figures.NOTHING,
        ),
        key=f"{step.name}-{unit.item}",
    )


def _acts(state: str, *, may: bool) -> Markup:
    """Return what may be done to a run in a state."""
    if state == "succeeded":
        return Markup()
    if not may:
        words = "Operators cancel and retry runs."
        return element("section", element("p", words, class_="prose"), class_="panel", aria_label="Act")
    if state in LIVE:
        choice, label, effect, tone = "cancel", "Cancel", "What is under way is killed.", "bad"
    else:
        choice, label, effect, tone = "retry", "Retry", "What has not succeeded is done again.", "good"
    return element(
        "section",
        element("header", element("h2", label)),
        element(
            "form",
            element(
                "label",
                element("input", type="radio", name="choice", value=choice, required=True, checked=True),
                element("b", label),
                element("span", effect, class_="muted"),
                class_=f"choice {tone}",
            ),
            reason_field(),
            submit_row(label),
            class_="act body",
            data_act="pipeline",
        ),
        class_="panel",
        aria_label="Act",
    )
