"""Usage in OpenAI's shape, with the variants of OpenAI-compatible servers, to and from the neutral model.

Sources: OpenAI's ``CompletionUsage``; DeepSeek (``prompt_cache_hit_tokens``); Moonshot (``cached_tokens``);
OpenRouter (``prompt_tokens_details.cache_write_tokens``, ``cost``, ``server_tool_use.web_search_requests``);
Perplexity (``num_search_queries``, which it charges of its deep research); LiteLLM and other bridges to
Anthropic (``cache_creation_input_tokens``, ``cache_read_input_tokens``, ``cache_creation_token_details``).
"""

from typing import Final

import msgspec

from podium.kernel.call import TOKEN_FIELDS, CostTag, Usage
from podium.wire.openai_fields import UNREADABLE


class _Written(msgspec.Struct, frozen=True):
    ephemeral_5m_input_tokens: int | None = None
    ephemeral_1h_input_tokens: int | None = None


class _CachedDetails(msgspec.Struct, frozen=True):
    audio_tokens: int | None = None


class _InputDetails(msgspec.Struct, frozen=True):
    cached_tokens: int | None = None
    audio_tokens: int | None = None
    cache_write_tokens: int | None = None
    cache_creation_tokens: int | None = None
    cache_creation_token_details: _Written | None = None
    cached_tokens_details: _CachedDetails | None = None


class _OutputDetails(msgspec.Struct, frozen=True):
    reasoning_tokens: int | None = None
    audio_tokens: int | None = None


class _ServerTools(msgspec.Struct, frozen=True):
    web_search_requests: int | None = None


class _Usage(msgspec.Struct, frozen=True):
    prompt_tokens: int
    completion_tokens: int | None = None
    total_tokens: int | None = None
    prompt_tokens_details: _InputDetails | None = None
    completion_tokens_details: _OutputDetails | None = None
    prompt_cache_hit_tokens: int | None = None
    cached_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_creation: _Written | None = None
    server_tool_use: _ServerTools | None = None
    num_search_queries: int | None = None


WEB_SEARCH: Final = "web_search"
MAX_TOKENS: Final = 1 << 40
"""Above any context window that could be; a larger count is no count."""

_SHORTEST_USAGE_BYTES: Final = 8
"""What is shorter is an empty object, however it is spaced."""
_NO_INPUT_DETAILS: Final = _InputDetails()
_EMPTY_INPUT_DETAILS: Final = (_InputDetails(0, 0), _InputDetails(0), _NO_INPUT_DETAILS)
"""What most answers have: nothing cached, nothing written, nothing heard."""
_NO_OUTPUT_DETAILS: Final = _OutputDetails()
_NOTHING_WRITTEN: Final = _Written()
_decoder = msgspec.json.Decoder(_Usage)
_fields_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_encoder = msgspec.json.Encoder()


def decode_usage(raw: bytes | msgspec.Raw, *, has_output: bool = True) -> Usage | None:
    """Return the usage in a provider's ``usage`` object, or None where it gives none that makes sense.

    Without ``has_output`` (embeddings) there need not be a count of output.

    Negative counts, parts larger than their total and counts that are no integers make no sense: money is
    not reckoned from them.
    """
    try:
        usage = _decoder.decode(raw)
    except UNREADABLE:
        return None
    if has_output:
        output_tokens = usage.completion_tokens
        if usage.total_tokens is not None:
            output_tokens = _output_tokens(usage, usage.total_tokens)
        if output_tokens is None:
            return None
    else:
        output_tokens = 0
    if _is_plain(usage):
        inputs = usage.prompt_tokens
        return Usage(inputs, output_tokens) if 0 <= inputs <= MAX_TOKENS >= output_tokens >= 0 else None
    result = _with_parts(usage, output_tokens)
    if usage.server_tool_use is not None or usage.num_search_queries is not None:
        result = _with_searches(usage, result)
    return result if makes_sense(result) else None


def _is_plain(usage: _Usage) -> bool:
    """Return whether nothing is counted but input and output, as in most answers."""
    inputs, outputs = usage.prompt_tokens_details, usage.completion_tokens_details
    if inputs is not None and inputs not in _EMPTY_INPUT_DETAILS:
        return False
    if outputs is not None and (outputs.reasoning_tokens or outputs.audio_tokens):
        return False
    return usage == _Usage(
        usage.prompt_tokens, usage.completion_tokens, usage.total_tokens, inputs, outputs
    )  # one comparison, instead of one for each field


def _output_tokens(usage: _Usage, total_tokens: int) -> int:
    # xAI, and Google's OpenAI-compatible endpoint, leave reasoning out of completion_tokens and count it in
    # total_tokens. It is billed as output.
    rest = total_tokens - usage.prompt_tokens
    completion = usage.completion_tokens or 0
    return rest if rest > completion else completion  # noqa: FURB136 - max() takes ten times as long


