"""Other names for the same attributes, mapped to those that `semconv` pins.

- OpenTelemetry GenAI before `gen_ai.provider.name` (semantic conventions 1.36 and older)
- OpenInference (https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md)
- OpenLLMetry (https://www.traceloop.com/docs/openllmetry/contributing/semantic-conventions)
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from podium.evidence import semconv

TOOL_CALL_ID: Final = "gen_ai.tool.call.id"
_RENAMED: Final = {
    # GenAI, older
    "gen_ai.system": semconv.PROVIDER,
    "gen_ai.usage.prompt_tokens": semconv.INPUT_TOKENS,
    "gen_ai.usage.completion_tokens": semconv.OUTPUT_TOKENS,
    "gen_ai.usage.cache_read_input_tokens": semconv.CACHE_READ_TOKENS,
    "gen_ai.usage.cached_tokens": semconv.CACHE_READ_TOKENS,
    "gen_ai.usage.cache_creation_input_tokens": semconv.CACHE_WRITE_TOKENS,
    "gen_ai.usage.reasoning_tokens": semconv.REASONING_TOKENS,
    # OpenInference
    "llm.model_name": semconv.REQUEST_MODEL,
    "embedding.model_name": semconv.REQUEST_MODEL,
    "llm.provider": semconv.PROVIDER,
    "llm.system": semconv.PROVIDER,
    "llm.token_count.prompt": semconv.INPUT_TOKENS,
    "llm.token_count.completion": semconv.OUTPUT_TOKENS,
    "llm.token_count.prompt_details.cache_read": semconv.CACHE_READ_TOKENS,
    "llm.token_count.prompt_details.cache_write": semconv.CACHE_WRITE_TOKENS,
    "llm.token_count.completion_details.reasoning": semconv.REASONING_TOKENS,
    "tool.name": semconv.TOOL,
    "tool_call.function.name": semconv.TOOL,
    "tool_call.function.arguments": semconv.TOOL_ARGUMENTS,
    "tool.parameters": semconv.TOOL_ARGUMENTS,
    "agent.name": semconv.AGENT,
    "session.id": semconv.CONVERSATION,
    # OpenLLMetry
    "llm.request.model": semconv.REQUEST_MODEL,
    "llm.response.model": semconv.RESPONSE_MODEL,
    "llm.usage.prompt_tokens": semconv.INPUT_TOKENS,
    "llm.usage.completion_tokens": semconv.OUTPUT_TOKENS,
    "llm.vendor": semconv.PROVIDER,
}
_KINDS: Final = {
    "LLM": "chat",
    "TOOL": "execute_tool",
    "AGENT": "invoke_agent",
    "RETRIEVER": "retrieval",
    "RERANKER": "retrieval",
    "EMBEDDING": "embeddings",
}
"""OpenInference's ``openinference.span.kind``; CHAIN, GUARDRAIL and EVALUATOR are no steps."""
_TRACELOOP: Final = {"tool": "execute_tool", "agent": "invoke_agent"}
"""OpenLLMetry's ``traceloop.span.kind``; workflow and task are no steps."""
_REQUEST_TYPES: Final = {"chat": "chat", "completion": "text_completion", "embedding": "embeddings"}
_OLD_OPERATIONS: Final = {"completion": "text_completion", "embedding": "embeddings"}
_MAPPED: Final = frozenset(_RENAMED) | {
    "openinference.span.kind", "traceloop.span.kind", "traceloop.entity.name", "llm.request.type"
}  # fmt: skip
"""A span that has none of these is told in the names of today."""


