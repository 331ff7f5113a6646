"""The verdict on a call: what was fixed when its task began, what that has read since, and the rules."""

from collections.abc import Collection, Mapping
from typing import Any, Final

import msgspec

from podium.manifest.snapshot import AgentRow, Snapshot
from podium.tools.changes import Fixed
from podium.tools.identity import Granted, ToolCaller
from podium.tools.tasks import TaskState
from podium.trust.approvals import canonical
from podium.trust.doubts import PLAIN_REASONS
from podium.trust.grants import Answer, Permit, decide_grant
from podium.trust.policies import Rules
from podium.trust.request.effective import EffectiveGrant
from podium.trust.request.narrowing import narrow
from podium.trust.tools import ToolRow
from podium.trust.values.bounds import MAX_ARGUMENTS, excess
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call

MAX_REASON_CHARS: Final = 500
_grant_decoder = msgspec.json.Decoder(EffectiveGrant)


class Judge:
    """Decides by one snapshot. ``narrowing`` and ``labels`` are off only to measure what they add."""

    def __init__(self, snapshot: Snapshot, *, narrowing: bool = True, labels: bool = True) -> None:
        self.snapshot = snapshot
        self._narrowing = narrowing
        self._labels = labels
        self._domains = frozenset(snapshot.domains)
        self._rules = Rules(
            snapshot.policies,
            [tool for server in snapshot.tool_servers.values() for tool in server.tools.values()],
            departments={row.name: row.parent for row in snapshot.departments.values()},
            agents={agent.name: agent.department for agent in snapshot.agents.values()},
        )

    def fix(self, root_id: str, agent: AgentRow, request: str) -> Fixed:
        """Return what an agent may do within a task: its author's maximum, narrowed by the user's request."""
        tools = self.snapshot.tools_of(agent)
        effective = (
            narrow(agent.tools, tools, request) if self._narrowing else EffectiveGrant(tuple(agent.tools))
        )
        return Fixed(root_id, agent.name, msgspec.json.encode(effective))

    def decide(
        self,
        caller: ToolCaller,
        state: TaskState,
        name: str,
        arguments: Mapping[str, Any],
        *,
        approved: Collection[str] = (),
        again: bool = False,
    ) -> Verdict:
        """Return the verdict. ``approved``: hashes of arguments of this tool that a person said yes to.

        ``again``: the call is the repetition of one whose use is spent.
        """
        granted = caller.granted.get(name)
        effective = _grant_decoder.decode(state.fixed[caller.agent.name].effective)
        tool = granted.tool if granted is not None else None
        above = granted.above if granted is not None else ()
        uses = state.uses.get(tool.id, 0) - again if tool is not None else 0
        return decide_tool_call(
            ToolCall(caller.agent.name, name, tool, arguments, tuple(it for it, _ in above)),
            Standing(
                readings=state.readings,
                grant=effective.grant(tool.id) if tool is not None else None,
                uses_so_far=uses,
                called={one: count for one, count in state.uses.items() if count > 0},
                refusal=_refusal(effective, granted, arguments, uses),
                above=[_of_starter(it, decide_grant(grant, tool, arguments, uses)) for it, grant in above],
                rules=self._rules,
                domains=self._domains,
                decoys=caller.agent.decoys,
                approved=approved,
                labels=self._labels,
            ),
        )


def fault_of(arguments: Mapping[str, Any]) -> str | None:
    """Return why arguments cannot be kept, or have no canonical JSON and so no hash; None: they can."""
    too_much = excess(arguments, MAX_ARGUMENTS)
    if too_much is not None:
        return f"its arguments have {too_much}, which Podium does not keep"
    try:
        canonical(dict(arguments)).encode()
    except (ValueError, TypeError, OverflowError, RecursionError):
        return "its arguments have no canonical JSON (RFC 8785): send whole characters, not halves of them"
    return None


def key_fault(tool: ToolRow, arguments: Mapping[str, Any]) -> str | None:
    """Return what is wrong where a client gives the argument into which Podium puts the call's id."""
    if tool.confirm is None or tool.confirm.key not in arguments:
        return None
    return f"Podium gives {tool.confirm.key} itself: leave {tool.confirm.key} out"


def plain_reason(verdict: Verdict) -> str | None:
    """Return why, for the audit: without a value of an argument or of anything that was read."""
    if verdict.answer == "allow":
        return None
    if verdict.rule in PLAIN_REASONS:
        return PLAIN_REASONS[verdict.rule]
    if verdict.rule.startswith("labels"):
        said = [f"{one.path} ({one.sink}): {one.ground}" for one in verdict.findings if not one.trusted]
        return "; ".join(said[:5]) or None
    if any(leak.rule == verdict.rule for leak in verdict.leaks):
        return "; ".join(leak.path for leak in verdict.leaks[:5])
    if verdict.rule.endswith(".arguments"):
        return "the arguments do not meet the grant's schema"
    return verdict.reason[:MAX_REASON_CHARS]


def _refusal(
    effective: EffectiveGrant, granted: Granted | None, arguments: Mapping[str, Any], uses: int
) -> Answer | None:
    """Return what the request, or the manifest in force by now, has against a call."""
    if granted is None:
        return None
    against = effective.refusal(granted.tool.id)
    if against is not None:
        return against
    # The author may have tightened the grant since the task began; a wider one does not count.
    now = decide_grant(granted.grant, granted.tool, arguments, uses)
    return None if isinstance(now, Permit) else now


def _of_starter(agent: str, answer: Answer) -> Answer:
    """Return what the grant of an agent says whose task has started the one that calls, with its name."""
    if isinstance(answer, Permit):
        return answer
    return type(answer)(answer.rule, f"{agent}, which has started this task, may not: {answer.reason}")
