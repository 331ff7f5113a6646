"""What people decide about breakers: by answering a case, or by naming the key."""

from typing import Final

from sqlalchemy import Connection, select

from podium.keeper.authority import Authority
from podium.keeper.breaker_book import BreakerBook, Move
from podium.keeper.breaker_case import KIND, decision_of
from podium.keeper.inbox import Inbox
from podium.keeper.tasks import TaskBook
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound, PodiumError
from podium.ports.acts import ActDone, SteerBreaker
from podium.ports.database import task_identities
from podium.ports.database import tasks as implicit_tasks
from podium.spend.breaker import Effect, Event, On, State
from podium.trust.cases import Case
from podium.trust.people import Person, Right, check_reason

ALL: Final = "all"
_DONE: Final = {
    State.CLOSED: "goes on",
    State.WARNED: "goes on, and is warned",
    State.RECOVERING: "goes on at a limited rate",
    State.STOPPED: "is stopped",
    State.KILLED: "has ended for good",
    State.PAUSED: "is paused",
}


class BreakerActs:
    """Does what people decide. Its methods run in the database thread, in the caller's transaction."""

    def __init__(self, book: BreakerBook, inbox: Inbox, tasks: TaskBook, authority: Authority) -> None:
        self._book = book
        self._tasks = tasks
        self._authority = authority
        inbox.on_answer(KIND, self._answered)

    def steer(self, connection: Connection, act: SteerBreaker, who: Person) -> ActDone:
        """Decide about a key. Raises NotFound, Forbidden, InvalidRequest."""
        reason = check_reason(act.reason)
        department, agent = self._place(connection, act.key)
        if act.key != ALL and not who.looks_at(department):
            raise _unknown(act.key)
        if not (who.may(Right.OPERATE) or who.decides(department)):
            raise Forbidden(
                f"{who.name} may not decide about {act.key}: it is of {department}.",
                fix="Ask an operator, or an approver of that department.",
            )
        if act.on == "kill" and not act.key.startswith("task/"):
            raise InvalidRequest("Only a task is killed.", field="key", fix="Stop it: podium stop.")
        event = Event(On(act.on), self._book.second(), act.pct, reason)
        text = self._do(connection, act.key, event, department, agent, who, None)
        return ActDone(act.key, text)

    def _answered(self, connection: Connection, case: Case, who: Person | None) -> str:
        if case.choice is None or who is None:
            return f"{case.key} stays as it is."
        on, pct = decision_of(case.choice)
        department, agent = self._book.owner_of(case.key)
        if self._book.state_of(case.key).state is not State.PAUSED:
            return f"{case.key} was not paused any more."
        killed: list[str] = []
        if on is On.KILL and not case.key.startswith("task/"):
            tasks = case.evidence.get("tasks")
            killed = self._kill(connection, [it["task"] for it in tasks] if isinstance(tasks, list) else [])
            on = On.RESUME
        event = Event(on, self._book.second(), pct, case.reason or "")
        text = self._do(connection, case.key, event, department, agent, who, case.choice)
        return f"{', '.join(killed)} ended for good. {text}" if killed else text

    def _do(
        self,
        connection: Connection,
        key: str,
        event: Event,
        department: str,
        agent: str,
        who: Person,
        choice: str | None,
    ) -> str:
        move = Move(key, event, self._book.watched(key), department, agent, who, choice)
        self._book.move(connection, move)
        after, effects = self._book.moved(key)
        if Effect.REVOKE in effects:
            self._kill(connection, [key.removeprefix("task/")])
        self._authority.bump_orders(connection)
        share = f", {after.share_pct}% of its baseline" if after.state is State.RECOVERING else ""
        raised = f" Its baseline counts {after.baseline_pct}%." if Effect.RAISE in effects else ""
        return f"{key} {_DONE[after.state]}{share}.{raised}"

    def _kill(self, connection: Connection, tasks: list[str]) -> list[str]:
        """End tasks that have an identity and live; return those."""
        killed = []
        for task in tasks:
            try:
                self._tasks.steer(connection, task, "kill")
                killed.append(task)
            except PodiumError:
                continue  # it has no identity, or has ended already
        return killed

    def _place(self, connection: Connection, key: str) -> tuple[str, str]:
        """Return the department of a key (path), and a task's agent. Raises NotFound."""
        kind, _, name = key.partition("/")
        if key == ALL:
            return self._book.root(), ""
        if kind in {"agent", "department"}:
            path = self._book.department_of(key)
            if path is not None:
                return path, ""
        if kind == "task":
            for table in (task_identities, implicit_tasks):
                row = connection.execute(select(table).where(table.c.task_id == name)).first()
                if row is not None:
                    return row.department, row.agent
        known = self._book.owner_of(key)
        if known[0]:
            return known
        raise _unknown(key)


def _unknown(key: str) -> NotFound:
    return NotFound(f"There is no {key}.", fix="Name agent/NAME, department/NAME, task/ID, or all.")
