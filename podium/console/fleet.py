"""Fleet: every department and agent as a cell, and their tasks; several are paused at once, with a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, get_args

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.fleet_cells import TICKED, cells_of, pause_form
from podium.console.fleet_tabs import fleet_tabs
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, live, reading, segments
from podium.console.markup import element, join, link
from podium.console.tables import Choice, Column, Row, filter_form, older, table
from podium.kernel.errors import PodiumError
from podium.ports.acts import SteerBreaker, SteerTask
from podium.ports.tasks import TaskState
from podium.trust.people import Right
from podium.views.fleet_cells import DepartmentCells, fleet_cells
from podium.views.tasks import LIVING, Fleet, TaskFilters, TaskRow, TaskUse, fleet

ROWS: Final = 50
STATES: Final = get_args(TaskState)
FILTERS: Final = ("q", "agent", "department", "state")
_TONES: Final = {"running": "ok", "paused": "warn", "killed": "bad", "revoked": "bad"}
_COLUMNS: Final = (
    Column("", style="tick"),
    Column("Started, UTC"),
    Column("Agent"),
    Column("Department", style="wide"),
    Column("State"),
    Column("Started by", style="wide"),
    Column("Time left", number=True),
    Column("Calls", number=True),
    Column("Cost, USD", number=True),
)


@dataclass(frozen=True)
class Seen:
    """What was read, and when."""

    fleet: Fleet
    cells: list[DepartmentCells]
    read_ns: int


class FleetPage(Page):
    """The list of tasks, with filters in the address."""

    title = "Fleet"

    def build(self) -> None:
        """Make the page's elements. The form is apart, so that a reading leaves alone what is typed."""
        self._top = Fragment(join(self._head(None), reading()))
        may = self.frame.caller[1].may(Right.OPERATE)
        self._form = Fragment(pause_form() if may else Markup())
        self._said = Fragment().props('aria-live="polite"')
        self._body = Fragment()

    def reader(self) -> Callable[[Connection], Seen]:
        """Return what reads the tasks."""
        now_ns = self.frame.feeds.now_ns
        filters = TaskFilters(
            living=self._living,
            agent=self.address.get("agent"),
            department=self.address.get("department"),
            state=self.address.get("state") if self.address.get("state") in STATES else None,
            text=self.address.get("q"),
        )
        before = self.address.get("before")

        def read(connection: Connection) -> Seen:
            read_ns = now_ns()
            return Seen(
                fleet(connection, filters, now_ns=read_ns, limit=ROWS + 1, before=before),
                fleet_cells(connection, now_ns=read_ns, department=filters.department),
                read_ns,
            )

        return read

    @property
    def _living(self) -> bool:
        return self.address.get("show") != "all" and self.address.get("state") in {None, *LIVING}

    def show(self, data: Seen) -> None:
        """Show a reading."""
        agent = self.address.get("agent")
        self._top.show(join(self._head(data), cells_of(data.cells, self.address, agent=agent)))
        self._body.show(self._tasks(data))

    async def act(self, name: str, fields: dict[str, str]) -> None:
        """Pause, or resume, what is ticked, in the name of who looks: a row of the chain each."""
        if name != TICKED:
            return
        by, reason, resume = self.frame.caller[0], fields.get("reason", ""), fields.get("act") == "resume"
        done, refused = 0, []
        for field in fields:
            kind, _, id_ = field.partition(":")
            if kind == "agent":
                key = f"agent/{id_}"
                wish: SteerBreaker | SteerTask = SteerBreaker(by, key, "resume" if resume else "stop", reason)
            elif kind == "task":
                wish = SteerTask(by, id_, "resume" if resume else "pause", reason)
            else:
                continue
            try:
                await self.frame.keeper.ask(wish)
                done += 1
            except PodiumError as error:
                refused.append(f"{id_}: {error}")
        self._said.show(_said(done, refused, resume=resume))
        self.follow()

    def _head(self, data: Seen | None) -> Markup:
        sub = None
        if data is not None:
            running, paused = data.fleet.running, data.fleet.paused
            sub = f"{figures.count(running)} running"
            sub += f", {figures.count(paused)} paused" if paused else ""
        return element(
            "div",
            element("h1", "Fleet", tabindex="-1"),
            element("span", sub or "", class_="sub"),
            fleet_tabs("/fleet"),
            element(
                "div",
                live(data.read_ns) if data is not None else None,
                link("/fleet/audits", "Audits", class_="button"),
                segments(
                    "Which",
                    (("living", "Living"), ("all", "All")),
                    "living" if self._living else "all",
                    lambda value: self.address.but(
                        show="all" if value == "all" else None, state=None, before=None
                    ),
                ),
                class_="end",
            ),
            class_="page-head",
        )

    def _tasks(self, data: Seen) -> Markup:
        filters = filter_form(
            self.address,
            (
                Choice("department", "Any department", data.fleet.departments),
                Choice("agent", "Any agent", data.fleet.agents),
                Choice("state", "Any state", STATES),
            ),
            search="Search ids",
            keep=("show",),
        )
        head = element("header", element("h2", "Tasks"), element("div", filters, class_="end"))
        shown = data.fleet.rows[:ROWS]
        place = shown[-1].task_id if len(data.fleet.rows) > ROWS else None
        body = (
            join(
                table(_COLUMNS, (_row(row, data) for row in shown), label="Tasks, newest first"),
                older(self.address, shown=len(shown), noun="tasks", place=place),
            )
            if shown
            else self._nothing()
        )
        return element("section", head, body, class_="panel", aria_label="Tasks", data_rows=True)

    def _nothing(self) -> Markup:
        if any(self.address.get(name) for name in FILTERS):
            everything = self.address.but(**dict.fromkeys(FILTERS), before=None)
            return empty(
                "No task matches",
                join("Take a filter away, or ", link(everything, "see all of them", class_="plain"), "."),
            )
        return empty(
            "No task runs" if self._living else "No tasks yet",
            join(
                "Start one with ",
                element("code", "podium run AGENT -- COMMAND"),
                ", and it appears here within seconds.",
            ),
        )


def _said(done: int, refused: list[str], *, resume: bool) -> Markup:
    word = "goes on" if resume else "is paused"
    lines = [f"{done} of what was ticked {word}."] if done or not refused else []
    if not done and not refused:
        lines = ["Nothing is ticked."]
    return element(
        "div",
        *(element("p", line, role="status") for line in lines),
        *(element("p", line, class_="field-error", role="alert") for line in refused),
        class_="said",
    )


def _row(row: TaskRow, data: Seen) -> Row:
    use = data.fleet.use.get(row.task_id, TaskUse(0, 0))
    tick = element(
        "input", type="checkbox", name=f"task:{row.task_id}", form=TICKED, aria_label=f"Tick {row.task_id}"
    )
    return Row(
        (
            tick if row.state in LIVING else "",
            link(f"/fleet/{row.task_id}", figures.day_time(row.started_ns), class_="row", title=row.task_id),
            row.agent,
            row.department,
            state(row.state),
            element("span", "a task", title=row.parent_id) if row.parent_id else figures.NOTHING,
            time_left(row, data.read_ns),
            figures.count(use.calls),
            figures.usd(use.cost_nano_usd),
        ),
        key=row.task_id,
    )


def state(name: str) -> Markup:
    """Return a task's state as a badge."""
    return element("span", name, class_=f"badge {_TONES.get(name, '')}".strip())


def time_left(row: TaskRow, read_ns: int) -> Markup | str:
    """Return how long a task lives yet; a dash where it is over."""
    return figures.length(row.until_ns - read_ns) if row.state in LIVING else figures.NOTHING
