"""What processes tell of themselves: what they could not keep or send on, and how much memory models have.

Losses are counted, and kept for those who ask later. Processes tell them with the question that they ask
every 200 ms anyway, as a count of their whole life: so nothing is counted twice, whatever is said again. They
are written once a second, and only where they have grown.
"""

import threading
from typing import Final

from sqlalchemy import Engine, insert, select, update

from podium.ports import Clock
from podium.ports.link import Done, Goodbye, LookIn, NoteModelMemory
from podium.ports.process_tables import losses, model_memory

CONTENT: Final = "content"
"""Of so many calls and spans what was said is not kept."""
MOST_WORKERS: Final = 4096
EXPORT: Final = "export"
"""So many spans were not sent on to another collector."""


class ProcessBook:
    """`told` runs in the event loop, `open`, `write` and `note` in the database thread."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self._lock = threading.Lock()
        self._counts: dict[tuple[str, str], tuple[str, int]] = {}
        """By life and what: the process, and how many."""
        self._changed: set[tuple[str, str]] = set()
        self._workers: dict[str, str] = {}
        """By life: the process; those that have spoken last."""
        self._told: set[tuple[str, str]] = set()
        """What, and the process: a metric begins at zero, so that its first loss is seen as a change."""

    def open(self) -> None:
        """Read what was told to the keepers before."""
        of = losses.c
        with self._engine.connect() as connection:
            rows = connection.execute(select(of.life, of.what, of.process, of.count)).all()
        with self._lock:
            self._counts = {(life, what): (process, count) for life, what, process, count in rows}

    def told(self, life: str, process: str, what: str, count: int) -> None:
        """Take a process's count of its whole life."""
        if (what, process) not in self._told:
            with self._lock:
                self._told.add((what, process))
        if life not in self._workers:
            self._workers[life] = process
            if len(self._workers) > MOST_WORKERS:
                del self._workers[next(iter(self._workers))]
        if count <= 0 or count <= self._counts.get((life, what), ("", 0))[1]:
            return
        with self._lock:
            self._counts[life, what] = (process, count)
            self._changed.add((life, what))

    def ended(self, goodbye: Goodbye) -> None:
        """Take a worker's last count; by now its journal may have been read to its end."""
        process = self._workers.pop(goodbye.incarnation, None)
        if process is not None:
            self.told(goodbye.incarnation, process, CONTENT, goodbye.content_lost)

    def looked_in(self, question: LookIn, gateway: str | None) -> None:
        """Take what a process of this machine tells that is no worker; on others there are none that lose."""
        if question.life and gateway is None:
            process = question.life.rpartition("-")[0]
            self.told(question.life, process, CONTENT, question.content_lost)
            self.told(question.life, process, EXPORT, question.export_lost)

    def write(self) -> None:
        """Write what has grown."""
        with self._lock:
            changed, self._changed = self._changed, set()
            grown = {key: self._counts[key] for key in changed}
        if not grown:
            return
        table, now_ns = losses, self._clock.wall_ns()
        try:
            with self._engine.begin() as connection:
                for (life, what), (process, count) in grown.items():
                    same = (table.c.life == life) & (table.c.what == what)
                    values = {"count": count, "last_ns": now_ns}
                    if not connection.execute(update(table).where(same).values(**values)).rowcount:
                        row = {"life": life, "what": what, "process": process, "first_ns": now_ns, **values}
                        connection.execute(insert(table).values(**row))
        except BaseException:
            with self._lock:
                self._changed |= changed  # the next look tries again
            raise

    def note(self, told: NoteModelMemory) -> Done:
        """Keep how much memory a model server has had; it tells only what is more than before."""
        values = {"provider": told.provider, "at_ns": self._clock.wall_ns()}
        with self._engine.begin() as connection:
            more = {"life": told.life, "peak_bytes": told.peak_bytes}
            connection.execute(insert(model_memory).values(**values, **more))
        return Done()

    def totals(self) -> dict[tuple[str, ...], int]:
        """Return how many of what, by what and process."""
        with self._lock:
            counts = list(self._counts.items())
            found: dict[tuple[str, ...], int] = dict.fromkeys(self._told, 0)
        for (_, what), (process, count) in counts:
            found[what, process] = found.get((what, process), 0) + count
        return found
