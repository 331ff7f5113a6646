"""Explain: from any id the whole chain, in words and verified."""

import msgspec
from sqlalchemy import Connection, select

from podium.kernel.errors import NotFound
from podium.kernel.money import usd_text
from podium.ports.database import calls, charges, holds, snapshots, tasks
from podium.spend.journal import REPLAYED
from podium.views.calls import CallDetail, CallFilters, call_detail, call_rows
from podium.views.evidence import Trust
from podium.views.explain_acts import ActStory, explain_acts, tells_of
from podium.views.explain_charges import Working, workings_of
from podium.views.explain_tasks import Teller, model_node
from podium.views.explain_things import whole
from podium.views.explain_tree import Node, Proof, Whole, prove, rows_about
from podium.views.ledger import CHARGE_COLUMNS, ChargeRow, LedgerFilters, TotalRow, ledger_rows, totals
from podium.views.tasks import find_task, task_words
from podium.views.tools import (
    ToolCallRow,
    call_words,
    find_tool_call,
    tool_call_rows,
    tool_calls_of,
    tool_words,
)

MAX_CALLS = 50


class Version(msgspec.Struct, frozen=True):
    """The manifests that a call was admitted under."""

    version: int
    digest: str
    source: str
    in_force_from_ns: int


class Explanation(msgspec.Struct, frozen=True):
    """The story of an id."""

    id: str
    kind: str
    agent: str
    departments: list[str]
    """From the organisation down."""
    task_id: str
    session: str | None
    trace_id: str
    """Empty where a task has called nothing yet."""
    admitted_ns: int
    version: Version | None
    call: CallDetail | None
    charges: list[Working]
    total: TotalRow | None
    more_calls: int
    """Calls of a task or trace beyond those shown."""
    words: list[str]
    tree: Node | None = None
    """What led to what."""
    proof: Proof | None = None
    """What the chain says of it."""


def tell(
    connection: Connection, id_: str, trust: Trust | None, *, now_ns: int
) -> Explanation | ActStory | Whole:
    """Explain any id. Raises NotFound saying what ids look like."""
    story = whole(connection, id_, trust, now_ns)
    if story is not None:
        return story
    if trust is not None and tells_of(connection, id_) and not id_.startswith("task_"):
        return explain_acts(connection, id_, trust, now_ns=now_ns)
    found = explain(connection, id_, now_ns=now_ns)
    teller = Teller(connection, now_ns)
    tree = _tree(teller, found)
    return msgspec.structs.replace(
        found, tree=tree, proof=prove(connection, rows_about(connection, teller.subjects), trust)
    )


def _tree(teller: Teller, found: Explanation) -> Node:
    """Return the tree of a call, task, trace or tool call."""
    if found.kind == "task":
        return teller.whole(found.id)
    if found.call is not None:
        rows = call_rows(teller.connection, CallFilters(trace=found.trace_id, task=found.task_id), limit=1000)
        mine = next(row for row in rows if row.call.call_id == found.call.call.call_id)
        attempts = tuple(_attempt(working) for working in found.charges)
        step = msgspec.structs.replace(model_node(mine), children=attempts)
    elif found.kind == "tool call":
        step = teller.tool(find_tool_call(teller.connection, found.id))
    elif found.kind == "trace":
        models = call_rows(teller.connection, CallFilters(trace=found.id), limit=MAX_CALLS)
        steps = [model_node(row) for row in models]
        steps += [teller.tool(row) for row in tool_calls_of(teller.connection, found.id)]
        below = tuple(sorted(steps, key=lambda node: node.at_ns or 0))
        step = Node("trace", found.id, f"trace of {len(below)} calls", children=below)
    else:  # a charge that a crash has left: nobody's call
        return Node("charge", found.id, "nobody knows of which call it is", words=tuple(found.words))
    version = found.version.version if found.version is not None else None
    department = "/".join(found.departments)
    return teller.around(found.task_id, version, found.admitted_ns, found.agent, department, step)


def _attempt(working: Working) -> Node:
    charge = working.charge
    return Node(
        "attempt",
        charge.charge_id,
        working.words[0],
        words=tuple(working.words[1:]),
        at_ns=charge.admitted_ns,
        cost_nano_usd=working.stands_nano_usd,
    )


