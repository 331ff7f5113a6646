"""What filled the windows of a trace's or a task's calls, step by step."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from podium.evidence import retrieved, semconv, windows
from podium.evidence.spans import decide_span
from podium.kernel.window import DOCUMENTS, KINDS
from podium.ports.database import charges
from podium.views.ledger import of_task

MOST_STEPS = 200
"""Of a task: the newest ones."""


class WindowStep(msgspec.Struct, frozen=True):
    """One call of a model. ``tokens`` by kind add up to ``input_tokens``. ``start_ns``: Unix nanoseconds."""

    step: int
    """From 1 on, by time."""
    span_id: str
    start_ns: int
    agent: str
    model: str
    input_tokens: int
    tokens: dict[str, int]
    cached_tokens: int
    growth_tokens: int | None = None
    """Against the step ``against``; None: unknown, or the first of a conversation."""
    dropped_tokens: int | None = None
    against: int | None = None
    """The step before in the same conversation."""
    media: int = 0
    """Pictures, sounds and files, whose share is nominal."""
    retrievals: int = 0
    """Spans of retrieval since the step before, as the program reports them."""
    retrieved_tokens: int = 0
    """Of the documents' tokens, those that stand there because a retrieval was reported: their share by its
    documents' size was the user's, the system's or a tool's before."""


def window_steps(spans: Sequence[Mapping[str, Any]]) -> list[WindowStep]:
    """Return the calls of models whose window was counted, by start, from the spans of a trace.

    Where these have retrievals of known size, their documents are `retrieved.moved`.
    """
    found: list[WindowStep] = []
    numbers: dict[str, int] = {}
    retrievals = 0
    given = retrieved.given(spans)
    for span in sorted(spans, key=lambda it: (it["start_ns"], it["span_id"])):
        attributes = span["attributes"]
        if attributes.get(semconv.OPERATION) == "retrieval":
            retrievals += 1
        if windows.TOKENS[0] not in attributes:
            continue
        numbers[span["span_id"]] = number = len(found) + 1
        counted = [attributes[name] for name in windows.TOKENS]
        had = given.get(span["span_id"], retrieved.Given())
        parts = dict(zip(KINDS, retrieved.moved(counted, attributes.get(windows.BYTES, 0), had), strict=True))
        found.append(
            WindowStep(
                step=number,
                span_id=span["span_id"],
                start_ns=span["start_ns"],
                agent=attributes.get(semconv.AGENT, ""),
                model=attributes.get(semconv.MODEL, ""),
                input_tokens=sum(parts.values()),
                tokens=parts,
                cached_tokens=attributes.get(windows.CACHED, 0),
                growth_tokens=attributes.get(windows.GROWTH),
                dropped_tokens=attributes.get(windows.DROPPED),
                against=numbers.get(attributes.get(windows.AGAINST, "")),
                media=attributes.get(windows.MEDIA, 0),
                retrievals=retrievals,
                retrieved_tokens=parts["documents"] - counted[DOCUMENTS],
            )
        )
        retrievals = 0
    return found


def task_windows(connection: Connection, task_id: str, limit: int = MOST_STEPS) -> list[WindowStep]:
    """Return the newest counted calls of one task, by start."""
    query = (
        select(charges)
        .where(of_task(task_id), charges.c.filled.is_not(None))
        .order_by(charges.c.admitted_ns.desc(), charges.c.charge_id.desc())
        .limit(limit)
    )
    spans = [decide_span(dict(row)) for row in connection.execute(query).mappings()]
    return window_steps([msgspec.structs.asdict(span) for span in spans])
