"""Anthropic's messages, in the neutral values of `kernel.chat`.

Left out by choice: the fields of `_LABELS`, citations of earlier answers, and how a tool's input is streamed.
All else that has no neutral meaning is refused: tools that Anthropic runs, search results, and what is not
known.
"""

from collections.abc import Iterator
from typing import Any, Final, NoReturn

import msgspec

from podium.kernel import chat
from podium.kernel.call import Request
from podium.kernel.chat import Chat, Message, Part, Source, Text
from podium.kernel.errors import Inexpressible, InvalidRequest
from podium.wire import anthropic_shapes as shapes
from podium.wire.formats import unknown_field, unseal
from podium.wire.openai_fields import UNREADABLE, given, json_text

NATIVE: Final = "anthropic"
_NULL: Final = shapes.NULL
_LABELS: Final = frozenset({"cache_control", "service_tier", "diagnostics"})
_READ: Final = frozenset(
    {
        *("model", "messages", "max_tokens", "system", "stream", "stop_sequences", "metadata", "temperature"),
        *("top_p", "top_k", "tools", "tool_choice", "thinking", "output_config", "output_format"),
    }
)
_FREE: Final = {"speed": b'"standard"', "inference_geo": b'"global"'}
_FIELDS: Final = {
    "max_output_tokens": "max_tokens",
    "output": "output_config",
    "reasoning": "thinking",
    "cache": "cache_control",
    "parallel_tool_calls": "tool_choice.disable_parallel_tool_use",
    "stop": "stop_sequences",
    "user": "metadata.user_id",
    "title": "title",
}


class _ToolType(msgspec.Struct, frozen=True):
    type: str | None = None


_messages_decoder = msgspec.json.Decoder(list[shapes.Message])
_system_decoder = msgspec.json.Decoder(str | list[shapes.TextBlock])
_tool_types_decoder = msgspec.json.Decoder(list[_ToolType])
_tools_decoder = msgspec.json.Decoder(list[shapes.Tool])
_choice_decoder = msgspec.json.Decoder(shapes.ToolChoice)
_thinking_decoder = msgspec.json.Decoder(shapes.ThinkingConfig)
_output_decoder = msgspec.json.Decoder(shapes.OutputConfig)
_format_decoder = msgspec.json.Decoder(shapes.JsonFormat)
_metadata_decoder = msgspec.json.Decoder(shapes.Metadata)
_stops_decoder = msgspec.json.Decoder(list[str])
_number_decoder = msgspec.json.Decoder(float)
_count_decoder = msgspec.json.Decoder(int)


def field_of(name: str) -> str:
    """Return the client's field that an attribute of `Chat` came from."""
    return _FIELDS.get(name, name)


def decode_chat(request: Request) -> Chat:
    """Return the whole request in neutral terms. Raises Inexpressible or InvalidRequest with the field."""
    fields = request.fields
    dropped = [name for name in fields if name in _LABELS and given(fields, name) is not None]
    for name, value in fields.items():
        known = name in _READ or name in _LABELS or _FREE.get(name) == bytes(value)
        if not known and bytes(value) not in {b"null", b"[]", b"{}", b"false"}:
            raise unknown_field(name, native=NATIVE)
    system = _system(fields)
    system_messages, messages = _messages(fields["messages"], dropped)
    choice, parallel = _tool_choice(fields)
    output: shapes.OutputConfig | None = _read(fields, "output_config", _output_decoder)
    metadata: shapes.Metadata | None = _read(fields, "metadata", _metadata_decoder)
    return Chat(
        messages=messages,
        system=(*system, *system_messages),
        tools=_tools(fields, dropped),
        tool_choice=choice,
        parallel_tool_calls=parallel,
        max_output_tokens=request.max_output_tokens,
        temperature=_read(fields, "temperature", _number_decoder),
        top_p=_read(fields, "top_p", _number_decoder),
        top_k=_read(fields, "top_k", _count_decoder),
        stop=tuple(_read(fields, "stop_sequences", _stops_decoder) or ()),
        output=_output(fields, output),
        reasoning=_reasoning(fields, output),
        user=metadata.user_id if metadata is not None else None,
        stream=request.stream,
        dropped=tuple(dict.fromkeys(dropped)),
    )


