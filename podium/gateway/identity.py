"""Who calls: an agent by its key, or a task by its token. Worked out once for each credential."""

import hashlib

import msgspec

from podium.kernel.errors import Forbidden, Unauthenticated
from podium.kernel.ids import TaskId
from podium.manifest.orders import Orders
from podium.manifest.snapshot import AgentRow, Snapshot
from podium.ports import Clock
from podium.trust.identity import Detail, parse_spiffe_id, routes_of
from podium.trust.tokens import Keys, check_end

_CACHED: int = 4096
_SCHEMES = frozenset({b"bearer", b"dpop"})


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


class Caller(msgspec.Struct, frozen=True):
    """Who bears a credential. ``agent`` has only the routes that are granted."""

    agent: AgentRow
    task: TaskIdentity | None = None
    """None: the agent's own key."""


class Identities:
    """The credentials in force. What it has found out is forgotten with each new snapshot and orders."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._snapshot: Snapshot | None = None
        self._agents: dict[str, str] = {}
        self._issuer = ""
        self._keys = Keys(())
        self._dead: frozenset[str] = frozenset()
        self._paused: frozenset[str] = frozenset()
        self._cache: dict[bytes, Caller] = {}

    def apply(self, snapshot: Snapshot | None, orders: Orders) -> None:
        """Take what is in force now."""
        tasks = orders.tasks
        self._snapshot = snapshot
        self._agents = {credential.sha256: credential.agent for credential in orders.credentials}
        self._issuer, self._keys = tasks.issuer, Keys(tasks.keys)
        self._dead, self._paused = frozenset(tasks.dead), frozenset(tasks.paused)
        self._cache = {}

    def find(self, authorization: bytes | None) -> Caller:
        """Return who bears a credential. Raises Unauthenticated or Forbidden."""
        if authorization is None:
            raise Unauthenticated(
                "This call bears no credential.",
                fix="Send `Authorization: Bearer <key>` (podium agent key NAME), or a task's token.",
            )
        caller = self._cache.get(authorization)
        if caller is None:
            caller = self._look(authorization)
            if len(self._cache) < _CACHED:
                self._cache[authorization] = caller
        elif caller.task is not None:
            check_end(caller.task.until_s, self._clock.wall_ns() / 1e9)
        return caller

    def _look(self, authorization: bytes) -> Caller:
        scheme, _, key = authorization.partition(b" ")
        key = key.strip()
        if scheme.lower() not in _SCHEMES:
            key = b""
        if key.count(b".") == 2:
            return self._task(key)
        name = self._agents.get(hashlib.sha256(key).hexdigest()) if key else None
        if name is None:
            raise Unauthenticated(
                "The credential is not known, or was revoked.", fix="Make one with `podium agent key NAME`."
            )
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

    def _task(self, key: bytes) -> Caller:
        token = key.decode("latin-1")
        now_s = self._clock.wall_ns() / 1e9
        claims = self._keys.verify(token, issuer=self._issuer, audience=self._issuer, now_s=now_s)
        who = parse_spiffe_id(claims.sub)
        if who.task_id in self._dead or claims.root in self._dead:
            raise Unauthenticated("The task has ended.", fix="Start another one.", code="task_ended")
        if who.task_id in self._paused:
            raise Forbidden("The task is paused.", fix="Wait until a person resumes it.", code="task_paused")
        agent = self._agent(who.agent)
        if agent.department_path != who.department:
            raise Forbidden(
                f"Agent {agent.name} has moved to another department since the task began.",
                fix="Start another task.",
                code="agent_unknown",
            )
        granted = routes_of(claims.authorization_details)
        if granted is not None:
            agent = msgspec.structs.replace(agent, routes=agent.routes & granted)
        task = TaskIdentity(
            task_id=who.task_id,
            root_id=claims.root,
            until_s=claims.exp,
            sub=claims.sub,
            details=claims.authorization_details,
            token=token,
            jkt=claims.cnf.jkt if claims.cnf is not None else None,
        )
        return Caller(agent, task)
