"""Anthropic's count of a request's tokens: passed to a provider of its format, else estimated.

Source: Anthropic's API reference, ``POST /v1/messages/count_tokens``
(https://docs.anthropic.com/en/api/messages-count-tokens): the fields of a message, answered with
``{"input_tokens": n}``. It is free of charge.
"""

import math
from typing import Final

import msgspec

from podium.kernel.call import CostTag, Reply, Request, Usage
from podium.wire import anthropic_messages as messages
from podium.wire.anthropic_errors import encode_error, encode_stream_error
from podium.wire.formats import Outgoing
from podium.wire.openai_fields import UNREADABLE, decode_fields, decode_route, given
from podium.wire.openai_reply import broken_reply

__all__ = [
    "HEADERS",
    "NAME",
    "decode_reply",
    "decode_request",
    "encode_count",
    "encode_error",
    "encode_request",
    "encode_stream_error",
    "estimate",
    "tag_reply",
    "target",
]

NAME: Final = messages.NAME
HEADERS: Final = messages.HEADERS
IMAGE_TOKENS: Final = 1600
"""About the most of one image: https://docs.anthropic.com/en/docs/build-with-claude/vision."""
PAGE_TOKENS: Final = 2250
"""Between the 1,500 and 3,000 of a page of PDF: https://docs.anthropic.com/en/docs/build-with-claude/pdf-support."""
_PAGE_BYTES: Final = 65_536
"""Of a page in base64, roughly: how many pages there are stands inside the compressed file."""


class _Source(msgspec.Struct, frozen=True):
    data: msgspec.Raw = msgspec.Raw(b"")


class _Block(msgspec.Struct, frozen=True):
    type: str = ""
    source: _Source | str | None = None
    content: "list[_Block] | str | None" = None


class _Message(msgspec.Struct, frozen=True):
    content: list[_Block] | str


class _Count(msgspec.Struct, frozen=True):
    input_tokens: int


_messages_decoder = msgspec.json.Decoder(list[_Message])
_count_decoder = msgspec.json.Decoder(_Count)
_encoder = msgspec.json.Encoder()


def target(operation: str, model: str, *, stream: bool) -> str:  # noqa: ARG001 - the signature of every format
    """Return the path behind the provider's base path."""
    return "/messages/count_tokens"


def decode_request(body: bytes, path: str = "") -> Request:  # noqa: ARG001 - the signature of every format
    """Return the neutral model of a client's body. Raises InvalidRequest that names the field."""
    fields = decode_fields(body)
    needs: set[str] = set()
    route = decode_route(fields)
    messages.look_at_content(fields, needs)
    if given(fields, "tools") is not None:
        needs.add("tools")
    return Request(
        operation="count_tokens", route=route, fields=fields, body_bytes=len(body), needs=frozenset(needs)
    )


def encode_request(request: Request, outgoing: Outgoing) -> bytes:
    """Return the provider's body: the client's, with its model's name."""
    return _encoder.encode({**request.fields, "model": outgoing.model})


def decode_reply(body: bytes) -> Reply:
    """Return that nothing was used: to count is free. Raises BrokenReply for what is no count."""
    try:
        _count_decoder.decode(body)
    except UNREADABLE as error:
        raise broken_reply(body, "no count of tokens") from error
    return Reply(Usage())


def tag_reply(body: bytes, tag: CostTag, usage_text: bytes | None = None) -> bytes:  # noqa: ARG001 - the signature of every format
    """Return the count as it came: what it cost, nothing, stands in the headers."""
    return body


def estimate(request: Request, tokens_per_byte: float) -> int:
    """Return about how many tokens a request has: its text by a ratio, media by what they usually take."""
    images = pages = media_bytes = 0
    try:
        decoded = _messages_decoder.decode(request.fields["messages"])
    except UNREADABLE:
        decoded = []
    blocks: list[_Block] = []
    for message in decoded:
        blocks.extend(message.content if isinstance(message.content, list) else ())
    while blocks:
        block = blocks.pop()
        if isinstance(block.content, list):
            blocks.extend(block.content)
        size = len(bytes(block.source.data)) if isinstance(block.source, _Source) else 0
        if block.type == "image":
            images += 1
            media_bytes += size
        elif block.type == "document":
            pages += max(1, size // _PAGE_BYTES)
            media_bytes += size
    text_bytes = max(0, request.body_bytes - media_bytes)
    return math.ceil(text_bytes * tokens_per_byte) + images * IMAGE_TOKENS + pages * PAGE_TOKENS


def encode_count(tokens: int) -> bytes:
    """Return a count as a provider answers it."""
    return _encoder.encode(_Count(tokens))
