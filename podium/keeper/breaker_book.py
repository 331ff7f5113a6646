"""Where each breaker is, in the database and in memory: a move writes its row, the chain, case and orders."""

import logging
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, delete, insert, select

from podium.keeper.breaker_case import KIND, WARNING, WARNING_NS, evidence, pause_case, warning_notice
from podium.keeper.chain import KEEPER, Chain
from podium.keeper.inbox import Inbox
from podium.keeper.limits import LimitBook
from podium.keeper.velocities import HOUR_S, NS, Velocities, Watched
from podium.kernel.errors import Forbidden
from podium.manifest.orders import Restraint
from podium.ports import Clock
from podium.ports.database import breakers
from podium.spend.breaker import Breaker, Effect, Event, Pace, State, step
from podium.spend.limits import Limit
from podium.trust.people import Person

CLOSED: Final = Breaker()
BURST_S: Final = 60
"""What recovers may spend so long of its rate at once."""
MOST_LIVES_S: Final = 8 * 86_400
"""Longer than any task lives: what was said of one is not told to workers for ever."""

logger = logging.getLogger(__name__)
_restraint_decoder = msgspec.msgpack.Decoder(Restraint)


class Move(msgspec.Struct, frozen=True):
    """Something happens to a breaker."""

    key: str
    event: Event
    watched: Watched | None
    """Its meter, where it has one."""
    department: str
    """Path."""
    agent: str = ""
    """Of a task: whose it is."""
    who: Person | None = None
    choice: str | None = None
    """The answer of the case by which it was decided; None: by another way."""
    signal: str = ""
    """What was measured: a label of metrics."""


