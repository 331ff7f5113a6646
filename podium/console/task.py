"""One task by its permalink: who it is, what it may, what it has started; and what a person may do to it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.address import Address
from podium.console.audits import SHOWN_RESULTS, results_section
from podium.console.fleet import state, time_left
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, live, reading
from podium.console.markup import Child, element, join, link
from podium.console.tables import Column, Row, bar, table
from podium.console.task_tools import SHOWN, tool_calls
from podium.console.tree import tree
from podium.console.window import window_panel
from podium.kernel.errors import PodiumError
from podium.ports.acts import SteerTask
from podium.trust.people import Right
from podium.views.audit_results import Result, ResultFilter, results
from podium.views.calls import CallFilters, call_rows
from podium.views.explain_tasks import Teller
from podium.views.explain_tree import Node
from podium.views.fleet_cells import Window, newest_snapshot, window_of
from podium.views.tasks import LIVING, TaskDetail, task_detail, task_words
from podium.views.tools import ToolCallRow, tool_call_rows
from podium.views.windows import WindowStep, task_windows

_ACTS: Final = {
    "pause": ("Pause", "Its calls are refused until somebody resumes it.", "good"),
    "resume": ("Resume", "Its calls are answered again.", "good"),
    "end": ("End", "It has done what it should; its tokens are dead.", ""),
    "kill": ("Kill", "It must stop; its tokens are dead, and its program with them.", "bad"),
    "revoke": ("Revoke", "Somebody else has its tokens; they are dead.", "bad"),
}
"""What it is called, what comes of it, its tone."""


@dataclass(frozen=True)
class Seen:
    """What was read, and when."""

    detail: TaskDetail
    words: list[str]
    tools: list[ToolCallRow]
    steps: Node
    window: Window | None
    windows: list[WindowStep]
    audits: list[Result]
    read_ns: int


class TaskPage(Page):
    """A task. What stands below its facts is `SECTIONS`, in their order."""

    title = "Task"

    def build(self) -> None:
        """Make the page's elements. The form is apart, so that a reading leaves alone what is typed."""
        self._id = self.address.path.rsplit("/", 1)[-1]
        self._state = ""
        self._body = Fragment(join(_crumbs(), reading()))
        self._form = Fragment()
        self._said = Fragment().props('aria-live="polite"')

    def reader(self) -> Callable[[Connection], Seen]:
        """Return what reads the task."""
        id_, now_ns = self._id, self.frame.feeds.now_ns

        def read(connection: Connection) -> Seen:
            read_ns = now_ns()
            last = call_rows(connection, CallFilters(task=id_, outcome="ok"), limit=1)
            return Seen(
                task_detail(connection, id_, read_ns),
                task_words(connection, id_, read_ns),
                tool_call_rows(connection, task=id_, limit=SHOWN),
                Teller(connection, read_ns).task(id_),
                window_of(next(iter(last), None), newest_snapshot(connection)),
                task_windows(connection, id_, SHOWN),
                results(connection, ResultFilter(task=id_), limit=SHOWN_RESULTS),
                read_ns,
            )

        return read

    @property
    def interval_s(self) -> float:
        """Seconds between two readings: steps show as they come."""
        return 1.0

    def show(self, data: Seen) -> None:
        """Show a reading; the form changes with the task's state alone."""
        self._body.show(join(_crumbs(), *(section(data) for section in SECTIONS)))
        if data.detail.task.state != self._state:
            self._state = data.detail.task.state
            self._form.show(_form(self._state, may=self.frame.caller[1].may(Right.OPERATE)))

    def show_missing(self, message: str) -> None:
        """Say that there is no such task."""
        body = element("section", empty("No such task", message), class_="panel")
        self._body.show(join(_crumbs(), element("h1", "Not found", tabindex="-1"), body))
        self._form.show(Markup())

    async def act(self, name: str, fields: dict[str, str]) -> None:
        """Steer, in the name of who looks; the keeper knows whether they may."""
        choice = fields.get("choice", "")
        if name != "steer" or choice not in _ACTS:
            return
        act = SteerTask(self.frame.caller[0], self._id, choice, fields.get("reason", ""))  # type: ignore[arg-type] # one of its acts
        try:
            await self.frame.keeper.ask(act)
        except PodiumError as error:
            self._said.show(element("p", str(error), class_="field-error said", role="alert"))
            return
        self._said.show(Markup())
        self.follow()


