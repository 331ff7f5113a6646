"""Attributes of other conventions, under the names that are pinned."""

import json
from typing import Any

import pytest

from podium.evidence import semconv
from podium.evidence.conventions import normalised


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (
            {"gen_ai.operation.name": "chat", "gen_ai.system": "openai", "gen_ai.usage.prompt_tokens": 7},
            {semconv.OPERATION: "chat", semconv.PROVIDER: "openai", semconv.INPUT_TOKENS: 7},
        ),
        (
            {
                "openinference.span.kind": "TOOL",
                "tool.name": "find",
                "input.value": '{"q": 1}',
                "output.value": "none",
            },
            {
                semconv.OPERATION: "execute_tool",
                semconv.TOOL: "find",
                semconv.TOOL_ARGUMENTS: '{"q": 1}',
                semconv.TOOL_RESULT: "none",
            },
        ),
        (
            {
                "openinference.span.kind": "LLM",
                "llm.model_name": "m",
                "llm.token_count.prompt": 3,
                "llm.input_messages.0.message.role": "user",
                "llm.input_messages.0.message.content": "hi",
            },
            {semconv.OPERATION: "chat", semconv.REQUEST_MODEL: "m", semconv.INPUT_TOKENS: 3},
        ),
        (
            {
                "traceloop.span.kind": "tool",
                "traceloop.entity.name": "find",
                "traceloop.entity.input": "{}",
            },
            {semconv.OPERATION: "execute_tool", semconv.TOOL: "find", semconv.TOOL_ARGUMENTS: "{}"},
        ),
        (
            {"traceloop.span.kind": "agent", "traceloop.entity.name": "bob"},
            {semconv.OPERATION: "invoke_agent", semconv.AGENT: "bob"},
        ),
        (
            {"llm.request.type": "chat", "gen_ai.completion.0.finish_reason": "stop"},
            {semconv.OPERATION: "chat", semconv.FINISH_REASONS: ["stop"]},
        ),
    ],
)
def test_names_are_mapped(given: dict[str, Any], expected: dict[str, Any]) -> None:
    """What the older and other conventions call it stands under the pinned name, beside the given one."""
    found = normalised(given)
    assert expected.items() <= found.items()
    assert given.items() <= found.items()


def test_messages_by_number_become_messages() -> None:
    """Prompts and completions that stand as numbered attributes are the messages of the pinned names."""
    found = normalised(
        {
            "llm.request.type": "chat",
            "gen_ai.prompt.0.role": "user",
            "gen_ai.prompt.0.content": "hi",
            "gen_ai.completion.0.content": "hello",
        }
    )
    assert json.loads(found[semconv.INPUT_MESSAGES])[0]["parts"][0]["content"] == "hi"
    assert json.loads(found[semconv.OUTPUT_MESSAGES])[0]["parts"][0]["content"] == "hello"


def test_what_is_there_is_kept_and_what_is_no_step_stays_none() -> None:
    """A pinned name is not overwritten; a chain or a task of a framework is no step."""
    found = normalised({semconv.PROVIDER: "a", "gen_ai.system": "b"})
    assert found[semconv.PROVIDER] == "a"
    for other in (
        {"openinference.span.kind": "CHAIN"},
        {"traceloop.span.kind": "workflow"},
        {"http.method": "GET"},
    ):
        assert semconv.OPERATION not in normalised(other)
