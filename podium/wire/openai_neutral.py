"""OpenAI's chat completions, in the neutral values of `kernel.chat`.

Left out by choice: the fields of `_LABELS`. All else that has no neutral meaning is refused.
"""

from collections.abc import Iterator
from typing import Any, Final, Literal, NoReturn

import msgspec

from podium.kernel import chat
from podium.kernel.call import Request
from podium.kernel.chat import Chat, Effort, Message, Part, Source, Text
from podium.kernel.errors import Inexpressible, InvalidRequest
from podium.wire import openai_shapes as shapes
from podium.wire.formats import inexpressible, seal, unknown_field, unseal
from podium.wire.openai_fields import UNREADABLE, given, json_text

NATIVE: Final = "openai"
_LABELS: Final = frozenset(
    {"metadata", "store", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "service_tier"}
)
_READ: Final = frozenset(
    {
        *("model", "messages", "stream", "stream_options", "max_tokens", "max_completion_tokens", "n"),
        *("temperature", "top_p", "top_k", "stop", "seed", "presence_penalty", "frequency_penalty"),
        *("logprobs", "top_logprobs", "tools", "tool_choice", "parallel_tool_calls", "response_format"),
        *("reasoning_effort", "reasoning", "user", "modalities"),
    }
)
_FIELDS: Final = {
    "max_output_tokens": "max_completion_tokens",
    "output": "response_format",
    "reasoning": "reasoning_effort",
    "cache": "cache_control",
    "names": "name",
    "thinking": "reasoning_details",
    "system": "messages",
}

_messages_decoder = msgspec.json.Decoder(list[shapes.AnyMessage])
_tools_decoder = msgspec.json.Decoder(list[shapes.FunctionTool])
_choice_decoder = msgspec.json.Decoder(str | shapes.NamedChoice)
_format_decoder = msgspec.json.Decoder(shapes.ResponseFormat)
_reasoning_decoder = msgspec.json.Decoder(shapes.ReasoningField)
_effort_decoder = msgspec.json.Decoder(Effort)
_stop_decoder = msgspec.json.Decoder(str | list[str])
_number_decoder = msgspec.json.Decoder(float)
_count_decoder = msgspec.json.Decoder(int)
_flag_decoder = msgspec.json.Decoder(bool)
_text_decoder = msgspec.json.Decoder(str)
_modalities_decoder = msgspec.json.Decoder(list[Literal["text"]])


def field_of(name: str) -> str:
    """Return the client's field that an attribute of `Chat` came from."""
    return _FIELDS.get(name, name)


def decode_chat(request: Request) -> Chat:
    """Return the whole request in neutral terms. Raises Inexpressible or InvalidRequest with the field."""
    fields = request.fields
    dropped = tuple(name for name in fields if name in _LABELS and given(fields, name) is not None)
    for name in fields:
        if name not in _READ and name not in _LABELS and not _is_nothing(fields, name):
            raise unknown_field(name, native=NATIVE)
    if request.choices != 1:
        raise unknown_field("n", native=NATIVE)
    if request.server_tools:
        raise unknown_field(request.server_tools[0].field, native=NATIVE)
    _read(fields, "modalities", _modalities_decoder)
    system, messages = _messages(fields["messages"])
    reasoning = _reasoning(fields)
    return Chat(
        messages=messages,
        system=system,
        tools=_tools(fields),
        tool_choice=_tool_choice(fields),
        parallel_tool_calls=_read(fields, "parallel_tool_calls", _flag_decoder),
        max_output_tokens=request.max_output_tokens,
        temperature=_read(fields, "temperature", _number_decoder),
        top_p=_read(fields, "top_p", _number_decoder),
        top_k=_read(fields, "top_k", _count_decoder),
        stop=_stops(fields),
        seed=_read(fields, "seed", _count_decoder),
        presence_penalty=_read(fields, "presence_penalty", _number_decoder) or None,
        frequency_penalty=_read(fields, "frequency_penalty", _number_decoder) or None,
        logprobs=bool(_read(fields, "logprobs", _flag_decoder)),
        top_logprobs=_read(fields, "top_logprobs", _count_decoder) or None,
        output=_output(fields),
        reasoning=reasoning,
        user=_read(fields, "user", _text_decoder),
        stream=request.stream,
        dropped=dropped,
    )


