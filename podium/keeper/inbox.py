"""The Inbox: the one table of what waits for a person. Cases are opened, answered and expired here alone.

A kind says what its answers do, in the answer's transaction. What Podium asks itself can have any kind; kinds
without an effect only note the answer.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, Select, delete, func, insert, select, update

from podium.keeper.chain import KEEPER, Chain
from podium.kernel.errors import Forbidden, NotFound
from podium.kernel.ids import ulid
from podium.ports import Clock, Entropy
from podium.ports.acts import case_of
from podium.ports.database import cases, deliveries, notices, task_identities
from podium.ports.people import deciders
from podium.ports.tasks import DEAD_STATES
from podium.trust.cases import (
    Case,
    Escalation,
    check_at_once,
    check_case,
    decide_answer,
    decide_escalation,
    is_notice,
    next_escalation_ns,
)
from podium.trust.people import Person

KEPT_NS: Final = 30 * 86_400 * 1_000_000_000
"""What webhooks were told, and whether, is forgotten so long after; the cases themselves are kept."""

Effect = Callable[[Connection, Case, Person | None], str]
"""(connection, the case as answered or expired, who answered or None) -> in words, what was done."""
OF_LIVING: Final = frozenset({"tool.call", "tool.decoy", "audit.failed"})
"""Kinds that ask about a task that lives: they are closed with it. What an act that nobody knows of became,
and whether a pipeline is tried again, is asked beyond its end."""
TASK_OVER: Final = "Its task is over."
_AS_JSON: Final = ("evidence", "choices")
_TO: Final = ("department", "parent", "admins")
"""Whom a case is with, by how far it is escalated."""


class Inbox:
    """Opens, answers and expires. Its methods run in the database thread, in the caller's transaction."""

    def __init__(self, chain: Chain, clock: Clock, entropy: Entropy) -> None:
        self._chain = chain
        self._clock = clock
        self._entropy = entropy
        self._effects: dict[str, Effect] = {}

    def on_answer(self, kind: str, effect: Effect) -> None:
        """Say what the answers of a kind do. Expiry calls it too, with the case's `expiry_choice`."""
        self._effects[kind] = effect

    def open(self, connection: Connection, case: Case, *, after_ns: int | None = None, actor: str) -> Case:
        """Store a case under a new id, with the time of now, and return it.

        While one of its kind and key is open, that one is returned. ``after_ns``: it expires so long from
        now. Raises InvalidRequest.
        """
        known = connection.execute(
            select(cases).where(cases.c.kind == case.kind, cases.c.key == case.key, cases.c.state == "open")
        ).first()
        if known is not None:
            return case_of(known._mapping)  # noqa: SLF001 - its documented name
        now_ns = self._clock.wall_ns()
        case = msgspec.structs.replace(
            case,
            id="case_" + ulid(now_ns // 1_000_000, self._entropy(16)),
            created_ns=now_ns,
            expires_ns=now_ns + after_ns if after_ns is not None else case.expires_ns,
            state="open",
            answered_ns=None,
            answered_by=None,
            choice=None,
            reason=None,
            result=None,
            task_id=case.task_id or _task_of(case),
            escalated=0,
            escalated_ns=None,
        )
        check_case(case)
        fields = msgspec.structs.asdict(case)
        values = {k: msgspec.json.encode(v).decode() if k in _AS_JSON else v for k, v in fields.items()}
        connection.execute(insert(cases).values(values))
        self._note(connection, case, "opened")
        self._chain.append(
            connection,
            kind="case.opened",
            actor=actor,
            subject=case.id,
            body={
                "kind": case.kind,
                "key": case.key,
                "title": case.title,
                "department": case.department,
                "expires_ns": case.expires_ns,
            },
        )
        return case

    def answer(self, connection: Connection, case_id: str, who: Person, choice: str, reason: str) -> Case:
        """Let a person decide. Raises NotFound, Forbidden, InvalidRequest; then nothing is changed."""
        return self.answer_all(connection, [case_id], who, choice, reason)[0]

    def answer_all(
        self, connection: Connection, case_ids: Sequence[str], who: Person, choice: str, reason: str
    ) -> list[Case]:
        """Let a person give one answer to some cases: to all or to none, each with a row of the chain.

        Raises what `answer` raises, and InvalidRequest or Forbidden where that is not safe.
        """
        found = [self.find(connection, case_id, who) for case_id in case_ids]
        self._check_living(connection, found)
        check_at_once(found, choice)
        now_ns = self._clock.wall_ns()
        answered: list[Case] = []
        for case in found:
            others = set(deciders(connection, case.department)) - {case.requested_by}
            if answered and self.find(connection, case.id).result == TASK_OVER:
                answered.append(
                    self.find(connection, case.id)
                )  # the answer to another one has ended its task
                continue
            why = decide_answer(case, who, choice, reason, now_ns=now_ns, others=bool(others))
            case = msgspec.structs.replace(  # noqa: PLW2901 - the same case, answered
                case, state="answered", answered_ns=now_ns, answered_by=who.name, choice=choice, reason=why
            )
            answered.append(self._settle(connection, case, who, at_once=len(found)))
        return answered

    def decided(
        self, connection: Connection, kind: str, key: str, who: Person, choice: str, reason: str, result: str
    ) -> None:
        """Close the open case of a kind and key, if there is one: a person has decided by another way."""
        query = select(cases).where(cases.c.kind == kind, cases.c.key == key, cases.c.state == "open")
        row = connection.execute(query).first()
        if row is not None:
            case = msgspec.structs.replace(
                case_of(row._mapping),  # noqa: SLF001 - its documented name
                state="answered",
                answered_ns=self._clock.wall_ns(),
                answered_by=who.name,
                choice=choice,
                reason=reason,
            )
            self._settle(connection, case, who, result=result)

    def over(self, connection: Connection, kind: str, key: str, result: str) -> None:
        """End the open notice of a kind and key, if there is one: what it told of is over."""
        query = select(cases).where(cases.c.kind == kind, cases.c.key == key, cases.c.state == "open")
        row = connection.execute(query).first()
        if row is not None:
            case = msgspec.structs.replace(
                case_of(row._mapping),  # noqa: SLF001 - its documented name
                state="expired",
                answered_ns=self._clock.wall_ns(),
            )
            self._settle(connection, case, None, result=result)

    def close_of(self, connection: Connection, task_ids: Sequence[str]) -> None:
        """Close the open cases that ask about tasks that are over now."""
        query = select(cases).where(cases.c.state == "open", cases.c.kind.in_(sorted(OF_LIVING)))
        query = query.where(cases.c.task_id.in_(task_ids)).order_by(cases.c.id)
        self._close(connection, connection.execute(query).all())

    def _close(self, connection: Connection, rows: Sequence[Any]) -> None:
        now_ns = self._clock.wall_ns()
        for row in rows:
            case = case_of(row._mapping)  # noqa: SLF001 - its documented name
            case = msgspec.structs.replace(case, state="expired", answered_ns=now_ns)
            self._settle(connection, case, None, result=TASK_OVER)

    @staticmethod
    def _check_living(connection: Connection, found: Sequence[Case]) -> None:
        """Raise Forbidden where one of the cases asks about a task that is over."""
        asked = {case.task_id: case for case in found if case.kind in OF_LIVING and case.task_id is not None}
        table = task_identities
        query = select(table.c.task_id, table.c.state).where(table.c.task_id.in_(sorted(asked)))
        for row in connection.execute(query.where(table.c.state.in_(sorted(DEAD_STATES)))):
            raise Forbidden(
                f"The task {row.task_id} is over ({row.state}): "
                f"the case {asked[row.task_id].id} asks nothing any more.",
                fix=f"See podium task show {row.task_id}.",
                code="task_state",
            )

    def expire(self, connection: Connection) -> int:
        """Close the cases whose time is over, and what asks about tasks that are over; return how many."""
        dead = connection.execute(_of_dead().order_by(cases.c.id)).all()
        self._close(connection, dead)
        now_ns = self._clock.wall_ns()
        over = connection.execute(
            select(cases).where(cases.c.state == "open", cases.c.expires_ns <= now_ns).order_by(cases.c.id)
        ).all()
        for row in over:
            case = case_of(row._mapping)  # noqa: SLF001 - its documented name
            case = msgspec.structs.replace(
                case, state="expired", answered_ns=now_ns, choice=case.expiry_choice
            )
            self._settle(connection, case, None)
        return len(dead) + len(over)

    def escalating(
        self, connection: Connection, rules: dict[str, Escalation]
    ) -> tuple[list[Case], int | None]:
        """Return the open cases that are to be with others by now, as they are then; and when the next is."""
        now_ns = self._clock.wall_ns()
        query = select(cases).where(cases.c.state == "open", cases.c.escalated < 2)
        found, next_ns = [], []
        for row in connection.execute(query):
            case = case_of(row._mapping)  # noqa: SLF001 - its documented name
            rule = rules.get(case.department, Escalation())
            level = decide_escalation(case, rule, now_ns)
            if level != case.escalated:
                case = msgspec.structs.replace(case, escalated=level, escalated_ns=now_ns)
                found.append(case)
            next_ns.append(next_escalation_ns(case, rule))
        return found, min((it for it in next_ns if it is not None), default=None)

    def escalate(self, connection: Connection, case: Case) -> None:
        """Have a case be with others too: webhooks are told, and the chain."""
        changed = connection.execute(
            update(cases)
            .where(cases.c.id == case.id, cases.c.state == "open", cases.c.escalated < case.escalated)
            .values(escalated=case.escalated, escalated_ns=case.escalated_ns)
        )
        if changed.rowcount == 1:
            to = _TO[case.escalated]
            self._note(connection, case, f"escalated:{to}")
            body = {"kind": case.kind, "key": case.key, "to": to, "department": case.department}
            self._chain.append(connection, kind="case.escalated", actor=KEEPER, subject=case.id, body=body)

    @staticmethod
    def due_ns(connection: Connection) -> int | None:
        """Return when the next case expires; 0: a task is over that one asks about; None: none expires."""
        if connection.execute(_of_dead().limit(1)).first() is not None:
            return 0
        query = select(func.min(cases.c.expires_ns)).where(cases.c.state == "open")
        found: int | None = connection.execute(query).scalar()
        return found

    def find(self, connection: Connection, case_id: str, who: Person | None = None) -> Case:
        """Return a case. Raises NotFound, also for one of a department that ``who`` does not see."""
        row = connection.execute(select(cases).where(cases.c.id == case_id)).first()
        if row is None or (who is not None and not who.looks_at(row.department)):
            raise NotFound(f"There is no case {case_id}.", fix="See podium inbox list.")
        return case_of(row._mapping)  # noqa: SLF001 - its documented name

    def _settle(
        self,
        connection: Connection,
        case: Case,
        who: Person | None,
        *,
        result: str | None = None,
        at_once: int = 1,
    ) -> Case:
        changed = connection.execute(
            update(cases)
            .where(cases.c.id == case.id, cases.c.state == "open")
            .values(
                state=case.state,
                answered_ns=case.answered_ns,
                answered_by=case.answered_by,
                choice=case.choice,
                reason=case.reason,
            )
        )
        if changed.rowcount != 1:
            raise Forbidden(f"The case {case.id} is not open any more.")
        effect = self._effects.get(case.kind)
        if result is None:
            result = effect(connection, case, who) if effect is not None else ""
        connection.execute(update(cases).where(cases.c.id == case.id).values(result=result))
        if not is_notice(case):
            self._note(connection, case, case.state)
        self._chain.append(
            connection,
            kind=f"case.{case.state}",
            actor=who.name if who is not None else KEEPER,
            subject=case.id,
            body={
                "kind": case.kind,
                "key": case.key,
                "choice": case.choice,
                "reason": case.reason,
                "requested_by": case.requested_by,
                "result": result,
            }
            | ({"at_once": at_once} if at_once > 1 else {}),
        )
        return msgspec.structs.replace(case, result=result)

    def _note(self, connection: Connection, case: Case, event: str) -> None:
        """Have webhooks told, and forget what they were told long ago."""
        now_ns = self._clock.wall_ns()
        old = notices.c.at_ns < now_ns - KEPT_NS
        connection.execute(
            delete(deliveries).where(deliveries.c.notice.in_(select(notices.c.seq).where(old)))
        )
        connection.execute(delete(notices).where(old))
        connection.execute(insert(notices).values(case_id=case.id, event=event, at_ns=now_ns))


def _of_dead() -> Select[Any]:
    """Return the query of the open cases that ask about tasks that are over."""
    table = task_identities
    return (
        select(cases)
        .join(table, table.c.task_id == cases.c.task_id)
        .where(cases.c.state == "open", cases.c.kind.in_(sorted(OF_LIVING)))
        .where(table.c.state.in_(sorted(DEAD_STATES)))
    )


def _task_of(case: Case) -> str | None:
    """Return the task that the evidence names."""
    task_id = case.evidence.get("task_id")
    return task_id if isinstance(task_id, str) else None