class BreakerBook:
    """All breakers that are not closed, and what was said of those that were not."""

    def __init__(
        self,
        clock: Clock,
        chain: Chain,
        inbox: Inbox,
        velocities: Velocities,
        limits: LimitBook | None,
        pace: Pace,
    ) -> None:
        self._clock = clock
        self._chain = chain
        self._inbox = inbox
        self._velocities = velocities
        self._limits = limits
        self._pace = pace
        self._breakers: dict[str, Breaker] = {}
        self._disturbed: dict[str, tuple[int, int]] = {}
        self._owners: dict[str, tuple[str, str]] = {}
        self._growing: dict[str, Limit] = {}
        self._moved: list[tuple[str, Breaker, tuple[Effect, ...], Limit | None]] = []

    def open(self, connection: Connection) -> None:
        """Read them."""
        for row in connection.execute(select(breakers)):
            self._breakers[row.key] = Breaker(
                State(row.state), row.since_s, row.share_pct, row.baseline_pct, row.reason
            )
            self._owners[row.key] = (row.department, row.agent)
            if row.disturbed_from is not None:
                self._disturbed[row.key] = (row.disturbed_from, row.disturbed_to)
            if row.restraint is not None:
                limit = _restraint_decoder.decode(row.restraint).limit
                if limit is not None:
                    self._growing[row.key] = limit
        self._restrain()

    def watch(self) -> None:
        """Have a meter for whatever is on its way down, though it spends nothing more.

        After what was spent is counted: a meter takes what is before its first second as spent in that one.
        """
        for key, breaker in self._breakers.items():
            if breaker.state in {State.WARNED, State.RECOVERING}:
                self._velocities.watch(key, self.second(), self._owners[key][1])

    def state_of(self, key: str) -> Breaker:
        """Return where a breaker is."""
        return self._breakers.get(key, CLOSED)

    def is_paused(self, key: str) -> bool:
        """Return whether a key lets nothing through: what still comes of it was in flight."""
        found = self._breakers.get(key)
        return found is not None and found.state in {State.PAUSED, State.STOPPED, State.KILLED}

    def open_keys(self) -> list[tuple[str, str]]:
        """Return the state and the department of each key that is not closed."""
        return [
            (it.state.value, self._owners[key][0])
            for key, it in self._breakers.items()
            if it.state is not State.CLOSED
        ]

    def owner_of(self, key: str) -> tuple[str, str]:
        """Return a key's department (path), and a task's agent."""
        return self._owners.get(key, ("", ""))

    def second(self) -> int:
        """Return the second that it is, as breakers count."""
        return self._clock.wall_ns() // NS

    def watched(self, key: str) -> Watched | None:
        """Return a key's meter, where it has spent lately."""
        return self._velocities.find(key)

    def root(self) -> str:
        """Return the path of the organisation."""
        return self._velocities.root()

    def department_of(self, key: str) -> str | None:
        """Return the path of an agent's or a department's department; None: there is no such key."""
        return self._velocities.department_of(key)

    def moved(self, key: str) -> tuple[Breaker, tuple[Effect, ...]]:
        """Return where a key is after the moves of the transaction under way, and the last effects."""
        for moved, after, effects, _ in reversed(self._moved):
            if moved == key:
                return after, effects
        return self.state_of(key), ()

    def disturbed(self, key: str, hour: int) -> bool:
        """Return whether an hour (since 1970) teaches nothing: the key was paused or limited in it."""
        since = self._breakers.get(key)
        held = since is not None and since.state not in {State.CLOSED, State.WARNED}
        first, last = self._disturbed.get(key, (1, 0))
        return first <= hour <= last or (held and since is not None and hour >= since.since_s // HOUR_S)

    # Moving

    def move(self, connection: Connection, move: Move) -> bool:
        """Take a breaker on, within the caller's transaction; return whether workers must be told.

        Raises Forbidden for a decision that does not fit its state, InvalidRequest. `committed` ends it.
        """
        before = self.state_of(move.key)
        after, effects = step(before, move.event, self._pace)
        if Effect.DECLINE in effects:
            raise Forbidden(
                f"{move.key} is {before.state}: {move.event.on.replace('_', ' ')} does not fit.",
                code="breaker_state",
            )
        if after == before and not effects:
            return False
        restraint = self._restraint(move, after)
        self._write(connection, move, before, after, restraint)
        self._moved.append((move.key, after, effects, restraint.limit if restraint else None))
        if after.state is not before.state or move.who is not None:
            self._note(connection, move, before, after)
        if Effect.WARN in effects:
            notice = warning_notice(
                move.key, move.event.reason, move.watched, move.department, agent=move.agent
            )
            self._inbox.open(connection, notice, after_ns=WARNING_NS, actor=KEEPER)
        elif before.state is State.WARNED and after.state is not State.WARNED:
            self._inbox.over(connection, WARNING, move.key, f"{move.key} is {after.state}.")
        if Effect.OPEN_CASE in effects:
            self._open_case(connection, move)
        if Effect.CLOSE_CASE in effects and move.choice is None and move.who is not None:
            name = move.event.on + (f"-{move.event.pct}" if move.event.pct else "")
            result = f"{move.key} is {after.state}."
            self._inbox.decided(connection, KIND, move.key, move.who, name, move.event.reason, result)
        return after.state is not before.state or bool(effects)

    def committed(self) -> list[str]:
        """Go by what was moved, now that its transaction is through; return the keys that begin anew."""
        moved, self._moved = self._moved, []
        anew = []
        for key, after, effects, limit in moved:
            self._breakers[key] = after
            watched = self._velocities.find(key)
            if Effect.FORGET in effects:
                anew.append(key)
                if watched is not None:
                    watched.meter.forget()
            if after.state in {State.WARNED, State.RECOVERING}:
                watched = self._velocities.watch(key, self._clock.wall_ns() // NS, self._owners[key][1])
            if watched is not None:
                watched.fresh_until = 0
            self._growing.pop(key, None)
            if limit is not None:
                self._growing[key] = limit
        if moved:
            self._restrain()
        return anew

    def discard(self) -> None:
        """Forget what was moved: its transaction came to nothing."""
        self._moved = []

    def _restrain(self) -> None:
        if self._limits is not None:
            self._limits.restrain(tuple(self._growing.values()))

    def _restraint(self, move: Move, after: Breaker) -> Restraint | None:
        reason = after.reason
        if after.state is State.CLOSED:
            return None
        if after.state is State.WARNED:
            return Restraint(move.key, "warned", reason)
        if after.state is State.RECOVERING:
            return Restraint(move.key, "recovering", reason, limit=self._limit(move, after))
        row = move.watched.row if move.watched is not None else self._velocities.row_of(move.key)
        if after.state is State.PAUSED:
            return Restraint(move.key, "paused", reason, end_streams=row.end_streams)
        stopped = after.state is State.STOPPED
        return Restraint(move.key, "stopped" if stopped else "killed", reason, end_streams=True)

    def _limit(self, move: Move, after: Breaker) -> Limit:
        """Return what may be spent while it recovers: a rate, as a limit whose amount grows with the clock.

        So it is granted in slices, and holds over all workers and machines as exactly as any other limit.
        """
        second, watched = self._clock.wall_ns() // NS, move.watched
        if watched is None:
            watched = self._velocities.watch(move.key, second, move.agent)
        row = watched.row if watched is not None else self._velocities.row_of(move.key)
        usual = self._velocities.baseline(watched, second) if watched is not None else None
        baseline = (usual or 0) * after.baseline_pct // 100
        per_hour = max(baseline, row.rule.floor_nano_usd_per_hour, 1) * after.share_pct // 100
        return Limit(
            id=f"breaker/{move.key}/{after.since_s}-{after.share_pct}",
            owner=move.key,
            unit="usd",
            amount=per_hour * BURST_S // HOUR_S,
            window="always",
            bands=(),
            per_hour=max(1, per_hour),
            since_ns=after.since_s * NS,
        )

    def _write(
        self, connection: Connection, move: Move, before: Breaker, after: Breaker, restraint: Restraint | None
    ) -> None:
        department, agent = move.department, move.agent
        self._owners[move.key] = (department, agent)
        hour = self._clock.wall_ns() // NS // HOUR_S
        if before.state not in {State.CLOSED, State.WARNED}:
            first, last = self._disturbed.get(move.key, (hour, hour))
            since = before.since_s // HOUR_S
            self._disturbed[move.key] = (first if last >= since - 1 else since, hour)
        first_last = self._disturbed.get(move.key, (None, None))
        connection.execute(delete(breakers).where(breakers.c.key == move.key))
        connection.execute(
            insert(breakers).values(
                key=move.key,
                state=after.state.value,
                since_s=after.since_s,
                share_pct=after.share_pct,
                baseline_pct=after.baseline_pct,
                reason=after.reason,
                department=department,
                agent=agent,
                baseline_nano_usd_per_hour=move.watched.baseline if move.watched is not None else None,
                disturbed_from=first_last[0],
                disturbed_to=first_last[1],
                restraint=msgspec.msgpack.encode(restraint) if restraint is not None else None,
            )
        )

    def _note(self, connection: Connection, move: Move, before: Breaker, after: Breaker) -> None:
        event = move.event
        logger.log(
            logging.WARNING if after.state in {State.PAUSED, State.WARNED} else logging.INFO,
            "the breaker of %s is %s, was %s: %s",
            move.key,
            after.state.value,
            before.state.value,
            event.reason or "calm",
        )
        body: dict[str, Any] = {"state": after.state.value, "was": before.state.value, "on": event.on.value}
        if event.pct:
            body["pct"] = event.pct
        self._chain.append(
            connection,
            kind="breaker." + after.state.value,
            actor=move.who.name if move.who is not None else KEEPER,
            subject=move.key,
            body=body | {"reason": event.reason},
        )

    def _open_case(self, connection: Connection, move: Move) -> None:
        beside = self._velocities.find(f"agent/{move.agent}") if move.watched is None and move.agent else None
        found = evidence(connection, move.watched, move.key, self._clock.wall_ns(), beside)
        case = pause_case(move.key, move.event.reason, found, move.department, agent=move.agent)
        self._inbox.open(connection, case, actor=KEEPER)

    # Orders

    def restraints(self, connection: Connection) -> tuple[Restraint, ...]:
        """Return what workers must know."""
        oldest = self._clock.wall_ns() // NS - MOST_LIVES_S
        rows = connection.execute(
            select(breakers.c.key, breakers.c.since_s, breakers.c.restraint)
            .where(breakers.c.restraint.is_not(None))
            .order_by(breakers.c.key)
        )
        return tuple(
            _restraint_decoder.decode(row.restraint)
            for row in rows
            if not row.key.startswith("task/") or row.since_s > oldest
        )
