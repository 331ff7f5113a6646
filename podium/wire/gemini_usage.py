"""The ``usageMetadata`` of Google's answers.

Source: Google's API reference, ``UsageMetadata``: ``promptTokenCount`` includes ``cachedContentTokenCount``,
``candidatesTokenCount`` has no thoughts in it, ``totalTokenCount`` is the sum of prompt, tool results,
candidates and thoughts. ProtoJSON leaves zeros out.
"""

from collections.abc import Iterable
from typing import Final

import msgspec

from podium.kernel.call import CostTag, Usage
from podium.wire.openai_fields import UNREADABLE
from podium.wire.openai_usage import makes_sense, tag_usage

__all__ = [
    "BEFORE_3",
    "WEB_SEARCH",
    "decode_usage",
    "encode_usage",
    "tag_usage",
    "tagged_usage",
    "with_searches",
]


class _Modality(msgspec.Struct, frozen=True, rename="camel"):
    modality: str = ""
    token_count: int = 0


class _Usage(msgspec.Struct, frozen=True, rename="camel"):
    prompt_token_count: int | None = None
    cached_content_token_count: int = 0
    candidates_token_count: int = 0
    thoughts_token_count: int = 0
    tool_use_prompt_token_count: int = 0
    total_token_count: int | None = None
    prompt_tokens_details: list[_Modality] | None = None
    cache_tokens_details: list[_Modality] | None = None
    candidates_tokens_details: list[_Modality] | None = None
    tool_use_prompt_tokens_details: list[_Modality] | None = None


class _Grounding(msgspec.Struct, frozen=True, rename="camel"):
    web_search_queries: list[str] = []
    image_search_queries: list[str] = []


_decoder = msgspec.json.Decoder(_Usage)
_grounding_decoder = msgspec.json.Decoder(_Grounding)
_encoder = msgspec.json.Encoder()
_AUDIO: Final = "AUDIO"
WEB_SEARCH: Final = "web_search"
BEFORE_3: Final = ("gemini-1", "gemini-2")


def decode_usage(raw: bytes | msgspec.Raw) -> Usage | None:
    """Return the usage, or None where it gives none that makes sense.

    Without a count of the prompt it tells nothing (the first events of a stream may have a usage without
    counts).
    """
    try:
        usage = _decoder.decode(raw)
    except UNREADABLE:
        return None
    if usage.prompt_token_count is None:
        return None
    cached = usage.cached_content_token_count
    audio = _audio(usage.prompt_tokens_details) + _audio(usage.tool_use_prompt_tokens_details)
    result = Usage(
        input_tokens=usage.prompt_token_count + usage.tool_use_prompt_token_count,
        output_tokens=_output_tokens(usage, usage.prompt_token_count),
        cache_read_tokens=cached,
        reasoning_tokens=usage.thoughts_token_count,
        input_audio_tokens=audio,
        output_audio_tokens=_audio(usage.candidates_tokens_details),
        cache_audio_read_tokens=min(_audio(usage.cache_tokens_details), cached, audio),
    )
    parts = (usage.prompt_token_count, usage.candidates_token_count, usage.tool_use_prompt_token_count)
    return result if min(parts) >= 0 and makes_sense(result) else None


def with_searches(usage: Usage | None, metadata: Iterable[msgspec.Raw], model: str | None) -> Usage | None:
    """Return a usage with the searches that ``groundingMetadata`` of an answer, or of its events, tells.

    Google charges each query, of models before Gemini 3 each prompt that was searched for. Source:
    https://ai.google.dev/gemini-api/docs/pricing.
    """
    if usage is None:
        return None
    most, queries = 0, set[tuple[str, str]]()
    for raw in metadata:
        try:
            told = _grounding_decoder.decode(raw)
        except UNREADABLE:
            return None  # what was searched for cannot be told, so neither can the cost
        most = max(most, len(told.web_search_queries) + len(told.image_search_queries))
        queries.update(("web", query) for query in told.web_search_queries)
        queries.update(("image", query) for query in told.image_search_queries)
    uses = max(most, len(queries))
    if not uses:
        return usage
    uses = min(uses, 1) if (model or "").startswith(BEFORE_3) else uses
    return msgspec.structs.replace(usage, tool_uses=((WEB_SEARCH, uses),))


def _output_tokens(usage: _Usage, prompt_tokens: int) -> int:
    """Return candidates and thoughts, unless the total shows that the candidates include the thoughts."""
    candidates, thoughts = usage.candidates_token_count, usage.thoughts_token_count
    if usage.total_token_count is None:
        return candidates + thoughts
    rest = usage.total_token_count - prompt_tokens - usage.tool_use_prompt_token_count
    return rest if rest >= max(candidates, thoughts) else candidates + thoughts


def _audio(details: list[_Modality] | None) -> int:
    if not details:
        return 0
    return sum(detail.token_count for detail in details if detail.modality == _AUDIO)


def encode_usage(usage: Usage) -> bytes:
    """Return a usage as Google writes it, zeros left out where they are parts."""
    fields: dict[str, object] = {
        "promptTokenCount": usage.input_tokens,
        "candidatesTokenCount": usage.output_tokens - usage.reasoning_tokens,
        "totalTokenCount": usage.input_tokens + usage.output_tokens,
    }
    if usage.cache_read_tokens:
        fields["cachedContentTokenCount"] = usage.cache_read_tokens
    if usage.reasoning_tokens:
        fields["thoughtsTokenCount"] = usage.reasoning_tokens
    for name, tokens in (
        ("promptTokensDetails", usage.input_audio_tokens),
        ("cacheTokensDetails", usage.cache_audio_read_tokens),
        ("candidatesTokensDetails", usage.output_audio_tokens),
    ):
        if tokens:
            fields[name] = [{"modality": _AUDIO, "tokenCount": tokens}]
    return _encoder.encode(fields)


def tagged_usage(usage: Usage | None, tag: CostTag) -> msgspec.Raw:
    """Return a ``usageMetadata`` with the cost; without a usage it has nothing but the cost."""
    return tag_usage(b"{}" if usage is None else encode_usage(usage), tag)