def _read(fields: dict[str, msgspec.Raw], name: str, decoder: "msgspec.json.Decoder[Any]") -> Any:
    raw = given(fields, name)
    if raw is None:
        return None
    try:
        return decoder.decode(raw)
    except UNREADABLE as error:
        _raise_at(name, error)


def _raise_at(field: str, error: Exception) -> NoReturn:
    """Raise what msgspec found, at the place that it names: ``$[3].content`` of messages."""
    words, _, place = str(error).partition(" - at `$")
    at = field + place.rstrip("`")
    if "unknown field" in words or words.startswith("Invalid value") or "enum value" in words:
        raise Inexpressible(
            f"{at}: {words}. It cannot be carried to a provider of another format.",
            fix=f"Leave it out, or call a route whose model speaks {NATIVE}.",
            field=at,
        ) from error
    raise InvalidRequest(f"{at} is not usable: {words}.", field=at) from error


def _system(fields: dict[str, msgspec.Raw]) -> tuple[Text, ...]:
    system: str | list[shapes.TextBlock] | None = _read(fields, "system", _system_decoder)
    if system is None or isinstance(system, str):
        return (Text(system),) if system else ()
    return tuple(Text(block.text, _cache(block.cache_control)) for block in system)


def _cache(marker: shapes.CacheControl | None) -> chat.Cache | None:
    return None if marker is None else chat.Cache(marker.ttl)


def _messages(raw: msgspec.Raw, dropped: list[str]) -> tuple[tuple[Text, ...], tuple[Message, ...]]:
    try:
        decoded = _messages_decoder.decode(raw)
    except UNREADABLE as error:
        _raise_at("messages", error)
    system: list[Text] = []
    messages: list[Message] = []
    for index, message in enumerate(decoded):
        at = f"messages[{index}]"
        if message.role == "system":
            if messages:
                raise Inexpressible(
                    f"{at}: a system message behind others has no place in the provider's format.",
                    fix="Put it into system.",
                    field=at,
                )
            parts = tuple(_parts(message, at, dropped))
            system.extend(part for part in parts if isinstance(part, Text))
            continue
        messages.append(Message(message.role, tuple(_parts(message, at, dropped)), at=at))
    if messages and messages[-1].role == "assistant":
        at = messages[-1].at
        raise Inexpressible(
            f"{at}: an answer that is begun for the model has no place in the provider's format.",
            fix=f"End with a message of the user's, or call a route whose model speaks {NATIVE}.",
            field=at,
        )
    return tuple(system), tuple(messages)


def _parts(message: shapes.Message, at: str, dropped: list[str]) -> Iterator[Part]:
    if isinstance(message.content, str):
        yield Text(message.content)
        return
    for index, block in enumerate(message.content):
        if type(block) is shapes.TextBlock and block.cache_control is None and block.citations == _NULL:
            yield Text(block.text)  # what most blocks are
        elif message.role == "assistant" or not isinstance(
            block, (shapes.ThinkingBlock, shapes.RedactedBlock, shapes.ToolUseBlock)
        ):
            yield _part(block, f"{at}.content[{index}]", dropped)
        else:
            raise InvalidRequest(
                f"{at}.content[{index}] belongs into an answer.", field=f"{at}.content[{index}]"
            )


def _part(block: shapes.Block, at: str, dropped: list[str]) -> Part:
    if isinstance(block, shapes.ThinkingBlock):
        if not block.signature:
            return chat.Thinking(block.thinking)
        return chat.Thinking(block.thinking, *unseal(block.signature, native=NATIVE))
    if isinstance(block, shapes.RedactedBlock):
        data, signed_by = unseal(block.data, native=NATIVE)
        return chat.Thinking(redacted=data, signed_by=signed_by)
    if isinstance(block, shapes.ToolUseBlock):
        arguments = json_text(block.input, f"{at}.input")
        if not arguments.startswith("{"):
            raise InvalidRequest(f"{at}.input is no object.", field=f"{at}.input")
        return chat.ToolCall(block.id, block.name, arguments, _cache(block.cache_control))
    if isinstance(block, shapes.ToolResultBlock):
        content = block.content if block.content is not None else ()
        within = (
            (Text(content),) if isinstance(content, str) else tuple(_media(it, dropped) for it in content)
        )
        return chat.ToolResult(
            block.tool_use_id, within, error=bool(block.is_error), cache=_cache(block.cache_control)
        )
    return _media(block, dropped)


