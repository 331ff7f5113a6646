"""Usage in Anthropic's shape, to and from the neutral model.

Source: ``usage`` of the Messages API (https://docs.anthropic.com/en/api/messages). ``input_tokens`` leaves
out what was read from and written to a cache; ``cache_creation`` says how much was written for five minutes
and for an hour; ``server_tool_use`` counts the tools that Anthropic ran. In a stream ``message_start`` has
the first counts and ``message_delta`` later, cumulative ones. The beta's ``iterations`` hold what a
compaction used, which the other counts leave out.
"""

from typing import Final

import msgspec

from podium.kernel.call import TOKEN_FIELDS, Usage
from podium.wire.openai_fields import UNREADABLE
from podium.wire.openai_usage import MAX_TOKENS


class _Written(msgspec.Struct, frozen=True):
    ephemeral_5m_input_tokens: int | None = None
    ephemeral_1h_input_tokens: int | None = None


class _OutputDetails(msgspec.Struct, frozen=True):
    thinking_tokens: int | None = None


class _ServerTools(msgspec.Struct, frozen=True):
    web_fetch_requests: int | None = None
    web_search_requests: int | None = None


class _Iteration(msgspec.Struct, frozen=True):
    type: str = ""
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation: _Written | None = None


class Counts(msgspec.Struct, frozen=True):
    """A ``usage`` object as it came: of a whole answer, or of one event."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation: _Written | None = None
    output_tokens_details: _OutputDetails | None = None
    server_tool_use: _ServerTools | None = None
    iterations: list[_Iteration] | None = None


NOTHING: Final = Counts()
_NOTHING_WRITTEN: Final = _Written()
_NO_TOOLS: Final = _ServerTools()
_decoder = msgspec.json.Decoder(Counts)
_encoder = msgspec.json.Encoder()


def decode_counts(raw: bytes | msgspec.Raw) -> Counts | None:
    """Return the counts of a ``usage`` object, or None where it is none."""
    try:
        return _decoder.decode(raw)
    except UNREADABLE:
        return None


def merge(first: Counts, later: Counts) -> Counts:
    """Return the counts of two events of one stream: they are cumulative, so the later one holds."""
    changes = {
        name: value for name in Counts.__struct_fields__ if (value := getattr(later, name)) is not None
    }
    return msgspec.structs.replace(first, **changes)


def to_usage(counts: Counts | None) -> Usage | None:
    """Return the usage, or None where the counts make no sense: money is not reckoned from them."""
    if counts is None or counts.input_tokens is None or counts.output_tokens is None:
        return None
    read = counts.cache_read_input_tokens or 0
    written, hour = _written(counts.cache_creation_input_tokens, counts.cache_creation)
    fresh, output = counts.input_tokens, counts.output_tokens
    for iteration in counts.iterations or ():
        if iteration.type == "compaction":
            more, more_hour = _written(iteration.cache_creation_input_tokens, iteration.cache_creation)
            written, hour = written + more, hour + more_hour
            read += iteration.cache_read_input_tokens or 0
            fresh += iteration.input_tokens or 0
            output += iteration.output_tokens or 0
    details = counts.output_tokens_details
    usage = Usage(
        input_tokens=fresh + read + written,
        output_tokens=output,
        cache_read_tokens=read,
        cache_write_tokens=written,
        cache_write_1h_tokens=hour,
        reasoning_tokens=(details.thinking_tokens or 0) if details is not None else 0,
        tool_uses=_tool_uses(counts.server_tool_use or _NO_TOOLS),
    )
    return usage if fresh >= 0 and _makes_sense(usage) else None


def _written(total: int | None, by_time: _Written | None) -> tuple[int, int]:
    """Return what was written to a cache, and how much of it for an hour."""
    by_time = by_time or _NOTHING_WRITTEN
    hour = by_time.ephemeral_1h_input_tokens or 0
    return max(total or 0, hour + (by_time.ephemeral_5m_input_tokens or 0)), hour


def _tool_uses(tools: _ServerTools) -> tuple[tuple[str, int], ...]:
    uses = (("web_fetch", tools.web_fetch_requests), ("web_search", tools.web_search_requests))
    return tuple((kind, count) for kind, count in uses if count)


def _makes_sense(usage: Usage) -> bool:
    return (
        min(getattr(usage, name) for name in TOKEN_FIELDS) >= 0
        and max(usage.input_tokens, usage.output_tokens) <= MAX_TOKENS
        and usage.cache_write_1h_tokens <= usage.cache_write_tokens
        and usage.reasoning_tokens <= usage.output_tokens
        and all(0 < count <= MAX_TOKENS for _, count in usage.tool_uses)
    )


def usage_document(usage: Usage | None) -> bytes:
    """Return a usage in Anthropic's shape; zeros where the provider told none: the SDK needs counts."""
    usage = usage or Usage()
    read, written = usage.cache_read_tokens, usage.cache_write_tokens
    document: dict[str, object] = {
        "input_tokens": usage.input_tokens - read - written,
        "output_tokens": usage.output_tokens,
        "cache_creation_input_tokens": written,
        "cache_read_input_tokens": read,
        "cache_creation": {
            "ephemeral_5m_input_tokens": written - usage.cache_write_1h_tokens,
            "ephemeral_1h_input_tokens": usage.cache_write_1h_tokens,
        },
    }
    if usage.reasoning_tokens:
        document["output_tokens_details"] = {"thinking_tokens": usage.reasoning_tokens}
    return _encoder.encode(document)
