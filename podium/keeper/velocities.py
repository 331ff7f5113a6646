"""How fast each key spends, in memory: meters fed by the ledger, and baselines learned from its hours.

A key is an agent, a department or a task with an identity. Only keys that spend have a meter; what is in
memory is made again from the ledger when a keeper starts.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from podium.insight.baseline import Baseline, hour_of
from podium.keeper.ledger import read_meta, write_meta
from podium.manifest.snapshot import BreakerRow, Snapshot
from podium.ports.aggregates import cells, usage_hours
from podium.ports.database import baselines
from podium.spend.breaker import Breaker, State
from podium.spend.velocity import Allowed, Meter, Signal, decide_allowed, decide_signal

NS: Final = 1_000_000_000
HOUR_S: Final = 3600
LATE_S: Final = 180
"""Calls of an hour are in the ledger so long after it; then it is learned."""
BACK_HOURS: Final = 5 * 7 * 24
"""A keeper that has learned nothing yet goes back so far."""
REFRESH_S: Final = 60
"""A baseline goes from one hour's forecast to the next: it is looked up so often."""
KEYS_AT_ONCE: Final = 2000
LEARNED_UP_TO: Final = "baselines_hour"
Disturbed = Callable[[str, int], bool]
"""(key, hour since 1970) -> whether the key was paused or limited in it."""
_decoder = msgspec.json.Decoder(Baseline)


class Watched:
    """One key that spends."""

    __slots__ = ("agent", "allowed", "baseline", "department", "fresh_until", "key", "meter", "row")

    def __init__(self, key: str, row: BreakerRow, department: str, second: int, agent: str = "") -> None:
        self.key = key
        self.row = row
        self.department = department
        """Path."""
        self.agent = agent
        """Of a task: whose it is."""
        self.meter = Meter(row.rule, second)
        self.baseline: int | None = None
        """Nano-USD an hour, as raised; None: nobody knows, so its velocity is not judged."""
        self.allowed: Allowed | None = None
        self.fresh_until = 0

    def signal(self) -> Signal:
        """Return what the second that ends says."""
        return Signal.CALM if self.allowed is None else decide_signal(self.meter, self.row.rule, self.allowed)

    def per_hour(self) -> tuple[int, int]:
        """Return the velocities of the short and the long window, in nano-USD an hour."""
        return self.meter.per_hour(self.row.rule.short_s), self.meter.per_hour(self.row.rule.long_s)


