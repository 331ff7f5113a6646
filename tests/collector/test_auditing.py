"""Tasks that are judged while they run: rows and reported spans in, verdicts to a keeper out."""

import msgspec
import pytest
from sqlalchemy import insert, select

from podium.adapters.spans.memory import MemorySpans
from podium.collector import auditing as auditings
from podium.collector.auditing import LINGER_NS, Auditing
from podium.collector.desk import Desk
from podium.collector.feed import SpanFeed
from podium.collector.standing import CollectorStanding
from podium.evidence import semconv
from podium.keeper.audits import AuditBook, steering
from podium.kernel.errors import InvalidRequest, NotReady, StateError
from podium.kernel.ids import began_ns, ulid
from podium.manifest.audit_rows import AuditRow, RuleRow
from podium.manifest.orders import Orders
from podium.ports.audit_tables import audit_results
from podium.ports.tool_tables import tool_calls
from tests.evidence.audits.traces import tool
from tests.keeper.acting import House
from tests.keeper.test_runs import FIRST, claim, hello, now, queue, with_agents

ROW = {
    "trace_id": "f" * 32, "agent": "triage", "department": "acme/support", "snapshot_version": 1,
    "arguments_digest": "d", "verdict": "allow", "rule": "r", "outcome": "succeeded", "duration_us": 5,
    "incarnation": "inc",
}  # fmt: skip
AUDIT = AuditRow(
    "payments",
    (
        RuleRow("few", "at most 1 pays", "safety"),
        RuleRow("looked", "eventually tool look"),
        RuleRow("told", "agent triage", "warning"),
    ),
    ready=("accepts-no",),
    let={"pays": {"tool": "bank/*", "effect": "irreversible"}},
    live=True,
    agents=("triage",),
)


class Town:
    """A collector's audits on a keeper's database, and a task that lives in it."""

    def __init__(self, house: House, store: MemorySpans) -> None:
        self.house, self.store, self.seq = house, store, 0
        steer = steering(house.tasks, house.acts.runs, house.authority)
        self.book = AuditBook(
            house.engine, house.chain, house.clock, house.acts.inbox,
            steer=steer, committed=house.authority.reload,
        )  # fmt: skip
        self.error: Exception | None = None
        self.task_id = queue(house).task_id
        claim(house, self.task_id)
        self.begin()

    def begin(self) -> None:
        """Begin as another process, which knows nothing."""
        self.standing = CollectorStanding(self.house.clock)
        self.know(AUDIT)
        self.desk = Desk(self.store, SpanFeed(self.house.engine, self.store, self.house.clock))
        self.auditing = Auditing(
            engine=self.house.engine, spans=self.desk, keeper=self, standing=self.standing
        )

    def know(self, *audits: AuditRow) -> None:
        snapshot = self.house.tasks.in_force_snapshot()
        version = (self.standing.snapshot.version if self.standing.snapshot else 0) + 1
        self.standing.apply(
            msgspec.structs.replace(snapshot, version=version, audits={it.name: it for it in audits}),
            Orders(),
        )

    async def ask(self, question):
        if self.error is not None:
            raise self.error
        return self.book.do(question)

    def call(self, name: str, task_id: str | None = None, **more) -> None:
        self.seq += 1
        number = f"{self.seq:016x}"
        values = ROW | {"call_id": number, "span_id": number, "tool": name, "effect": "read"} | more
        values |= {"task_id": task_id or self.task_id, "root_id": self.task_id}
        values.setdefault("at_ns", self.house.clock.now_ns + self.seq)
        with self.house.engine.begin() as connection:
            connection.execute(insert(tool_calls).values(**values))

    def report(self, number: int, name: str, **more):
        """Have the task's program tell of a call, as the collector takes it."""
        of = {semconv.TASK: self.task_id, semconv.AGENT: "triage", semconv.DEPARTMENT: "acme/support"}
        span = msgspec.structs.replace(
            tool(number, name, **of), **{"start_ns": self.house.clock.now_ns + number, **more}
        )
        self.store.append([span], {})
        self.auditing.arrived([span])

    def results(self) -> dict[str, str]:
        with self.house.engine.connect() as connection:
            return {row.rule: row.verdict for row in connection.execute(select(audit_results))}

    def state(self) -> str:
        return now(self.house, self.task_id).state


@pytest.fixture
async def town(tmp_path, engine, clock):
    house = House(engine, clock, tmp_path)
    with_agents(house)
    hello(house, FIRST)
    town = Town(house, MemorySpans())
    yield town
    await town.auditing.close()
    await town.desk.close()


