"""Google's embedding of one text: ``embedContent``. Providers of another client get `gemini_embeddings`.

Source: Google's API reference, https://ai.google.dev/api/embeddings.
"""

from typing import Final
from urllib.parse import quote

import msgspec

from podium.kernel.call import CostTag, Request
from podium.kernel.chat import Embeddings, EmbedRequest
from podium.wire import gemini_shapes as shapes
from podium.wire.formats import Outgoing
from podium.wire.gemini import resource, tag_reply
from podium.wire.gemini_embeddings import (
    HEADERS,
    NAME,
    Item,
    decode_embeddings,
    decode_reply,
    encode_embed,
    neutral,
    request_of,
    with_usage,
)
from podium.wire.gemini_errors import encode_error, encode_stream_error
from podium.wire.gemini_fields import decode_top, read_target

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

_TOP: Final = frozenset({"content", "model", "taskType", "title", "outputDimensionality"})
_item_decoder = msgspec.json.Decoder(Item)
_encoder = msgspec.json.Encoder()


def target(operation: str, model: str, *, stream: bool) -> str:  # noqa: ARG001 - the signature of every format
    """Return the path behind the provider's base path."""
    return f"/{resource(quote(model, safe='/'))}:embedContent"


def decode_request(body: bytes, path: str = "") -> Request:
    """Return the neutral model of a client's body. Raises InvalidRequest that names the field."""
    where = read_target(path)
    fields = decode_top(body, _TOP)
    return request_of(where.route, fields, [fields], "", len(body))


def encode_request(request: Request, outgoing: Outgoing) -> bytes:
    """Return the provider's body: the client's, with the model's name."""
    return _encoder.encode({**request.fields, "model": resource(outgoing.model)})


def decode_embed(request: Request) -> EmbedRequest:
    """Return a client's request in neutral terms. Raises Inexpressible with the client's field."""
    raw = msgspec.Raw(_encoder.encode(request.fields))
    return neutral([shapes.read(raw, _item_decoder, "")], "")


def encode_embeddings(embeddings: Embeddings, request: Request, tag: CostTag) -> bytes:  # noqa: ARG001 - every format has it
    """Return the answer for a client of this format."""
    vectors = embeddings.vectors
    document: dict[str, object] = {"embedding": {"values": vectors[0] if vectors else ()}}
    return _encoder.encode(with_usage(document, embeddings, tag))
