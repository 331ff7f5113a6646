"""Anthropic's messages: bytes to the neutral model and back, with the least change.

Source: Anthropic's API reference, ``POST /v1/messages`` (https://docs.anthropic.com/en/api/messages), and its
beta. What a field costs must be known: a field that is not listed here needs a declared ceiling.
"""

import re
from typing import Final

import msgspec

from podium.kernel.call import CostTag, Reply, Request, ServerTool
from podium.kernel.errors import InvalidRequest
from podium.wire.anthropic_answers import decode_answer, encode_answer, stream_decoder, stream_writer
from podium.wire.anthropic_encode import encode_chat
from podium.wire.anthropic_errors import NO_THREADS, encode_error, encode_stream_error
from podium.wire.anthropic_neutral import NATIVE, decode_chat, field_of
from podium.wire.anthropic_stream import StreamReader
from podium.wire.anthropic_usage import decode_counts, to_usage
from podium.wire.formats import Outgoing
from podium.wire.openai_fields import (
    UNREADABLE,
    decode_fields,
    decode_flag,
    decode_route,
    first_byte,
    given,
    raise_invalid,
)
from podium.wire.openai_reply import broken_reply, decode_text
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

NAME: Final = NATIVE
VERSION: Final = b"2023-06-01"
HEADERS: Final[tuple[tuple[bytes, bytes | None], ...]] = (
    (b"anthropic-version", VERSION),
    (b"anthropic-beta", None),
)
MAX_OUTPUT_LIMIT_TOKENS: Final = 2**31 - 1

_NULL: Final = msgspec.Raw(b"null")
_LIST: Final = ord("[")
_OBJECT: Final = ord("{")
_NOTHING: Final = frozenset({b"null", b"[]", b"{}", b'""'})
_PRICED: Final = frozenset(
    {
        *("model", "messages", "max_tokens", "system", "stream", "stop_sequences", "metadata", "diagnostics"),
        *("temperature", "top_p", "top_k", "tools", "tool_choice", "thinking", "output_config"),
        *("output_format", "cache_control"),
    }
)
"""Fields whose cost the usage shows, whatever they hold; `_free_value` knows values of others."""
_FREE_VALUES: Final = {
    "service_tier": frozenset({b'"auto"', b'"standard_only"'}),
    "speed": frozenset({b'"standard"'}),
    "inference_geo": frozenset({b'"global"'}),
}
_TEXT_BLOCKS: Final = frozenset(
    {
        *("text", "thinking", "redacted_thinking", "tool_use", "search_result", "server_tool_use"),
        *("web_search_tool_result", "tool_reference", "compaction", "mcp_tool_use", "mcp_tool_result"),
    }
)
"""Blocks whose tokens are text in the body."""
_DATED: Final = re.compile(r"_20\d{6}$")
_CLIENT_TOOLS: Final = frozenset({"", "custom"})
_KNOWN_TO_CLIENTS: Final = frozenset(
    {"bash", "text_editor", "computer", "memory", "browser_toolset", "computer_toolset"}
)
"""Tools of Anthropic's that the client runs; what is said about them to the model is not in the body."""
_COUNTED_TOOLS: Final = frozenset({"web_search", "web_fetch"})
_FREE_EDITS: Final = frozenset({"clear_tool_uses", "clear_thinking"})


class _Source(msgspec.Struct, frozen=True):
    type: str = ""
    content: msgspec.Raw = _NULL


class _Block(msgspec.Struct, frozen=True):
    type: str = ""
    source: _Source | str | None = None
    """Of a search result: a text."""
    content: msgspec.Raw = _NULL


class _Message(msgspec.Struct, frozen=True):
    content: msgspec.Raw = _NULL


class _Tool(msgspec.Struct, frozen=True):
    type: str | None = None
    max_uses: int | None = None


class _Edit(msgspec.Struct, frozen=True):
    type: str = ""


class _ContextManagement(msgspec.Struct, frozen=True):
    edits: list[_Edit] = []


class _OutputConfig(msgspec.Struct, frozen=True):
    format: msgspec.Raw = _NULL


