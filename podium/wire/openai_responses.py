"""OpenAI's Responses, stateless: bytes to the neutral model and back, with the least change.

Source: OpenAI's API reference, ``POST /responses``, and the types of its SDK. The top level keeps every value
as the client's bytes, so that fields unknown here reach the provider as they were sent.

What lives at the provider (``previous_response_id``, ``conversation``, files and templates by id) is not in
the body, so only the context window bounds it. ``background`` is refused: its cost would be told to nobody.
"""

from typing import Final

import msgspec

from podium.kernel.call import CostTag, Reply, Request, ServerTool
from podium.kernel.errors import InvalidRequest
from podium.wire.formats import Outgoing
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
from podium.wire.openai_responses_answers import (
    decode_answer,
    decode_body,
    encode_answer,
    encode_error,
    encode_stream_error,
)
from podium.wire.openai_responses_encode import encode_chat
from podium.wire.openai_responses_events import ResponsesDecoder
from podium.wire.openai_responses_neutral import decode_chat, field_of
from podium.wire.openai_responses_stream import StreamReader
from podium.wire.openai_responses_tools import AskedTool, server_tool, with_uses
from podium.wire.openai_responses_usage import decode_usage
from podium.wire.openai_responses_writer import ResponsesWriter
from podium.wire.openai_usage import tag_usage

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

NAME: Final = "openai-responses"
HEADERS: Final[tuple[tuple[bytes, bytes | None], ...]] = ()
MAX_OUTPUT_LIMIT_TOKENS: Final = 2**31 - 1

_NULL: Final = msgspec.Raw(b"null")
_LIST: Final = ord("[")
_OBJECT: Final = ord("{")
_STRING: Final = ord('"')
_TEXT_PARTS: Final = frozenset(
    {"input_text", "output_text", "refusal", "text", "summary_text", "reasoning_text"}
)
_INLINE_ITEMS: Final = frozenset(
    {
        "message",
        "function_call",
        "function_call_output",
        "custom_tool_call",
        "custom_tool_call_output",
        "reasoning",
    }
)
"""Items that are in the body as they are counted; any other may stand for what only the provider holds."""
_REMOTE_FIELDS: Final = ("previous_response_id", "conversation", "prompt")
_UNPRICED_FIELDS: Final = (
    "prompt",  # a template may bring tools of its own
    "context_management",  # compaction: another call of a model, within this one
    "access_programs",
    "background_options",
    "plugins",  # OpenRouter: web search, file parsing
    "models",  # OpenRouter: another model, at another price, may answer
    "preset",  # Perplexity, OpenRouter: a model and tools that are not named in the body
)
_UNUSUAL_FIELDS: Final = frozenset(
    {*_REMOTE_FIELDS, *_UNPRICED_FIELDS, "background", "tools", "text", "service_tier", "reasoning"}
    | {"prompt_cache_options"}
)
"""Every field that `_look_at_options` looks at."""
_STANDARD_TIERS: Final = frozenset({"auto", "default", "standard"})
_STANDARD_MODES: Final = frozenset({"standard"})
_USUAL_TTLS: Final = frozenset({"30m"})
_CLIENT_TOOLS: Final = frozenset({"function", "custom"})
_LONGEST_SCHEME_BYTES: Final = 32
_NOTHING: Final = frozenset({b"null", b"false", b"[]", b"{}", b'""'})


class _CacheOptions(msgspec.Struct, frozen=True):
    ttl: str | None = None


class _Part(msgspec.Struct, frozen=True):
    type: str = ""
    image_url: msgspec.Raw = _NULL
    file_id: msgspec.Raw = _NULL
    file_url: msgspec.Raw = _NULL
    file_data: msgspec.Raw = _NULL
    input_audio: msgspec.Raw = _NULL
    prompt_cache_breakpoint: _CacheOptions | None = None


class _Item(msgspec.Struct, frozen=True):
    type: str = "message"
    content: msgspec.Raw = _NULL
    output: msgspec.Raw = _NULL


class _Format(msgspec.Struct, frozen=True):
    type: str = "text"


class _Text(msgspec.Struct, frozen=True):
    format: _Format | None = None


class _Reasoning(msgspec.Struct, frozen=True):
    mode: str | None = None


_items_decoder = msgspec.json.Decoder(list[_Item])
_parts_decoder = msgspec.json.Decoder(list[_Part])
_tools_decoder = msgspec.json.Decoder(list[AskedTool])
_format_decoder = msgspec.json.Decoder(_Text)
_reasoning_decoder = msgspec.json.Decoder(_Reasoning)
_cache_decoder = msgspec.json.Decoder(_CacheOptions)
_text_decoder = msgspec.json.Decoder(str)
_fields_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encoder = msgspec.json.Encoder()


