"""One task by its permalink: who it is, what it may, what it has started; and what a person may do to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.address import Address
from podium.console.audits import SHOWN_RESULTS, results_section
from podium.console.cost_sheet import cost_panel
from podium.console.fleet import state, time_left
from podium.console.fragment import Fragment
from podium.console.frame import Page, crumbs, empty, live, reading
from podium.console.markup import Child, element, join, link
from podium.console.tables import Column, Row, bar, table
from podium.console.task_form import Steerable, act_of, acts_of, steer_form
from podium.console.task_run import how_it_runs
from podium.console.task_tools import SHOWN, tool_calls
from podium.console.tree import tree
from podium.console.window import window_panel
from podium.kernel.errors import PodiumError
from podium.ports.acts import ActDone
from podium.trust.credentials.identity import Detail
from podium.trust.people import Right
from podium.trust.request.user import shown
from podium.views.audit_results import Result, ResultFilter, results
from podium.views.calls import CallFilters, call_rows
from podium.views.cost import CostOfTask, CostReader
from podium.views.explain_tasks import Teller
from podium.views.explain_tree import Node
from podium.views.fleet_cells import Window, newest_snapshot, window_of
from podium.views.living import LIVING, Standing, standing_over
from podium.views.runs import RunDetail, WaitsFor, find_run, run_detail, waits_of_running
from podium.views.scope import Elsewhere
from podium.views.tasks import TaskDetail, TaskRow, find_task, task_detail, task_words
from podium.views.tools import ToolCallRow, tool_call_rows
from podium.views.undos import UndoRow, in_words, undo_rows
from podium.views.windows import WindowStep, task_windows


@dataclass(frozen=True)
class Seen:
    """What was read, and when."""

    detail: TaskDetail | None
    """None: it is queued, and has no identity yet."""
    run: RunDetail | None
    """None: Podium does not run it."""
    waits_for: WaitsFor | None
    held: list[Standing]
    words: list[str]
    tools: list[ToolCallRow]
    steps: Node
    window: Window | None
    undos: list[UndoRow]
    windows: list[WindowStep]
    cost: CostOfTask | None
    audits: list[Result]
    read_ns: int

    @property
    def agent(self) -> str:
        """Whose it is; of a step without an agent what it does."""
        if self.detail is not None:
            return self.detail.task.agent
        assert self.run is not None  # noqa: S101 - one of both is there
        return self.run.run.agent or self.run.run.kind

    @property
    def state(self) -> str:
        """Of its run, or else of its identity."""
        return self.run.run.state if self.run is not None else self.task.state

    @property
    def task(self) -> TaskRow:
        """Return its identity."""
        assert self.detail is not None  # noqa: S101 - asked for where there is one
        return self.detail.task

    @property
    def steerable(self) -> Steerable:
        """What the form must know."""
        task = self.detail.task if self.detail is not None else None
        run = self.run.run if self.run is not None else None
        grants = task.grants if task is not None else ()
        is_step = run is not None and run.pipeline_run_id is not None
        return Steerable(
            self.state,
            is_run=run is not None and run.kind != "pipeline",
            has_begun=task is not None,
            over=task is None or task.state not in LIVING,
            may_retry=run is not None and not is_step,
            budget_nano_usd=run.budget_nano_usd if run is not None else None,
            routes=tuple(name for grant in grants for name in grant.routes),
            tools=tuple(name for grant in grants for name in grant.tools),
        )


class TaskPage(Page):
    """A task. What stands below its facts is `SECTIONS`, in their order."""

    title = "Task"

    def build(self) -> None:
        """Make the page's elements. The form is apart, so that a reading leaves alone what is typed."""
        self._id = self.address.path.rsplit("/", 1)[-1]
        self._steerable: Steerable | None = None
        self._grant: tuple[Detail, ...] = ()
        self._costs = CostReader(self._id)
        self._body = Fragment(join(_crumbs(), reading()))
        self._form = Fragment()
        self._said = Fragment().props('aria-live="polite"')

    def reader(self) -> Callable[[Connection], Seen]:
        """Return what reads the task."""
        id_, now_ns = self._id, self.frame.feeds.now_ns
        sees = self.frame.caller[1].sees
        costs = self._costs

        def read(connection: Connection) -> Seen:
            read_ns = now_ns()
            last = call_rows(connection, CallFilters(task=id_, outcome="ok"), limit=1)
            run = run_detail(connection, id_) if find_run(connection, id_) is not None else None
            begun = run is None or find_task(connection, id_, read_ns) is not None
            detail = task_detail(connection, id_, read_ns) if begun else None
            waits = run.waits_for if run is not None else None
            if detail is not None and detail.task.state == "running" and waits is None:
                waits = waits_of_running(connection, [id_]).get(id_)
            return Seen(
                detail,
                run,
                waits,
                _standing(connection, detail),
                task_words(connection, id_, read_ns),
                tool_call_rows(connection, task=id_, limit=SHOWN),
                Teller(connection, read_ns).task(id_),
                window_of(next(iter(last), None), newest_snapshot(connection)),
                undo_rows(connection, id_),
                task_windows(connection, id_, SHOWN),
                costs.read(connection, read_ns),
                results(connection, ResultFilter(task=id_, within=sees), limit=SHOWN_RESULTS),
                read_ns,
            )

        return read

    @property
    def interval_s(self) -> float:
        """Seconds between two readings: steps show as they come."""
        return 1.0

    def show(self, data: Seen) -> None:
        """Show a reading; the form changes with what may be done alone."""
        self._body.show(join(_crumbs(), *(section(data) for section in SECTIONS)))
        self._grant = data.detail.task.grants if data.detail is not None else ()
        if data.steerable != self._steerable:
            self._steerable = data.steerable
            self._form.show(steer_form(data.steerable, may=self.frame.caller[1].may(Right.OPERATE)))

    def show_missing(self, message: str) -> None:
        """Say that there is no such task."""
        body = element("section", empty("No such task", message), class_="panel")
        self._body.show(join(_crumbs(), element("h1", "Not found", tabindex="-1"), body))
        self._form.show(Markup())

    async def act(self, name: str, fields: dict[str, str]) -> None:
        """Steer, in the name of who looks; the keeper knows whether they may."""
        if name != "steer":
            return
        by, now_ns = self.frame.caller[0], self.frame.feeds.now_ns()
        try:
            act = act_of(by, self._id, fields, self._grant, now_ns=now_ns)
            if act is None:
                return
            done = await self.frame.keeper.ask(act)
        except PodiumError as error:
            self._said.show(element("p", str(error), class_="field-error said", role="alert"))
            return
        self._said.show(_said(done if isinstance(done, ActDone) else ActDone()))
        self.frame.client.run_javascript("document.querySelector('form[data-act=steer]')?.reset()")
        self.follow()