_messages_decoder = msgspec.json.Decoder(list[_Message])
_blocks_decoder = msgspec.json.Decoder(list[_Block])
_tools_decoder = msgspec.json.Decoder(list[_Tool])
_context_decoder = msgspec.json.Decoder(_ContextManagement)
_output_decoder = msgspec.json.Decoder(_OutputConfig)
_count_decoder = msgspec.json.Decoder(int)
_fields_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encoder = msgspec.json.Encoder()


def target(operation: str, model: str, *, stream: bool) -> str:  # noqa: ARG001 - the signature of every format
    """Return the path behind the provider's base path."""
    return "/messages"


def decode_request(body: bytes, path: str = "") -> Request:  # noqa: ARG001 - the signature of every format
    """Return the neutral model of a client's body. Raises InvalidRequest that names the field."""
    fields = decode_fields(body)
    route = decode_route(fields)
    if given(fields, "thread") is not None:
        raise InvalidRequest(
            "Podium keeps no threads.",
            fix="Send the whole conversation, without thread.",
            field="thread",
            code=NO_THREADS,
        )
    needs: set[str] = set()
    unpriced: list[str] = []
    server_tools: list[ServerTool] = []
    remote = look_at_content(fields, needs)
    if given(fields, "tools") is not None:
        remote |= _look_at_tools(fields["tools"], needs, unpriced, server_tools)
    _look_at_output(fields, needs)
    unpriced.extend(name for name in fields if name not in _PRICED and not _free_value(fields, name))
    return Request(
        operation="chat",
        route=route,
        fields=fields,
        body_bytes=len(body),
        stream=decode_flag(fields, "stream"),
        wants_usage=True,
        max_output_tokens=_output_limit(fields),
        needs=frozenset(needs),
        remote_content=remote,
        unpriced=tuple(unpriced),
        server_tools=tuple(server_tools),
        limit_field="max_tokens",
    )


def look_at_content(fields: dict[str, msgspec.Raw], needs: set[str]) -> bool:
    """Add what the messages' blocks ask for; return whether a provider must fetch any, or may."""
    messages = fields.get("messages")
    if messages is None or first_byte(messages) != _LIST:
        raise InvalidRequest(
            "messages is missing or no list.", fix="Send a list of messages.", field="messages"
        )
    try:
        decoded = _messages_decoder.decode(messages)
    except UNREADABLE as error:
        raise_invalid("messages", error, "a list of objects")
    remote = False
    for index, message in enumerate(decoded):
        remote |= _look_at_blocks(message.content, f"messages[{index}].content", needs)
    system = given(fields, "system")
    return remote if system is None else _look_at_blocks(system, "system", needs) or remote


def _look_at_blocks(content: msgspec.Raw, at: str, needs: set[str]) -> bool:
    if content == _NULL or first_byte(content) != _LIST:
        return False
    try:
        blocks = _blocks_decoder.decode(content)
    except UNREADABLE as error:
        raise_invalid(at, error, "a string or a list of blocks")
    remote = False
    for block in blocks:
        if block.type in _TEXT_BLOCKS:
            continue
        source = block.source if isinstance(block.source, _Source) else None
        if block.type == "tool_result":
            remote |= _look_at_blocks(block.content, f"{at}.content", needs)
        elif block.type == "image":
            needs.add("vision")
            remote |= source is None or source.type != "base64"
        elif block.type == "document" and source is not None and source.type == "content":
            remote |= _look_at_blocks(source.content, f"{at}.source.content", needs)
        elif block.type == "document" and source is not None and source.type == "text":
            continue
        elif block.type == "document":
            needs.add("documents")
            remote |= source is None or source.type != "base64"
        else:
            remote = True  # a block that is not known may name anything
    return remote


def _look_at_tools(
    raw: msgspec.Raw, needs: set[str], unpriced: list[str], server_tools: list[ServerTool]
) -> bool:
    """Sort the tools: the client's, those that Anthropic runs and counts, and those that nothing prices."""
    try:
        tools = _tools_decoder.decode(raw)
    except UNREADABLE as error:
        raise_invalid("tools", error, "a list of tools")
    if tools:
        needs.add("tools")
    remote = False
    for index, tool in enumerate(tools):
        kind = _DATED.sub("", tool.type or "")
        if kind in _CLIENT_TOOLS:
            continue
        if kind in _KNOWN_TO_CLIENTS:
            remote = True
        elif kind in _COUNTED_TOOLS and (tool.max_uses is None or tool.max_uses >= 0):
            server_tools.append(counted_tool(kind, index, tool.max_uses))
        else:
            unpriced.append(f"tools[{index}].type")
    return remote


