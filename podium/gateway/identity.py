"""Who calls: an agent by its key, or a task by its token. Worked out once for each credential."""

import hashlib
from functools import lru_cache
from hashlib import blake2b
from typing import Final

import msgspec

from podium.kernel.errors import Forbidden, InvalidRequest, Unauthenticated
from podium.kernel.ids import TaskId, ulid
from podium.manifest.orders import Orders
from podium.manifest.restraints import FREE, Held, Restraints, above
from podium.manifest.snapshot import AgentRow, Snapshot
from podium.ports import Clock
from podium.spend.limits import run_limit
from podium.trust.credentials.bearer import TaskRules, judge_token
from podium.trust.credentials.identity import Detail, SpiffeId, actors, routes_of
from podium.trust.credentials.tokens import Keys, check_end

HOUR_NS: Final = 3_600_000_000_000
_HOUR_MS: Final = 3_600_000
_MAX_SESSION_CHARS: Final = 128
_CACHED: Final = 4096
_SCHEMES: Final = frozenset({b"bearer", b"dpop"})
_BETTER: Final = (
    "Use a task's token (podium task token AGENT, or podium run), or an agent's key where its department "
    "lets keys call (podium agent key AGENT)."
)


class TaskIdentity(msgspec.Struct, frozen=True):
    """What a valid token says of its task."""

    task_id: TaskId
    root_id: str
    until_s: int
    sub: str
    details: tuple[Detail, ...]
    token: str
    jkt: str | None = None
    """Thumbprint of the key whose possession must be proved with each request."""
    run_attempt: int | None = None
    """Which attempt of a run bears it; None: it is none of a run, or of one that is not durable."""


class Caller(msgspec.Struct, frozen=True):
    """Who bears a credential. ``agent`` has only the routes that are granted."""

    agent: AgentRow
    task: TaskIdentity | None = None
    """None: the agent's own key."""
    held: Held = FREE
    """What breakers say of it."""


def check_key_calls(agent: AgentRow) -> None:
    """Raise Forbidden where an agent's own key only starts tasks."""
    if not agent.keys_call:
        raise Forbidden(
            f"The key of agent {agent.name} starts tasks and does nothing else: its department says so.",
            fix="POST /podium/v1/tasks, and call with the task's token (docs/identity.md).",
            code="task_required",
        )


