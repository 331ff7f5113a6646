"""The neutral values of `kernel.chat` as a request of OpenAI's Responses.

Nothing is stored at the provider. Left out by choice: markers of caches, names of messages, that a tool's
result is an error, thoughts that another format signed or nobody did, and how exactly a budget of thinking
was meant. All else that has no place is refused.
"""

from binascii import b2a_base64
from typing import Final

import msgspec

from podium.kernel import chat
from podium.kernel.chat import Chat, Effort, Message, Part, Source, Text
from podium.kernel.errors import Inexpressible
from podium.wire.formats import Outgoing, inexpressible
from podium.wire.openai_neutral import data_url

NATIVE: Final = "openai-responses"
_BUDGETS: Final[tuple[tuple[int, Effort], ...]] = ((4096, "low"), (16_384, "medium"))
"""A budget of thinking below so many tokens is this effort; above, ``high``."""
_AUDIO_FORMATS: Final = frozenset({"wav", "mp3"})
_NO_PLACE: Final = ("top_k", "stop", "seed", "presence_penalty", "frequency_penalty", "top_logprobs")
"""What completions have and Responses do not."""
_THOUGHTS: Final = ("reasoning.encrypted_content",)
_NO_PARAMETERS: Final = msgspec.Raw(b'{"type":"object","properties":{}}')
_encoder = msgspec.json.Encoder()


def encode_chat(request: Chat, outgoing: Outgoing) -> tuple[bytes, tuple[str, ...]]:
    """Return the provider's body and what was left out. Raises Inexpressible."""
    dropped: list[str] = []
    for name in _NO_PLACE:
        if getattr(request, name) not in (None, ()):
            raise inexpressible(f"A value of {name}", name)
    if request.logprobs:
        raise inexpressible("A wish for probabilities", "logprobs")
    fields: dict[str, object] = {"model": outgoing.model, "store": False}
    items: list[dict[str, object]] = []
    if len(request.system) == 1:
        _note(request.system[0], dropped)
        fields["instructions"] = request.system[0].text
    elif request.system:
        content = [_part(part, dropped, "system") for part in request.system]
        items.append({"type": "message", "role": "system", "content": content})
    for message in request.messages:
        _write_message(message, items, dropped)
    fields["input"] = items
    if request.stream:
        fields["stream"] = True
    effort = _effort(request.reasoning, dropped)
    plain = {
        "max_output_tokens": request.max_output_tokens or outgoing.max_output_tokens,
        "temperature": request.temperature,
        "top_p": request.top_p,
        "user": request.user,
        "tools": [_tool(tool, dropped) for tool in request.tools] or None,
        "tool_choice": _choice(request.tool_choice),
        "parallel_tool_calls": request.parallel_tool_calls if request.tools else None,
        "text": _format(request.output),
        "reasoning": _reasoning(request.reasoning, effort),
        "include": _THOUGHTS if request.reasoning is not None and effort != "none" else None,
    }
    fields.update((name, value) for name, value in plain.items() if value is not None)
    return _encoder.encode(fields), tuple(dict.fromkeys(dropped))


def _note(part: object, dropped: list[str]) -> None:
    if getattr(part, "cache", None) is not None:
        dropped.append("cache")


def _write_message(message: Message, out: list[dict[str, object]], dropped: list[str]) -> None:
    """Add a turn as items: parts in a row that are words or media are one message."""
    if message.name is not None:
        dropped.append("names")
    parts = message.parts
    only = parts[0] if len(parts) == 1 else None
    if isinstance(only, Text):  # what most turns are
        _note(only, dropped)
        said = _said(only, message.at) if message.role == "assistant" else _words(only)
        out.append({"type": "message", "role": message.role, "content": [said]})
        return
    content: list[dict[str, object]] = []

    def flush() -> None:
        if content:
            out.append({"type": "message", "role": message.role, "content": list(content)})
            content.clear()

    for part in parts:
        _note(part, dropped)
        if isinstance(part, chat.ToolResult):
            flush()
            out.append(_result(part, dropped, message.at))
        elif isinstance(part, chat.ToolCall):
            flush()
            arguments = part.arguments or "{}"
            out.append(
                {"type": "function_call", "call_id": part.id, "name": part.name, "arguments": arguments}
            )
        elif isinstance(part, chat.Thinking):
            thought = _thought(part)
            if thought is None:
                dropped.append("thinking")
            else:
                flush()
                out.append(thought)
        elif message.role == "assistant":
            content.append(_said(part, message.at))
        else:
            content.append(_part(part, dropped, message.at))
    flush()


def _words(part: Text) -> dict[str, object]:
    return {"type": "input_text", "text": part.text}


