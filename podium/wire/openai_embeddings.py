"""OpenAI's embeddings: bytes to the neutral model and back, with the least change.

Source: OpenAI's API reference, ``POST /embeddings``.
"""

from typing import Final

import msgspec

from podium.kernel.call import Reply, Request
from podium.kernel.errors import InvalidRequest
from podium.wire.openai_chat import broken_reply, decode_text, tag_reply
from podium.wire.formats import Outgoing
from podium.wire.openai_errors import encode_error, encode_stream_error
from podium.wire.openai_fields import UNREADABLE, decode_fields, decode_flag, decode_route, first_byte, given
from podium.wire.openai_usage import decode_usage

__all__ = [
    "HEADERS",
    "NAME",
    "decode_reply",
    "decode_request",
    "encode_error",
    "encode_request",
    "encode_stream_error",
    "tag_reply",
    "target",
]

NAME: Final = "openai"
HEADERS: Final[tuple[tuple[bytes, bytes | None], ...]] = ()


_NULL: Final = msgspec.Raw(b"null")
_INPUT_STARTS: Final = frozenset(b'"[')


class _Body(msgspec.Struct, frozen=True):
    data: msgspec.Raw
    id: msgspec.Raw = _NULL
    model: msgspec.Raw = _NULL
    usage: msgspec.Raw = _NULL


_body_decoder = msgspec.json.Decoder(_Body)
_encoder = msgspec.json.Encoder()


def target(operation: str, model: str, *, stream: bool) -> str:  # noqa: ARG001 - the signature of every format
    """Return the path behind the provider's base path."""
    return "/embeddings"


def decode_request(body: bytes, path: str = "") -> Request:  # noqa: ARG001 - the signature of every format
    """Return the neutral model of a client's body. Raises InvalidRequest that names the field."""
    fields = decode_fields(body)
    route = decode_route(fields)
    raw = given(fields, "input")
    if raw is None or first_byte(raw) not in _INPUT_STARTS:
        raise InvalidRequest(
            "input must be a string or a list of strings or tokens.", fix="Send input.", field="input"
        )
    if decode_flag(fields, "stream"):
        raise InvalidRequest("Embeddings do not stream.", fix="Leave stream out.", field="stream")
    return Request(operation="embeddings", route=route, fields=fields, body_bytes=len(body))


def encode_request(request: Request, outgoing: Outgoing) -> bytes:
    """Return the provider's body: the client's, with its model's name."""
    return _encoder.encode({**request.fields, "model": outgoing.model})


def decode_reply(body: bytes) -> Reply:
    """Return what Podium reads from an answer.

    Raises BrokenReply for an error in the shape of an answer and for anything that is no list of embeddings.
    """
    try:
        reply = _body_decoder.decode(body)
    except UNREADABLE as error:
        raise broken_reply(body, "no list of embeddings") from error
    return Reply(
        usage=decode_usage(reply.usage, has_output=False) if reply.usage != _NULL else None,
        upstream_id=decode_text(reply.id),
        upstream_model=decode_text(reply.model),
    )
