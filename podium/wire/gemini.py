"""Google's Gemini: generateContent and streamGenerateContent, bytes to the neutral model and back.

Source: Google's API reference, https://ai.google.dev/api/generate-content. The top level keeps every value as
the client's bytes, so that fields unknown here reach the provider as they were sent.
"""

from typing import Final
from urllib.parse import quote

import msgspec

from podium.kernel.call import CostTag, Reply, Request
from podium.kernel.errors import BrokenReply
from podium.wire.formats import Outgoing
from podium.wire.gemini_answers import decode_answer, encode_answer
from podium.wire.gemini_encode import encode_chat
from podium.wire.gemini_errors import encode_error, encode_stream_error
from podium.wire.gemini_events import stream_decoder, stream_writer
from podium.wire.gemini_fields import NULL, decode_object, decode_text, given
from podium.wire.gemini_neutral import decode_chat, field_of
from podium.wire.gemini_request import CONFIG, decode_generate
from podium.wire.gemini_stream import StreamReader, chunk_decoder, finish_of, raise_if_broken
from podium.wire.gemini_usage import decode_usage, tag_usage, with_searches
from podium.wire.openai_fields import UNREADABLE

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

NAME: Final = "gemini"
HEADERS: Final[tuple[tuple[bytes, bytes | None], ...]] = ()

_METHODS: Final = {
    ("chat", False): ":generateContent",
    ("chat", True): ":streamGenerateContent?alt=sse",
}
_NAMED: Final = ("models/", "tunedModels/")
_fields_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encoder = msgspec.json.Encoder()


def target(operation: str, model: str, *, stream: bool) -> str:
    """Return path and query behind the provider's base path."""
    return f"/{resource(quote(model, safe='/'))}{_METHODS[operation, stream]}"


def resource(model: str) -> str:
    """Return a model's name as Google's resources have it: ``models/gemini-2.5-flash``."""
    return model if model.startswith(_NAMED) else f"models/{model}"


def decode_request(body: bytes, path: str = "") -> Request:
    """Return the neutral model of a client's body; ``path`` names model and method. Raises InvalidRequest."""
    return decode_generate(body, path)


def encode_request(request: Request, outgoing: Outgoing) -> bytes:
    """Return the provider's body: the client's, with output bounded."""
    fields: dict[str, object] = dict(request.fields)
    if "model" in fields:
        fields["model"] = resource(outgoing.model)
    if outgoing.max_output_tokens is not None and request.max_output_tokens is None:
        raw = given(request.fields, "generationConfig")
        config = {} if raw is None else decode_object(raw, "generationConfig", CONFIG)
        fields["generationConfig"] = {**config, "maxOutputTokens": outgoing.max_output_tokens}
    return _encoder.encode(fields)


def stream_reader(request: Request) -> StreamReader:
    """Return a reader of one stream for a client that speaks this format too."""
    # A cache may hold tools of its own.
    searches = bool(request.server_tools) or given(request.fields, "cachedContent") is not None
    return StreamReader(choices=request.choices, searches=searches)


def decode_reply(body: bytes) -> Reply:
    """Return what Podium reads from a whole answer.

    Raises BrokenReply for an error in the shape of an answer and for anything that is no answer of Google's.
    """
    try:
        chunk = chunk_decoder.decode(body)
    except UNREADABLE as error:
        raise BrokenReply("The provider answered with no GenerateContentResponse.", sent=True) from error
    raise_if_broken(chunk)
    usage = decode_usage(chunk.usage_metadata) if chunk.usage_metadata != NULL else None
    model = decode_text(chunk.model_version)
    grounding = [
        candidate.grounding_metadata
        for candidate in chunk.candidates or ()
        if candidate.grounding_metadata != NULL
    ]
    return Reply(
        usage=with_searches(usage, grounding, model) if grounding else usage,
        upstream_id=decode_text(chunk.response_id),
        upstream_model=model,
        finish_reason=finish_of(chunk),
    )


def tag_reply(body: bytes, tag: CostTag, usage_text: bytes | None = None) -> bytes:  # noqa: ARG001 - the signature of every format
    """Return an answer with ``usageMetadata.cost`` (USD) and ``cost_details``; without usage, as it is."""
    try:
        fields: dict[str, msgspec.Raw] = _fields_decoder.decode(body)
    except UNREADABLE:
        return body  # names that are no UTF-8: the client sees what the provider sent
    usage = given(fields, "usageMetadata")
    if usage is None or bytes(usage)[:1] != b"{":
        return body
    fields["usageMetadata"] = tag_usage(usage, tag)
    return _encoder.encode(fields)
