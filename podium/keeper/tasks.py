"""Tasks with an identity: who may start one, what its token says, and when it is dead.

Every change is one transaction, and reaches every worker with the next orders: a task that has ended, was
killed or revoked stands there as dead until its last token has expired, and a paused one as paused.
"""

import hashlib
from collections.abc import Callable
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Engine, insert, select, update

from podium.keeper import asked_for
from podium.keeper.asked_for import NOTHING
from podium.keeper.authority import Authority
from podium.keeper.bearing import check_attempt, decide_audience, held_back, revoked, was_held
from podium.keeper.grants_left import left_to
from podium.keeper.keyring import TOKEN_S, KeyRing
from podium.keeper.lineage import Place, Steered, below, told
from podium.keeper.messages import read_messages
from podium.keeper.outcomes import report
from podium.keeper.stepbook import StepBook, erase, erase_expired
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound, NotReady, Unauthenticated
from podium.kernel.ids import TaskId, ulid
from podium.manifest.orders import TaskOrders
from podium.manifest.snapshot import AgentRow, IssuerRow, Snapshot, decode_snapshot
from podium.ports import Clock, Entropy
from podium.ports.database import credentials, task_identities
from podium.ports.steps import FindStep, KeepSteps, StepIs, StepsKept
from podium.ports.tasks import (
    DEAD_STATES,
    DelegateTask,
    FinishTask,
    GetMessages,
    GetRequest,
    MessagesAre,
    OutcomeIs,
    RenewTask,
    ReportOutcome,
    RequestIs,
    StartTask,
    TaskIs,
    TaskKeys,
    TaskQuestion,
)
from podium.trust.credentials.assertions import AssertionPolicy, check_assertion
from podium.trust.credentials.identity import (
    Actor,
    Claims,
    Confirmation,
    Detail,
    WorkloadIssuer,
    check_thumbprint,
    decide_details,
    narrower,
    nest,
    parse_spiffe_id,
    spiffe_id,
)
from podium.trust.request.user import user_of

LIFE_S: Final = 24 * 3600
MAX_LIFE_S: Final = 7 * 24 * 3600
_STATES: Final = {"end": "ended", "kill": "killed", "revoke": "revoked"}
TaskReply = TaskIs | OutcomeIs | StepsKept | StepIs | MessagesAre
_actor = msgspec.json.Decoder(Actor)
_details = msgspec.json.Decoder(tuple[Detail, ...])


