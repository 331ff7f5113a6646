"""What of a span from outside is kept while content is not recorded, and whose it is.

Unknown means no. Names of content are never kept; a text is kept only under a name that is known to hold no
content, numbers and truth values under any. Everything of ours (``podium.*``) is said by the server, never by
who sends.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, Literal

import msgspec

from podium.evidence import semconv
from podium.evidence.conventions import pinned
from podium.evidence.retrieved import size_attributes
from podium.kernel.spans import Span

MAX_TEXT_CHARS: Final = 256
MAX_NAME_CHARS: Final = 128
MAX_ATTRIBUTES: Final = 128
MAX_LIST: Final = 16
DROPPED: Final = "podium.attributes.dropped"
"""How many attributes of a span were not kept."""
REPORTED_AGENT: Final = "podium.reported.agent"
"""What a task's program calls its agent, where that is not the task's."""
_CONTENT: Final = (
    "gen_ai.input.messages", "gen_ai.output.messages", "gen_ai.system_instructions",
    "gen_ai.tool.call.arguments", "gen_ai.tool.call.result", "gen_ai.tool.definitions",
    "gen_ai.tool.description", "gen_ai.prompt", "gen_ai.completion", "gen_ai.request.stop_sequences",
    "gen_ai.response.text", "gen_ai.response.content", "gen_ai.response.refusal",
    "gen_ai.evaluation.explanation", "gen_ai.retrieval.documents", "gen_ai.retrieval.query",
    "gen_ai.agent.description", "gen_ai.memory", "gen_ai.input", "gen_ai.output", "gen_ai.content",
)  # fmt: skip
"""Names, and beginnings of names followed by a dot, of content under ``gen_ai``."""
_TEXTS: Final = frozenset(
    {
        "error.type", "exception.type", "openinference.span.kind", "traceloop.span.kind",
        "traceloop.entity.name", "traceloop.workflow.name", "code.function.name", "code.function",
        "code.namespace", "code.filepath", "code.file.path", "http.request.method", "http.route",
        "url.scheme", "server.address", "client.address", "network.protocol.name",
        "network.protocol.version", "network.peer.address", "network.transport", "db.system.name",
        "db.system", "db.operation.name", "db.operation", "db.collection.name", "db.namespace", "rpc.system",
        "rpc.service", "rpc.method", "mcp.method.name", "mcp.protocol.version", "mcp.session.id",
        "jsonrpc.protocol.version", "user_agent.original", "thread.name", "process.runtime.name",
        "process.runtime.version", "process.executable.name", "host.name", "host.arch", "os.type",
        "deployment.environment", "deployment.environment.name", "agent_name", "model_name", "graph.node.id",
        "graph.node.name", "graph.node.parent_id", "langgraph.node", "langgraph.step", "crewai.version",
        "logfire.span_type",
    }
)  # fmt: skip
_PREFIXES: Final = (
    "gen_ai.agent.", "gen_ai.conversation.", "gen_ai.data_source.", "gen_ai.embeddings.",
    "gen_ai.operation.", "gen_ai.output.type", "gen_ai.provider.", "gen_ai.request.", "gen_ai.response.",
    "gen_ai.token.", "gen_ai.tool.", "gen_ai.workflow.", "service.", "telemetry.", "k8s.",
    "cloud.", "container.", "otel.", "faas.", "aws.", "openai.", "azure.",
)  # fmt: skip

_LARGEST: Final = 1 << 63
_MOST_TOKENS: Final = 1 << 31
"""That a span may say of itself; figures add them up, and a sum beyond 64 bits is none that is stored."""

Rule = Literal["text", "number", "usage", "no"]


@lru_cache(maxsize=8192)
def rule_of(name: str) -> Rule:
    """Return what may be kept under a name: texts too, numbers alone, counts of tokens, or nothing."""
    if len(name) > MAX_NAME_CHARS or name.startswith("podium.") or is_content(name):
        return "no"
    if name.startswith("gen_ai.usage."):
        return "usage"
    return "text" if name in _TEXTS or name.startswith(_PREFIXES) else "number"


def is_content(name: str) -> bool:
    """Return whether a name is one of content: what a model, a tool or a person has said."""
    return any(name == one or name.startswith(f"{one}.") for one in _CONTENT)


def kept(attributes: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    """Return the attributes that are kept, under the pinned names, and how many are not."""
    found: dict[str, Any] = {}
    dropped = 0
    for name, value in pinned(attributes).items():
        rule = rule_of(name)
        if rule == "no" or len(found) >= MAX_ATTRIBUTES:
            dropped += 1
        elif rule == "usage":
            if isinstance(value, int | float) and 0 <= value < _MOST_TOKENS:
                found[name] = value
            else:
                dropped += value is not None
        elif isinstance(value, bool | float) or (isinstance(value, int) and abs(value) < _LARGEST):
            found[name] = value
        elif rule == "text" and isinstance(value, str):
            found[name] = value[:MAX_TEXT_CHARS]
        elif rule == "text" and isinstance(value, list) and _is_plain(value):
            found[name] = value
        elif value is not None:
            dropped += 1
    return found, dropped


def _is_plain(values: list[Any]) -> bool:
    return len(values) <= MAX_LIST and all(
        isinstance(value, bool | int | float) or (isinstance(value, str) and len(value) <= MAX_NAME_CHARS)
        for value in values
    )


class Sender(msgspec.Struct, frozen=True):
    """Who sends spans: a task by its token, or a program by its collector key."""

    department: str
    """Its path."""
    task: str | None = None
    agent: str | None = None
    until_s: float | None = None
    """When its token is taken no more, in Unix seconds."""


class Taken(msgspec.Struct, frozen=True):
    """What came of the spans of a request."""

    spans: list[Span]
    rejected: int
    why: str
    """Of the first that was rejected; empty where none was."""


def take(spans: list[Span], sender: Sender) -> Taken:
    """Return the spans as they are kept: without content, as those of who sent them.

    A span that says that it is another task's is rejected, and one whose times are none.
    """
    found: list[Span] = []
    why = ""
    resources: dict[int, dict[str, Any]] = {}
    for span in spans:
        said = span.attributes.get(semconv.TASK) or span.resource.get(semconv.TASK)
        if said is not None and said != sender.task:
            why = why or f"a span says that it is of task {str(said)[:64]!r}, which is not the sender's"
            continue
        if not 0 < span.start_ns <= span.end_ns:
            why = why or "a span has no start, or ends before it starts"
            continue
        resource = resources.get(id(span.resource))
        if resource is None:
            resource = resources[id(span.resource)] = kept(span.resource)[0]
        found.append(_stamped(span, resource, sender))
    return Taken(found, len(spans) - len(found), why)


def _stamped(span: Span, resource: dict[str, Any], sender: Sender) -> Span:
    attributes, dropped = kept(span.attributes)
    if dropped:
        attributes[DROPPED] = dropped
    if attributes.get(semconv.OPERATION) == "retrieval":
        attributes.update(size_attributes(span.attributes))
    attributes[semconv.DEPARTMENT] = sender.department
    if sender.task is not None:
        said = attributes.get(semconv.AGENT)
        if said is not None and said != sender.agent:
            attributes[REPORTED_AGENT] = said
        attributes[semconv.TASK], attributes[semconv.AGENT] = sender.task, sender.agent
    return Span(
        trace_id=span.trace_id,
        span_id=span.span_id,
        parent_span_id=span.parent_span_id,
        name=span.name[:MAX_TEXT_CHARS],
        kind=span.kind,
        start_ns=span.start_ns,
        end_ns=span.end_ns,
        status=span.status,
        status_message=None,  # what an exception says may be what a model was told
        attributes=attributes,
        source="otlp",
        resource=resource,
    )
