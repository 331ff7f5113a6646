"""The protocol, model-checked: the real authority and the real book of workers, in any order of events.

Messages are lost, late or repeated; workers stop, die, or go down with their host; limits are lowered, raised
and overridden; windows roll over; people write off. After every step all that a provider may have been paid,
and all that workers can still spend, is charged or outstanding, and that never passes the limit.

| point | here | by name |
|---|---|---|
| 1, only the authority writes, within the amount | `never_beyond_the_amount` | test_limits |
| 2, slices durable, all or none | `outstanding_is_the_slices`, `covered` | test_limits, gateway/test_slices |
| 3, one journal of each incarnation | | gateway/test_journal, test_tail |
| 4, HOLD before anything is sent | `call` | gateway/test_path |
| 5, SETTLE before the last bytes | `settle` | gateway/test_path |
| 6, a call counts where it was admitted | `roll_over` | test_limits |
| 7, no usage: the hold | `bury` | spend/test_settlement |
| 8, the truth of an overrun | `overrun` | test_limits, gateway/test_drawing |
| 9, bounds | | spend/test_bounds, gateway/test_drawing |
| 10, the authority's clock; returns by sequence | `roll_over`, `deliver_late` | test_limits |
| 11, reclaimed on proof of death, or written off | `bury`, `write_off` | test_limits |
| 12, a host's crash | `host_crash` | test_limits |
| 13, exactly once | `tail` | test_exactly_once |
| 14, an answer within a second | | gateway/test_standing, gateway/test_drawing |
| 15, a limit that was lowered | `lower_or_raise` | test_limits |
"""

from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import create_engine, insert, select, update

from podium.gateway.slices import Slices
from podium.keeper.ledger import Batch, Ending
from podium.keeper.limits import LimitBook
from podium.manifest.snapshot import AgentRow, Candidate, DepartmentRow, ModelRow, RouteRow, Snapshot
from podium.ports.database import incarnations, limit_windows, metadata, slices
from podium.ports.link import Draw
from podium.spend.bounds import Bound
from podium.spend.journal import Hold, Settle
from podium.spend.limits import Limit, limit_id
from podium.spend.slices import Drawn
from tests.keeper.samples import HandClock, hold, incarnation, settle

HOUR_NS = 3_600_000_000_000
HOUR = limit_id("department/acme", "usd", "hour", None)
TOKENS = limit_id("agent/triage", "tokens", "day", None)
TASK = limit_id("agent/triage", "usd", "task", None)
workers = st.integers(0, 1)
picks = st.integers(0, 99)


def snapshot(amount: int) -> Snapshot:
    hour = Limit(HOUR, "department/acme", "usd", amount, "hour")
    tokens = Limit(TOKENS, "agent/triage", "tokens", 5_000, "day")
    task = Limit(TASK, "agent/triage", "usd", 1_500, "task")
    models = {name: ModelRow(name, "p", name, None, None, None, tier=name) for name in ("frontier", "small")}
    route = RouteRow("r", "chat", (Candidate("frontier"),), ("small",), ladder=("frontier", "small"))
    agent = AgentRow("triage", "acme", "acme", frozenset({"r"}), limits=(tokens, task))
    acme = DepartmentRow("acme", None, "acme", limits=(hour,))
    return Snapshot(1, "d", "acme", {}, models, {"r": route}, {"acme": acme}, {"triage": agent})


@dataclass
class Open:
    """A call under way: its HOLD is in the journal."""

    hold: Hold
    drawn: Drawn


@dataclass
class Worker:
    """A life of a worker, with its journal: what was read, what is on the disk, and the rest."""

    name: str
    slices: Slices
    journal: list[tuple[Hold, Settle | None]] = field(default_factory=list)
    read: int = 0
    synced: int = 0
    open: list[Open] = field(default_factory=list)
    late: list[Draw] = field(default_factory=list)
    alive: bool = True
    paid: dict[int, int] = field(default_factory=dict)
    """By slice: what a provider has been paid at the most, for calls that have ended, one way or other."""
    excess: dict[int, int] = field(default_factory=dict)
    """By slice: of it, what was above the hold and the keeper has not read yet."""


