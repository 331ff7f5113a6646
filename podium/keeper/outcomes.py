"""What became of tasks and calls, as their agents report it: the last word counts."""

from sqlalchemy import Connection, delete, insert, select

from podium.kernel.errors import InvalidRequest, NotFound
from podium.ports import Clock
from podium.ports.database import calls, outcomes, task_identities, tasks
from podium.ports.tasks import OutcomeIs, ReportOutcome

MOST_NANO_USD = 10**18


def report(
    connection: Connection, question: ReportOutcome, *, agent: str, task: str | None, clock: Clock
) -> OutcomeIs:
    """Write what became of a task or call. ``agent``, ``task``: who reports, proved.

    Raises NotFound for what the ledger does not know, and in the same words for what is another's, so that
    nobody learns which ids there are; InvalidRequest.
    """
    value = question.value_nano_usd
    if value is not None and abs(value) > MOST_NANO_USD:
        raise InvalidRequest("The value is at most a billion USD.", field="value_usd")
    subject = question.subject
    found = _find(connection, subject)
    if found is None or found[0] != agent or (task is not None and found[1] != task):
        raise NotFound(
            f"The ledger has no {subject} of {task or agent}.",
            fix="A call is there a moment after its end: report it then.",
        )
    owner, of_task, department = found
    connection.execute(delete(outcomes).where(outcomes.c.subject == subject))
    connection.execute(
        insert(outcomes).values(
            subject=subject,
            task_id=of_task,
            agent=owner,
            department=department,
            outcome=question.outcome,
            value_nano_usd=value,
            at_ns=clock.wall_ns(),
        )
    )
    return OutcomeIs(subject, owner, question.outcome, value)


def _find(connection: Connection, subject: str) -> tuple[str, str, str] | None:
    """Return the agent, the task and the department of a task or call; None where there is none."""
    if subject.startswith("call_"):
        row = connection.execute(select(calls).where(calls.c.call_id == subject)).first()
        if row is not None:
            return row.agent, row.task_id, row.department
    else:
        for table in (task_identities, tasks):
            row = connection.execute(select(table).where(table.c.task_id == subject)).first()
            if row is not None:
                return row.agent, row.task_id, row.department
    return None
