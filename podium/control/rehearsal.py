"""Recorded calls of tools against other manifests: what each verdict would be, and which have changed.

Nothing is called. What a tool returned comes from the record, so that labels are those that the task had.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

import msgspec

from podium.manifest.result_texts import read_recorded
from podium.manifest.snapshot import AgentRow, Snapshot
from podium.trust.grants import Deny
from podium.trust.grounding.record.readings import Read, Readings
from podium.trust.policies import Rules
from podium.trust.recorded import RecordedCall, RecordedTask, VerdictWord
from podium.trust.request.effective import EffectiveGrant
from podium.trust.request.narrowing import narrow
from podium.trust.verdict import Standing, ToolCall, Verdict, decide_tool_call


class Rehearsed(msgspec.Struct, frozen=True):
    """One call with the verdict that it had and the one that it would have."""

    task: str
    number: int
    """Of the call in its task, from 1."""
    tool: str
    before: str
    """What was decided, or the verdicts that are wanted: `ask or deny`."""
    before_rule: str
    now: VerdictWord
    rule: str
    reason: str
    changed: bool
    """Whether it would be decided otherwise."""
    grounds: tuple[str, ...] = ()
    """Of each value that decides something: where it comes from, as docs/labels.md calls it."""


def rehearse(
    snapshot: Snapshot, tasks: Sequence[RecordedTask], *, today: date | None = None
) -> list[Rehearsed]:
    """Return what each call of a record would be decided as under a snapshot.

    ``today``: the day of tasks that do not say theirs; None: of their requests no day in words is known.
    """
    tools = [tool for server in snapshot.tool_servers.values() for tool in server.tools.values()]
    rules = Rules(
        snapshot.policies,
        tools,
        departments={name: row.parent for name, row in snapshot.departments.items()},
        agents={name: row.department for name, row in snapshot.agents.items()},
    )
    return [
        it
        for number, task in enumerate(tasks, start=1)
        for it in _task(snapshot, rules, task, number, task.began or today)
    ]


def _task(
    snapshot: Snapshot, rules: Rules, task: RecordedTask, number: int, day: date | None
) -> Iterator[Rehearsed]:
    agent = snapshot.agents.get(task.agent)
    user = task.user or (agent.user if agent is not None else None)
    readings, uses = Readings(task.request, day, user=user), dict[str, int]()
    effective = (
        narrow(agent.tools, snapshot.tools_of(agent), task.request) if agent is not None else EffectiveGrant()
    )
    for count, call in enumerate(task.calls, start=1):
        verdict = _decide(snapshot, agent, effective, call, rules, readings, uses)
        yield Rehearsed(
            task=task.task or f"{number}",
            number=count,
            tool=call.tool,
            before=" or ".join(call.answers),
            before_rule=call.rule,
            now=verdict.answer,
            rule=verdict.rule,
            reason=verdict.reason,
            changed=verdict.answer not in call.answers,
            grounds=tuple(f"{it.path} is {it.value!r} ({it.ground})" for it in verdict.findings),
        )
        # What was made has been read, whatever would be decided now: the calls after it came of that.
        made = call.result is not None or call.answer == "allow"
        tool = snapshot.tool(call.tool)
        if made:
            uses[call.tool] = uses.get(call.tool, 0) + 1
            if verdict.sent is not None:
                readings.apply(verdict.sent)
        if call.result is not None and tool is not None:
            arguments = dict(call.arguments)
            result = read_recorded(call.result, tool.returns.text)
            readings.apply(Read(call.tool, tool.returns, arguments, result, call.at_ns, wrote=tool.writes))


_NOBODY: Final = Deny("agent", "there is no such agent")


def _decide(
    snapshot: Snapshot,
    agent: AgentRow | None,
    effective: EffectiveGrant,
    call: RecordedCall,
    rules: Rules,
    readings: Readings,
    uses: dict[str, int],
) -> Verdict:
    tool = snapshot.tool(call.tool)
    standing = Standing(
        readings,
        effective.grant(call.tool),
        uses_so_far=uses.get(call.tool, 0),
        called=uses,
        refusal=effective.refusal(call.tool) if agent is not None else _NOBODY,
        rules=rules,
        domains=frozenset(snapshot.domains),
        decoys=agent.decoys if agent is not None else (),
    )
    name = tool.client_name if tool is not None else call.tool
    return decide_tool_call(
        ToolCall(agent.name if agent is not None else "", name, tool, call.arguments), standing
    )