def _crumbs() -> Markup:
    return element("nav", link("/fleet", "Fleet"), element("span", "/"), class_="crumbs", aria_label="Where")


def _head(data: Seen) -> Markup:
    task = data.detail.task
    return element(
        "div",
        element("h1", f"Task of {task.agent}", tabindex="-1"),
        state(task.state),
        element("div", live(data.read_ns), class_="end"),
        class_="page-head",
    )


def _facts(data: Seen) -> Markup:
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
    story = link(f"/now/explain/{data.detail.task.task_id}", "Its whole story", class_="button")
    head = element("header", element("h2", "Steps"), element("div", story, class_="end"))
    body = tree(data.steps, label="Steps, as they come")
    return element("section", head, body, class_="panel", aria_label="Steps")


def _task(task_id: str) -> Markup:
    return link(f"/fleet/{task_id}", task_id, class_="mono")


def _children(data: Seen) -> Markup | None:
    rows = data.detail.children
    if not rows:
        return None
    columns = (Column("Task"), Column("Agent"), Column("State"), Column("Time left", number=True))
    cells = (
        Row((_task(row.task_id), row.agent, state(row.state), time_left(row, data.read_ns)), key=row.task_id)
        for row in rows
    )
    head = element("header", element("h2", "What it has started"))
    body = table(columns, cells, label="Sub-agents' tasks")
    return element("section", head, body, class_="panel", aria_label="Started")


def _story(data: Seen) -> Markup:
    lines = (element("li", line) for line in data.words)
    head = element("header", element("h2", "Its story"))
    body = element("ul", *lines, class_="prose body")
    return element("section", head, body, class_="panel", aria_label="Story")


def _windows(data: Seen) -> Markup | None:
    return window_panel(data.windows)


def _audits(data: Seen) -> Markup | None:
    return results_section(data.audits, Address("/fleet/audits").but(task=data.detail.task.task_id))


def _tools(data: Seen) -> Markup | None:
    return tool_calls(data.tools)


SECTIONS: Final[tuple[Callable[[Seen], Markup | None], ...]] = (
    _head,
    _facts,
    _steps,
    _windows,
    _audits,
    _children,
    _tools,
    _story,
)


def _form(task_state: str, *, may: bool) -> Markup:
    """Return what may be done to a task in a state."""
    if task_state not in LIVING:
        return Markup()
    if not may:
        words = "Operators pause, resume, end, kill and revoke tasks."
        return element("section", element("p", words, class_="prose"), class_="panel", aria_label="Steer")
    names = [name for name in _ACTS if name != ("resume" if task_state == "running" else "pause")]
    choices = (
        element(
            "label",
            element("input", type="radio", name="choice", value=name, required=True, data_choice=number),
            element("kbd", str(number)),
            element("b", _ACTS[name][0]),
            element("span", _ACTS[name][1], class_="muted"),
            class_=f"choice {_ACTS[name][2]}".strip(),
        )
        for number, name in enumerate(names, 1)
    )
    return element(
        "section",
        element("header", element("h2", "Steer it, and what it has started")),
        element(
            "form",
            element("fieldset", element("legend", "Act", class_="visually-hidden"), *choices),
            element("label", "Reason", for_="reason"),
            element(
                "textarea",
                id="reason",
                name="reason",
                required=True,
                rows=3,
                maxlength=2000,
                placeholder="Why, in a sentence. It is kept for ever.",
            ),
            element(
                "div",
                element("button", "Do it", type="submit", class_="button primary"),
                element("span", "Ctrl Enter", class_="muted"),
                class_="row",
            ),
            class_="act body",
            data_act="steer",
        ),
        class_="panel",
        aria_label="Steer",
    )
