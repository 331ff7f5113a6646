"""The neutral values of `kernel.chat` as a request of Anthropic's messages.

Left out by choice: names of messages and of output formats, ``detail`` of images, and thoughts that another
format has signed or nobody. All else that has no place is refused.
"""

import base64
import binascii
import re
from hashlib import blake2b
from typing import Final

import msgspec

from podium.kernel import chat
from podium.kernel.chat import Chat, Effort, Message, Part, Source, Text
from podium.wire.anthropic_neutral import NATIVE
from podium.wire.formats import Outgoing, inexpressible
from podium.wire.openai_fields import UNREADABLE

MAX_TEMPERATURE: Final = 1.0
"""Anthropic's own; OpenAI's goes to 2."""
MAX_USER_ID_CHARS: Final = 256
_TOOL_ID: Final = re.compile(r"[a-zA-Z0-9_-]{1,128}")
_EFFORTS: Final[dict[Effort, Effort]] = {"minimal": "low"}
_TEXTS: Final = "text/"
_CHOICES: Final = {"auto": "auto", "none": "none", "required": "any", "tool": "tool"}
_NO_PLACE: Final = {
    "seed": "A seed",
    "presence_penalty": "A presence_penalty",
    "frequency_penalty": "A frequency_penalty",
    "top_logprobs": "A number of logprobs",
}
_encoder = msgspec.json.Encoder()
_object_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])


def encode_chat(request: Chat, outgoing: Outgoing) -> tuple[bytes, tuple[str, ...]]:
    """Return the provider's body and what was left out. Raises Inexpressible."""
    dropped: list[str] = []
    _refuse_what_has_no_place(request)
    limit = request.max_output_tokens
    if limit is None:
        limit = outgoing.max_output_tokens
    if limit is None:
        raise inexpressible("A request without a limit of output", "max_output_tokens")
    fields: dict[str, object] = {"model": outgoing.model, "max_tokens": limit}
    if request.system:
        fields["system"] = [_text(text) for text in request.system]
    messages = [_message(message, dropped) for message in request.messages]
    # An answer whose thoughts were all left out has nothing in it, which Anthropic refuses.
    fields["messages"] = [message for message in messages if message["content"]]
    if request.stream:
        fields["stream"] = True
    plain = {
        "temperature": request.temperature,
        "top_p": request.top_p,
        "top_k": request.top_k,
        "stop_sequences": list(request.stop) or None,
        "metadata": None if request.user is None else {"user_id": request.user},
        "tools": [_tool(tool) for tool in request.tools] or None,
        "tool_choice": _choice(request),
        "thinking": _thinking(request.reasoning),
        "output_config": _output_config(request, dropped),
    }
    fields.update((name, value) for name, value in plain.items() if value is not None)
    return _encoder.encode(fields), tuple(dict.fromkeys(dropped))


def _refuse_what_has_no_place(request: Chat) -> None:
    for name, words in _NO_PLACE.items():
        if getattr(request, name) is not None:
            raise inexpressible(words, name)
    if request.logprobs:
        raise inexpressible("A wish for logprobs", "logprobs")
    if request.temperature is not None and request.temperature > MAX_TEMPERATURE:
        raise inexpressible(f"A temperature above {MAX_TEMPERATURE:g}", "temperature")
    if request.user is not None and len(request.user) > MAX_USER_ID_CHARS:
        raise inexpressible(f"A user of more than {MAX_USER_ID_CHARS} characters", "user")
    last = request.messages[-1] if request.messages else None
    if last is not None and last.role == "assistant":
        raise inexpressible("An answer as the last message, which would be gone on with,", last.at)


def _message(message: Message, dropped: list[str]) -> dict[str, object]:
    if message.name is not None:
        dropped.append("names")
    blocks = [block for part in message.parts if (block := _block(part, message.at, dropped)) is not None]
    return {"role": message.role, "content": blocks}


def _block(part: Part, at: str, dropped: list[str]) -> dict[str, object] | None:
    """Return a part as a block; None where it is left out."""
    if isinstance(part, Text):
        return _text(part)
    if isinstance(part, chat.Refusal):
        return {"type": "text", "text": part.text}
    if isinstance(part, chat.Thinking):
        return _thought(part, dropped)
    if isinstance(part, chat.ToolCall):
        return _marked(
            {"type": "tool_use", "id": tool_id(part.id), "name": part.name, "input": _input(part, at)},
            part.cache,
        )
    if isinstance(part, chat.ToolResult):
        content = [_media(it, at, dropped) for it in part.content]
        result: dict[str, object] = {
            "type": "tool_result",
            "tool_use_id": tool_id(part.call_id),
            "content": content,
        }
        if part.error:
            result["is_error"] = True
        return _marked(result, part.cache)
    if isinstance(part, chat.Audio):
        raise inexpressible("Sound", at)
    return _media(part, at, dropped)