def explain(connection: Connection, id_: str, *, now_ns: int) -> Explanation:
    """Explain a charge, call, task or trace, without its tree. Raises NotFound saying what ids look like."""
    if id_.startswith("chg_"):
        return _charge(connection, id_)
    if id_.startswith("call_"):
        return _call(connection, id_, id_, "call")
    if id_.startswith("task_"):
        return _many(connection, id_, "task", LedgerFilters(task=id_, until_ns=now_ns + 1), now_ns)
    if id_.startswith("tcl_"):
        return _tool_call(connection, id_)
    if len(id_) == 32 and all(letter in "0123456789abcdef" for letter in id_):
        return _many(connection, id_, "trace", LedgerFilters(trace=id_, until_ns=now_ns + 1), now_ns)
    raise NotFound(
        f"{id_!r} is no id of Podium.",
        fix="Ids are chg_…, call_…, tcl_…, task_… or a trace id of 32 hex digits (x-podium-* headers); "
        "case_…, ovr_…, prun_… (a run of a pipeline), v3 or a digest (manifests), agent/NAME, a credential, "
        "a user, and what podium evidence list names: a row's number, a token.",
    )


def _charge(connection: Connection, id_: str) -> Explanation:
    row = connection.execute(select(*CHARGE_COLUMNS).where(charges.c.charge_id == id_)).first()
    if row is not None:
        charge = ChargeRow(*row)
        return (
            _of_nobody(connection, charge)
            if charge.unattributed
            else _call(connection, charge.call_id, id_, "charge")
        )
    held = connection.execute(select(holds.c.hold_nano_usd).where(holds.c.charge_id == id_)).scalar()
    if held is not None:
        raise NotFound(
            f"Charge {id_} is still in flight: {usd_text(held)} USD are held for it.",
            fix="Ask again when it has ended.",
        )
    raise NotFound(f"There is no charge {id_}.", fix="List charges with `podium ledger`.")


def _of_nobody(connection: Connection, charge: ChargeRow) -> Explanation:
    """Explain what a host crash has left: it is of no call that anybody knows."""
    return Explanation(
        id=charge.charge_id,
        kind="charge",
        agent=charge.agent,
        departments=charge.department.split("/"),
        task_id=charge.task_id,
        session=None,
        trace_id=charge.trace_id,
        admitted_ns=charge.admitted_ns,
        version=None,
        call=None,
        charges=workings_of(connection, [charge]),
        total=None,
        more_calls=0,
        words=[_LOST],
    )


def _call(connection: Connection, call_id: str, id_: str, kind: str) -> Explanation:
    detail = call_detail(connection, call_id)
    workings = workings_of(connection, detail.attempts)
    if kind == "charge":
        workings = [working for working in workings if working.charge.charge_id == id_]
    call = detail.call
    return Explanation(
        id=id_,
        kind=kind,
        agent=call.agent,
        departments=call.department.split("/"),
        task_id=call.task_id,
        session=call.session,
        trace_id=call.trace_id,
        admitted_ns=call.admitted_ns,
        version=_version(connection, call.snapshot_version),
        call=detail,
        charges=workings,
        total=None,
        more_calls=0,
        words=_call_words(detail),
    )


def _many(connection: Connection, id_: str, kind: str, filters: LedgerFilters, now_ns: int) -> Explanation:
    column = calls.c.task_id if kind == "task" else calls.c.trace_id
    query = select(calls.c.call_id).where(column == id_).order_by(calls.c.admitted_ns.desc())
    call_ids = list(connection.execute(query.limit(10_000)).scalars())
    task = (
        connection.execute(select(tasks).where(tasks.c.task_id == id_)).one_or_none()
        if kind == "task"
        else None
    )
    if not call_ids:
        return _tools_alone(connection, id_, kind, now_ns)
    if len(call_ids) == 1 and kind == "trace":
        return msgspec.structs.replace(_call(connection, call_ids[0], id_, "trace"), kind="trace")
    newest = call_detail(connection, call_ids[0]).call
    rows = ledger_rows(connection, filters, limit=MAX_CALLS)
    sums = totals(connection, filters)
    words = [f"{len(call_ids)} calls by agent {newest.agent}."]
    own = task_words(connection, id_, now_ns) if kind == "task" else []
    words += own
    if own:
        words += tool_words(connection, id_)
    elif task is not None and task.session is not None:
        words.append(f"An implicit task: all calls of the agent with x-podium-session {task.session!r}.")
    elif task is not None:
        words.append("An implicit task: the agent's calls of one hour that named no session.")
    return Explanation(
        id=id_,
        kind=kind,
        agent=newest.agent,
        departments=newest.department.split("/"),
        task_id=newest.task_id,
        session=newest.session,
        trace_id=newest.trace_id,
        admitted_ns=newest.admitted_ns,
        version=_version(connection, newest.snapshot_version),
        call=None,
        charges=workings_of(connection, rows),
        total=sums[0] if sums else None,
        more_calls=max(0, (sums[0].charges if sums else 0) - len(rows)),
        words=words,
    )