def _said(done: ActDone) -> Markup:
    """Return what was done; another task is a link."""
    more = link(f"/fleet/{done.id}", "Look at it", class_="plain") if _is_another(done) else None
    return element("p", done.text, " ", more, class_="said", role="status")


def _is_another(done: ActDone) -> bool:
    return done.id.startswith("task_") and done.text.startswith(f"{done.id} is queued")


def _crumbs() -> Markup:
    return crumbs(link("/fleet", "Fleet"))


def _head(data: Seen) -> Markup:
    run = data.run.run if data.run is not None else None
    name = f"Step {run.step} of a pipeline" if run is not None and not run.agent else f"Task of {data.agent}"
    return element(
        "div",
        element("h1", name, tabindex="-1"),
        state(
            "paused" if any(it.key.startswith("task/") for it in data.held) else data.state, data.waits_for
        ),
        element(
            "div",
            live(data.read_ns),
            element("button", "Steer", type="button", class_="button", data_scroll="steer")
            if acts_of(data.steerable)
            else None,
            class_="end",
        ),
        class_="page-head",
    )


def _standing(connection: Connection, detail: TaskDetail | None) -> list[Standing]:
    """Return what lets nothing of a living task through."""
    if detail is None or detail.task.state not in LIVING:
        return []
    it = detail.task
    return standing_over(connection, it.task_id, it.root_id, it.agent, it.department)


def _held(data: Seen) -> Markup | None:
    """Return why none of its calls goes through, and where that is decided."""
    lines = (
        element(
            "div",
            element("strong", f"{_whose(it.key, data.task.task_id)} is {it.state}"),
            element("span", f"Its calls are refused. {it.reason}"),
            link(f"/inbox/{it.case_id}", "Answer", class_="button")
            if it.case_id
            else link(Address("/money/breakers").but(key=it.key), "Decide", class_="button"),
            class_="banner warn",
            role="status",
        )
        for it in data.held
    )
    return join(*lines) if data.held else None


def _whose(key: str, task_id: str) -> str:
    kind, _, name = key.partition("/")
    if kind == "task":
        return "It" if name == task_id else "The task that has started it"
    return "Everything" if kind == "all" else f"Its {kind} {name}"


