"""Steps of running tasks that models judge: when, by which votes, for how much, and what is unknown."""

import asyncio
import threading

import msgspec
import pytest
from sqlalchemy import insert, select

from podium.adapters.content.store import SqliteContent
from podium.adapters.records import open_records
from podium.adapters.spans.memory import MemorySpans
from podium.adapters.system import Entropy
from podium.collector import judges as judging
from podium.collector.auditing import LINGER_NS, Auditing
from podium.collector.contents import Contents
from podium.collector.judge_money import JudgeMoney
from podium.collector.judges import CONTENT_NS, LiveJudges
from podium.control.judging import Judgements, Judging
from podium.evidence import semconv
from podium.evidence.audits.ordering import steps_of
from podium.evidence.audits.recorded import Recorded
from podium.evidence.audits.rules import judge
from podium.evidence.contents.rules import ContentRule
from podium.keeper.audits import JudgingBook
from podium.kernel.errors import InvalidRequest, NotFound, Unauthenticated, UpstreamError
from podium.kernel.spans import Span
from podium.manifest.audit_rows import AuditRow, JudgeRow, RuleRow, rules_of
from podium.manifest.snapshot import encode_snapshot
from podium.ports.aggregates import TASK_MEASURES, usage_tasks
from podium.ports.audit_tables import audit_results
from podium.ports.audits import BeginJudging
from podium.ports.content import Erase, Said, Where
from podium.ports.database import task_identities
from podium.ports.judges import Answer
from podium.ports.link import PutSnapshot
from tests.collector.test_auditing import Town
from tests.evidence.audits.traces import chat
from tests.keeper.acting import House
from tests.keeper.test_runs import FIRST, hello, with_agents

JUDGE = JudgeRow("polite", "model_call", "It is polite.", "idle", "small", votes=3, budget_nano_usd=10_000)
AUDIT = AuditRow(
    "manners",
    (
        RuleRow("polite", "always (model_call implies judged polite)", "safety"),
        RuleRow("few", "at most 9 model_call", "safety"),
    ),
    live=True,
    agents=("triage",),
    judges=(JUDGE,),
)


class Models:
    """Says what it is told to, for 10 nano-USD a vote."""

    def __init__(self) -> None:
        self.says = "yes"
        self.asked: list[str] = []
        self.gate = threading.Event()
        self.gate.set()

    def ask_as(self, token, judge, messages):
        self.gate.wait(30)
        self.asked.append(token)
        assert judge == JUDGE
        if self.says == "fails":
            raise UpstreamError("It is away.", sent=False)
        if self.says == "dead":
            raise Unauthenticated("The token is dead.")
        if self.says == "wrong":
            raise InvalidRequest("No model can.")
        rude = "idiot" in messages[1]["content"]
        return Answer("no" if rude and self.says == "yes" else self.says, 10)

    def close(self) -> None:
        """Nothing is open."""


class Court(Town):
    """A town whose audits have judges."""

    def __init__(self, house: House, store: MemorySpans) -> None:
        self.models = Models()
        self.content = SqliteContent(house.state / "content.db", bytes(32), house.clock, Entropy())
        self.contents = Contents(self.content, self.ask, house.clock)
        self.judging = JudgingBook(house.engine, house.chain, house.tasks)
        self.record: str | None = "full"
        self.judges: LiveJudges
        self.said: list[Span] = []
        super().__init__(house, store)

    def begin(self) -> None:
        """Begin as another process, which knows nothing."""
        super().begin()
        self.know(AUDIT)

        def judges(wake):
            self.judges = LiveJudges(
                money=JudgeMoney(self.house.engine, self.house.clock), contents=self.contents, keeper=self,
                models=lambda: self.models, standing=self.standing, wake=wake,
            )  # fmt: skip
            return self.judges

        self.auditing = Auditing(
            engine=self.house.engine, spans=self.desk, keeper=self, standing=self.standing, judges=judges
        )

    def know(self, *audits: AuditRow) -> None:
        """Bring audits into force, with what is kept of triage's content."""
        snapshot = self.house.tasks.in_force_snapshot()
        rule = ContentRule(self.record) if self.record is not None else None
        agents = snapshot.agents | {
            "triage": msgspec.structs.replace(snapshot.agents["triage"], content=rule)
        }
        snapshot = msgspec.structs.replace(
            snapshot, digest=f"{self.record}{audits}", agents=agents, audits={it.name: it for it in audits}
        )
        self.house.authority.put_snapshot(PutSnapshot("dir", encode_snapshot(snapshot)))
        super().know(*audits)

    async def ask(self, question):
        if isinstance(question, BeginJudging):
            return self.judging.begin(question)
        return await super().ask(question)

    async def say(self, number: int, text: str, *, kept: bool = True, record: str = "full") -> Span:
        """Have the task's program tell of an answer, and of its content."""
        of = {semconv.TASK: self.task_id, semconv.AGENT: "triage", semconv.DEPARTMENT: "acme/support"}
        span = msgspec.structs.replace(chat(number, **of), start_ns=self.house.clock.now_ns + number)
        if kept:
            await self.keep(span, text, record)
        self.store.append([span], {})
        self.auditing.arrived([span])
        self.said.append(span)
        return span

    async def keep(self, span: Span, text: str, record: str = "full") -> None:
        where = Where(span.trace_id, span.span_id, self.task_id, "triage", "acme/support", span.start_ns)
        parts = [{"role": "assistant", "parts": [{"type": "text", "content": text}]}]
        values = {semconv.OUTPUT_MESSAGES: msgspec.json.encode(parts)}
        await self.contents.keep([Said(where, ContentRule(record), values)])

    async def settle(self) -> None:
        """Judge until nothing is asked any more."""
        for _ in range(2000):
            await self.auditing.once()
            if not any(not work.done() for work in self.judges._working.values()):
                break
            await asyncio.sleep(0.002)
        await self.auditing.once()

    def told(self) -> dict[str, tuple[str, str | None]]:
        with self.house.engine.connect() as connection:
            return {row.rule: (row.verdict, row.reason) for row in connection.execute(select(audit_results))}

    def offline(self) -> tuple[str, int]:
        """Return what an offline run says with the votes that were kept, and how many it would ask for."""
        recorded = Recorded()
        for it in self.content.read(self.said[0].trace_id):
            recorded.add(
                self.said[0].trace_id, it.bound, it.name, it.value, task=it.task, record=it.record, cut=it.cut
            )
        run = Judging(Judgements(None), None, recorded)
        steps = steps_of(self.said)
        (audit,) = rules_of(AUDIT, run.judged(AUDIT, [steps]))
        return judge(audit, steps)[0].verdict, run.told[0].votes

    async def stop(self) -> None:
        await self.auditing.close()
        await self.desk.close()