def _tool_call(connection: Connection, id_: str) -> Explanation:
    return _of_tools(connection, find_tool_call(connection, id_), id_, "tool call", [])


def _tools_alone(connection: Connection, id_: str, kind: str, now_ns: int) -> Explanation:
    """Explain a task or trace without a call of a model. Raises NotFound where nothing was called at all."""
    rows = tool_call_rows(connection, task=id_, limit=1) if kind == "task" else tool_calls_of(connection, id_)
    if not rows and kind == "task":
        return _without_calls(connection, id_, now_ns)
    if not rows:
        raise NotFound(f"There is no {kind} {id_}.", fix="List calls with `podium calls`.")
    words = task_words(connection, id_, now_ns) + tool_words(connection, id_) if kind == "task" else None
    return _of_tools(connection, rows[0], id_, kind, words or [call_words(row) for row in reversed(rows)])


def _of_tools(connection: Connection, row: ToolCallRow, id_: str, kind: str, words: list[str]) -> Explanation:
    return Explanation(
        id=id_,
        kind=kind,
        agent=row.agent,
        departments=row.department.split("/"),
        task_id=row.task_id,
        session=None,
        trace_id=row.trace_id,
        admitted_ns=row.at_ns,
        version=_version(connection, row.snapshot_version),
        call=None,
        charges=[],
        total=None,
        more_calls=0,
        words=words or [call_words(row), f"Its arguments have the digest {row.arguments_digest}."],
    )


def _without_calls(connection: Connection, id_: str, now_ns: int) -> Explanation:
    """Return the story of a task that has an identity and has called nothing. Raises NotFound."""
    task = find_task(connection, id_, now_ns)
    if task is None:
        raise NotFound(f"There is no task {id_}.", fix="List tasks with `podium task list --all`.")
    return Explanation(
        id=id_,
        kind="task",
        agent=task.agent,
        departments=task.department.split("/"),
        task_id=id_,
        session=None,
        trace_id="",
        admitted_ns=task.started_ns,
        version=None,
        call=None,
        charges=[],
        total=None,
        more_calls=0,
        words=["It has called nothing.", *task_words(connection, id_, now_ns)],
    )


def _version(connection: Connection, version: int) -> Version | None:
    row = connection.execute(
        select(
            snapshots.c.version, snapshots.c.digest, snapshots.c.source, snapshots.c.in_force_from_ns
        ).where(snapshots.c.version == version)
    ).one_or_none()
    return Version(*row) if row is not None else None


_LOST = (
    "A worker's host crashed. This is what the worker held and its journal cannot show: the most that calls "
    "which nobody knows of can have cost. Bills that are complete for that time settle it "
    "(podium reconcile --complete)."
)


def _call_words(detail: CallDetail) -> list[str]:
    call = detail.call
    how = "streamed" if call.streamed else "plain"
    route = call.route or "(none)"
    words = [f"Agent {call.agent} of {call.department} called route {route} ({call.operation}, {how})."]
    if call.outcome == "refused" and not detail.attempts:
        words.append(f"Podium refused it with {call.http_status} ({call.error_code}): {call.message}")
    elif call.outcome == "ok":
        words.append(
            f"It was answered after {call.duration_us / 1000:.1f} ms and {call.attempts} attempt(s)."
        )
    elif call.outcome == REPLAYED:
        words.append(
            "It was answered from the step journal, as in an earlier attempt of its task: "
            "no provider was called, and nothing was charged."
        )
    else:
        words.append(
            f"It ended as {call.outcome} ({call.error_code or 'no code'}): "
            f"{(call.message or 'no message').removesuffix('.')}."
        )
    if call.overhead_us is not None:
        words.append(f"Podium itself took {call.overhead_us} µs before the first byte went to the provider.")
    return words