class Protocol(RuleBasedStateMachine):
    """Two workers, one authority, one limit of an hour, one of tokens, one of tasks."""

    @initialize(amount=st.integers(100, 800))
    def begin(self, amount: int) -> None:
        self.engine = create_engine("sqlite://")
        metadata.create_all(self.engine)
        self.clock = HandClock()
        self.amount, self.most = amount, amount
        self.added: list[tuple[int, int]] = []
        self.snapshot = snapshot(amount)
        self.book = LimitBook(self.engine, self.clock)
        self.book.know(self.snapshot)
        self.lives = 0
        self.charges = 0
        self.dead: list[Worker] = []
        self.buried: list[Worker] = []
        self.overruns: dict[str, int] = {}
        self.workers = [self.born() for _ in range(2)]

    def teardown(self) -> None:
        if hasattr(self, "engine"):
            for worker in list(self.workers):
                self.die(worker)
            self.workers = []
            for worker in list(self.dead):
                self.close(worker, lost=False)
            with self.engine.connect() as connection:
                left = connection.execute(select(limit_windows.c.outstanding)).scalars().all()
            assert not any(left), "every worker is buried, and something is still outstanding"
            self.covered()
            self.engine.dispose()

    def born(self) -> Worker:
        self.lives += 1
        name = incarnation(self.lives)
        with self.engine.begin() as connection:
            connection.execute(
                insert(incarnations).values(
                    id=name, worker="w", pid=1, boot_id="b", started_ns=0, segment=1, offset=0
                )
            )
        book = Slices(self.clock)
        book.know(self.snapshot)
        return Worker(name, book)

    # What workers do

    @rule(at=workers, small=st.booleans(), cost=st.integers(1, 150), asks=st.booleans())
    def call(self, at: int, small: bool, cost: int, asks: bool) -> None:
        """Draw, and write the HOLD; where something lacks, ask for it, and be answered or not."""
        worker = self.workers[at]
        agent, route = self.snapshot.agents["triage"], self.snapshot.routes["r"]
        model = self.snapshot.models["small" if small else "frontier"]
        path = worker.slices.path(self.snapshot, agent, route, model)
        bound = Bound(cost // 2, cost - cost // 2, cost, None)
        task = f"task_{cost % 2}"
        drawn = worker.slices.take(path, task, bound)
        if drawn is None:
            worker.slices.want(path, task, bound)
            if asks:
                self.ask(at, "answered")
                drawn = worker.slices.take(path, task, bound)
        if drawn is None:
            return
        self.charges += 1
        held = hold(self.charges, draws=drawn.record(), hold_nano_usd=cost, input_bound_tokens=cost // 2)
        worker.journal.append((held, None))
        worker.open.append(Open(held, drawn))

    @rule(at=workers, cost=st.integers(40, 150))
    def use_up(self, at: int, cost: int) -> None:
        """Draw until nothing is left, or nearly."""
        for _ in range(12):
            self.call(at, small=True, cost=cost, asks=True)

    @rule(at=workers, pick=picks, share=st.integers(0, 100))
    def settle(self, at: int, pick: int, share: int) -> None:
        self.end(self.workers[at], pick, share)

    @rule(at=workers, pick=picks)
    def overrun(self, at: int, pick: int) -> None:
        self.end(self.workers[at], pick, 150)

    def end(self, worker: Worker, pick: int, share: int) -> None:
        if not worker.open:
            return
        call = worker.open.pop(pick % len(worker.open))
        cost = call.hold.hold_nano_usd * share // 100
        ended = settle(cost_nano_usd=cost, usage=None, estimated=True, charge_id=call.hold.charge_id)
        worker.journal.append((call.hold, ended))
        for slice_, drawn in call.drawn.parts:
            used = cost if slice_.unit == "usd" else drawn
            worker.paid[slice_.id] = worker.paid.get(slice_.id, 0) + used
            worker.excess[slice_.id] = worker.excess.get(slice_.id, 0) + max(0, used - drawn)
        worker.slices.freed(call.drawn)
        call.drawn.settle(cost_nano_usd=cost, usage=None, estimated=True)

    @rule(at=workers)
    def sync(self, at: int) -> None:
        self.workers[at].synced = len(self.workers[at].journal)

    @rule(at=workers)
    def look(self, at: int) -> None:
        self.workers[at].slices.tick(self.book.recalled())

    # What goes between them

    @rule(at=workers, fate=st.sampled_from(["answered", "unasked", "unanswered", "late"]))
    def exchange(self, at: int, fate: str) -> None:
        self.ask(at, fate)

    def ask(self, at: int, fate: str) -> None:
        worker = self.workers[at]
        question = worker.slices.question(worker.name)
        if question is None:
            return
        if fate in {"unasked", "late"}:
            worker.slices.failed("no answer")
            if fate == "late":
                worker.late.append(question)
            return
        answer = self.grant(question)
        if fate == "answered":
            worker.slices.hear(question, answer, self.clock.monotonic_ns())
        else:
            worker.slices.failed("no answer")

    @rule(at=workers)
    def deliver_late(self, at: int) -> None:
        """What timed out comes to the keeper after all, and its answer goes nowhere."""
        if self.workers[at].late:
            self.grant(self.workers[at].late.pop(0))

    def grant(self, question: Draw):
        (answer,) = self.book.draw([question])
        positions = self.positions()
        for want, given in zip(question.wants, answer.grants, strict=True):
            if given.slice and want.limit == HOUR:
                position = positions[f"{HOUR}@{given.window}"]
                assert position <= self.limit(), "a grant went beyond the amount"
        return answer

    # What the keeper does

    @rule(at=workers, count=st.integers(1, 9))
    def tail(self, at: int, count: int) -> None:
        worker = self.workers[at]
        batch = Batch(1)
        self.read(worker, batch, min(len(worker.journal), worker.read + count))
        self.commit(batch)

    def read(self, worker: Worker, batch: Batch, until: int) -> None:
        for held, ended in worker.journal[worker.read : until]:
            if ended is not None:
                batch.add_charge(held, ended, worker.name)
                for number, drawn in zip(held.draws[::2], held.draws[1::2], strict=True):
                    over = (
                        max(0, ended.cost_nano_usd - held.hold_nano_usd) if self.unit(number) == "usd" else 0
                    )
                    assert drawn >= 0
                    if over:
                        worker.excess[number] -= over
                        window = self.window(number)
                        self.overruns[window] = self.overruns.get(window, 0) + over
        worker.read = max(worker.read, until)

    def commit(self, batch: Batch) -> None:
        with self.engine.begin() as connection:
            self.book.settle(connection, batch)
            for ending in batch.endings:
                connection.execute(
                    update(incarnations).where(incarnations.c.id == ending.incarnation).values(end=ending.end)
                )

    @rule(at=workers)
    def kill(self, at: int) -> None:
        self.die(self.workers[at])
        self.workers[at] = self.born()

    def die(self, worker: Worker) -> None:
        """Kill -9: what was written is there; every call under way may have been paid in full."""
        worker.alive = False
        question = worker.slices.question(worker.name)
        if question is not None:
            worker.late.append(question)  # on its way when it died
        for call in worker.open:
            for slice_, drawn in call.drawn.parts:
                worker.paid[slice_.id] = worker.paid.get(slice_.id, 0) + drawn
        self.dead.append(worker)

    @rule()
    def bury(self) -> None:
        if self.dead:
            self.close(self.dead[0], lost=False)

    @rule()
    def host_crash(self) -> None:
        """Every worker dies, and of the journals only what was synced, or read, is there."""
        for at, worker in enumerate(self.workers):
            self.die(worker)
            self.workers[at] = self.born()
        for worker in list(self.dead):
            self.close(worker, lost=True)

    def close(self, worker: Worker, *, lost: bool) -> None:
        self.dead.remove(worker)
        batch = Batch(1)
        if lost:
            worker.journal = worker.journal[: max(worker.synced, worker.read)]
        settled = {held.charge_id for held, ended in worker.journal if ended is not None}
        self.read(worker, batch, len(worker.journal))
        for held, ended in worker.journal:
            if ended is None and held.charge_id not in settled:
                buried = settle(
                    charge_id=held.charge_id,
                    outcome="crashed",
                    cost_nano_usd=held.hold_nano_usd,
                    usage=None,
                    estimated=True,
                )
                batch.add_charge(held, buried, worker.name)
        batch.endings.append(Ending(worker.name, "crashed", self.clock.wall_ns(), lost=lost))
        self.commit(batch)
        if not lost:
            self.buried.append(worker)
        else:
            # An overrun that nothing shows is beyond any slice: it cannot be known.
            worker.paid = {
                number: paid - worker.excess.get(number, 0) for number, paid in worker.paid.items()
            }
            self.buried.append(worker)
        worker.excess = {}
        while worker.late:  # what comes only now, of somebody who is buried, changes nothing
            before = self.positions()
            self.grant(worker.late.pop(0))
            assert self.positions() == before, "the dead were heard"

    @rule()
    def restart_keeper(self) -> None:
        self.book = LimitBook(self.engine, self.clock)
        self.book.know(self.snapshot)

    # What people and clocks do

    @rule(minutes=st.integers(1, 70))
    def roll_over(self, minutes: int) -> None:
        self.clock.now_ns += minutes * 60_000_000_000

    @rule(at=workers, cost=st.integers(1, 150))
    def go_on_in_the_next_window(self, at: int, cost: int) -> None:
        """What is left of a window goes back while the next one is asked of, in one question."""
        self.clock.now_ns += HOUR_NS
        self.look(at)
        self.call(at, small=True, cost=cost, asks=True)

    @rule(at=workers, share=st.integers(0, 99), cost=st.integers(1, 40))
    def lower_below_what_is_out(self, at: int, share: int, cost: int) -> None:
        """A limit is lowered below what is charged and out, and somebody asks for more."""
        positions = [value for name, value in self.positions().items() if name.startswith(HOUR)]
        self.lower_or_raise(amount=(positions or [0])[-1] * share // 100)
        self.call(at, small=True, cost=cost, asks=True)

    @rule(amount=st.integers(0, 800))
    def lower_or_raise(self, amount: int) -> None:
        self.amount = amount
        self.snapshot = snapshot(amount)
        self.book.know(self.snapshot)

    @rule(amount=st.integers(1, 300), minutes=st.integers(1, 90))
    def override(self, amount: int, minutes: int) -> None:
        self.charges += 1
        until_ns = self.clock.wall_ns() + minutes * 60_000_000_000
        with self.engine.begin() as connection:
            self.book.override(
                connection,
                limit=HOUR,
                amount=amount,
                until_ns=until_ns,
                override_id=f"ovr_{self.charges}",
                by=("ada",),
            )
        self.added.append((amount, until_ns))

    @rule(at=workers)
    def write_off(self, at: int) -> None:
        with self.engine.begin() as connection:
            query = select(slices.c.id).where(slices.c.incarnation == self.workers[at].name)
            if any(self.out(number) for number in connection.execute(query).scalars()):
                self.book.write_off(connection, self.workers[at].name, "ada: nobody hears of it")

    # What must hold

    def rows(self, table):
        with self.engine.connect() as connection:
            return connection.execute(select(table)).all()

    def positions(self) -> dict[str, int]:
        return {row.id: row.charged + row.outstanding for row in self.rows(limit_windows)}

    def limit(self) -> int:
        """Return what is in force now by what people have said, not by what the authority makes of it."""
        now_ns = self.clock.wall_ns()
        amount = self.amount + sum(more for more, until_ns in self.added if now_ns < until_ns)
        self.most = max(self.most, amount)
        return amount

    def out(self, number: int) -> int:
        row = next(row for row in self.rows(slices) if row.id == number)
        return max(0, row.granted - row.returned - row.spent - row.covered) if row.state == "out" else 0

    def window(self, number: int) -> str:
        return next(row.window_id for row in self.rows(slices) if row.id == number)

    def unit(self, number: int) -> str:
        window = self.window(number)
        return next(row.unit for row in self.rows(limit_windows) if row.id == window)

    @invariant()
    def outstanding_is_the_slices(self) -> None:
        """What a window says is out is the sum of its slices."""
        if hasattr(self, "engine"):
            sums: dict[str, int] = {}
            for row in self.rows(slices):
                out = max(0, row.granted - row.returned - row.spent - row.covered)
                sums[row.window_id] = sums.get(row.window_id, 0) + (out if row.state == "out" else 0)
            for row in self.rows(limit_windows):
                assert row.outstanding == sums.get(row.id, 0), row.id

    @invariant()
    def never_beyond_the_amount(self) -> None:
        """Charged and outstanding never pass the highest amount that was in force, but for overruns."""
        if hasattr(self, "engine"):
            self.limit()
            for row in self.rows(limit_windows):
                most = {HOUR: self.most, TOKENS: 5_000, TASK: 1_500}.get(row.limit_id)
                if most is not None:
                    assert row.charged + row.outstanding <= most + self.overruns.get(row.id, 0), row.id

    @invariant()
    def covered(self) -> None:
        """What was paid, and what workers hold or can still draw, is charged or outstanding."""
        if not hasattr(self, "engine"):
            return
        need: dict[int, int] = {}
        for worker in (*self.workers, *self.dead, *self.buried):
            for number, paid in worker.paid.items():
                need[number] = need.get(number, 0) + paid - worker.excess.get(number, 0)
            if worker.alive:
                for call in worker.open:
                    for slice_, drawn in call.drawn.parts:
                        need[slice_.id] = need.get(slice_.id, 0) + drawn
                for meter in worker.slices._meters.values():
                    for purse in meter.purses.values():
                        for it in purse.slices:
                            need[it.id] = need.get(it.id, 0) + max(0, it.free)
        windows: dict[str, int] = {}
        of = {row.id: row.window_id for row in self.rows(slices)}
        for number, amount in need.items():
            windows[of[number]] = windows.get(of[number], 0) + amount
        for window_id, position in self.positions().items():
            # An overrun may have eaten what another call holds of its slice, until that one is settled.
            assert windows.get(window_id, 0) <= position + self.overruns.get(window_id, 0), window_id


TestProtocol = Protocol.TestCase
TestProtocol.settings = settings(max_examples=12, stateful_step_count=36, deadline=None)
