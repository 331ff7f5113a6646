"""A task as it stands now, with all that is below it: its steps, what each waits for, took and cost.

Calls of models and tools are there once they have ended, as the ledger has them; what a person is asked is
there while they are asked.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final, Literal

import msgspec
from sqlalchemy import Connection, func, select

from podium.kernel.errors import NotFound
from podium.ports.acts import case_of
from podium.ports.database import calls, cases, task_identities
from podium.ports.fleet_tables import task_runs
from podium.ports.run_states import OVER
from podium.ports.runs import run_of
from podium.ports.tasks import DEAD_STATES
from podium.ports.tool_tables import tool_calls
from podium.trust.cases import Case
from podium.views.calls import CallListRow, calls_of_tasks
from podium.views.runs import WaitsFor, waiting
from podium.views.scope import naming
from podium.views.tools import ToolCallRow, tool_calls_of_tasks

MAX_TASKS: Final = 300
MAX_CALLS: Final = 500
"""Of each kind, the newest ones."""
_NOT_MADE: Final = frozenset({"refused", "denied", "asked"})
StepKind = Literal["task", "model", "tool", "person"]


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the tree. Times are Unix nanoseconds, money nano-USD."""

    id: str
    kind: StepKind
    parent_id: str | None
    """The task that it belongs to; None: it is the task that is watched."""
    title: str
    state: str
    """Of a task as its run's, or its identity's; of calls their outcome, ``denied`` or ``asked``; of a case
    ``open``, ``expired`` or what was answered."""
    why: str = ""
    waits_for: WaitsFor | None = None
    case_id: str | None = None
    """Where a person is, or was, asked."""
    at_ns: int = 0
    ended_ns: int | None = None
    """None: it goes on."""
    cost_nano_usd: int | None = None
    """Of a task with all that it has started."""
    times: int = 1
    """So often it came, one after another: a call that is refused, or asked about, is often made again."""


class Watched(msgspec.Struct, frozen=True):
    """The tree, each task before what is below it, by time."""

    steps: list[Step]
    state: str
    over: bool
    """Nothing more comes by itself; a task that is unknown goes on only when a person answers."""
    left_out: int
    """Steps that are not shown: the oldest calls, or tasks of a very wide tree."""


def watched(connection: Connection, task_id: str, now_ns: int) -> Watched:
    """Return a task as it stands now. Raises NotFound."""
    tree = _Tree(connection, task_id, now_ns)
    root = tree.tasks.get(task_id)
    if root is None:
        raise NotFound(f"There is no task {task_id}.", fix="See podium task list --all.")
    below: dict[str | None, list[Step]] = defaultdict(list)
    for step in (*tree.tasks.values(), *tree.steps()):
        below[step.parent_id].append(step)
    found: list[Step] = []

    def walk(step: Step) -> None:
        found.append(step)
        for one in sorted(below[step.id], key=lambda it: (it.at_ns, it.id)):
            walk(one)

    walk(root)
    over = root.state in OVER or root.state in DEAD_STATES or root.state == "unknown"
    return Watched(found, root.state, over, tree.left_out)