class Velocities:
    """Every key that spends."""

    def __init__(self) -> None:
        self.tasks: dict[str, Watched] = {}
        self._tasks_of: dict[str, dict[str, Watched]] = {}
        self.agents: dict[str, Watched] = {}
        self.departments: dict[str, Watched] = {}
        self._rows: dict[str, tuple[BreakerRow, str]] = {}
        """Settings and the department's path, by key, of agents and departments."""
        self._learned: dict[str, tuple[int, Baseline]] = {}
        self._look_again = 0
        self._hour: int | None = None
        """The last one that every key has learned, in hours since 1970."""

    def know(self, snapshot: Snapshot) -> None:
        """Go by the settings of a snapshot."""
        rows = {f"agent/{it.name}": (it.breaker, it.department_path) for it in snapshot.agents.values()}
        rows |= {f"department/{it.name}": (it.breaker, it.path) for it in snapshot.departments.values()}
        self._rows = rows
        for kind in (self.agents, self.departments):
            for key, watched in list(kind.items()):
                row = rows.get(key, (None, ""))[0]
                if row is None or row.rule != watched.row.rule:
                    del kind[key]  # other windows: it is measured anew
                else:
                    watched.row, watched.fresh_until = row, 0
        for key, (_hour, baseline) in self._learned.items():
            baseline.expected_nano_usd_per_hour = self.row_of(key).expected_nano_usd_per_hour

    def row_of(self, key: str) -> BreakerRow:
        """Return the settings of an agent or a department."""
        return self._rows.get(key, (BreakerRow(), ""))[0]

    def department_of(self, key: str) -> str | None:
        """Return the path of an agent's or a department's department; None: there is no such key."""
        found = self._rows.get(key)
        return found[1] if found is not None else None

    def root(self) -> str:
        """Return the path of the organisation."""
        return next((path for _row, path in self._rows.values() if "/" not in path), "")

    # Counting

    def watch(self, key: str, second: int, agent: str = "") -> Watched | None:
        """Return a key's meter, from now on if it has none; None for a key that is not in force."""
        kind = key.partition("/")[0]
        table = {"task": self.tasks, "agent": self.agents}.get(kind, self.departments)
        found = table.get(key)
        if found is None:
            row = self._rows.get(f"agent/{agent}" if kind == "task" else key)
            if row is None:
                return None
            found = table[key] = Watched(key, row[0], row[1], second, agent)
            if kind == "task":
                self._tasks_of.setdefault(agent, {})[key] = found
        return found

    def spent(self, second: int, nano_usd: int, agent: str, department: str, tasks: Iterable[str]) -> None:
        """Count what was spent in a second. ``department``: its path."""
        keys = [(f"agent/{agent}", ""), *((f"task/{task}", agent) for task in tasks)]
        keys += [(f"department/{name}", "") for name in department.split("/")]
        for key, of in keys:
            watched = self.watch(key, second, of)
            if watched is not None:
                watched.meter.add(second, nano_usd)

    def all(self) -> Iterator[Watched]:
        """Yield every key that spends, the narrowest first."""
        yield from list(self.tasks.values())
        yield from list(self.agents.values())
        yield from sorted(self.departments.values(), key=lambda it: -it.department.count("/"))

    def above(self, watched: Watched) -> list[Watched]:
        """Return the meters that have counted what a key has spent."""
        names = watched.department.split("/")
        if watched.key.startswith("department/"):
            names = names[:-1]
        keys = [f"department/{name}" for name in names]
        keys += [f"agent/{watched.agent}"] if watched.agent else []
        return [it for key in keys if (it := self.find(key)) is not None]

    def find(self, key: str) -> Watched | None:
        """Return a key's meter, None where it has not spent lately."""
        return self.tasks.get(key) or self.agents.get(key) or self.departments.get(key)

    def refresh(self, watched: Watched, breaker: Breaker, second: int) -> bool:
        """Look the baseline up where it is due; return False where the key has been idle and is let go."""
        if second < watched.fresh_until:
            return True
        watched.fresh_until = second + REFRESH_S
        if breaker.state is State.CLOSED and not watched.meter.spent(watched.row.rule.reach_s()):
            self._let_go(watched)
            return False
        baseline = self.baseline(watched, second)
        watched.baseline = None if baseline is None else baseline * breaker.baseline_pct // 100
        share = breaker.share_pct if breaker.state is State.RECOVERING else 100
        known = watched.baseline is not None and watched.row.enabled
        watched.allowed = (
            decide_allowed(watched.row.rule, (watched.baseline or 0) * share // 100) if known else None
        )
        return True

    def _let_go(self, watched: Watched) -> None:
        table = {"task": self.tasks, "agent": self.agents}.get(watched.key.partition("/")[0])
        (self.departments if table is None else table).pop(watched.key, None)
        if table is self.tasks:
            siblings = self._tasks_of.get(watched.agent, {})
            siblings.pop(watched.key, None)
            if not siblings:
                self._tasks_of.pop(watched.agent, None)

    def tasks_of(self, agent: str) -> list[Watched]:
        """Return the tasks of an agent that spend."""
        return list(self._tasks_of.get(agent, {}).values())

    def baseline(self, watched: Watched, second: int) -> int | None:
        """Return what a key usually spends, in nano-USD an hour; None: nobody knows."""
        if watched.agent and watched.row.expected_per_task_nano_usd_per_hour:
            return watched.row.expected_per_task_nano_usd_per_hour
        learned = self._learned.get(f"agent/{watched.agent}" if watched.agent else watched.key)
        if learned is None:
            return watched.row.expected_nano_usd_per_hour or None
        return learned[1].rate_at(second)

    def hours_seen(self, watched: Watched) -> int:
        """Return from how many hours a key's baseline was learned."""
        learned = self._learned.get(f"agent/{watched.agent}" if watched.agent else watched.key)
        return learned[1].hours if learned is not None else 0

    # Learning

    def open(self, connection: Connection) -> None:
        """Read what was learned."""
        for row in connection.execute(select(baselines)):
            self._learned[row.key] = (row.hour, _decoder.decode(row.document))
        hour = read_meta(connection, LEARNED_UP_TO, -1)
        self._hour = hour if hour >= 0 else None

    def behind(self, second: int) -> bool:
        """Return whether an hour is over that was not learned."""
        last = (second - LATE_S) // HOUR_S - 1
        if self._hour is None:
            return second >= self._look_again
        return self._hour < last

    def learn(self, connection: Connection, second: int, disturbed: Disturbed) -> bool:
        """Learn one more hour, or a part of its keys; return whether there was one.

        A disturbed hour teaches nothing.
        """
        last = (second - LATE_S) // HOUR_S - 1
        if self._hour is None:
            first = connection.execute(select(func.min(usage_hours.c.hour))).scalar()
            if first is None:
                self._look_again = second + REFRESH_S
                return False
            self._hour = max(first, last - BACK_HOURS) - 1
        if self._hour >= last:
            return False
        hour = self._hour + 1
        sums = self._sums(connection, hour)
        due = [key for key in self._rows if self._learned.get(key, (-1, None))[0] < hour]
        due = [key for key in due if key in self._learned or sums.get(key)][:KEYS_AT_ONCE]
        rows = [self._teach(key, hour, sums.get(key, 0), disturbed) for key in due]
        if rows:
            connection.execute(delete(baselines).where(baselines.c.key.in_(due)))
            connection.execute(insert(baselines), rows)
        if len(due) < KEYS_AT_ONCE:
            self._hour = hour
            write_meta(connection, LEARNED_UP_TO, hour)
        return True

    def _teach(self, key: str, hour: int, nano_usd: int, disturbed: Disturbed) -> dict[str, object]:
        known = self._learned.get(key)
        baseline = known[1] if known is not None else Baseline(self.row_of(key).expected_nano_usd_per_hour)
        if not disturbed(key, hour):
            baseline.observe(hour_of(hour * HOUR_S), nano_usd)
        self._learned[key] = (hour, baseline)
        return {"key": key, "hour": hour, "document": msgspec.json.encode(baseline).decode()}

    @staticmethod
    def _sums(connection: Connection, hour: int) -> dict[str, int]:
        query = (
            select(cells.c.department, cells.c.agent, func.sum(usage_hours.c.cost_nano_usd))
            .where(usage_hours.c.hour == hour, usage_hours.c.cell == cells.c.id)
            .group_by(cells.c.department, cells.c.agent)
        )
        found: dict[str, int] = {}
        for path, agent, spent in connection.execute(query):
            for key in (f"agent/{agent}", *(f"department/{name}" for name in path.split("/"))):
                found[key] = found.get(key, 0) + int(spent)
        return found
