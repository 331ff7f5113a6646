"""What the users of living tasks have asked for, in their words, and who they are: gone with the task.

Only the task at the root of a delegation has it; those below it work for the same request and user.
"""

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy import Connection, Engine, delete, insert, select

from podium.kernel.errors import InvalidRequest
from podium.manifest.snapshot import AgentRow
from podium.ports.database import task_identities
from podium.ports.tasks import DelegateTask, RequestIs, StartTask
from podium.ports.tool_tables import task_requests
from podium.trust.request.user import User, check_user, user_of, user_text

NOTHING: Final = RequestIs(None)


def checked(user: User | None, request: str | None) -> User | None:
    """Return the user that a task is started with. Raises InvalidRequest."""
    if user is not None and request is None:
        raise InvalidRequest(
            "user says who *me* of the request is, and there is no request.",
            fix="Send request, or leave user out.",
            field="user",
        )
    return check_user(user) if user is not None else None


def of_question(question: StartTask | DelegateTask) -> RequestIs:
    """Return what a task is started with; one below another has that one's. Raises InvalidRequest."""
    if not isinstance(question, StartTask):
        return NOTHING
    return RequestIs(question.request, checked(question.user, question.request))


def keep(connection: Connection, task_id: str, asked: RequestIs, agent: AgentRow) -> None:
    """Keep what a task was asked for until it ends. Who the user is an agent says where nobody else does."""
    if asked.request is None:
        return
    row: dict[str, Any] = {"task_id": task_id, "request": asked.request}
    row["user_json"] = user_text(asked.user or agent.user)
    connection.execute(insert(task_requests).values(**row))


def forget(connection: Connection, task_ids: Iterable[str]) -> None:
    """Forget it: the tasks have ended."""
    connection.execute(delete(task_requests).where(task_requests.c.task_id.in_(list(task_ids))))


def forget_over(connection: Connection, now_ns: int) -> None:
    """Forget it of tasks whose time is over."""
    over = select(task_identities.c.task_id).where(task_identities.c.until_ns <= now_ns)
    connection.execute(delete(task_requests).where(task_requests.c.task_id.in_(over)))


def read(engine: Engine, task_id: str) -> RequestIs:
    """Return what a task was asked for, nothing where nobody said, or it has ended."""
    of = task_requests.c
    with engine.connect() as connection:
        row = connection.execute(select(of.request, of.user_json).where(of.task_id == task_id)).first()
    return RequestIs(row.request, user_of(row.user_json)) if row is not None else RequestIs(None)