def _with_parts(usage: _Usage, output_tokens: int) -> Usage:
    inputs = usage.prompt_tokens_details or _NO_INPUT_DETAILS
    outputs = usage.completion_tokens_details or _NO_OUTPUT_DETAILS
    written = inputs.cache_creation_token_details or usage.cache_creation or _NOTHING_WRITTEN
    cache_read = _first(
        inputs.cached_tokens,
        usage.prompt_cache_hit_tokens,
        usage.cache_read_input_tokens,
        usage.cached_tokens,
    )
    write_1h = _first(written.ephemeral_1h_input_tokens)
    cache_write = _first(
        inputs.cache_write_tokens, inputs.cache_creation_tokens, usage.cache_creation_input_tokens,
        _first(written.ephemeral_5m_input_tokens) + write_1h,
    )  # fmt: skip
    audio = _first(inputs.audio_tokens)
    cached = inputs.cached_tokens_details
    cached_audio = _first(cached.audio_tokens) if cached is not None else 0
    if audio and cache_read and not cached_audio:
        # The parts overlap by at least what they have too much together.
        cached_audio = max(0, min(cache_read, audio, cache_read + cache_write + audio - usage.prompt_tokens))
    return Usage(
        input_tokens=usage.prompt_tokens,
        output_tokens=output_tokens,
        cache_read_tokens=cache_read,
        cache_write_tokens=cache_write,
        cache_write_1h_tokens=write_1h,
        reasoning_tokens=_first(outputs.reasoning_tokens),
        input_audio_tokens=audio,
        output_audio_tokens=_first(outputs.audio_tokens),
        cache_audio_read_tokens=cached_audio,
    )


def _with_searches(usage: _Usage, result: Usage) -> Usage:
    tools = usage.server_tool_use
    uses = _first(tools.web_search_requests if tools is not None else None, usage.num_search_queries)
    return msgspec.structs.replace(result, tool_uses=((WEB_SEARCH, uses),)) if uses else result


def _first(*counts: int | None) -> int:
    """Return the first count that says something; a zero beside another figure says nothing."""
    for count in counts:
        if count:
            return count
    return 0


def makes_sense(usage: Usage) -> bool:
    """Return whether counts can be true: none negative, none too large, parts within their totals."""
    if usage == Usage(usage.input_tokens, usage.output_tokens):
        return (
            usage.input_tokens >= 0 <= usage.output_tokens
            and usage.input_tokens <= MAX_TOKENS >= usage.output_tokens
        )
    inputs = usage.cache_read_tokens + usage.cache_write_tokens + usage.input_audio_tokens
    outputs = usage.reasoning_tokens + usage.output_audio_tokens
    return (
        min(getattr(usage, name) for name in TOKEN_FIELDS) >= 0
        and max(usage.input_tokens, usage.output_tokens) <= MAX_TOKENS
        and usage.cache_write_1h_tokens <= usage.cache_write_tokens
        and usage.cache_audio_read_tokens <= min(usage.cache_read_tokens, usage.input_audio_tokens)
        and inputs - usage.cache_audio_read_tokens <= usage.input_tokens
        and outputs <= usage.output_tokens
        and all(0 < uses <= MAX_TOKENS for _, uses in usage.tool_uses)
    )


def tag_usage(raw: bytes | msgspec.Raw, tag: CostTag) -> msgspec.Raw:
    """Return a ``usage`` object with ``cost`` (USD, exact) and ``cost_details`` behind its other fields.

    A cost of the provider's is replaced. OpenRouter's names, and ours beside them. Source: OpenRouter's usage
    accounting (``cost``, ``cost_details.upstream_inference_cost``, ``upstream_inference_prompt_cost``,
    ``upstream_inference_completions_cost``), in USD.
    """
    return msgspec.Raw(tagged(bytes(raw).rstrip(), tag))


def tagged(usage: bytes, tag: CostTag) -> bytes:
    """Return the bytes of `tag_usage`; those of ``usage`` end with the object."""
    if usage.find(b'"cost') >= 0 or len(usage) < _SHORTEST_USAGE_BYTES:
        try:
            fields = _fields_decoder.decode(usage)
        except UNREADABLE:
            return usage  # no JSON: the client sees what the provider sent
        fields.pop("cost", None)
        fields.pop("cost_details", None)
        usage = _encoder.encode(fields)
    return (usage[:-1] + b"," if len(usage) > 2 else b"{") + _cost_text(tag).encode()


def _cost_text(tag: CostTag) -> str:
    """Return the fields of a cost, up to the end of their object."""
    if not tag.estimated and tag.charge is not None and tag.input_usd is not None:  # as a rule
        return (
            f'"cost":{tag.usd},"cost_details":{{"upstream_inference_cost":{tag.usd},'
            f'"upstream_inference_prompt_cost":{tag.input_usd},'
            f'"upstream_inference_completions_cost":{tag.output_usd},'
            f'"nano_usd":{tag.nano_usd!s},"estimated":false,"charge":"{tag.charge}"}}}}'
        )
    parts = charge = ""
    if tag.input_usd is not None and tag.output_usd is not None:
        parts = (
            f'"upstream_inference_prompt_cost":{tag.input_usd},'
            f'"upstream_inference_completions_cost":{tag.output_usd},'
        )
    if tag.charge is not None:
        charge = f',"charge":"{tag.charge}"'
    return (
        f'"cost":{tag.usd},"cost_details":{{"upstream_inference_cost":{tag.usd},{parts}'
        f'"nano_usd":{tag.nano_usd},"estimated":{"true" if tag.estimated else "false"}{charge}}}}}'
    )
