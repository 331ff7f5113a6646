"""OpenAI's chat completions: bytes to the neutral model and back, with the least change.

Source: OpenAI's API reference, ``POST /chat/completions``. The top level keeps every value as the client's
bytes, so that fields unknown here reach the provider as they were sent.
"""

from typing import Final

import msgspec

from podium.kernel.call import Request, ServerTool
from podium.kernel.errors import InvalidRequest
from podium.wire.formats import Outgoing
from podium.wire.openai_answers import encode_answer, stream_decoder, stream_writer
from podium.wire.openai_encode import encode_chat
from podium.wire.openai_errors import encode_error, encode_stream_error
from podium.wire.openai_fields import (
    UNREADABLE,
    decode_fields,
    decode_flag,
    decode_positive,
    decode_route,
    first_byte,
    given,
    raise_invalid,
)
from podium.wire.openai_neutral import decode_chat, field_of
from podium.wire.openai_reply import decode_answer, decode_reply, tag_reply
from podium.wire.openai_stream import StreamReader
from podium.wire.openai_usage import WEB_SEARCH

__all__ = [
    "HEADERS",
    "NAME",
    "decode_answer",
    "decode_chat",
    "decode_reply",
    "decode_request",
    "encode_answer",
    "encode_chat",
    "encode_error",
    "encode_request",
    "encode_stream_error",
    "field_of",
    "stream_decoder",
    "stream_reader",
    "stream_writer",
    "tag_reply",
    "target",
]

NAME: Final = "openai"
HEADERS: Final[tuple[tuple[bytes, bytes | None], ...]] = ()
MAX_OUTPUT_LIMIT_TOKENS: Final = 2**31 - 1
MAX_CHOICES: Final = 128
"""OpenAI's own limit of ``n``."""

_NULL: Final = msgspec.Raw(b"null")
_NO_NEEDS: Final = frozenset[str]()
_LIST: Final = ord("[")
_TEXT_PARTS: Final = frozenset({"text", "refusal", "thinking", "reasoning", "input_text", "output_text"})
"""Parts whose tokens are text in the body: OpenAI's, and those that vLLM and Mistral take besides."""
_NEEDS_OF_PARTS: Final = {
    "image_url": "vision",
    "input_image": "vision",
    "image": "vision",
    "video_url": "vision",
    "input_audio": "audio",
    "audio_url": "audio",
    "file": "documents",
    "input_file": "documents",
    "document": "documents",
}
_UNPRICED_FIELDS: Final = (
    "search_parameters",  # xAI: live search
    "plugins",  # OpenRouter: web search, file parsing
    "enable_search",  # Alibaba
    "data_sources",  # Azure: a search, and models that reword the question
    "preset",  # OpenRouter: a model and plugins that are not named in the body
    "models",  # OpenRouter: another model, at another price, may answer
    "speed",  # Anthropic: fast mode, at a multiple of the price
)
_CACHE_FIELDS: Final = ("extra_body", "google")
"""Where Google's OpenAI-compatible address takes ``cached_content``, which is not in the body."""
_CACHED: Final = (b"cached_content", b"cachedContent")
_UNUSUAL_FIELDS: Final = frozenset(
    {"tools", "functions", "response_format", "modalities", "service_tier", "n", "prediction"}
    | {"web_search_options"}
).union(_UNPRICED_FIELDS, _CACHE_FIELDS)
"""Every field that `_look_at_options`, the count of choices and the predicted output look at."""
_STANDARD_TIERS: Final = frozenset({"auto", "default", "standard"})
_CLIENT_TOOLS: Final = frozenset({"function", "custom"})
_SEARCH: Final = ServerTool(WEB_SEARCH, "web_search_options", most_uses=1, least_uses=1)
"""OpenAI's search models search once for each request, before they answer, and no answer counts it.

Source: OpenAI's guide "Web search", of Chat Completions: the model always retrieves from the web. Only models
whose price has ``web_search`` are served so: theirs is that of the preview tool, which no list has.
"""
_LONGEST_SCHEME_BYTES: Final = 32
_NOTHING: Final = frozenset({b"null", b"false", b"[]", b"{}", b'""'})


