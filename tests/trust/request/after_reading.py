"""The verdict on one call of a task that has read some lists."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.request.narrowing import narrow
from podium.trust.tools import GrantRow, ToolRow
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

TODAY = date(2026, 11, 26)


def after_reading(
    tools: Mapping[str, ToolRow],
    read: Mapping[str, Any],
    request: str,
    tool: str,
    arguments: dict[str, Any],
    *,
    schemas: Mapping[str, str] | None = None,
) -> Verdict:
    """Return the verdict on a call; ``read``: what came back from which tools; ``schemas`` of grants."""
    grants = [GrantRow(one, (schemas or {}).get(one)) for one in tools]
    effective = narrow(grants, tools, request)
    readings = Readings(request, TODAY)
    for number, (name, content) in enumerate(read.items(), 1):
        readings.apply(Read(name, tools[name].returns, {}, content, number))
    task = Standing(readings, effective.grant(tool), refusal=effective.refusal(tool))
    return decide_tool_call(ToolCall("agent", tools[tool].client_name, tools[tool], arguments), task)
