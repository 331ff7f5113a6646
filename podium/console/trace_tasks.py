"""What stands on a trace's page of its tasks: verdicts of audits, and what each task has cost."""

from dataclasses import dataclass
from typing import Final

from markupsafe import Markup
from sqlalchemy import Connection, select

from podium.console import figures
from podium.console.address import Address
from podium.console.audits import results_section
from podium.console.cost_sheet import cost_panel
from podium.console.markup import Child, element, join, link
from podium.ports.database import calls
from podium.ports.tool_tables import tool_calls
from podium.views.audit_results import Result, ResultFilter, results
from podium.views.cost import CostOfTask, CostReader

MOST: Final = 20
"""Tasks of one trace whose audits are shown."""
SHEETS: Final = 3
"""Cost sheets on one page."""
LONG: Final = 2_000
"""Calls of models: what a trace with more has cost is worked out on the pages of its tasks."""
SHOWN: Final = 100
_WORST: Final = {"fail": 0, "unknown": 1, "pass": 2}


@dataclass(frozen=True)
class OfTasks:
    """What was read of a trace's tasks."""

    tasks: tuple[str, ...]
    audits: list[Result]
    """Broken rules first."""
    sheets: list[CostOfTask]
    left_out: tuple[str, ...]
    """Tasks whose sheets are not shown here."""

    def marks(self, trace_id: str) -> dict[str, list[str]]:
        """Return the spans of a trace that decided a verdict, by id: the worst of them, and which rules."""
        found: dict[str, list[str]] = {}
        for it in self.audits:
            for span in it.spans:
                if span.trace_id == trace_id:
                    before = found.setdefault(span.span_id, [it.verdict, ""])
                    rule = f"{it.audit}/{it.rule}: {it.verdict}"
                    before[1] = f"{before[1]}, {rule}" if before[1] else rule
        return found


class TaskReader:
    """Reads what a trace's page tells of its tasks, time and again."""

    def __init__(self, trace_id: str) -> None:
        self._trace = trace_id
        self._costs: dict[str, CostReader] = {}
        self.also: tuple[str, ...] = ()
        """Tasks that only spans of programs name."""

    def read(self, connection: Connection, now_ns: int) -> OfTasks:
        """Return what there is."""
        made = [select(of.c.task_id).where(of.c.trace_id == self._trace) for of in (calls, tool_calls)]
        each = [
            str(id_) for query in made for id_ in connection.execute(query.distinct().limit(MOST)).scalars()
        ]
        tasks = tuple(sorted({*each, *self.also})[:MOST])
        where = ResultFilter(tasks=tasks) if tasks else ResultFilter(trace=self._trace)
        audits = sorted(results(connection, where, limit=SHOWN), key=lambda it: _WORST[it.verdict])
        many = select(calls.c.call_id).where(calls.c.trace_id == self._trace).limit(LONG + 1)
        if len(connection.execute(many).all()) > LONG:
            return OfTasks(tasks, audits, [], tasks)
        sheets: list[CostOfTask] = []
        left_out = []
        for task in tasks:
            if any(task in {one.task_id for one in sheet.tasks} for sheet in sheets):
                continue  # it is in the sheet of the task that started it
            if len(sheets) == SHEETS:
                left_out.append(task)
            elif found := self._costs.setdefault(task, CostReader(task)).read(connection, now_ns):
                sheets.append(found)
        return OfTasks(tasks, audits, sheets, tuple(left_out))


def audits_of(found: OfTasks, trace_id: str) -> Markup | None:
    """Return the verdicts of audits over the tasks of a trace, with links to the spans that decided."""
    more = Address("/fleet/audits")
    one = more.but(task=found.tasks[0]) if len(found.tasks) == 1 else more.but(trace=trace_id)
    return results_section(found.audits, one)


def costs_of(found: OfTasks) -> Markup | None:
    """Return what the trace's tasks have cost in all: a task can have had other traces too."""
    panels = [cost_panel(sheet, of=sheet.task_id) for sheet in found.sheets]
    left: list[Child] = []
    for task in found.left_out:
        left += [", " if left else "", link(f"/fleet/{task}", task, class_="mono")]
    more = None
    if left:
        words = (
            f"What {figures.count(len(found.left_out))} more of its tasks have cost stands on their pages: "
        )
        more = element("section", element("p", words, *left, class_="prose"), class_="panel")
    return join(*panels, more)
