"""The journal of a process that acts on calls: what it writes before it acts, for the keeper to read."""

from collections.abc import Callable
from typing import Protocol

from podium.spend.journal import Record


class Journal(Protocol):
    """One incarnation's, append-only. ``segment`` and ``offset`` say how far it reaches."""

    segment: int
    offset: int
    failure: str | None
    """Why it has failed, which is for good; None while it works."""
    on_failure: Callable[[str], None]

    def write(self, record: Record) -> None:
        """Append a record, so that it survives this process. Raises JournalError."""
        ...

    async def durable(self) -> None:
        """Wait until all that was written survives the host. Raises JournalError."""
        ...
