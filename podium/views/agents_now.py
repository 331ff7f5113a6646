"""What every agent does now: its living tasks, the step each is in and since when, and its last verdict.

A call of a model is in flight while its hold stands in the database. Of a tool that runs there is no row yet:
what is told then is the step before.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final, Literal

import msgspec
from sqlalchemy import Connection, select

from podium.ports.database import cases, holds
from podium.ports.tool_tables import tool_calls
from podium.spend.journal import Hold
from podium.views.breakers import PAUSE
from podium.views.calls import calls_of_tasks
from podium.views.living import held_tasks
from podium.views.scope import seen_of, unscoped
from podium.views.tasks import TaskFilters, TaskUse, fleet, task_use

MAX_TASKS: Final = 200
"""Living tasks that are told, the newest."""
MAX_HOLDS: Final = 2_000
MAX_STEPS: Final = 1_000
"""The newest calls, and calls of tools, of all of them: among these the last step of each is looked for."""
_hold = msgspec.msgpack.Decoder(Hold)

Doing = Literal["person", "model", "after model", "after tool", "begun"]


class AgentNow(msgspec.Struct, frozen=True):
    """One task that lives, or whose call is in flight. Times are Unix nanoseconds, money nano-USD."""

    task_id: str
    agent: str
    department: str
    state: str
    """``running``; ``paused`` by a person or a breaker of its own; ``implicit``: calls by an agent's key."""
    doing: Doing
    """``person``: a case waits for one; ``model``: a call is in flight; ``after …``: the step before."""
    what: str
    """The model, the tool, or the case."""
    since_ns: int
    flying: int
    """Calls of models in flight."""
    trace_id: str | None
    """Of the step."""
    verdict: str | None
    """Of the last call of a tool."""
    rule: str | None
    calls: int
    cost_nano_usd: int


class _Step(msgspec.Struct, frozen=True):
    doing: Doing
    what: str
    since_ns: int
    trace_id: str | None = None


def agents_now(
    connection: Connection, *, now_ns: int, agent: str | None = None, department: str | None = None
) -> list[AgentNow]:
    """Return what is being done, by agent and task. ``department``: its path, with all below."""
    filters = TaskFilters(agent=agent, department=department)
    living = fleet(connection, filters, now_ns=now_ns, limit=MAX_TASKS)
    query = select(holds.c.record).order_by(holds.c.admitted_ns).limit(MAX_HOLDS)
    seen = seen_of(connection)
    flying = [
        hold
        for hold in map(_hold.decode, connection.execute(unscoped(query)).scalars())  # the record says whose
        if agent in {None, hold.agent}
        and (seen is None or seen.has(hold.department))
        and (department is None or f"{hold.department}/".startswith(f"{department}/"))
    ]
    held = held_tasks(connection)
    who = {
        row.task_id: (row.agent, row.department, "paused" if row.task_id in held else row.state)
        for row in living.rows
    }
    for hold in flying:
        who.setdefault(hold.task_id, (hold.agent, hold.department, "implicit"))
    ids = list(who)
    steps, verdicts = _last_steps(connection, ids)
    steps |= {hold.task_id: _Step("model", hold.model, hold.admitted_ns, hold.trace_id) for hold in flying}
    steps |= _asked(connection, who)
    started = {row.task_id: row.started_ns for row in living.rows}
    use, counts = task_use(connection, ids), Counter(hold.task_id for hold in flying)
    found = []
    for task_id, (name, path, state) in who.items():
        step = steps.get(task_id) or _Step("begun", "", started.get(task_id, now_ns))
        verdict, rule = verdicts.get(task_id, (None, None))
        used = use.get(task_id, TaskUse(0, 0))
        found.append(
            AgentNow(
                task_id=task_id,
                agent=name,
                department=path,
                state=state,
                doing=step.doing,
                what=step.what,
                since_ns=step.since_ns,
                flying=counts[task_id],
                trace_id=step.trace_id,
                verdict=verdict,
                rule=rule,
                calls=used.calls,
                cost_nano_usd=used.cost_nano_usd,
            )
        )
    return sorted(found, key=lambda row: (row.agent, row.task_id))


def _asked(connection: Connection, who: Mapping[str, tuple[str, str, str]]) -> dict[str, "_Step"]:
    """Return each task's oldest open case: its own, else of its Safety Pause, or its agent's."""
    query = select(cases.c.kind, cases.c.key, cases.c.task_id, cases.c.id, cases.c.created_ns)
    found: dict[str, _Step] = {}
    paused: dict[str, _Step] = {}
    for row in connection.execute(query.where(cases.c.state == "open").order_by(cases.c.created_ns)):
        step = _Step("person", row.id, row.created_ns)
        if row.kind == PAUSE:
            paused[row.key] = step
        elif row.task_id in who:
            found.setdefault(row.task_id, step)
    for task_id, (agent, _, _) in who.items():
        pause = paused.get(f"task/{task_id}") or paused.get(f"agent/{agent}")
        if pause is not None:
            found.setdefault(task_id, pause)
    return found


def _last_steps(
    connection: Connection, ids: list[str]
) -> tuple[dict[str, _Step], dict[str, tuple[str, str]]]:
    """Return the last step of each task that has ended, and the last verdict that it got."""
    steps: dict[str, _Step] = {}
    verdicts: dict[str, tuple[str, str]] = {}
    of = tool_calls.c
    query = select(of.task_id, of.tool, of.at_ns, of.duration_us, of.trace_id, of.verdict, of.rule)
    for row in connection.execute(query.where(of.task_id.in_(ids)).order_by(of.seq.desc()).limit(MAX_STEPS)):
        end_ns = row.at_ns + 1000 * row.duration_us
        steps.setdefault(row.task_id, _Step("after tool", row.tool, end_ns, row.trace_id))
        verdicts.setdefault(row.task_id, (row.verdict, row.rule))
    seen: set[str] = set()
    for one in calls_of_tasks(connection, ids, limit=MAX_STEPS):
        call = one.call
        if call.task_id in seen:
            continue
        seen.add(call.task_id)
        end_ns = call.admitted_ns + 1000 * call.duration_us
        known = steps.get(call.task_id)
        if known is None or known.since_ns < end_ns:
            what = one.model or call.route
            steps[call.task_id] = _Step("after model", what, end_ns, call.trace_id)
    return steps, verdicts
