"""Content on its way into its store and out of it: who may is asked of the keeper first."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import msgspec
import pytest

from podium.adapters.content.sending import MAX_WAITING_BYTES, ContentSender
from podium.adapters.content.store import SqliteContent
from podium.adapters.system import Entropy, SystemClock
from podium.collector.contents import DAY_NS, Contents, as_in_force
from podium.collector.standing import CollectorStanding
from podium.evidence.contents.rules import ContentRule
from podium.kernel.errors import Forbidden, InvalidRequest, NotFound, NotReady
from podium.manifest.snapshot import AgentRow, Snapshot
from podium.ports.acts import By
from podium.ports.content import (
    ContentErased,
    ContentIs,
    ContentTouched,
    Erase,
    EraseContent,
    KeepContent,
    MayTouchContent,
    ReadContent,
    RotateContentKey,
    Said,
    Spoken,
    Where,
)
from podium.ports.link import LookIn

TRACE = "a" * 32
NOW_NS = 100 * DAY_NS
WHERE = Where(TRACE, "call_1", "task_1", "triage", "acme/support", NOW_NS)
ASKED = b'{"user": "bob", "messages": [{"role": "user", "content": "mail bob@example.com"}]}'
ANSWERED = b'{"id": "x", "choices": [{"index": 0, "message": {"role": "assistant", "content": "done"}}]}'
CALL = Spoken(WHERE, ContentRule("redacted"), "openai", ASKED, ANSWERED)
TOOL = Said(
    msgspec.structs.replace(WHERE, bound="b" * 16, at_ns=NOW_NS - 2 * DAY_NS),
    ContentRule("full", keep_days=1),
    {"gen_ai.tool.call.arguments": b'{"x":1}'},
)


class Keeper:
    """Lets everybody do everything, until it does not; remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[MayTouchContent | ContentTouched] = []
        self.refuses = False

    async def ask(self, question: MayTouchContent | ContentTouched) -> None:
        self.asked.append(question)
        if self.refuses:
            raise Forbidden("no")


@pytest.fixture
async def house(tmp_path: Path) -> Any:
    keeper, clock = Keeper(), SystemClock()
    store = SqliteContent(tmp_path / "content.db", bytes(32), clock, Entropy())
    contents = Contents(store, keeper.ask, clock, keep_ns=10 * DAY_NS)
    yield contents, keeper, store
    await contents.close()


async def test_kept_and_read(house: Any) -> None:
    """What was handed over is kept as its rule says, for as long, and read when the keeper has said yes."""
    contents, keeper, store = house
    assert (await contents.answer(KeepContent((CALL, TOOL)))).pieces == 3
    found = await contents.answer(ReadContent(By(), TRACE))
    assert isinstance(found, ContentIs)
    assert {(it.bound, it.name) for it in found.pieces} == {
        ("call_1", "gen_ai.input.messages"),
        ("call_1", "gen_ai.output.messages"),
        ("b" * 16, "gen_ai.tool.call.arguments"),
    }
    assert "mail [email]" in repr(found)
    asked = keeper.asked[0]
    assert (asked.act, asked.subject, asked.departments) == ("read", TRACE, ("acme/support",))
    assert store.tidy(NOW_NS, None) == 1  # the tool's was kept for a day
    assert store.tidy(NOW_NS + 10 * DAY_NS, None) == 2


async def test_who_may_not(house: Any) -> None:
    """Where the keeper says no nothing is read, erased or rotated."""
    contents, keeper, _ = house
    await contents.keep([CALL])
    keeper.refuses = True
    for question in (
        ReadContent(By(), TRACE),
        EraseContent(By(), Erase(user="bob")),
        RotateContentKey(By(), "acme/support"),
    ):
        with pytest.raises(Forbidden):
            await contents.answer(question)
    keeper.refuses = False
    assert len((await contents.answer(ReadContent(By(), TRACE))).pieces) == 2


async def test_erased(house: Any) -> None:
    """The keeper hears before and after; a user is named to it by a digest; what names nothing is refused."""
    contents, keeper, _ = house
    await contents.keep([CALL, TOOL])
    none = (Erase(), Erase(task="x", user="y"), Erase(agent="triage"), Erase(task="x", before_ns=1))
    for wrong in (*none, Erase(trace=TRACE[1:])):
        with pytest.raises(InvalidRequest):
            await contents.answer(EraseContent(By(), wrong))
    assert (await contents.answer(EraseContent(By(), Erase(trace=TRACE.upper())))).pieces == 3
    keeper.asked.clear()
    await contents.keep([CALL, TOOL])
    done = await contents.answer(EraseContent(By(), Erase(task="", user="bob")))
    assert done == ContentErased(3, 2, 0)
    before, after = keeper.asked
    assert (before.body, after.body) == ({"by": "user", "pieces": 3}, {"by": "user", "pieces": 3, "keys": 2})
    assert before.subject == after.subject != "user:bob"
    assert before.subject.startswith("user:")
    with pytest.raises(NotFound):
        await contents.answer(ReadContent(By(), TRACE))