class Identities:
    """The credentials in force. What it has found out is forgotten with each new snapshot and orders."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._snapshot: Snapshot | None = None
        self._agents: dict[str, str] = {}
        self._keys = Keys(())
        self._rules = self._own_rules = TaskRules("", "", frozenset(), frozenset())
        self._budgets: dict[str, int] = {}
        self._cache: dict[bytes, Caller] = {}
        self.restraints = Restraints()

    def apply(self, snapshot: Snapshot | None, orders: Orders) -> None:
        """Take what is in force now."""
        tasks = orders.tasks
        self._snapshot = snapshot
        self._agents = {credential.sha256: credential.agent for credential in orders.credentials}
        self._keys = Keys(tasks.keys)
        self._rules = TaskRules(
            tasks.issuer, tasks.issuer, frozenset(tasks.dead), frozenset(tasks.paused), dict(tasks.narrowed)
        )
        ours = (tasks.issuer, tasks.tools) if tasks.tools else tasks.issuer
        self._own_rules = msgspec.structs.replace(self._rules, audience=ours)
        self._budgets = dict(tasks.budgets)
        self.restraints = Restraints(orders.restraints)
        self._cache = {}

    def find(self, authorization: bytes | None) -> Caller:
        """Return who bears a credential. Raises Unauthenticated or Forbidden."""
        if authorization is None:
            raise _no_credential()
        caller = self._cache.get(authorization)
        if caller is None:
            caller = self._restrained(self._look(authorization, self._rules))
            if len(self._cache) < _CACHED:
                self._cache[authorization] = caller
        elif caller.task is not None:
            check_end(caller.task.until_s, self._clock.wall_ns() / 1e9)
        return caller

    def own(self, authorization: bytes | None, grace_s: float = 0) -> Caller:
        """Return who bears a credential for what is a task's own, which is its tokens' issuer's to serve.

        It is proved by a token that is for the tool gateway alone too. Raises Unauthenticated or Forbidden.
        """
        if authorization is None:
            raise _no_credential()
        return self._look(authorization, self._own_rules, grace_s)

    def _restrained(self, caller: Caller) -> Caller:
        """Return who calls with what breakers say of it."""
        task = caller.task
        held = self.restraints.of(caller.agent, *((task.task_id, task.root_id) if task is not None else ()))
        if held is FREE:
            return caller
        limits = (*caller.agent.restrained, *held.limits)
        agent = msgspec.structs.replace(caller.agent, restrained=limits)
        return Caller(agent, task, held)

    def _look(self, authorization: bytes, rules: TaskRules, grace_s: float = 0) -> Caller:
        scheme, _, key = authorization.partition(b" ")
        key = key.strip()
        if scheme.lower() not in _SCHEMES:
            key = b""
        if key.count(b".") == 2:
            return self._task(key, rules, grace_s)
        name = self._agents.get(hashlib.sha256(key).hexdigest()) if key else None
        if name is None:
            raise Unauthenticated("The credential is not known, or was revoked.", fix=_BETTER)
        return Caller(self._agent(name))

    def _agent(self, name: str) -> AgentRow:
        agent = self._snapshot.agents.get(name) if self._snapshot is not None else None
        if agent is None:
            raise Forbidden(
                f"The agent {name} of this credential is not in the manifests in force.",
                fix="Add it, or revoke the credential.",
                code="agent_unknown",
            )
        return agent

    def _may(self, who: SpiffeId) -> AgentRow:
        """Return the agent of a task. Raises Forbidden where it is not what it was when that began."""
        agent = self._agent(who.agent)
        if agent.department_path != who.department:
            raise Forbidden(
                f"Agent {agent.name} has moved to another department since the task began.",
                fix="Start another task.",
                code="agent_unknown",
            )
        return agent

    def _task(self, key: bytes, rules: TaskRules, grace_s: float) -> Caller:
        token = key.decode("latin-1")
        now_s = self._clock.wall_ns() / 1e9
        claims, who = judge_token(token, self._keys, rules, now_s=now_s, grace_s=grace_s)
        agent = self._may(who)
        starters = tuple(actors(claims.act))
        started_by = {it.name: it for it in map(self._may, starters) if it.name != agent.name}
        granted = routes_of(claims.authorization_details)
        routes = agent.routes if granted is None else agent.routes & granted
        budgets = dict(claims.budgets)
        for task_id in (who.task_id, claims.root, *(it.task_id for it in starters)):
            if task_id in self._budgets:
                budgets[task_id] = self._budgets[task_id]
        agent = msgspec.structs.replace(
            agent,
            routes=routes.intersection(*(it.routes for it in started_by.values())),
            acts_for=tuple(started_by),
            held_with=above(starters),
            restrained=tuple(run_limit(task_id, amount) for task_id, amount in sorted(budgets.items())),
        )
        task = TaskIdentity(
            task_id=who.task_id,
            root_id=claims.root,
            until_s=claims.exp,
            sub=claims.sub,
            details=claims.authorization_details,
            token=token,
            jkt=claims.cnf.jkt if claims.cnf is not None else None,
            run_attempt=claims.run_attempt if agent.run is None or agent.run.durable else None,
        )
        return Caller(agent, task)


def _no_credential() -> Unauthenticated:
    return Unauthenticated("This call bears no credential.", fix=f"Send `Authorization: Bearer`. {_BETTER}")


@lru_cache(maxsize=4096)
def implicit_task(agent: str, session: str | None, hour: int) -> TaskId:
    """Return the task of a call that names none: one per agent and session, else per agent and hour.

    Every worker derives the same id without asking: the entropy is a digest of the names, the time is the
    start of the ``hour`` (hours since 1970; zero for a session, whose first call no worker knows).
    """
    name = agent if session is None else f"{agent}\0{session}"
    return TaskId("task_" + ulid(hour * _HOUR_MS, blake2b(name.encode(), digest_size=16).digest()))


def read_session(value: bytes) -> str:
    """Return the session that a client names. Raises InvalidRequest where it is not usable."""
    text = value.decode("latin-1")
    if not text or len(text) > _MAX_SESSION_CHARS or not text.isascii() or not text.isprintable():
        raise InvalidRequest(
            "The x-podium-session header is not usable.",
            fix=f"Send 1 to {_MAX_SESSION_CHARS} printable ASCII characters.",
            field="x-podium-session",
        )
    return text