def target(operation: str, model: str, *, stream: bool) -> str:  # noqa: ARG001 - the signature of every format
    """Return the path behind the provider's base path."""
    return "/responses"


def decode_request(body: bytes, path: str = "") -> Request:  # noqa: ARG001 - the signature of every format
    """Return the neutral model of a client's body. Raises InvalidRequest that names the field."""
    fields = decode_fields(body)
    route = decode_route(fields)
    needs: set[str] = set()
    unpriced: list[str] = []
    server_tools: list[ServerTool] = []
    remote = _look_at_input(fields, needs, unpriced)
    most_calls = None
    if not _UNUSUAL_FIELDS.isdisjoint(fields):
        most_calls = decode_positive(fields, "max_tool_calls", at_most=MAX_OUTPUT_LIMIT_TOKENS)
        remote |= _look_at_options(fields, needs, unpriced)
        _look_at_tools(fields, needs, unpriced, server_tools, most_calls)
    return Request(
        operation="chat",
        route=route,
        fields=fields,
        body_bytes=len(body),
        stream=decode_flag(fields, "stream"),
        wants_usage=True,
        max_output_tokens=decode_positive(fields, "max_output_tokens", at_most=MAX_OUTPUT_LIMIT_TOKENS),
        needs=frozenset(needs),
        remote_content=remote,
        unpriced=tuple(dict.fromkeys(unpriced)),
        server_tools=tuple(server_tools),
        most_tool_uses=most_calls,
        limit_field="max_output_tokens",
        content_field="input",
    )


def _look_at_input(fields: dict[str, msgspec.Raw], needs: set[str], unpriced: list[str]) -> bool:
    """Add to ``needs`` what the items ask for; return whether a provider must fetch or remember any."""
    raw = given(fields, "input")
    if raw is None:
        if any(given(fields, name) is not None for name in _REMOTE_FIELDS):
            return True
        raise InvalidRequest("input is missing.", fix="Send a string or a list of items.", field="input")
    kind = first_byte(raw)
    if kind == _STRING:
        return False
    if kind != _LIST:
        raise InvalidRequest(
            "input is no string and no list.", fix="Send a string or a list of items.", field="input"
        )
    try:
        items = _items_decoder.decode(raw)
    except UNREADABLE as error:
        raise_invalid("input", error, "a string or a list of items")
    remote = False
    for index, item in enumerate(items):
        if item.type not in _INLINE_ITEMS:
            remote = True
            if item.type == "additional_tools":
                unpriced.append(f"input[{index}].tools")
        for name, content in (("content", item.content), ("output", item.output)):
            if content == _NULL or first_byte(content) != _LIST:
                continue
            try:
                parts = _parts_decoder.decode(content)
            except UNREADABLE as error:
                raise_invalid(f"input[{index}].{name}", error, "a string or a list of parts")
            for part in parts:
                marker = part.prompt_cache_breakpoint
                if marker is not None and marker.ttl is not None and marker.ttl not in _USUAL_TTLS:
                    unpriced.append("prompt_cache_breakpoint.ttl")
                if part.type not in _TEXT_PARTS:
                    remote |= _look_at_part(part, needs)
    return remote


def _look_at_part(part: _Part, needs: set[str]) -> bool:
    """Add what a part needs; return whether its content is anywhere but in the body."""
    if part.type == "input_image":
        needs.add("vision")
        data = part.image_url != _NULL and bytes(memoryview(part.image_url)[:6]).lower() == b'"data:'
        return part.file_id != _NULL or not data
    if part.type == "input_file":
        needs.add("documents")
        return (
            part.file_id != _NULL
            or part.file_url != _NULL
            or part.file_data == _NULL
            or b"://" in bytes(memoryview(part.file_data)[:_LONGEST_SCHEME_BYTES])
        )
    if part.type == "input_audio":
        needs.add("audio")
        return part.input_audio == _NULL
    return True  # a part that is not known may name anything


