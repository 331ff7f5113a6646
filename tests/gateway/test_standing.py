"""What a worker may rely on, and until when (point 14)."""

import asyncio
import hashlib
import os

import pytest

from podium.gateway import standing as module
from podium.gateway.standing import Standing
from podium.kernel.errors import Forbidden, NotReady, Unauthenticated
from podium.manifest.orders import Credential, Orders
from podium.manifest.snapshot import AgentRow, Snapshot
from podium.ports.link import ASK_SELDOM_S, QUIET_ASKS, TRUST_NS, Answer


class HandClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now_ns = 5_000_000_000

    def wall_ns(self) -> int:
        return self.now_ns

    def monotonic_ns(self) -> int:
        return self.now_ns


def snapshot(version: int) -> Snapshot:
    agent = AgentRow("triage", "support", "acme/support", frozenset({"small"}))
    return Snapshot(version, "d", "acme", {}, {}, {}, {}, {"triage": agent})


def standing(clock: HandClock) -> Standing:
    it = Standing(clock, os.urandom)
    it.apply_snapshot(snapshot(3))
    digest = hashlib.sha256(b"podium_sk_good").hexdigest()
    gone = hashlib.sha256(b"podium_sk_gone").hexdigest()
    it.apply_orders(Orders(7, (Credential("k1", "triage", digest), Credential("k2", "nobody", gone))))
    return it


async def test_admission_needs_an_answer_to_a_question_asked_within_a_second() -> None:
    """A word of the keeper holds for one second from when it was asked for, not from when it came."""
    clock = HandClock()
    it = standing(clock)
    assert it.in_step(Answer(3, 7), clock.now_ns)
    assert (await it.admit()).version == 3
    clock.now_ns += TRUST_NS - 1
    assert (await it.admit()).version == 3
    clock.now_ns += 1
    with pytest.raises(NotReady, match="not answered"):
        await it.admit()


@pytest.mark.parametrize("answer", [Answer(4, 7), Answer(3, 8)])
async def test_no_admission_before_what_the_keeper_named_is_applied(answer: Answer) -> None:
    """An answer that names a newer snapshot or newer orders admits nothing until they are here."""
    clock = HandClock()
    it = standing(clock)
    assert not it.in_step(answer, clock.now_ns)
    with pytest.raises(NotReady):
        await it.admit()


async def test_a_draining_or_failed_worker_admits_nothing() -> None:
    """Draining and a failed journal refuse at once, although the keeper answers."""
    clock = HandClock()
    it = standing(clock)
    it.in_step(Answer(3, 7), clock.now_ns)
    it.draining = True
    with pytest.raises(NotReady, match="ending"):
        await it.admit()
    it.draining = False
    it.failure = "the journal has failed: full"
    with pytest.raises(NotReady, match="journal"):
        await it.admit()


async def test_credentials() -> None:
    """Only a known bearer credential of an agent that the manifests have is taken."""
    it = standing(HandClock())
    assert it.identify(b"Bearer podium_sk_good").name == "triage"
    assert it.identify(b"bearer podium_sk_good").name == "triage"
    for wrong in (None, b"", b"Bearer", b"Bearer podium_sk_bad", b"Basic podium_sk_good"):
        with pytest.raises(Unauthenticated):
            it.identify(wrong)
    with pytest.raises(Forbidden):
        it.identify(b"Bearer podium_sk_gone")


async def test_a_revoked_credential_is_refused_as_soon_as_the_orders_are_applied() -> None:
    """The cache of credentials does not outlive the orders that it was made from."""
    it = standing(HandClock())
    assert it.identify(b"Bearer podium_sk_good").name == "triage"
    it.apply_orders(Orders(8, ()))
    with pytest.raises(Unauthenticated):
        it.identify(b"Bearer podium_sk_good")


def ask(it: Standing, times: int = 1) -> None:
    """Have the keeper asked, and answering that nothing is new."""
    for _ in range(times):
        it.heard(it.question(again=False), Answer(3, 7))


@pytest.fixture
def seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the pause between two questions of a worker through which nothing goes last for ever."""
    monkeypatch.setattr(module, "ASK_SELDOM_S", 3600.0)
    monkeypatch.setattr(module, "ASK_EVERY_S", 0.001)


async def test_without_calls_the_keeper_is_asked_seldom_and_at_once_by_the_next_call(seldom: None) -> None:
    """The call that ends the quiet has it ask, and it goes on asking often; a word is asked for in time."""
    it = standing(HandClock())
    it.in_step(Answer(3, 7), it.clock.monotonic_ns())
    async with asyncio.timeout(30):
        ask(it, QUIET_ASKS - 1)
        await it.pause(told=True)
        ask(it)
        resting = asyncio.create_task(it.pause(told=True))
        for _ in range(10):
            await asyncio.sleep(0.001)
        assert not resting.done()
        await it.admit()
        await resting
        ask(it, QUIET_ASKS - 1)
        await it.pause(told=True)
    assert 2 * ASK_SELDOM_S * 1e9 < TRUST_NS


async def test_who_writes_or_holds_something_of_a_limit_asks_often(seldom: None) -> None:
    """What the journal gains is told soon, and what others lack is asked back soon."""
    it, reached = standing(HandClock()), 0

    def place() -> tuple[str, int, int]:
        return ("inc", 1, reached)

    it.place = place
    async with asyncio.timeout(30):
        ask(it, 2 * QUIET_ASKS)
        reached += 100
        ask(it)
        await it.pause(told=True)
        ask(it, 2 * QUIET_ASKS)
        it.slices.limited = True
        it.question(again=False)
        await it.pause(told=True)