@pytest.fixture
def engine(tmp_path):
    """One place of records is enough: nothing here is said otherwise to another."""
    engine = open_records(tmp_path)
    yield engine
    engine.dispose()


@pytest.fixture
async def court(tmp_path, engine, clock):
    house = House(engine, clock, tmp_path)
    with_agents(house)
    hello(house, FIRST)
    court = Court(house, MemorySpans())
    yield court
    court.models.gate.set()
    await court.stop()
    await court.contents.close()


async def test_a_step_that_is_judged_pauses_the_task(court):
    """Votes are asked for beside everything else; until they are in, it is being judged. Then it holds, or
    the task is paused. The calls are those of a task of the judge's agent; an offline run asks nothing."""
    court.models.gate.clear()
    await court.say(1, "Dear Ann")
    assert await court.auditing.once() == 0  # it does not wait for the judge
    assert court.told() == {"polite": ("unknown", "being judged")}
    court.models.gate.set()
    await court.settle()
    assert (court.told(), court.state()) == ({"polite": ("pass", None)}, "running")
    await court.say(2, "You idiot")
    await court.settle()
    assert (court.told(), court.state()) == ({"polite": ("fail", None)}, "paused")
    assert len(court.models.asked) == 6
    assert court.offline() == ("fail", 6)
    with court.house.engine.connect() as connection:
        (task,) = connection.execute(select(task_identities).where(task_identities.c.agent == "idle")).all()
    assert (task.department, task.state) == ("acme/support", "running")
    with pytest.raises(NotFound):
        court.judging.begin(BeginJudging("manners", "nobody"))


async def test_votes_are_kept_with_what_they_are_about(court):
    """The same is not asked about twice, nor by a collector that begins anew; erased, they are gone."""
    await court.say(1, "Dear Ann")
    await court.say(2, "Dear Ann")
    await court.settle()
    assert len(court.models.asked) == 3
    await court.stop()
    court.begin()
    await court.settle()
    assert court.told() == {"polite": ("pass", None)}
    assert len(court.models.asked) == 3
    await asyncio.to_thread(court.content.erase, Erase(task=court.task_id))
    assert court.offline() == ("unknown", 0)


@pytest.mark.parametrize(
    ("record", "kept", "why"),
    [
        (None, False, "judge polite: content of triage is not recorded"),
        ("hashed", True, "judge polite: of its content only hashes are kept (spec.content.record)"),
        ("full", False, "judge polite: its content was not recorded"),
    ],
)
async def test_nothing_to_judge(court, record, kept, why):
    """Without content nothing is asked, and the verdict says why it is unknown, over or not."""
    court.record = record
    court.know(AUDIT)
    await court.say(1, "Dear Ann", kept=kept, record=record or "full")
    await court.settle()
    court.house.clock.now_ns += CONTENT_NS
    await court.settle()
    assert court.told() == {"polite": ("unknown", why)}
    with court.house.engine.begin() as connection:
        court.house.tasks.steer(connection, court.task_id, "kill")
    court.house.clock.now_ns += LINGER_NS
    await court.settle()
    assert court.told() == {"polite": ("unknown", why), "few": ("pass", None)}
    assert court.models.asked == []


