"""Usage in the shape of OpenAI's Responses, to and from the neutral model.

Source: ``ResponseUsage`` of OpenAI's API: ``input_tokens`` with ``input_tokens_details.cached_tokens`` and
``cache_write_tokens``, ``output_tokens`` with ``output_tokens_details.reasoning_tokens``, ``total_tokens``.
"""

from typing import Final

import msgspec

from podium.kernel.call import Usage
from podium.wire.openai_fields import UNREADABLE
from podium.wire.openai_usage import makes_sense


class _InputDetails(msgspec.Struct, frozen=True):
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    audio_tokens: int | None = None


class _OutputDetails(msgspec.Struct, frozen=True):
    reasoning_tokens: int | None = None
    audio_tokens: int | None = None


class _Usage(msgspec.Struct, frozen=True):
    input_tokens: int
    output_tokens: int
    total_tokens: int | None = None
    input_tokens_details: _InputDetails | None = None
    output_tokens_details: _OutputDetails | None = None


_NO_INPUT_DETAILS: Final = _InputDetails()
_NO_OUTPUT_DETAILS: Final = _OutputDetails()
_decoder = msgspec.json.Decoder(_Usage)
_encoder = msgspec.json.Encoder()


def decode_usage(raw: bytes | msgspec.Raw) -> Usage | None:
    """Return the usage in a provider's ``usage`` object, or None where it gives none that makes sense.

    Negative counts, parts larger than their total and counts that are no integers make no sense.
    """
    try:
        counted = _decoder.decode(raw)
    except UNREADABLE:
        return None
    inputs = counted.input_tokens_details or _NO_INPUT_DETAILS
    outputs = counted.output_tokens_details or _NO_OUTPUT_DETAILS
    usage = Usage(
        input_tokens=counted.input_tokens,
        # As with completions, a server that leaves reasoning out of its output counts it in the total.
        output_tokens=max(counted.output_tokens, (counted.total_tokens or 0) - counted.input_tokens),
        cache_read_tokens=inputs.cached_tokens or 0,
        cache_write_tokens=inputs.cache_write_tokens or 0,
        reasoning_tokens=outputs.reasoning_tokens or 0,
        input_audio_tokens=inputs.audio_tokens or 0,
        output_audio_tokens=outputs.audio_tokens or 0,
    )
    return usage if makes_sense(usage) else None


def usage_document(usage: Usage) -> bytes:
    """Return a usage in this format's shape."""
    inputs = {"cached_tokens": usage.cache_read_tokens, "cache_write_tokens": usage.cache_write_tokens}
    outputs = {"reasoning_tokens": usage.reasoning_tokens}
    if usage.input_audio_tokens:
        inputs["audio_tokens"] = usage.input_audio_tokens
    if usage.output_audio_tokens:
        outputs["audio_tokens"] = usage.output_audio_tokens
    return _encoder.encode(
        {
            "input_tokens": usage.input_tokens,
            "input_tokens_details": inputs,
            "output_tokens": usage.output_tokens,
            "output_tokens_details": outputs,
            "total_tokens": usage.input_tokens + usage.output_tokens,
        }
    )
