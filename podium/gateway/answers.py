"""The edge: errors become statuses and bodies here, and facts of a call become headers, nowhere else."""

import math
import re
from decimal import Decimal
from typing import Final

from podium.kernel.call import CostTag, Usage
from podium.kernel.errors import (
    BrokenReply,
    BudgetExhausted,
    ConnectFailed,
    Forbidden,
    InvalidRequest,
    JournalError,
    NotFound,
    NotReady,
    PodiumError,
    RateLimited,
    RequestError,
    StateError,
    Unauthenticated,
    Unbounded,
    UpstreamRefused,
    UpstreamTimeout,
)
from podium.kernel.money import EXACT, NANO_PER_USD, usd_text
from podium.spend.journal import Hold
from podium.spend.settlement import Settlement
from podium.trust.credentials.bearer import challenge
from podium.trust.credentials.dpop import NeedsNonce
from podium.wire.formats import ErrorFormat, WireError
from podium.wire.openai_errors import encode_error

Header = tuple[bytes, bytes]

JSON: Final[Header] = (b"content-type", b"application/json")
NO_STORE: Final[Header] = (b"cache-control", b"no-store")
JSON_LINE: Final = b"\r\ncontent-type: application/json"
EVENT_STREAM_LINE: Final = b"\r\ncontent-type: text/event-stream; charset=utf-8"
DO_NOT_RETRY: Final[Header] = (b"x-should-retry", b"false")

_STATUS: Final[tuple[tuple[type[PodiumError], int], ...]] = (
    (Unauthenticated, 401),
    (Forbidden, 403),
    (NotFound, 404),
    (InvalidRequest, 400),
    (Unbounded, 400),
    (RequestError, 400),
    (RateLimited, 429),
    (BudgetExhausted, 429),
    (NotReady, 503),
    (JournalError, 503),
    (ConnectFailed, 502),
    (UpstreamTimeout, 504),
    (BrokenReply, 502),
    (StateError, 502),
)
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
    return encode_error(WireError(status, code, message, param))


def readiness(reason: str | None) -> tuple[int, list[Header], bytes]:
    """Return the answer to whether this worker takes calls; ``reason``: why it does not."""
    if reason is None:
        return 200, [JSON], b'{"status":"ready"}'
    return 503, [JSON, (b"retry-after", b"1")], error_body(503, "not_ready", f"not ready: {reason}")


def refusal(
    error: PodiumError, extra: list[Header], wire: ErrorFormat | None = None
) -> tuple[int, list[Header], bytes]:
    """Return status, headers and body of an error in a client's format; what no retry cures says so."""
    status = status_of(error)
    headers = [JSON, *extra]
    terminal = not error.retryable or (isinstance(error, UpstreamRefused) and not is_transient(error.status))
    if terminal:
        headers.append(DO_NOT_RETRY)
    if isinstance(error, NeedsNonce):
        headers.append((b"dpop-nonce", error.nonce.encode()))
    if status == 401:
        headers.append((b"www-authenticate", challenge(error.error_code).encode()))
    if isinstance(error, (NotReady, JournalError)):
        headers.append((b"retry-after", b"1"))
    if isinstance(error, UpstreamRefused):
        headers.extend(error.passed)
    told = WireError(status, error.error_code, error.told or str(error), error.field)
    return status, headers, encode_error(told) if wire is None else wire.encode_error(told)


def retry_after(seconds: float | None) -> list[Header]:
    """Return the header that says when to try again, in whole seconds."""
    return [] if seconds is None else [(b"retry-after", b"%d" % math.ceil(seconds))]


def is_transient(status: int) -> bool:
    """Return whether a provider's status may be cured by another try: 408, 429 and 5xx."""
    return status in {408, 429} or status >= 500


def call_lines(hold: Hold, overhead_us: int | None, cost: str = "") -> bytes:
    """Return the lines of a head that name a call, and what it ``cost`` where that is known before.

    Every value is of Podium's own making: no text of a client's or a provider's is among them.
    """
    overhead = "" if overhead_us is None else f"\r\nx-podium-overhead-us: {overhead_us!s}"
    return (
        f"\r\nx-podium-trace-id: {hold.trace_id}\r\nx-podium-task: {hold.task_id}"
        f"\r\nx-podium-charge: {hold.charge_id}{overhead}{cost}"
    ).encode()


def dropped_line(names: tuple[str, ...]) -> bytes:
    """Return the line that names what was left out of a translated request."""
    return b"\r\nx-podium-dropped: " + b", ".join(safe_text(name) for name in dict.fromkeys(names))


def cost_lines(tag: CostTag, usage: Usage | None) -> str:
    """Return the lines that carry what a plain answer cost. Unknown token counts are left out.

    (Whole numbers are put in by ``!s``, which takes a third of what their own formatting takes.)
    """
    lines = f"\r\nx-podium-cost-nano-usd: {tag.nano_usd!s}\r\nx-podium-cost-usd: {tag.usd}"
    if usage is not None:
        lines += (
            f"\r\nx-podium-input-tokens: {usage.input_tokens!s}"
            f"\r\nx-podium-output-tokens: {usage.output_tokens!s}"
        )
    return lines + "\r\nx-podium-cost-estimated: true" if tag.estimated else lines


def cost_tag(charge_id: str, settlement: Settlement) -> CostTag:
    """Return what goes into the answer about its cost."""
    parts, cost = settlement.parts, settlement.cost_nano_usd
    if parts is None:
        return CostTag(cost, usd_text(cost), settlement.estimated, charge_id)
    inputs, outputs = parts.input_nano_usd, parts.output_nano_usd
    if isinstance(inputs, int) and isinstance(outputs, int) and inputs < NANO_PER_USD > outputs:
        input_usd = "0." + str(NANO_PER_USD + inputs)[1:]
        output_usd = "0." + str(NANO_PER_USD + outputs)[1:]
    else:
        input_usd, output_usd = _usd(inputs), _usd(outputs)
    return CostTag(cost, usd_text(cost), settlement.estimated, charge_id, input_usd, output_usd)


def _usd(nano_usd: Decimal | int) -> str:
    return format(Decimal(nano_usd).scaleb(-9, EXACT), "f")


def safe_text(value: str) -> bytes:
    """Return a name as it may stand in a header."""
    return _NOT_HEADER_SAFE.sub("?", value).encode()
