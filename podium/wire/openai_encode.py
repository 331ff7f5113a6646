"""The neutral values of `kernel.chat` as a request of OpenAI's chat completions.

Left out by choice: markers of caches, names of messages, titles of text documents, that a tool's result is an
error, thoughts (no field of this format carries them), and how exactly a budget of thinking was meant. All
else that has no place is refused.
"""

from typing import Final

import msgspec

from podium.kernel import chat
from podium.kernel.chat import Chat, Effort, Message, Part, Text
from podium.kernel.errors import Inexpressible
from podium.wire.formats import Outgoing, inexpressible
from podium.wire.openai_neutral import data_url

MAX_STOPS: Final = 4
"""OpenAI's own limit of ``stop``."""
_BUDGETS: Final[tuple[tuple[int, Effort], ...]] = ((4096, "low"), (16_384, "medium"))
"""A budget of thinking below so many tokens is this effort; above, ``high``."""
_EFFORTS: Final[dict[Effort, Effort]] = {"max": "xhigh"}
_encoder = msgspec.json.Encoder()


def encode_chat(request: Chat, outgoing: Outgoing) -> tuple[bytes, tuple[str, ...]]:
    """Return the provider's body and what was left out. Raises Inexpressible."""
    dropped: list[str] = []
    if request.top_k is not None:
        raise inexpressible("A top_k", "top_k")
    if len(request.stop) > MAX_STOPS:
        raise inexpressible(f"More than {MAX_STOPS} stop sequences", "stop")
    fields: dict[str, object] = {"model": outgoing.model}
    messages: list[dict[str, object]] = []
    if request.system:
        messages.append({"role": "system", "content": _content(request.system, dropped)})
    for message in request.messages:
        _write_message(message, messages, dropped)
    fields["messages"] = messages
    if request.stream:
        fields["stream"] = True
        fields["stream_options"] = {"include_usage": True}
    limit = request.max_output_tokens or outgoing.max_output_tokens
    plain = {
        outgoing.output_limit_field: limit,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "stop": list(request.stop) or None,
        "seed": request.seed,
        "presence_penalty": request.presence_penalty,
        "frequency_penalty": request.frequency_penalty,
        "logprobs": request.logprobs or None,
        "top_logprobs": request.top_logprobs,
        "user": request.user,
        "parallel_tool_calls": request.parallel_tool_calls if request.tools else None,
        "tools": [_tool(tool, dropped) for tool in request.tools] or None,
        "tool_choice": _choice(request.tool_choice),
        "response_format": _format(request.output),
        "reasoning_effort": _effort(request.reasoning, dropped),
    }
    fields.update((name, value) for name, value in plain.items() if value is not None)
    return _encoder.encode(fields), tuple(dict.fromkeys(dropped))


def _write_message(message: Message, out: list[dict[str, object]], dropped: list[str]) -> None:
    if message.name is not None:
        dropped.append("names")
    if message.role == "assistant":
        out.append(_assistant(message, dropped))
        return
    rest: list[Part] = []
    for part in message.parts:
        if isinstance(part, chat.ToolResult):
            if rest:
                out.append({"role": "user", "content": _content(rest, dropped, message.at)})
                rest = []
            out.append(_result(part, dropped, message.at))
        else:
            rest.append(part)
    if rest:
        out.append({"role": "user", "content": _content(rest, dropped, message.at)})


def _result(part: chat.ToolResult, dropped: list[str], at: str) -> dict[str, object]:
    if part.error:
        dropped.append("is_error")
    if any(not isinstance(piece, Text) for piece in part.content):
        raise inexpressible("A tool's result that is not text", at)
    content = _content(part.content, dropped, at) if part.content else ""
    return {"role": "tool", "tool_call_id": part.call_id, "content": content}


def _content(
    parts: "tuple[Part, ...] | tuple[Text, ...] | list[Part]", dropped: list[str], at: str = ""
) -> object:
    if len(parts) == 1 and isinstance(parts[0], Text):
        if parts[0].cache is not None:
            dropped.append("cache")
        return parts[0].text
    return [_part(part, dropped, at) for part in parts]