def _media(
    block: shapes.TextBlock | shapes.ImageBlock | shapes.DocumentBlock, dropped: list[str]
) -> Text | chat.Image | chat.Document:
    cache = _cache(block.cache_control)
    if isinstance(block, shapes.TextBlock):
        if bytes(block.citations) not in {b"null", b"[]"}:
            dropped.append("citations")
        return Text(block.text, cache)
    if isinstance(block, shapes.ImageBlock):
        return chat.Image(_source(block.source), cache=cache)
    citations = block.citations is not None and block.citations.enabled
    return chat.Document(_source(block.source), block.title, block.context, citations, cache)


def _source(
    source: shapes.Base64Source
    | shapes.UrlSource
    | shapes.FileSource
    | shapes.TextSource
    | shapes.ContentSource,
) -> Source:
    if isinstance(source, shapes.Base64Source):
        return Source("data", source.data, source.media_type)
    if isinstance(source, shapes.UrlSource):
        return Source("url", source.url)
    if isinstance(source, shapes.FileSource):
        return Source("file", source.file_id)
    return Source("text", source.data if isinstance(source, shapes.TextSource) else source.content)


def _tools(fields: dict[str, msgspec.Raw], dropped: list[str]) -> tuple[chat.Tool, ...]:
    types: list[_ToolType] = _read(fields, "tools", _tool_types_decoder) or []
    for index, it in enumerate(types):
        if it.type not in {None, "custom"}:
            raise unknown_field(f"tools[{index}] of type {it.type}", native=NATIVE)
    tools: list[shapes.Tool] = _read(fields, "tools", _tools_decoder) or []
    if any(tool.eager_input_streaming is not None for tool in tools):
        dropped.append("eager_input_streaming")
    return tuple(
        chat.Tool(
            tool.name,
            tool.description,
            json_text(tool.input_schema, f"tools[{index}].input_schema"),
            tool.strict,
            _cache(tool.cache_control),
        )
        for index, tool in enumerate(tools)
    )


def _tool_choice(fields: dict[str, msgspec.Raw]) -> tuple[chat.ToolChoice | None, bool | None]:
    """Return the choice, and whether calls may be parallel."""
    choice: shapes.ToolChoice | None = _read(fields, "tool_choice", _choice_decoder)
    if choice is None:
        return None, None
    parallel = None if choice.disable_parallel_tool_use is None else not choice.disable_parallel_tool_use
    if choice.type == "tool":
        if choice.name is None:
            raise InvalidRequest("tool_choice.name is missing.", field="tool_choice.name")
        return chat.ToolChoice("tool", choice.name), parallel
    return chat.ToolChoice("required" if choice.type == "any" else choice.type), parallel


def _output(fields: dict[str, msgspec.Raw], config: shapes.OutputConfig | None) -> chat.OutputFormat | None:
    wanted: shapes.JsonFormat | None = _read(fields, "output_format", _format_decoder)
    if config is not None and config.format is not None:
        wanted = config.format
    if wanted is None:
        return None
    return chat.OutputFormat("schema", schema=json_text(wanted.schema, "output_config.format.schema"))


def _reasoning(fields: dict[str, msgspec.Raw], config: shapes.OutputConfig | None) -> chat.Reasoning | None:
    thinking: shapes.ThinkingConfig | None = _read(fields, "thinking", _thinking_decoder)
    effort = config.effort if config is not None else None
    if thinking is None:
        return None if effort is None else chat.Reasoning(effort)
    if thinking.type == "disabled":
        return chat.Reasoning("none")
    show = None if thinking.display is None else thinking.display == "summarized"
    if thinking.type == "adaptive":
        return chat.Reasoning(effort, show=show, adaptive=True)
    if thinking.budget_tokens is None:
        raise InvalidRequest("thinking.budget_tokens is missing.", field="thinking.budget_tokens")
    return chat.Reasoning(effort, thinking.budget_tokens, show)
