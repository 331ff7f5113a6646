"""Explain a task: who asked, which agent of which version, with which grants, what it called and started.

The same tree stands behind a call, a tool call, a case and a step of a pipeline.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Connection, select

from podium.kernel.money import usd_text
from podium.ports.acts import case_of
from podium.ports.database import cases, chain, snapshots, tasks
from podium.trust.cases import Case
from podium.views.calls import CallFilters, CallListRow, call_rows
from podium.views.explain_known import MAX_STEPS, MAX_TASKS, Known
from podium.views.explain_tree import Node
from podium.views.scope import begun_elsewhere, elsewhere
from podium.views.tasks import TaskRow, find_task
from podium.views.text import iso
from podium.views.tools import ToolCallRow, call_words, tool_call_rows

MAX_DEPTH: Final = 8


class Teller:
    """Builds trees from the tables, and notes what the chain may tell of."""

    def __init__(self, connection: Connection, now_ns: int) -> None:
        self.connection = connection
        self.now_ns = now_ns
        self.subjects: list[str] = []
        """Ids of which the chain may have rows."""
        self._tasks = 0
        self._known = Known(connection)

    # Who asked, and by which manifests

    def asked(self, task_id: str, child: Node) -> Node:
        """Return who asked for a task, with what came of it below."""
        self.subjects.append(task_id)
        row = self._run(task_id)
        query = select(chain.c.seq, chain.c.actor, chain.c.kind).where(
            chain.c.subject == task_id, chain.c.kind.in_(["task.begin", "task.queue", "pipeline.start"])
        )
        act = self.connection.execute(query.order_by(chain.c.seq).limit(1)).first()
        task = find_task(self.connection, task_id, self.now_ns)
        parent = task.parent_id if task is not None else row.parent_id if row is not None else None
        if parent is not None:
            above = Node("asked", parent, f"the task {parent} asked for it", children=(child,))
            return self.asked(parent, above) if self._step_up() else above
        if begun_elsewhere(self.connection, task_id):
            return Node("asked", "", "a task of another department asked for it", children=(child,))
        if row is not None and row.pipeline_run_id:
            name = row.pipeline_run_id
            self.subjects.append(name)
            return Node("asked", name, f"the run {name} of a pipeline asked for it", children=(child,))
        if act is not None or row is not None:
            who = act.actor if act is not None else row.by
            where = f" (row {act.seq} of the chain)" if act is not None else ""
            return Node("asked", "", f"{who} asked for it{where}", children=(child,))
        return Node("asked", "", "the agent itself began it, by its credential", children=(child,))

    def _step_up(self) -> bool:
        self._tasks += 1
        return self._tasks < MAX_DEPTH

    def version(self, version: int | None, at_ns: int, agent: str, department: str, child: Node) -> Node:
        """Return which agent of which manifests it was. ``version`` None: that in force at a time."""
        query = select(snapshots.c.version, snapshots.c.digest, snapshots.c.source)
        query = (
            query.where(snapshots.c.version == version)
            if version is not None
            else query.where(snapshots.c.in_force_from_ns <= at_ns).order_by(snapshots.c.version.desc())
        )
        row = self.connection.execute(query.limit(1)).first()
        if row is None:
            return Node("version", "", f"agent {agent} of {department}", children=(child,))
        self.subjects.append(str(row.version))
        title = (
            f"agent {agent} of {department}, by version {row.version} of the manifests "
            f"(digest {row.digest[:12]}, from {row.source})"
        )
        return Node("version", f"v{row.version}", title, children=(child,))

    # One call

    def around(
        self, task_id: str, version: int | None, at_ns: int, agent: str, department: str, child: Node
    ) -> Node:
        """Return one step of a task with what led to it, without the task's other steps."""
        self.subjects.append(task_id)
        found, row = find_task(self.connection, task_id, self.now_ns), self._run(task_id)
        task = Node(
            "task",
            task_id,
            self._task_title(task_id, found, row),
            words=tuple(self._task_words(task_id, found, row)),
            children=(child,),
        )
        return self.asked(task_id, self.version(version, at_ns, agent, department, task))

    # A task

    def whole(self, task_id: str) -> Node:
        """Return the tree of a task from who asked for it down."""
        node = self.task(task_id)
        found, row = find_task(self.connection, task_id, self.now_ns), self._run(task_id)
        if found is not None:
            node = self.version(None, found.started_ns, found.agent, found.department, node)
        elif row is not None:
            node = self.version(None, row.queued_ns, row.agent or "(none)", row.department, node)
        self._tasks = 0
        return self.asked(task_id, node)

    def task(self, task_id: str, depth: int = 0) -> Node:
        """Return a task with what it called, what waited for a person, and what it started."""
        self.subjects.append(task_id)
        self._tasks += 1
        found, row = find_task(self.connection, task_id, self.now_ns), self._run(task_id)
        return Node(
            "task",
            task_id,
            self._task_title(task_id, found, row),
            words=tuple(self._task_words(task_id, found, row)),
            at_ns=found.started_ns if found is not None else row.queued_ns if row is not None else None,
            cost_nano_usd=self._cost(task_id),
            children=(*self._steps(task_id), *self._started(task_id, depth)),
        )

    def briefly(self, task_ids: Sequence[str]) -> tuple[Node, ...]:
        """Return tasks, each in a line."""
        self._known.learn(task_ids)
        return tuple(self._brief(task_id) for task_id in task_ids)

    def _brief(self, task_id: str) -> Node:
        found, row = find_task(self.connection, task_id, self.now_ns), self._run(task_id)
        at_ns = found.started_ns if found is not None else row.queued_ns if row is not None else None
        title = self._task_title(task_id, found, row)
        return Node("task", task_id, title, at_ns=at_ns, cost_nano_usd=self._cost(task_id))

    def _task_title(self, task_id: str, found: TaskRow | None, row: Any) -> str:
        state = row.state if row is not None else found.state if found is not None else "implicit"
        agent = found.agent if found is not None else row.agent if row is not None else ""
        if not agent and row is None:
            implicit = self.connection.execute(
                select(tasks.c.agent).where(tasks.c.task_id == task_id)
            ).scalar()
            agent = implicit or "somebody"
        what = f"task of {agent}" if agent else f"step {row.step} ({row.kind})"
        return f"{what}: {state}"

    def _task_words(self, task_id: str, found: TaskRow | None, row: Any) -> Iterable[str]:
        if found is not None:
            may = [name for grant in found.grants for name in grant.routes + grant.tools]
            yield f"It may call {', '.join(may)}." if may else "It may call nothing."
        if row is None:
            return
        if row.reason:
            yield f"Why: {row.reason.removesuffix('.')}."
        times = f"Attempt {row.attempt} of {row.attempts}"
        used = f", {row.cpu_ms / 1000:.1f} s of CPU" if row.cpu_ms is not None else ""
        memory = f", {row.peak_memory_bytes / 1e6:.0f} MB at most" if row.peak_memory_bytes else ""
        gpu = f", {row.gpu_ms / 1000:.1f} s of GPU" if row.gpu_ms else ""
        code = f", exit code {row.exit_code}" if row.exit_code is not None else ""
        yield f"{times}{code}{used}{gpu}{memory}."
        if row.budget_nano_usd is not None:
            yield f"Its budget is {usd_text(row.budget_nano_usd)} USD."
        for name, sha256 in self._known.left(task_id):
            yield f"It left {name}, SHA-256 {sha256[:16]}."
        if row.erased_ns is not None:
            yield f"What it said was erased on {iso(row.erased_ns)[:10]}."

    def _run(self, task_id: str) -> Any:
        return self._known.run(task_id)

    def _cost(self, task_id: str) -> int:
        return self._known.cost(task_id)

    def _steps(self, task_id: str) -> list[Node]:
        """Return calls of models and tools by time, and cases that no call names."""
        models = call_rows(self.connection, CallFilters(task=task_id), limit=MAX_STEPS)
        tools = [
            row
            for row in tool_call_rows(self.connection, task=task_id, limit=MAX_STEPS)
            if row.task_id == task_id
        ]
        named = {row.approval_id for row in tools}
        found = self._known.cases(task_id)
        by_id = {case.id: case for case in found}
        steps = [model_node(row) for row in models]
        steps += [self.tool(row, by_id.get(row.approval_id or "")) for row in tools]
        steps += [self.case(case) for case in found if case.id not in named]
        return sorted(steps, key=lambda node: node.at_ns or 0)

    def _started(self, task_id: str, depth: int) -> list[Node]:
        if depth >= MAX_DEPTH:
            return []
        found = self._known.started(task_id)
        nodes = []
        for number, child in enumerate(found):
            if self._tasks >= MAX_TASKS:
                nodes.append(Node("more", "", f"and {len(found) - number} tasks more"))
                break
            nodes.append(self.task(child, depth + 1))
        others = elsewhere(self.connection, [task_id], deep=False)
        if others.tasks:
            nodes.append(Node("elsewhere", "", others.words, cost_nano_usd=others.cost_nano_usd))
        return nodes

    # Calls of tools, and cases

    def tool(self, row: ToolCallRow, case: Case | None = None) -> Node:
        """Return a call of a tool: its verdict, the rule, and who was asked."""
        if case is None and row.approval_id is not None:
            query = select(cases).where(cases.c.id == row.approval_id)
            found = self.connection.execute(query).mappings().first()
            case = case_of(found) if found is not None else None
        below = (self.case(case),) if case is not None else ()
        return Node("tool call", row.call_id, call_words(row), at_ns=row.at_ns, children=below)

    def case(self, case: Case) -> Node:
        """Return what was asked of a person, and what they answered."""
        self.subjects.append(case.id)
        return Node(
            "case", case.id, f"{case.title}: {case_end(case)}", words=(case.why,), at_ns=case.created_ns
        )


def case_end(case: Case) -> str:
    """Return in words how a case has ended, or that it has not."""
    if case.state == "open":
        return "nobody has answered yet"
    label = next((one.label for one in case.choices if one.name == case.choice), case.choice or "nothing")
    if case.state == "expired":
        return f"nobody answered, it expired ({label})"
    why = f" ({case.reason})" if case.reason else ""
    return f"{case.answered_by} answered {label}{why}"


def model_node(row: CallListRow) -> Node:
    """Return a call of a model in a line."""
    call = row.call
    model = f" > {row.model} at {row.provider}" if row.model is not None else ""
    tries = f", {call.attempts} attempts" if call.attempts > 1 else ""
    code = f" ({call.error_code})" if call.error_code else ""
    tokens = (
        f", {row.input_tokens:,} tokens in and {row.output_tokens:,} out"
        if row.input_tokens is not None and row.output_tokens is not None
        else ""
    )
    route = call.route or "a call"  # refused before its body was read
    title = f"{iso(call.admitted_ns)[:19]}Z {route}{model}: {call.outcome}{code}{tries}{tokens}"
    return Node("call", call.call_id, title, at_ns=call.admitted_ns, cost_nano_usd=call.cost_nano_usd)
