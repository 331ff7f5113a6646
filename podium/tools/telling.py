"""What a client is told of a call that was let through."""

from typing import Any

from podium.kernel.errors import PodiumError
from podium.tools.judging import MAX_REASON_CHARS
from podium.tools.replaying import DECISION
from podium.trust.verdict import Verdict


def clean(result: dict[str, Any]) -> dict[str, Any]:
    """Return a tool's result without what only Podium may say."""
    meta = result.get("_meta")
    if isinstance(meta, dict) and any(str(key).startswith("podium/") for key in meta):
        kept = {key: value for key, value in meta.items() if not str(key).startswith("podium/")}
        return {**result, "_meta": kept}
    return result


def told_of(verdict: Verdict, outcome: str, error: PodiumError, call_id: str) -> dict[str, Any]:
    """Return the result of a call that was let through and has no result of its own."""
    words = (
        "It was not made." if outcome == "failed" else "Nobody knows whether it was made; it is not repeated."
    )
    decision = {
        "verdict": verdict.answer,
        "rule": verdict.rule,
        "reason": verdict.reason[:MAX_REASON_CHARS],
        "approval_id": None,
        "outcome": outcome,
        "call_id": call_id,
    }
    text = f"{error.message.rstrip('.')}. {words}"
    return {"content": [{"type": "text", "text": text}], "isError": True, "_meta": {DECISION: decision}}
