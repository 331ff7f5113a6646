"""One call under way, and its row of the audit."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from podium.kernel.ids import ulid
from podium.ports import Clock, Entropy
from podium.spend.journal import ToolCall
from podium.tools.identity import ToolCaller
from podium.tools.judging import Judge, plain_reason
from podium.tools.notices import Wanted
from podium.tools.replaying import Again
from podium.tools.tasks import TaskState
from podium.trust.approvals import canonical
from podium.trust.tools import ToolRow
from podium.trust.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Trace:
    """Where a call stands in a trace (W3C Trace Context)."""

    trace_id: str
    parent_span_id: str | None
    carried: str | None = None
    """By which a gateway elsewhere knows the request; None: it came in here."""


@dataclass(slots=True)
class Noted:
    """Whether a call has its row, or will have it."""

    row: bool = False


@dataclass(slots=True)
class Call:
    """One call under way."""

    caller: ToolCaller
    state: TaskState
    name: str
    arguments: Mapping[str, Any]
    trace: Trace
    at_ns: int
    began_ns: int
    snapshot_version: int
    noted: Noted
    kept: bool = True
    """Whether its arguments can be hashed and kept; where not, none are here."""
    tool: ToolRow | None = None
    place: str = ""
    """At which server, while its tool was looked at (`servers.place_of`)."""
    named: str | None = None
    """Digest of the idempotency key that the client gave."""
    again: Again | None = None
    """The call of unknown fate that it repeats."""
    foreseen: tuple[Judge, int, Verdict] | None = None
    """By whom, and after how many changes of the task's state, it was decided ahead of time."""
    wanted: Wanted | None = None
    """What its client asks to hear while it is under way."""
    waited_ns: int | None = None
    """How long the tool server had it."""
    result_digest: str | None = None


class Notes:
    """Makes the rows. ``digest_key`` keys the digests in them."""

    def __init__(self, clock: Clock, entropy: Entropy, digest_key: bytes) -> None:
        self._clock, self._entropy, self._digest_key = clock, entropy, digest_key

    def record(
        self,
        call: Call,
        verdict: Verdict,
        *,
        call_id: str | None = None,
        approval_id: str | None = None,
        outcome: str | None = None,
        error_code: str | None = None,
        reason: str | None = None,
    ) -> ToolCall:
        """Return the row of a call as far as it has come."""
        taken_ns = self._clock.monotonic_ns() - call.began_ns
        return ToolCall(
            call_id=call_id or "tcl_" + ulid(call.at_ns // 1_000_000, self._entropy(16)),
            trace_id=call.trace.trace_id,
            span_id=self._entropy(8).hex(),
            parent_span_id=call.trace.parent_span_id,
            task_id=call.caller.task_id,
            root_id=call.caller.root_id,
            agent=call.caller.agent.name,
            department=call.caller.agent.department_path,
            tool=call.tool.id if call.tool is not None else call.name[:200],
            effect=call.tool.effect if call.tool is not None else None,
            snapshot_version=call.snapshot_version,
            at_ns=call.at_ns,
            arguments_digest=self.digest(dict(call.arguments)) if call.kept else "",
            verdict=verdict.answer,
            rule=verdict.rule[:200],
            reason=reason or plain_reason(verdict),
            approval_id=approval_id,
            outcome=outcome,
            error_code=error_code,
            duration_us=taken_ns // 1000,
            overhead_us=(taken_ns - call.waited_ns) // 1000 if call.waited_ns is not None else None,
            result_digest=call.result_digest,
        )

    def digest(self, value: Any) -> str:
        """Return the keyed digest of a value: equal ones are told, and what they are is not."""
        text = canonical(value).encode()
        return hashlib.blake2b(text, digest_size=16, key=self._digest_key).hexdigest()