def _said(part: Part, at: str) -> dict[str, object]:
    if isinstance(part, Text):
        return {"type": "output_text", "text": part.text, "annotations": []}
    if isinstance(part, chat.Refusal):
        return {"type": "refusal", "refusal": part.text}
    raise inexpressible(f"A part of kind {type(part).__name__} in an answer", at)


def _thought(part: chat.Thinking) -> dict[str, object] | None:
    if part.signed_by != NATIVE:
        return None
    encrypted = part.redacted if part.redacted is not None else part.signature
    if encrypted is None:
        return None
    summary = [{"type": "summary_text", "text": part.text}] if part.text else []
    return {"type": "reasoning", "summary": summary, "encrypted_content": encrypted}


def _result(part: chat.ToolResult, dropped: list[str], at: str) -> dict[str, object]:
    if part.error:
        dropped.append("is_error")
    output: object
    if all(isinstance(piece, Text) for piece in part.content) and len(part.content) < 2:
        for piece in part.content:
            _note(piece, dropped)
        output = "".join([piece.text for piece in part.content if isinstance(piece, Text)])
    else:
        output = [_part(piece, dropped, at) for piece in part.content]
    return {"type": "function_call_output", "call_id": part.call_id, "output": output}


def _part(part: Part, dropped: list[str], at: str) -> dict[str, object]:
    _note(part, dropped)
    if isinstance(part, Text):
        return _words(part)
    try:
        if isinstance(part, chat.Image):
            return {
                "type": "input_image",
                "image_url": data_url(part.source),
                "detail": part.detail or "auto",
            }
        if isinstance(part, chat.Document):
            return _file(part, at)
    except Inexpressible as error:
        if error.field != "messages":
            raise
        raise inexpressible("A file that only its own provider can read", at) from error
    if isinstance(part, chat.Audio) and part.source.kind == "data":
        kind = (part.source.media_type or "").removeprefix("audio/")
        if kind in _AUDIO_FORMATS:
            return {"type": "input_audio", "input_audio": {"data": part.source.value, "format": kind}}
    raise inexpressible(f"A part of kind {type(part).__name__}", at)


def _file(part: chat.Document, at: str) -> dict[str, object]:
    if part.citations:
        raise inexpressible("Citations of a document", at)
    if part.context is not None:
        raise inexpressible("The context of a document", at)
    source = part.source
    if source.kind == "url":
        file: dict[str, object] = {"type": "input_file", "file_url": source.value}
        if part.title is not None:
            file["filename"] = part.title
        return file
    if source.kind == "text":
        data = b2a_base64(source.value.encode(), newline=False).decode("ascii")
        source = Source("data", data, "text/plain")
    name = part.title or ("document.txt" if part.source.kind == "text" else "document.pdf")
    return {"type": "input_file", "filename": name, "file_data": data_url(source)}


def _tool(tool: chat.Tool, dropped: list[str]) -> dict[str, object]:
    _note(tool, dropped)
    parameters = _NO_PARAMETERS if tool.parameters is None else msgspec.Raw(tool.parameters.encode())
    # What is not said to be strict is strict to this format, and nowhere else.
    function: dict[str, object] = {
        "type": "function",
        "name": tool.name,
        "parameters": parameters,
        "strict": tool.strict or False,
    }
    if tool.description is not None:
        function["description"] = tool.description
    return function


def _choice(choice: chat.ToolChoice | None) -> object:
    if choice is None or choice.mode != "tool":
        return None if choice is None else choice.mode
    return {"type": "function", "name": choice.name}


def _format(output: chat.OutputFormat | None) -> object:
    if output is None:
        return None
    if output.kind == "json":
        return {"format": {"type": "json_object"}}
    schema: dict[str, object] = {"type": "json_schema", "name": output.name or "answer"}
    schema["schema"] = msgspec.Raw((output.schema or "{}").encode())
    if output.strict is not None:
        schema["strict"] = output.strict
    if output.description is not None:
        schema["description"] = output.description
    return {"format": schema}


def _reasoning(wanted: chat.Reasoning | None, effort: Effort | None) -> object:
    if wanted is None:
        return None
    fields: dict[str, object] = {}
    if effort is not None:
        fields["effort"] = effort
    # Who gives a budget of thinking expects to see what was thought.
    if wanted.show or (wanted.show is None and wanted.budget_tokens is not None):
        fields["summary"] = "auto"
    return fields or None


def _effort(reasoning: chat.Reasoning | None, dropped: list[str]) -> Effort | None:
    if reasoning is None:
        return None
    if reasoning.effort is not None:
        return reasoning.effort
    if reasoning.budget_tokens is None:
        return None
    dropped.append("reasoning")
    return next((effort for below, effort in _BUDGETS if reasoning.budget_tokens < below), "high")
