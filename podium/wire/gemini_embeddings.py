"""Google's embeddings: ``batchEmbedContents``, bytes to the neutral model and back.

Source: Google's API reference, https://ai.google.dev/api/embeddings. The method of one text is
`gemini_embedding`.
"""

from typing import Final
from urllib.parse import quote

import msgspec

from podium.kernel.call import CostTag, Reply, Request
from podium.kernel.chat import Embeddings, EmbedRequest
from podium.kernel.errors import BrokenReply, InvalidRequest
from podium.wire import gemini_shapes as shapes
from podium.wire.formats import Outgoing, inexpressible
from podium.wire.gemini import resource, tag_reply
from podium.wire.gemini_errors import encode_error, encode_stream_error
from podium.wire.gemini_fields import (
    NULL,
    decode_objects,
    decode_top,
    given,
    raise_invalid,
    read_target,
)
from podium.wire.gemini_request import Content, Looked, look_at_content
from podium.wire.gemini_stream import Error
from podium.wire.gemini_usage import decode_usage, tagged_usage
from podium.wire.openai_fields import UNREADABLE

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

NAME: Final = "gemini"
HEADERS: Final[tuple[tuple[bytes, bytes | None], ...]] = ()
_TOP: Final = frozenset({"requests"})
_MULTIPLE: Final = "The texts of one batch with different parameters"
_content_decoder = msgspec.json.Decoder(Content)
_encoder = msgspec.json.Encoder()


class Item(shapes.Shape, frozen=True):
    """One text to embed."""

    content: shapes.Content
    model: str | None = None
    task_type: str | None = None
    title: str | None = None
    output_dimensionality: int | None = None


class _Vector(msgspec.Struct, frozen=True):
    values: list[float] = []


class Body(msgspec.Struct, frozen=True, rename="camel"):
    """An answer to one text or to several."""

    embedding: _Vector | None = None
    embeddings: list[_Vector] | None = None
    usage_metadata: msgspec.Raw = NULL
    error: Error | str | None = None


_items_decoder = msgspec.json.Decoder(list[Item])
_body_decoder = msgspec.json.Decoder(Body)


def target(operation: str, model: str, *, stream: bool) -> str:  # noqa: ARG001 - the signature of every format
    """Return the path behind the provider's base path."""
    return f"/{resource(quote(model, safe='/'))}:batchEmbedContents"


def decode_request(body: bytes, path: str = "") -> Request:
    """Return the neutral model of a client's body. Raises InvalidRequest that names the field."""
    where = read_target(path)
    fields = decode_top(body, _TOP)
    raw = given(fields, "requests")
    if raw is None:
        raise InvalidRequest("requests is missing.", fix="Send a list of requests.", field="requests")
    return request_of(where.route, fields, decode_objects(raw, "requests"), "requests[{}]", len(body))


def request_of(
    route: str,
    fields: dict[str, msgspec.Raw],
    items: list[dict[str, msgspec.Raw]],
    at: str,
    body_bytes: int,
) -> Request:
    """Return the neutral model of texts to embed; ``at`` names each. Raises InvalidRequest."""
    looked = Looked(set(), [])
    for index, item in enumerate(items):
        field = f"{at.format(index)}.content".lstrip(".")
        raw = given(item, "content")
        if raw is None:
            raise InvalidRequest(f"{field} is missing.", fix="Send an object with parts.", field=field)
        try:
            content = _content_decoder.decode(raw)
        except UNREADABLE as error:
            raise_invalid(field, error, "an object with parts")
        look_at_content(content, field, looked)
    return Request(
        operation="embeddings",
        route=route,
        fields=fields,
        body_bytes=body_bytes,
        needs=frozenset(looked.needs),
        remote_content=looked.remote,
        unpriced=tuple(looked.unpriced),
    )


def encode_request(request: Request, outgoing: Outgoing) -> bytes:
    """Return the provider's body: the client's, with the model's name in every item."""
    model = resource(outgoing.model)
    items = decode_objects(request.fields["requests"], "requests")
    return _encoder.encode({**request.fields, "requests": [{**item, "model": model} for item in items]})


