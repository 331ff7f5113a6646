"""Arguments and results of tools, handed over where the agent's content is kept."""

from collections.abc import Mapping
from typing import Any

import msgspec

from podium.evidence import semconv
from podium.manifest.snapshot import AgentRow
from podium.ports.content import MAX_RAW_BYTES, ContentSink, Said, Where
from podium.spend.journal import ToolCall

_TOO_LONG = b'{"too_long":true}'


def hand_over(
    sink: ContentSink | None,
    agent: AgentRow,
    record: ToolCall,
    arguments: Mapping[str, Any],
    result: Mapping[str, Any] | None,
) -> None:
    """Hand over what a call was given and what it gave, bound to its span; None: it was not made."""
    if sink is None or agent.content is None:
        return
    where = Where(
        record.trace_id,
        record.span_id,
        record.task_id,
        record.agent,
        record.department,
        record.at_ns,
    )
    values = {semconv.TOOL_ARGUMENTS: _json(dict(arguments))}
    if result is not None:
        values[semconv.TOOL_RESULT] = _json({name: it for name, it in result.items() if name != "_meta"})
    sink.put(Said(where, agent.content, values))


def _json(value: Any) -> bytes:
    text = msgspec.json.encode(value)
    return text if len(text) <= MAX_RAW_BYTES else _TOO_LONG
