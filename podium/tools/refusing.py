"""What was refused before it could be decided: counted by why; where its task is known, a row of the audit.

Who bears no good token makes no row, and a task at most so many a minute: what anybody may send must not fill
a disk.
"""

import json
from typing import Final

import msgspec

from podium.kernel.errors import JournalError, PodiumError
from podium.kernel.ids import ulid
from podium.ports import Clock, Entropy
from podium.ports.journal import Journal
from podium.ports.link import TOOL_REFUSALS
from podium.spend.journal import ToolCall
from podium.tools.judging import MAX_REASON_CHARS
from podium.tools.noting import Trace
from podium.tools.standing import ToolStanding

PER_MINUTE: Final = 60
"""Rows of one task."""
MAX_TASKS: Final = 4096
ORIGIN: Final = "origin"
READ: Final = "resources/read"
"""As what the read of a resource is noted that is none of those granted: a URI may hold anything."""
GET: Final = "prompts/get"
_MINUTE_NS: Final = 60_000_000_000


class Bearer(msgspec.Struct, frozen=True):
    """Whose call it was."""

    task_id: str
    root_id: str
    agent: str
    department: str


class Refusals:
    """Counts and notes refusals."""

    def __init__(self, standing: ToolStanding, journal: Journal, clock: Clock, entropy: Entropy) -> None:
        self._standing, self._journal = standing, journal
        self._clock, self._entropy = clock, entropy
        self._counts = dict.fromkeys(TOOL_REFUSALS, 0)
        self._minute, self._rows = 0, dict[str, int]()

    @property
    def counts(self) -> tuple[int, ...]:
        """How many requests were refused at the door, by `ports.link.TOOL_REFUSALS`."""
        return tuple(self._counts.values())

    def count(self, code: str) -> None:
        """Count one."""
        if code != "use_dpop_nonce":  # how each proof begins
            self._counts[code if code in self._counts else "other"] += 1

    def note(self, whose: Bearer, tool: str, effect: str | None, trace: Trace, error: PodiumError) -> None:
        """Write down that a call was not decided. Never fails: the call is refused anyway."""
        at_ns = self._clock.wall_ns()
        if isinstance(error, JournalError) or not self._may_note(whose.root_id, at_ns):
            return
        snapshot = self._standing.snapshot
        row = ToolCall(
            call_id="tcl_" + ulid(at_ns // 1_000_000, self._entropy(16)),
            trace_id=trace.trace_id,
            span_id=self._entropy(8).hex(),
            parent_span_id=trace.parent_span_id,
            task_id=whose.task_id,
            root_id=whose.root_id,
            agent=whose.agent,
            department=whose.department,
            tool=tool[:200],
            effect=effect,
            snapshot_version=snapshot.version if snapshot is not None else 0,
            at_ns=at_ns,
            arguments_digest="",
            verdict="deny",
            rule=error.error_code,
            reason=error.message[:MAX_REASON_CHARS],
            error_code=error.error_code,
        )
        try:
            self._journal.write(row)
        except JournalError:
            return  # the process ends by it, and says so

    def note_request(self, authorization: str | None, body: bytes, trace: Trace, error: PodiumError) -> None:
        """Note the call in a request whose token is good, and whose task may make none now."""
        claimed = self._standing.identities.claimed(authorization)
        name = _called(body) if claimed is not None else None
        if claimed is None or name is None:
            return
        claims, who = claimed
        snapshot = self._standing.snapshot
        agent = snapshot.agents.get(who.agent) if snapshot is not None else None
        tools = snapshot.tools_of(agent) if snapshot is not None and agent is not None else {}
        tool = next((one for one in tools.values() if one.client_name == name), None)
        told, effect = (tool.id, tool.effect) if tool is not None else (name, None)
        self.note(Bearer(who.task_id, claims.root, who.agent, who.department), told, effect, trace, error)

    def _may_note(self, root_id: str, at_ns: int) -> bool:
        if at_ns // _MINUTE_NS != self._minute:
            self._minute, self._rows = at_ns // _MINUTE_NS, {}
        rows = self._rows.get(root_id, 0)
        if rows >= PER_MINUTE or (not rows and len(self._rows) >= MAX_TASKS):
            return False
        self._rows[root_id] = rows + 1
        return True


def _called(body: bytes) -> str | None:
    """Return the tool that a request calls, or how it reads."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if isinstance(said, dict) and said.get("method") in (READ, GET):
        return str(said["method"])
    params = said.get("params") if isinstance(said, dict) and said.get("method") == "tools/call" else None
    name = params.get("name") if isinstance(params, dict) else None
    return name if isinstance(name, str) else None
