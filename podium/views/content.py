"""Stored content as it is read: the question for a trace's, and each piece beside its span."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from podium.evidence import semconv
from podium.ports.acts import By
from podium.ports.content import ContentIs, Piece, ReadContent
from podium.views.traces import trace_question

ORDER: Final = (
    semconv.SYSTEM_INSTRUCTIONS,
    semconv.INPUT_MESSAGES,
    semconv.OUTPUT_MESSAGES,
    semconv.TOOL_ARGUMENTS,
    semconv.TOOL_RESULT,
)


def content_question(trace_id: str, by: By) -> ReadContent:
    """Return the question for the content of a trace. Raises NotFound for what is no trace's id."""
    return ReadContent(by, trace_question(trace_id).trace_id)


def found_content(reply: object) -> tuple[Piece, ...]:
    """Return the pieces of an answer: those of one call or span together, in the order in which one reads."""
    pieces = reply.pieces if isinstance(reply, ContentIs) else ()
    first = {piece.bound: place for place, piece in reversed(list(enumerate(pieces)))}
    return tuple(sorted(pieces, key=lambda it: (first[it.bound], _rank(it.name))))


def _rank(name: str) -> int:
    return ORDER.index(name) if name in ORDER else len(ORDER)


def of_span(span: Mapping[str, Any], pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return the pieces of one span: its own, and those of the call of which it is an attempt."""
    ids = {span["span_id"], span["attributes"].get(semconv.CALL)}
    return tuple(piece for piece in pieces if piece.bound in ids)