def _marked(block: dict[str, object], cache: chat.Cache | None) -> dict[str, object]:
    if cache is not None:
        marker = {"type": "ephemeral"}
        block["cache_control"] = marker if cache.ttl is None else {**marker, "ttl": cache.ttl}
    return block


def _text(text: Text) -> dict[str, object]:
    return _marked({"type": "text", "text": text.text}, text.cache)


def _thought(part: chat.Thinking, dropped: list[str]) -> dict[str, object] | None:
    if part.signed_by == NATIVE and part.redacted is not None:
        return {"type": "redacted_thinking", "data": part.redacted}
    if part.signed_by == NATIVE and part.signature is not None:
        return {"type": "thinking", "thinking": part.text, "signature": part.signature}
    dropped.append("thinking")
    return None


def tool_id(text: str) -> str:
    """Return an id of a call as Anthropic takes it; of one that it does not take, a digest."""
    if _TOOL_ID.fullmatch(text):
        return text
    return "toolu_" + blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def _input(part: chat.ToolCall, at: str) -> msgspec.Raw:
    text = part.arguments.strip() or "{}"
    try:
        _object_decoder.decode(text)
    except UNREADABLE as error:
        raise inexpressible(f"A call of {part.name} whose arguments are no JSON object", at) from error
    return msgspec.Raw(text.encode())


def _media(part: Text | chat.Image | chat.Document, at: str, dropped: list[str]) -> dict[str, object]:
    if isinstance(part, Text):
        return _text(part)
    if isinstance(part, chat.Image):
        if part.detail is not None:
            dropped.append("detail")
        if part.source.kind == "text":
            raise inexpressible("An image that is a text", at)
        return _marked({"type": "image", "source": _source(part.source, at)}, part.cache)
    block: dict[str, object] = {"type": "document", "source": _source(part.source, at)}
    if part.title is not None:
        block["title"] = part.title
    if part.context is not None:
        block["context"] = part.context
    if part.citations:
        block["citations"] = {"enabled": True}
    return _marked(block, part.cache)


def _source(source: Source, at: str) -> dict[str, object]:
    if source.kind == "url":
        return {"type": "url", "url": source.value}
    if source.kind == "file":
        raise inexpressible("A file that only its own provider can read", at)
    if source.kind == "text":
        return {"type": "text", "media_type": "text/plain", "data": source.value}
    media_type = source.media_type
    if media_type is None:
        raise inexpressible("Media without a media type", at)
    if media_type.startswith(_TEXTS):
        try:
            text = base64.b64decode(source.value, validate=True).decode()
        except (binascii.Error, ValueError) as error:
            raise inexpressible("A text document that is no base64 of UTF-8", at) from error
        return {"type": "text", "media_type": "text/plain", "data": text}
    if not media_type.startswith("image/") and media_type != "application/pdf":
        raise inexpressible(f"A document of type {media_type}", at)
    return {"type": "base64", "media_type": media_type, "data": source.value}


def _tool(tool: chat.Tool) -> dict[str, object]:
    schema = tool.parameters or '{"type":"object","properties":{}}'
    fields: dict[str, object] = {"name": tool.name, "input_schema": msgspec.Raw(schema.encode())}
    if tool.description is not None:
        fields["description"] = tool.description
    if tool.strict is not None:
        fields["strict"] = tool.strict
    return _marked(fields, tool.cache)


def _choice(request: Chat) -> dict[str, object] | None:
    choice, parallel = request.tool_choice, request.parallel_tool_calls
    if choice is None:
        if parallel is not False or not request.tools:
            return None
        return {"type": "auto", "disable_parallel_tool_use": True}
    fields: dict[str, object] = {"type": _CHOICES[choice.mode]}
    if choice.mode == "tool":
        fields["name"] = choice.name
    if parallel is not None and choice.mode != "none":
        fields["disable_parallel_tool_use"] = not parallel
    return fields


def _thinking(reasoning: chat.Reasoning | None) -> dict[str, object] | None:
    if reasoning is None:
        return None
    if reasoning.effort == "none":
        return {"type": "disabled"}
    fields: dict[str, object] = {"type": "adaptive"}
    if reasoning.budget_tokens is not None and not reasoning.adaptive:
        fields = {"type": "enabled", "budget_tokens": reasoning.budget_tokens}
    if reasoning.show is not None:
        fields["display"] = "summarized" if reasoning.show else "omitted"
    return fields


def _output_config(request: Chat, dropped: list[str]) -> dict[str, object] | None:
    fields: dict[str, object] = {}
    effort = request.reasoning.effort if request.reasoning is not None else None
    if effort is not None and effort != "none":
        fields["effort"] = _EFFORTS.get(effort, effort)
        if effort in _EFFORTS:
            dropped.append("reasoning")
    output = request.output
    if output is not None:
        if output.kind == "json" or output.schema is None:
            raise inexpressible("JSON without a schema", "output")
        if output.name is not None or output.description is not None or output.strict is not None:
            dropped.append("output.name")
        fields["format"] = {"type": "json_schema", "schema": msgspec.Raw(output.schema.encode())}
    return fields or None