def _part(part: Part, dropped: list[str], at: str) -> dict[str, object]:
    if getattr(part, "cache", None) is not None:
        dropped.append("cache")
    if isinstance(part, Text):
        return {"type": "text", "text": part.text}
    try:
        if isinstance(part, chat.Image):
            url: dict[str, object] = {"url": data_url(part.source)}
            if part.detail is not None:
                url["detail"] = part.detail
            return {"type": "image_url", "image_url": url}
        if isinstance(part, chat.Audio) and part.source.kind == "data":
            kind = (part.source.media_type or "").removeprefix("audio/")
            return {"type": "input_audio", "input_audio": {"data": part.source.value, "format": kind}}
        if isinstance(part, chat.Document):
            return _file(part, dropped, at)
    except Inexpressible as error:
        raise inexpressible("A file that only its own provider can read", at) from error
    raise inexpressible(f"A part of kind {type(part).__name__}", at)


def _file(part: chat.Document, dropped: list[str], at: str) -> dict[str, object]:
    if part.citations:
        raise inexpressible("Citations of a document", at)
    if part.context is not None:
        raise inexpressible("The context of a document", at)
    if part.source.kind == "text":
        if part.title is not None:
            dropped.append("title")
        return {"type": "text", "text": part.source.value}
    if part.source.kind == "url":
        raise inexpressible("A document by its address", at)
    name = part.title or "document.pdf"
    return {"type": "file", "file": {"filename": name, "file_data": data_url(part.source)}}


def _assistant(message: Message, dropped: list[str]) -> dict[str, object]:
    texts: list[Part] = []
    calls: list[dict[str, object]] = []
    fields: dict[str, object] = {"role": "assistant"}
    for part in message.parts:
        if isinstance(part, Text):
            texts.append(part)
        elif isinstance(part, chat.Thinking):
            dropped.append("thinking")
        elif isinstance(part, chat.Refusal):
            fields["refusal"] = part.text
        elif isinstance(part, chat.ToolCall):
            if part.cache is not None:
                dropped.append("cache")
            function = {"name": part.name, "arguments": part.arguments or "{}"}
            calls.append({"id": part.id, "type": "function", "function": function})
        else:
            raise inexpressible(f"A part of kind {type(part).__name__} in an answer", message.at)
    fields["content"] = _content(texts, dropped) if texts else None
    if calls:
        fields["tool_calls"] = calls
    return fields


def _tool(tool: chat.Tool, dropped: list[str]) -> dict[str, object]:
    if tool.cache is not None:
        dropped.append("cache")
    function: dict[str, object] = {"name": tool.name}
    if tool.description is not None:
        function["description"] = tool.description
    if tool.parameters is not None:
        function["parameters"] = msgspec.Raw(tool.parameters.encode())
    if tool.strict is not None:
        function["strict"] = tool.strict
    return {"type": "function", "function": function}


def _choice(choice: chat.ToolChoice | None) -> object:
    if choice is None or choice.mode != "tool":
        return None if choice is None else choice.mode
    return {"type": "function", "function": {"name": choice.name}}


def _format(output: chat.OutputFormat | None) -> object:
    if output is None:
        return None
    if output.kind == "json":
        return {"type": "json_object"}
    schema: dict[str, object] = {"name": output.name or "answer"}
    if output.schema is not None:
        schema["schema"] = msgspec.Raw(output.schema.encode())
    if output.strict is not None:
        schema["strict"] = output.strict
    if output.description is not None:
        schema["description"] = output.description
    return {"type": "json_schema", "json_schema": schema}


def _effort(reasoning: chat.Reasoning | None, dropped: list[str]) -> Effort | None:
    if reasoning is None:
        return None
    if reasoning.effort is not None:
        return _EFFORTS.get(reasoning.effort, reasoning.effort)
    dropped.append("reasoning")
    if reasoning.budget_tokens is None:
        return None
    return next((effort for below, effort in _BUDGETS if reasoning.budget_tokens < below), "high")
