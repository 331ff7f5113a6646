"""The breaker loop: every second each key that spends is judged, and what its breaker says is brought about.

`spend.breaker` decides, the rest of this file acts: a pause is a row in `breakers`, a row of the chain, a
case in the Inbox and a restraint in the orders, in one transaction. What is in memory (meters, steps) is made
again from the ledger when a keeper starts.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from sqlalchemy import Connection, Engine, select

from podium.keeper.authority import Authority
from podium.keeper.breaker_acts import BreakerActs
from podium.keeper.breaker_book import BreakerBook, Move
from podium.keeper.breaker_figures import BreakerFigures
from podium.keeper.chain import Chain
from podium.keeper.inbox import Inbox
from podium.keeper.ledger import CHARGE_COLUMNS, Row
from podium.keeper.limits import LimitBook
from podium.keeper.steps import Steps, TaskPlace, in_words
from podium.keeper.tasks import TaskBook
from podium.keeper.velocities import NS, Velocities, Watched
from podium.kernel.money import usd_text
from podium.manifest.snapshot import decode_snapshot
from podium.ports import Clock
from podium.ports.acts import ActDone, SteerBreaker
from podium.ports.database import charges
from podium.spend.breaker import Event, On, Pace, State
from podium.spend.journal import Hold, ToolCall
from podium.spend.loops import ENDLESS, Loop
from podium.spend.velocity import Signal
from podium.trust.people import Person

LONGEST_BACK_S: Final = 1800
"""No meter looks further back."""
LONGEST_CALL_S: Final = 600
_AGENT, _DEPARTMENT, _TASK, _SESSION, _COST, _UNATTRIBUTED, _OUTCOME, _ADMITTED_NS, _END_US = map(
    CHARGE_COLUMNS.index,
    (
        "agent", "department", "task_id", "session", "cost_nano_usd", "unattributed", "outcome",
        "admitted_ns", "end_us",
    ),
)  # fmt: skip
_ON: Final = {
    Signal.CALM: On.CALM,
    Signal.RISING: On.RISING,
    Signal.RAMP: On.DEVIATES,
    Signal.DEVIATES: On.DEVIATES,
}
_TOLD: Final = frozenset({State.WARNED, State.PAUSED})
_JUDGED: Final = frozenset({State.CLOSED, State.WARNED, State.RECOVERING})

logger = logging.getLogger(__name__)


class Breakers:
    """Every breaker. Its methods run in the database thread."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        chain: Chain,
        inbox: Inbox,
        *,
        authority: Authority,
        tasks: TaskBook,
        limits: LimitBook | None,
        open_calls: Callable[[], Iterable[Hold]] = tuple,
        pace: Pace | None = None,
    ) -> None:
        """``open_calls``: the attempts that are under way."""
        self._engine = engine
        self._clock = clock
        self._authority = authority
        self.open_calls = open_calls
        self.velocities = Velocities()
        self._steps = Steps()
        self.book = BreakerBook(clock, chain, inbox, self.velocities, limits, pace or Pace())
        self.acts = BreakerActs(self.book, inbox, tasks, authority)
        authority.restraints = self.book.restraints
        self._version = 0
        self.figures = BreakerFigures(clock)
        self._polls: frozenset[str] = frozenset()
        self._loops: dict[str, tuple[str, str]] = {}
        """By key: in words what was found since the last second, and whose it is."""

    def open(self) -> None:
        """Read what is not closed, what was learned, and what was spent a moment ago."""
        self._know()
        with self._engine.connect().execution_options(read_only=True) as connection:
            self.velocities.open(connection)
            self.book.open(connection)
            now_ns = self._clock.wall_ns()
            columns = [charges.c[name] for name in CHARGE_COLUMNS]
            since_ns = now_ns - (LONGEST_BACK_S + LONGEST_CALL_S) * NS
            rows = connection.execute(
                select(*columns).where(charges.c.admitted_ns >= since_ns).order_by(charges.c.seq)
            ).all()
            ended = sorted((row[_ADMITTED_NS] + row[_END_US] * 1000, row) for row in rows)
            for at_ns, row in ended:
                if at_ns >= now_ns - LONGEST_BACK_S * NS:
                    self._count(connection, [tuple(row)], min(at_ns, now_ns) // NS)
        self.book.watch()
        self.figures.stand(self.book.open_keys())
        self._loops.clear()  # what was found before has been answered before

    def _know(self) -> None:
        in_force = self._authority.in_force
        if in_force.snapshot_version != self._version and in_force.snapshot_document is not None:
            snapshot = decode_snapshot(in_force.snapshot_document)
            self.velocities.know(snapshot)
            self.figures.know(it.path for it in snapshot.departments.values())
            self.figures.stand(self.book.open_keys())
            self._polls = snapshot.polling_tools()
            self._version = in_force.snapshot_version

    def steer(self, connection: Connection, act: SteerBreaker, who: Person) -> ActDone:
        """Decide about a key, as a person says. Raises NotFound, Forbidden, InvalidRequest."""
        self._know()
        return self.acts.steer(connection, act, who)

    # Counting

    def counted(self, rows: Sequence[Row]) -> None:
        """Take in ledger rows that were just committed."""
        if rows:
            self._know()
            with self._engine.connect().execution_options(read_only=True) as connection:
                self._count(connection, rows, self._clock.wall_ns() // NS)

    def _count(self, connection: Connection, rows: Sequence[Row], second: int) -> None:
        places = self._steps.places(connection, {row[_TASK] for row in rows})
        spent: dict[tuple[str, str, str], int] = {}
        looks: dict[str, bool] = {}
        for row in rows:
            agent, task, place = row[_AGENT], row[_TASK], places[row[_TASK]]
            if row[_UNATTRIBUTED]:
                continue
            key = agent, task, row[_DEPARTMENT]
            spent[key] = spent.get(key, 0) + row[_COST]
            # What fails is the provider's or the request's fault, and is tried again: no loop of the agent's.
            if row[_OUTCOME] == "ok" and (place is not None or row[_SESSION] is not None):
                if agent not in looks:
                    looks[agent] = self.velocities.row_of(f"agent/{agent}").loops
                loop = self._steps.take(task, row, place) if looks[agent] else None
                if loop is not None:
                    self._loops.setdefault(_looping(task, place, loop), (in_words(task, loop), agent))
        for (agent, task, path), cost in spent.items():
            place = places[task]
            own = tuple(dict.fromkeys((task, place.root_id))) if place is not None else ()
            if place is None and self.velocities.find(f"task/{task}") is not None:
                own = (task,)  # a session that recovers is judged as a task is
            if not any(self.book.is_paused(key) for key in (f"agent/{agent}", *(f"task/{it}" for it in own))):
                self.velocities.spent(second, cost, agent, path, own)

    def called(self, calls: Sequence[ToolCall]) -> None:
        """Take in calls of tools that were just committed."""
        if not calls:
            return
        self._know()
        with self._engine.connect().execution_options(read_only=True) as connection:
            places = self._steps.places(connection, {call.task_id for call in calls})
        for call in calls:
            place = places[call.task_id]
            if place is not None and self.velocities.row_of(f"agent/{call.agent}").loops:
                loop = self._steps.take_tool(call, place, polls=call.tool in self._polls)
                if loop is not None:
                    words = f"{in_words(call.task_id, loop)}: the tool {call.tool}"
                    self._loops.setdefault(_looping(call.task_id, place, loop), (words, call.agent))

    # Judging

    def evaluate(self) -> None:
        """Judge the second that ends, bring about what breakers say, and learn an hour that is over."""
        self._know()
        self.figures.evaluated()
        second = self._clock.wall_ns() // NS
        moves = [*self._looping(second), *self._spending(second)]
        if moves:
            with self._engine.begin() as connection:
                changed = [self.book.move(connection, move) for move in moves]
                in_force = self._authority.bump_orders(connection) if any(changed) else None
            for move in moves:
                after = self.book.moved(move.key)[0].state
                if after in _TOLD and after is not self.book.state_of(move.key).state:
                    self.figures.moved(move.signal, move.department)
            if in_force is not None:
                self._authority.in_force = in_force
            self.committed()
        if self.velocities.behind(second):
            with self._engine.begin() as connection:
                self.velocities.learn(connection, second, self.book.disturbed)

    def committed(self) -> None:
        """Go by what was decided: its transaction is through."""
        for key in self.book.committed():
            if key.startswith("task/"):
                self._steps.forget(key.removeprefix("task/"))
        self.figures.stand(self.book.open_keys())
        self._authority.refresh_orders()

    def _looping(self, second: int) -> list[Move]:
        loops, self._loops = self._loops, {}
        widest = self._steps.widest(self.open_calls())
        if widest is not None:
            hold, loop = widest
            loops.setdefault(f"task/{hold.task_id}", (in_words(hold.task_id, loop), hold.agent))
        found = []
        for key, (reason, agent) in loops.items():
            if self.book.state_of(key).state in _JUDGED:
                watched = self.velocities.find(key)
                path = self.velocities.department_of(f"agent/{agent}") or self.velocities.root()
                event = Event(On.LOOPS, second, reason=reason)
                found.append(Move(key, event, watched, path, agent, signal="loops"))
        return found

    def _spending(self, second: int) -> list[Move]:
        found: list[Move] = []
        rising: set[str] = set()
        for watched in self.velocities.all():
            watched.meter.advance(second)
            breaker = self.book.state_of(watched.key)
            if not self.velocities.refresh(watched, breaker, second):
                continue
            signal = watched.signal()
            if signal is Signal.CALM and breaker.state is State.CLOSED:
                continue
            if breaker.state not in _JUDGED:
                continue
            who, on = watched, _ON[signal]
            if on is On.RISING and breaker.state is not State.RECOVERING:
                # It is told where it comes from, and once.
                if self._is_explained(watched, rising):
                    on, signal = On.CALM, Signal.CALM
                    if breaker.state is State.CLOSED:
                        continue
                else:
                    rising.add(watched.key)
            if on is On.DEVIATES:
                if breaker.state is not State.RECOVERING:
                    who = self._narrowest(watched)
                if any(it.key == who.key for it in found):
                    continue
                around = self._around(who)
                # What it has spent is judged in its own case, and not once more with all that is above it.
                for above in self.velocities.above(who):
                    above.meter.advance(second)
                    above.meter.take_out(who.meter)
            elif on is On.RISING and breaker.state is State.CLOSED:
                around = self._around(who)
            else:
                around = ""
            reason = _words(watched, signal) + around
            event = Event(on, second, reason=reason)
            found.append(Move(who.key, event, who, who.department, who.agent, signal=signal.value))
        return found

    def _is_explained(self, watched: Watched, rising: set[str]) -> bool:
        """Return whether what is below a key is warned of already, and the rest of the key is calm."""
        cause = self._narrowest(watched)
        if cause is watched:
            return False
        return cause.key in rising or self.book.state_of(cause.key).state in {State.WARNED, State.RECOVERING}

    def _around(self, watched: Watched) -> str:
        """Return in words which keys above spend too much with it."""
        found = []
        for above in self.velocities.above(watched):
            above.meter.advance(watched.meter.second)
            self.velocities.refresh(above, self.book.state_of(above.key), watched.meter.second)
            if above.signal() is not Signal.CALM:
                found.append(above.key)
        return f" With it, {' and '.join(sorted(found))} spends more than usual." if found else ""

    def _narrowest(self, watched: Watched) -> Watched:
        """Return the task or agent without which the rest of a key is calm, or the key itself."""
        kind, _, name = watched.key.partition("/")
        if kind == "task" or watched.allowed is None:
            return watched
        if kind == "agent":
            below = self.velocities.tasks_of(name)
        else:
            path = watched.department
            below = [
                it for it in self.velocities.agents.values() if f"{it.department}/".startswith(f"{path}/")
            ]
        long_s = watched.row.rule.long_s
        for it in below:
            it.meter.advance(watched.meter.second)
        below = [it for it in below if not self.book.is_paused(it.key)]
        most = max(below, key=lambda it: it.meter.spent(long_s), default=None)
        if most is None:
            return watched
        whole, part = watched.meter.spent(long_s), most.meter.spent(long_s)
        if part * 2 <= whole or whole - part > watched.allowed.warn_long:
            return watched
        return self._narrowest(most) if kind == "department" and most.allowed is not None else most


def _looping(task: str, place: TaskPlace | None, loop: Loop) -> str:
    """Return the key that loops: of a graph that does not end, its root."""
    return f"task/{place.root_id if place is not None and loop.kind in ENDLESS else task}"


def _words(watched: Watched, signal: Signal) -> str:
    if signal is Signal.CALM:
        return "It spends as it usually does."
    short, long = watched.per_hour()
    rule, usual = watched.row.rule, watched.baseline or 0
    how = "grows so fast that it passes" if signal is Signal.RAMP else "is over"
    over = rule.warn_pct if signal is Signal.RISING else rule.over_pct
    return (
        f"The spend of {watched.key} {how} {1 + over / 100:g} times its baseline of {_usd(usual)} USD "
        "an hour: "
        f"{_usd(short)} over {rule.short_s} s, {_usd(long)} over {rule.long_s} s."
    )


def _usd(nano_usd: int) -> str:
    return usd_text(nano_usd // 10_000 * 10_000)
