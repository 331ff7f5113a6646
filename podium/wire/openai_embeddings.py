"""OpenAI's embeddings: bytes to the neutral model and back, with the least change.

Source: OpenAI's API reference, ``POST /embeddings``.
"""

import binascii
import struct
from typing import Final

import msgspec

from podium.kernel.call import CostTag, Reply, Request
from podium.kernel.chat import Embeddings, EmbedRequest
from podium.kernel.errors import BrokenReply, Inexpressible, InvalidRequest
from podium.wire.formats import Outgoing, inexpressible, unknown_field
from podium.wire.openai_errors import encode_error, encode_stream_error
from podium.wire.openai_fields import (
    UNREADABLE,
    decode_fields,
    decode_flag,
    decode_positive,
    decode_route,
    first_byte,
    given,
)
from podium.wire.openai_reply import broken_reply, decode_text, tag_reply
from podium.wire.openai_usage import decode_usage, tag_usage

__all__ = [
    "HEADERS",
    "NAME",
    "decode_embed",
    "decode_embeddings",
    "decode_reply",
    "decode_request",
    "encode_embed",
    "encode_embeddings",
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


class _Vector(msgspec.Struct, frozen=True):
    embedding: list[float] | str
    index: int = 0


class _Body(msgspec.Struct, frozen=True):
    data: msgspec.Raw
    id: msgspec.Raw = _NULL
    model: msgspec.Raw = _NULL
    usage: msgspec.Raw = _NULL


_READ: Final = frozenset({"model", "input", "dimensions", "encoding_format", "user", "stream"})
_input_decoder = msgspec.json.Decoder(str | list[str])
_vectors_decoder = msgspec.json.Decoder(list[_Vector])
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


def decode_embed(request: Request) -> EmbedRequest:
    """Return a client's request in neutral terms. Raises Inexpressible with the client's field."""
    fields = request.fields
    for name in fields:
        if name not in _READ and given(fields, name) is not None:
            raise unknown_field(name, native=NAME)
    try:
        texts = _input_decoder.decode(fields["input"])
    except UNREADABLE as error:
        raise Inexpressible(
            "input: only texts can be carried to a provider of another format.",
            fix="Send a string or a list of strings.",
            field="input",
        ) from error
    user = given(fields, "user")
    return EmbedRequest(
        texts=(texts,) if isinstance(texts, str) else tuple(texts),
        dimensions=decode_positive(fields, "dimensions", at_most=1 << 20),
        user=decode_text(user) if user is not None else None,
    )


def encode_embed(embed: EmbedRequest, outgoing: Outgoing) -> tuple[bytes, tuple[str, ...]]:
    """Return the provider's body, and what was left out by choice. Raises Inexpressible."""
    if embed.task is not None:
        raise inexpressible("The task of an embedding", "taskType")
    fields: dict[str, object] = {"model": outgoing.model, "input": embed.texts, "encoding_format": "float"}
    if embed.dimensions is not None:
        fields["dimensions"] = embed.dimensions
    if embed.user is not None:
        fields["user"] = embed.user
    return _encoder.encode(fields), () if embed.title is None else ("title",)


def decode_embeddings(body: bytes) -> Embeddings:
    """Return the answer in neutral terms. Raises BrokenReply."""
    reply = decode_reply(body)
    try:
        vectors = _vectors_decoder.decode(_body_decoder.decode(body).data)
    except UNREADABLE as error:
        raise broken_reply(body, "no list of embeddings") from error
    floats = [
        _unpack(vector.embedding) if isinstance(vector.embedding, str) else tuple(vector.embedding)
        for vector in sorted(vectors, key=lambda vector: vector.index)
    ]
    return Embeddings(tuple(floats), reply.usage, reply.upstream_model)


def _unpack(text: str) -> tuple[float, ...]:
    try:
        return tuple(value for (value,) in struct.iter_unpack("<f", binascii.a2b_base64(text)))
    except (binascii.Error, struct.error, ValueError) as error:
        raise BrokenReply(
            "The provider answered with a vector that is no base64 of floats.", sent=True
        ) from error


def encode_embeddings(embeddings: Embeddings, request: Request, tag: CostTag) -> bytes:
    """Return the answer for a client of this format: floats, or base64 where it asked for it."""
    raw = given(request.fields, "encoding_format")
    packed = raw is not None and decode_text(raw) == "base64"
    data = [
        {"object": "embedding", "index": index, "embedding": _pack(vector) if packed else vector}
        for index, vector in enumerate(embeddings.vectors)
    ]
    document: dict[str, object] = {"object": "list", "data": data, "model": embeddings.model or request.route}
    if embeddings.usage is not None:
        tokens = embeddings.usage.input_tokens
        usage = _encoder.encode({"prompt_tokens": tokens, "total_tokens": tokens})
        document["usage"] = tag_usage(usage, tag)
    return _encoder.encode(document)


def _pack(vector: tuple[float, ...]) -> str:
    return binascii.b2a_base64(struct.pack(f"<{len(vector)}f", *vector), newline=False).decode("ascii")


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
