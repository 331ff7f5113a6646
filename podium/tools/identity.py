"""Which task calls: by its token, which must be for the tool gateway and of a task that lives."""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from podium.kernel.errors import Forbidden, PodiumError, Unauthenticated
from podium.kernel.ids import TaskId
from podium.manifest.orders import Orders
from podium.manifest.restraints import Restraints, above, refusal
from podium.manifest.snapshot import AgentRow, Snapshot
from podium.ports import Clock
from podium.trust.credentials.bearer import TaskRules, judge_token
from podium.trust.credentials.identity import Claims, SpiffeId, actors, tools_of
from podium.trust.credentials.tokens import Keys, check_end
from podium.trust.tools import GrantRow, ToolRow

MAX_CALL_S: Final = 86_400
"""No call takes longer."""
_CACHED: Final = 4096


class Granted(msgspec.Struct, frozen=True):
    """One tool that a task may call at the most: what it is, and what its agent's author allows of it."""

    tool: ToolRow
    grant: GrantRow
    above: tuple[tuple[str, GrantRow], ...] = ()
    """The agents whose tasks have started this one, and what their authors allow of it: that holds too."""


class ToolCaller(msgspec.Struct, frozen=True):
    """A task that bears a valid token."""

    task_id: TaskId
    root_id: str
    """The task at the root of its delegation, whose state it shares."""
    agent: AgentRow
    until_s: int
    token: str
    granted: Mapping[str, Granted]
    """By the name that clients use, in the order in which they are listed."""
    offered: Mapping[str, Granted] = {}
    """Resources and prompts that it may read, by their kind and id."""
    jkt: str | None = None
    """Thumbprint of the key whose possession must be proved with each request."""
    run_attempt: int | None = None
    """Which attempt of a run bears it; None: Podium does not run the task."""
    run_id: str | None = None
    """The run: this task, or one above it."""

    @property
    def owner(self) -> str:
        """The task with whose key what it was answered is sealed."""
        return self.run_id or self.root_id

    def reading(self) -> "ToolCaller":
        """Return it as who reads what is offered, and calls no tool."""
        return msgspec.structs.replace(self, granted=self.offered)


class ToolIdentities:
    """The tokens in force. What it has found out is forgotten with each new snapshot and orders."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._snapshot: Snapshot | None = None
        self._keys = Keys(())
        self._rules = TaskRules("", "", frozenset(), frozenset())
        self._restraints = Restraints()
        self._cache: dict[str, ToolCaller] = {}
        self._going: set[str] = set()
        """Tokens whose calls under way may go on."""

    def apply(self, snapshot: Snapshot | None, orders: Orders) -> None:
        """Take what is in force now."""
        tasks = orders.tasks
        self._snapshot = snapshot
        self._keys = Keys(tasks.keys)
        self._restraints = Restraints(orders.restraints)
        self._rules = TaskRules(
            tasks.issuer, tasks.tools, frozenset(tasks.dead), frozenset(tasks.paused), dict(tasks.narrowed)
        )
        self._cache, self._going = {}, set()

    def find(self, authorization: str | None) -> ToolCaller:
        """Return whose token a request bears. Raises Unauthenticated or Forbidden."""
        if authorization is None:
            raise Unauthenticated(
                "This call bears no credential.", fix="Send `Authorization: Bearer` with a task's token."
            )
        caller = self._cache.get(authorization)
        if caller is None:
            caller = self._look(authorization)
            if len(self._cache) < _CACHED:
                self._cache[authorization] = caller
        else:
            check_end(caller.until_s, self._clock.wall_ns() / 1e9)
        return caller

    def alive(self, caller: ToolCaller) -> None:
        """Raise Unauthenticated or Forbidden where the task of a call under way has ended or is paused.

        That its token has expired since is nothing against the call, which may have been made.
        """
        if caller.token not in self._going:
            self._look(f"Bearer {caller.token}", MAX_CALL_S)
            if len(self._going) < _CACHED:
                self._going.add(caller.token)

    def claimed(self, authorization: str | None) -> tuple[Claims, SpiffeId] | None:
        """Return what a good token says, whether or not its task may go on; None for any other."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() not in {"bearer", "dpop"}:
            return None
        any_task = msgspec.structs.replace(self._rules, dead=frozenset(), paused=frozenset())
        try:
            return judge_token(token.strip(), self._keys, any_task, now_s=self._clock.wall_ns() / 1e9)
        except PodiumError:
            return None

    def _look(self, authorization: str, grace_s: float = 0) -> ToolCaller:
        scheme, _, token = authorization.partition(" ")
        token = token.strip()
        if scheme.lower() not in {"bearer", "dpop"} or token.count(".") != 2 or not token.isascii():
            raise Unauthenticated(
                "Tools are called with the token of a task.",
                fix="POST /podium/v1/tasks at the gateway, and bear that token (docs/identity.md).",
                code="invalid_token",
            )
        now_s, snapshot = self._clock.wall_ns() / 1e9, self._snapshot
        claims, who = judge_token(token, self._keys, self._rules, now_s=now_s, grace_s=grace_s)
        starters = tuple(actors(claims.act))
        agent = msgspec.structs.replace(self._agent(who), held_with=above(starters))
        held = self._restraints.of(agent, who.task_id, claims.root)
        if held.refused is not None:
            raise refusal(held.refused)
        named = tools_of(claims.authorization_details)
        granted = _granted(snapshot, agent, named, [self._agent(it) for it in starters])
        return ToolCaller(
            task_id=who.task_id,
            root_id=claims.root,
            agent=agent,
            until_s=claims.exp,
            token=token,
            granted={it.tool.client_name: it for it in granted if it.tool.kind == "tool"},
            offered={f"{it.tool.kind}:{it.tool.id}": it for it in granted if it.tool.kind != "tool"},
            jkt=claims.cnf.jkt if claims.cnf is not None else None,
            run_attempt=claims.run_attempt,
            run_id=claims.run_id,
        )

    def _agent(self, who: SpiffeId) -> AgentRow:
        """Return the agent of a task. Raises Forbidden where it is not what it was when that began."""
        agent = self._snapshot.agents.get(who.agent) if self._snapshot is not None else None
        if agent is None or agent.department_path != who.department:
            raise Forbidden(
                f"The agent {who.agent} is not in the manifests in force as it was when the task began.",
                fix="Start another task.",
                code="agent_unknown",
            )
        return agent


def _granted(
    snapshot: Snapshot | None, agent: AgentRow, named: frozenset[str] | None, starters: Sequence[AgentRow]
) -> list[Granted]:
    """Return what both the agent's manifest and the token grant (None: all of it), in a fixed order.

    ``starters``: the agents whose tasks have started the one that bears it. They grant it too.
    """
    grants = {grant.tool: grant for grant in agent.tools}
    above = {it.name: {grant.tool: grant for grant in it.tools} for it in starters if it.name != agent.name}
    return [
        Granted(tool, grants[tool_id], tuple((name, its[tool_id]) for name, its in above.items()))
        for tool_id, tool in (snapshot.tools_of(agent) if snapshot is not None else {}).items()
        if (named is None or tool_id in named) and all(tool_id in its for its in above.values())
    ]