def _look_at_options(fields: dict[str, msgspec.Raw], needs: set[str], unpriced: list[str]) -> bool:
    """Add what the options need and cost; return whether any of them stands for what is not in the body."""
    if decode_flag(fields, "background"):
        raise InvalidRequest(
            "background answers are not served: what they cost would be known to nobody.",
            fix="Leave background out; stream the answer if it takes long.",
            field="background",
        )
    raw = given(fields, "text")
    if raw is not None:
        try:
            wanted = _format_decoder.decode(raw).format
        except UNREADABLE as error:
            raise_invalid("text", error, "an object with a format")
        if wanted is not None and wanted.type != "text":
            needs.add("structured_output")
    _look_at_prices(fields, unpriced)
    return any(bytes(fields[name]) not in _NOTHING for name in _REMOTE_FIELDS if name in fields)


def _look_at_tools(
    fields: dict[str, msgspec.Raw],
    needs: set[str],
    unpriced: list[str],
    server_tools: list[ServerTool],
    most_calls: int | None,
) -> None:
    """Sort the tools: the client's, those that OpenAI runs and that are counted, and what nothing prices."""
    raw = given(fields, "tools")
    if raw is None:
        return
    try:
        tools = _tools_decoder.decode(raw)
    except UNREADABLE as error:
        raise_invalid("tools", error, "a list of tools")
    if tools:
        needs.add("tools")
    for index, tool in enumerate(tools):
        if tool.type in _CLIENT_TOOLS:
            continue
        counted = server_tool(tool, index, most_calls)
        if counted is None:
            unpriced.append(f"tools.{tool.type}")
        else:
            server_tools.append(counted)


def _look_at_prices(fields: dict[str, msgspec.Raw], unpriced: list[str]) -> None:
    raw = given(fields, "service_tier")
    if raw is not None:
        try:
            tier = _text_decoder.decode(raw)
        except UNREADABLE as error:
            raise_invalid("service_tier", error, "a string")
        if tier not in _STANDARD_TIERS:
            unpriced.append("service_tier")
    raw = given(fields, "reasoning")
    if raw is not None:
        try:
            mode = _reasoning_decoder.decode(raw).mode
        except UNREADABLE as error:
            raise_invalid("reasoning", error, "an object such as {'effort': 'low'}")
        if mode is not None and mode not in _STANDARD_MODES:
            unpriced.append("reasoning.mode")
    raw = given(fields, "prompt_cache_options")
    if raw is not None:
        try:
            ttl = _cache_decoder.decode(raw).ttl
        except UNREADABLE as error:
            raise_invalid("prompt_cache_options", error, "an object such as {'ttl': '30m'}")
        if ttl is not None and ttl not in _USUAL_TTLS:
            unpriced.append("prompt_cache_options.ttl")
    unpriced.extend(
        name for name in _UNPRICED_FIELDS if name in fields and bytes(fields[name]) not in _NOTHING
    )


def encode_request(request: Request, outgoing: Outgoing) -> bytes:
    """Return the provider's body: the client's, with its model's name, and output bounded."""
    fields: dict[str, object] = dict(request.fields)
    fields["model"] = outgoing.model
    if outgoing.max_output_tokens is not None and request.max_output_tokens is None:
        fields["max_output_tokens"] = outgoing.max_output_tokens
    return _encoder.encode(fields)


def stream_reader(request: Request) -> StreamReader:  # noqa: ARG001 - the signature of every format
    """Return a reader of one stream for a client that speaks this format too."""
    return StreamReader()


def stream_decoder() -> ResponsesDecoder:
    """Return a decoder of one stream."""
    return ResponsesDecoder()


def stream_writer(request: Request) -> ResponsesWriter:
    """Return a writer of one stream."""
    return ResponsesWriter(request)


def decode_reply(body: bytes) -> Reply:
    """Return what Podium reads from a whole answer.

    Raises BrokenReply for a response that failed, and for anything that is no response.
    """
    head = decode_body(body)
    return Reply(
        usage=with_uses(decode_usage(head.usage), body) if head.usage != _NULL else None,
        upstream_id=head.id,
        upstream_model=head.model,
        finish_reason=head.finish_reason(),
    )


def tag_reply(body: bytes, tag: CostTag, usage_text: bytes | None = None) -> bytes:  # noqa: ARG001 - the signature of every format
    """Return an answer with ``usage.cost`` (USD) and ``usage.cost_details``; without usage, as it is."""
    try:
        fields: dict[str, msgspec.Raw] = _fields_decoder.decode(body)
    except UNREADABLE:
        return body  # a field's name is no UTF-8: the client sees what the provider sent
    usage = fields.get("usage")
    if usage is None or first_byte(usage) != _OBJECT:
        return body
    fields["usage"] = tag_usage(usage, tag)
    return _encoder.encode(fields)
