"""What ends with a task: the cases that ask about it."""

from collections.abc import Callable

from sqlalchemy import Connection

from podium.keeper.inbox import Inbox
from podium.keeper.tasks import TaskBook
from podium.ports.tasks import DEAD_STATES


def close_with_tasks(tasks: TaskBook, inbox: Inbox) -> None:
    """Have cases closed in the transaction that ends their task, whatever ends it."""
    before: Callable[[Connection, list[str], str], None] = tasks.followers

    def followed(connection: Connection, task_ids: list[str], state: str) -> None:
        before(connection, task_ids, state)
        if state in DEAD_STATES:
            inbox.close_of(connection, task_ids)

    tasks.followers = followed
