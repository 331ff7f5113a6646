"""What is said in requests and answers, as messages of OpenTelemetry's GenAI conventions.

Unlike the codecs this refuses nothing: what it does not know stays as it is. Media is named, with its length,
and not repeated.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from podium.kernel import chat
from podium.kernel.errors import PodiumError
from podium.wire import anthropic_messages, gemini, openai_chat, openai_responses
from podium.wire.formats import Format

INPUT: Final = "gen_ai.input.messages"
OUTPUT: Final = "gen_ai.output.messages"
SYSTEM: Final = "gen_ai.system_instructions"
FORMATS: Final[dict[str, Format]] = {
    openai_chat.NAME: openai_chat,
    anthropic_messages.NAME: anthropic_messages,
    openai_responses.NAME: openai_responses,
    gemini.NAME: gemini,
}
_TEXTS: Final = frozenset({"text", "input_text", "output_text", "summary_text"})
_MEDIA: Final = ("image", "audio", "file", "document", "video", "source", "inlineData", "inline_data")
"""In the kind, or the name of a field, of a part of media."""

Said = dict[str, Any]


def asked(body: bytes) -> Said:
    """Return what a request says, by the name of its attribute; of a body that is no object, nothing."""
    fields = _object(body)
    found: Said = {}
    messages: list[Any] = []
    system: list[Any] = []
    for name in ("system", "instructions", "systemInstruction", "system_instruction"):
        if fields.get(name) is not None:
            system += _parts(fields[name])
    for name in ("messages", "input", "contents", "content", "prompt", "requests"):
        if fields.get(name) is not None:
            messages += _messages(fields[name])
    if messages:
        found[INPUT] = messages
    if system:
        found[SYSTEM] = system
    return found


def answered(wire: str, body: bytes, *, streamed: bool) -> Said:
    """Return what an answer says, in the format of the client; of one that cannot be read, nothing."""
    form = FORMATS.get(wire)
    if form is None or not body:
        return {}
    try:
        if streamed:
            return _output(_joined(form, body))
        choices = _object(body).get("choices")
        if isinstance(choices, list) and len(choices) > 1:
            return {OUTPUT: [_message(one.get("message")) for one in choices if isinstance(one, dict)]}
        return _output(form.decode_answer(body).parts)
    except (PodiumError, msgspec.MsgspecError, ValueError):
        return {}


def user_of(body: bytes) -> str | None:
    """Return the id of the end user that a client gives: ``user``, ``metadata.user_id`` and their like."""
    fields = _object(body)
    metadata = fields.get("metadata")
    named = [fields.get("user"), fields.get("safety_identifier")]
    if isinstance(metadata, Mapping):
        named += [metadata.get("user_id"), metadata.get("user")]
    return next((one for one in named if isinstance(one, str) and one), None)


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.MsgspecError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


# Requests


def _messages(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [_message(one) for one in value]
    return [_message(value)]


def _message(value: Any) -> Any:
    """Return one turn, or one item that stands among turns."""
    if not isinstance(value, dict):
        return {"role": "user", "parts": [_part(value)]}
    role = value.get("role")
    if "content" in value or "parts" in value or role is not None:
        content = value.get("content", value.get("parts"))
        parts = _parts(content) if content is not None else []
        calls = value.get("tool_calls")
        parts += _parts(calls) if calls else []
        if isinstance(value.get("refusal"), str):
            parts.append({"type": "refusal", "content": value["refusal"]})
        for name in ("reasoning", "reasoning_content"):
            if isinstance(value.get(name), str):
                parts.append({"type": "reasoning", "content": value[name]})
        if role == "tool":
            parts = [{"type": "tool_call_response", "id": value.get("tool_call_id"), "response": parts}]
        return {"role": role or "user", "parts": parts}
    role = "assistant" if value.get("type") in ("function_call", "reasoning") else "user"
    return {"role": role, "parts": [_part(value)]}


def _parts(value: Any) -> list[Any]:
    if isinstance(value, dict) and isinstance(value.get("parts"), list):
        value = value["parts"]
    return [_part(one) for one in value] if isinstance(value, list) else [_part(value)]


def _part(value: Any) -> dict[str, Any]:
    if isinstance(value, str):
        return {"type": "text", "content": value}
    if not isinstance(value, dict):
        return {"type": "other", "content": value}
    kind = value.get("type") if isinstance(value.get("type"), str) else None
    text = value.get("text")
    if isinstance(text, str) and (kind is None or kind in _TEXTS):
        return {"type": "reasoning" if value.get("thought") is True else "text", "content": text}
    if kind in {"thinking", "reasoning"}:
        return {"type": "reasoning", "content": value.get("thinking") or value.get("summary") or ""}
    call = _call(kind, value)
    if call is not None:
        return call
    if any(media in name for name in (str(kind), *value) for media in _MEDIA):
        return {"type": "blob", "content": _without_media(value)}
    return {"type": "other", "content": value}


def _call(kind: Any, value: dict[str, Any]) -> dict[str, Any] | None:
    """Return a call of a tool, or its result, of whichever format."""
    if kind == "tool_result":
        response = (
            [_part(one) for one in content] if isinstance(content := value.get("content"), list) else content
        )
        return {"type": "tool_call_response", "id": value.get("tool_use_id"), "response": response}
    if kind == "function_call_output":
        return {"type": "tool_call_response", "id": value.get("call_id"), "response": value.get("output")}
    given = value.get("functionResponse") or value.get("function_response")
    if isinstance(given, dict):
        return {"type": "tool_call_response", "id": given.get("id"), "response": given.get("response")}
    call: Any = None
    if kind == "tool_use":
        call, arguments = value, value.get("input")
    elif kind == "function_call":
        call, arguments = value, value.get("arguments")
    else:
        call = value.get("function") or value.get("functionCall") or value.get("function_call")
        arguments = call.get("arguments", call.get("args")) if isinstance(call, dict) else None
    if not isinstance(call, dict):
        return None
    return {
        "type": "tool_call",
        "id": value.get("call_id") or value.get("id"),
        "name": call.get("name"),
        "arguments": arguments,
    }


def _without_media(value: Any) -> Any:
    """Return a part of media with the lengths of its data instead of it."""
    if isinstance(value, dict):
        return {key: _without_media(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_without_media(one) for one in value]
    if isinstance(value, str) and len(value) > 512:
        return f"[{len(value)} characters of media]"
    return value


# Answers


def _output(parts: "tuple[chat.Part, ...] | list[chat.Part]") -> Said:
    said = [_said(part) for part in parts]
    return {OUTPUT: [{"role": "assistant", "parts": said}]} if said else {}


def _said(part: chat.Part) -> dict[str, Any]:
    match part:
        case chat.Text():
            return {"type": "text", "content": part.text}
        case chat.Thinking():
            return {"type": "reasoning", "content": part.text}
        case chat.ToolCall():
            return {"type": "tool_call", "id": part.id, "name": part.name, "arguments": part.arguments}
        case chat.Refusal():
            return {"type": "refusal", "content": part.text}
    return {"type": "other", "content": None}


def _joined(form: Format, body: bytes) -> list[chat.Part]:
    """Return the parts of a stream, each whole: what it has said, where it did not come to its end."""
    decoder = form.stream_decoder()
    parts: dict[int, chat.Part] = {}
    texts: dict[int, list[str]] = {}
    for event in [*decoder.feed(body), *decoder.end()]:
        if isinstance(event, chat.PartBegan):
            parts[event.index], texts[event.index] = event.part, []
        elif isinstance(event, chat.Delta) and event.index in texts:
            texts[event.index].append(event.text)
    return [_grown(part, "".join(texts[index])) for index, part in sorted(parts.items())]


def _grown(part: chat.Part, more: str) -> chat.Part:
    if isinstance(part, chat.ToolCall):
        return msgspec.structs.replace(part, arguments=part.arguments + more)
    if isinstance(part, chat.Text | chat.Thinking | chat.Refusal):
        return msgspec.structs.replace(part, text=part.text + more)
    return part
