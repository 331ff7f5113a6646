"""How a simulated provider behaves, and how one request can steer it."""

import msgspec


class SimulatorConfig(msgspec.Struct, frozen=True, kw_only=True):
    """The behaviour of a simulated provider. Rates are probabilities from 0 to 1, drawn from ``seed``.

    The n-th request to arrive meets the same fate in every run with the same seed and rates.
    """

    host: str = "127.0.0.1"
    port: int = 8790
    ttft_ms: float = 0.0
    """From the request read to the first token."""
    itl_ms: float = 0.0
    """Between two tokens of a stream; 0 sends all tokens in one burst."""
    tokens: int = 64
    """Output of a plain text answer, unless the request bounds it lower."""
    error_rate: float = 0.0
    error_status: int = 500
    hang_rate: float = 0.0
    """Requests that are never answered."""
    cut_rate: float = 0.0
    """Answers whose connection is cut half-way."""
    seed: int = 0
    count_file: str | None = None
    """Where each request's record is appended as a line of JSON."""
    models: tuple[str, ...] = ("simulated",)
    """What ``GET /v1/models`` lists; any name is answered."""


class Steering(msgspec.Struct, frozen=True):
    """The field ``podium_sim`` of a request (``extra_body`` in the SDK): what this one answer shall be.

    Token counts that do not fit the text are reported all the same: that is how an answer over 200,000
    tokens is had without sending them.
    """

    input_tokens: int | None = None
    output_tokens: int | None = None
    cached_tokens: int = 0
    cache_write_tokens: int = 0
    cache_write_1h_tokens: int = 0
    """Of those, written for an hour, in formats that tell it."""
    web_searches: int = 0
    """How often the provider's own search ran, in formats that count it."""
    reasoning_tokens: int = 0
    audio_tokens: int = 0
    """Audio in the input."""
    output_audio_tokens: int = 0
    calls: int = 1
    """How many functions are called, where one must be."""
    call: bool = False
    """Call a function although none must be called; never behind the result of one."""
    finish: str | None = None
    """The finish reason, in the format's own words (Google's)."""
    ignore_limit: bool = False
    """Give more than the request's limit of output, as no provider should."""
    status: int | None = None
    """Answer with this error status."""
    retry_after: str | None = None
    """The ``Retry-After`` header of an error."""
    hang: bool = False
    hang_after_events: int | None = None
    """Stop sending after so many events of a stream, and keep the connection open."""
    cut_after_events: int | None = None
    """Cut the connection after so many events of a stream; of a plain answer, half-way through the body."""
    error_after_events: int | None = None
    """Send an error event after so many events of a stream, and end it."""
    no_usage: bool = False
    ttft_ms: float | None = None
    itl_ms: float | None = None
    refuse: bool = False
    """Let the words be a refusal, in formats that have one."""
