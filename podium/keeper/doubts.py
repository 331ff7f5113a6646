"""Calls of tools of which nobody knows whether they were made: what they hold up, and what lets it go on.

A run that ends while the fate of an irreversible call is not known is ``unknown``: its identity is paused and
nothing of it is repeated. When a person has said what became of every such call, it goes on with another
attempt, which is told so; where they give one up, the run has failed.
"""

from typing import Final

from sqlalchemy import Connection, select

from podium.keeper.authority import Authority
from podium.keeper.inbox import Inbox
from podium.keeper.runs import RunBook
from podium.kernel.errors import Forbidden, NotFound
from podium.ports.database import cases
from podium.trust.cases import Case
from podium.trust.people import Person

DOUBT: Final = "outcome.unknown"
"""Their keys begin with the run, or the task, and a slash."""
_WORDS: Final = {
    "happened": "The task is told that it was made.",
    "did_not_happen": "This very call may go out once more.",
    "give_up": "It stays unknown.",
}


class Doubts:
    """Joins the cases of unknown outcomes and the runs that they hold up."""

    def __init__(self, inbox: Inbox, runs: RunBook, authority: Authority) -> None:
        self._runs = runs
        self._authority = authority
        runs.in_doubt = self.of
        inbox.on_answer(DOUBT, self._answered)

    @staticmethod
    def of(connection: Connection, task_id: str) -> str | None:
        """Return in words what nobody knows of a run; None: everything is known."""
        query = select(cases.c.id, cases.c.title).where(
            cases.c.kind == DOUBT, cases.c.key.startswith(f"{task_id}/", autoescape=True)
        )
        row = connection.execute(query.where(cases.c.state == "open").order_by(cases.c.id)).first()
        return f"{row.title} ({row.id})" if row is not None else None

    def _answered(self, connection: Connection, case: Case, _who: Person | None) -> str:
        words = _WORDS.get(case.choice or "", "")
        task_id = case.key.partition("/")[0]
        give_up = case.choice == "give_up"
        if not give_up and self.of(connection, task_id) is not None:
            return f"{words} There is more that nobody knows of {task_id}."
        try:
            run = self._runs.answer(connection, task_id, go_on=not give_up, reason=case.reason or "")
        except (NotFound, Forbidden):
            return words  # it is no run, or goes on already
        self._authority.bump_orders(connection)
        return f"{words} {task_id} is {run.state}."