class _StreamOptions(msgspec.Struct, frozen=True):
    include_usage: bool | None = None


class _ImageUrl(msgspec.Struct, frozen=True):
    url: str = ""


class _File(msgspec.Struct, frozen=True):
    file_id: msgspec.Raw = _NULL
    file_data: msgspec.Raw = _NULL


class _Part(msgspec.Struct, frozen=True):
    type: str = ""
    image_url: _ImageUrl | str | None = None
    file: _File | None = None
    input_audio: msgspec.Raw = _NULL


class _Message(msgspec.Struct, frozen=True):
    content: msgspec.Raw = _NULL
    audio: msgspec.Raw = _NULL
    images: msgspec.Raw = _NULL


class _Asked(msgspec.Struct, frozen=True):
    """What most requests have, and nothing that needs a second look."""

    model: str
    messages: list[_Message]
    stream: bool | None = None
    stream_options: _StreamOptions | None = None
    max_completion_tokens: int | None = None
    max_tokens: int | None = None


class _Tool(msgspec.Struct, frozen=True):
    type: str = "function"


class _ResponseFormat(msgspec.Struct, frozen=True):
    type: str = "text"


class _Prediction(msgspec.Struct, frozen=True):
    content: msgspec.Raw = msgspec.Raw(b"")


_stream_options_decoder = msgspec.json.Decoder(_StreamOptions)
_messages_decoder = msgspec.json.Decoder(list[_Message])
_parts_decoder = msgspec.json.Decoder(list[_Part])
_tools_decoder = msgspec.json.Decoder(list[_Tool])
_format_decoder = msgspec.json.Decoder(_ResponseFormat)
_modalities_decoder = msgspec.json.Decoder(list[str])
_text_decoder = msgspec.json.Decoder(str)
_prediction_decoder = msgspec.json.Decoder(_Prediction)
_fields_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_asked_decoder = msgspec.json.Decoder(_Asked)
_encoder = msgspec.json.Encoder()


def target(operation: str, model: str, *, stream: bool) -> str:  # noqa: ARG001 - the signature of every format
    """Return the path behind the provider's base path."""
    return "/chat/completions"


def decode_request(body: bytes, path: str = "") -> Request:  # noqa: ARG001 - the signature of every format
    """Return the neutral model of a client's body. Raises InvalidRequest that names the field."""
    fields = decode_fields(body)
    if not _UNUSUAL_FIELDS.isdisjoint(fields):
        return _read_fields(body, fields, usual=False)
    return _read_at_once(body, fields) or _read_fields(body, fields, usual=True)


def _read_at_once(body: bytes, fields: dict[str, msgspec.Raw]) -> Request | None:
    """Return a request without unusual fields; None where `_read_fields` has to say what is wrong with it."""
    try:
        asked = _asked_decoder.decode(body)
    except UNREADABLE:
        return None
    limit, options = asked.max_completion_tokens, asked.stream_options
    if limit is None:
        limit = asked.max_tokens
    elif asked.max_tokens is not None:
        return None
    stream = asked.stream is True
    wants_usage = stream and options is not None and options.include_usage is True
    if (
        not asked.model
        or not (limit is None or 0 < limit <= MAX_OUTPUT_LIMIT_TOKENS)
        or (stream and options is not None and not wants_usage)
    ):
        return None
    remote, needs = False, _NO_NEEDS
    for message in asked.messages:
        if message.audio is not _NULL or message.images is not _NULL or first_byte(message.content) == _LIST:
            found: set[str] = set()
            remote = _look_at_messages(asked.messages, found)
            needs = frozenset(found)
            break
    size, choices = len(body), 1
    return Request("chat", asked.model, fields, size, stream, wants_usage, limit, choices, needs, remote)