def normalised(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes under the names of `semconv`, with what cannot be mapped as it is.

    A name that is there already is not overwritten by a mapped one.
    """
    found = dict(attributes)
    for old, new in _RENAMED.items():
        if old in attributes and attributes[old] is not None:
            found.setdefault(new, attributes[old])
    operation = found.get(semconv.OPERATION)
    if operation is None:
        operation = _operation(attributes)
    elif operation in _OLD_OPERATIONS:
        operation = _OLD_OPERATIONS[operation]
    if operation is None:
        return found
    found[semconv.OPERATION] = operation
    if "openinference.span.kind" in attributes:
        _from_values(found, attributes.get("input.value"), attributes.get("output.value"), operation)
    elif "traceloop.span.kind" in attributes:
        name = attributes.get("traceloop.entity.name")
        if name is not None:
            found.setdefault(semconv.TOOL if operation == "execute_tool" else semconv.AGENT, name)
        given, gave = attributes.get("traceloop.entity.input"), attributes.get("traceloop.entity.output")
        _from_values(found, given, gave, operation)
    _from_numbered(found, attributes)
    return found


def pinned(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes under the names of `semconv` alone: what was renamed is not there twice.

    Content is not looked for: see `normalised`.
    """
    said = attributes.get(semconv.OPERATION)
    if _MAPPED.isdisjoint(attributes) and (not isinstance(said, str) or said not in _OLD_OPERATIONS):
        return dict(attributes)
    found: dict[str, Any] = {}
    renamed: dict[str, Any] = {}
    for name, value in attributes.items():
        to = _RENAMED.get(name)
        if to is None:
            found[name] = value
        elif value is not None:
            renamed.setdefault(to, value)
    for name, value in renamed.items():
        found.setdefault(name, value)
    operation = found.get(semconv.OPERATION)
    if operation is None:
        operation = _operation(attributes)
        if operation is not None:
            found[semconv.OPERATION] = operation
    elif isinstance(operation, str) and operation in _OLD_OPERATIONS:
        found[semconv.OPERATION] = _OLD_OPERATIONS[operation]
    entity = attributes.get("traceloop.entity.name")
    if entity is not None and operation in ("execute_tool", "invoke_agent"):
        found.setdefault(semconv.TOOL if operation == "execute_tool" else semconv.AGENT, entity)
    return found


def _operation(attributes: Mapping[str, Any]) -> str | None:
    kind = attributes.get("openinference.span.kind")
    if kind is not None:
        return _KINDS.get(str(kind).upper())
    kind = attributes.get("traceloop.span.kind")
    if kind is not None:
        return _TRACELOOP.get(str(kind).lower())
    return _REQUEST_TYPES.get(str(attributes.get("llm.request.type")).lower())


def _from_values(found: dict[str, Any], given: Any, gave: Any, operation: str) -> None:
    """Take what a step was given and what it gave, which the older conventions call input and output."""
    if operation == "execute_tool":
        names = (semconv.TOOL_ARGUMENTS, semconv.TOOL_RESULT)
    elif operation == "chat":
        names = (semconv.INPUT_MESSAGES, semconv.OUTPUT_MESSAGES)
    else:
        return
    for name, value in zip(names, (given, gave), strict=True):
        if value is not None:
            found.setdefault(name, value)


def _from_numbered(found: dict[str, Any], attributes: Mapping[str, Any]) -> None:
    """Take messages that stand as ``gen_ai.prompt.0.content`` or ``llm.input_messages.0.message.content``."""
    for target, prefixes in (
        (semconv.INPUT_MESSAGES, (("gen_ai.prompt.", ""), ("llm.input_messages.", "message."))),
        (semconv.OUTPUT_MESSAGES, (("gen_ai.completion.", ""), ("llm.output_messages.", "message."))),
    ):
        if target in attributes:
            continue
        for prefix, inner in prefixes:
            messages: list[dict[str, object]] = []
            while (
                content := attributes.get(f"{prefix}{len(messages)}.{inner}content")
            ) is not None or attributes.get(f"{prefix}{len(messages)}.{inner}role") is not None:
                role = attributes.get(f"{prefix}{len(messages)}.{inner}role", "user")
                messages.append({"role": role, "parts": [{"type": "text", "content": content or ""}]})
            if messages:
                found[target] = json.dumps(messages)
    reason = attributes.get("gen_ai.completion.0.finish_reason")
    if reason is not None:
        found.setdefault(semconv.FINISH_REASONS, [reason])
