"""What an attempt is charged when it ends (points 5 to 8 of the money protocol).

| what happened                                                       | charged            | estimated |
|---------------------------------------------------------------------|--------------------|-----------|
| nothing was sent                                                    | 0                  | no        |
| final usage, and the model has a price                              | the exact cost     | no        |
| final usage, and fields or tools whose cost nothing counted shows   | the larger of both | yes       |
| final usage, no price (a ceiling was declared)                      | the hold           | yes       |
| a complete refusal from before generation: 3xx, 4xx but 408,        | 0                  | no        |
|   500, 501, 503, 529                                                |                    |           |
| a refusal behind which a generation may have run: 408, 502, 504, 52x| the hold           | yes       |
| an answer without usage                                             | the hold           | yes       |
| broken, timed out, aborted, crashed                                 | the hold           | yes       |

A cost above the hold is charged as it is and marked as an overrun.
"""

from typing import Final

import msgspec

from podium.kernel.call import ServerTool, Usage
from podium.spend.prices import Cost, PriceSheet, cost, unpriced_uses

_FAILED_BEFORE_GENERATION: Final = frozenset({500, 501, 503, 529})
_MAY_HAVE_RUN_4XX: Final = frozenset({408, 499})
_REASONS: Final = {
    "ok": "The provider gave no usage.",
    "broken": "The answer broke off before its usage.",
    "timeout": "The provider did not answer in time, and may have worked.",
    "aborted": "The client went away before the usage came.",
    "crashed": "The worker died before the call was settled.",
    "error": "The call failed inside Podium after it was sent.",
}


class Settlement(msgspec.Struct, frozen=True):
    """What is charged, whether it is an estimate, whether it is above the hold, and why in words."""

    cost_nano_usd: int
    estimated: bool = False
    overrun: bool = False
    reason: str | None = None
    parts: Cost | None = None
    """What input and output cost of it, where it is exact."""


def decide_settlement(
    *,
    hold_nano_usd: int,
    sheet: PriceSheet | None,
    usage: Usage | None,
    outcome: str,
    sent: bool,
    http_status: int | None = None,
    unpriced: tuple[str, ...] = (),
) -> Settlement:
    """Return what an attempt is charged. ``usage`` is the provider's final one, or None.

    ``outcome`` is one of `spend.journal.Outcome`; only ``refused`` says that an HTTP answer was complete.
    ``unpriced`` are the request's fields whose cost no token count shows.
    """
    if not sent:
        return Settlement(0, reason="Nothing was sent.")
    if usage is not None:
        return _by_usage(hold_nano_usd, sheet, usage, unpriced)
    if outcome == "refused" and http_status is not None:
        if failed_before_generation(http_status):
            return Settlement(
                0, reason=f"The provider refused with {http_status} before it generated anything."
            )
        return Settlement(
            hold_nano_usd,
            estimated=True,
            reason=f"The provider answered {http_status}, behind which a generation may have run.",
        )
    reason = _REASONS.get(outcome, "The call ended without a final usage.")
    return Settlement(hold_nano_usd, estimated=True, reason=reason)


def with_least_uses(usage: Usage, tools: tuple[ServerTool, ...]) -> Usage:
    """Return a usage in which no tool ran less often than it must have, whatever the answer told."""
    uses = dict(usage.tool_uses)
    for tool in tools:
        if tool.least_uses > uses.get(tool.kind, 0):
            uses[tool.kind] = tool.least_uses
    return msgspec.structs.replace(usage, tool_uses=tuple(sorted(uses.items())))


def failed_before_generation(http_status: int) -> bool:
    """Return whether a complete answer with this status says that nothing was generated.

    A redirect or a client error was turned away; 408 gave up waiting, and gateways in between (502, 504,
    520 to 528) do not know what the server behind them did.
    """
    if 300 <= http_status < 500:
        return http_status not in _MAY_HAVE_RUN_4XX
    return http_status in _FAILED_BEFORE_GENERATION


def _by_usage(
    hold_nano_usd: int, sheet: PriceSheet | None, usage: Usage, unpriced: tuple[str, ...]
) -> Settlement:
    if sheet is None:
        return Settlement(
            hold_nano_usd, estimated=True, reason="The model has no price: its declared ceiling is charged."
        )
    parts = cost(sheet, usage)
    exact = parts.nano_usd
    overrun = exact > hold_nano_usd
    if usage.tool_uses:
        unpriced += tuple(kind for kind in unpriced_uses(sheet, usage) if kind not in unpriced)
    if unpriced:
        return Settlement(
            max(exact, hold_nano_usd),
            estimated=True,
            overrun=overrun,
            reason=f"What {', '.join(unpriced)} cost is in no token count: the ceiling is charged.",
        )
    reason = "The usage was above the hold." if overrun else None
    return Settlement(exact, False, overrun, reason, parts)