async def test_content_that_comes_later(court):
    """A step is judged when its content is there, and its task is not let go before."""
    span = await court.say(1, "You idiot", kept=False)
    await court.settle()
    assert court.told() == {"polite": ("unknown", "being judged")}
    with court.house.engine.begin() as connection:
        court.house.tasks.steer(connection, court.task_id, "kill")
    court.house.clock.now_ns += LINGER_NS
    await court.settle()
    assert court.told() == {"polite": ("unknown", "being judged")}
    await court.keep(span, "You idiot")
    court.house.clock.now_ns += LINGER_NS
    await court.settle()
    court.house.clock.now_ns += LINGER_NS
    await court.settle()
    assert court.told() == {"polite": ("fail", None), "few": ("pass", None)}


async def test_a_judge_that_cannot_be_asked_so(court):
    """What the gateway will never take is asked for once, and the verdict says what is wrong."""
    court.models.says = "wrong"
    await court.say(1, "Dear Ann")
    await court.settle()
    assert court.told() == {"polite": ("unknown", "judge polite: it did not answer: No model can.")}
    assert len(court.models.asked) == 1


@pytest.mark.parametrize("says", ["fails", "dead"])
async def test_a_judge_that_does_not_answer(court, says):
    """It is asked again after a while, some times; then nobody can tell. When it answers, that counts."""
    court.models.says = says
    await court.say(1, "Dear Ann")
    await court.settle()
    assert court.told() == {"polite": ("unknown", "being judged")}
    for _ in range(judging.TRIES):
        court.house.clock.now_ns += 16 * judging.RETRY_NS
        await court.settle()
    verdict, why = court.told()["polite"]
    assert (verdict, len(court.models.asked)) == ("unknown", 3 * judging.TRIES)
    assert "judge polite: it did not answer: " in why
    assert len(set(court.models.asked)) == (9 if says == "dead" else 1)  # another token for a dead one
    assert court.offline() == ("unknown", 0)
    court.models.says = "yes"
    await court.stop()
    court.begin()
    await court.settle()
    assert court.told() == {"polite": ("pass", None)}


async def test_votes_that_do_not_agree_are_kept(court):
    """An answer that says neither is a vote too: it is paid, and not asked for again."""
    court.models.says = "perhaps"
    await court.say(1, "Dear Ann")
    await court.settle()
    assert court.told() == {"polite": ("unknown", "judge polite: the votes do not agree")}
    assert (len(court.models.asked), court.offline()) == (3, ("unknown", 3))


async def test_the_budget_of_a_day(court):
    """No vote is asked for once it is spent, by whichever collector: the ledger knows. There is one a day."""
    poor = msgspec.structs.replace(JUDGE, budget_nano_usd=40)
    court.know(msgspec.structs.replace(AUDIT, judges=(poor,)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.collector.test_judges.JUDGE", poor)
        await court.say(1, "Dear Ann")
        await court.say(2, "Dear Bob")
        await court.settle()
        assert len(court.models.asked) == 4
        assert court.told() == {"polite": ("unknown", f"judge polite: {judging.SPENT}")}
        with court.house.engine.begin() as connection:
            query = select(task_identities.c.task_id).where(task_identities.c.agent == "idle")
            sums = dict.fromkeys(TASK_MEASURES, 0) | {"cost_nano_usd": 40}
            task_id = connection.execute(query).scalar_one()
            connection.execute(insert(usage_tasks).values(hour=1, task_id=task_id, **sums))
        money = JudgeMoney(court.house.engine, court.house.clock)
        assert await money.left_nano_usd(("manners", "polite"), poor) == 0
        court.house.clock.now_ns += 86_400_000_000_000
        assert await money.left_nano_usd(("manners", "polite"), poor) == 40
        await court.say(3, "Dear Cleo")
        await court.settle()
        assert len(court.models.asked) == 7


async def test_what_is_not_asked_about(court, monkeypatch):
    """Steps of a judge's own agent, and what comes while too many wait: unknown, with the reason."""
    monkeypatch.setattr(judging, "MOST_WAITING", 1)
    court.models.gate.clear()
    for number in range(1, 4):
        await court.say(number, f"Dear {number}")
    await court.auditing.once()
    court.models.gate.set()
    await court.settle()
    assert court.told() == {"polite": ("unknown", f"judge polite: {judging.FULL}")}
    court.know(msgspec.structs.replace(AUDIT, judges=(msgspec.structs.replace(JUDGE, agent="triage"),)))
    await court.settle()
    assert court.told() == {"polite": ("unknown", f"judge polite: {judging.OWN}")}