def decode_reply(body: bytes) -> Reply:
    """Return what Podium reads from an answer. Raises BrokenReply."""
    usage = decode_body(body).usage_metadata
    return Reply(decode_usage(usage) if usage != NULL else None)


def decode_body(body: bytes) -> Body:
    """Return an answer. Raises BrokenReply for an error in the shape of one, and for anything else."""
    try:
        decoded = _body_decoder.decode(body)
    except UNREADABLE as error:
        raise BrokenReply("The provider answered with no embeddings.", sent=True) from error
    if decoded.error is not None:
        words = decoded.error.words if isinstance(decoded.error, Error) else decoded.error
        raise BrokenReply(f"The provider answered 200 with an error: {words[:500]}", sent=True)
    if decoded.embedding is None and decoded.embeddings is None:
        raise BrokenReply("The provider answered with no embeddings.", sent=True)
    return decoded


def decode_embed(request: Request) -> EmbedRequest:
    """Return a client's request in neutral terms. Raises Inexpressible with the client's field."""
    items = shapes.read(request.fields["requests"], _items_decoder, "requests", a_list=True)
    return neutral(items, "requests[{}]")


def neutral(items: list[Item], at: str) -> EmbedRequest:
    """Return texts to embed in neutral terms; ``at`` names each. Raises Inexpressible."""
    if not items:
        raise InvalidRequest("requests is empty.", fix="Send a list of requests.", field="requests")
    texts: list[str] = []
    first = items[0]
    for index, item in enumerate(items):
        field = at.format(index)
        parts = item.content.parts or []
        if len(parts) != 1 or parts[0].text is None or parts[0] != shapes.Part(text=parts[0].text):
            content = f"{field}.content.parts".lstrip(".")
            raise inexpressible(f"{content}: anything but one text", content)
        mine = (item.task_type, item.title, item.output_dimensionality)
        if mine != (first.task_type, first.title, first.output_dimensionality):
            raise inexpressible(_MULTIPLE, field)
        texts.append(parts[0].text)
    task = first.task_type if first.task_type != "TASK_TYPE_UNSPECIFIED" else None
    return EmbedRequest(tuple(texts), first.output_dimensionality, task, first.title)


def encode_embed(embed: EmbedRequest, outgoing: Outgoing) -> tuple[bytes, tuple[str, ...]]:
    """Return the provider's body, and what was left out by choice."""
    named = {"taskType": embed.task, "title": embed.title, "outputDimensionality": embed.dimensions}
    shared = {name: value for name, value in named.items() if value is not None}
    shared["model"] = resource(outgoing.model)
    items = [{**shared, "content": {"parts": [{"text": text}]}} for text in embed.texts]
    return _encoder.encode({"requests": items}), () if embed.user is None else ("user",)


def decode_embeddings(body: bytes) -> Embeddings:
    """Return the answer in neutral terms. Raises BrokenReply."""
    decoded = decode_body(body)
    vectors = decoded.embeddings or ([decoded.embedding] if decoded.embedding is not None else [])
    usage = decoded.usage_metadata
    return Embeddings(
        tuple(tuple(vector.values) for vector in vectors), decode_usage(usage) if usage != NULL else None
    )


def encode_embeddings(embeddings: Embeddings, request: Request, tag: CostTag) -> bytes:  # noqa: ARG001 - every format has it
    """Return the answer for a client of this format."""
    document: dict[str, object] = {"embeddings": [{"values": vector} for vector in embeddings.vectors]}
    return _encoder.encode(with_usage(document, embeddings, tag))


def with_usage(document: dict[str, object], embeddings: Embeddings, tag: CostTag) -> dict[str, object]:
    """Return an answer with its usage and cost, where there is a usage."""
    if embeddings.usage is not None:
        document["usageMetadata"] = tagged_usage(embeddings.usage, tag)
    return document