def _read_fields(body: bytes, fields: dict[str, msgspec.Raw], *, usual: bool) -> Request:
    route = decode_route(fields)
    messages = fields.get("messages")
    if messages is None or first_byte(messages) != _LIST:
        raise InvalidRequest(
            "messages is missing or no list.", fix="Send a list of messages.", field="messages"
        )
    stream = decode_flag(fields, "stream")
    needs: set[str] = set()
    unpriced: list[str] = []
    try:
        decoded = _messages_decoder.decode(messages)
    except UNREADABLE as error:
        raise_invalid("messages", error, "a list of objects")
    remote = _look_at_messages(decoded, needs)
    if not usual:
        _look_at_options(fields, needs, unpriced)
        remote |= _names_a_cache(fields)
    return Request(
        operation="chat",
        route=route,
        fields=fields,
        body_bytes=len(body),
        stream=stream,
        wants_usage=stream and _wants_usage(fields),
        max_output_tokens=_output_limit(fields),
        choices=1 if usual else decode_positive(fields, "n", at_most=MAX_CHOICES) or 1,
        needs=frozenset(needs),
        remote_content=remote,
        unpriced=tuple(unpriced),
        server_tools=() if usual or not _searches(fields) else (_SEARCH,),
        extra_output_tokens=0 if usual else _predicted_tokens(fields),
    )


def _wants_usage(fields: dict[str, msgspec.Raw]) -> bool:
    raw = given(fields, "stream_options")
    if raw is None:
        return False
    try:
        _fields_decoder.decode(raw)  # they are written again, with the wish for usage
        return _stream_options_decoder.decode(raw).include_usage is True
    except UNREADABLE as error:
        raise_invalid("stream_options", error, "an object such as {'include_usage': true}")


def _output_limit(fields: dict[str, msgspec.Raw]) -> int | None:
    new = decode_positive(fields, "max_completion_tokens", at_most=MAX_OUTPUT_LIMIT_TOKENS)
    if "max_tokens" not in fields:
        return new
    old = decode_positive(fields, "max_tokens", at_most=MAX_OUTPUT_LIMIT_TOKENS)
    if new is not None and old is not None and new != old:
        raise InvalidRequest(
            f"max_completion_tokens is {new} and max_tokens is {old}.",
            fix="Send one of them, or the same value in both.",
            field="max_completion_tokens",
        )
    return new if new is not None else old


def _predicted_tokens(fields: dict[str, msgspec.Raw]) -> int:
    """Return the most tokens that a prediction may add: rejected ones are billed as output, one a byte."""
    raw = given(fields, "prediction")
    if raw is None:
        return 0
    try:
        return len(bytes(_prediction_decoder.decode(raw).content))
    except UNREADABLE as error:
        raise_invalid("prediction", error, "an object with content")


def _look_at_messages(messages: list[_Message], needs: set[str]) -> bool:
    """Add to ``needs`` what the parts of the messages ask for; return whether a provider must fetch any."""
    remote = False
    for index, message in enumerate(messages):
        if message.audio is not _NULL and message.audio != _NULL:
            needs.add("audio")  # an earlier spoken answer, by its id
            remote = True
        if message.images is not _NULL and message.images != _NULL:
            needs.add("vision")  # OpenRouter: images of an earlier answer
            remote = True
        content = message.content
        if first_byte(content) != _LIST:
            continue
        try:
            parts = _parts_decoder.decode(message.content)
        except UNREADABLE as error:
            raise_invalid(f"messages[{index}].content", error, "a string or a list of parts")
        for part in parts:
            if part.type not in _TEXT_PARTS:
                remote |= _look_at_part(part, needs)
    return remote