def counted_tool(kind: str, index: int, most_uses: int | None) -> ServerTool:
    """Return tool ``index`` of a request as one whose uses Anthropic counts."""
    field = f"tools[{index}].max_uses"
    return ServerTool(kind, field, most_uses, bound_field=field)


def _look_at_output(fields: dict[str, msgspec.Raw], needs: set[str]) -> None:
    if given(fields, "output_format") is not None:
        needs.add("structured_output")
    raw = given(fields, "output_config")
    if raw is None:
        return
    try:
        config = _output_decoder.decode(raw)
    except UNREADABLE as error:
        raise_invalid("output_config", error, "an object")
    if config.format != _NULL:
        needs.add("structured_output")


def _free_value(fields: dict[str, msgspec.Raw], name: str) -> bool:
    """Return whether a field that may cost something does not as it is."""
    value = bytes(fields[name])
    if value in _NOTHING or value in _FREE_VALUES.get(name, ()):
        return True
    if name != "context_management":
        return False
    try:
        edits = _context_decoder.decode(value).edits
    except UNREADABLE as error:
        raise_invalid(name, error, "an object with edits")
    return all(_DATED.sub("", edit.type) in _FREE_EDITS for edit in edits)


def _output_limit(fields: dict[str, msgspec.Raw]) -> int | None:
    raw = given(fields, "max_tokens")
    if raw is None:
        return None
    try:
        count = _count_decoder.decode(raw)
    except UNREADABLE as error:
        raise_invalid("max_tokens", error, "an integer")
    if not 0 <= count <= MAX_OUTPUT_LIMIT_TOKENS:  # 0 only writes the cache
        raise InvalidRequest(
            f"max_tokens is {count}.", fix=f"Send 0 to {MAX_OUTPUT_LIMIT_TOKENS}.", field="max_tokens"
        )
    return count


def encode_request(request: Request, outgoing: Outgoing) -> bytes:
    """Return the provider's body: the client's, with its model's name, and output bounded."""
    fields: dict[str, object] = dict(request.fields)
    fields["model"] = outgoing.model
    if outgoing.max_output_tokens is not None and request.max_output_tokens is None:
        fields["max_tokens"] = outgoing.max_output_tokens
    return _encoder.encode(fields)


def stream_reader(request: Request) -> StreamReader:  # noqa: ARG001 - the signature of every format
    """Return a reader of one stream for a client that speaks this format too."""
    return StreamReader()


def decode_reply(body: bytes) -> Reply:
    """Return what Podium reads from a whole answer.

    Raises BrokenReply for an error in the shape of an answer and for anything that is no message.
    """
    try:
        fields = _fields_decoder.decode(body)
        content = fields.get("content", _NULL)
    except UNREADABLE as error:
        raise broken_reply(body, "no message") from error
    if decode_text(fields.get("type", _NULL)) != "message" or first_byte(content) != _LIST:
        raise broken_reply(body, "no message")
    usage = fields.get("usage", _NULL)
    return Reply(
        usage=to_usage(decode_counts(usage)) if usage != _NULL else None,
        upstream_id=decode_text(fields.get("id", _NULL)),
        upstream_model=decode_text(fields.get("model", _NULL)),
        finish_reason=decode_text(fields.get("stop_reason", _NULL)),
    )


def tag_reply(body: bytes, tag: CostTag, usage_text: bytes | None = None) -> bytes:  # noqa: ARG001 - the signature of every format
    """Return an answer with ``usage.cost`` (USD) and ``usage.cost_details``; without usage, as it is."""
    fields: dict[str, msgspec.Raw] = _fields_decoder.decode(body)
    usage = fields.get("usage")
    if usage is None or first_byte(usage) != _OBJECT:
        return body
    fields["usage"] = tag_usage(usage, tag)
    return _encoder.encode(fields)
