"""Fleet: every department and agent as a cell, and their tasks; several are paused at once, with a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, get_args

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.fleet_cells import TASK_STATES, TICKED, cells_of, pause_form
from podium.console.fleet_tabs import fleet_tabs
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, live, reading, segments
from podium.console.markup import element, join, link
from podium.console.tables import Choice, Column, Row, filter_form, older, table
from podium.kernel.errors import PodiumError
from podium.ports.acts import SteerBreaker, SteeredTask, SteerTasks, TasksSteered
from podium.ports.runs import RunIs
from podium.ports.tasks import TaskState
from podium.trust.people import Right
from podium.views.fleet_cells import DepartmentCells, fleet_cells
from podium.views.living import LIVING, Living, counted, living_tasks
from podium.views.runs import WAITS, RunFilters, WaitsFor, run_rows, waiting
from podium.views.tasks import Fleet, TaskFilters, TaskRow, TaskUse, fleet

ROWS: Final = 50
QUEUED: Final = 50
STATES: Final = get_args(TaskState)
FILTERS: Final = ("q", "agent", "department", "state")
_TONES: Final = {
    "running": "ok",
    "succeeded": "ok",
    "paused": "warn",
    "killed": "bad",
    "revoked": "bad",
    "failed": "bad",
    "unknown": "bad",
}
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
    queue: list[RunIs]
    """Runs whose program is not there yet."""
    waits: dict[str, WaitsFor]
    """Of the queue."""
    living: dict[str, Living]
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
        queued = RunFilters(
            state="queued", agent=filters.agent, department=filters.department, text=filters.text
        )
        before, shows_queue = self.address.get("before"), filters.state is None

        def read(connection: Connection) -> Seen:
            read_ns = now_ns()
            found = fleet(connection, filters, now_ns=read_ns, limit=ROWS + 1, before=before)
            queue = run_rows(connection, queued, limit=QUEUED) if shows_queue and before is None else []
            living = living_tasks(connection, now_ns=read_ns)
            return Seen(
                found,
                fleet_cells(connection, living, now_ns=read_ns, department=filters.department),
                queue,
                waiting(connection, queue),
                living,
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
        self._body.show(join(_queue(data), self._tasks(data)))

    async def act(self, name: str, fields: dict[str, str]) -> None:
        """Pause, or resume, what is ticked, in the name of who looks: a row of the chain each."""
        if name != TICKED:
            return
        reason, resume = fields.get("reason", ""), fields.get("act") == "resume"
        done, refused = 0, []
        ticked = [field.partition(":") for field in fields]
        for agent in (id_ for kind, _, id_ in ticked if kind == "agent"):
            wish = SteerBreaker(
                self.frame.caller[0], f"agent/{agent}", "resume" if resume else "stop", reason
            )
            try:
                await self.frame.keeper.ask(wish)
                done += 1
            except PodiumError as error:
                refused.append(f"{agent}: {error}")
        tasks = tuple(id_ for kind, _, id_ in ticked if kind == "task")
        if tasks:
            one_by_one = await self._steer(tasks, reason, resume=resume)
            done += sum(one.done for one in one_by_one)
            refused += [f"{one.task_id}: {one.text}" for one in one_by_one if not one.done]
        self._said.show(_said(done, refused, resume=resume))
        if done and not refused:
            self.frame.client.run_javascript(f"document.getElementById('{TICKED}')?.reset()")
        self.follow()

    async def _steer(self, task_ids: tuple[str, ...], reason: str, *, resume: bool) -> list[SteeredTask]:
        """Pause tasks, or let them go on; return what became of each."""
        act = SteerTasks(self.frame.caller[0], "resume" if resume else "pause", reason, task_ids)
        try:
            told = await self.frame.keeper.ask(act)
        except PodiumError as error:
            return [SteeredTask(task_id, "", done=False, text=str(error)) for task_id in task_ids]
        return told.tasks if isinstance(told, TasksSteered) else []

    def _head(self, data: Seen | None) -> Markup:
        return element(
            "div",
            element("h1", "Fleet", tabindex="-1"),
            element("span", self._counted(data) if data is not None else "", class_="sub"),
            fleet_tabs("/fleet"),
            element(
                "div",
                live(data.read_ns) if data is not None else None,
                link("/fleet/start", "Start a task", class_="button")
                if self.frame.caller[1].may(Right.OPERATE)
                else None,
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

    def _counted(self, data: Seen) -> str:
        """Return how many tasks are in which state, as their cells and their rows have it."""
        agent, department = self.address.get("agent"), self.address.get("department")
        found = counted(data.living.values(), agent=agent, department=department)
        cells = [cell for one in data.cells for cell in one.agents if agent in {None, cell.name}]
        found["queued"] = sum(cell.queued for cell in cells)
        found["unknown"] = sum(cell.unknown for cell in cells)
        shown = [f"{figures.count(found[name])} {name}" for name, _, _ in TASK_STATES if found[name]]
        return ", ".join(shown) or "no task runs"

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
                link("/fleet/start", "Start one here", class_="plain"),
                ", or with ",
                element("code", 'podium task start AGENT "REQUEST"'),
                ": it appears here at once. ",
                element("code", "podium run AGENT -- COMMAND"),
                " runs a program of your own.",
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


def _queue(data: Seen) -> Markup | None:
    """Return the runs that wait for their turn; nothing where none does."""
    if not data.queue:
        return None
    columns = (
        Column("", style="tick"),
        Column("Queued, UTC"),
        Column("Agent"),
        Column("Department", style="wide"),
        Column("State"),
        Column("Attempt", number=True),
        Column("Priority", number=True),
        Column("Waits", number=True),
    )
    rows = (
        Row(
            (
                _tick(run.task_id),
                link(
                    f"/fleet/{run.task_id}", figures.day_time(run.queued_ns), class_="row", title=run.task_id
                ),
                run.agent or run.kind,
                run.department,
                state(run.state, data.waits.get(run.task_id)),
                figures.count(run.attempt),
                str(run.priority),
                figures.length(data.read_ns - run.queued_ns),
            ),
            key=run.task_id,
        )
        for run in data.queue
    )
    head = element("header", element("h2", "In the queue"))
    more = element("footer", f"The newest {QUEUED}.") if len(data.queue) == QUEUED else None
    body = table(columns, rows, label="In the queue, newest first")
    return element("section", head, body, more, class_="panel", aria_label="Queue")


def _tick(task_id: str) -> Markup:
    return element(
        "input", type="checkbox", name=f"task:{task_id}", form=TICKED, aria_label=f"Tick {task_id}"
    )


def _row(row: TaskRow, data: Seen) -> Row:
    use = data.fleet.use.get(row.task_id, TaskUse(0, 0))
    return Row(
        (
            _tick(row.task_id) if row.state in LIVING else "",
            link(f"/fleet/{row.task_id}", figures.day_time(row.started_ns), class_="row", title=row.task_id),
            row.agent,
            row.department,
            _state_of(row, data),
            element("span", "a task", title=row.parent_id) if row.parent_id else figures.NOTHING,
            time_left(row, data.read_ns),
            figures.count(use.calls),
            figures.usd(use.cost_nano_usd),
        ),
        key=row.task_id,
    )


def _state_of(row: TaskRow, data: Seen) -> Markup:
    """Return a task's state as its cell counts it."""
    one = data.living.get(row.task_id)
    if one is None or row.state not in LIVING:
        return state(row.state)
    return state("paused" if one.state == "paused" else row.state, one.waits_for)


def state(name: str, waits_for: WaitsFor | None = None) -> Markup:
    """Return a task's state as a badge, with what it waits for."""
    if waits_for is None:
        return element("span", name, class_=f"badge {_TONES.get(name, '')}".strip())
    held = f"{name}, " if name in {"paused", "unknown"} else ""
    return element("span", f"{held}waits for {WAITS[waits_for]}", class_="badge warn")


def time_left(row: TaskRow, read_ns: int) -> Markup | str:
    """Return how long a task lives yet; a dash where it is over."""
    return figures.length(row.until_ns - read_ns) if row.state in LIVING else figures.NOTHING