def _facts(data: Seen) -> Markup | None:
    if data.detail is None:
        return None
    task, detail = data.detail.task, data.detail
    facts: list[tuple[str, Child]] = [
        ("Task", element("span", task.task_id, class_="mono")),
        ("Identity", element("span", task.sub, class_="mono")),
        ("Agent", link(Address("/fleet").but(agent=task.agent, show="all"), task.agent)),
        ("Department", task.department),
        ("Started", join(figures.moment(task.started_ns), " · ", figures.ago(task.started_ns))),
        ("Time left", time_left(task, data.read_ns)),
        ("Started by", _task(task.parent_id) if task.parent_id else figures.NOTHING),
        (
            "Cost",
            join(
                figures.usd(detail.cost_nano_usd),
                " USD in ",
                link(f"/now/explain/{task.task_id}", f"{figures.count(detail.charges)} charges"),
            ),
        ),
        ("Tokens", "bound to a key (DPoP)" if task.bound else "bearer"),
        ("Window", _window(data.window)),
    ]
    if detail.user is not None:
        facts.append(("User", shown(detail.user)))
    facts += [
        (grant.type.removeprefix("podium_").capitalize(), ", ".join(grant.routes + grant.tools))
        for grant in task.grants
    ]
    pairs = (join(element("dt", name), element("dd", value)) for name, value in facts)
    head = element("header", element("h2", "What it is"))
    body = element("dl", *pairs, class_="facts")
    return element("section", head, body, class_="panel", aria_label="What it is")


def _window(window: Window | None) -> Child:
    """Return how full the context window was with the last answered call."""
    if window is None:
        return figures.NOTHING
    part, whole = window.used_tokens, window.window_tokens
    words = f"{figures.percent(part, whole)} of {figures.count(whole)} tokens of {window.model}"
    return join(words, bar(part, whole))


def _steps(data: Seen) -> Markup | None:
    if not data.steps.children:
        return None
    story = link(f"/now/explain/{data.steps.id}", "Its whole story", class_="button")
    head = element("header", element("h2", "Steps"), element("div", story, class_="end"))
    body = tree(data.steps, label="Steps, as they come")
    return element("section", head, body, class_="panel", aria_label="Steps")


def _task(task_id: str) -> Markup:
    return link(f"/fleet/{task_id}", task_id, class_="mono")


def _children(data: Seen) -> Markup | None:
    rows = data.detail.children if data.detail is not None else []
    others = data.detail.elsewhere if data.detail is not None else Elsewhere()
    if not rows and not others.tasks:
        return None
    columns = (Column("Task"), Column("Agent"), Column("State"), Column("Time left", number=True))
    cells = (
        Row((_task(row.task_id), row.agent, state(row.state), time_left(row, data.read_ns)), key=row.task_id)
        for row in rows
    )
    head = element("header", element("h2", "What it has started"))
    body = table(columns, cells, label="Sub-agents' tasks") if rows else None
    more = None
    if others.tasks:
        cost = join(others.words, ", with all below: ", figures.usd(others.cost_nano_usd), " USD")
        more = element("p", cost, class_="prose muted")
    return element("section", head, body, more, class_="panel", aria_label="Started")


def _story(data: Seen) -> Markup:
    lines = (element("li", line) for line in data.words)
    head = element("header", element("h2", "Its story"))
    body = element("ul", *lines, class_="prose body")
    return element("section", head, body, class_="panel", aria_label="Story")


def _cost(data: Seen) -> Markup | None:
    return cost_panel(data.cost) if data.cost is not None else None


def _windows(data: Seen) -> Markup | None:
    return window_panel(data.windows)


def _audits(data: Seen) -> Markup | None:
    return results_section(data.audits, Address("/fleet/audits").but(task=data.steps.id))


def _tools(data: Seen) -> Markup | None:
    return tool_calls(data.tools)


def _undos(data: Seen) -> Markup | None:
    if not data.undos:
        return None
    lines = [
        element(
            "li",
            f"{one.by} wants it undone ({one.reason}): ",
            "it goes on." if one.state != "done" else "nothing could be." if not one.acts else "",
            element("ul", *(element("li", in_words(act)) for act in one.acts)) if one.acts else None,
        )
        for one in data.undos
    ]
    head = element("header", element("h2", "Undone"))
    return element(
        "section", head, element("ul", *lines, class_="prose body"), class_="panel", aria_label="Undone"
    )


def _overview(data: Seen) -> Markup | None:
    if data.run is None or data.detail is None:
        return how_it_runs(data.run) if data.run is not None else _facts(data)
    return element("div", how_it_runs(data.run), _facts(data), class_="grid two")


SECTIONS: Final[tuple[Callable[[Seen], Markup | None], ...]] = (
    _head,
    _held,
    _overview,
    _steps,
    _windows,
    _cost,
    _audits,
    _children,
    _tools,
    _undos,
    _story,
)