async def test_a_task_is_paused_by_the_step_that_breaks_a_rule(town):
    """Its own spans and those that its program reports are judged; what is over has all its verdicts."""
    town.call("bank/pay", effect="irreversible")
    assert await town.auditing.once() == 0
    assert (town.state(), town.results()) == ("running", {})
    town.call("bank/pay", effect="irreversible")
    assert await town.auditing.once() == 1
    assert (town.state(), town.results()) == ("paused", {"few": "fail"})
    town.report(9, "look")
    assert await town.auditing.once() == 0
    with town.house.engine.begin() as connection:
        town.house.tasks.steer(connection, town.task_id, "kill")
    town.house.clock.now_ns += LINGER_NS
    await town.auditing.once()
    assert town.results() == {"few": "fail", "looked": "pass", "told": "pass", "accepts-no": "pass"}


async def test_only_the_agents_that_it_holds_for(town):
    """What others do is not looked at; without a live audit nothing is."""
    for _ in range(3):
        town.call("bank/pay", task_id="task_other", agent="search", effect="irreversible")
    assert await town.auditing.once() == 0
    town.know()
    town.call("bank/pay", effect="irreversible")
    town.call("bank/pay", effect="irreversible")
    town.report(1, "look")
    assert await town.auditing.once() == 0
    assert town.results() == {}
    town.know(msgspec.structs.replace(AUDIT, agents=(), departments=("acme",)))
    await town.auditing.once()  # it is judged as it stands
    assert town.state() == "paused"


async def test_after_a_crash_it_is_judged_from_its_first_step(town):
    """Another process finds what the first one did not come to, and does nothing a second time."""
    town.call("bank/pay", effect="irreversible")
    await town.auditing.once()
    town.call("bank/pay", effect="irreversible")
    town.begin()
    await town.auditing.once()
    assert (town.state(), town.results()) == ("paused", {"few": "fail"})
    with town.house.engine.begin() as connection:
        town.house.acts.runs.steer(connection, town.task_id, "resume", "It is fine.")
    town.begin()
    await town.auditing.once()
    assert town.state() == "running"


async def test_a_keeper_that_is_away(town, caplog):
    """What was found waits for it, and is said once in the log; what it refuses is passed over."""
    town.error = NotReady("It begins.")
    town.call("bank/pay", effect="irreversible")
    town.call("bank/pay", effect="irreversible")
    await town.auditing.once()
    await town.auditing.once()
    assert (town.state(), caplog.text.count("waits for the keeper")) == ("running", 1)
    town.error = None
    await town.auditing.once()
    assert town.state() == "paused"
    town.error = InvalidRequest("It says nothing.")
    town.call("bank/pay", verdict="deny", outcome=None)
    town.call("bank/pay", verdict="deny", outcome=None)
    await town.auditing.once()
    assert "is not written" in caplog.text


async def test_a_store_that_cannot_be_read(town, monkeypatch):
    """What was taken and not judged is read again."""
    town.call("bank/pay", effect="irreversible")
    town.call("bank/pay", effect="irreversible")
    works = town.desk.of_task

    async def fails(_question):
        raise StateError("the disk is away")

    monkeypatch.setattr(town.desk, "of_task", fails)
    with pytest.raises(StateError):
        await town.auditing.once()
    monkeypatch.setattr(town.desk, "of_task", works)
    await town.auditing.once()
    assert town.state() == "paused"


async def test_more_steps_than_are_held(town, monkeypatch):
    """The task that was idle longest is let go; with its next step it is judged from its first one."""
    monkeypatch.setattr(auditings, "MOST_STEPS", 1)
    town.call("bank/pay", effect="irreversible")
    await town.auditing.once()
    town.call("look", task_id="task_01M85ME4HS093C32W62N0SCHRC")
    await town.auditing.once()
    assert list(town.auditing._tasks) == ["task_01M85ME4HS093C32W62N0SCHRC"]
    town.call("bank/pay", effect="irreversible")
    assert await town.auditing.once() == 1
    assert town.state() == "paused"


async def test_a_short_task_that_says_something_late(town):
    """One that is over and was let go is judged from its first step once more, however young it is."""
    rule = RuleRow("first", "tool look before tool tell", "safety")
    town.know(msgspec.structs.replace(AUDIT, rules=(rule,)))
    await town.auditing.once()
    town.house.clock.now_ns += 1_000_000_000
    late = queue(town.house).task_id
    claim(town.house, late)
    town.call("look", task_id=late)
    assert await town.auditing.once() == 0
    with town.house.engine.begin() as connection:
        town.house.tasks.steer(connection, late, "kill")
    town.house.clock.now_ns += LINGER_NS
    await town.auditing.once()
    assert late not in town.auditing._tasks
    town.call("tell", task_id=late)
    assert await town.auditing.once() == 0


def test_when_a_task_began():
    """A task's id says when it began; another name says nothing."""
    assert began_ns(f"task_{ulid(1_795_485_536_825, bytes(16))}") == 1_795_485_536_825_000_000
    assert began_ns("task_of_mine") == began_ns("task") == 0