def _look_at_part(part: _Part, needs: set[str]) -> bool:
    kind = part.type or ("image_url" if part.image_url is not None else "")
    need = _NEEDS_OF_PARTS.get(kind)
    if need is not None:
        needs.add(need)
    if kind == "image_url":
        url = part.image_url.url if isinstance(part.image_url, _ImageUrl) else part.image_url or ""
        return not url.lstrip()[:5].lower().startswith("data:")
    if kind == "file":
        return part.file is None or _is_remote(part.file)
    # A part that is not known may name anything; only audio that came along is known to be whole.
    return kind != "input_audio" or part.input_audio == _NULL


def _is_remote(file: _File) -> bool:
    # OpenRouter takes an address for file_data.
    return (
        file.file_id != _NULL
        or file.file_data == _NULL
        or b"://" in bytes(memoryview(file.file_data)[:_LONGEST_SCHEME_BYTES])
    )


def _look_at_options(fields: dict[str, msgspec.Raw], needs: set[str], unpriced: list[str]) -> None:
    if given(fields, "tools") is not None:
        _look_at_tools(fields["tools"], needs, unpriced)
    if given(fields, "functions") is not None:
        needs.add("tools")
    raw = given(fields, "response_format")
    if raw is not None:
        try:
            kind = _format_decoder.decode(raw).type
        except UNREADABLE as error:
            raise_invalid("response_format", error, "an object with a type")
        if kind != "text":
            needs.add("structured_output")
    raw = given(fields, "modalities")
    if raw is not None:
        try:
            modalities = _modalities_decoder.decode(raw)
        except UNREADABLE as error:
            raise_invalid("modalities", error, "a list of strings")
        for modality in modalities:
            if modality == "audio":
                needs.add("audio")
            elif modality != "text":
                unpriced.append(f"modalities.{modality}")
    raw = given(fields, "service_tier")
    if raw is not None and _tier(raw) not in _STANDARD_TIERS:
        unpriced.append("service_tier")
    unpriced.extend(
        name for name in _UNPRICED_FIELDS if name in fields and bytes(fields[name]) not in _NOTHING
    )


def _searches(fields: dict[str, msgspec.Raw]) -> bool:
    """Return whether the model shall search: for this field an empty object is a wish too."""
    raw = given(fields, "web_search_options")
    return raw is not None and bytes(raw) != b"false"


def _names_a_cache(fields: dict[str, msgspec.Raw]) -> bool:
    found = [bytes(fields[name]) for name in _CACHE_FIELDS if name in fields]
    return any(mark in raw for raw in found for mark in _CACHED)


def _tier(raw: msgspec.Raw) -> str:
    try:
        return _text_decoder.decode(raw)
    except UNREADABLE as error:
        raise_invalid("service_tier", error, "a string")


def _look_at_tools(raw: msgspec.Raw, needs: set[str], unpriced: list[str]) -> None:
    try:
        tools = _tools_decoder.decode(raw)
    except UNREADABLE as error:
        raise_invalid("tools", error, "a list of tools")
    if tools:
        needs.add("tools")
    unpriced.extend(f"tools.{tool.type}" for tool in tools if tool.type not in _CLIENT_TOOLS)


def encode_request(request: Request, outgoing: Outgoing) -> bytes:
    """Return the provider's body: the client's, with its model's name, usage asked for, output bounded."""
    fields: dict[str, object] = dict(request.fields)
    fields["model"] = outgoing.model
    if request.stream and not request.wants_usage:
        raw = given(request.fields, "stream_options")
        options: dict[str, object] = {} if raw is None else dict(_fields_decoder.decode(raw))
        options["include_usage"] = True
        fields["stream_options"] = options
    if outgoing.max_output_tokens is not None and request.max_output_tokens is None:
        fields[outgoing.output_limit_field] = outgoing.max_output_tokens
    return _encoder.encode(fields)


def stream_reader(request: Request) -> StreamReader:
    """Return a reader of one stream for a client that speaks this format too."""
    return StreamReader(client_wants_usage=request.wants_usage, choices=request.choices)