async def test_too_long_says_so(house: Any) -> None:
    """Of a body that was too long to be taken a piece says that there was one."""
    contents, _, _ = house
    await contents.keep([Spoken(WHERE, ContentRule("full"), "openai", None, None)])
    found = (await contents.answer(ReadContent(By(), TRACE))).pieces
    assert [it.value for it in found] == [{"too_long": True}] * 2


class Link:
    """The collector's socket: away at first."""

    def __init__(self, fails: int) -> None:
        self.fails, self.taken = fails, 0
        self.batches: list[int] = []

    async def ask(self, question: KeepContent) -> None:
        if self.fails:
            self.fails -= 1
            raise NotReady("away")
        if any(isinstance(it, Said) for it in question.handed):
            raise InvalidRequest("no")
        self.taken += len(question.handed)
        self.batches.append(len(question.handed))

    async def close(self) -> None:
        """Nothing is open."""


async def test_what_waits_is_sent(caplog: pytest.LogCaptureFixture) -> None:
    """A collector that is away is asked again; what it refuses, and what does not fit, is counted as lost."""
    link = Link(3)
    sender = ContentSender(link, pause_s=0)  # type: ignore[arg-type] # it asks and closes
    big = msgspec.structs.replace(CALL, asked=b"x" * (MAX_WAITING_BYTES // 2))
    with caplog.at_level(logging.WARNING):
        for one in (big, CALL, big):
            sender.put(one)
        sender.begin()
        async with asyncio.timeout(60):
            await sender._sent.wait()
        sender.put(TOOL)
        await sender.finish(30)
    assert (link.taken, sender.lost) == (2, 2)
    assert "not kept" in caplog.text
    standing = CollectorStanding(SystemClock(), "collector-01A")
    standing.content_lost = lambda: sender.lost
    assert standing.question(again=False) == LookIn(life="collector-01A", content_lost=2)


async def test_batches_of_a_slow_line() -> None:
    """No more goes at once than was said, but for one message that is longer."""
    link = Link(0)
    sender = ContentSender(link, batch_bytes=len(ASKED) + len(ANSWERED) + 600)  # type: ignore[arg-type] # as above
    for one in (CALL, CALL, msgspec.structs.replace(CALL, asked=b"x" * 10_000)):
        sender.put(one)
    sender.begin()
    await sender.finish(30)
    assert (link.batches, sender.lost) == ([1, 1, 1], 0)


@pytest.mark.parametrize(
    ("name", "department", "record", "kept"),
    [
        ("triage", "acme/support", "full", "full"),
        ("triage", "acme/support", "hashed", "hashed"),
        ("triage", "acme/support", None, None),
        ("triage", "acme/finance", "full", None),
        ("another", "acme/support", "full", None),
    ],
)
def test_what_another_machine_hands_over(name: str, department: str, record: Any, kept: str | None) -> None:
    """What is kept of it is what the manifests say here and now of that agent, whatever that machine says."""
    rule = ContentRule(record) if record is not None else None
    agent = AgentRow(name, department.rpartition("/")[2], department, frozenset(), content=rule)
    snapshot = Snapshot(1, "", "acme", {}, {}, {}, {}, {name: agent})
    found = list(as_in_force([CALL], snapshot))
    assert [it.rule.record for it in found] == ([kept] if kept is not None else [])
    assert list(as_in_force([CALL], None)) == []


async def test_what_cannot_be_read_is_left_out(house: Any, caplog: pytest.LogCaptureFixture) -> None:
    """What one call says that nobody can read, or redact, is not kept; what others say is."""
    contents, _, store = house
    broken = msgspec.structs.replace(TOOL, values={"gen_ai.tool.call.result": b"{"})
    blind = msgspec.structs.replace(TOOL, rule=ContentRule("redacted", own=(("x", "("),)))
    assert await contents.keep([broken, blind, CALL]) == 2
    assert {it.bound for it in store.read(TRACE)} == {"call_1"}
    assert caplog.text.count("of triage is not kept") == 2
    assert contents.lost == 2


async def test_what_comes_while_the_keeper_is_asked(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Content of a department of which the keeper was not asked is not shown."""
    contents, keeper, _ = house
    await contents.keep([CALL])
    others = msgspec.structs.replace(TOOL.where, department="acme/finance")

    async def slow(_question: MayTouchContent) -> None:
        await contents.keep([msgspec.structs.replace(TOOL, where=others)])

    monkeypatch.setattr(contents, "_ask", slow)
    assert {it.department for it in (await contents.answer(ReadContent(By(), TRACE))).pieces} == {
        "acme/support"
    }
    monkeypatch.setattr(contents, "_ask", keeper.ask)
    assert len((await contents.answer(ReadContent(By(), TRACE))).pieces) == 3
    assert keeper.asked[0].departments == ("acme/finance", "acme/support")
