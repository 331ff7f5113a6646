"""The step journal: answers of runs, sealed with a key of their task, and erased when it ends.

What a run asks again in a later attempt gets the answer of an earlier one. Equal questions are
interchangeable: they take the answers in the order in which these came, each once an attempt. What an attempt
has made or taken is noted in the row, so that the order holds over a keeper's death too.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from podium.kernel.errors import PodiumError, Unauthenticated
from podium.ports import Clock, Entropy
from podium.ports.database import task_identities
from podium.ports.step_tables import task_keys, task_steps
from podium.ports.steps import (
    MAX_ANSWER_BYTES,
    MAX_TASK_BYTES,
    FindStep,
    GetTaskKey,
    KeepSteps,
    Step,
    StepIs,
    StepsKept,
    TaskKeyIs,
)
from podium.ports.tasks import DEAD_STATES, TaskKeys
from podium.trust.credentials.identity import Claims
from podium.trust.credentials.sealing import KEY_BYTES, NONCE_BYTES, seal, unseal

KEY_KEPT_NS: Final = 7 * 86_400 * 1_000_000_000
"""A task's key outlives it so long: with it is sealed what may be undone. Its answers are erased at once."""
_KNOWN: Final = 4096


class StepBook:
    """Keeps steps and finds them. Its methods run in the database thread."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        entropy: Entropy,
        keys: TaskKeys,
        *,
        verify: Callable[[str, float], Claims],
    ) -> None:
        """``verify`` returns what a token says that was good at a time (Unix seconds)."""
        self._engine = engine
        self._clock = clock
        self._entropy = entropy
        self._keys = keys
        self._verify = verify
        self._known: OrderedDict[str, Claims] = OrderedDict()

    def keep(self, question: KeepSteps) -> StepsKept:
        """Store answers; say of each why it was not stored, where it was not."""
        with self._engine.begin() as connection:
            return StepsKept(tuple(self._keep_one(connection, step) for step in question.steps))

    def _keep_one(self, connection: Connection, step: Step) -> str | None:
        try:
            claims = self._claims(step.token, min(step.admitted_s, self._clock.wall_ns() / 1e9))
        except PodiumError as error:
            return error.message
        run = str(claims.run_id)
        if not self._lives(connection, run):
            return "the task has ended"
        if len(step.text) > MAX_ANSWER_BYTES:
            return f"it is longer than {MAX_ANSWER_BYTES >> 20} MiB"
        held = connection.execute(
            select(func.coalesce(func.sum(task_steps.c.bytes), 0)).where(task_steps.c.task_id == run)
        ).scalar_one()
        if held + len(step.text) > MAX_TASK_BYTES:
            return f"the task's answers have {MAX_TASK_BYTES >> 20} MiB already"
        key = _key(claims, step)
        equal = connection.execute(
            select(func.count()).where(task_steps.c.task_id == run, task_steps.c.key == key)
        ).scalar_one()
        if step.named and equal:
            return None  # two at once bore one key; the first answer is the one
        about = f"{run} {key} {equal}"
        nonce = self._entropy(NONCE_BYTES)
        row: dict[str, Any] = {
            "task_id": run,
            "key": key,
            "ordinal": equal,
            "kind": step.kind,
            "attempt": claims.run_attempt,
            "sealed": seal(self._key_of(connection, run), step.text, about, nonce=nonce),
            "bytes": len(step.text),
            "at_ns": self._clock.wall_ns(),
        }
        connection.execute(insert(task_steps).values(row))
        return None

    def find(self, question: FindStep) -> StepIs:
        """Return an answer that this attempt has not taken yet, the oldest first. Raises Unauthenticated."""
        claims = self._claims(question.token, self._clock.wall_ns() / 1e9)
        key, of = _key(claims, question), task_steps.c
        query = select(task_steps).where(of.task_id == str(claims.run_id), of.key == key)
        if not question.named:
            query = query.where(of.attempt < claims.run_attempt)
        with self._engine.connect().execution_options(read_only=True) as connection:
            row = connection.execute(query.order_by(of.ordinal).limit(1)).first()
        if row is None:
            return StepIs(None)
        with self._engine.begin() as connection:
            connection.execute(
                update(task_steps)
                .where(of.task_id == row.task_id, of.key == key, of.ordinal == row.ordinal)
                .values(attempt=claims.run_attempt)
            )
            task_key = self._key_of(connection, str(claims.run_id))
        return StepIs(unseal(task_key, row.sealed, f"{row.task_id} {key} {row.ordinal}"))

    def key_of(self, question: GetTaskKey) -> TaskKeyIs:
        """Return a task's key, made where a task that lives has none yet."""
        with self._engine.begin() as connection:
            known = self._wrapped(connection, question.task_id)
            if known is None and not self._lives(connection, question.task_id):
                return TaskKeyIs(None)
            return TaskKeyIs(self._key_of(connection, question.task_id))

    def _claims(self, token: str, at_s: float) -> Claims:
        """Return what a run's token says. Raises Unauthenticated."""
        claims = self._known.get(token)
        if claims is None or at_s >= claims.exp:
            claims = self._verify(token, at_s)
            self._known[token] = claims
            if len(self._known) > _KNOWN:
                self._known.popitem(last=False)
        if claims.run_attempt is None:
            raise Unauthenticated("The token is none of a run.", code="invalid_token")
        return claims

    @staticmethod
    def _lives(connection: Connection, task_id: str) -> bool:
        state = connection.execute(
            select(task_identities.c.state).where(task_identities.c.task_id == task_id)
        ).scalar()
        return state is not None and state not in DEAD_STATES

    @staticmethod
    def _wrapped(connection: Connection, task_id: str) -> bytes | None:
        query = select(task_keys.c.wrapped).where(task_keys.c.task_id == task_id)
        found: bytes | None = connection.execute(query).scalar()
        return found

    def _key_of(self, connection: Connection, task_id: str) -> bytes:
        wrapped = self._wrapped(connection, task_id)
        if wrapped is not None:
            return self._keys.unwrap(wrapped, task_id)
        key = self._entropy(KEY_BYTES)
        connection.execute(insert(task_keys).values(task_id=task_id, wrapped=self._keys.wrap(key, task_id)))
        return key


def erase(connection: Connection, task_ids: Iterable[str], now_ns: int) -> None:
    """Erase the answers of tasks that have ended, and the keys of those that ended some days ago."""
    ended = list(task_ids)
    connection.execute(delete(task_steps).where(task_steps.c.task_id.in_(ended)))
    connection.execute(
        update(task_keys)
        .where(task_keys.c.task_id.in_(ended), task_keys.c.ended_ns.is_(None))
        .values(ended_ns=now_ns)
    )
    connection.execute(delete(task_keys).where(task_keys.c.ended_ns < now_ns - KEY_KEPT_NS))


def erase_expired(connection: Connection, now_ns: int) -> None:
    """Erase the answers of tasks whose life was over before anybody ended them."""
    over = (
        select(task_keys.c.task_id)
        .join(task_identities, task_identities.c.task_id == task_keys.c.task_id)
        .where(task_keys.c.ended_ns.is_(None), task_identities.c.until_ns <= now_ns)
    )
    erase(connection, connection.execute(over).scalars().all(), now_ns)


def _key(claims: Claims, asked: Step | FindStep) -> str:
    """Return the key of a step among its run's: the agents of one delegation have their own."""
    agent = claims.sub.rsplit("/task/", 1)[0].rsplit("/", 1)[-1]
    return f"{agent} {'named' if asked.named else 'asked'} {asked.key}"