class _Tree:
    """Everything of a tree, each table read once."""

    def __init__(self, connection: Connection, root_id: str, now_ns: int) -> None:
        self._connection, self._now_ns = connection, now_ns
        self.left_out = 0
        identities, runs = self._read(root_id)
        self._ids = sorted({*identities, *runs})
        self._cases = self._read_cases()
        self._costs, self._counts = self._read_costs()
        self._waits = waiting(connection, [run_of(row) for row in runs.values()])
        open_of = {case.task_id for case in self._cases.values() if case.state == "open"}
        self.tasks: dict[str, Step] = {}
        for task_id in self._ids:
            identity, run = identities.get(task_id), runs.get(task_id)
            waits = self._waits.get(task_id)
            if waits is None and task_id in open_of and not _is_over(identity, run):
                waits = "person"
            self.tasks[task_id] = self._task(task_id, identity, run, waits)
            if task_id == root_id:
                self.tasks[task_id] = msgspec.structs.replace(self.tasks[task_id], parent_id=None)
        self._add_up()

    def _read(self, root_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the identities and the runs of a tree, by id."""
        ids, level = [root_id], [root_id]
        while level:
            new: set[str] = set()
            for table in (task_identities, task_runs):
                started = naming(self._connection, table, ("parent_id",), level)
                query = select(table.c.task_id).where(started)
                new |= set(self._connection.execute(query).scalars())
            new -= set(ids)
            level = sorted(new)[: MAX_TASKS - len(ids)]
            self.left_out += len(new) - len(level)
            ids += level
        identities, runs = (
            {row.task_id: row for row in self._connection.execute(select(it).where(it.c.task_id.in_(ids)))}
            for it in (task_identities, task_runs)
        )
        return identities, runs

    def _read_cases(self) -> dict[str, Case]:
        query = select(cases).where(cases.c.task_id.in_(self._ids)).order_by(cases.c.created_ns)
        found = [case_of(row) for row in self._connection.execute(query.limit(MAX_CALLS)).mappings()]
        return {case.id: case for case in found}

    def _read_costs(self) -> tuple[dict[str, int], dict[str, int]]:
        """Return what each task has cost on models by itself, and how many calls that were."""
        of = calls.c
        query = select(of.task_id, func.count(), func.coalesce(func.sum(of.cost_nano_usd), 0))
        rows = self._connection.execute(query.where(of.task_id.in_(self._ids)).group_by(of.task_id)).all()
        return {str(row[0]): int(row[2]) for row in rows}, {str(row[0]): int(row[1]) for row in rows}

    def _task(self, task_id: str, identity: Any, run: Any, waits: WaitsFor | None) -> Step:
        state, ended_ns, why, title = "", None, "", ""
        if run is not None:
            state, ended_ns, why, title = run.state, run.ended_ns, run.reason, _title(run)
        elif identity is not None:
            state, title = identity.state, identity.agent
            if state not in DEAD_STATES and identity.until_ns <= self._now_ns:
                state, ended_ns = "expired", identity.until_ns
            elif state in DEAD_STATES:
                ended_ns = identity.changed_ns
        return Step(
            id=task_id,
            kind="task",
            parent_id=(identity if identity is not None else run).parent_id,
            title=title,
            state=state,
            why=why,
            waits_for=waits,
            at_ns=_began(identity, run),
            ended_ns=ended_ns,
            cost_nano_usd=self._costs.get(task_id, 0),
        )

    def _add_up(self) -> None:
        """Have each task's cost hold what is below it."""
        sums: dict[str, int] = defaultdict(int)
        for task_id, own in self._costs.items():
            at: str | None = task_id
            while at is not None and at in self.tasks:
                sums[at] += own
                at = self.tasks[at].parent_id
        self.tasks = {
            task_id: msgspec.structs.replace(step, cost_nano_usd=sums[task_id])
            for task_id, step in self.tasks.items()
        }

    def steps(self) -> list[Step]:
        """Return the calls, and the cases that no call names."""
        models = calls_of_tasks(self._connection, self._ids, limit=MAX_CALLS)
        tools = tool_calls_of_tasks(self._connection, self._ids, limit=MAX_CALLS)
        self.left_out += max(0, sum(self._counts.values()) - len(models))
        if len(tools) == MAX_CALLS:
            of = tool_calls.c
            query = select(func.count()).select_from(tool_calls).where(of.task_id.in_(self._ids))
            self.left_out += int(self._connection.execute(query).scalar_one()) - len(tools)
        named = {row.approval_id for row in tools}
        found = [model_step(row) for row in reversed(models)]
        found += [tool_step(row, self._cases.get(row.approval_id or "")) for row in reversed(tools)]
        return merged(found) + [case_step(case) for case in self._cases.values() if case.id not in named]


def _is_over(identity: Any, run: Any) -> bool:
    state = run.state if run is not None else identity.state
    return state in OVER or state in DEAD_STATES


def _began(identity: Any, run: Any) -> int:
    if run is None:
        return int(identity.started_ns)
    return int(run.started_ns or run.queued_ns)


def _title(run: Any) -> str:
    """Return in words whose task it is."""
    if run.kind == "pipeline":
        return f"pipeline {msgspec.json.decode(run.spec).get('pipeline', '')}".rstrip()
    who = run.agent or run.kind
    item = run.item.partition(".")[0] if run.pipeline_run_id else ""
    entry = f"[{item}]" if item not in {"", "-1"} else ""
    step = f"{run.step}{entry}: {who}" if run.step else who
    return f"{step}, attempt {run.attempt} of {run.attempts}" if run.attempt > 1 else step


def model_step(row: CallListRow) -> Step:
    """Return a call of a model."""
    call = row.call
    model = f" > {row.model} at {row.provider}" if row.model is not None else ""
    tokens = (
        f", {row.input_tokens:,} tokens in, {row.output_tokens:,} out"
        if row.input_tokens is not None and row.output_tokens is not None
        else ""
    )
    return Step(
        id=call.call_id,
        kind="model",
        parent_id=call.task_id,
        title=f"{call.route or 'call'}{model}{tokens}",
        state=call.outcome,
        why=call.error_code or "",
        at_ns=call.admitted_ns,
        ended_ns=call.admitted_ns + call.duration_us * 1000,
        cost_nano_usd=call.cost_nano_usd,
    )


def tool_step(row: ToolCallRow, case: Case | None) -> Step:
    """Return a call of a tool. ``case``: in which a person is, or was, asked about it."""
    asked = row.verdict == "ask" and row.outcome is None
    waits = asked and case is not None and case.state == "open"
    state = row.outcome or {"ask": "asked", "deny": "denied"}.get(row.verdict, "not made")
    why = row.reason or row.rule if row.verdict != "allow" else row.error_code or ""
    if asked and case is not None and not waits:
        why = f"{case.answered_by or 'nobody'} answered {case.choice or 'nothing'}"
    return Step(
        id=row.call_id,
        kind="tool",
        parent_id=row.task_id,
        title=row.tool,
        state=state,
        why=why,
        waits_for="person" if waits else None,
        case_id=row.approval_id,
        at_ns=row.at_ns,
        ended_ns=None if waits else row.at_ns + row.duration_us * 1000,
    )


def case_step(case: Case) -> Step:
    """Return what a person is, or was, asked."""
    state = (case.choice if case.state == "answered" else None) or case.state
    answer = f"{case.answered_by or 'nobody'}: {case.reason or case.otherwise}"
    return Step(
        id=case.id,
        kind="person",
        parent_id=case.task_id,
        title=case.title,
        state=state,
        why="" if case.state == "open" else answer,
        waits_for="person" if case.state == "open" else None,
        case_id=case.id,
        at_ns=case.created_ns,
        ended_ns=case.answered_ns,
    )


def merged(steps: Sequence[Step]) -> list[Step]:
    """Return calls of models, then of tools, oldest first, each with those that only repeat it.

    A call repeats the one before of its task where neither went out, for the same reason.
    """
    found: dict[str, Step] = {}
    newest: dict[tuple[str | None, str], str] = {}
    for step in steps:
        place = (step.parent_id, step.kind)
        last = found.get(newest.get(place, ""))
        if last is not None and step.state in _NOT_MADE and _same(last) == _same(step):
            found[last.id] = msgspec.structs.replace(last, times=last.times + 1, ended_ns=step.ended_ns)
            continue
        found[step.id], newest[place] = step, step.id
    return list(found.values())


def _same(step: Step) -> tuple[object, ...]:
    return step.title, step.state, step.why, step.case_id


def changed(before: Sequence[Step], after: Sequence[Step]) -> list[Step]:
    """Return the steps that are new, or stand otherwise than before, oldest first.

    That the cost of a task has grown, or a refused call came again, is no change of how it stands.
    """
    known = {step.id: _standing(step) for step in before}
    new = [step for step in after if known.get(step.id) != _standing(step)]
    return sorted(new, key=lambda step: (step.ended_ns or step.at_ns, step.at_ns, step.kind != "task"))


def _standing(step: Step) -> Step:
    ended = step.ended_ns if step.times == 1 else 0
    return msgspec.structs.replace(step, cost_nano_usd=None, times=1, ended_ns=ended)
