"""What a tool returned, read as its manifest says that the server writes."""

from collections.abc import Mapping
from typing import Any

from podium.manifest.result_texts import READERS
from podium.tools.sending import Sent
from podium.trust.grounding.record.readings import Read
from podium.trust.tools import ToolRow
from podium.trust.values.contents import read_mcp, read_prompt, read_resource


def content_of(tool: ToolRow, result: Mapping[str, Any]) -> tuple[Any, tuple[str, ...]]:
    """Return the content of an MCP tool result, and texts beside it that say something else."""
    if tool.kind != "tool" and not result.get("isError"):
        reading = read_resource if tool.kind == "resource" else read_prompt
        return reading(result, READERS[tool.returns.text])
    return read_mcp(result, READERS[tool.returns.text])


def read_of(tool: ToolRow, arguments: Mapping[str, Any], sent: Sent, at_ns: int) -> Read:
    """Return what a task reads by a call that was answered."""
    content, extra = content_of(tool, sent.result)
    failed = sent.outcome == "failed"
    return Read(tool.id, tool.returns, dict(arguments), content, at_ns, extra, tool.writes, failed)