def _is_nothing(fields: dict[str, msgspec.Raw], name: str) -> bool:
    return bytes(fields[name]) in {b"null", b"[]", b"{}", b"false"}


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


def _messages(raw: msgspec.Raw) -> tuple[tuple[Text, ...], tuple[Message, ...]]:
    try:
        decoded = _messages_decoder.decode(raw)
    except UNREADABLE as error:
        _raise_at("messages", error)
    system: list[Text] = []
    messages: list[Message] = []
    results: list[Part] = []
    results_at = ""
    for index, message in enumerate(decoded):
        at = f"messages[{index}]"
        if isinstance(message, shapes.ToolMessage):
            results_at = results_at or at
            results.append(chat.ToolResult(message.tool_call_id, tuple(_texts(message.content))))
            continue
        if results:
            messages.append(Message("user", tuple(results), at=results_at))
            results, results_at = [], ""
        if isinstance(message, (shapes.SystemMessage, shapes.DeveloperMessage)):
            if messages:
                raise Inexpressible(
                    f"{at}: a system message behind others has no place in the provider's format.",
                    fix="Put it first.",
                    field=at,
                )
            system.extend(_texts(message.content))
        elif isinstance(message, shapes.UserMessage):
            content = message.content
            parts = (Text(content),) if isinstance(content, str) else tuple(_user_parts(content, at))
            messages.append(Message("user", parts, message.name, at))
        else:
            messages.append(Message("assistant", tuple(_assistant_parts(message)), message.name, at))
    if results:
        messages.append(Message("user", tuple(results), at=results_at))
    return tuple(system), tuple(messages)


def _texts(content: str | list[shapes.TextPart]) -> list[Text]:
    if isinstance(content, str):
        return [Text(content)]
    return [Text(part.text, _cache(part.cache_control)) for part in content]


def _cache(marker: shapes.CacheControl | None) -> chat.Cache | None:
    return None if marker is None else chat.Cache(marker.ttl)


def _user_parts(content: "list[shapes.UserPart]", at: str) -> Iterator[Part]:
    for index, part in enumerate(content):
        if isinstance(part, shapes.TextPart):
            yield Text(part.text, _cache(part.cache_control))
        elif isinstance(part, shapes.ImagePart):
            image = part.image_url if isinstance(part.image_url, shapes.ImageUrl) else None
            url = part.image_url if isinstance(part.image_url, str) else part.image_url.url
            yield chat.Image(
                source_of(url), image.detail if image is not None else None, _cache(part.cache_control)
            )
        elif isinstance(part, shapes.AudioPart):
            audio = part.input_audio
            yield chat.Audio(Source("data", audio.data, f"audio/{audio.format}"))
        else:
            yield _document(part, f"{at}.content[{index}].file")


def _document(part: shapes.FilePart, at: str) -> chat.Document:
    file = part.file
    if (file.file_data is None) == (file.file_id is None):
        raise InvalidRequest(f"{at} needs either file_data or file_id.", field=at)
    source = Source("file", file.file_id) if file.file_id is not None else source_of(file.file_data or "")
    return chat.Document(source, file.filename, cache=_cache(part.cache_control))


def source_of(url: str) -> Source:
    """Return where an address or a data URL (RFC 2397) leads."""
    if url[:5].lower() != "data:":
        return Source("url", url)
    head, _, data = url[5:].partition(",")
    media_type, *options = head.split(";")
    if "base64" not in options:
        raise InvalidRequest("a data URL is not base64.", fix="Write data:image/png;base64,...")
    return Source("data", data, media_type or None)


def data_url(source: Source) -> str:
    """Return an address or a data URL. Raises Inexpressible for ids of another provider's files."""
    if source.kind == "url":
        return source.value
    if source.kind == "data":
        return f"data:{source.media_type or 'application/octet-stream'};base64,{source.value}"
    raise inexpressible("A file that only its own provider can read", "messages")


def _assistant_parts(message: shapes.AssistantMessage) -> Iterator[Part]:
    plain = message.reasoning_content or message.reasoning
    if plain or message.reasoning_details:
        yield from thoughts(plain, message.reasoning_details)
    content = message.content
    if isinstance(content, str):
        if content:
            yield Text(content)
    elif content is not None:
        for part in content:
            yield Text(part.text) if isinstance(part, shapes.TextPart) else chat.Refusal(part.refusal)
    if message.refusal:
        yield chat.Refusal(message.refusal)
    for call in message.tool_calls or ():
        yield chat.ToolCall(call.id, call.function.name, call.function.arguments)


