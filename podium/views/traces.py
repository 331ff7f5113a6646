"""Traces as they are read: questions of a face for the collector, and a trace as a tree.

What the collector answers (`ports.spans`) is ready to be shown.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import msgspec
from sqlalchemy import Connection, select

from podium.evidence import semconv
from podium.evidence.comparing import Pair, compare, step_of
from podium.kernel.errors import Forbidden, NotFound
from podium.kernel.ids import trace_of
from podium.ports.content import ContentQuestion
from podium.ports.fleet_tables import task_runs
from podium.ports.pipeline_tables import pipeline_runs
from podium.ports.spans import GetExport, GetTrace, RunSql, SpanQuestion, TraceIs
from podium.trust.people import Person

_TRACE_ID: Final = re.compile("[0-9a-f]{32}")


class Collector(Protocol):
    """The collector's client."""

    async def ask(self, question: SpanQuestion | ContentQuestion) -> Any:
        """Ask; raises the error that a refusal means."""
        ...


def asked_by(person: Person, question: SpanQuestion) -> SpanQuestion:
    """Return a question as somebody may ask it: of the traces of their departments.

    Raises Forbidden for SQL, and whatever else holds everybody's, where not all is theirs to see. How the
    export stands tells of no trace.
    """
    if person.sees is None or isinstance(question, GetExport):
        return question
    if isinstance(question, RunSql):
        raise Forbidden(
            f"{person.name} may not ask SQL of spans: its views hold those of every department.",
            fix="Search with filters, or ask an admin for the role viewer (podium user role).",
        )
    if not hasattr(question, "within"):
        raise Forbidden(f"{person.name} may not ask that: it is not kept to departments.")
    return msgspec.structs.replace(question, within=person.sees)


class TreeSpan(msgspec.Struct, frozen=True):
    """One span of a trace in the order of its tree. Times are Unix nanoseconds."""

    depth: int
    """0 for a root, or a span whose parent is not there."""
    span: dict[str, Any]


def tree(spans: Sequence[Mapping[str, Any]]) -> list[TreeSpan]:
    """Return a trace's spans, each below its parent, siblings by their start. Circles are broken."""
    order = tree_order([(span["span_id"], span["parent_span_id"]) for span in spans])
    return [TreeSpan(depth, dict(spans[place])) for depth, place in order]


def tree_order(ids: Sequence[tuple[str, str | None]]) -> list[tuple[int, int]]:
    """Return depth and place of each span in the order of its tree. ``ids``: its own and its parent's."""
    known = {own for own, _ in ids}
    below: dict[str | None, list[int]] = {}
    for place, (own, parent) in enumerate(ids):
        below.setdefault(parent if parent in known and parent != own else None, []).append(place)
    found: list[tuple[int, int]] = []
    seen: set[int] = set()
    # Roots first; then whatever only a circle holds, from its earliest span on.
    for start in (*below.get(None, ()), *range(len(ids))):
        waiting = [(0, start)]
        while waiting:
            depth, place = waiting.pop()
            if place in seen:
                continue
            seen.add(place)
            found.append((depth, place))
            waiting += [(depth + 1, child) for child in reversed(below.get(ids[place][0], ()))]
    return found


def trace_question(text: str) -> GetTrace:
    """Return the question for a trace. Raises NotFound for what is no trace's id."""
    if _TRACE_ID.fullmatch(text.lower()) is None:
        raise NotFound(f"{text} is no trace's id.", fix="It has 32 hexadecimal digits: podium traces list.")
    return GetTrace(text.lower(), veiled=True)


def found_trace(reply: object, trace_id: str) -> list[TreeSpan]:
    """Return the spans of an answer as a tree. Raises NotFound where there are none."""
    if not isinstance(reply, TraceIs) or not reply.spans:
        raise NotFound(
            f"There is no trace {trace_id}.", fix="podium traces list; old spans are forgotten after a time."
        )
    return tree(reply.spans)


def names_of(connection: Connection, traces: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return what traces are of, by id, where Podium runs it: a pipeline, or a task and what it has started.

    ``traces``: the tasks of each. Their spans do not tell it: no span stands for the whole.
    """
    ids = {task for tasks in traces.values() for task in tasks}
    if not ids:
        return {}
    of = task_runs.c
    root_of = select(of.task_id, of.root_id).where(of.task_id.in_(ids))
    roots = {row.root_id for row in connection.execute(root_of)}
    query = (
        select(of.task_id, of.agent, of.kind, pipeline_runs.c.pipeline)
        .outerjoin_from(task_runs, pipeline_runs, pipeline_runs.c.id == of.pipeline_run_id)
        .where(of.task_id.in_(roots))
    )
    names: dict[str, str] = {
        trace_of(row.task_id): f"pipeline {row.pipeline}"
        if row.pipeline
        else f"task of {row.agent or row.kind}"
        for row in connection.execute(query)
    }
    return {id_: names[id_] for id_ in traces if id_ in names}


class Side(msgspec.Struct, frozen=True):
    """One of two traces that are compared. Times are nanoseconds, money nano-USD of Podium's own spans."""

    trace_id: str
    name: str
    spans: int
    failed: int
    duration_ns: int
    cost_nano_usd: int
    input_tokens: int
    output_tokens: int


class Comparison(msgspec.Struct, frozen=True):
    """Two traces beside each other. ``counts``: of steps, by what became of them."""

    a: Side
    b: Side
    counts: dict[str, int]
    steps: list[Pair]


def compared(a: tuple[str, list[TreeSpan]], b: tuple[str, list[TreeSpan]]) -> Comparison:
    """Return what is different between two traces: id and tree of each. Raises InvalidRequest: too long."""
    pairs = compare(*([step_of(it.span, it.depth) for it in tree] for _, tree in (a, b)))
    counts = dict.fromkeys(("same", "changed", "missing", "added"), 0)
    for pair in pairs:
        counts[pair.change] += 1
    return Comparison(_side(*a), _side(*b), counts, pairs)


def _side(trace_id: str, spans: list[TreeSpan]) -> Side:
    own = [it.span["attributes"] for it in spans if it.span["source"] != "otlp"]
    sums = {
        field: sum(int(attributes.get(name) or 0) for attributes in own)
        for field, name in (
            ("cost_nano_usd", semconv.COST_NANO_USD),
            ("input_tokens", semconv.INPUT_TOKENS),
            ("output_tokens", semconv.OUTPUT_TOKENS),
        )
    }
    first_ns = min(it.span["start_ns"] for it in spans)
    return Side(
        trace_id=trace_id,
        name=spans[0].span["name"],
        spans=len(spans),
        failed=sum(it.span["status"] == "ERROR" for it in spans),
        duration_ns=max(it.span["end_ns"] for it in spans) - first_ns,
        **sums,
    )
