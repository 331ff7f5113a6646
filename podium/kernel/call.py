"""The neutral model of one model call: what was asked, what was used.

Token counts follow the OpenTelemetry GenAI conventions: totals include their parts.
"""

from typing import Final, Literal

import msgspec

Operation = Literal["chat", "embeddings", "count_tokens"]


class Usage(msgspec.Struct, frozen=True, array_like=True):
    """Tokens that a provider reported for one attempt.

    ``input_tokens`` includes cache reads, cache writes and audio; ``cache_write_tokens`` includes
    ``cache_write_1h_tokens``; ``output_tokens`` includes reasoning
    and audio; ``input_audio_tokens`` includes ``cache_audio_read_tokens``.
    """

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cache_write_1h_tokens: int = 0
    reasoning_tokens: int = 0
    input_audio_tokens: int = 0
    output_audio_tokens: int = 0
    cache_audio_read_tokens: int = 0
    tool_uses: tuple[tuple[str, int], ...] = ()
    """How often the provider's own tools ran, by kind, in the order of kinds: ``(("web_search", 3),)``."""


TOKEN_FIELDS: Final = tuple(name for name in Usage.__struct_fields__ if name.endswith("_tokens"))
"""The counts of tokens of a usage, in their order."""


class ServerTool(msgspec.Struct, frozen=True):
    """A tool that the provider itself runs, whose uses it counts in `Usage.tool_uses`.

    ``field`` is the client's that asks for it; ``most_uses`` bounds them, None where nothing does.
    ``least_uses`` are charged whatever the answer tells: they run with every such request.
    """

    kind: str
    field: str
    most_uses: int | None = None
    least_uses: int = 0
    bound_field: str | None = None
    """The client's field that bounds them, or would; None where the format has none."""


class Request(msgspec.Struct, frozen=True):
    """A client's request, decoded as far as Podium must understand it; the rest passes through.

    ``fields`` is the body's top level with every value still as JSON bytes.
    """

    operation: Operation
    route: str
    fields: dict[str, msgspec.Raw]
    body_bytes: int
    stream: bool = False
    wants_usage: bool = False
    """The client itself asked for the usage chunk of a stream."""
    max_output_tokens: int | None = None
    choices: int = 1
    needs: frozenset[str] = frozenset()
    """Capabilities that a model must have: vision, tools, structured_output, audio, documents."""
    remote_content: bool = False
    """Images, files or audio that the provider fetches by URL or id: their tokens are not in the body."""
    unpriced: tuple[str, ...] = ()
    """Fields whose cost no token count shows: server-side tools that are not counted, service tiers."""
    server_tools: tuple[ServerTool, ...] = ()
    """Tools of the provider's whose uses are counted; without a price of a use they are unpriced."""
    most_tool_uses: int | None = None
    """Bounds the uses of all these tools together; None where only each has a bound of its own."""
    admitted_s: int = 0
    """Unix seconds of the admission: what answers call their creation."""
    extra_output_tokens: int = 0
    """Output that is billed beyond the limit of output, such as rejected predicted tokens."""
    limit_field: str = "max_completion_tokens"
    """How the client's format calls the limit of output."""
    content_field: str = "messages"
    """How the client's format calls what is said."""


class Reply(msgspec.Struct, frozen=True):
    """What Podium reads from a provider's answer, whole or at a stream's end."""

    usage: Usage | None
    upstream_id: str | None = None
    upstream_model: str | None = None
    finish_reason: str | None = None
    answer: object = None
    """The whole answer in neutral terms (`kernel.chat`), where it goes into another format."""
    usage_text: bytes | None = None
    """The usage in the provider's own words, which the cost is put into; None: to be looked for there."""


class CostTag(msgspec.Struct, frozen=True):
    """What an answer cost, as it is written into the answer. Amounts in USD are exact decimal texts."""

    nano_usd: int
    usd: str
    estimated: bool = False
    charge: str | None = None
    input_usd: str | None = None
    output_usd: str | None = None
