"""Knows when the Inbox has to be looked at: the database is not asked each second what it has said before."""

from typing import Final

from sqlalchemy import Connection, Engine, event

from podium.ports import Clock

_NEVER_NS: Final = 1 << 63


class CaseClock:
    """Whether a case may be due: something was written since the last look, or the time of one has come.

    What makes a case due is a time in its row or something written: a case, a task's end, a rule. The keeper
    alone writes, in its database thread, where this is asked too. What counts is the begin of a commit, which
    may yet fail: then there is a look too many, never one too few.
    """

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._clock = clock
        self.commits = 0
        """Transactions of the keeper that have written, since its start."""
        self._seen = -1
        self._due_ns = _NEVER_NS
        event.listen(engine, "commit", self._count)

    def _count(self, _connection: Connection) -> None:
        self.commits += 1

    def rings(self) -> bool:
        """Return whether the cases have to be looked at."""
        return self.commits != self._seen or self._clock.wall_ns() >= self._due_ns

    def looked(self, commits: int, *due_ns: int | None) -> None:
        """Take note of a look that began at so many commits, and of the times at which a case is due next."""
        self._seen = commits
        self._due_ns = min((it for it in due_ns if it is not None), default=_NEVER_NS)
