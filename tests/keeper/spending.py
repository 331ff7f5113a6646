"""A keeper with breakers, whose agents spend by the second."""

import msgspec
from sqlalchemy import event, insert, select

from podium.keeper.breakers import Breakers
from podium.keeper.ledger import Batch, Ledger
from podium.keeper.limits import LimitBook
from podium.kernel.call import Usage
from podium.manifest.orders import Orders, Restraint
from podium.manifest.snapshot import (
    AgentRow,
    BreakerRow,
    DepartmentRow,
    Snapshot,
    encode_snapshot,
)
from podium.ports.acts import By, case_of
from podium.ports.database import cases, notices, task_identities
from podium.ports.link import PutSnapshot
from podium.trust.cases import Case
from tests.keeper.acting import House
from tests.keeper.samples import hold, settle

NS = 1_000_000_000
USD = 1_000_000_000
HOUR_S = 3600
OWNER = By()
WRITING = (f"INSERT INTO {cases.name} ", f"UPDATE {cases.name} ", f"DELETE FROM {cases.name} ")


class Spending(House):
    """A house in which agents spend."""

    def __init__(self, engine, clock, state, **settings) -> None:
        self.limits = LimitBook(engine, clock)
        super().__init__(engine, clock, state, limits=self.limits)
        self.number = 0
        self.written = True  # whether a case may have changed since the cases were last looked at
        event.listen(engine, "before_cursor_execute", self._hear)
        self.ledger = Ledger(engine)
        with engine.connect() as connection:
            self.ledger.open(connection)
        self.configure(**settings)

    def configure(self, **settings) -> None:
        expected = settings.pop("expected_nano_usd_per_hour", 10 * USD)
        own = BreakerRow(expected_nano_usd_per_hour=expected, **settings)
        snapshot = Snapshot(
            0,
            f"s{self.authority.in_force.snapshot_version}",
            "acme",
            {},
            {},
            {},
            {
                "acme": DepartmentRow("acme", None, "acme"),
                "support": DepartmentRow("support", "acme", "acme/support"),
            },
            {
                "triage": AgentRow("triage", "support", "acme/support", frozenset(), breaker=own),
                "other": AgentRow("other", "support", "acme/support", frozenset()),
            },
        )
        self.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(snapshot)))
        self.limits.know(snapshot)

    @property
    def breakers(self) -> Breakers:
        return self.acts.breakers

    def charge(self, usd: float, *, agent: str = "triage", task: str = "task_a", **changes) -> None:
        """Write a charge into the ledger, as the tail does."""
        self.number += 1
        batch = Batch(self.number)
        of = hold(
            self.number,
            agent=agent,
            department="acme/support",
            task_id=task,
            admitted_ns=self.clock.now_ns,
            session=changes.pop("session", None),
            step=changes.pop("step", f"{self.number:016x}" + "b" * 8 + "0" * 8),
        )
        fields = {"cost_nano_usd": int(usd * USD), "usage": Usage(100, self.number), **changes}
        row = batch.add_charge(of, settle(self.number, **fields), "inc")
        with self.engine.begin() as connection:
            self.ledger.write(connection, batch)
        self.ledger.committed()
        self.breakers.counted([row])

    def spend(self, usd_per_hour: float, seconds: int, *, every_s: int = 5, **changes) -> int | None:
        """Spend evenly; return after how many seconds something was paused."""
        for second in range(1, seconds + 1):
            self.clock.now_ns += NS
            if second % every_s == 0:
                self.charge(usd_per_hour * every_s / HOUR_S, **changes)
            self.breakers.evaluate()
            if self.written and self.open_cases():
                return second
            self.written = False
        return None

    def _hear(self, _connection, _cursor, statement: str, *_) -> None:
        self.written = self.written or statement.startswith(WRITING)

    def open_cases(self) -> list[Case]:
        with self.engine.connect() as connection:
            rows = connection.execute(select(cases).where(cases.c.state == "open")).all()
        return [case_of(row._mapping) for row in rows if row.kind != "breaker.warning"]

    def warnings(self) -> list[tuple[str, str, str]]:
        """Key, state and result of each notice of a warning, oldest first."""
        with self.engine.connect() as connection:
            query = select(cases).where(cases.c.kind == "breaker.warning").order_by(cases.c.id)
            return [(row.key, row.state, row.result) for row in connection.execute(query)]

    def events(self) -> list[tuple[str, str]]:
        """What webhooks are told, in order: kind of the case, and event."""
        with self.engine.connect() as connection:
            query = select(cases.c.kind, notices.c.event).join(notices, notices.c.case_id == cases.c.id)
            return [(row.kind, row.event) for row in connection.execute(query.order_by(notices.c.seq))]

    def where(self, key: str = "agent/triage") -> str:
        return self.breakers.book.state_of(key).state.value

    def restraints(self) -> dict[str, str]:
        orders = msgspec.msgpack.decode(self.authority.in_force.orders_document, type=Orders)
        return {it.key: it.state for it in orders.restraints}

    def held(self) -> list[Restraint]:
        return list(msgspec.msgpack.decode(self.authority.in_force.orders_document, type=Orders).restraints)

    def started_again(self) -> Breakers:
        """The breakers of the next keeper."""
        again = Breakers(
            self.engine,
            self.clock,
            self.chain,
            self.acts.inbox,
            authority=self.authority,
            tasks=self.tasks,
            limits=self.limits,
        )
        again.open()
        return again

    def task(self, task_id: str, *, agent: str = "triage", parent: str | None = None) -> None:
        with self.engine.begin() as connection:
            connection.execute(
                insert(task_identities).values(
                    task_id=task_id,
                    agent=agent,
                    department="acme/support",
                    sub="spiffe://x",
                    parent_id=parent,
                    root_id=parent or task_id,
                    details="[]",
                    state="running",
                    started_ns=self.clock.now_ns,
                    until_ns=self.clock.now_ns + HOUR_S * NS,
                    token_until_ns=self.clock.now_ns + HOUR_S * NS,
                    changed_ns=self.clock.now_ns,
                )
            )
