"""The edge: errors become statuses and bodies here, and facts of a call become headers, nowhere else."""

import re
from decimal import Decimal
from typing import Final

import msgspec

from podium.kernel.errors import (
    BrokenReply,
    ConnectFailed,
    Forbidden,
    InvalidRequest,
    JournalError,
    NotFound,
    NotReady,
    PodiumError,
    RequestError,
    StateError,
    Unauthenticated,
    Unbounded,
    UpstreamRefused,
    UpstreamTimeout,
)
from podium.kernel.money import EXACT, NANO_PER_USD, usd_text
from podium.spend.journal import Hold
from podium.spend.prices import CostLine
from podium.wire.openai_errors import encode_error

Header = tuple[bytes, bytes]

JSON: Final[Header] = (b"content-type", b"application/json")
EVENT_STREAM: Final[Header] = (b"content-type", b"text/event-stream; charset=utf-8")
DO_NOT_RETRY: Final[Header] = (b"x-should-retry", b"false")

_STATUS: Final[tuple[tuple[type[PodiumError], int], ...]] = (
    (Unauthenticated, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (InvalidRequest, 400),
    (Unbounded, 400),
    (RequestError, 400),
    (NotReady, 503),
    (JournalError, 503),
    (ConnectFailed, 502),
    (UpstreamTimeout, 504),
    (BrokenReply, 502),
    (StateError, 502),
)
_TYPES: Final = {400: "invalid_request_error", 401: "authentication_error", 403: "permission_error"}
_TYPES_REST: Final = {404: "invalid_request_error", 429: "rate_limit_error"}
_PASSED_STATUSES: Final = frozenset({400, 404, 408, 409, 413, 415, 422, 429, 500, 503, 529})
_NOT_HEADER_SAFE: Final = re.compile(r"[^\x21-\x7e]")


def status_of(error: PodiumError) -> int:
    """Return the HTTP status of an error: of a provider's refusal its own where clients can act on it."""
    if isinstance(error, UpstreamRefused):
        # A provider's 401 or 403 is about Podium's credential, not about the client's.
        return error.status if error.status in _PASSED_STATUSES else 502
    if error.error_code == "method_not_allowed":
        return 405
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 500)


def error_body(status: int, code: str, message: str, param: str | None = None) -> bytes:
    """Return an error in OpenAI's shape."""
    type_ = _TYPES.get(status) or _TYPES_REST.get(status) or "api_error"
    return encode_error(message=message, code=code, type_=type_, param=param)


def refusal(error: PodiumError, extra: list[Header]) -> tuple[int, list[Header], bytes]:
    """Return status, headers and body of an error; one that a retry cannot cure says so."""
    status = status_of(error)
    headers = [JSON, *extra]
    terminal = not error.retryable or (isinstance(error, UpstreamRefused) and not is_transient(error.status))
    if terminal:
        headers.append(DO_NOT_RETRY)
    if status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    if isinstance(error, (NotReady, JournalError)):
        headers.append((b"retry-after", b"1"))
    return status, headers, error_body(status, error.error_code, str(error), error.field)


def is_transient(status: int) -> bool:
    """Return whether a provider's status may be cured by another try: 408, 429 and 5xx."""
    return status in {408, 429} or status >= 500


def call_headers(hold: Hold, overhead_us: int | None) -> list[Header]:
    """Return the headers that are known before the first byte of an answer."""
    headers = [
        (b"x-podium-model", _text(hold.model)),
        (b"x-podium-provider", _text(hold.provider)),
        (b"x-podium-trace-id", hold.trace_id.encode()),
        (b"x-podium-task", hold.task_id.encode()),
        (b"x-podium-charge", hold.charge_id.encode()),
    ]
    if hold.region is not None:
        headers.append((b"x-podium-region", _text(hold.region)))
    if overhead_us is not None:
        headers.append((b"x-podium-overhead-us", b"%d" % overhead_us))
    return headers


def cost_headers(
    cost_nano_usd: int, input_tokens: int | None, output_tokens: int | None, estimated: bool
) -> list[Header]:
    """Return the headers that carry what a plain answer cost. Unknown token counts are left out."""
    headers = [
        (b"x-podium-cost-nano-usd", b"%d" % cost_nano_usd),
        (b"x-podium-cost-usd", usd_text(cost_nano_usd).encode()),
    ]
    if input_tokens is not None:
        headers.append((b"x-podium-input-tokens", b"%d" % input_tokens))
    if output_tokens is not None:
        headers.append((b"x-podium-output-tokens", b"%d" % output_tokens))
    if estimated:
        headers.append((b"x-podium-cost-estimated", b"true"))
    return headers


def cost_details(
    hold: Hold, cost_nano_usd: int, estimated: bool, lines: tuple[CostLine, ...]
) -> dict[str, object]:
    """Return ``usage.cost_details``: OpenRouter's names, and ours beside them.

    Source of the names: OpenRouter's usage accounting (``cost``, ``cost_details.upstream_inference_cost``,
    ``upstream_inference_prompt_cost``, ``upstream_inference_completions_cost``), in USD.
    """
    output = sum(
        (line.nano_usd for line in lines if line.kind.startswith(("output", "reasoning"))), Decimal(0)
    )
    total = sum((line.nano_usd for line in lines), Decimal(0))
    details: dict[str, object] = {"upstream_inference_cost": msgspec.Raw(usd_text(cost_nano_usd).encode())}
    if lines:
        details["upstream_inference_prompt_cost"] = _usd(EXACT.subtract(total, output))
        details["upstream_inference_completions_cost"] = _usd(output)
    details["nano_usd"] = cost_nano_usd
    details["estimated"] = estimated
    details["charge"] = hold.charge_id
    return details


def _usd(nano_usd: Decimal) -> msgspec.Raw:
    return msgspec.Raw(format(EXACT.divide(nano_usd, NANO_PER_USD), "f").encode())


def _text(value: str) -> bytes:
    return _NOT_HEADER_SAFE.sub("?", value).encode()
