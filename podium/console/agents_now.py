"""Now's agents: what every agent does at this moment, a row a task."""

from collections.abc import Callable
from typing import Final

from markupsafe import Markup
from sqlalchemy import Connection

from podium.console import figures
from podium.console.fleet import state
from podium.console.fragment import Fragment
from podium.console.frame import Page, empty, live, reading
from podium.console.markup import Child, element, join, link
from podium.console.now_tabs import now_tabs
from podium.console.tables import Choice, Column, Row, filter_form, table
from podium.views.agents_now import AgentNow, agents_now

_COLUMNS: Final = (
    Column("Agent"),
    Column("Department", style="wide"),
    Column("State"),
    Column("Now"),
    Column("Since"),
    Column("Last verdict", style="words"),
    Column("Calls", number=True),
    Column("Cost, USD", number=True),
    Column(""),
)
_DOING: Final = {
    "person": "waits for a person",
    "model": "calls a model",
    "after model": "has asked a model",
    "after tool": "has used a tool",
    "begun": "has begun",
}


class AgentsNowPage(Page):
    """The rows, every second and a half."""

    title = "Agents now"

    @property
    def interval_s(self) -> float:
        """Seconds between two readings."""
        return 1.5

    def build(self) -> None:
        """Make the page's elements; rows come with the first reading."""
        self._head = Fragment(_header(None, None))
        self._body = Fragment(reading())

    def reader(self) -> Callable[[Connection], tuple[list[AgentNow], int]]:
        """Return what reads what is being done."""
        now_ns, agent, department = (
            self.frame.feeds.now_ns,
            self.address.get("agent"),
            self.address.get("department"),
        )

        def read(connection: Connection) -> tuple[list[AgentNow], int]:
            at_ns = now_ns()
            return agents_now(connection, now_ns=at_ns, agent=agent, department=department), at_ns

        return read

    def show(self, data: tuple[list[AgentNow], int]) -> None:
        """Show a reading."""
        rows, read_ns = data
        self._head.show(_header(rows, read_ns))
        filters = filter_form(
            self.address,
            (
                Choice("department", "Any department", sorted({row.department for row in rows})),
                Choice("agent", "Any agent", sorted({row.agent for row in rows})),
            ),
        )
        head = element("header", element("h2", "What they do"), element("div", filters, class_="end"))
        body = (
            table(_COLUMNS, map(_row, rows), label="What every agent does now")
            if rows
            else empty(
                "Nobody works",
                join(
                    "Start a task with ",
                    element("code", "podium run AGENT -- COMMAND"),
                    ", or call a model, and it is here within seconds.",
                ),
            )
        )
        self._body.show(element("section", head, body, class_="panel", aria_label="Agents", data_rows=True))


def _header(rows: list[AgentNow] | None, read_ns: int | None) -> Markup:
    flying = sum(row.flying for row in rows or ())
    words = (
        f"{figures.count(len(rows))} at work, {figures.count(flying)} in a call of a model" if rows else ""
    )
    return element(
        "div",
        element("h1", "Now", tabindex="-1"),
        now_tabs("/now/agents"),
        element("span", words, class_="sub"),
        element("div", live(read_ns) if read_ns is not None else None, class_="end"),
        class_="page-head",
    )


def _row(row: AgentNow) -> Row:
    doing = _DOING[row.doing]
    tone = {"model": " ok", "person": " warn"}.get(row.doing, "")
    more = f" ({row.flying} at once)" if row.flying > 1 else ""
    what: Child = element("b", row.what)
    if row.doing == "person":
        what = link(f"/inbox/{row.what}", "what is asked", class_="plain", title=row.what)
    trace = None
    if row.trace_id is not None and row.doing != "model":
        trace = link(f"/fleet/traces/{row.trace_id}", "Trace", class_="button")
    own = row.state != "implicit"
    return Row(
        (
            link(
                f"/fleet/{row.task_id}" if own else f"/now?agent={row.agent}",
                row.agent,
                class_="row",
                title=row.task_id,
            ),
            row.department,
            state(row.state),
            element(
                "span",
                element("span", doing, " ", what, more),
                class_=f"badge{tone}",
            ),
            figures.ago(row.since_ns),
            join(row.verdict, " by ", element("code", row.rule)) if row.verdict else figures.NOTHING,
            figures.count(row.calls),
            figures.usd(row.cost_nano_usd),
            trace,
        ),
        key=row.task_id,
    )