class TaskBook:
    """The tasks that have an identity. Its methods run in the database thread."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        entropy: Entropy,
        keys: TaskKeys,
        *,
        resources: tuple[str, ...],
        authority: Authority,
    ) -> None:
        """``resources``: for whom tokens are: the gateway, which is their issuer, and the tool gateway."""
        self._engine = engine
        self._clock = clock
        self._entropy = entropy
        self.ring = KeyRing(keys, clock, entropy)
        self._issuer, self._resources = resources[0], resources
        self._authority = authority
        self._snapshot: Snapshot | None = None
        self.followers: Callable[[Connection, list[str], str], None] = lambda _connection, _ids, _state: None
        """Called with tasks that have changed, the one that was meant first, and their new state."""
        self.budgets: Callable[[Connection, str], tuple[tuple[str, int], ...]] = lambda _connection, _task: ()
        """Returns the runs whose budgets a task draws on; set by who keeps them, as is what follows."""
        self.steered: Callable[[Connection], Steered] = lambda _: Steered()
        # What was used before this keeper began is not known: see AssertionPolicy.known_from_s.
        self._seen_assertions: dict[str, float] = {}
        self._started_s = clock.wall_ns() / 1e9
        self.steps = StepBook(engine, clock, entropy, keys, verify=self._verify)

    def do(self, question: TaskQuestion) -> TaskReply:
        """Do what a question of tasks asks. Of issuers, only keys that the manifests write out are known."""
        kinds: dict[type[TaskQuestion], Callable[[Any], TaskReply]] = {
            StartTask: self.start,
            DelegateTask: self.delegate,
            RenewTask: self.renew,
            FinishTask: self.finish,
            ReportOutcome: self.report,
            KeepSteps: self.steps.keep,
            FindStep: self.steps.find,
            GetMessages: lambda asked: read_messages(self._engine, self._verify(asked.token), asked),
        }
        return kinds[type(question)](question)

    def open(self) -> None:
        """Read the keys; make the first one."""
        self.ring.open()

    # Orders

    def orders(self, connection: Connection) -> TaskOrders:
        """Return what every worker must know: public keys, and the tasks whose tokens are refused."""
        now_ns = self._clock.wall_ns()
        rows = held_back(connection, now_ns)
        steered = self.steered(connection)
        return TaskOrders(
            issuer=self._issuer,
            keys=self.ring.publics(),
            dead=tuple(sorted(row.task_id for row in rows if row.state in DEAD_STATES)),
            paused=tuple(sorted(row.task_id for row in rows if row.state == "paused")),
            tools=self._resources[-1] if len(self._resources) > 1 else "",
            narrowed=steered.narrowed,
            budgets=steered.budgets,
            revoked=revoked(connection, now_ns),
        )

    # Beginnings

    def issuer(self, name: str) -> IssuerRow | None:
        """Return a configured issuer of workloads' tokens, None where nobody has configured it."""
        return next((row for row in self.in_force_snapshot().issuers if row.issuer == name), None)

    def start(self, question: StartTask, issuer: WorkloadIssuer | None = None) -> TaskIs:
        """Begin a task. Raises Unauthenticated, Forbidden, InvalidRequest.

        ``issuer``: whose keys were fetched for the token that the question bears.
        """
        agent = self._prove(question, issuer)
        details = decide_details(question.details, within=None, routes=agent.routes, tools=_tools(agent))
        with self._engine.begin() as connection:
            return self._begin_in(connection, agent, details, question, parent=None)

    def start_as(self, connection: Connection, agent: str, question: StartTask) -> TaskIs:
        """Begin a task of an agent for a person who may. Raises NotFound, InvalidRequest."""
        row = self.in_force_snapshot().agents.get(agent)
        if row is None:
            raise NotFound(f"There is no agent {agent}.", fix="Add it to the manifests.", field="agent")
        details = decide_details(question.details, within=None, routes=row.routes, tools=_tools(row))
        return self._begin_in(connection, row, details, question, parent=None)

    def _prove(self, question: StartTask, issuer: WorkloadIssuer | None) -> AgentRow:
        """Return the agent that a secret or assertion proves. Raises Unauthenticated."""
        if (question.secret is None) == (question.assertion is None):
            raise InvalidRequest("A task is started with a client secret or an assertion.", field="secret")
        snapshot = self.in_force_snapshot()
        name: str | None
        if question.assertion is not None:
            now_s = self._clock.wall_ns() / 1e9
            written = (WorkloadIssuer(row.issuer, row.audience, row.keys) for row in snapshot.issuers)
            issuers = (issuer,) if issuer is not None else tuple(written)
            name = check_assertion(
                question.assertion,
                AssertionPolicy(self._issuer, snapshot.agents, issuers, self._started_s),
                now_s=now_s,
                seen=self._seen_assertions,
            )
        else:
            digest = hashlib.sha256((question.secret or "").encode()).hexdigest()
            with self._engine.connect() as connection:
                name = connection.execute(
                    select(credentials.c.agent).where(
                        credentials.c.sha256 == digest, credentials.c.revoked_ns.is_(None)
                    )
                ).scalar()
        agent = snapshot.agents.get(name) if name is not None else None
        if agent is None:
            raise Unauthenticated(
                "The agent's credential is not known, or was revoked.",
                fix="Make one with `podium agent key NAME`.",
            )
        return agent

    def in_force_snapshot(self) -> Snapshot:
        """Return the manifests in force. Raises NotReady where there are none."""
        in_force = self._authority.in_force
        if in_force.snapshot_document is None:
            raise NotReady("No manifests are in force.", fix="Try again soon.")
        if self._snapshot is None or self._snapshot.version != in_force.snapshot_version:
            self._snapshot = decode_snapshot(in_force.snapshot_document)
        return self._snapshot

    def delegate(self, question: DelegateTask) -> TaskIs:
        """Begin a sub-agent's task. Raises Unauthenticated, Forbidden, NotFound."""
        parent = self._verify(question.token)
        of_parent = parse_spiffe_id(parent.sub)
        snapshot = self.in_force_snapshot()
        agent = snapshot.agents.get(question.agent)
        starter = snapshot.agents.get(of_parent.agent)
        if agent is None:
            raise NotFound(
                f"There is no agent {question.agent}.", fix="Add it to the manifests.", field="agent"
            )
        if starter is None or starter.department_path != of_parent.department:
            raise Forbidden(
                f"Agent {of_parent.agent} is not in the manifests as it was when the task began.",
                fix="Start another task.",
                code="agent_unknown",
            )
        if agent.name != starter.name and agent.name not in starter.delegates:
            raise Forbidden(
                f"Agent {starter.name} may not delegate to {agent.name}.",
                fix=f"Add it to spec.delegates of Agent {starter.name}.",
                field="agent",
                code="delegation_not_allowed",
            )
        with self._engine.begin() as connection:
            check_attempt(connection, parent)
            within = narrower(
                parent.authorization_details, self._may(self._living(connection, of_parent.task_id))
            )
            details = decide_details(
                question.details, within=within, routes=agent.routes, tools=_tools(agent)
            )
            return self._begin_in(connection, agent, details, question, parent=parent)

    def _may(self, row: Any) -> tuple[Detail, ...]:
        """Return what a task may now: of what it was granted, what its agent still has where it was."""
        agent = self.in_force_snapshot().agents.get(row.agent)
        if agent is None or agent.department_path != row.department:
            return ()
        granted = _details.decode(row.details)
        return decide_details(None, within=granted, routes=agent.routes, tools=_tools(agent))

    def _begin_in(
        self,
        connection: Connection,
        agent: AgentRow,
        details: tuple[Detail, ...],
        question: StartTask | DelegateTask,
        *,
        parent: Claims | None,
    ) -> TaskIs:
        now_ns = self._clock.wall_ns()
        resource = decide_audience(question.resource, self._resources, parent)
        life_s = min(LIFE_S if question.life_s is None else question.life_s, MAX_LIFE_S)
        if life_s <= 0:
            raise InvalidRequest(f"A task lives 1 to {MAX_LIFE_S} seconds.", field="expires_in")
        check_thumbprint(question.jkt)
        prompt = question.prompt_sha256
        if prompt is not None and (len(prompt) != 64 or not set(prompt) <= set("0123456789abcdef")):
            raise InvalidRequest("prompt_sha256 is 64 lower-case hexadecimal digits.", field="prompt_sha256")
        place = Place(new_task_id(now_ns, self._entropy))
        if parent is not None:
            of = self._living(connection, parse_spiffe_id(parent.sub).task_id)
            place = Place(place.task_id, of.task_id, of.root_id, nest(parent), of.until_ns)
        asked_for.forget_over(connection, now_ns)
        erase_expired(connection, now_ns)
        asked = asked_for.of_question(question)
        made = self._insert(
            connection, agent, details, place, life_s=life_s, prompt=prompt, jkt=question.jkt, asked=asked
        )
        run = (parent.run_attempt, parent.run_id) if parent is not None else (None, None)
        return self._with_token(connection, made, resource, *run)

    def _insert(
        self,
        connection: Connection,
        agent: AgentRow,
        details: tuple[Detail, ...],
        place: "Place",
        *,
        life_s: int,
        prompt: str | None = None,
        jkt: str | None = None,
        asked: RequestIs = NOTHING,
    ) -> Any:
        """Write a task, and return its row. Raises InvalidRequest where its names make no SPIFFE id."""
        now_ns, task_id = self._clock.wall_ns(), place.task_id
        until_ns = now_ns + life_s * 1_000_000_000
        domain = self.in_force_snapshot().trust_domain
        row: dict[str, Any] = {
            "task_id": task_id,
            "agent": agent.name,
            "department": agent.department_path,
            "sub": spiffe_id(domain, agent.department_path, agent.name, task_id),
            "parent_id": place.parent_id,
            "root_id": place.root_id or task_id,
            "act": msgspec.json.encode(place.act).decode() if place.act is not None else None,
            "details": msgspec.json.encode(details).decode(),
            "prompt_sha256": prompt,
            "jkt": jkt,
            "state": "running",
            "started_ns": now_ns,
            "until_ns": min(until_ns, place.until_ns) if place.until_ns is not None else until_ns,
            "token_until_ns": now_ns,
            "changed_ns": now_ns,
        }
        connection.execute(insert(task_identities).values(**row))
        asked_for.keep(connection, task_id, asked, agent)
        return connection.execute(select(task_identities).where(task_identities.c.task_id == task_id)).one()

    def begin_run(self, connection: Connection, run: Any, life_s: int) -> TaskIs:
        """Return the token of a run's attempt; its identity begins with the first one.

        ``run``: a row of `task_runs`. Raises NotFound for an agent that is in the manifests no more, and
        Unauthenticated or Forbidden where the task, or its parent, has ended or is paused.
        """
        table = task_identities
        made = connection.execute(select(table).where(table.c.task_id == run.task_id)).first()
        if made is None:
            agent = self.in_force_snapshot().agents.get(run.agent)
            if agent is None:
                raise NotFound(
                    f"There is no agent {run.agent} any more.", fix="Add it to the manifests.", field="agent"
                )
            of = connection.execute(select(table).where(table.c.task_id == run.parent_id)).first()
            place, within = Place(run.task_id, run.parent_id, run.root_id, until_ns=run.deadline_ns), None
            if of is not None:
                of = self._living(connection, of.task_id)
                within = self._may(of)
                until_ns = min(of.until_ns, run.deadline_ns or of.until_ns)
                act = Actor(of.sub, _actor.decode(of.act) if of.act else None)
                place = Place(run.task_id, of.task_id, of.root_id, act, until_ns)
            left = left_to(connection, run.task_id)
            if left is not None:
                within = narrower(within, left) if within is not None else left
            details = decide_details(None, within=within, routes=agent.routes, tools=_tools(agent))
            prompt = hashlib.sha256(run.request.encode()).hexdigest() if run.request is not None else None
            asked = RequestIs(run.request, user_of(run.user_json))
            made = self._insert(connection, agent, details, place, life_s=life_s, prompt=prompt, asked=asked)
        else:
            made = self._living(connection, run.task_id)
        audience = self._resources[0] if len(self._resources) == 1 else self._resources
        return self._with_token(connection, made, audience, run.attempt)

    def request_of(self, question: GetRequest) -> RequestIs:
        """Return what the user asked for when a task was started, and who that is."""
        return asked_for.read(self._engine, question.task_id)

    # Tokens

    def renew(self, question: RenewTask) -> TaskIs:
        """Return a new token. Raises Unauthenticated, and Forbidden for a task that is paused."""
        with self._engine.begin() as connection:
            claims = self._of_its_own(connection, question.token)
            row = self._living(connection, parse_spiffe_id(claims.sub).task_id)
            return self._with_token(connection, row, claims.aud, claims.run_attempt, claims.run)

    def _with_token(
        self,
        connection: Connection,
        row: Any,
        audience: str | tuple[str, ...],
        attempt: int | None = None,
        run: str | None = None,
    ) -> TaskIs:
        """Sign a token of a task; how long it lives is noted before it is given out.

        ``attempt``, ``run``: the attempt of a run that it belongs to.
        """
        now_s = self._clock.wall_ns() // 1_000_000_000
        until_s = min(now_s + TOKEN_S, row.until_ns // 1_000_000_000)
        connection.execute(
            update(task_identities)
            .where(task_identities.c.task_id == row.task_id)
            .values(token_until_ns=max(row.token_until_ns, until_s * 1_000_000_000))
        )
        details = _details.decode(row.details)
        claims = Claims(
            iss=self._issuer,
            sub=row.sub,
            aud=audience,
            iat=now_s,
            exp=until_s,
            jti=ulid(now_s * 1000, self._entropy(16)),
            authorization_details=details,
            root=row.root_id,
            prompt_sha256=row.prompt_sha256,
            act=_actor.decode(row.act) if row.act else None,
            cnf=Confirmation(row.jkt) if row.jkt else None,
            run_attempt=attempt,
            budgets=self.budgets(connection, row.task_id),
            run=run if run != row.task_id else None,
        )
        return msgspec.structs.replace(
            told(row, details),
            token=self.ring.sign(claims),
            token_until_s=until_s,
            token_expires_in_s=until_s - now_s,
            token_type="DPoP" if row.jkt else "Bearer",
        )

    def _of_its_own(self, connection: Connection, token: str) -> Claims:
        """Return what the newest token of a task says that renews or ends it. Raises Unauthenticated."""
        now_ns = self._clock.wall_ns()
        claims = self._verify(token, grace_s=MAX_LIFE_S)
        if now_ns >= claims.exp * 1_000_000_000:
            of_task = task_identities.c.task_id == parse_spiffe_id(claims.sub).task_id
            row = connection.execute(select(task_identities).where(of_task)).first()
            if row is None or not was_held(row, claims, now_ns):
                self._verify(token)
        check_attempt(connection, claims)
        return claims

    def _verify(self, token: str, at_s: float | None = None, grace_s: float = 0) -> Claims:
        return self.ring.verify(
            token, issuer=self._issuer, audience=self._resources, at_s=at_s, grace_s=grace_s
        )

    def _living(self, connection: Connection, task_id: str) -> Any:
        """Return the locked row of a task whose tokens are good. Raises Unauthenticated or Forbidden."""
        row = connection.execute(
            select(task_identities).where(task_identities.c.task_id == task_id).with_for_update()
        ).first()
        if row is None or row.state in DEAD_STATES or row.until_ns <= self._clock.wall_ns():
            raise Unauthenticated("The task has ended.", fix="Start another one.", code="task_ended")
        if row.state == "paused":
            raise Forbidden("The task is paused.", fix="Wait until a person resumes it.", code="task_paused")
        return row

    def report(self, question: ReportOutcome) -> OutcomeIs:
        """Write what became of a task or call. Raises Unauthenticated, Forbidden, NotFound."""
        task = None
        if question.token is not None:
            who = parse_spiffe_id(self._verify(question.token).sub)
            agent, task = who.agent, str(who.task_id)
        else:
            agent = self._prove(StartTask(secret=question.secret), None).name
        with self._engine.begin() as connection:
            return report(connection, question, agent=agent, task=task, clock=self._clock)

    # Ends

    def finish(self, question: FinishTask) -> TaskIs:
        """End a task with its own token, and its children. Raises Unauthenticated."""
        with self._engine.begin() as connection:
            claims = self._of_its_own(connection, question.token)
            ended = self._change(
                connection, parse_spiffe_id(claims.sub).task_id, "ended", frozenset({"running", "paused"})
            )
            in_force = self._authority.bump_orders(connection)
        self._authority.in_force = in_force
        return ended

    def steer(self, connection: Connection, task_id: str, act: str) -> TaskIs:
        """Do what a person says to a task and its children. Raises NotFound, Forbidden."""
        if act == "pause":
            return self._change(connection, task_id, "paused", frozenset({"running"}))
        if act == "resume":
            return self._change(connection, task_id, "running", frozenset({"paused"}))
        return self._change(connection, task_id, _STATES[act], frozenset({"running", "paused"}))

    def _change(
        self, connection: Connection, task_id: str, state: str, from_states: frozenset[str]
    ) -> TaskIs:
        of_task = select(task_identities).where(task_identities.c.task_id == task_id)
        row = connection.execute(of_task.with_for_update()).first()
        if row is None:
            raise NotFound(f"There is no task {task_id}.", fix="See podium task list --all.")
        if row.state not in from_states:
            raise Forbidden(f"The task {task_id} is {row.state}.", code="task_state")
        self.change(connection, [task_id, *below(connection, [task_id])], state, from_states)
        row = connection.execute(of_task).one()
        return told(row, _details.decode(row.details))

    def change(
        self, connection: Connection, task_ids: list[str], state: str, from_states: frozenset[str]
    ) -> None:
        """Bring those of the tasks into a state that are in one of others. The first one is meant."""
        connection.execute(
            update(task_identities)
            .where(task_identities.c.task_id.in_(task_ids), task_identities.c.state.in_(from_states))
            .values(state=state, changed_ns=self._clock.wall_ns())
        )
        if state in DEAD_STATES:
            asked_for.forget(connection, task_ids)
            erase(connection, task_ids, self._clock.wall_ns())
        self.followers(connection, task_ids, state)


def new_task_id(now_ns: int, entropy: Entropy) -> TaskId:
    """Return an id for a task that begins now."""
    return TaskId("task_" + ulid(now_ns // 1_000_000, entropy(16)))


def _tools(agent: AgentRow) -> frozenset[str]:
    """Return the tools that an agent's manifest grants."""
    return frozenset(grant.tool for grant in agent.tools)
