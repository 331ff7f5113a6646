"""What people want undone: asked for here, done by the tool gateway, and both in the chain."""

import msgspec
from sqlalchemy import Connection, Engine, insert, or_, select, update

from podium.keeper.chain import KEEPER, Chain
from podium.kernel.errors import Forbidden, NotFound
from podium.kernel.ids import ulid
from podium.ports import Clock, Entropy
from podium.ports.acts import ActDone, UndoTask
from podium.ports.database import task_identities
from podium.ports.step_tables import task_undos
from podium.ports.tasks import DEAD_STATES
from podium.ports.tool_tables import tool_calls
from podium.ports.undos import GetUndos, Undo, UndoDone, UndoneAct, UndoQuestion, UndosAre
from podium.trust.people import Person, Right, check_reason, require


class UndoBook:
    """The wishes and what came of them. Its methods run in the database thread."""

    def __init__(self, engine: Engine, chain: Chain, clock: Clock, entropy: Entropy) -> None:
        self._engine = engine
        self._chain = chain
        self._clock = clock
        self._entropy = entropy

    def ask(self, connection: Connection, act: UndoTask, who: Person) -> ActDone:
        """Note a wish; while one of the task is not done, that one is meant. Raises Forbidden, NotFound."""
        require(who, Right.OPERATE, "undo tasks")
        reason, now_ns, of = check_reason(act.reason), self._clock.wall_ns(), task_identities.c
        task = connection.execute(select(task_identities).where(of.task_id == act.task_id)).first()
        if task is None:
            raise NotFound(f"There is no task {act.task_id}.", fix="See podium task list --all.")
        if task.state not in DEAD_STATES and task.until_ns > now_ns:
            raise Forbidden(
                f"The task {act.task_id} is {task.state}.",
                fix="End it first: podium task kill.",
                code="task_state",
            )
        open_ = select(task_undos.c.id).where(
            task_undos.c.task_id == act.task_id, task_undos.c.state == "asked"
        )
        known: str | None = connection.execute(open_).scalar()
        if known is not None:
            return ActDone(known, f"{act.task_id} is being undone already.")
        undo_id = "undo_" + ulid(now_ns // 1_000_000, self._entropy(16))
        values = {"id": undo_id, "task_id": act.task_id, "by": who.name, "reason": reason, "at_ns": now_ns}
        connection.execute(insert(task_undos).values(state="asked", **values))
        self._chain.append(
            connection,
            kind="task.undo",
            actor=who.name,
            subject=act.task_id,
            body={"undo": undo_id, "reason": reason},
        )
        return ActDone(undo_id, f"{act.task_id} is being undone.")

    def do(self, question: UndoQuestion) -> UndosAre | ActDone:
        """Answer the tool gateway."""
        if isinstance(question, GetUndos):
            with self._engine.connect().execution_options(read_only=True) as connection:
                return self._asked(connection)
        with self._engine.begin() as connection:
            return self._done(connection, question)

    @staticmethod
    def _asked(connection: Connection) -> UndosAre:
        of, task = task_undos.c, task_identities.c
        query = (
            select(of.id, of.task_id, task.root_id, of.by)
            .join(task_identities, task.task_id == of.task_id)
            .where(of.state == "asked")
            .order_by(of.id)
        )
        return UndosAre(tuple(Undo(*row) for row in connection.execute(query)))

    def _done(self, connection: Connection, done: UndoDone) -> ActDone:
        of = task_undos.c
        row = connection.execute(select(task_undos).where(of.id == done.id).with_for_update()).first()
        if row is None or row.state == "done":
            return ActDone(done.id)
        acts = done.acts if done.acts is not None else _not_undone(connection, row.task_id)
        connection.execute(
            update(task_undos)
            .where(of.id == done.id)
            .values(state="done", result=msgspec.json.encode(acts).decode(), ended_ns=self._clock.wall_ns())
        )
        body = {
            "undo": done.id,
            "by": row.by,
            "acts": [
                {"call": act.call_id, "tool": act.tool, "outcome": act.outcome} for act in done.acts or ()
            ],
        }
        self._chain.append(connection, kind="task.undone", actor=KEEPER, subject=row.task_id, body=body)
        return ActDone(done.id)


def _not_undone(connection: Connection, task_id: str) -> tuple[UndoneAct, ...]:
    """Return the acts of a task of which no undo is known, the last one first."""
    of = tool_calls.c
    query = select(tool_calls).where(
        or_(of.root_id == task_id, of.task_id == task_id),
        of.effect.in_(("write", "irreversible")),
        of.outcome.in_(("succeeded", "unknown")),
    )
    return tuple(
        UndoneAct(row.call_id, row.tool, row.at_ns, "cannot", "no undo of it is known (any more)")
        for row in connection.execute(query.order_by(of.seq.desc()))
    )