def thoughts(plain: str | None, details: list[shapes.ReasoningDetail] | None) -> Iterator[chat.Thinking]:
    """Yield the thoughts of an answer: the detailed ones, or the plain text where there are none."""
    found = False
    for detail in details or ():
        if detail.data is not None:
            data, signed_by = unseal(detail.data, native=NATIVE)
            found = True
            yield chat.Thinking(redacted=data, signed_by=signed_by)
        elif detail.text is not None or detail.signature is not None:
            found = True
            if detail.signature is None:
                yield chat.Thinking(detail.text or "")
            else:
                signature, signed_by = unseal(detail.signature, native=NATIVE)
                yield chat.Thinking(detail.text or "", signature, signed_by)
    if plain and not found:
        yield chat.Thinking(plain)


def detail_of(thought: chat.Thinking, index: int) -> dict[str, object]:
    """Return a thought as an entry of ``reasoning_details``."""
    signed_by = thought.signed_by or NATIVE
    if thought.redacted is not None:
        data = seal(thought.redacted, signed_by, native=NATIVE)
        return {"type": "reasoning.encrypted", "data": data, "index": index}
    entry: dict[str, object] = {"type": "reasoning.text", "text": thought.text, "index": index}
    if thought.signature is not None:
        entry["signature"] = seal(thought.signature, signed_by, native=NATIVE)
    return entry


def _tools(fields: dict[str, msgspec.Raw]) -> tuple[chat.Tool, ...]:
    tools: list[shapes.FunctionTool] = _read(fields, "tools", _tools_decoder) or []
    for index, tool in enumerate(tools):
        if tool.type != "function":
            raise unknown_field(f"tools[{index}].type {tool.type}", native=NATIVE)
    return tuple(
        chat.Tool(
            tool.function.name,
            tool.function.description,
            None
            if tool.function.parameters == shapes.NULL
            else json_text(tool.function.parameters, f"tools[{index}].function.parameters"),
            tool.function.strict,
            _cache(tool.cache_control),
        )
        for index, tool in enumerate(tools)
    )


def _tool_choice(fields: dict[str, msgspec.Raw]) -> chat.ToolChoice | None:
    choice: str | shapes.NamedChoice | None = _read(fields, "tool_choice", _choice_decoder)
    if choice is None:
        return None
    if isinstance(choice, shapes.NamedChoice):
        return chat.ToolChoice("tool", choice.function.name)
    if choice not in ("auto", "none", "required"):
        raise InvalidRequest(
            f"tool_choice is {choice}.", fix="Send auto, none, required or a function.", field="tool_choice"
        )
    return chat.ToolChoice(choice)  # type: ignore[arg-type]  # one of the three


def _stops(fields: dict[str, msgspec.Raw]) -> tuple[str, ...]:
    stop: str | list[str] | None = _read(fields, "stop", _stop_decoder)
    return () if stop is None else (stop,) if isinstance(stop, str) else tuple(stop)


def _output(fields: dict[str, msgspec.Raw]) -> chat.OutputFormat | None:
    wanted: shapes.ResponseFormat | None = _read(fields, "response_format", _format_decoder)
    if wanted is None or wanted.type == "text":
        return None
    if wanted.type == "json_object":
        return chat.OutputFormat("json")
    schema = wanted.json_schema
    if wanted.type != "json_schema" or schema is None:
        raise InvalidRequest(
            "response_format is no text, json_object or json_schema.", field="response_format"
        )
    text = (
        None
        if schema.schema == shapes.NULL
        else json_text(schema.schema, "response_format.json_schema.schema")
    )
    return chat.OutputFormat("schema", schema.name, text, schema.strict, schema.description)


def _reasoning(fields: dict[str, msgspec.Raw]) -> chat.Reasoning | None:
    effort: Effort | None = _read(fields, "reasoning_effort", _effort_decoder)
    more: shapes.ReasoningField | None = _read(fields, "reasoning", _reasoning_decoder)
    if more is None:
        return None if effort is None else chat.Reasoning(effort)
    if more.enabled is False:
        return chat.Reasoning("none")
    show = None if more.exclude is None else not more.exclude
    return chat.Reasoning(effort or more.effort, more.max_tokens, show)
