"""Google's count of a request's tokens: passed to a provider of its format, else estimated.

Source: Google's API reference, ``POST /v1beta/{model=models/*}:countTokens`` (https://ai.google.dev/api/tokens):
``contents``, or a whole ``generateContentRequest``; answered with ``{"totalTokens": n}``, free of charge.
"""

import math
from typing import Final
from urllib.parse import quote

import msgspec

from podium.kernel.call import CostTag, Reply, Request, Usage
from podium.kernel.errors import BrokenReply
from podium.wire.formats import Outgoing
from podium.wire.gemini import resource
from podium.wire.gemini_errors import encode_error, encode_stream_error
from podium.wire.gemini_fields import canonical, decode_object, decode_objects, decode_top, given, read_target
from podium.wire.gemini_request import TOP, Looked, look_at_contents
from podium.wire.gemini_stream import Error
from podium.wire.openai_fields import UNREADABLE

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

NAME: Final = "gemini"
HEADERS: Final[tuple[tuple[bytes, bytes | None], ...]] = ()
MEDIA_TOKENS: Final = 1120
"""The most of one picture or page by default: https://ai.google.dev/gemini-api/docs/media-resolution."""
SOUND_BYTES_PER_TOKEN: Final = 1000
"""Of MP3 at 256 kbit/s, 32 tokens a second: https://ai.google.dev/gemini-api/docs/audio."""
_WHOLE: Final = "generateContentRequest"
_KNOWN: Final = TOP | {_WHOLE}
_BLOB: Final = frozenset({"inlineData", "fileData", "mimeType", "data"})
_encoder = msgspec.json.Encoder()


class _Count(msgspec.Struct, frozen=True, rename="camel"):
    total_tokens: int = 0
    error: Error | str | None = None


class _Turn(msgspec.Struct, frozen=True):
    parts: msgspec.Raw = msgspec.Raw(b"[]")


_count_decoder = msgspec.json.Decoder(_Count)
_turns_decoder = msgspec.json.Decoder(list[_Turn] | _Turn)


def target(operation: str, model: str, *, stream: bool) -> str:  # noqa: ARG001 - the signature of every format
    """Return the path behind the provider's base path."""
    return f"/{resource(quote(model, safe='/'))}:countTokens"


def decode_request(body: bytes, path: str = "") -> Request:
    """Return the neutral model of a client's body. Raises InvalidRequest that names the field."""
    where = read_target(path)
    fields = decode_top(body, _KNOWN)
    looked = Looked(set(), [])
    look_at_contents(_asked(fields), looked)
    return Request(
        operation="count_tokens",
        route=where.route,
        fields=fields,
        body_bytes=len(body),
        needs=frozenset(looked.needs),
    )


def _asked(fields: dict[str, msgspec.Raw]) -> dict[str, msgspec.Raw]:
    """Return the fields of the request whose tokens are to be counted."""
    raw = given(fields, _WHOLE)
    return fields if raw is None else decode_object(raw, _WHOLE, TOP)


def encode_request(request: Request, outgoing: Outgoing) -> bytes:
    """Return the provider's body: the client's, with its model's name where it stands in the body."""
    fields: dict[str, object] = dict(request.fields)
    model = resource(outgoing.model)
    if "model" in fields:
        fields["model"] = model
    if given(request.fields, _WHOLE) is not None:
        fields[_WHOLE] = {**_asked(request.fields), "model": model}
    return _encoder.encode(fields)


def decode_reply(body: bytes) -> Reply:
    """Return that nothing was used: to count is free. Raises BrokenReply for what is no count."""
    try:
        count = _count_decoder.decode(body)
    except UNREADABLE as error:
        raise BrokenReply("The provider answered with no count of tokens.", sent=True) from error
    if count.error is not None:
        words = count.error.words if isinstance(count.error, Error) else count.error
        raise BrokenReply(f"The provider answered 200 with an error: {words[:500]}", sent=True)
    return Reply(Usage())


def tag_reply(body: bytes, tag: CostTag, usage_text: bytes | None = None) -> bytes:  # noqa: ARG001 - the signature of every format
    """Return the count as it came: what it cost, nothing, stands in the headers."""
    return body


def estimate(request: Request, tokens_per_byte: float) -> int:
    """Return about how many tokens a request has: its text by a ratio, media by what they usually take."""
    tokens = media_bytes = 0
    turns = _turns_decoder.decode(_asked(request.fields)["contents"])
    for turn in turns if isinstance(turns, list) else [turns]:
        for part in decode_objects(turn.parts, "parts"):
            found = canonical(part, _BLOB)
            raw = given(found, "inlineData") or given(found, "fileData")
            if raw is None:
                continue
            size = len(bytes(raw))
            media_bytes += size
            sound = b"audio/" in bytes(memoryview(raw)[:64])
            tokens += math.ceil(size / SOUND_BYTES_PER_TOKEN) if sound else MEDIA_TOKENS
    return math.ceil(max(0, request.body_bytes - media_bytes) * tokens_per_byte) + tokens


def encode_count(tokens: int) -> bytes:
    """Return a count as a provider answers it."""
    return _encoder.encode({"totalTokens": tokens})
